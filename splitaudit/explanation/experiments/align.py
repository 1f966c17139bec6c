"""Does accuracy come back when val's channels are brought to train's level and spread?

## How
Without looking at labels, each channel of val is moved and scaled to the mean and standard deviation that it has in
train, all channels at once and each alone, and the probe of train is asked again. Where units differ, every unit of
both sides is standardised by itself, and every window by itself, and the probe is fitted anew.

## Outcomes
``affine``: accuracy gained by the correction of all channels; ``affine_one``: by that of the best single channel;
``affine_left``: A_cv less accuracy after the correction; ``affine_share``: share of the gap that it brings back;
``apart`` and ``apart_after``: how far the sides' units differ in the statistics that differ most, before and after
it; ``brought_together``: their difference; ``brought_together_windows``: the same with every window standardised;
``each_unit`` and ``each_window``: gained by those.

## Limits
A correction of level and spread repairs other units, gains and offsets, and no other filter, rate or order of
channels.

## References
Sun, B., Saenko, K. (2016). Deep CORAL: correlation alignment for deep domain adaptation. ECCV workshops.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.features import compute
from splitaudit.explained import Outcome
from splitaudit.explanation.experiment import Measured, experiment
from splitaudit.explanation.lab import Features, Ints, Lab, difference, number

Samples = NDArray[np.floating]
TINY = 1e-9
LEAST_GAP = 0.03  # of accuracy; smaller ones are taken for it, so that a share of nothing stays nothing


@experiment(fits=3, passes=3)
def align(lab: Lab) -> Measured:
    """Correct level and spread, and ask again."""
    lab.need_two_classes()
    rows, own = lab.val_rows, lab.rows
    y, units = lab.val.y[rows], lab.val_units[rows]
    signals = (lab.train.signals[own], lab.val.signals[rows])
    aligned = lab.measured(_moved(signals))
    probe_val, probe_aligned, singles = _asked(lab, aligned, rows)
    before = probe_val == y
    after = probe_aligned == y
    gains = np.array([(single == y).mean() for single in singles]) - before.mean()
    best = int(gains.argmax())
    of_units = zip(signals, (lab.train_units[own], units), strict=True)
    each_unit = _refit(lab, *_statistics(lab, *(_by_unit(x, u) for x, u in of_units)))
    windowwise = _statistics(lab, *(_by_window(x) for x in signals))
    each_window = _refit(lab, *windowwise)
    gap = max(float(lab.hits_cv.mean() - before.mean()), LEAST_GAP)
    apart_windows = lab.apart(windowwise[1], windowwise[0])
    apart, apart_after = lab.apart(lab.val.features[rows]), lab.apart(aligned)
    outcomes: dict[str, Outcome] = {
        "affine": difference(
            after,
            before,
            units,
            f"with val's channels at train's level and spread, accuracy goes from {before.mean():.0%} to "
            f"{after.mean():.0%}",
        ),
        "affine_one": number(
            gains[best],
            "difference of accuracy",
            f"correcting channel {lab.train.split.channel_name(best) if lab.train.split.image is None else best} alone "
            f"changes accuracy by {100 * gains[best]:+.0f} points",
        ),
        "affine_channel": number(best, "channel"),
        "affine_left": number(
            lab.hits_cv.mean() - after.mean(),
            "difference of accuracy",
            f"after the correction val is at {after.mean():.0%}, inside train it is {lab.hits_cv.mean():.0%}",
        ),
        "affine_share": number(
            (after.mean() - before.mean()) / gap,
            "share of the gap",
            f"the correction brings back {100 * (after.mean() - before.mean()):.0f} of the "
            f"{100 * (lab.hits_cv.mean() - before.mean()):.0f} points that val lies below train's own folds",
        ),
        "apart": number(
            apart, "log10 t", f"the sides' most moved statistics are {10**apart:.1f} standard errors apart"
        ),
        "apart_after": number(
            apart_after,
            "log10 t",
            f"after the correction the sides' most moved statistics are {10**apart_after:.1f} standard errors "
            f"apart, before it {10**apart:.1f}",
        ),
        "brought_together": number(
            apart - apart_after,
            "log10 of a ratio",
            f"the correction brings the sides {10 ** (apart - apart_after):.1f} times nearer to each other",
        ),
        "brought_together_windows": number(
            apart - apart_windows,
            "log10 of a ratio",
            f"with every window standardised by itself the sides are {10 ** (apart - apart_windows):.1f} times nearer "
            "to each other",
        ),
        "each_unit": difference(
            each_unit,
            before,
            units,
            f"with every unit standardised by itself, accuracy goes from {before.mean():.0%} to {each_unit.mean():.0%}",
        ),
        "each_window": difference(
            each_window,
            before,
            units,
            f"with every window standardised by itself, accuracy goes from {before.mean():.0%} to "
            f"{each_window.mean():.0%}",
        ),
    }
    return Measured(
        outcomes=outcomes,
        summary=f"val {before.mean():.0%}; aligned {after.mean():.0%}, every unit by itself {each_unit.mean():.0%}, "
        f"every window by itself {each_window.mean():.0%}",
    )


def _moved(signals: tuple[Samples, Samples]) -> Samples:
    """Val with train's mean and standard deviation in every channel."""
    train, val = (x.astype(np.float64) for x in signals)
    center, scale = val.mean(axis=(0, 1)), np.maximum(val.std(axis=(0, 1)), TINY)
    moved: Samples = (val - center) / scale * train.std(axis=(0, 1)) + train.mean(axis=(0, 1))
    return moved


def _asked(lab: Lab, aligned: Features, rows: Ints) -> tuple[Ints, Ints, list[Ints]]:
    """Classes that a probe of train names for val as it is, aligned, and with each channel aligned alone."""
    plain = lab.val.features[rows]
    tables: list[Features] = [plain, aligned]
    for channel in range(lab.train.signals.shape[2]):
        mixed = plain.copy()
        columns = [j for j, f in enumerate(lab.train.feature_table) if f.channels == (channel,)]
        mixed[:, columns] = aligned[:, columns]
        tables.append(mixed)
    own = lab.rows
    named = lab.predict(lab.train.features[own], lab.train.y[own], np.concatenate(tables)).argmax(axis=1)
    parts = np.split(named, len(tables))
    return parts[0], parts[1], parts[2:]


def _statistics(lab: Lab, train: Samples, val: Samples) -> tuple[Features, Features]:
    """Window statistics of both sides after a change that leaves them with a scale of 1."""
    zero, one = np.zeros(train.shape[2]), np.ones(train.shape[2])
    jobs = lab.ctx.n_jobs
    return compute(train, zero, one, n_jobs=jobs), compute(val, zero, one, n_jobs=jobs)


def _refit(lab: Lab, train: Features, val: Features) -> NDArray[np.bool_]:
    """Hits on val of a probe fitted anew on changed windows."""
    return lab.score(train, lab.train.y[lab.rows], val, lab.val.y[lab.val_rows])


def _by_unit(X: Samples, units: Ints) -> Samples:
    out = X.astype(np.float64)
    for unit in np.unique(units):
        own = units == unit
        part = out[own]
        out[own] = (part - part.mean(axis=(0, 1))) / np.maximum(part.std(axis=(0, 1)), TINY)
    return out


def _by_window(X: Samples) -> Samples:
    centred = X - X.mean(axis=1, keepdims=True, dtype=np.float64)
    standard: Samples = centred / np.maximum(centred.std(axis=1, keepdims=True), TINY)
    return standard
