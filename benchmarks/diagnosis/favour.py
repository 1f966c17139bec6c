"""How much sound splits are favoured, and what it costs that this is chosen.

A false alarm costs more than a miss. So the table gives causes that leave the split sound some log odds beyond their
share of the zoo: the least that keep alarms on sound splits as rare as :data:`MOST`, counted on bases that the table
has not seen. :func:`nested` chooses them anew for every base, from the others; the tables of those have seen that base.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from splitaudit.explanation.cause_catalog import NAMES

FAVOUR = 0.75
MOST = 0.04  # of sound splits may have an error finding or a cause above one half; 5 % are asked for
CHOICES = np.arange(0.0, 4.1, 0.25)
# causes of splits that are sound: what does not tell of the last says of it what it says of the first
SOUND = ("healthy", "model_fault")
IS_SOUND = np.isin(NAMES, SOUND)
HEALTHY = NAMES.index("healthy")
Row = dict[str, Any]


def shifted(probabilities: np.ndarray, favour: float) -> np.ndarray:
    """Probabilities (n, n_causes) after causes of sound splits were given so many log odds more."""
    odds = probabilities * np.exp(favour * IS_SOUND)
    return odds / odds.sum(axis=1, keepdims=True)


def alarmed(cases: Sequence[Row], probabilities: np.ndarray) -> np.ndarray:
    """For every case of a sound split whether it has an error finding, or a cause is given more than one half."""
    best, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    named = (best != HEALTHY) & (sure > 0.5)
    sound = [i for i, case in enumerate(cases) if case["causes"] == ["healthy"]]
    return np.array([bool(named[i] or cases[i]["errors"]) for i in sound])


def least(cases: Sequence[Row], probabilities: np.ndarray, *, given: float = FAVOUR) -> float:
    """The least log odds in favour of sound splits that keep alarms rare; ``given`` are in the probabilities."""
    for favour in CHOICES:
        if alarmed(cases, shifted(probabilities, favour - given)).mean() <= MOST:
            return float(favour)
    return float(CHOICES[-1])


def nested(cases: Sequence[Row], probabilities: np.ndarray, *, given: float = FAVOUR) -> np.ndarray:
    """Probabilities with log odds that were chosen for each base from the cases of the others."""
    bases = np.array([case["base"] for case in cases])
    out = np.zeros_like(probabilities)
    for base in np.unique(bases):
        others = np.flatnonzero(bases != base)
        favour = least([cases[i] for i in others], probabilities[others], given=given)
        out[bases == base] = shifted(probabilities[bases == base], favour - given)
    return out
