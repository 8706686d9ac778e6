"""GraphQL types of recommendations and their explanations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import relay

from skillpath.api.graphql.types.capabilities import Share, to_shares
from skillpath.api.graphql.types.clusters import JobCluster
from skillpath.api.graphql.types.connections import check_first
from skillpath.api.graphql.types.explanation_types import Counterfactual, Evidence, to_counterfactual, to_evidence
from skillpath.api.graphql.types.feedback_types import Feedback, to_feedback
from skillpath.api.graphql.types.path_types import Walk, Waypoint, to_relationship
from skillpath.api.graphql.types.run_types import Run, to_run
from skillpath.api.graphql.types.skills import Info, Skill, to_skill
from skillpath.api.graphql.types.suggestions import KINDS, Resource, Suggestion
from skillpath.api.services.student_chains import sentence
from skillpath.chains.model.ranking import TERMS, gain_weight, gap_term
from skillpath.errors import NotFound
from skillpath.graph.core.connection import Row
from skillpath.pipeline.scoring.explain_on_demand import ChainKey

if TYPE_CHECKING:
    from skillpath.api.graphql.types.student_types import Student


@strawberry.type
class Closing:
    """A skill that a chain closes: levels in [0, 1], and what components the level now comes from."""

    skill: Skill
    have: float
    required: float
    gain: float
    comes_from: list[Share]


@strawberry.type
class Because:
    """A resource done before that people went on from to what is suggested, or that is like it.

    `contribution` is what it brings to the score, `support` how many students went on; 0 where the two are only alike.
    The contributions of all such resources add up to that of the term affinity.
    """

    resource: Resource
    contribution: float
    support: int


@strawberry.type
class Weight:
    """What a term brings: `contribution` is `value`, its weight, times `term`; contributions add up to the score.

    The term named gap is 1 − exp(−the levels closed), so that it saturates; of a job it is that times the match.
    """

    name: str
    value: float
    term: float
    contribution: float


@strawberry.type
class Explanation:
    """The terms of a chain and a sentence built from them; `gap` is in levels, summed over all the target requires.

    Terms that the served run did not know yet are null.
    """

    match: float
    gap: float
    bridging: float
    text: str
    heat: float | None
    stage: float | None
    redundancy: float | None
    affinity: float | None
    popularity: float | None
    urgency: float | None
    weights: list[Weight]


@strawberry.type
class Recommendation(relay.Node):
    """One explainable chain: goal, gap, resource; or what people like the student went on to.

    `toward` is null where it leads to no goal that is known: then `because` says why, or how many took it.
    `propensity` is the chance with which it stands first in its list: first places are drawn, so that what people do
    tells something. All others stand in order of their scores.
    `stale` if the student, what is suggested, the goal or a skill on the way changed since it was computed.
    """

    key: relay.NodeID[str]
    rank: int
    score: float
    path: str
    suggests: Suggestion
    toward: JobCluster | None
    closes: list[Closing]
    because: list[Because]
    explanation: Explanation
    stale: bool
    propensity: float | None
    owner: strawberry.Private[str]

    @classmethod
    async def resolve_nodes(cls, *, info: Info, node_ids: Iterable[str], required: bool = False) -> list[Any]:
        """Chains of the served run by id."""
        rows = await info.context.chains_by_id.load_many(list(node_ids))
        return [None if row is None else to_recommendation(row) for row in rows]

    @strawberry.field
    async def student(
        self, info: Info
    ) -> Annotated[Student, strawberry.lazy("skillpath.api.graphql.types.student_types")]:
        """Whom it is for."""
        return await student_by_code(info, self.owner)

    @strawberry.field
    async def paths(self, info: Info, limit: int = 5) -> list[Walk]:
        """Its paths in the graph, one for each skill that counts, the one that closes most first."""
        wanted = check_first(limit, info.context.settings.page, "limit")
        rows = await info.context.chain_paths.load((self.key, wanted))
        student = await student_by_code(info, self.owner)
        return [
            Walk(nodes=_nodes(row, student), relationships=[to_relationship(r) for r in row["relationships"]])
            for row in rows
        ]

    @strawberry.field
    async def evidence(self, info: Info, first: int = 10) -> list[Evidence]:
        """What it rests on as the graph is now, what counts most first; of one student a request, a few chains."""
        wanted = check_first(first, info.context.settings.page)
        return [
            to_evidence(piece) for piece in (await info.context.explanations.evidence.load(self._chain_key()))[:wanted]
        ]

    @strawberry.field
    async def counterfactual(self, info: Info) -> Counterfactual | None:
        """What would put it first, or higher; null if it is first, or no single skill would lift it."""
        return to_counterfactual(await info.context.explanations.counterfactuals.load(self._chain_key()))

    def _chain_key(self) -> tuple[str, ChainKey]:
        return self.owner, ChainKey(self.path, self.suggests.code)

    @strawberry.field
    async def run(self, info: Info) -> Run:
        """The run that it is of."""
        served = await info.context.run()
        row = await info.context.runs.load(served)
        if row is None:
            raise NotFound("The run is gone", where=served)
        return to_run(row)

    @strawberry.field
    async def feedback(self, info: Info, first: int = 20) -> list[Feedback]:
        """What was done with the same suggestion to the same student in this run or any before, the last first."""
        wanted = check_first(first, info.context.settings.page)
        return [to_feedback(row) for row in await info.context.feedback.load((self.key, wanted))]


async def student_by_code(info: Info, code: str) -> Student:
    """The student with this code.

    Raises:
        NotFound: there is none.
    """
    from skillpath.api.graphql.types.student_types import to_student

    row = await info.context.students.load(code)
    if row is None:
        raise NotFound("No such student", where=code)
    return to_student(row)


def _nodes(row: Row, student: Student) -> list[Waypoint]:
    """The nodes of one path in their order.

    Student, goal, skill, item where it closes a gap; student, resource, item where people went on to it; student,
    skill, item, goal where it fits what is there.
    """
    item = KINDS[row["kind"]](code=row["itemCode"], label=row["itemLabel"])
    if row["doneCode"] is not None:
        return [student, Resource(code=row["doneCode"], label=row["doneLabel"]), item]
    if row["clusterCode"] is None:
        return [student, item]
    goal = JobCluster(code=row["clusterCode"], label=row["clusterLabel"])
    skill = [Skill.of(row["skillCode"], row["skillLabel"])] if row["skillCode"] is not None else []
    if row["closes"]:
        return [student, goal, *skill, item]
    return [student, *skill, item, goal] if skill else [student, goal, item]


def to_recommendation(row: Row) -> Recommendation:
    """The chain of one row."""
    return Recommendation(
        key=row["id"],
        rank=row["rank"],
        score=row["score"],
        path=row["path"],
        suggests=KINDS[row["kind"]](code=row["itemCode"], label=row["itemLabel"]),
        toward=None if row["clusterCode"] is None else JobCluster(code=row["clusterCode"], label=row["clusterLabel"]),
        closes=[
            Closing(
                skill=to_skill(s),
                have=s["have"],
                required=s["required"],
                gain=s["gain"],
                comes_from=to_shares(s["components"]),
            )
            for s in row["closes"]
        ],
        because=[
            Because(
                resource=Resource(code=r["code"], label=r["label"]),
                contribution=r["contribution"],
                support=r["support"],
            )
            for r in row["because"]
        ],
        explanation=_explanation(row),
        stale=row["stale"],
        propensity=row["propensity"],
        owner=row["student"],
    )


def _explanation(row: Row) -> Explanation:
    terms_shown = {name: row[name] for name in TERMS}
    terms = {**terms_shown, "gap": float(gap_term(row["gain"], gain_weight(row["path"], row["match"])))}
    weights = [
        Weight(name=name, value=weight, term=terms[name], contribution=part)
        for name, weight, part in zip(TERMS, row["weights"], row["contributions"], strict=False)
    ]
    return Explanation(**terms_shown, text=sentence(row), weights=weights)
