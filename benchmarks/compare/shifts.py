"""Shifts of known kind and size: what val has and train has not, weak, medium and strong.

Sizes come from what one window tells about the changed number, not from what any tool finds: at n = 300 a weak shift is
some two standard errors of the best statistic for it, a strong one is plain to that statistic and to few others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks import arrays
from benchmarks.arrays import Array, Pair
from splitaudit.data.split import make_split

Make = Callable[[np.random.Generator, int, float], Pair]
N_WINDOWS = (100, 300, 1000)
N_SUBJECTS = 10
PHI = 0.95  # of the recordings
CYCLES = 8  # of the tones in a window
STEPS = 8  # of a burst
LOUDER = 3.0  # in a burst
STRETCH = 128  # samples of another regime at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One kind of shift; ``effects`` are weak, medium, strong, ``says`` formats one of them."""

    name: str
    effects: tuple[float, float, float]
    says: str
    make: Make
    units: str = "windows"


def _phase_locked(rng: np.random.Generator, n: int, kappa: float) -> Pair:
    """Unit tones in noise whose phase is uniform in train and von Mises in val: amplitude and spectrum agree."""
    train = arrays.tones(rng, n, CYCLES)
    phase = rng.vonmises(0.0, kappa, (n, 1, 1))
    at = np.arange(train.shape[1])[None, :, None] / train.shape[1]
    val = np.sin(2 * np.pi * CYCLES * at + phase) + rng.normal(size=train.shape)
    return arrays.pair(train, val.astype(np.float32))


def _burst(rng: np.random.Generator, n: int, share: float) -> Pair:
    """A short loud stretch of one channel, anywhere, in some val windows."""
    train, val = arrays.ar(rng, n), arrays.ar(rng, n)
    for row in rng.choice(n, round(share * n), replace=False):
        first = rng.integers(val.shape[1] - STEPS)
        val[row, first : first + STEPS, 1] *= LOUDER
    return arrays.pair(train, val)


def _trend(rng: np.random.Generator, n: int, effect: float) -> Pair:
    """The level of one channel moves from -effect to +effect along the val file; its mean stays."""
    way = np.linspace(-effect, effect, n, dtype=np.float32)[:, None]
    return arrays.changed(rng, n, arrays.on_channel(lambda x: x + way))


def _by_label(rng: np.random.Generator, n: int, share: float) -> Pair:
    """Labels tell the level of one channel in train, and of another where a third is low in val; P(x) is the same.

    Inside val the labels are as learnable as in train, else it would be noise in labels and no other meaning of them.
    """
    sides = []
    for name, part in (("train", 0.0), ("val", share)):
        place = rng.random(n)
        levels = rng.integers(0, 2, (n, 2))
        shown = np.stack([2 * levels[:, 0] - 1, 2 * levels[:, 1] - 1, 4 * place - 2], axis=1)
        X = arrays.ar(rng, n) + shown[:, None, :]
        y = np.where(place < part, levels[:, 1], levels[:, 0])
        sides.append(make_split(X.astype(np.float32), y, name=name))
    return sides[0], sides[1]


INDEPENDENT: tuple[Shift, ...] = (
    Shift(
        name="mean",
        effects=(0.05, 0.1, 0.2),
        says="+ {:g} sd",
        make=lambda rng, n, e: arrays.changed(rng, n, arrays.on_channel(lambda x: x + e)),
    ),
    Shift(
        name="variance",
        effects=(1.05, 1.1, 1.2),
        says="x {:g}",
        make=lambda rng, n, e: arrays.changed(rng, n, arrays.on_channel(lambda x: x * np.sqrt(e))),
    ),
    Shift(
        name="noise",
        effects=(0.05, 0.1, 0.2),
        says="+ {:g} sd",
        make=lambda rng, n, e: arrays.noisy(rng, n, e, phi=0.9),
    ),
    Shift(name="autocorrelation", effects=(0.52, 0.55, 0.6), says="0.5 to {:g}", make=arrays.less_rough),
    Shift(name="cross-correlation", effects=(0.05, 0.1, 0.2), says="0 to {:g}", make=arrays.coupled),
    Shift(
        name="frequency",
        effects=(8.1, 8.2, 8.4),
        says="8 to {:g} cycles",
        make=lambda rng, n, e: arrays.pair(arrays.tones(rng, n, CYCLES), arrays.tones(rng, n, e)),
    ),
    Shift(name="phase locking", effects=(0.25, 0.5, 1.0), says="kappa {:g}", make=_phase_locked),
    Shift(name="rare regime", effects=(0.05, 0.1, 0.25), says="{:.0%} of val", make=arrays.regime),
    Shift(name="one time step", effects=(0.25, 0.5, 1.0), says="+ {:g} sd", make=arrays.one_step),
    Shift(name="burst", effects=(0.02, 0.05, 0.1), says="{:.0%} of val", make=_burst),
    Shift(name="slow trend", effects=(0.2, 0.4, 0.8), says="from -{0:g} to {0:g} sd", make=_trend),
    Shift(name="label-conditional", effects=(0.1, 0.25, 0.5), says="{:.0%} follow another channel", make=_by_label),
)


