"""Exhibits of windows: pairs laid over each other, and windows that are typical of a side."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.evidence import Curve
from splitaudit.stats.curves import rounded

MAX_SAMPLES = 200
N_PAIRS = 3
TYPICAL = (0.35, 0.65)  # quantiles of a statistic at which windows are shown
X_LABEL = "time step"


def overlaid(
    train: Profile, val: Profile, pairs: Iterable[tuple[int, int, int]], *, own_scale: bool = False
) -> tuple[Curve, ...]:
    """Lay val windows over the train windows that they are copies of, each in the channel that moves most.

    Parameters
    ----------
    pairs : iterable of (int, int, int)
        Val window, train window, and where sample 0 of the train window lies on the time axis of the val window; the
        first three are shown.
    own_scale : bool
        Bring each window to a level and a scale of its own, for copies that were rescaled.

    Returns
    -------
    tuple of Curve
        None for image windows, which have no time axis to draw.
    """
    if train.split.image is not None:
        return ()
    return tuple(_pair(train, val, pair, own_scale) for pair, _ in zip(pairs, range(N_PAIRS), strict=False))


def _pair(train: Profile, val: Profile, pair: tuple[int, int, int], own_scale: bool) -> Curve:
    theirs, ours, shift = pair
    window, origin = val.split.X[theirs].astype(np.float64), train.split.X[ours].astype(np.float64)
    channel = int((window.std(axis=0) / train.ruler[1]).argmax())
    rows = val.split.rows[theirs], train.split.rows[ours]
    kept = _some(len(window))
    y = [_scaled(each[:, channel]) if own_scale else each[:, channel] for each in (origin, window)]
    return Curve(
        title=f"val {rows[0]} over train {rows[1]}",
        x_label=X_LABEL,
        y_label=signal_name(train.split, [channel]) + (", own scale" if own_scale else ""),
        lines={
            f"train {rows[1]}": (tuple(map(float, kept + shift)), rounded(y[0][kept])),
            f"val {rows[0]}": (tuple(map(float, kept)), rounded(y[1][kept])),
        },
    )


def _scaled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.std())
    scaled: NDArray[np.float64] = (values - values.mean()) / (spread if spread > 0 else 1.0)
    return scaled


def _some(n: int) -> NDArray[np.int64]:
    """Positions of at most 200 samples of n, evenly spread."""
    return np.unique(np.linspace(0, n - 1, min(n, MAX_SAMPLES)).round().astype(np.int64))


def typical_windows(train: Profile, val: Profile, channel: int, statistic: NDArray[np.float32]) -> Curve:
    """Show windows of both sides that are typical in a statistic, in one signal channel.

    Parameters
    ----------
    statistic : ndarray of shape (n_train + n_val,)
        What the windows are typical in, train first.
    """
    lines = {}
    for side, values in ((train, statistic[: len(train)]), (val, statistic[len(train) :])):
        order = np.argsort(values, kind="stable")
        places = dict.fromkeys(int(order[round(level * (len(order) - 1))]) for level in TYPICAL)
        for place in places:
            signal = side.signals[place, :, channel]
            kept = _some(len(signal))
            label = f"{'val' if side.is_val else 'train'} {side.split.rows[place]}"
            lines[label] = tuple(map(float, kept)), rounded(signal[kept].astype(np.float64))
    name = signal_name(train.split, [channel])
    return Curve(title=f"typical windows of {name}", x_label=X_LABEL, y_label=name, lines=lines)
