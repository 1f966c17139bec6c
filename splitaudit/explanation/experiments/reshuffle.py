"""Does the ceiling vanish when the split is drawn again?

## How
Both sides are pooled and drawn again in the same proportion: four times keeping units whole, since few units make each
draw another one, and twice dealing windows. The probe is fitted and asked on each.

## Outcomes
``redrawn`` and ``redrawn_windows``: accuracy on the new val less A_val.

## Limits
A leak makes windows dealt at random look good as well.

## References
Roberts, D. R. et al. (2017). Cross-validation strategies for data with temporal, spatial, hierarchical, or
phylogenetic structure. Ecography 40, 913-929.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Ints, Lab

BY_UNIT, BY_WINDOW = 4, 2


@experiment(fits=6)
def reshuffle(lab: Lab) -> Measured:
    """Draw the split again, by unit and by window."""
    lab.need_two_classes()
    n = len(lab.train)
    rows = np.concatenate([lab.rows, n + lab.val_rows])
    X = lab.train.tables.features[rows]
    y = np.concatenate([lab.train.y[lab.rows], lab.val.y[lab.val_rows]])
    share = len(lab.val_rows) / len(rows)
    by_unit = _redraw(lab, X, y, lab.ctx.scheme.units[rows], share, BY_UNIT)
    by_window = _redraw(lab, X, y, np.arange(len(rows)), share, BY_WINDOW)
    before = float(lab.hits_val.mean())
    return Measured(
        outcomes={
            "redrawn": _gain(by_unit, before, "drawn again by unit"),
            "redrawn_windows": _gain(by_window, before, "drawn again by window"),
        },
        summary=f"val {before:.0%}; drawn again {np.mean(by_unit):.0%} by unit, {np.mean(by_window):.0%} by window",
    )


def _redraw(lab: Lab, X: np.ndarray, y: Ints, units: Ints, share: float, repeats: int) -> list[float]:
    names = np.unique(units)
    scores = []
    for _ in range(repeats):
        chosen = lab.rng.permutation(names)[: max(1, min(len(names) - 1, round(share * len(names))))]
        held = np.isin(units, chosen)
        scores.append(float(lab.score(X[~held], y[~held], X[held], y[held]).mean()))
    return scores


def _gain(scores: list[float], before: float, how: str) -> Outcome:
    mean = float(np.mean(scores))
    half = float(special.stdtrit(len(scores) - 1, 0.975) * np.std(scores, ddof=1) / np.sqrt(len(scores)))
    return Outcome(
        value=mean - before,
        low=mean - before - half,
        high=mean - before + half,
        unit="difference of accuracy",
        text=f"{how}, accuracy goes from {before:.0%} to {mean:.0%} (±{half:.0%})",
    )
