"""Part of the labels is wrong.

## What it measures
The share of a side's labels that are wrong whatever the signal says, by the errors of a probe that was fitted on other
units of the same side (and, for val, of one that was fitted on train): how sure they were where the label contradicts
them, and which class the label names instead.

## Why it matters
A share of wrong labels puts a lid on accuracy that no architecture lifts: with 24 % of val's labels flipped, 76 % is
the end. A large network memorises the wrong labels of train too, so train accuracy still goes to 99 %.

## How it is decided
Classes that overlap and labels that are wrong cost the same accuracy and differ in the confidence curve. With overlap
the labels follow the probe's out-of-fold probabilities, sharpened or softened by one exponent: the surer it is, the
fewer errors, and they fall on its second choice. Wrong labels are as frequent where it is sure, and fall on all other
classes alike, or on one that the probe learns as second choice; so the labels are compared, and the hits alone. The
effect is the share of wrong labels in the likeliest mixture; the p-value that of its likelihood ratio against overlap
alone, or of the share's cluster-robust t over units where that is larger, so that a few subjects whom the probe
misjudges are not taken for wrong labels; doubled where both sides are judged, and the side with the smaller one
counts. Where the probe is near chance, noise and difficulty cannot be told apart.

## What to do
Look at the named windows; relabel or drop them; find out which annotator, recording or rule they come from.

## Limits
Wrong labels that depend on the signal (where annotators are in doubt), or that only one class has, look like overlap.
Windows whose label follows what the window does not show cannot be told from wrong labels.

## References
Northcutt, C., Jiang, L., Chuang, I. (2021). Confident learning: estimating uncertainty in dataset labels. JAIR 70.
Guo, C., Pleiss, G., Sun, Y., Weinberger, K. (2017). On calibration of modern neural networks. ICML.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Curve, Evidence, Where
from splitaudit.models.outcomes import Probabilities, train_probabilities, val_cv_probabilities, val_probabilities
from splitaudit.rule import Context, rule
from splitaudit.stats.mislabelled import Mislabelled, wrong_labels
from splitaudit.wording import counted, listed

MIN_WINDOWS = 60
MIN_SKILL = 0.3
N_PARTS = 10
SURE = 1e-12  # p-values below it are no reason to prefer a side


@dataclass(frozen=True, slots=True, eq=False)
class _Judged:
    """One side: what a probe said out of fold, which labels agree, and the share of wrong ones."""

    name: str
    probability: Probabilities
    right: NDArray[np.bool_]
    found: Mislabelled

    @property
    def curve(self) -> list[tuple[float, float]]:
        """Mean confidence and share of labels that agree, for tenths of the windows, least sure first."""
        sure = self.probability.max(axis=1)
        parts = np.array_split(np.argsort(sure, kind="stable"), N_PARTS)
        return [(float(sure[part].mean()), float(self.right[part].mean())) for part in parts]

    @property
    def suspects(self) -> NDArray[np.int64]:
        """Windows whose label is rather wrong than right, the most suspicious first."""
        suspicion = self.found.suspicion
        rows = np.flatnonzero(suspicion > 0.5)
        return rows[np.argsort(-suspicion[rows], kind="stable")]


@rule(
    "SA505",
    effect="share of wrong labels",
    warn=0.06,
    error=0.12,
    remedy="Look at the named windows; relabel or drop them, and find out where the wrong labels come from.",
    needs=("labels",),
    fires_on=("flipped_labels",),
)
def label_noise(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the labels of each side with an out-of-fold probe along its confidence."""
    sides = _sides(train, val, ctx)
    judged = [side for side in sides if isinstance(side, _Judged)]
    if not judged:
        raise NotApplicable("; ".join(str(side) for side in sides))
    worst = min(judged, key=lambda side: (max(side.found.pvalue, SURE), -side.found.share))
    wrong = [side for side in judged if side.found.share > 0 and len(judged) * side.found.pvalue <= ctx.alpha]
    suspects, none = {side.name: side.suspects for side in wrong}, np.empty(0, dtype=np.int64)
    return Evidence(
        effect=worst.found.share,
        summary=_sentence(wrong, judged),
        statistic=worst.found.ratio,
        pvalue=min(1.0, len(judged) * worst.found.pvalue),
        interval=worst.found.interval,
        smallest_visible=max(side.found.interval[1] for side in judged),
        where=Where(train_windows=suspects.get("train", none), val_windows=suspects.get("val", none)),
        details={
            "accuracy": {side.name: float(side.right.mean()) for side in judged},
            "likelihood_ratio": {side.name: side.found.ratio for side in judged},
            "not_judged": [side for side in sides if isinstance(side, str)],
        },
        exhibits=(
            Curve(
                title="labels by the confidence of a probe",
                x_label="confidence",
                y_label="share of labels that agree",
                lines={
                    side.name: (tuple(x for x, _ in side.curve), tuple(y for _, y in side.curve)) for side in judged
                },
            ),
        ),
    )


def _sides(train: Profile, val: Profile, ctx: Context) -> tuple[_Judged | str, _Judged | str]:
    """Judge both sides; a reason where one cannot be judged."""
    n, units = len(train), ctx.scheme.units
    ours = _unfit("train", train, units[:n]) or _judge("train", train, train_probabilities(train, ctx), units[:n])
    theirs: _Judged | str | None = _unfit("val", val, units[n:])
    if theirs is None:
        foreign = None if isinstance(ours, str) else (val_probabilities(train, val, ctx), ours.found.exponent)
        theirs = _judge("val", val, val_cv_probabilities(val, ctx), units[n:], foreign)
    return ours, theirs


def _unfit(name: str, side: Profile, units: NDArray[np.int64]) -> str | None:
    if len(side) < MIN_WINDOWS or len(np.unique(units)) < 3:
        return f"{counted(len(side), 'window')} of {name} do not suffice to judge labels"
    return f"{name} has one class" if (side.label_counts > 0).sum() < 2 else None


def _judge(
    name: str,
    side: Profile,
    own: Probabilities,
    units: NDArray[np.int64],
    foreign: tuple[Probabilities, float] | None = None,
) -> _Judged | str:
    probability = own if foreign is None else (own + foreign[0]) / 2
    right = probability.argmax(axis=1) == side.y
    chance = 1 - side.label_counts.max() / len(side)
    if 1 - float((~right).mean()) / max(chance, 1e-9) < MIN_SKILL:
        return (
            f"a probe is right about {right.mean():.0%} of {name} out of fold, too near the majority share to "
            "tell wrong labels from a hard task"
        )
    present = np.flatnonzero(side.label_counts)
    known = None if foreign is None else (foreign[0][:, present], foreign[1])
    found = wrong_labels(own[:, present], np.searchsorted(present, side.y), units, foreign=known)
    return _Judged(name, probability, right, found)


def _sentence(wrong: list[_Judged], judged: list[_Judged]) -> str:
    if not wrong:
        agree = listed(f"{side.curve[-1][1]:.0%} in {side.name}" for side in judged)
        return f"Labels follow a probe the better the surer it is: where it is surest they agree to {agree}"
    shares = listed(
        f"{side.found.share:.0%} of {side.name} (95 % interval {side.found.interval[0]:.0%} to "
        f"{side.found.interval[1]:.0%})"
        for side in wrong
    )
    contradicted = listed(f"{1 - side.curve[-1][1]:.0%}" for side in wrong)
    return (
        f"Labels are wrong in about {shares}; where a probe is surest they contradict it in {contradicted} of windows"
    )
