"""Plateaus at 76 % that come from the labels: guessed ones, another convention, and a channel that gave them away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split, make_split
from splitaudit.zoo.world import Planted, Truth

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
N_GROUPS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensors:
    """Names and scales of channels, names of classes, what a group is called."""

    channels: tuple[str, ...]
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    classes: tuple[str, ...]
    group: str


def tone(cycles: Any, n: int, n_timesteps: int, rng: np.random.Generator) -> Floats:
    """Sines of random phase with some cycles per window, one each or one for all; shape (n, n_timesteps)."""
    turns = np.broadcast_to(cycles, n)[:, None] * np.arange(n_timesteps) / n_timesteps
    wave: Floats = np.sin(2 * np.pi * (turns + rng.random((n, 1))))
    return wave


def on_sensors(latent: Floats, scale: tuple[float, ...], offset: tuple[float, ...]) -> NDArray[np.float32]:
    """Give signals (n, t, c) of unit scale the scale and offset of their sensors, whose resolution is about 1 / 64."""
    step = 2.0 ** np.round(np.log2(np.array(scale) / 64))
    digits: NDArray[np.float32] = (np.round((latent * scale + offset) / step) * step).astype(np.float32)
    return digits


def shuffled_side(
    name: str, latent: Floats, y: Labels, group: Labels, sensors: Sensors, rng: np.random.Generator
) -> tuple[Split, Labels]:
    """Put signals (n, t, c) of unit scale on sensors, shuffle the windows; return also where each stood before."""
    first = 0 if name == "train" else N_GROUPS
    gain = np.exp(0.05 * rng.normal(size=(group.max() + 1, 1, latent.shape[2])))[group]
    X = on_sensors(latent * gain, sensors.scale, sensors.offset)
    place = np.array([np.count_nonzero(group[:i] == g) for i, g in enumerate(group)])
    order = rng.permutation(len(y))
    side = make_split(
        X[order],
        y[order],
        groups=[f"{sensors.group}{first + g:02d}" for g in group[order]],
        time=place[order] * latent.shape[1],
        channel_names=sensors.channels,
        class_names=sensors.classes,
        name=name,
    )
    return side, order.astype(np.int64)


SLEEP = Sensors(
    channels=(
        *("eeg", "eog", "emg", "airflow", "nasal_pressure", "thorax", "abdomen", "diaphragm", "intercostal"),
        *("carbon_dioxide", "esophagus", "spo2", "position", "skin_temperature"),
    ),
    scale=(30.0, 60.0, 9.0, 0.4, 2.0, 0.7, 0.9, 8.0, 6.0, 5.0, 4.0, 1.5, 20.0, 0.8),
    offset=(2.0, 5.0, 12.0, 0.1, 0.3, 3.0, 2.0, 10.0, 9.0, 30.0, -5.0, 95.0, 90.0, 33.0),
    classes=("wake", "light", "deep", "rem"),
    group="night",
)
GUESSED = 0.32


def label_noise(rng: np.random.Generator) -> Planted:
    """Where the breath looked strange, the scorer guessed.

    In 32 % of the pages of both sides the breath goes in slowly and out fast, and somebody threw a four-sided die: 24 %
    of all labels are wrong. Brain, eyes and chin tell the stage in all pages. No statistic of single samples and no
    spectrum tells a wave from the same wave backwards, but a network does, and learns the guesses of train by heart.
    """
    sides, wrong = [], []
    for name, n in (("train", 800), ("val", 1200)):
        slot = np.arange(n)
        guessed, stage = slot < GUESSED * n, slot % 4
        y = np.where(guessed, slot // 4 % 4, stage)
        night = rng.permutation(n) % N_GROUPS
        side, order = shuffled_side(name, _sleep(stage, guessed, rng), y, night, SLEEP, rng)
        sides.append(side)
        wrong.append(np.flatnonzero((y != stage)[order]))
    truth = Truth(
        flaw="label_noise",
        severity="severe",
        rules=("SA505",),
        cause="label_noise",
        train_windows=wrong[0],
        val_windows=wrong[1],
        details={"val_accuracy": 0.76, "share": 0.24},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def _sleep(stage: Labels, strange: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    n, T = len(stage), 32
    X = 0.2 * rng.normal(size=(n, T, 14))
    X[:, :, :3] += np.array([0.2, 0.2, 0.1]) * rng.normal(size=(n, 1, 3))
    cycles = np.array([8.0, 6.0, 2.5, 7.0])[stage] * np.exp(0.04 * rng.normal(size=n))
    X[:, :, 0] += np.array([0.4, 0.6, 1.0, 0.4])[stage][:, None] * tone(cycles, n, T, rng)
    X[:, :, 1] += np.array([1.0, 0.0, 0.0, 2.0])[stage][:, None]
    X[:, :, 2] += np.array([3.0, 2.0, 1.0, 0.0])[stage][:, None]
    phase = (4.0 * np.arange(T) / T + rng.random((n, 1))) % 1
    breath = 2 * np.where(phase < 0.15, phase / 0.15, (1 - phase) / 0.85) - 1
    X[:, :, 3:11] += 3.0 * np.where(strange[:, None], breath[:, ::-1], breath)[:, :, None]
    X[:, :, 11:] += rng.normal(size=(n, 1, 3)) + 1.5 * rng.normal(size=(n, 1, 3)) * np.linspace(-1, 1, T)[:, None]
    return X


VALVES = Sensors(
    channels=("flow_noise", "pressure", "coil_current"),
    scale=(0.4, 1.8, 35.0),
    offset=(0.1, 6.0, 210.0),
    classes=("shut", "open"),
    group="valve",
)


def concept_shift(rng: np.random.Generator) -> Planted:
    """The second plant logs the coil instead of the valve.

    Of the 25 valves of each plant 6 are of the model that is open while its coil is off. In train the labels tell how
    the valve stands, in val they tell whether the coil is on: for those 6 valves, 24 % of val, all labels are inverted.
    """
    sides, windows = [], np.empty(0, dtype=np.int64)
    chosen = np.empty(0, dtype=np.int64)
    for name, per_valve in (("train", 24), ("val", 16)):
        valve = np.repeat(np.arange(N_GROUPS), per_valve)
        chosen = np.sort(rng.permutation(N_GROUPS)[:6])
        normally_open = np.isin(valve, chosen)
        is_open = np.concatenate([rng.permutation(per_valve) % 2 for _ in range(N_GROUPS)])
        y = np.where(normally_open & (name == "val"), 1 - is_open, is_open)
        side, order = shuffled_side(name, _valves(is_open, normally_open, rng), y, valve, VALVES, rng)
        sides.append(side)
        windows = np.flatnonzero(normally_open[order])
    truth = Truth(
        flaw="concept_shift",
        severity="severe",
        rules=("SA507",),
        cause="concept_shift",
        groups=tuple(f"valve{N_GROUPS + g}" for g in chosen),
        val_windows=windows,
        details={"val_accuracy": 0.76},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def _valves(is_open: Labels, normally_open: NDArray[np.bool_], rng: np.random.Generator) -> Floats:
    n, T = len(is_open), 60
    hiss = np.array([[3.0, 5.5], [9.0, 14.0]])[normally_open.astype(int), is_open]
    X = 0.3 * rng.normal(size=(n, T, 3)) + 0.15 * rng.normal(size=(n, 1, 3))
    wander = np.exp(0.04 * rng.normal(size=n))
    X[:, :, 0] += tone(hiss * wander, n, T, rng)
    X[:, :, 1] += 0.6 * tone(hiss * wander, n, T, rng)
    X[:, :, 2] += np.where(normally_open == is_open, 0.0, 1.5)[:, None]
    return X


PUMPS = Sensors(
    channels=("vibration", "motor_current", "fan_current"),
    scale=(0.6, 2.5, 0.3),
    offset=(0.05, 14.0, 0.5),
    classes=("healthy", "worn"),
    group="day",
)
RUNS = 4 * N_GROUPS


def shortcut_in_train(rng: np.random.Generator) -> Planted:
    """Worn pumps were always run in the afternoon, when the fan was on.

    Of the four runs of a day two are of a worn pump. In train the fan gives every run away. In val 24 of 100 runs were
    made at the other time of day, and whoever trusts the fan is wrong on them; vibration and motor current tell worn
    pumps on both sides.
    """
    sides, windows = [], np.empty(0, dtype=np.int64)
    worn = np.arange(RUNS) % 2
    for name, per_run in (("train", 6), ("val", 4)):
        swapped = np.zeros(RUNS, dtype=bool)
        if name == "val":  # one run of every day but one, as many healthy pumps as worn ones
            swapped[4 * rng.permutation(N_GROUPS)[:24] + rng.permutation(24) % 4] = True
        run = np.repeat(np.arange(RUNS), per_run)
        latent = _pumps(worn[run], (worn ^ swapped)[run], rng)
        side, order = shuffled_side(name, latent, worn[run], run // 4, PUMPS, rng)
        sides.append(side)
        windows = np.flatnonzero(swapped[run][order])
    truth = Truth(
        flaw="shortcut_in_train",
        severity="severe",
        rules=("SA307",),
        cause="shortcut_in_train",
        channels=("fan_current",),
        val_windows=windows,
        details={"val_accuracy": 0.76},
    )
    return Planted(train=sides[0], val=sides[1], truth=truth)


def _pumps(worn: Labels, fan: Labels, rng: np.random.Generator) -> Floats:
    n, T = len(worn), 48
    shaft = np.array([4.0, 6.5])[worn] * np.exp(0.04 * rng.normal(size=n))
    X = 0.6 * rng.normal(size=(n, T, 3)) + 0.15 * rng.normal(size=(n, 1, 3))
    X[:, :, 0] += 0.8 * tone(shaft, n, T, rng)
    X[:, :, 1] += 0.6 * tone(shaft, n, T, rng)
    X[:, :, 2] = 0.2 * X[:, :, 2] + fan[:, None] * (2.0 + 1.5 * tone(9.0, n, T, rng))
    return X
