"""The contract of channel E: internships and first jobs."""

from __future__ import annotations

from skillpath.pipeline.ingest.contracts.field import Contract, Field, code, day, share

FEEDBACK_KINDS = ("internship", "employment")
OUTCOMES = ("hired", "extended", "completed", "left", "dismissed", "ongoing")

FEEDBACK = Contract(
    "feedback",
    "E",
    "Internship and employment feedback: a student, a post or an employer, and how it went.",
    ("code",),
    {
        "code": code("the record's own code", "town:feedback/00012"),
        "student": code("who", "town:student/00478", "student"),
        "job": Field(about="which post", example="town:post/000123", longest=200, refers="job"),
        "employer": Field(about="with whom, where no post is known", example="Aldermere Mills"),
        "kind": Field(about="what it was", example="internship", required=True, one_of=FEEDBACK_KINDS),
        "started_at": day("first day", "2024-02-01", required=True),
        "ended_at": day("last day; empty while it lasts", "2024-07-31"),
        "outcome": Field(about="how it ended", example="hired", one_of=OUTCOMES, missing="ongoing"),
        "rating": share("the employer's rating, best 1", "0.8"),
    },
    dated="started_at",
    ordered=(("started_at", "ended_at"),),
    any_of=(("job", "employer"),),
)
