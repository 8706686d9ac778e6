"""Text, sequence and series channels: each gives every cluster and month a state."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from skillpath.embeddings.fusion.features.inputs import ModelInputs

NECK = 12
GAP = 4
"""Numbers that `GapPast.values` has."""


class TextChannel(nn.Module):
    """Postings ``h = [text; skills; meta]`` (5, 6), pooled over the window by attention weighted with ω (7, 8)."""

    def __init__(self, text: int, profile: int, meta: int, hidden: int, dropout: float) -> None:
        super().__init__()
        # A few thousand samples: a narrow neck keeps the many dimensions of a text from being learnt by heart.
        self.neck = nn.Sequential(nn.Dropout(dropout), nn.Linear(text, NECK))
        self.text = nn.Linear(NECK, hidden)
        self.skills = nn.Sequential(nn.Dropout(dropout), nn.Linear(profile, NECK), nn.Linear(NECK, hidden, bias=False))
        self.meta = nn.Linear(meta, hidden, bias=False)
        self.attention = nn.Linear(hidden, 1)
        self.out = nn.Sequential(nn.Dropout(dropout), nn.Linear(hidden + 1, hidden), nn.GELU())

    def forward(self, inputs: ModelInputs, months: list[int]) -> Tensor:
        """(M, C, hidden); windows without postings give the state of no postings."""
        window, weight = inputs.window[months], inputs.weight[months]
        there = window >= 0
        rows, place = torch.unique(window.clamp(min=0), return_inverse=True)
        if not there.any():
            pooled = weight.new_zeros(*window.shape[:2], self.text.out_features)
        else:
            text, skills, meta = (part[rows] for part in inputs.posting)
            known = self.text(self.neck(text * text.shape[1] ** 0.5)) + self.skills(skills) + self.meta(meta)
            postings = torch.tanh(known / 2)[place]
            score = (self.attention(postings).squeeze(-1) + weight).masked_fill(~there, -1e9)
            share = torch.softmax(score, dim=-1) * there
            pooled = (share.unsqueeze(-1) * postings).sum(dim=-2)
        filled = there.float().mean(dim=-1, keepdim=True)
        state: Tensor = self.out(torch.cat([pooled, filled], dim=-1))
        return state


class SequenceChannel(nn.Module):
    """A GRU over each sampled student's course, practice and evaluation events, pooled, with numbers of the crowd."""

    def __init__(self, event: int, profile: int, crowd: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.resource = nn.Linear(profile, 16)
        self.gru = nn.GRU(event + 16 + 2, hidden, batch_first=True)
        self.crowd = nn.Linear(crowd + GAP, hidden)
        self.out = nn.Sequential(nn.GELU(), nn.Dropout(dropout), nn.Linear(2 * hidden, hidden), nn.GELU())

    def forward(self, inputs: ModelInputs, months: list[int]) -> Tensor:
        """(M, C, hidden); clusters that nobody aims at give the state of an empty crowd."""
        events = inputs.events[months]
        some = (events >= 0).any(dim=-1)
        pooled = inputs.crowd.new_zeros(*events.shape[:2], self.gru.hidden_size)
        if some.any():
            sequences = self._sequences(inputs, events, some, months)
            owner = some.nonzero()
            flat = owner[:, 0] * events.shape[1] + owner[:, 1]
            total = pooled.flatten(0, 1).index_add(0, flat, sequences)
            number = some.sum(dim=-1, keepdim=True).clamp(min=1)
            pooled = total.reshape(pooled.shape) / number
        crowd = self.crowd(torch.cat([inputs.crowd[months], inputs.gap[months]], dim=-1))
        state: Tensor = self.out(torch.cat([pooled, crowd], dim=-1))
        return state

    def _sequences(self, inputs: ModelInputs, events: Tensor, some: Tensor, months: list[int]) -> Tensor:
        """(n, hidden) last states of the sequences that have an event."""
        rows = events[some]
        there = (rows >= 0).unsqueeze(-1)
        safe = rows.clamp(min=0)
        numbers, resource, day = (part[safe] for part in inputs.event)
        month, cluster = some.nonzero()[:, 0], some.nonzero()[:, 1]
        age = (inputs.ends[months][month].unsqueeze(-1) - day).clamp(min=1).log1p() / 6
        fit = inputs.fit[cluster.unsqueeze(-1), resource]
        what = self.resource(inputs.resource)[resource]
        gru_input = torch.cat([numbers, age.unsqueeze(-1), fit.unsqueeze(-1), what], dim=-1) * there
        states, _ = self.gru(gru_input)
        # Events stand in front, so that what lies behind a sequence's end is never looked at.
        length = there.squeeze(-1).sum(dim=1)
        last: Tensor = states[torch.arange(len(states), device=states.device), length - 1]
        return last


class SeriesChannel(nn.Module):
    """The window's counts and pay, as the structural forecast sees them."""

    def __init__(self, size: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.out = nn.Sequential(
            nn.Linear(size + GAP, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, hidden), nn.GELU()
        )

    def forward(self, inputs: ModelInputs, months: list[int]) -> Tensor:
        """(M, C, hidden)."""
        state: Tensor = self.out(torch.cat([inputs.series[months], inputs.gap[months]], dim=-1))
        return state
