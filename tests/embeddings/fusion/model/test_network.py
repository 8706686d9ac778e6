"""The fused network: one cluster by itself is told what it is told among all."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="the train extra is not installed")

import torch

from skillpath.embeddings.forecast_targets import build_targets
from skillpath.embeddings.fusion.features.features import encode_texts, make_features
from skillpath.embeddings.fusion.features.inputs import build_inputs
from skillpath.embeddings.fusion.model.network import FusedNetwork, input_sizes
from tests.embeddings.histories import small_history
from tests.embeddings.small_learning import SMALL, hashed

pytestmark = pytest.mark.train


def test_a_cluster_alone_is_told_what_it_is_told_among_all() -> None:
    history = small_history(3)
    features = make_features(history, SMALL)
    inputs = build_inputs(history, features, encode_texts(history, features, hashed), "cpu")
    torch.manual_seed(1)
    network = FusedNetwork(input_sizes(inputs), SMALL, build_targets(history).thresholds).eval()
    for head in (network.demand, network.gap):
        torch.nn.init.normal_(head.weight)
    with torch.no_grad():
        everyone, alone = network(inputs, [9, 12]), network(inputs.of([4]), [9, 12])
    for name in ("mean", "probabilities", "gap", "gates"):
        torch.testing.assert_close(getattr(alone, name)[:, 0], getattr(everyone, name)[:, 4])
    assert float(everyone.gap.std()) > 0 and float(everyone.mean.std()) > 0
