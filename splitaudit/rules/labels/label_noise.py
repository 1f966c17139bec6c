"""Part of train's labels is wrong.

## What it measures
The share of train labels that are wrong whatever the signal says, by the errors of a probe that did not see them: how
sure the probe was where the label contradicts it, and which class the label names instead.

## Why it matters
A share of wrong labels puts a lid on accuracy that no architecture lifts: with 24 % of labels flipped, 76 % is the
end. A large network memorises the wrong labels too, so train accuracy still goes to 99 %.

## How it is decided
Classes that overlap and labels that are wrong cost the same accuracy and differ in the confidence curve. With overlap
the labels follow the probe's out-of-fold probabilities, sharpened or softened by one exponent: the surer it is, the
fewer errors, and they fall on its second choice. Wrong labels are as frequent where it is sure, and fall on all other
classes alike, or on one that the probe learns as second choice; so the labels are compared, and the hits alone. The
effect is the share of wrong labels in the likeliest mixture; the p-value that of its likelihood ratio against overlap
alone, or of the share's cluster-robust t over units where that is larger, so that a few subjects whom the probe
misjudges are not taken for wrong labels. Where the probe is near chance, noise and difficulty cannot be told apart.

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

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Curve, Evidence, Where
from splitaudit.models.outcomes import Probabilities, train_probabilities
from splitaudit.rule import Context, rule
from splitaudit.stats.mislabelled import wrong_labels
from splitaudit.wording import counted

MIN_WINDOWS = 60
MIN_SKILL = 0.3
N_PARTS = 10


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
    """Compare labels with an out-of-fold probe along its confidence."""
    n_units = ctx.scheme.n_train_units
    if len(train) < MIN_WINDOWS or n_units < 3:
        raise NotApplicable(f"{counted(len(train), 'window')} of train do not suffice to judge labels")
    if (train.label_counts > 0).sum() < 2:
        raise NotApplicable("train has one class")
    probability = train_probabilities(train, ctx)
    right = probability.argmax(axis=1) == train.y
    chance = 1 - train.label_counts.max() / len(train)
    skill = 1 - float((~right).mean()) / max(chance, 1e-9)
    if skill < MIN_SKILL:
        raise NotApplicable(
            f"a probe is right about {right.mean():.0%} of train out of fold, too near the majority share "
            "to tell wrong labels from a hard task"
        )
    present = np.flatnonzero(train.label_counts)
    found = wrong_labels(probability[:, present], np.searchsorted(present, train.y), ctx.scheme.units[: len(train)])
    suspects = np.flatnonzero(found.suspicion > 0.5)
    suspects = suspects[np.argsort(-found.suspicion[suspects], kind="stable")]
    seen = found.pvalue <= ctx.alpha and found.share > 0
    curve = _curve(probability, right)
    low, high = found.interval
    return Evidence(
        effect=found.share,
        summary=f"About {found.share:.0%} of train's labels are wrong (95 % interval {low:.0%} to {high:.0%}): where a "
        f"probe is surest the label contradicts it in {1 - curve[-1][1]:.0%} of windows"
        if seen
        else f"Labels follow a probe the better the surer it is: up to {curve[-1][1]:.0%} of windows",
        statistic=found.ratio,
        pvalue=found.pvalue,
        interval=found.interval,
        smallest_visible=high,
        where=Where(train_windows=suspects) if seen else Where(),
        details={"accuracy": float(right.mean()), "likelihood_ratio": found.ratio},
        exhibits=(
            Curve(
                title="labels by the confidence of a probe",
                x_label="confidence",
                y_label="share of labels that agree",
                lines={"train": (tuple(x for x, _ in curve), tuple(y for _, y in curve))},
            ),
        ),
    )


def _curve(probability: Probabilities, right: np.ndarray) -> list[tuple[float, float]]:
    """Mean confidence and share of labels that agree, for tenths of the windows, least sure first."""
    sure = probability.max(axis=1)
    parts = np.array_split(np.argsort(sure, kind="stable"), N_PARTS)
    return [(float(sure[part].mean()), float(right[part].mean())) for part in parts]