def _recorded(change: Callable[[np.random.Generator, Array, float], Array]) -> Make:
    """The second half of a recording is changed; windows overlap by 75 %."""
    return lambda rng, n, e: arrays.recording_halves(rng, phi=PHI, n=n, change=lambda signal: change(rng, signal, e))


def _grouped(change: Callable[[np.random.Generator, Array, float], Array]) -> Make:
    """Ten of twenty exchangeable subjects are changed."""

    def make(rng: np.random.Generator, n: int, e: float) -> Pair:
        per = n // N_SUBJECTS
        return arrays.subjects(rng, N_SUBJECTS, N_SUBJECTS, per=per, change=lambda X: change(rng, X, e))

    return make


def _mean(rng: np.random.Generator, x: Array, effect: float) -> Array:
    return arrays.on_channel(lambda own: own + effect)(x)


def _variance(rng: np.random.Generator, x: Array, effect: float) -> Array:
    return arrays.on_channel(lambda own: own * np.sqrt(effect))(x)


def _noise(rng: np.random.Generator, x: Array, effect: float) -> Array:
    return arrays.on_channel(lambda own: own + effect * rng.normal(size=own.shape))(x)


def _signal_memory(rng: np.random.Generator, x: Array, phi: float) -> Array:
    return arrays.on_channel(lambda own: arrays.ar(rng, 1, t=len(own), c=1, phi=phi)[0, :, 0])(x)


def _window_memory(rng: np.random.Generator, x: Array, phi: float) -> Array:
    return arrays.on_channel(lambda own: arrays.ar(rng, len(own), t=own.shape[1], c=1, phi=phi)[:, :, 0])(x)


def _signal_regime(rng: np.random.Generator, x: Array, share: float) -> Array:
    """Stretches that are louder and less persistent."""
    other = 1.2 * arrays.ar(rng, 1, t=len(x), phi=0.9)[0]
    stretches = rng.random(len(x) // STRETCH + 1) < share
    return np.where(stretches.repeat(STRETCH)[: len(x), None], other, x).astype(np.float32)


def _window_regime(rng: np.random.Generator, x: Array, share: float) -> Array:
    other = np.flatnonzero(rng.random(len(x)) < share)
    x = x.copy()
    x[other] = 1.2 * arrays.ar(rng, len(other), phi=0.75)
    return x


# In a recording a mean is known from n / 4 windows' worth of samples, in subjects from ten offsets: effects are larger.
DEPENDENT: tuple[Shift, ...] = tuple(
    Shift(name=name, effects=effects, says=says, make=wrap(change), units=units)
    for units, wrap, own in (
        (
            "recording",
            _recorded,
            (
                ("mean", (0.3, 0.6, 1.2), "+ {:g} sd", _mean),
                ("variance", (1.25, 1.5, 2.0), "x {:g}", _variance),
                ("noise", (0.05, 0.1, 0.2), "+ {:g} sd", _noise),
                ("autocorrelation", (0.94, 0.92, 0.88), "0.95 to {:g}", _signal_memory),
                ("rare regime", (0.1, 0.25, 0.5), "{:.0%} of val", _signal_regime),
            ),
        ),
        (
            "subjects",
            _grouped,
            (
                ("mean", (0.5, 1.0, 1.5), "+ {:g} sd", _mean),
                ("variance", (1.5, 2.0, 3.0), "x {:g}", _variance),
                ("noise", (0.2, 0.3, 0.5), "+ {:g} sd", _noise),
                ("autocorrelation", (0.52, 0.55, 0.6), "0.5 to {:g}", _window_memory),
                ("rare regime", (0.1, 0.25, 0.5), "{:.0%} of val", _window_regime),
            ),
        ),
    )
    for name, effects, says, change in own
)
SHIFTS = INDEPENDENT + DEPENDENT
