"""The contract of channel S: students."""

from __future__ import annotations

from skillpath.pipeline.ingest.contracts.field import Contract, Field, code, day, share

STUDENTS = Contract(
    "students",
    "S",
    "Students: admission profile, cohort, programme and region.",
    ("code",),
    {
        "code": code("the student's code; never a name", "town:student/00478"),
        "cohort": Field("integer", "year of admission", unit="year", example="2023", least=1900, most=2100),
        "programme": Field(about="what the student is enrolled in", example="Business informatics"),
        "region": Field(about="home region", example="Hill", coding="region"),
        "admission": Field(about="way of admission", example="entrance examination"),
        "admission_score": share("result on admission, best 1", "0.82"),
        "graduates_at": day("when the student is due to graduate", "2026-06-30"),
        "gender": Field(about="only for fairness reports, never a feature", example="f"),
        "skills": Field("list", "skills proven on admission", example="English|spreadsheet modelling"),
        "target": Field(about="job cluster the student asks for", example="c:analyst", refers="target"),
    },
)
