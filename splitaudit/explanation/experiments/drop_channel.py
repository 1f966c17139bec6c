"""Does one channel carry train and not val, or both?

## How
Each channel alone classifies the windows, inside train with units kept apart and on val. The channel that loses most
from train to val, or the best one where none loses, is then left out, and the probe is fitted on the rest.

## Outcomes
``single``: skill of the best single channel inside train; ``ahead``: how far it is ahead of the second; ``suffices``:
less the skill of all channels together; ``single_val``: its skill on val; ``lost``: the largest loss of a single
channel from train to val, among channels with skill; ``without``: accuracy on val gained without that channel;
``without_cv``: lost inside train; ``without_gap``: what the sides still differ by; ``lost_most``: how far ahead that
loss is of the second largest.

## Limits
Two channels that tell the same hide each other.

## References
Geirhos, R. et al. (2020). Shortcut learning in deep neural networks. Nature Machine Intelligence 2, 665-673.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.naming import signal_name
from splitaudit.errors import NotApplicable
from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Lab, difference, number
from splitaudit.models.single import single_channels

SKILLED = 0.3


@experiment(fits=7)
def drop_channel(lab: Lab) -> Measured:
    """Classify by single channels, and without the suspicious one."""
    lab.need_two_classes()
    if lab.train.signals.shape[2] < 2:
        raise NotApplicable("there is only one channel")
    found = single_channels(lab.train, lab.val, lab.ctx)
    inside = (found.train.mean(axis=0) - lab.chance_train) / max(1 - lab.chance_train, 0.02)
    outside = (found.val.mean(axis=0) - lab.chance) / max(1 - lab.chance, 0.02)
    loss = np.where(inside > SKILLED, found.train.mean(axis=0) - found.val.mean(axis=0), 0.0)
    best, worst = int(inside.argmax()), int(loss.argmax()) if loss.max() > 0 else int(inside.argmax())
    skill = (float(lab.hits_cv.mean()) - lab.chance_train) / max(1 - lab.chance_train, 0.02)
    second = float(np.partition(inside, -2)[-2]) if len(inside) > 1 else 0.0
    name, suspect = (signal_name(lab.train.split, [c]) for c in (best, worst))
    outcomes = {
        "single": number(
            inside[best], "skill", f"{name} alone is right in {found.train[:, best].mean():.0%} of train's windows"
        ),
        "ahead": number(inside[best] - second, "skill", f"{name} alone is ahead of every other channel"),
        "suffices": number(
            inside[best] - skill,
            "skill",
            f"{name} alone is right in {found.train[:, best].mean():.0%} of train's windows, all channels in "
            f"{lab.hits_cv.mean():.0%}",
        ),
        "single_val": number(
            outside[best], "skill", f"{name} alone is right in {found.val[:, best].mean():.0%} of val's windows"
        ),
        "lost": number(
            loss[worst],
            "difference of accuracy",
            f"{suspect} alone is right in {found.train[:, worst].mean():.0%} of train's and "
            f"{found.val[:, worst].mean():.0%} of val's windows",
        ),
        "lost_most": number(
            loss[worst] - (float(np.partition(loss, -2)[-2]) if len(loss) > 1 else 0.0),
            "difference of accuracy",
            f"{suspect} loses more than every other channel",
        ),
        "best_channel": number(best, "channel"),
        "needed_channel": number(_needed(lab), "channel"),
        "lost_channel": number(worst, "channel"),
    }
    if len(inside) > 1:
        outcomes |= _without(lab, worst, suspect)
    return Measured(
        outcomes=outcomes,
        summary=f"{name} alone: {found.train[:, best].mean():.0%} inside train, {found.val[:, best].mean():.0%} on val"
        + (f"; without {suspect} val is at {outcomes['without_val'].value:.0%}" if "without_val" in outcomes else ""),
    )


def _needed(lab: Lab) -> int:
    """The channel without whose values, dealt to other windows of val, the probe of train loses most."""
    own, rows = lab.rows, lab.val_rows
    X, y = lab.val.features[rows], lab.val.y[rows]
    tables = []
    for channel in range(lab.train.signals.shape[2]):
        columns = [j for j, f in enumerate(lab.train.feature_table) if channel in f.channels]
        dealt = X.copy()
        dealt[:, columns] = X[lab.rng.permutation(len(X))][:, columns]
        tables.append(dealt)
    named = lab.predict(lab.train.features[own], lab.train.y[own], np.concatenate(tables)).argmax(axis=1)
    return int(np.argmin([(part == y).mean() for part in np.split(named, len(tables))]))


def _without(lab: Lab, channel: int, name: str) -> dict[str, Outcome]:
    keep = [j for j, f in enumerate(lab.train.feature_table) if channel not in f.channels]
    if not keep:
        raise NotApplicable("there is no other channel")
    own, rows = lab.rows, lab.val_rows
    X, y = lab.train.features[own][:, keep], lab.train.y[own]
    after = lab.score(X, y, lab.val.features[rows][:, keep], lab.val.y[rows])
    inside = np.zeros(len(own), dtype=bool)
    for fit, held in lab.folds:
        inside[held] = lab.score(X[fit], y[fit], X[held], y[held])
    before = lab.hits_val[rows]
    return {
        "without": difference(
            after,
            before,
            lab.val_units[rows],
            f"without {name} accuracy on val goes from {before.mean():.0%} to {after.mean():.0%}",
        ),
        "without_val": number(after.mean(), "accuracy", f"without {name} val is at {after.mean():.0%}"),
        "without_cv": number(
            lab.hits_cv[own].mean() - inside.mean(),
            "difference of accuracy",
            f"without {name} accuracy inside train falls from {lab.hits_cv[own].mean():.0%} to {inside.mean():.0%}",
        ),
        "without_gap": number(
            inside.mean() - after.mean(),
            "difference of accuracy",
            f"without {name} the sides differ by {100 * (inside.mean() - after.mean()):+.0f} points",
        ),
    }
