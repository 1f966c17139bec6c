"""Labels come in long runs, and the split cut through their order.

## What it measures
How few runs of equal labels the train file has, against the number expected in random order (Wald and Wolfowitz), and
how far the class shares of the two sides differ.

## Why it matters
Loaders that do not shuffle feed one class after the other, and the network learns what it saw last. A split by
position through a sorted file leaves classes on one side only.

## How it is decided
Recordings kept in order have long runs too, which is harmless as long as training shuffles. The effect is half of the
sortedness (1 minus runs over expected runs), plus a tenth if every class stands in one single run, plus half of the
total variation distance of the class shares where the file is in order (sortedness above 0.8). So order alone is told
without alarm, a wholly sorted file is a warning, and a sorted file that was cut so that classes are missing is an
error. The p-value is that of the runs test.

## What to do
Shuffle windows while training; draw the split by unit and stratified by class, not by position.

## Limits
It cannot see whether your loader shuffles.

## References
Wald, A., Wolfowitz, J. (1940). On a test whether two samples are from the same population. Annals of Mathematical
Statistics 11, 147-162.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.rule import Context, rule
from splitaudit.wording import counted

MIN_WINDOWS = 20
IN_ORDER = 0.8


@rule(
    "SA401",
    effect="order of the labels (0.5: sorted; above: the split cut through it)",
    warn=0.55,
    error=0.7,
    remedy="Shuffle windows while training, and draw the split by unit and stratified by class, not by position.",
    needs=("labels",),
    fires_on=("sorted_cut",),
    sees="all",
)
def labels_not_shuffled(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Count runs of labels in file order."""
    y = train.y[np.argsort(train.split.rows, kind="stable")]
    n, counts = len(y), train.label_counts[train.label_counts > 0]
    if n < MIN_WINDOWS or len(counts) < 2:
        raise NotApplicable(
            f"{counted(n, 'window')} of {counted(len(counts), 'class')} in train have no order to speak of"
        )
    runs = 1 + int((y[1:] != y[:-1]).sum())
    expected, spread = _expected_runs(counts, n)
    ordered = max(0.0, 1 - (runs - len(counts)) / max(expected - len(counts), 1e-9))
    distance = 0.5 * float(np.abs(train.label_counts / n - val.label_counts / len(val)).sum())
    sorted_wholly = runs == len(counts)
    effect = 0.5 * ordered + 0.1 * sorted_wholly + (0.5 * distance if ordered > IN_ORDER else 0.0)
    pvalue = float(stats.norm.cdf((runs - expected) / max(spread, 1e-9)))
    how = "the file is sorted by class" if sorted_wholly else f"{expected:.0f} are expected in random order"
    cut = f"; the class shares of the sides differ by {distance:.2f}" if ordered > IN_ORDER and distance > 0.1 else ""
    return Evidence(
        effect=effect,
        summary=f"Train's labels come in {runs} runs in file order, {how}{cut}",
        statistic=float(runs),
        pvalue=pvalue,
        details={"runs": runs, "expected_runs": expected, "sortedness": ordered, "class_share_distance": distance},
    )


def _expected_runs(counts: np.ndarray, n: int) -> tuple[float, float]:
    """Mean and standard deviation of the number of runs of several classes in random order."""
    squares, cubes = float((counts**2).sum()), float((counts.astype(float) ** 3).sum())
    expected = 1 + (n * n - squares) / n
    variance = (squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3) / (n * n * max(n - 1, 1))
    return expected, float(np.sqrt(max(variance, 0.0)))
