"""Does accuracy come back when val's channels are put into train's order, or turned upside down?

## How
Rule SA207 says which channels of val look like which of train, up to the sign. They are put back so, and the probe of
train is asked again; and each channel is turned upside down around its mean alone.

## Outcomes
``put_back``: accuracy gained by the order that SA207 proposes; ``brought_together``: how much nearer the sides come
by it; ``flipped``: by the best single flip.

## Limits
Channels that look alike in everything the features see cannot be told apart.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import NotApplicable
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Features, Ints, Lab, number


@experiment(fits=1, passes=2)
def put_back(lab: Lab) -> Measured:
    """Undo an exchange or a flip of channels, and ask again."""
    lab.need_two_classes()
    if lab.train.split.image is not None:
        raise NotApplicable("the channels of images are pixels")
    rows = lab.val_rows
    y, plain = lab.val.y[rows], lab.val.features[rows]
    X = lab.val.signals[rows].astype(np.float64)
    moved = _proposed(lab, X)
    upside_down = lab.measured(2 * X.mean(axis=(0, 1)) - X)
    restored = plain if moved is None else lab.measured(moved)
    apart, apart_after = lab.apart(plain), lab.apart(restored)
    tables: list[Features] = [plain, restored]
    tables += [_one_channel(lab, plain, upside_down, c) for c in range(X.shape[2])]
    own = lab.rows
    named = lab.predict(lab.train.features[own], lab.train.y[own], np.concatenate(tables)).argmax(axis=1)
    before, after, *flips = ((part == y).mean() for part in np.split(named, len(tables)))
    best = int(np.argmax(flips))
    name = lab.train.split.channel_name(best)
    return Measured(
        outcomes={
            "put_back": number(
                after - before,
                "difference of accuracy",
                f"with the channels of val put back, accuracy goes from {before:.0%} to {after:.0%}",
            ),
            "brought_together": number(
                apart - apart_after,
                "log10 of a ratio",
                f"putting them back brings the sides {10 ** (apart - apart_after):.1f} times nearer to each other",
            ),
            "flipped": number(
                flips[best] - before,
                "difference of accuracy",
                f"channel {name} upside down changes accuracy from {before:.0%} to {flips[best]:.0%}",
            ),
            "flipped_channel": number(best, "channel"),
        },
        summary=f"val {before:.0%}; put back {after:.0%}; best single flip {flips[best]:.0%} ({name})",
    )


def _proposed(lab: Lab, X: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Val with the channels as SA207 says they should stand; None where it proposes nothing."""
    found = lab.findings.get("SA207")
    looks = found.evidence.get("looks_like", {}) if found is not None else {}
    if not looks:
        return None
    names = [str(lab.train.split.channel_name(c)) for c in range(X.shape[2])]
    out, level = X.copy(), X.mean(axis=(0, 1))
    for theirs, ours in looks.items():
        sign = -1.0 if ours.startswith("-") and ours not in names else 1.0
        source, target = names.index(theirs), names.index(ours if sign > 0 else ours[1:])
        out[:, :, target] = level[source] + sign * (X[:, :, source] - level[source])
    return out


def _one_channel(lab: Lab, plain: Features, changed: Features, channel: int) -> Features:
    """Features with the columns of one channel changed; correlations with it change their sign."""
    out = plain.copy()
    alone: Ints = np.array([j for j, f in enumerate(lab.train.feature_table) if f.channels == (channel,)], dtype=int)
    pairs = [j for j, f in enumerate(lab.train.feature_table) if channel in f.channels and len(f.channels) > 1]
    out[:, alone] = changed[:, alone]
    out[:, pairs] = -out[:, pairs]
    return out
