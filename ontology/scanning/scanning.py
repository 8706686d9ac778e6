"""The text scanner: skills and occupations named in texts, longest form first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from skillpath.ontology.scanning.agreement import Agreement
from skillpath.ontology.scanning.scan_forms import scan_forms
from skillpath.ontology.scanning.tokens import WIDTH

HITS = {
    "doc": pl.UInt32,
    "start": pl.UInt32,
    "end": pl.UInt32,
    "code": pl.String,
    "surface": pl.String,
}


@dataclass(frozen=True)
class ScanSettings:
    """How texts are scanned.

    Attributes:
        short: one-word forms of at most this many letters must agree in case.
        company: within how many words of the name of a language another word must show that it is meant.
        chunk_characters: texts are taken together up to this size.
    """

    short: int = 3
    company: int = 3
    chunk_characters: int = 2_000_000


class Scanner:
    """An automaton over all the forms of the labels.

    Args:
        labels: code, label, altLabels (list of text); give only what may be found, so no groups. With a column
            kind, the names of languages count only where the text speaks of the language.
    """

    def __init__(self, labels: pl.DataFrame, settings: ScanSettings | None = None) -> None:
        self.settings = settings or ScanSettings()
        forms, self._vocabulary = scan_forms(labels, self.settings.short)
        self._codes = forms["code"]
        self._words = forms["words"].to_numpy().astype(np.int64)
        self._agreement = Agreement(forms, self.settings.company)
        self._automaton = _automaton(forms["signs"].to_list())

    def scan(self, texts: Sequence[str]) -> pl.DataFrame:
        """What the texts name, in order: doc (position in ``texts``), start, end (characters), code, surface."""
        if not self._words.size:
            return pl.DataFrame(schema=HITS)
        found = [pl.DataFrame(schema=HITS)]
        for first, chunk in _chunks(texts, self.settings.chunk_characters):
            found.append(self._scan(first, chunk))
        return pl.concat(found)

    def _scan(self, first: int, texts: Sequence[str]) -> pl.DataFrame:
        encoded = self._vocabulary.encode(texts)
        hits = np.array(list(self._automaton.iter_long(encoded.signs)), dtype=np.int64).reshape(-1, 2)
        last, form = hits[:, 0] // WIDTH, hits[:, 1]
        keep = self._agreement.check(encoded, last, form)
        last, form = last[keep], form[keep]
        begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
        start, end = encoded.starts[last - self._words[form] + 1], encoded.ends[last]
        doc = np.searchsorted(begins, start, side="right") - 1
        start, end = start - begins[doc], end - begins[doc]
        surface = [texts[d][s:e] for d, s, e in zip(doc.tolist(), start.tolist(), end.tolist(), strict=True)]
        columns = {"doc": doc + first, "start": start, "end": end, "code": self._codes.gather(form)}
        return pl.DataFrame({**columns, "surface": pl.Series(surface, dtype=pl.String)}).cast(HITS)  # type: ignore[arg-type]


def _automaton(forms: list[str]) -> Any:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for at, signs in enumerate(forms):
        automaton.add_word(signs, at)
    automaton.make_automaton()
    return automaton


def _chunks(texts: Sequence[str], size: int) -> Iterator[tuple[int, Sequence[str]]]:
    """Consecutive texts of about ``size`` characters together, with the position of the first."""
    first = total = 0
    for at, text in enumerate(texts):
        total += len(text) + 1
        if total >= size:
            yield first, texts[first : at + 1]
            first, total = at + 1, 0
    if first < len(texts):
        yield first, texts[first:]
