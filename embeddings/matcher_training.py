"""Contrastive fine-tuning of a text encoder on an ontology's pairs; an interrupted training resumes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillpath.embeddings.common.training_loop import (
    CheckpointPlace,
    LoopSettings,
    TrainingLoop,
    TrainingState,
    descend,
    set_learning_rate,
)
from skillpath.embeddings.matcher_pairs import Example, PairSource
from skillpath.embeddings.text_encoder import LOCAL, MODEL_FILE, TextSettings, load_model, locate

if TYPE_CHECKING:
    import torch

Progress = Callable[[int, int], None]
PLACE = "checkpoint.pt"
"""File of the checkpoint, in the model's folder while training lasts."""


@dataclass(frozen=True)
class MatcherTraining:
    """Settings of the matcher's training.

    Attributes:
        steps: steps of the optimiser.
        batch: examples of a step; each adds one sibling as a hard negative.
        learning_rate: highest learning rate, reached after ``warmup`` steps, then falling linearly.
        warmup: steps until the highest learning rate.
        floor: share of the highest learning rate below which it does not fall.
        scale: inverse temperature of the cosine similarities.
        backward: weight of the label-to-text direction of the loss.
        weight_decay: weight decay of AdamW.
        gradient_clip: largest norm of the gradients.
        tokens: longest text in tokens.
        frozen_layers: lowest layers that are left as they are, with the word embeddings.
        checkpoint_every: steps between checkpoints.
        seed: seed of the examples and of dropout.
        base: the encoder to start from (see `TextSettings`).
        device: where it runs (see `TextSettings`).
        threads: threads of torch; 0 leaves its default.
    """

    steps: int = 600
    batch: int = 64
    learning_rate: float = 5e-5
    warmup: int = 100
    floor: float = 0.02
    scale: float = 20.0
    backward: float = 0.5
    weight_decay: float = 0.01
    gradient_clip: float = 1.0
    tokens: int = 40
    frozen_layers: int = 2
    checkpoint_every: int = 50
    seed: int = 7
    base: str = LOCAL
    device: str = ""
    threads: int = 0


class MatcherTrainer:
    """Trains in ``folder``, which holds the model, and a checkpoint while training lasts.

    Loss: InfoNCE with in-batch negatives in both directions, other skills of the same text masked
    (van den Oord et al. 2018; Henderson et al. 2017).
    """

    def __init__(self, source: PairSource, folder: Path, settings: MatcherTraining) -> None:
        import torch

        self.source, self.folder, self.settings = source, folder, settings
        if settings.threads:
            torch.set_num_threads(settings.threads)
        torch.manual_seed(settings.seed)
        path, name = locate(settings.base, None)
        self.model = load_model(path, TextSettings(settings.base, device=settings.device, tokens=settings.tokens))
        self.key = _key(name, source, settings)
        layers = tuple(f"layer.{i}." for i in range(settings.frozen_layers))
        for parameter, values in self.model.named_parameters():
            values.requires_grad = not (
                settings.frozen_layers and any(x in parameter for x in ("embeddings.", *layers))
            )
        self._trained = [p for p in self.model.parameters() if p.requires_grad]
        self._optimizer = torch.optim.AdamW(
            self._trained, lr=settings.learning_rate, weight_decay=settings.weight_decay
        )

    def train(self, progress: Progress) -> dict[str, Any]:
        """Train to the end; what was learned: steps, first and last loss."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.model.train()
        state = self.loop().run(self._step, progress=progress)
        losses = state.training
        self.model.eval()
        self.model.save_pretrained(str(self.folder), create_model_card=False)
        (self.folder / PLACE).unlink(missing_ok=True)
        window = min(25, len(losses)) or 1
        return {
            "steps": state.round,
            "firstLoss": round(sum(losses[:window]) / window, 4),
            "lastLoss": round(sum(losses[-window:]) / window, 4),
            "settings": asdict(self.settings),
        }

    def loop(self) -> TrainingLoop:
        """The loop over all steps, with the checkpoint in `folder`."""
        rounds = LoopSettings(self.settings.steps, losses=(), checkpoint_every=self.settings.checkpoint_every)
        return TrainingLoop(self.model, self._optimizer, rounds, CheckpointPlace(self.folder / PLACE, self.key))

    def _step(self, state: TrainingState) -> None:
        import torch

        chosen, step = self.settings, state.round
        # Dropout too must not depend on where an interrupted training went on.
        torch.manual_seed(chosen.seed * 1_000_003 + step)
        fall = max(chosen.floor, 1 - step / chosen.steps)
        set_learning_rate(self._optimizer, chosen.learning_rate * min(1.0, (step + 1) / chosen.warmup) * fall)
        loss = self._loss(self.source.draw(chosen.batch, chosen.seed, step))
        descend(loss, self._optimizer, self._trained, chosen.gradient_clip)
        state.training.append(float(loss.item()))

    def _loss(self, examples: list[Example]) -> torch.Tensor:
        import torch
        from torch.nn.functional import cross_entropy

        texts = self._embed([e.text for e in examples])
        labels = self._embed([e.label for e in examples] + [e.sibling for e in examples])
        targets = [e.target for e in examples] + [e.other for e in examples]
        rows = len(examples)
        same = [[t in e.covers and column != row for column, t in enumerate(targets)] for row, e in enumerate(examples)]
        scores = (texts @ labels.T * self.settings.scale).masked_fill(
            torch.tensor(same, device=texts.device), torch.finfo(texts.dtype).min / 2
        )
        right = torch.arange(rows, device=texts.device)
        back = cross_entropy(scores[:, :rows].T, right)
        return cross_entropy(scores, right) + self.settings.backward * back

    def _embed(self, texts: list[str]) -> torch.Tensor:
        from torch.nn.functional import normalize

        inputs = {
            k: v.to(self.model.device) if hasattr(v, "to") else v for k, v in self.model.preprocess(texts).items()
        }
        return normalize(self.model(inputs)["sentence_embedding"], dim=1)


def is_trained(folder: Path) -> bool:
    """Whether a training in ``folder`` came to its end."""
    return (folder / MODEL_FILE).is_file()


def _key(name: str, source: PairSource, settings: MatcherTraining) -> str:
    """Changes with anything that would make a checkpoint wrong."""
    content = json.dumps([name, asdict(settings), asdict(source.settings), source.labels])
    return blake2b(content.encode(), digest_size=16).hexdigest()
