"""From outcomes to causes: log likelihood ratios, looked up in a readable table and added up.

``likelihoods.json`` beside this file holds for every outcome some values and, at each of them, one number per cause:
how much the log odds of the cause go up when the outcome is that. Between two of them the numbers are interpolated,
outside they stay, so that an outcome that moves a little cannot turn the answer over. ``benchmarks/diagnosis`` makes
it from the zoo. The numbers of several outcomes were fitted together (multinomial logistic regression, in which
outcomes that say the same share the credit), so they may be added, and the sum is calibrated; a naive product of
ratios estimated one by one would count the same evidence many times.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.explanation.outcomes import Seen

Floats = NDArray[np.float64]
FILE = "likelihoods.json"


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Log likelihood ratios of one outcome: at which values (m,), rising, and a row of them at each (m, n_causes)."""

    at: Floats
    rows: Floats

    def of(self, value: float | None) -> Floats:
        """One number per cause; what was not measured says nothing."""
        if value is None or not np.isfinite(value):
            return np.zeros(self.rows.shape[1])
        after = int(np.clip(np.searchsorted(self.at, value, side="right"), 1, len(self.at) - 1))
        low, high = self.at[after - 1 : after + 1]
        share = float(np.clip((value - low) / (high - low), 0, 1))
        found: Floats = (1 - share) * self.rows[after - 1] + share * self.rows[after]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Causes, log prior odds (n_causes,), ratios by outcome, and what a cause cannot be judged without.

    ``needs`` holds, for a cause that needs more than a split, beginnings of the outcomes of which one must be there.
    """

    causes: tuple[str, ...]
    prior: Floats
    ratios: Mapping[str, Ratios]
    needs: Mapping[str, Sequence[str]]

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Table:
        """Read what :mod:`benchmarks.diagnosis.learn` wrote."""
        ratios = {
            key: Ratios(np.array(each["at"], float), np.array(each["log_ratios"], float))
            for key, each in content["outcomes"].items()
        }
        return cls(tuple(content["causes"]), np.array(content["prior"], float), ratios, content["needs"])

    def judged(self, keys: Iterable[str]) -> NDArray[np.bool_]:
        """Which causes can be judged by these outcomes, shape (n_causes,)."""
        known = tuple(keys)
        return np.array(
            [
                name not in self.needs or any(key.startswith(tuple(self.needs[name])) for key in known)
                for name in self.causes
            ]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    """Probabilities (n_causes,) and what each outcome added to the log odds of each cause, by key."""

    causes: tuple[str, ...]
    probabilities: Floats
    added: Mapping[str, Floats]

    def ratio(self, key: str, cause: int) -> float:
        """Likelihood ratio of one outcome for one cause against the others as probable as they are without it."""
        log = self.added[key]
        others = np.delete(np.arange(len(self.causes)), cause)
        weight = np.maximum(self.probabilities[others], 1e-3)
        against = np.log(np.sum(weight * np.exp(log[others])) / weight.sum())
        return float(np.exp(np.clip(log[cause] - against, -12, 12)))


@cache
def table() -> Table:
    """Return the table that ships with the package."""
    text = resources.files("splitaudit.explanation").joinpath(FILE).read_text(encoding="utf-8")
    return Table.from_dict(json.loads(text))


def diagnose(seen: Mapping[str, Seen], ratios: Table) -> Diagnosis:
    """Add up what every outcome says.

    Parameters
    ----------
    seen : mapping of str to Seen
        Outcomes by key, see :func:`splitaudit.explanation.outcomes.flatten`.
    ratios : Table
        Log likelihood ratios.
    """
    added = {key: each.of(seen[key].value if key in seen else None) for key, each in ratios.ratios.items()}
    log = ratios.prior + np.sum(list(added.values()), axis=0)
    log[~ratios.judged(seen)] = -np.inf
    weights = np.exp(log - log.max())
    return Diagnosis(ratios.causes, weights / weights.sum(), added)
