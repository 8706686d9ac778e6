"""Comparison of the fused model with its baselines, and its ablation."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from skillpath.embeddings.baselines.baseline_comparison import Baseline, TunedBaseline, compare_baselines
from skillpath.embeddings.calibration import reliability
from skillpath.embeddings.evaluation.figures import draw_confusion, draw_reliability
from skillpath.embeddings.evaluation.metric_tables import MetricSummary, Row, over_seeds
from skillpath.embeddings.evaluation.metrics import compute_metrics, compute_warning_metrics, confusion, interval
from skillpath.embeddings.evaluation.outlook import Outlook, calibrate_outlook, stack_samples
from skillpath.embeddings.forecast_targets import ForecastTargets
from skillpath.embeddings.model_forecasts import CLASSES
from skillpath.pipeline.common.progress import Reporter

Fuse = Callable[[tuple[str, ...], int], Outlook]
"""The fused model: channels and seed in, forecasts before temperature scaling out."""

FUSED = "fused"
STEPS: dict[str, tuple[str, ...]] = {
    "series": ("series",),
    "series + text": ("series", "text"),
    "series + text + sequence": ("series", "text", "sequence"),
    "series + text + sequence + graph": ("series", "text", "sequence", "graph"),
}
FULL = STEPS[list(STEPS)[-1]]
"""All channels."""
RIVALS = ("XGBoost", "BiLSTM", "Transformer")
"""Those whose distance the paper states."""
SHARE, EXPECTED = "share of oracle", "expected accuracy"


@dataclass(frozen=True)
class Comparison:
    """All that was measured on the test origins.

    Attributes:
        comparison, ablation: rows of the two tables. contestants: the outlooks behind them, by name.
        oracle: figures of the best possible forecast, where the truth is known.
        seconds: by method, tuning and all seeds together.
    """

    comparison: list[Row]
    ablation: list[Row]
    contestants: dict[str, TunedBaseline]
    targets: ForecastTargets
    horizon: int
    oracle: dict[str, float] = field(default_factory=dict)

    @property
    def seconds(self) -> dict[str, float]:
        """Of each method: tuning and all seeds together."""
        return {name: round(c.seconds, 1) for name, c in self.contestants.items()}


def compare(
    entries: Sequence[Baseline],
    fuse: Fuse,
    targets: ForecastTargets,
    horizon: int,
    report: Reporter,
    seeds: int = 3,
    oracle: Outlook | None = None,
) -> Comparison:
    """Run everything; one line as each method is done."""
    bound = compute_metrics(oracle, targets, targets.split.test) if oracle else {}
    if oracle:
        bound[EXPECTED] = expected_accuracy(oracle, oracle, targets)
    found: dict[str, TunedBaseline] = {}
    for one in compare_baselines(entries, targets, seeds):
        found[one.name] = one
        report.line(f"  {one.name}: {one.seconds:.0f} s")
    for name, channels in STEPS.items():
        found[name] = _fused(name, channels, fuse, targets, seeds)
        report.line(f"  {name}: {found[name].seconds:.0f} s")

    def row(name: str, shown: str, *, ours: bool) -> Row:
        return Row(shown, over_seeds(_figures(found[name], targets, horizon, oracle)), ours)

    full = list(STEPS)[-1]
    rows = [row(entry.name, entry.name, ours=False) for entry in entries] + [row(full, FUSED, ours=True)]
    if oracle:
        rows.append(Row("oracle", over_seeds([bound]), bound=True, note="knows the latent process up to each month"))
    return Comparison(rows, [row(name, name, ours=True) for name in STEPS], found, targets, horizon, bound)


def _fused(name: str, channels: tuple[str, ...], fuse: Fuse, targets: ForecastTargets, seeds: int) -> TunedBaseline:
    began = time.monotonic()
    raw = [fuse(channels, seed) for seed in range(seeds)]
    return TunedBaseline(name, channels, raw, [calibrate_outlook(o, targets) for o in raw], time.monotonic() - began)


def _figures(
    one: TunedBaseline, targets: ForecastTargets, horizon: int, oracle: Outlook | None
) -> list[dict[str, float]]:
    """By seed, the metrics on the test origins, before scaling where scaling is what counts."""
    runs = []
    for raw, outlook in zip(one.raw, one.outlooks, strict=True):
        figures = compute_metrics(outlook, targets, targets.split.test)
        figures["ECE unscaled"] = reliability(*stack_samples(raw, targets, targets.split.test)).error
        if oracle:
            figures[SHARE] = figures["accuracy"] / compute_metrics(oracle, targets, targets.split.test)["accuracy"]
            figures[EXPECTED] = expected_accuracy(outlook, oracle, targets)
        runs.append(figures | compute_warning_metrics(outlook, targets, horizon))
    return runs


def expected_accuracy(outlook: Outlook, oracle: Outlook, targets: ForecastTargets) -> float:
    """How often the classes that an outlook names come, by the true chances: accuracy without the luck of one draw."""
    chances, _ = stack_samples(oracle, targets, targets.split.test)
    named, _ = stack_samples(outlook, targets, targets.split.test)
    return float(chances[np.arange(len(named)), named.argmax(axis=1)].mean())


def facts(done: Comparison) -> list[str]:
    """What the tables mean, in sentences: margins, steps of the ablation, calibration."""
    by_name = {row.name: row.figures for row in done.comparison}
    ours = by_name[FUSED]
    lines = []
    for rival in RIVALS:
        if rival in by_name:
            margin = 100 * (ours["accuracy"].mean - by_name[rival]["accuracy"].mean)
            lines.append(f"{margin:+.1f} points of accuracy against {rival} ({_interval(done, rival)})")
    for before, after in zip(done.ablation, done.ablation[1:], strict=False):
        lines.append(_step(after.name.rsplit(" + ", 1)[1], before.figures, after.figures))
    lines.append(f"Calibration error {ours['ECE unscaled']} before scaling, {ours['ECE']} after")
    return lines + (_against_truth(done, ours) if done.oracle else [])


def _against_truth(done: Comparison, ours: dict[str, MetricSummary]) -> list[str]:
    stack_samples, bound = done.targets.label[:, done.targets.split.test].size, done.oracle
    return [
        f"The true chances have a calibration error of {bound['ECE']:.3f}, by the luck of {stack_samples} samples",
        f"{ours[SHARE].mean:.1%} of the oracle's accuracy ({bound['accuracy']:.3f}) on what came, "
        f"{ours[EXPECTED].mean / bound[EXPECTED]:.1%} by the true chances",
    ]


def _step(name: str, before: dict[str, MetricSummary], after: dict[str, MetricSummary]) -> str:
    parts = []
    for metric, better in (("accuracy", 1), ("log-loss", -1), ("RMSE of gap", -1)):
        if metric in before and metric in after:
            gain = better * (after[metric].mean - before[metric].mean)
            beyond = abs(gain) > max(before[metric].std, after[metric].std)
            way = "better" if gain > 0 else "worse"
            where = "beyond" if beyond else "within"
            parts.append(f"{metric} {way} by {abs(gain):.4f}, {where} one deviation" if gain else f"{metric} the same")
    return f"+ {name}: " + "; ".join(parts)


def _interval(done: Comparison, rival: str) -> str:
    """95 % bootstrap interval over clusters of the difference in accuracy, in points, seeds averaged."""
    targets = done.targets
    truth = targets.label[:, targets.split.test]

    def right(name: str) -> np.ndarray:
        outlooks = done.contestants[name].outlooks
        is_right = [o.probabilities[:, targets.split.test].argmax(axis=-1) == truth for o in outlooks]
        return np.asarray(np.mean(is_right, axis=(0, 2)))

    difference = right(list(STEPS)[-1]) - right(rival)
    low, high = interval(lambda rows: float(difference[rows].mean()), len(difference))
    return f"95 % interval over clusters {100 * low:+.1f} to {100 * high:+.1f}"


def draw(done: Comparison, folder: Path, ending: str = "svg") -> list[Path]:
    """Reliability diagram and confusion matrix of the fused model on the test origins, all seeds together."""
    one, targets = done.contestants[list(STEPS)[-1]], done.targets
    before, after = (_together(outlooks, targets) for outlooks in (one.raw, one.outlooks))
    table = confusion(after[1], after[0].argmax(axis=1), len(CLASSES))
    return [
        draw_reliability(
            reliability(*before), reliability(*after), folder / f"reliability.{ending}", "Fused model, test months"
        ),
        draw_confusion(table, CLASSES, folder / f"confusion.{ending}", "Fused model, test months"),
    ]


def _together(outlooks: list[Outlook], targets: ForecastTargets) -> tuple[np.ndarray, np.ndarray]:
    pairs = [stack_samples(outlook, targets, targets.split.test) for outlook in outlooks]
    return np.concatenate([p for p, _ in pairs]), np.concatenate([labels for _, labels in pairs])
