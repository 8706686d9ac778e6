"""Writer of docs/evaluation.md from bench/results/learning_*.json: ``python -m bench.learning.report``."""

from __future__ import annotations

import json
from typing import Any

from bench.skeleton import ROOT

RESULTS, PAGE = ROOT / "bench" / "results", ROOT / "docs" / "evaluation.md"
ORDER = ("town", "bounds", "speeds", "town_gap", "served", "series", "sequences", "courses", "posts")
SERVED = {
    "town": "**Served**: the fused model, which `skillpath train` fits and whose forecasts stand in the graph. The "
    "demo serves its quick profile, of which these are not the figures. Rivals and parts of the model are not served.",
    "bounds": "**Not served**: bounds of any forecast.",
    "speeds": "**Served**: what `skillpath train` takes.",
    "town_gap": "**Served**: the chains in the graph of a synthetic town. The recommender knows what goals require and "
    "which skills a resource teaches, so the gap is an easy test: it proves machinery, not merit. Rivals are "
    "not served.",
    "served": "**Served**: the chains in the graph. The rivals are not.",
    "series": "**Served** only as `skillpath forecast`, for tables of one's own; nothing of it stands in the graph.",
    "sequences": "**Not served**: a model that only this benchmark fits.",
    "courses": "**Not served**: rivals of the progression, which `python -m bench.served` judges as served.",
    "posts": "**Served** as the fused model is; these figures are of a history of its own, not of a graph.",
}
"""What of each table reaches its users."""
HEAD = """# How good the models are

Made by `make bench-learning`, which measures everything anew and writes this page; do not edit it. Each figure is the
mean over the seeds ± their standard deviation (0.000 where a method has no randomness). **Bold**: the best of the run.
*ours*: what Skillpath serves or would serve. Splits are chronological; every method saw the same data, and was tuned on
the same validation part.
"""
SYNTHETIC = """
## Synthetic: the town whose truth is known

Nothing here is measured from the world. The generator's process is known, so the best possible forecast is too.
"""
REAL = "\n## Real: public benchmarks\n"


def main() -> None:
    """Write the page."""
    found = [
        json.loads(p.read_text("utf-8")) | {"served": SERVED[n]}
        for n in ORDER
        if (p := RESULTS / f"learning_{n}.json").is_file()
    ]
    kinds = {"synthetic": SYNTHETIC, "real": REAL}
    parts = [HEAD]
    for kind, head in kinds.items():
        sections = [section(result) for result in found if result["data"] == kind]
        parts += [head, *sections] if sections else []
    PAGE.write_text("".join(parts), "utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


def section(result: dict[str, Any]) -> str:
    """One benchmark: what was asked, its tables, where it was measured."""
    machine = result["machine"]
    where = f"commit `{machine['commit'][:7]}`, {machine['cores']} cores, {machine['memory_gib']} GiB, "
    where += f"{machine['at'][:10]}, {result['seconds']:,.0f} s in all"
    settings = result.get("settings") or [{"name": "", "methods": result["methods"]}]
    tables = "".join(_setting(result["metrics"], s) for s in settings)
    head = f"\n### {result['task']}\n\n{result['served']}\n\n{result['protocol']}\n"
    return f"{head}{tables}{_more(result)}\n({where})\n"


def _setting(metrics: dict[str, str], setting: dict[str, Any]) -> str:
    shown = [m for m in metrics if any(m in method["metrics"] for method in setting["methods"])]
    best = {m: _best(metrics[m], m, setting["methods"]) for m in shown}
    title = f"\n**{setting['name']}**\n" if setting["name"] else ""
    head = "| method | " + " | ".join(shown) + " |\n|---|" + "---|" * len(shown) + "\n"
    rows = "".join(_row(method, shown, best) for method in setting["methods"])
    notes = "".join(f"\n- {m['name']}: {m['note']}" for m in setting["methods"] if m.get("note"))
    return f"{title}\n{head}{rows}{notes}\n"


def _best(direction: str, metric: str, methods: list[dict[str, Any]]) -> float | None:
    # A bound that no model can reach is not a competitor.
    means = [m["metrics"][metric]["mean"] for m in methods if metric in m["metrics"] and not m.get("bound")]
    return (max if direction == "higher" else min)(means) if means else None


def _row(method: dict[str, Any], shown: list[str], best: dict[str, float | None]) -> str:
    name = f"{method['name']} *(ours)*" if method["ours"] else method["name"]
    cells = [_cell(method["metrics"].get(m), best[m], bool(method.get("bound"))) for m in shown]
    return f"| {name} | " + " | ".join(cells) + " |\n"


def _cell(figure: dict[str, Any] | None, best: float | None, bound: bool) -> str:
    if figure is None:
        return "–"
    size = abs(figure["mean"])
    places = 1 if size >= 100 else 2 if size >= 10 else 3
    text = f"{figure['mean']:,.{places}f}"
    text += f" ± {figure['std']:,.{places}f}" if figure["seeds"] > 1 or not bound else ""
    return f"**{text}**" if figure["mean"] == best and not bound else text


def _more(result: dict[str, Any]) -> str:
    figures = "".join(f"\n![{f['caption']}]({f['file']})\n" for f in result.get("figures", []))
    facts = "".join(f"\n- {line}" for line in result.get("facts", []))
    return f"{facts}\n{figures}" if facts or figures else ""


if __name__ == "__main__":
    main()
