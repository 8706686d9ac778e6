"""Arrays as tensors on a device."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor


def float_tensor(values: ArrayLike, device: str | torch.device) -> Tensor:
    """A copy in single precision: arrays read from files cannot be written to, which tensors that share them could."""
    return torch.tensor(np.ascontiguousarray(values), dtype=torch.float32, device=device)


def index_tensor(values: ArrayLike, device: str | torch.device) -> Tensor:
    """A copy as whole numbers, such as positions and classes."""
    return torch.tensor(np.ascontiguousarray(values), dtype=torch.long, device=device)


def mask_tensor(values: ArrayLike, device: str | torch.device) -> Tensor:
    """A copy as truth values."""
    return torch.tensor(np.ascontiguousarray(values), dtype=torch.bool, device=device)
