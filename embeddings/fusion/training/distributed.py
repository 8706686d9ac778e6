"""Distributed training: several processes share each batch of one network, started by torchrun."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import torch
import torch.distributed as dist


def pick_device(wanted: str) -> str:
    """The device to compute on; the fastest there is if none is named."""
    return wanted or ("cuda" if torch.cuda.is_available() else "cpu")


@dataclass(frozen=True)
class DistributedContext:
    """This process among ``size`` of them; alone by default."""

    rank: int = 0
    size: int = 1

    @property
    def is_primary(self) -> bool:
        """True for the process that writes the files."""
        return self.rank == 0

    def shard(self, months: list[int]) -> list[int]:
        """The part of a batch that this process computes; the parts are disjoint and none is left out."""
        return months[self.rank :: self.size]

    def owns_step(self, step: int) -> bool:
        """True for the process that computes what cannot be divided in this step."""
        return step % self.size == self.rank

    def all_reduce_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Make every process's gradients the sum of all: losses are sums over a batch's global number of samples."""
        if self.size == 1:
            return
        trainable = [p for p in parameters if p.requires_grad]
        flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).reshape(-1) for p in trainable])
        dist.all_reduce(flat)
        for parameter, part in zip(trainable, flat.split([p.numel() for p in trainable]), strict=True):
            parameter.grad = part.reshape(parameter.shape)


def join_process_group() -> DistributedContext:
    """The process group that torchrun started (gloo on CPU, nccl on GPUs), or this process alone."""
    if "RANK" not in os.environ or int(os.environ.get("WORLD_SIZE", "1")) == 1:
        return DistributedContext()
    if not dist.is_initialized():
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return DistributedContext(dist.get_rank(), dist.get_world_size())
