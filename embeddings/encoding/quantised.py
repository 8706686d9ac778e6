"""Sentence encoder in 8-bit integers for ONNX Runtime, made once from a sentence-transformers model."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from threading import get_ident
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from skillpath.common.atomic import atomic_folder
from skillpath.embeddings.text_encoder import MODEL_FILE, TextSettings, load_model
from skillpath.errors import SkillpathError

RECIPE = "1"
"""Changes with anything here that changes vectors, so that older files are not taken for newer ones."""
EXPORTERS = ("torch.onnx", "onnxscript")
"""Loggers of what exports a model."""
PLAIN, QUANTISED, TOKENIZER = "plain.onnx", "model.onnx", "tokenizer.json"


class QuantisedModel:
    """Encodes sentences one at a time, so that a vector depends on its own sentence and nothing else.

    Activations are quantised with one scale a tensor: in a batch, a sentence's neighbours would change its vector
    (cosine 0.98), and with it forecasts of the past when later texts arrive. One at a time costs a quarter of the
    speed, which as many sessions' worth of threads as there are cores take back.

    Args:
        path: folder or name of the sentence-transformers model.
        cache: where the quantised one is kept.
        tokens: longest sentence in tokens.
    """

    def __init__(self, path: str, cache: Path, tokens: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        folder = quantise_model(path, cache)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(folder / QUANTISED, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(tokens)

    def encode(self, sentences: Sequence[str], threads: int) -> NDArray[np.float32]:
        """Unit vectors (n, d) of at least one sentence."""
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(sentences))]
        with ThreadPoolExecutor(threads) as pool:
            return np.concatenate(list(pool.map(self._one, ids)))

    def _one(self, ids: list[int]) -> NDArray[np.float32]:
        found: list[NDArray[np.float32]] = self._session.run(None, {"ids": np.array([ids], dtype=np.int64)})
        return found[0]


def available() -> bool:
    """Whether what makes and runs a quantised model is installed."""
    return all(find_spec(name) is not None for name in ("onnx", "onnxruntime", "onnxscript", "tokenizers"))


def quantise_model(path: str, cache: Path) -> Path:
    """The folder of a model's quantised form, made now if it is not there: whole, or not at all.

    Raises:
        SkillpathError: it cannot be written.
    """
    folder = cache / f"onnx-{digest(path)}"
    if folder.is_dir():
        return folder
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / "onnx.lock"):
            if not folder.is_dir():
                with atomic_folder(folder) as made:
                    _make(path, made)
    except OSError as error:
        raise SkillpathError(
            f"The quantised text encoder cannot be written: {error}", where=str(cache), todo="Check space and rights"
        ) from error
    return folder


def digest(path: str) -> str:
    """A name that changes with the model's weights, or its public name, and with how it is quantised."""
    file = Path(path) / MODEL_FILE
    content = file.read_bytes() if file.is_file() else path.encode()
    return blake2b(content, digest_size=8, salt=RECIPE.encode()).hexdigest()


def _make(path: str, folder: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = load_model(path, TextSettings(device="cpu")).eval()
    with _quiet():
        _export(model, folder / PLAIN)
        quantize_dynamic(folder / PLAIN, folder / QUANTISED, weight_type=QuantType.QInt8, per_channel=True)
    (folder / PLAIN).unlink()
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))


def _export(model: Any, file: Path) -> None:
    """All steps of the model (encoder, pooling, normalisation) for one sentence of any length."""
    import torch

    class OneSentence(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: Any) -> Any:
            features = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
            return self.model({**features, "token_type_ids": torch.zeros_like(ids)})["sentence_embedding"]

    # Plain attention makes a smaller graph than the fused kind, whose checks for empty masks are exported too.
    model[0].auto_model.set_attn_implementation("eager")
    longest = int(model[0].auto_model.config.max_position_embeddings)
    torch.onnx.export(
        OneSentence().eval(),
        (torch.ones((1, 9), dtype=torch.int64),),
        file,
        input_names=["ids"],
        output_names=["vectors"],
        dynamic_shapes={"ids": {1: torch.export.Dim("length", min=2, max=longest)}},
        dynamo=True,
        external_data=False,
        verbose=False,
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Exporters warn of what does not concern the reader; whatever others log meanwhile is logged."""
    # onnxruntime logs by the root logger, as other threads may too: only this thread's records are left out there.
    root, thread = logging.getLogger(), get_ident()
    exporters = {name: logging.getLogger(name) for name in EXPORTERS}
    before = {name: logger.level for name, logger in exporters.items()}

    def shown(record: logging.LogRecord) -> bool:
        return record.thread != thread or record.levelno > logging.WARNING

    root.addFilter(shown)
    for logger in exporters.values():
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(shown)
        for name, logger in exporters.items():
            logger.setLevel(before[name])
