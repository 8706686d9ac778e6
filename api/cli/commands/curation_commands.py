"""The curation commands that decide: terms, proposals, merges, splits, undoing."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from skillpath.api.cli.commands.output import JsonOption, emit
from skillpath.api.cli.commands.queue_commands import open_for_stewards

if TYPE_CHECKING:
    from skillpath.graph.curation.curation_service import Revision
    from skillpath.ontology.curation.actions import Action

By = Annotated[str, typer.Option("--as", help="Who decides; the system's user name unless given.")]
Skill = Annotated[str, typer.Argument(help="Code of a skill.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the revision log.")]
Seen = Annotated[
    int | None, typer.Option(help="Revision of the vocabulary you looked at; newer decisions are not overwritten.")
]
PROPOSAL = "proposal:"


def map_(
    term: Annotated[str, typer.Argument(help="Code of a term, from the queue.")],
    skill: Skill,
    reason: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Say that a term means a skill; records that mention it follow at once."""
    from skillpath.ontology.curation.actions import MapTerm

    _decide(MapTerm(term, skill, reason), by, seen, json)


def approve(
    proposal: Annotated[str, typer.Argument(help="Code of a proposal, from the queue.")],
    note: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Approve a proposal, which carries it out; not one's own."""
    from skillpath.ontology.curation.actions import Decide

    _decide(Decide(proposal, True, note), by, seen, json)


def reject(
    what: Annotated[str, typer.Argument(help="A proposal, or a term that means no skill.")],
    reason: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Reject a proposal, or say that a term means no skill."""
    from skillpath.ontology.curation.actions import Decide, RejectTerm

    action = Decide(what, False, reason) if what.startswith(PROPOSAL) else RejectTerm(what, reason)
    _decide(action, by, seen, json)


def propose(
    kind: Annotated[str, typer.Argument(help="NEW_SKILL, NEW_LABEL, MERGE or DEPRECATE.")],
    label: Annotated[str, typer.Option(help="The label of a new skill, or the new label.")] = "",
    alternative: Annotated[list[str] | None, typer.Option(help="Alternative labels; may be repeated.")] = None,
    definition: Annotated[str, typer.Option(help="The definition of a new skill.")] = "",
    broader: Annotated[list[str] | None, typer.Option(help="Code of a broader skill; may be repeated.")] = None,
    term: Annotated[str, typer.Option(help="The term that asks for it; it is mapped on approval.")] = "",
    skill: Annotated[str, typer.Option(help="Code of the skill that it concerns.")] = "",
    into: Annotated[str, typer.Option(help="Code of the skill to merge into, or to use instead.")] = "",
    reason: Reason = "",
    by: By = "",
    json: JsonOption = False,
) -> None:
    """Ask for a change of the vocabulary that another steward decides."""
    from skillpath.errors import BadInput
    from skillpath.ontology.curation.actions import ProposalKind, Propose

    if kind not in ProposalKind.__members__:
        raise BadInput(f"No kind {kind}", where="proposal", todo=f"Use {', '.join(ProposalKind.__members__)}")
    labels, parents = tuple(alternative or ()), tuple(broader or ())
    asked = Propose(ProposalKind(kind), reason, label, labels, definition, parents, term, skill, into)
    done = _decide(asked, by, None, json)
    if not json:
        print(f"  {PROPOSAL}{done.number} waits for another steward")


def merge(
    source: Annotated[str, typer.Argument(help="The skill that ends.")],
    into: Annotated[str, typer.Argument(help="The skill it becomes.")],
    reason: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Make one skill another: relationships and labels move, the old code redirects."""
    from skillpath.ontology.curation.actions import Merge

    _decide(Merge(source, into, reason), by, seen, json)


def split(
    skill: Skill,
    part: Annotated[list[str], typer.Option(help="LABEL or LABEL=TERM,TERM; at least two, the first keeps the rest.")],
    reason: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Make one skill several; terms go where they are assigned, with the records that mention them."""
    from skillpath.ontology.curation.actions import SplitPart, SplitSkill

    parts = []
    for text in part:
        label, _, terms = text.partition("=")
        parts.append(SplitPart(label, terms=tuple(t.strip() for t in terms.split(",") if t.strip())))
    _decide(SplitSkill(skill, tuple(parts), reason), by, seen, json)


def deprecate(
    skill: Skill,
    successor: Annotated[str, typer.Option(help="The skill to use instead.")] = "",
    reason: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Use a skill no more; with a successor its relationships move there."""
    from skillpath.ontology.curation.actions import Deprecate

    _decide(Deprecate(skill, successor, reason), by, seen, json)


def undo(
    revision: Annotated[int, typer.Argument(help="Number of a revision, from the history.")],
    reason: Reason = "",
    by: By = "",
    json: JsonOption = False,
) -> None:
    """Turn one revision back, unless a later one changed the same things."""
    from skillpath.ontology.curation.actions import Undo

    _decide(Undo(revision, reason), by, None, json)


def decide(
    decision: Annotated[str, typer.Argument(help="map (to the likeliest candidate) or reject.")],
    status: Annotated[str, typer.Option(help="unmapped or review.")] = "review",
    source: Annotated[str | None, typer.Option(help="Only terms of this source.")] = None,
    contains: Annotated[str | None, typer.Option(help="Only terms with this text.")] = None,
    least: Annotated[float, typer.Option(help="Map from this probability on; reject below it.")] = 0.0,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it the terms are only counted.")] = False,
    reason: Reason = "",
    by: By = "",
    seen: Seen = None,
    json: JsonOption = False,
) -> None:
    """Decide about all the terms of a filter at once; without --yes it only counts them."""
    from skillpath.errors import BadInput
    from skillpath.graph.curation.bulk_decisions import decide_filtered
    from skillpath.graph.curation.term_filter import TermFilter

    if decision not in ("map", "reject"):
        raise BadInput(f"No decision {decision}", where="decide", todo="Use map or reject")
    with open_for_stewards() as curation:
        wanted = TermFilter(status, source, contains)
        done = decide_filtered(
            curation, wanted, by or getpass.getuser(), decision == "map", least, not yes, reason, seen
        )
    line = f"{done.count} terms, revision {done.revision}" if done.revision else f"{done.count} terms meant"
    emit({"count": done.count, "revision": done.revision}, [line], as_json=json)


def _decide(action: Action, by: str, seen: int | None, json: bool) -> Revision:
    with open_for_stewards() as curation:
        done = curation.do(action, by or getpass.getuser(), seen)
    touched = ", ".join(sorted({change.node.code for change in done.changes.nodes})[:5])
    data = {"revision": done.number, "by": done.by, "action": done.action, "before": done.before, "after": done.after}
    emit(data, [f"revision {done.number}: {done.action} by {done.by} ({touched})"], as_json=json)
    return done
