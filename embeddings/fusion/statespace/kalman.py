"""Bank of Kalman filters for counts: Poisson observations by the mode of their posterior.

West, Harrison & Migon (1985), "Dynamic generalized linear models and Bayesian forecasting".
"""

from __future__ import annotations

import numpy as np

from skillpath.embeddings.history import Floats

STATES = 5
"""Level, slope a month, cosine and sine of the year, noise."""


def look_at(month: int) -> Floats:
    """(5,) what a month, 0 for January, shows of the state."""
    angle = 2 * np.pi * month / 12
    return np.array([1.0, 0.0, np.cos(angle), np.sin(angle), 1.0])


class Filters:
    """G filters over C clusters: state (G, C, 5), covariance (G, C, 5, 5).

    Args:
        waves: (G, 2) prior mean of the season's coefficients. shocks: (G,) standard deviation of what is new in noise.
        level, slope, season: prior standard deviations. wander: of the level's steps. memory: of the noise.
    """

    def __init__(
        self,
        clusters: int,
        waves: Floats,
        shocks: Floats,
        level: float,
        slope: float,
        season: float,
        wander: float,
        memory: float,
    ) -> None:
        number = len(shocks)
        self.state = np.zeros((number, clusters, STATES))
        self.state[:, :, 2:4] = waves[:, None]
        self.cover = np.zeros((number, clusters, STATES, STATES))
        for place, spread in enumerate((level, slope, season, season)):
            self.cover[..., place, place] = spread**2
        self.cover[..., 4, 4] = (shocks**2 / (1 - memory**2))[:, None]
        self.move = np.diag([1.0, 1.0, 1.0, 1.0, memory])
        self.move[0, 1] = 1.0
        self.fresh = np.zeros((number, STATES, STATES))
        self.fresh[:, 0, 0] = wander**2
        self.fresh[:, 4, 4] = shocks**2

    def begin(self, level: float) -> None:
        """Set the prior mean of the level."""
        self.state[:, :, 0] = level

    def predict(self) -> None:
        """Go on to the next month."""
        self.state = self.state @ self.move.T
        self.cover = self.move @ self.cover @ self.move.T + self.fresh[:, None]

    def update(self, counts: Floats, look: Floats) -> tuple[Floats, Floats]:
        """Take in the counts (C,) of a month: standard deviations that they were off, and log likelihood, (G, C)."""
        gain = self.cover @ look
        ahead, spread = self.state @ look, gain @ look
        mode = posterior_mode(counts, ahead, spread)
        rate = np.exp(mode)
        # At the mode the Poisson likelihood is that of a normal observation with variance 1 / rate.
        total = spread + 1.0 / rate
        self.state = self.state + gain * ((mode - ahead) / spread)[..., None]
        self.cover = self.cover - gain[..., :, None] * (gain / total[..., None])[..., None, :]
        log_likelihood = counts * mode - rate - (mode - ahead) ** 2 / (2 * spread) - 0.5 * np.log1p(spread * rate)
        expected = np.exp(ahead + spread / 2)
        variance = expected + expected**2 * np.expm1(spread)
        return (counts - expected) / np.sqrt(variance), log_likelihood

    def ahead(self, looks: Floats) -> tuple[Floats, Floats]:
        """Mean and variance (G, C) of the log of the sum of the next months' rates, looks (h, 5) at the state."""
        path, noise = np.eye(STATES), np.zeros_like(self.fresh)
        ways, noises = [], []
        for look in looks:
            path = self.move @ path
            noise = self.move @ noise @ self.move.T + self.fresh
            ways.append(look @ path)
            noises.append(noise)
        way = np.stack(ways)
        mean = self.state @ way.T
        cover = way @ self.cover @ way.T + self._later(looks, noises)[:, None]
        single = np.exp(mean + np.diagonal(cover, axis1=-2, axis2=-1) / 2)
        total = single.sum(axis=-1)
        # Fenton (1960): a sum of log-normal variables is nearly one, with the moments of the sum.
        variance = np.log1p(np.einsum("gci,gcj,gcij->gc", single, single, np.expm1(cover)) / total**2)
        return np.log(total) - variance / 2, variance

    def _later(self, looks: Floats, noises: list[Floats]) -> Floats:
        """(G, h, h) covariance of the logs of the next months that is due to what is new in them."""
        cover = np.zeros((len(self.fresh), len(looks), len(looks)))
        for early, noise in enumerate(noises):
            carried = noise
            for late in range(early, len(looks)):
                cover[:, early, late] = cover[:, late, early] = (carried @ looks[early]) @ looks[late]
                carried = self.move @ carried
        return cover


def posterior_mode(counts: Floats, ahead: Floats, spread: Floats) -> Floats:
    """(…) log rate where Poisson likelihood times normal prior is highest, by Newton steps: it is concave."""
    rate = np.log(counts + 0.5)
    value = np.where(counts > 0, (ahead / spread + counts * rate) / (1 / spread + counts), ahead)
    for _ in range(8):
        exp = np.exp(value)
        value = value + np.clip((counts - exp - (value - ahead) / spread) / (exp + 1 / spread), -1.0, 1.0)
    return value
