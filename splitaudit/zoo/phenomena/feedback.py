"""Markets and reactors: processes whose past drives them on, by volatility that feeds itself and by a controller."""

from __future__ import annotations

import numpy as np

from splitaudit.zoo.phenomena.common import Floats, Labels, ar_noise, recorded
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import World

# weight of each asset in the market's common move, and in what moves sectors against each other
COMMON = np.array([1.0, 1.1, 0.9, 1.0, 0.7])
SECTOR = np.array([1.0, 0.8, -1.0, -0.8, 0.1])


def markets(rng: np.random.Generator) -> World:
    """Daily returns of five assets; a long calm, crises that move all alike, rotations of sectors against each other.

    Heavy tails, no trend: how large moves are and how they go together tells. Large moves bring large moves
    (Bollerslev 1986: GARCH(1, 1), with Student's t for the shocks), in every regime.
    """
    size = draw_size(rng, (40, 60))
    height = np.array([1.0, 1.6, 1.1])
    together, apart = np.array([0.35, 0.8, 0.3]), np.array([0.2, 0.15, 0.75])

    def trade(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        own = np.exp(0.1 * rng.normal(size=subject.max() + 1))[subject]
        r, n = label.shape
        mood = np.exp(0.3 * ar_noise((r, n, 1), 0.98, rng)[..., 0])
        factors, alone = rng.standard_t(4, size=(r, n, 2)) / np.sqrt(2), rng.standard_t(4, size=(r, n, 5)) / np.sqrt(2)
        tied, torn = together[label], apart[label]
        shock = (tied * factors[..., 0])[..., None] * COMMON + (torn * factors[..., 1])[..., None] * SECTOR
        shock += np.sqrt(1 - 0.9 * np.maximum(tied, torn) ** 2)[..., None] * alone
        variance, out = np.ones((r, 5)), np.empty((r, n, 5))
        for t in range(n):
            out[:, t] = np.sqrt(variance) * shock[:, t]
            variance = 0.1 + 0.15 * np.minimum(out[:, t] ** 2, 30) + 0.75 * variance
        traded: Floats = (own[:, None] * mood * height[label])[..., None] * out
        return traded

    channels = ("bank", "insurer", "utility", "food", "oil")
    classes, shares = ("calm", "crisis", "rotation"), (0.5, 0.2, 0.3)
    return recorded("markets", rng, size, trade, channels, classes, np.full(5, 0.04), shares=shares)


def reactors(rng: np.random.Generator) -> World:
    """A reactor that a controller keeps at steps of a set point; now and then its valve sticks.

    Set point, temperature, what the controller asks of the valve (0 to 100 %), and the flow through it. A valve that
    sticks moves late and then too far: only flow against demand tells, and the slow cycle that comes of it.
    """
    size = draw_size(rng, (90, 120))

    def control(label: Labels, subject: Labels, rng: np.random.Generator) -> Floats:
        r, n = label.shape
        pace, reach = np.exp(0.15 * rng.normal(size=(2, subject.max() + 1)))[:, subject]
        steps = np.cumsum(rng.binomial(1, 0.02, size=(r, n)), axis=1)
        levels = 5 * rng.normal(size=(r, n + 1))
        target = np.take_along_axis(levels, steps, axis=1)
        weather = 5 * ar_noise((r, n, 1), 0.97, rng)[..., 0]
        band = np.where(label == 1, 22.0 * np.exp(0.4 * ar_noise((r, n, 1), 0.99, rng)[..., 0]), 1.0)
        heat, total, valve = target[:, 0].copy(), np.zeros(r), np.full(r, 50.0)
        late = [valve] * 4  # what the valve let through, on its way to the jacket
        out = np.empty((r, n, 3))
        for t in range(n):
            error = target[:, t] - heat
            total = (total + 0.12 * error).clip(-50, 50)
            demand = (50 + 1.6 * error + total).clip(0, 100)
            moves = np.abs(demand - valve) > band[:, t]
            valve = np.where(moves, demand + 0.2 * np.sign(demand - valve) * band[:, t], valve).clip(0, 100)
            late = [*late[1:], valve]
            heat = heat + 0.06 * pace * (0.9 * reach * (late[0] - 50) + weather[:, t] - heat)
            out[:, t] = np.stack([heat, demand, valve], axis=1)
        noise = np.array([0.8, 3.0, 6.0]) * rng.normal(size=out.shape)
        ran: Floats = np.concatenate([target[..., None], out + noise], axis=2) * np.array([1.0, 1.0, 1.0, 0.25])
        return ran

    def instrument(signal: Floats) -> Floats:
        low, high = [-np.inf, -np.inf, 0.0, 0.0], [np.inf, np.inf, 100.0, np.inf]
        read: Floats = np.clip(signal, low, high)
        return read

    channels, classes = ("set_point", "temperature", "demand", "flow"), ("sound", "sticking")
    level = np.array([180.0, 180.0, 0.0, 2.0])
    return recorded(
        "reactors", rng, size, control, channels, classes, level,
        gain_sd=0.03, shares=(0.6, 0.4), instrument=instrument,
    )  # fmt: skip
