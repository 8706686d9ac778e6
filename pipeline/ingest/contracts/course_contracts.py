"""The contracts of channel C: courses and other resources, enrolments, events."""

from __future__ import annotations

from skillpath.pipeline.ingest.contracts.field import Contract, Field, code, day, share

RESOURCE_KINDS = ("course", "training", "competition", "certificate", "mentor", "policy", "incubator")
EVENT_KINDS = ("course", "practice", "evaluation")

RESOURCES = Contract(
    "resources",
    "C",
    "Whatever improves a capability: courses, training, competitions, certificates, mentors, policies, incubators.",
    ("code",),
    {
        "code": code("the resource's own code", "town:resource/001"),
        "kind": Field(about="what it is", example="course", required=True, one_of=RESOURCE_KINDS),
        "title": Field(about="its name", example="Relational databases", required=True, longest=1_000),
        "text": Field(about="what it teaches or offers", example="You will ...", longest=100_000),
        "skills": Field("list", "skills it improves", example="SQL|database design"),
        "prerequisites": Field("list", "codes of resources to be taken before", example="town:resource/002"),
        "provider": Field(about="who offers it", example="Aldermere University"),
        "region": Field(about="where it takes place; empty for online", example="Hill", coding="region"),
        "starts_at": day("first day", "2024-10-01"),
        "closes_at": day("last day to register", "2024-09-15"),
        "hours": Field("number", "length", unit="hours", example="60", least=0.0, most=10_000.0),
        "seats": Field("integer", "places", unit="people", example="30", least=0, most=10_000_000),
    },
)

ENROLMENTS = Contract(
    "enrolments",
    "C",
    "Who took which resource, how far and how well.",
    ("student", "resource"),
    {
        "student": code("who", "town:student/00478", "student"),
        "resource": code("what", "town:resource/001", "resource"),
        "at": day("when it began", "2024-10-02"),
        "progress": share("part done", "0.75", missing=0.0),
        "score": Field("number", "result", unit="points, 0 to 100", example="81.5", least=0.0, most=100.0),
        "practice": share("part of it that was practice", "0.4"),
        "position": Field(
            "integer",
            "place among what the student took; without it and without a day the order of the rows counts",
            example="3",
            least=1,
            most=10_000_000,
        ),
    },
    dated="at",
)

EVENTS = Contract(
    "events",
    "C",
    "Training sequences: each course, practice and evaluation event with its time and outcome.",
    ("student", "resource", "kind", "at"),
    {
        "student": code("who", "town:student/00478", "student"),
        "resource": code("within which resource", "town:resource/001", "resource"),
        "kind": Field(about="what it was", example="practice", required=True, one_of=EVENT_KINDS),
        "at": Field("time", "when", unit="moment, UTC", example="2024-11-05T09:30:00Z", required=True),
        "score": Field("number", "result", unit="points, 0 to 100", example="81.5", least=0.0, most=100.0),
        "completion": share("part of it done", "1.0", missing=1.0),
    },
    dated="at",
)
