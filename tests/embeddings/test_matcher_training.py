"""Fine-tuning the real local encoder, a few steps of it: it learns, resumes exactly, and its result loads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from skillpath.embeddings.matcher_pairs import PairSource
from skillpath.embeddings.matcher_training import PLACE, MatcherTrainer, MatcherTraining, is_trained
from skillpath.embeddings.text_encoder import TRAINED, TextEncoder, TextSettings

SETTINGS = MatcherTraining(
    steps=6, batch=8, warmup=2, checkpoint_every=2, learning_rate=5e-4, frozen_layers=5, tokens=16
)
WORDS = ("glorp", "wibble", "zanfo", "quist", "marn", "tolve", "brask", "ferd")


@pytest.fixture(scope="module")
def source() -> PairSource:
    skills = pl.DataFrame(
        {
            "code": [f"k:{w}" for w in WORDS],
            "label": [f"{w} making" for w in WORDS],
            "altLabels": [[f"the craft of {w[::-1]}"] for w in WORDS],
            "definition": [f"Making {w} from wood and string, by hand." for w in WORDS],
        }
    )
    codes = skills["code"].to_list()
    broader = pl.DataFrame({"child": codes, "parent": ["g:1"] * 4 + ["g:2"] * 4})
    needs = pl.DataFrame({"cluster": ["c:1"] * 8, "skill": codes})
    return PairSource(skills, broader, needs)


def test_examples_depend_on_seed_and_step_alone(source: PairSource) -> None:
    one = source.draw(64, 7, 3)
    source.draw(64, 7, 4)
    assert source.draw(64, 7, 3) == one != source.draw(64, 8, 3)
    for example in one:
        assert example.text and example.label and example.target in example.covers
        siblings = {i for family in source.siblings[example.target] for i in family}
        assert example.other in siblings, "the hard negative is a sibling"
    assert any(len(e.covers) > 1 for e in one), "some strings name several skills"


class _Killed(Exception):
    pass


@pytest.mark.train
def test_an_interrupted_training_ends_as_an_uninterrupted_one(source: PairSource, tmp_path: Path) -> None:
    whole = MatcherTrainer(source, tmp_path / "whole", SETTINGS).train(lambda *_: None)

    def kill(done: int, _: int) -> None:
        if done == 5:
            raise _Killed

    with pytest.raises(_Killed):
        MatcherTrainer(source, tmp_path / "killed", SETTINGS).train(kill)
    assert (tmp_path / "killed" / PLACE).is_file() and not is_trained(tmp_path / "killed")
    steps: list[int] = []
    again = MatcherTrainer(source, tmp_path / "killed", SETTINGS).train(lambda done, _: steps.append(done))
    assert steps == [5, 6], "it went on after step 4"
    assert again["lastLoss"] == pytest.approx(whole["lastLoss"], abs=1e-4)
    texts = ["glorp making", "the craft of nram"]
    one, other = (
        TextEncoder(TextSettings(model=TRAINED), tmp_path / name).encode(texts) for name in ("whole", "killed")
    )
    assert np.allclose(one, other, atol=1e-4)
    assert not (tmp_path / "killed" / PLACE).exists()


@pytest.mark.train
def test_another_setting_does_not_resume(source: PairSource, tmp_path: Path) -> None:
    def kill(done: int, _: int) -> None:
        if done == 3:
            raise _Killed

    with pytest.raises(_Killed):
        MatcherTrainer(source, tmp_path, SETTINGS).train(kill)
    steps: list[int] = []
    MatcherTrainer(source, tmp_path, replace(SETTINGS, seed=8, steps=3)).train(lambda done, _: steps.append(done))
    assert steps == [1, 2, 3]


@pytest.mark.train
def test_it_learns(source: PairSource, tmp_path: Path) -> None:
    longer = replace(SETTINGS, steps=30, warmup=3, checkpoint_every=100)
    learned = MatcherTrainer(source, tmp_path, longer).train(lambda *_: None)
    encoder = TextEncoder(TextSettings(model=TRAINED), tmp_path)
    labels = encoder.encode(source.labels)
    trained = encoder.encode([x[0] for x in source.others]) @ labels.T
    plain = TextEncoder(TextSettings(model="local"))
    untrained = plain.encode([x[0] for x in source.others]) @ plain.encode(source.labels).T
    right = np.arange(len(WORDS))
    assert (trained.argmax(1) == right).mean() > (untrained.argmax(1) == right).mean()
    assert learned["steps"] == 30
