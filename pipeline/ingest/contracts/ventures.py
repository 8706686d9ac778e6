"""The contracts of channel I: projects and participation."""

from __future__ import annotations

from skillpath.pipeline.ingest.contracts.field import Contract, Field, code, day

PROJECTS = Contract(
    "projects",
    "I",
    "Innovation and venture projects that need people.",
    ("code",),
    {
        "code": code("the project's own code", "town:project/07"),
        "title": Field(about="its name", example="Tide Sensors", required=True, longest=1_000),
        "text": Field(about="what it is about", example="We ...", longest=100_000),
        "skills": Field("list", "skills it needs", example="embedded software|sales"),
        "industry": Field(about="its industry", example="electronics", coding="industry"),
        "region": Field(about="where it sits", example="Hill", coding="region"),
        "stage": Field(about="how far it is", example="prototype"),
        "started_at": day("when it began", "2024-01-15"),
        "ended_at": day("when it ended; empty while it lasts", "2024-12-31"),
    },
    dated="started_at",
    ordered=(("started_at", "ended_at"),),
)

PARTICIPATION = Contract(
    "participation",
    "I",
    "Who joined which project, in which role.",
    ("student", "project"),
    {
        "student": code("who", "town:student/00478", "student"),
        "project": code("which project", "town:project/07", "project"),
        "role": Field(about="as what", example="founder"),
        "joined_at": day("first day", "2024-02-01", required=True),
        "left_at": day("last day; empty while it lasts", "2024-08-31"),
    },
    dated="joined_at",
    ordered=(("joined_at", "left_at"),),
)
