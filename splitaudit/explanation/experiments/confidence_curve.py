"""Is the probe right where it is sure?

## How
Windows are sorted by how sure the probe is of its class, out of fold inside train and on val. Wrong labels contradict
it wherever it is sure; classes that overlap do so only where it is in doubt.

## Outcomes
``sure_cv`` and ``sure_val``: accuracy among the fifth of windows it is surest of; ``noise``: the share of wrong
labels that rule SA505 estimates, ``noise_low`` the lower end of its interval; ``unsure``: accuracy among the fifth it
is least sure of, over chance.

``share_wrong`` and ``ratio_wrong``: the share of train's labels that fits what the probe says of them out of fold best
when any other class is as likely, and how much better than none; ``share_wrong_val`` and ``ratio_wrong_val``: the same
inside val, which is what tells labels of val that are wrong from labels that mean something else there;
``confident_less_right``: how much surer than right the probe is on val, less the same inside train.

## Limits
Where the probe is near chance nothing is sure.

## References
Northcutt, C., Jiang, L., Chuang, I. (2021). Confident learning: estimating uncertainty in dataset labels. JAIR 70.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Floats, Ints, Lab, number
from splitaudit.stats.mislabelled import wrong_labels

SHARE = 0.2
MIN_WINDOWS = 40


@experiment()
def confidence_curve(lab: Lab) -> Measured:
    """Set accuracy against confidence."""
    lab.need_two_classes()
    sure_cv, unsure = _ends(lab.said_cv, lab.train.y)
    sure_val, _ = _ends(lab.said_val, lab.val.y)
    confident_cv, confident_val = (
        float(np.mean([said.max(axis=1) for said in each])) for each in (lab.said_cv, lab.said_val)
    )
    outcomes = {
        "sure_cv": number(
            sure_cv, "share of the surest", f"where it is surest the probe is right in {sure_cv:.0%} inside train"
        ),
        "sure_val": number(
            sure_val, "share of the surest", f"where it is surest the probe is right in {sure_val:.0%} on val"
        ),
        "unsure": number(
            unsure - lab.chance_train, "accuracy over chance", f"where it is least sure it is right in {unsure:.0%}"
        ),
        "sharpens_cv": number(
            sure_cv - lab.hits_cv.mean(),
            "difference of accuracy",
            f"inside train accuracy rises from {lab.hits_cv.mean():.0%} to {sure_cv:.0%} where the probe is surest",
        ),
        "sharpens_val": number(
            sure_val - lab.hits_val.mean(),
            "difference of accuracy",
            f"on val accuracy rises from {lab.hits_val.mean():.0%} to {sure_val:.0%} where the probe is surest",
        ),
        "confident_less_right": number(
            confident_val - float(lab.hits_val.mean()) - (confident_cv - float(lab.hits_cv.mean())),
            "difference of accuracy",
            f"on val the probe is sure to {confident_val:.0%} and right in {lab.hits_val.mean():.0%}",
        ),
    }
    outcomes |= _wrong_labels(lab.said_cv, lab.train, lab.train_units)
    outcomes |= _wrong_labels(lab.said_val_cv, lab.val, lab.val_units, suffix="_val")
    found = lab.findings.get("SA505")
    if found is not None and found.effect is not None and found.severity not in ("skipped", "crashed"):
        low, high = found.evidence.get("interval", (0.0, found.effect))
        text = f"the labels that contradict it amount to {found.effect:.0%} wrong ones ({low:.0%} to {high:.0%})"
        outcomes["noise"] = number(found.effect, "share of labels", text)
        outcomes["noise_low"] = number(low, "share of labels", text)
    return Measured(
        outcomes=outcomes,
        summary=f"surest fifth right in {sure_cv:.0%} inside train and {sure_val:.0%} on val, least sure {unsure:.0%}",
    )


def _ends(said: list[Floats], y: Ints) -> tuple[float, float]:
    """Accuracy where the probe is surest and where it is least sure, averaged over its draws."""
    count = max(1, round(SHARE * len(y)))
    ends = []
    for probabilities in said:
        order = np.argsort(-probabilities.max(axis=1), kind="stable")
        hits = probabilities[order].argmax(axis=1) == y[order]
        ends.append((hits[:count].mean(), hits[-count:].mean()))
    surest, least = np.mean(ends, axis=0)
    return float(surest), float(least)


def _wrong_labels(said: list[Floats], side: Profile, units: Ints, suffix: str = "") -> dict[str, Outcome]:
    """The share of a side's labels that fits its out-of-fold probabilities best, however little the probe knows."""
    if len(side) < MIN_WINDOWS or len(np.unique(units)) < 3:
        return {}
    present = np.flatnonzero(side.label_counts)
    y = np.searchsorted(present, side.y)
    found = [wrong_labels(each[:, present], y, units) for each in said]
    share, ratio = (
        float(np.mean(values)) for values in zip(*((each.share, each.ratio) for each in found), strict=True)
    )
    text = f"{side.split.name}'s labels fit best with {share:.0%} wrong ones (log likelihood ratio {ratio:.1f})"
    return {
        f"share_wrong{suffix}": number(share, "share of labels", text),
        f"ratio_wrong{suffix}": number(np.sign(ratio) * np.sqrt(abs(ratio)), "root of a log ratio", text),
    }
