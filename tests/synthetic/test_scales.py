"""The scales have the promised sizes, others keep their proportions, and none needs much memory."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skillpath.errors import BadInput
from skillpath.synthetic import TownSettings
from skillpath.synthetic.market.demand_process import make_demand
from skillpath.synthetic.market.posting_schedule import plan_postings
from skillpath.synthetic.scales import SEED, settings_of
from skillpath.synthetic.students.cohorts import make_population
from skillpath.synthetic.town_vocabulary import TownVocabulary

# Not ru_maxrss: a child begins with that of the process that started it, which here is the whole test run.
MEASURED = """
import json, re, sys
from pathlib import Path
from skillpath.synthetic import generate_town, settings_of
rows = generate_town(Path(sys.argv[1]), settings_of(sys.argv[2], 3)).rows
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps({"rows": dict(rows), "peak": peak}))
"""


def test_demo_is_the_town_of_the_defaults() -> None:
    assert settings_of("demo", 7) == TownSettings()
    assert settings_of("demo", 8) == TownSettings(seed=8)


def test_seed_scale_is_exactly_as_large_as_promised(vocabulary: TownVocabulary) -> None:
    settings = settings_of("seed", 11)
    plan = plan_postings(settings, make_demand(settings, vocabulary))
    assert len(plan.date) == 84_216
    assert (plan.original >= 0).sum() == settings.reposts == 5_053
    assert str(plan.date[0]) >= "2021-01-01"
    assert str(plan.date[-1]) <= "2024-12-31"
    assert len(np.unique(plan.date.astype("datetime64[M]"))) == 48
    population = make_population(settings, vocabulary)
    assert len(population.cohort) == 18_274
    assert population.feedback == 6_315
    assert set(population.cohort.tolist()) == {2020, 2021, 2022, 2023, 2024}


def test_other_scales_keep_the_proportions_of_seed() -> None:
    settings = settings_of("42108", 7)
    assert (settings.postings, settings.students, settings.resources, settings.feedback) == (42108, 9137, 300, 3158)
    assert (settings.start, settings.months) == (SEED.start, SEED.months)
    assert settings_of("84216", 5) == settings_of("seed", 5)
    assert settings_of("10", 7).students == 10


@pytest.mark.parametrize("scale", ["", "9", "0", "-20", "12.5", "huge", "1e4", "٣٠٠٠", "99999999999"])
def test_other_words_are_no_scale(scale: str) -> None:
    with pytest.raises(BadInput, match="No scale"):
        settings_of(scale, 7)


def test_blocks_cover_months_and_students_once() -> None:
    settings = TownSettings(postings=4000, months=34, block_postings=500, students=1001, block_students=100)
    months, students = settings.month_blocks, settings.student_blocks
    assert [month for block in months for month in block] == list(range(34))
    assert [row for block in students for row in block] == list(range(1001))
    assert len(months) > 5
    assert len(students) == 11
    assert max(len(block) for block in TownSettings(resources=100_000).student_blocks) == 20


def test_memory_does_not_grow_with_the_town(tmp_path: Path) -> None:
    peaks = []
    for scale in ("1000", "16000"):
        command = [sys.executable, "-c", MEASURED, str(tmp_path / scale), scale]
        measured = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)
        assert measured["rows"]["jobs.csv"] == int(scale)
        peaks.append(measured["peak"])
    assert peaks[1] < 512, "MiB; 220 where it was written, for the seed scale too"
    assert peaks[1] < peaks[0] + 100
