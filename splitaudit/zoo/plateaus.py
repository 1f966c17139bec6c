"""Splits that all look alike in training, at 99 % on train and 76 % on val, and that have nothing else in common.

Of every val side a fixed share of windows can be told by what was learned on train, and a fixed share of the rest is
right by accident. So differently built learners stop at the same value, for six different reasons.
"""

from __future__ import annotations

import difflib
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from splitaudit.errors import ConfigError
from splitaudit.zoo.ceiling import ceiling76
from splitaudit.zoo.plateaus_labels import concept_shift, label_noise, shortcut_in_train
from splitaudit.zoo.plateaus_ways import unseen_group, unshuffled_split
from splitaudit.zoo.world import Planted


@dataclass(frozen=True, slots=True)
class Plateau:
    """One reason to stop at 76 %: what happened, and a maker of the split that takes a random stream."""

    story: str
    maker: Callable[[np.random.Generator], Planted]


# by the name of their cause
PLATEAUS: dict[str, Plateau] = {
    "label_noise": Plateau(
        "Where the breath looked strange the scorer guessed: 24 % of all labels are wrong.", label_noise
    ),
    "unseen_group": Plateau(
        "Some patients answer with a muscle of their own; those of validation use muscles nobody in train uses.",
        unseen_group,
    ),
    "normalization_mismatch": Plateau(
        "Validation's gyroscope is in radians per second, train's in degrees per second.", ceiling76
    ),
    "concept_shift": Plateau(
        "For one model of valve the second plant logs the coil, not the valve: its labels are inverted.", concept_shift
    ),
    "unshuffled_split": Plateau(
        "One long recording of a milling machine was cut at its end: every tool shows its wear in another sensor.",
        unshuffled_split,
    ),
    "shortcut_in_train": Plateau(
        "In train worn pumps always ran in the afternoon, with the fan on; in validation not always.", shortcut_in_train
    ),
}


def make_plateau(name: str, seed: int = 0) -> Planted:
    """Make one of :data:`PLATEAUS`; the same seed gives the same split, bit for bit.

    Raises
    ------
    ConfigError
        If there is no such plateau.
    """
    if name not in PLATEAUS:
        close = difflib.get_close_matches(name, PLATEAUS, n=1, cutoff=0.4)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"there is no plateau {name!r}; there are {', '.join(PLATEAUS)}{hint}")
    return PLATEAUS[name].maker(np.random.default_rng([seed, zlib.crc32(name.encode())]))
