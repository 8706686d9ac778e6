"""The contract of channel J: postings."""

from __future__ import annotations

from skillpath.pipeline.ingest.contracts.field import Contract, Field, code, day

DEGREES = ("none", "secondary", "vocational", "associate", "bachelor", "master", "doctorate")

JOBS = Contract(
    "jobs",
    "J",
    "Job posts: one row a post, with what it asks and when it was released.",
    ("code",),
    {
        "code": code("the post's own code", "hn:16052538"),
        "title": Field(about="its headline", example="Data analyst (part-time)", required=True, longest=1_000),
        "text": Field(about="responsibilities and everything else it says", example="You ...", longest=100_000),
        "skills": Field("list", "skills it lists", example="SQL|statistics"),
        "posted_at": day("when it was released", "2024-03-31", required=True),
        "closes_at": day("last day to apply", "2024-04-30"),
        "employer": Field(about="who posts it", example="Aldermere Mills"),
        "region": Field(about="where the work is", example="Addis Ababa", coding="region"),
        "industry": Field(about="the employer's industry", example="software", coding="industry"),
        "education": Field(
            about="least education asked", example="bachelor", coding="education", one_of=DEGREES, missing="none"
        ),
        "experience": Field("number", "least experience asked", unit="years", example="3", least=0.0, most=60.0),
        "vacancies": Field("integer", "people wanted", unit="people", example="2", least=1, most=100_000, missing=1),
        "salary": Field("salary", "pay as written", unit="currency a month", example="15-25K"),
    },
    dated="posted_at",
    ordered=(("posted_at", "closes_at"),),
)
