"""The matching commands: match, evaluate, train matcher."""

from __future__ import annotations

import json as codec
from pathlib import Path
from typing import Annotated, Any

import typer

from skillpath.api.cli.commands.output import JsonOption, emit

Model = Annotated[
    str,
    typer.Option(
        "--encoder", help="auto (the trained one, else the local one, else none), trained, local, none, or a model."
    ),
]


def match(
    text: Annotated[list[str], typer.Argument(help="Terms, or with --find a long text.")],
    first: Annotated[int, typer.Option(min=1, max=50, help="Candidates of each term.")] = 3,
    find: Annotated[bool, typer.Option("--find", help="Find the skills in the text, with their places.")] = False,
    encoder: Model = "auto",
    json: JsonOption = False,
) -> None:
    """Say which skills terms mean, with probability, band and the stage that found them; or find skills in a text."""
    from skillpath.api.context import load_settings, open_graph

    settings = load_settings()
    with open_graph(settings) as graph:
        rows = _found(graph, settings, text) if find else _ranked(graph, settings, text, first, encoder)
    shown = [
        f"{row['start']:>6}–{row['end']:<6} {row['text']} → {row['label']}  [{row['skill']}]"
        if find
        else f"{row['text']}: {row['probability']:.2f} {row['band']:<6} {row['label']}  "
        f"[{row['skill']}, {row['method']}]"
        for row in rows
    ]
    emit(rows, shown or ["Nothing found."], as_json=json)


def evaluate(
    gold: Annotated[list[Path], typer.Argument(help="Files with sentence, span, sub_span, label.")],
    encoder: Model = "auto",
    out: Annotated[Path | None, typer.Option(help="Also write the figures to this JSON file.")] = None,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Fit the probabilities on these files.")] = False,
    json: JsonOption = False,
) -> None:
    """Measure matching on annotated sentences and spans, against baselines in the same run."""
    from skillpath.api.context import load_settings, open_graph
    from skillpath.ontology.evaluation.matching_evaluation import table
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.curation.matcher import machine, measure

    settings = load_settings()
    model = _chosen(settings, encoder)
    with open_graph(settings) as graph:
        done = measure(
            graph,
            gold,
            _encoder(settings, model),
            _encoder(settings, "local" if model != "none" else "none"),
            settings.pipeline.matcher,
            settings.ranking,
            Reporter(),
            calibrate,
        )
    data: dict[str, Any] = {
        "machine": machine(),
        "encoder": model,
        "results": [r.as_dict() for r in done.results],
        "calibration": done.refit,
    }
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(codec.dumps(data, indent=1) + "\n", "utf-8")
    lines = table(done.results)
    if done.refit:
        lines.append(
            f"cross-fitted: calibration error {done.refit['error_of_ten_bins']:.3f}, {done.refit['accepted']} of "
            f"{done.refit['spans']} accepted, {done.refit['acceptPrecision']} of them right"
        )
    emit(data, lines, as_json=json)


def train_matcher(
    steps: Annotated[int | None, typer.Option(min=1, help="Training steps, unless the settings say.")] = None,
    json: JsonOption = False,
) -> None:
    """Fine-tune the text encoder on the vocabulary's own labels, definitions and hierarchy; run again to go on."""
    from dataclasses import replace

    from skillpath.api.context import load_settings, open_graph
    from skillpath.pipeline.common.progress import Reporter
    from skillpath.pipeline.curation.matcher import train_matcher as run

    settings = load_settings()
    chosen = replace(settings.matcher, steps=steps) if steps else settings.matcher
    with open_graph(settings) as graph:
        learned = run(graph, settings.pipeline.matcher, chosen, Reporter())
    line = f"{learned['steps']} steps, loss {learned['firstLoss']} → {learned['lastLoss']}: {settings.pipeline.matcher}"
    emit(learned, [line], as_json=json)


def _chosen(settings: Any, encoder: str) -> str:
    """What ``auto`` means here."""
    from skillpath.embeddings.matcher_training import is_trained
    from skillpath.embeddings.text_encoder import installed

    if encoder != "auto":
        return encoder
    if not installed():
        return "none"
    return "trained" if is_trained(settings.pipeline.matcher) else "local"


def _encoder(settings: Any, model: str) -> Any:
    from skillpath.api.context import build_encoder

    return build_encoder(settings, model)


def _ranked(graph: Any, settings: Any, texts: list[str], first: int, encoder: str) -> list[dict[str, Any]]:
    from skillpath.ontology.matching.matching import Matcher
    from skillpath.ontology.ranking.ranker import Ranker
    from skillpath.pipeline.curation.matcher import calibration_for, read_skills

    skills = read_skills(graph)
    model = _encoder(settings, _chosen(settings, encoder))
    calibration = calibration_for(model, settings.pipeline.matcher)
    ranker = Ranker(skills, model, calibration, settings.ranking, Matcher(skills, settings.matching))
    labels = dict(skills.select("code", "label").iter_rows())
    rows = ranker.terms(texts, first).to_dicts()
    return [{"text": texts[row.pop("query")], **row, "label": labels[row["skill"]]} for row in rows]


def _found(graph: Any, settings: Any, texts: list[str]) -> list[dict[str, Any]]:
    from skillpath.ontology.scanning.scanning import Scanner
    from skillpath.pipeline.curation.matcher import read_skills

    skills = read_skills(graph)
    labels = dict(skills.select("code", "label").iter_rows())
    hits = Scanner(skills, settings.scanning).scan(texts)
    return [
        {
            "doc": row["doc"],
            "start": row["start"],
            "end": row["end"],
            "text": texts[row["doc"]][row["start"] : row["end"]],
            "skill": row["code"],
            "label": labels[row["code"]],
        }
        for row in hits.iter_rows(named=True)
    ]
