"""Model card: intended use, training data, metrics and limits of a trained model."""

from __future__ import annotations

from typing import Any

from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.fusion.fusion_settings import FusionSettings
from skillpath.embeddings.history import History

CARD = """# Model card: demand and gap of job clusters

**For.** Planners and advisors: which clusters will be asked for over the next {horizon} months, how that changes, and
what share of what is asked students do not bring. It ranks what to look at; people decide.

**Not for.** Decisions about single persons: it says nothing of anybody's chances. Rejecting applicants, setting pay,
closing a course on its word alone. Other places, other vocabularies and windows than those below. Vectors of students
are for finding fitting offers, never for comparing people with each other.

**Data.** {months} months from {first}: {postings} postings in {clusters} clusters (reposts counted once),
{students} students, {events} training events, {skills} skills. Graph revision `{revision}`. Gender and origin are not
read.

**How.** Channels: {channels}. A structural time-series model foretells postings from a cluster's own past; an
ensemble of {members} network(s) corrects it by what texts, training sequences and the graph add. Chances are
scaled by a temperature ({temperature:.2f}) chosen on validation. Trained on origins up to month {train}, chosen by
{validation} origins after it, judged on {test} later ones, with {apart} months between, so that no target of one part
reaches into the next.

**Judged on the test origins.**

| measure | value |
| --- | --- |
{metrics}

**Limits.** The test is {test} months of {clusters} clusters: an accuracy is known to about ± {doubt:.1f} points. Small
clusters are foretold little better than by their average. What never happened in the window (a new law, a new kind of
work) is not foreseen. Months that were moved, cleaned or lost in the sources look like demand that moved.
"""


def model_card(
    history: History, targets: ForecastTargets, settings: FusionSettings, temperature: float, metrics: dict[str, Any]
) -> str:
    """The card as Markdown."""
    split, clusters = targets.split, history.size("cluster")
    samples = max(int((targets.label[:, split.test] >= 0).sum()), 1)
    return CARD.format(
        horizon=settings.targets.horizon,
        months=history.months,
        first=history.first_month,
        postings=len(history.postings.day),
        clusters=clusters,
        students=history.size("student"),
        events=len(history.events.day),
        skills=history.size("skill"),
        revision=history.revision,
        channels=", ".join(settings.channels),
        members=settings.members,
        temperature=temperature,
        train=int(split.train[-1]) + 1,
        validation=len(split.validation),
        test=len(split.test),
        apart=settings.targets.horizon - 1,
        metrics="\n".join(f"| {name} | {_shown(value)} |" for name, value in metrics.items()),
        doubt=100 * 0.5 / samples**0.5,
    )


def _shown(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
