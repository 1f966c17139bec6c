"""Small splits, one-rule runs and the command's runner for the tests."""

from __future__ import annotations

import os
from inspect import signature
from typing import Any

import numpy as np
from click.testing import CliRunner
from scipy.signal import lfilter

from splitaudit.audit import Settings, prepare, run_rules
from splitaudit.data.split import Split, make_split
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.evidence import Curve
from splitaudit.report import Finding
from splitaudit.rule import Rule

# everything that is shortened for CI, whole
LARGE_FORM = "SPLITAUDIT_LARGE_FORM" in os.environ


def cli_runner() -> CliRunner:
    """Return a runner that keeps stderr apart from stdout, which click before 8.2 does only when told to."""
    apart = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}
    return CliRunner(**apart)


def run(
    rule: Rule, train: Split, val: Split, *, seed: int = 0, training: Training = NO_TRAINING, **options: Any
) -> Finding:
    """Run one rule alone, with options, as an audit would."""
    ours, theirs, context = prepare(train, val, Settings(random_state=seed), training=training)
    return run_rules([rule.tuned(**options)], ours, theirs, context)[0]


def agreement(pair: Curve) -> float:
    """Correlation of the two lines of a drawn pair where both are known."""
    first, second = (dict(zip(x, y, strict=True)) for x, y in pair.lines.values())
    common = sorted(first.keys() & second.keys())
    assert len(common) > 4
    return float(np.corrcoef([first[t] for t in common], [second[t] for t in common])[0, 1])


def ar_windows(rng: np.random.Generator, n: int, t: int = 64, c: int = 3, phi: float = 0.5) -> np.ndarray:
    """Independent windows of a stationary AR(1) process of unit variance, float32 of shape (n, t, c)."""
    noise = rng.normal(size=(n, t + 50, c)) * np.sqrt(1 - phi**2)
    return lfilter([1], [1, -phi], noise, axis=1)[:, 50:].astype(np.float32)


def ar_recording(rng: np.random.Generator, n: int, c: int = 3, phi: float = 0.95) -> np.ndarray:
    """One stationary AR(1) recording of unit variance, float32 of shape (n, c)."""
    noise = rng.normal(size=(n + 2000, c)) * np.sqrt(1 - phi**2)
    return lfilter([1], [1, -phi], noise, axis=0)[2000:].astype(np.float32)


def sliding(signal: np.ndarray, t: int, stride: int) -> np.ndarray:
    """Cut windows of ``t`` samples every ``stride`` samples out of a recording (n, c)."""
    return np.stack([signal[s : s + t] for s in range(0, len(signal) - t + 1, stride)])


def strangers(*sides: Split) -> list[Split]:
    """Say of every window that it stands for itself: give each a group of its own."""
    names = [[f"{side.name} {i}" for i in range(len(side))] for side in sides]
    return [make_split(side.X, side.y, groups=own, name=side.name) for side, own in zip(sides, names, strict=True)]


def iid_split(seed: int = 0, *, n_train: int = 300, n_val: int = 150, t: int = 64, c: int = 3) -> tuple[Split, Split]:
    """A healthy split of independent windows with learnable labels: class k has a tone of 3 + 3 k cycles."""
    rng = np.random.default_rng([seed, 77])
    sides = []
    for name, n in (("train", n_train), ("val", n_val)):
        y = rng.integers(0, 3, n)
        phase = rng.uniform(0, 2 * np.pi, (n, 1, 1))
        cycles = (3 + 3 * y)[:, None, None] * np.arange(t)[None, :, None] / t
        X = ar_windows(rng, n, t, c) + np.sin(2 * np.pi * cycles + phase)
        sides.append(make_split(X.astype(np.float32), y, name=name))
    return sides[0], sides[1]


def grouped_split(
    seed: int = 0, *, n_train: int = 12, n_val: int = 6, per_group: int = 40, t: int = 64, c: int = 3
) -> tuple[Split, Split]:
    """A healthy split by subject: subjects are exchangeable and differ by offsets and gains; labels as above."""
    rng = np.random.default_rng([seed, 78])
    sides, first = [], 0
    for name, n_groups in (("train", n_train), ("val", n_val)):
        n = n_groups * per_group
        groups = np.repeat(np.arange(first, first + n_groups), per_group)
        first += n_groups
        y = rng.integers(0, 3, n)
        phase = rng.uniform(0, 2 * np.pi, (n, 1, 1))
        cycles = (3 + 3 * y)[:, None, None] * np.arange(t)[None, :, None] / t
        X = ar_windows(rng, n, t, c) + np.sin(2 * np.pi * cycles + phase)
        gain = np.exp(0.1 * rng.normal(size=(n_groups, 1, c))).repeat(per_group, axis=0)
        offset = 0.3 * rng.normal(size=(n_groups, 1, c)).repeat(per_group, axis=0)
        time = np.tile(np.arange(per_group) * t, n_groups)
        sides.append(make_split((X * gain + offset).astype(np.float32), y, groups=groups, time=time, name=name))
    return sides[0], sides[1]
