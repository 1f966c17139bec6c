"""Labs for the tests of experiments and causes: a split, and what some rules say about it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from splitaudit.audit import Settings, prepare, run_rules
from splitaudit.data.split import Split, make_split
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.explained import Experiment, Outcome
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.lab import Lab
from splitaudit.explanation.runner import run
from splitaudit.rules import catalog
from tests.support import grouped_split, iid_split

LEAKS = ("SA301", "SA302", "SA303", "SA304", "SA305")
SHIFTS = ("SA101", "SA102", "SA103", "SA104", "SA201")
# accuracy of 120 val windows near 0.98 scatters by 0.013: five times that is beyond chance
NOTHING = 0.07


def lab_of(
    train: Split, val: Split, *, rules: tuple[str, ...] = (), training: Training = NO_TRAINING, seed: int = 0
) -> Lab:
    """Prepare two sides as an explanation would, and ask the named rules."""
    ours, theirs, context = prepare(train, val, Settings(random_state=seed), training=training)
    asked = [rule for rule in catalog.all_rules() if rule.code in rules]
    findings = run_rules(asked, ours, theirs, context)
    return Lab(train=ours, val=theirs, ctx=context, findings={found.rule: found for found in findings})


@cache
def people() -> tuple[Split, Split]:
    """A healthy split: 8 and 4 subjects of 30 windows, three classes of tones in all three channels."""
    train, val = grouped_split(0, n_train=8, n_val=4, per_group=30, t=32)
    return train, val


@cache
def healthy() -> Lab:
    """The lab of :func:`people`, with what the rules say that experiments read."""
    return lab_of(*people(), rules=(*LEAKS, *SHIFTS, "SA207", "SA505"), training=Training(observed=0.97))


def level_split(
    seed: int = 0, *, n_train: int = 240, n_val: int = 120, noise: float = 0.5, named: bool = True
) -> tuple[Split, Split]:
    """A healthy split of which the second of three channels alone tells the class, by its level; 20 windows a group."""
    rng = np.random.default_rng([seed, 79])
    sides = []
    for name, n, first in (("train", n_train, 0), ("val", n_val, 1000)):
        y = rng.integers(0, 3, n)
        X = rng.normal(size=(n, 16, 3))
        X[:, :, 1] = noise * X[:, :, 1] + (y - 1)[:, None]
        groups = first + np.arange(n) // 20 if named else None
        sides.append(make_split(X.astype(np.float32), y, groups=groups, name=name))
    return sides[0], sides[1]


def shares_split(seed: int = 4, *, n_train: int = 500, n_val: int = 300) -> tuple[Split, Split]:
    """Two classes that overlap; the one that is common in train is rare in val, and nothing else differs."""
    rng = np.random.default_rng(seed)
    sides = []
    for name, n, shares in (("train", n_train, (0.9, 0.1)), ("val", n_val, (0.1, 0.9))):
        y = rng.choice(2, n, p=shares)
        X = rng.normal(size=(n, 16, 2))
        X[:, :, 0] += (y + 0.7 * rng.normal(size=n))[:, None]
        sides.append(make_split(X.astype(np.float32), y, name=name))
    return sides[0], sides[1]


def image_split() -> tuple[Split, Split]:
    """Windows of images of 2 x 2 pixels."""
    sides = iid_split(1, n_train=60, n_val=40, t=16, c=4)
    train, val = (make_split(side.X.reshape(len(side), 16, 2, 2, 1), side.y, name=side.name) for side in sides)
    return train, val


def outcomes_of(spec: ExperimentSpec, lab: Lab) -> dict[str, Outcome]:
    """Run one experiment that must be done, and return its outcomes."""
    done = run(spec, lab)
    assert done.status == "done", done.reason
    return dict(done.outcomes)


def values(spec: ExperimentSpec, lab: Lab) -> dict[str, float]:
    """The bare numbers of one experiment that must be done."""
    return {name: outcome.value for name, outcome in outcomes_of(spec, lab).items()}


def changed(side: Split, X: np.ndarray) -> Split:
    """The same windows with other samples."""
    return side.with_X(np.asarray(X, dtype=np.float32))


def relabelled(side: Split, y: np.ndarray) -> Split:
    """The same windows with other labels."""
    return replace(side, y=np.asarray(y, dtype=np.int64))


def mislabelled(side: Split, share: float, seed: int) -> Split:
    """The same windows, part of them at random labelled as the next class."""
    assert side.y is not None
    wrong = np.random.default_rng(seed).random(len(side)) < share
    return relabelled(side, np.where(wrong, (side.y + 1) % 3, side.y))


def done(name: str, **outcomes: float) -> Experiment:
    """An experiment that was done, by hand."""
    found = {key: Outcome(value=value, text=f"{key} is {value:g}") for key, value in outcomes.items()}
    return Experiment(name=name, status="done", outcomes=found)
