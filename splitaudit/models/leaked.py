"""What leaked windows are worth: how often the probe is right in them and in the others."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.evidence import IntArray
from splitaudit.models.outcomes import val_probabilities
from splitaudit.rule import Context

FEW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Accuracy of the probe, fitted on train, on all val windows, on the leaked ones and on those left without them."""

    accuracy: float
    accuracy_leaked: float
    accuracy_without: float | None

    def details(self) -> dict[str, Any]:
        """Return the numbers for the report."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """Say it in words."""
        if self.accuracy_without is None:
            return f"; the probe gets {self.accuracy_leaked:.0%} of them right"
        return (
            f"; the probe gets {self.accuracy_leaked:.0%} of them right and {self.accuracy_without:.0%} of the others"
        )


def worth(train: Profile, val: Profile, ctx: Context, leaked: IntArray) -> Worth | None:
    """Measure accuracy with and without some val windows; None without labels or with few such windows."""
    if train.split.y is None or val.split.y is None or len(leaked) < FEW:
        return None
    right = val_probabilities(train, val, ctx).argmax(axis=1) == val.y
    inside = np.zeros(len(val), dtype=bool)
    inside[leaked] = True
    return Worth(
        accuracy=float(right.mean()),
        accuracy_leaked=float(right[inside].mean()),
        accuracy_without=float(right[~inside].mean()) if not inside.all() else None,
    )
