"""Which repair brings most accuracy back: the gains of several experiments, set against each other.

Each of them asks the probe again after one thing was undone. That a repair helps says less than that it helps more
than all others do, and how much of what val lacks it brings back.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

REPAIRS = "repairs"
GAP = "cross-validation.gap"
LEAST_GAP = 0.05  # of accuracy; where val lacks less, there is little to bring back, and a share of it says less
LIMITS = (-1.0, 1.5)
# name -> what was undone, and the outcomes that say what it gained
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "channels": ("putting channels back", ("put-back.put_back", "put-back.flipped")),
    "scale": ("giving val train's levels and scales", ("align.affine",)),
    "each": ("aligning every unit or window by itself", ("align.each_unit", "align.each_window")),
    "names": ("renaming classes", ("relabel.map", "relabel.map_units")),
    "shares": ("taking val's class shares into account", ("relabel.reweight",)),
    "without": ("leaving one channel out", ("drop-channel.without",)),
}


def repairs(values: Mapping[str, float]) -> dict[str, tuple[float, str]]:
    """Compare the gains among outcomes.

    Parameters
    ----------
    values : mapping of str to float
        Outcomes by key, such as ``"relabel.map"``.

    Returns
    -------
    dict of str to (float, str)
        For each repair that was tried ``<name>_lead``, its gain less that of the best other one (at least 0), and,
        where the gap is known, ``<name>_share``, the part of the gap that it closes, made smaller where there is
        hardly a gap; with a sentence.
    """
    gains = {
        name: max(values[key] for key in keys if key in values)
        for name, (_, keys) in KINDS.items()
        if any(key in values for key in keys)
    }
    gap, found = values.get(GAP), {}
    for name, gain in gains.items():
        what = KINDS[name][0]
        next_best = max([0.0, *(other for each, other in gains.items() if each != name)])
        text = f"{what} changes accuracy by {100 * gain:+.0f} points, the best other repair by {100 * next_best:+.0f}"
        found[f"{name}_lead"] = (gain - next_best, text)
        if gap is not None:
            share = float(np.clip(gain * max(gap, 0.0) / max(gap, LEAST_GAP) ** 2, *LIMITS))
            text = f"{what} changes accuracy by {100 * gain:+.0f} points; val lacks {100 * max(gap, 0.0):.0f}"
            found[f"{name}_share"] = (share, text)
    return found
