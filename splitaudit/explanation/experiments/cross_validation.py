"""Is the task learnable on each side alone, and does what train teaches hold on val?

## How
The probe is fitted on train and asked on val (A_val); crossed inside train with units kept apart (A_cv) and with
windows dealt at random (A_rand); and crossed inside val (A_valcv). Folds hold less data than a whole side, so A_valcv
of a small val is low by that alone. On few windows, which folds and trees were drawn would show in the outcomes: up to
four draws are averaged there.

## Outcomes
``gap``: A_cv less A_val, as far as other class shares do not explain it; ``optimism``: A_rand less A_cv, what knowing
the unit is worth; ``home``: A_valcv less A_val, what only val's own labels teach; ``gap_share``, ``gap_t``: the gap
as a share of what is learned, and in standard errors; ``gap_by_shares`` and ``gap_beyond_shares``: the part that
other class shares explain, and the rest; ``home_random``: the same as ``home`` with random folds; ``balanced_val``:
mean recall on val, times the number of classes; skills (``skill_val``, ``skill_cv``, ``skill_random``,
``skill_val_cv``) are accuracies on the scale from the largest class (0) to 1.

## Limits
A gap says that something differs between the sides, not what.

## References
Roberts, D. R. et al. (2017). Cross-validation strategies for data with temporal, spatial, hierarchical, or
phylogenetic structure. Ecography 40, 913-929.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Ints, Lab, accuracy, number
from splitaudit.stats.paired import UnitMeans

Hits = NDArray[np.float64]
LEAST_LEARNED = 0.1  # skill; a share of less is a share of nothing


@experiment(fits=17)
def cross_validation(lab: Lab) -> Measured:
    """Compare what train teaches about val with what each side teaches about itself."""
    lab.need_two_classes()
    a_val = accuracy(lab.hits_val, lab.val_units, "fitted on train, asked on val")
    a_cv = accuracy(lab.hits_cv, lab.train_units, "inside train, units kept apart")
    a_rand = accuracy(lab.hits_random, np.arange(len(lab.train)), "inside train, random folds")
    a_valcv = accuracy(lab.hits_val_cv, lab.val_units, "inside val, units kept apart")
    a_valrand = accuracy(lab.hits_val_random, np.arange(len(lab.val)), "inside val, random folds")
    expected = _under(lab.hits_cv, lab.train.y, lab.val.label_counts)
    gap, t = _gap(lab.hits_cv, lab.train_units, lab.hits_val, lab.val_units)
    share = gap.value / max(a_cv.value - lab.chance_train, 0.05)
    learned = a_rand.value - lab.chance_train
    owed = (a_rand.value - a_cv.value) / max(learned, LEAST_LEARNED * (1 - lab.chance_train))
    outcomes: dict[str, Outcome] = {
        "accuracy_val": a_val,
        "accuracy_cv": a_cv,
        "accuracy_random": a_rand,
        "accuracy_val_cv": a_valcv,
        "accuracy_val_random": a_valrand,
        "skill_val": _skill(a_val.value, lab.chance),
        "skill_cv": _skill(a_cv.value, lab.chance_train),
        "skill_random": _skill(a_rand.value, lab.chance_train),
        "skill_val_cv": _skill(a_valcv.value, lab.chance),
        "gap": gap,
        "gap_share": number(
            share,
            "share of what is learned",
            f"of what train's folds have over the largest class, val lacks {share:.0%}",
        ),
        "gap_t": number(t, "standard errors", f"the gap is {t:.1f} standard errors between units"),
        "gap_beyond_shares": number(
            expected - a_val.value,
            "difference of accuracy",
            f"with val's class shares train's own accuracy would be {expected:.0%}, val's is {a_val.value:.0%}",
        ),
        "gap_by_shares": number(
            a_cv.value - expected,
            "difference of accuracy",
            f"other class shares alone change accuracy from {a_cv.value:.0%} to {expected:.0%}",
        ),
        "optimism": number(
            a_rand.value - a_cv.value,
            "difference of accuracy",
            f"random folds inside train give {a_rand.value:.0%}, folds that keep units apart {a_cv.value:.0%}",
        ),
        "optimism_share": number(
            owed,
            "share of what is learned",
            f"of what random folds inside train have over the largest class, {owed:.0%} is owed to knowing the unit",
        ),
        "home": number(
            a_valcv.value - a_val.value,
            "difference of accuracy",
            f"val teaches itself to {a_valcv.value:.0%}, train teaches it to {a_val.value:.0%}",
        ),
        "home_random": number(
            a_valrand.value - a_val.value,
            "difference of accuracy",
            f"random folds inside val give {a_valrand.value:.0%}, train teaches val to {a_val.value:.0%}",
        ),
        "balanced_val": number(
            _recall(lab.hits_val, lab.val.y) * (lab.val.label_counts > 0).sum(),
            "times chance",
            f"mean recall of the classes of val is {_recall(lab.hits_val, lab.val.y):.0%}",
        ),
    }
    return Measured(
        outcomes=outcomes,
        summary=f"val {a_val.value:.0%}; inside train {a_cv.value:.0%} by unit and {a_rand.value:.0%} at random; "
        f"inside val {a_valcv.value:.0%}",
    )


def _skill(value: float, chance: float) -> Outcome:
    skill = (value - chance) / max(1 - chance, 0.02)
    return number(skill, "skill", f"accuracy {value:.0%} where the largest class has {chance:.0%}")


def _recall(hits: Hits, y: Ints) -> float:
    """Mean recall of the classes that occur."""
    counts = np.bincount(y)
    return float((np.bincount(y, weights=hits)[counts > 0] / counts[counts > 0]).mean())


def _under(hits: Hits, y: Ints, counts: Ints) -> float:
    """Accuracy of train's folds if the classes had val's shares; classes that train lacks count as missed."""
    own = np.bincount(y, minlength=len(counts))
    recall = np.bincount(y, weights=hits, minlength=len(counts)) / np.maximum(own, 1)
    return float(recall @ (counts / counts.sum()))


def _gap(cv: Hits, units: Ints, val: Hits, val_units: Ints) -> tuple[Outcome, float]:
    """A_cv less A_val with its interval, and how many standard errors it is."""
    value = float(cv.mean() - val.mean())
    error = float(np.hypot(_error(cv, units), _error(val, val_units)))
    text = f"inside train {cv.mean():.0%}, on val {val.mean():.0%}"
    found = Outcome(
        value=value, low=value - 2 * error, high=value + 2 * error, unit="difference of accuracy", text=text
    )
    return found, value / max(error, 1e-3)


def _error(hits: Hits, units: Ints) -> float:
    """Standard error of a mean between units, at least that of so many windows."""
    means = UnitMeans.of(units, hits)
    share = np.clip(hits.mean(), 0.02, 0.98)
    binomial = float(np.sqrt(share * (1 - share) / len(hits)))
    if len(means.means) < 2:
        return 2 * binomial
    weights = means.sizes / means.sizes.sum()
    clustered = float(
        np.sqrt((weights**2 * (means.means - hits.mean()) ** 2).sum() * len(weights) / (len(weights) - 1))
    )
    return max(binomial, clustered)
