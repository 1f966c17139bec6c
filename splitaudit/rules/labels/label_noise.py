"""Part of train's labels is wrong.

## What it measures
How often the label contradicts a probe that is sure: the error rate among the fifth of train windows about which an
out-of-fold probe is most confident, against the error rate among less confident ones.

## Why it matters
A share of wrong labels puts a lid on accuracy that no architecture lifts: with 24 % of labels flipped, 76 % is the
end. A large network memorises the wrong labels too, so train accuracy still goes to 99 %.

## How it is decided
Classes that overlap and labels that are wrong look alike in the mean and differ in the confidence curve: with overlap
the most confident windows are nearly all right, with wrong labels their error rate stays as high as elsewhere. The
effect is the error rate among the most confident fifth, if it is at least three quarters of that among all others;
else 0. The p-value is the t tail of that rate above 3 % over units. Where the probe is near chance, noise and
difficulty cannot be told apart.

## What to do
Look at the named windows; relabel or drop them; find out which annotator, recording or rule they come from.

## Limits
Only noise that does not depend on the signal is seen. A probe is not the network: what confuses it systematically
looks like noise.

## References
Northcutt, C., Jiang, L., Chuang, I. (2021). Confident learning: estimating uncertainty in dataset labels. JAIR 70.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Where
from splitaudit.models.outcomes import train_probabilities
from splitaudit.rule import Context, rule

MIN_WINDOWS = 60
MIN_SKILL = 0.3
HONEST = 0.03
FLAT = 0.65


@rule(
    "SA505",
    effect="share of wrong labels among confident windows",
    warn=0.06,
    error=0.12,
    remedy="Look at the named windows; relabel or drop them, and find out where the wrong labels come from.",
    needs=("labels",),
    fires_on=("flipped_labels",),
)
def label_noise(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare labels with an out-of-fold probe along its confidence."""
    if len(train) < MIN_WINDOWS or ctx.scheme.n_train_units < 3:
        raise NotApplicable(f"{len(train)} windows of {ctx.scheme.n_train_units} units are too few to judge labels")
    if (train.label_counts > 0).sum() < 2:
        raise NotApplicable("train has one class")
    probability = train_probabilities(train, ctx)
    wrong = probability.argmax(axis=1) != train.y
    chance = 1 - train.label_counts.max() / len(train)
    skill = 1 - float(wrong.mean()) / max(chance, 1e-9)
    if skill < MIN_SKILL:
        raise NotApplicable(
            f"a probe is right about {1 - wrong.mean():.0%} of train out of fold, too near the majority share "
            "to tell wrong labels from a hard task"
        )
    top, rest = _fifths(probability)
    rate, elsewhere = float(wrong[top].mean()), float(wrong[rest].mean())
    flat = rate >= FLAT * elsewhere
    low, high, pvalue = _interval(wrong[top].astype(float), ctx.scheme.units[: len(train)][top])
    suspects = _suspects(probability, train.y)
    effect = rate if flat else 0.0
    shape = "as often as" if flat else "less often than"
    return Evidence(
        effect=effect,
        summary=f"Labels contradict a confident probe in {rate:.1%} of windows, {shape} elsewhere ({elsewhere:.1%})",
        statistic=rate,
        pvalue=pvalue if flat else 1.0,
        interval=(low, high),
        where=Where(train_windows=suspects) if flat and rate > HONEST else Where(),
        details={
            "error_rate_confident": rate,
            "error_rate_less_confident": elsewhere,
            "accuracy": float(1 - wrong.mean()),
        },
    )


def _fifths(probability: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The most confident fifth of every predicted class, so that no easy class fills the top, and the others."""
    predicted, sure = probability.argmax(axis=1), probability.max(axis=1)
    top: list[NDArray[np.int64]] = []
    rest: list[NDArray[np.int64]] = []
    for k in np.unique(predicted):
        rows = np.flatnonzero(predicted == k)
        rows = rows[np.argsort(-sure[rows], kind="stable")]
        top.append(rows[: len(rows) // 5])
        rest.append(rows[len(rows) // 5 :])
    return np.concatenate(top), np.concatenate(rest)


def _interval(wrong: NDArray[np.float64], units: NDArray[np.int64]) -> tuple[float, float, float]:
    """95 % interval of the error rate over units, and the one-sided p-value of more than the honest rate."""
    _, member = np.unique(units, return_inverse=True)
    sizes = np.bincount(member)
    rate, n = wrong.mean(), len(sizes)
    if n < 3:
        return 0.0, 1.0, 1.0
    residual = np.bincount(member, weights=wrong - rate)
    error = np.sqrt((residual**2).sum() * n / (n - 1)) / len(wrong)
    error = max(float(error), np.sqrt(max(rate * (1 - rate), HONEST * (1 - HONEST)) / len(wrong)))
    reach = stats.t.isf(0.025, n - 1) * error
    return max(0.0, rate - reach), min(1.0, rate + reach), float(stats.t.sf((rate - HONEST) / error, n - 1))


def _suspects(probability: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Windows that the probe confidently gives to another class, most suspicious first (confident learning)."""
    own = probability[np.arange(len(y)), y]
    threshold = np.array(
        [probability[y == k, k].mean() if (y == k).any() else 1.0 for k in range(probability.shape[1])]
    )
    best = probability.argmax(axis=1)
    sure = probability.max(axis=1)
    found = np.flatnonzero((best != y) & (sure >= threshold[best]))
    return found[np.argsort((own - sure)[found], kind="stable")]
