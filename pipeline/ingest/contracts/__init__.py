"""The data contracts of all kinds of sources."""

from skillpath.pipeline.ingest.contracts.course_contracts import ENROLMENTS, EVENTS, RESOURCES
from skillpath.pipeline.ingest.contracts.employment import FEEDBACK
from skillpath.pipeline.ingest.contracts.field import MONEY, TYPES, Contract, Field
from skillpath.pipeline.ingest.contracts.jobs import JOBS
from skillpath.pipeline.ingest.contracts.student_contract import STUDENTS
from skillpath.pipeline.ingest.contracts.ventures import PARTICIPATION, PROJECTS

CONTRACTS: dict[str, Contract] = {
    contract.name: contract
    for contract in (JOBS, RESOURCES, PROJECTS, STUDENTS, ENROLMENTS, EVENTS, FEEDBACK, PARTICIPATION)
}
"""In the order in which they are written, so that what is referred to is there first."""

__all__ = ["CONTRACTS", "MONEY", "TYPES", "Contract", "Field"]
