"""Bank of Kalman filters for counts: Poisson observations by the mode of their posterior.

West, Harrison & Migon (1985), "Dynamic generalized linear models and Bayesian forecasting".
"""

from __future__ import annotations

import numpy as np

from skillpath.embeddings.common.arrays import Floats

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
        """Take in the counts (C,) of a month; returns surprises and log likelihood, both (G, C).

        West, Harrison & Migon (1985) with the mode of the posterior in place of their conjugate prior: the log rate η
        has the prior N(f, q) from the state, and the counts are Poisson with rate exp(η). For example f = 0 and q = 1
        with a count of 2 have the mode η ≈ 0.44, where 2 − exp(η) = η: the state moves by 0.44 · (its covariance with
        η) / q.

        Args:
            look: (5,) what the month shows of the state.
        """
        # Prior of the log rate: mean and variance (G, C), and its covariance with the state (G, C, 5).
        covariance = self.cover @ look
        prior_mean, prior_variance = self.state @ look, covariance @ look

        # (G, C) posterior mode, and how far it lies from the prior.
        mode = posterior_mode(counts, prior_mean, prior_variance)
        rate = np.exp(mode)
        moved = mode - prior_mean

        # At the mode the Poisson likelihood is that of a normal observation with variance 1 / rate.
        total_variance = prior_variance + 1.0 / rate
        kalman_gain = covariance / total_variance[..., None]
        self.state = self.state + covariance * (moved / prior_variance)[..., None]
        self.cover = self.cover - covariance[..., :, None] * kalman_gain[..., None, :]

        # Laplace's approximation of the log probability of the counts, but for log counts!.
        poisson = counts * mode - rate
        log_likelihood = poisson - moved**2 / (2 * prior_variance) - 0.5 * np.log1p(prior_variance * rate)

        # Mean and variance of the counts as foretold: Poisson with a log-normal rate.
        expected = np.exp(prior_mean + prior_variance / 2)
        variance = expected + expected**2 * np.expm1(prior_variance)
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
