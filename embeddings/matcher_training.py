"""Fine-tunes a text encoder contrastively on an ontology's own pairs; interrupted, it goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillpath.embeddings.checkpoint_files import (
    STATE,
    DamagedCheckpoint,
    check_shapes,
    moment_shapes,
    read_files,
    warn_of,
    write_files,
)
from skillpath.embeddings.matcher_pairs import Example, PairSource
from skillpath.embeddings.text import LOCAL, MODEL_FILE, TextSettings, load_model, locate

if TYPE_CHECKING:
    import torch

Progress = Callable[[int, int], None]
PLACE = "state.json"


@dataclass(frozen=True)
class MatcherTraining:
    """How the encoder is trained.

    Attributes:
        steps, batch: of training; each example adds one sibling as a hard negative.
        rate: highest learning rate, reached after ``warmup`` steps, then falling linearly to ``floor`` of it.
        scale: inverse temperature of the cosine similarities.
        backward: weight of the label-to-text direction of the loss.
        decay, clip: weight decay, and the largest gradient norm.
        tokens: longest text.
        frozen: lowest layers that are left as they are, with the word embeddings.
        every: steps between checkpoints.
        seed: of the examples.
        base, device: the encoder to start from, and where it runs (see `TextSettings`).
        threads: for torch; 0 leaves its default.
    """

    steps: int = 600
    batch: int = 64
    rate: float = 5e-5
    warmup: int = 100
    floor: float = 0.02
    scale: float = 20.0
    backward: float = 0.5
    decay: float = 0.01
    clip: float = 1.0
    tokens: int = 40
    frozen: int = 2
    every: int = 50
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
        layers = tuple(f"layer.{i}." for i in range(settings.frozen))
        for parameter, values in self.model.named_parameters():
            values.requires_grad = not (settings.frozen and any(x in parameter for x in ("embeddings.", *layers)))
        self._trained = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        self._optimizer = torch.optim.AdamW(self._trained.values(), lr=settings.rate, weight_decay=settings.decay)

    def train(self, progress: Progress) -> dict[str, Any]:
        """Train to the end; what was learned: steps, first and last loss."""
        self.folder.mkdir(parents=True, exist_ok=True)
        step, losses = self._resume()
        self.model.train()
        while step < self.settings.steps:
            losses.append(self._step(step))
            step += 1
            progress(step, self.settings.steps)
            if step % self.settings.every == 0 and step < self.settings.steps:
                self._checkpoint(step, losses)
        self.model.eval()
        self.model.save_pretrained(str(self.folder), create_model_card=False)
        for file in (STATE, PLACE):
            (self.folder / file).unlink(missing_ok=True)
        window = min(25, len(losses)) or 1
        return {
            "steps": step,
            "firstLoss": round(sum(losses[:window]) / window, 4),
            "lastLoss": round(sum(losses[-window:]) / window, 4),
            "settings": asdict(self.settings),
        }

    def _step(self, step: int) -> float:
        import torch

        chosen = self.settings
        # Dropout too must not depend on where an interrupted training went on.
        torch.manual_seed(chosen.seed * 1_000_003 + step)
        fall = max(chosen.floor, 1 - step / chosen.steps)
        for group in self._optimizer.param_groups:
            group["lr"] = chosen.rate * min(1.0, (step + 1) / chosen.warmup) * fall
        loss = self._loss(self.source.draw(chosen.batch, chosen.seed, step))
        self._optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._trained.values(), chosen.clip)
        self._optimizer.step()
        return float(loss.item())

    def _loss(self, examples: list[Example]) -> torch.Tensor:
        import torch
        from torch.nn.functional import cross_entropy

        texts = self._embed([e.text for e in examples])
        labels = self._embed([e.label for e in examples] + [e.sibling for e in examples])
        targets = [e.target for e in examples] + [e.other for e in examples]
        rows = len(examples)
        same = [
            [t in e.speaks_of and column != row for column, t in enumerate(targets)] for row, e in enumerate(examples)
        ]
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

    def _checkpoint(self, step: int, losses: list[float]) -> None:
        tensors = {f"p/{n}": p.detach().contiguous() for n, p in self._trained.items()}
        for name, state in (
            (n, self._optimizer.state[p]) for n, p in self._trained.items() if self._optimizer.state[p]
        ):
            tensors |= {f"m/{name}": state["exp_avg"].contiguous(), f"v/{name}": state["exp_avg_sq"].contiguous()}
        write_files(self.folder, PLACE, {"step": step, "key": self.key, "losses": losses}, tensors)

    def _resume(self) -> tuple[int, list[float]]:
        """Where an interrupted training of the same kind stopped; 0 otherwise."""
        import torch

        try:
            found = self._read()
        except DamagedCheckpoint as damage:
            warn_of(damage)
            found = None
        if found is None:
            return 0, []
        place, tensors = found
        with torch.no_grad():
            for name, parameter in self._trained.items():
                parameter.copy_(tensors[f"p/{name}"])
                if f"m/{name}" not in tensors:
                    continue  # A layer that the sentence vector does not depend on.
                self._optimizer.state[parameter] = {
                    "step": torch.tensor(float(place["step"])),
                    "exp_avg": tensors[f"m/{name}"].to(parameter.device),
                    "exp_avg_sq": tensors[f"v/{name}"].to(parameter.device),
                }
        return place["step"], place["losses"]

    def _read(self) -> tuple[dict[str, Any], dict[str, torch.Tensor]] | None:
        """The checkpoint of this training, fit to go on from; None where there is none."""
        found = read_files(self.folder, PLACE, self.key)
        if found is None:
            return None
        place, tensors = found
        step, losses = place.get("step"), place.get("losses")
        if not isinstance(step, int) or not isinstance(losses, list) or len(losses) != step:
            raise DamagedCheckpoint("the file does not say where training was", self.folder / PLACE)
        weights = {f"p/{name}": tuple(parameter.shape) for name, parameter in self._trained.items()}
        check_shapes(self.folder, tensors, weights | moment_shapes(self._trained, tensors))
        return found


def is_trained(folder: Path) -> bool:
    """Whether a training in ``folder`` came to its end."""
    return (folder / MODEL_FILE).is_file()


def _key(name: str, source: PairSource, settings: MatcherTraining) -> str:
    """Changes with anything that would make a checkpoint wrong."""
    content = json.dumps([name, asdict(settings), asdict(source.settings), source.labels])
    return blake2b(content.encode(), digest_size=16).hexdigest()
