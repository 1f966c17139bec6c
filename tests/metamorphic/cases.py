"""The splits that relations are held against: sound ones, planted ones, recorded ones where they are at hand.

The large form, with SPLITAUDIT_LARGE_FORM in the environment, takes about ten minutes of two threads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from benchmarks.recorded import FOLDER
from splitaudit.audit import Settings, audit
from splitaudit.data.split import Split, make_split
from splitaudit.results import Report
from splitaudit.zoo.cases import make_case
from tests.support import LARGE_FORM

Sides = tuple[Split, Split]
FEW = 10  # windows of a subject that the quick form keeps

# name -> what it stands for; the quick form thins them
QUICK = (
    "healthy/few_subjects_3v2",  # groups, nothing wrong
    "healthy/forty_windows",  # windows that are units of their own
    "tones/copied_windows/severe",  # a leak in some windows
    "ar/permuted_channels/severe",  # a fault of channels, seen by all rules of shift
)
SLOW = (
    "healthy/no_metadata",
    "ecg/scaler_per_side/moderate",
    "regimes/overlapping_split/severe",
)
FURTHER = (  # in the large form
    "healthy/strong_subjects_5v5",
    "healthy/ar_recording",
    "healthy/imbalanced_classes",
    "healthy/large_offset",
    "pendulum/other_unit/severe",
    "tones/near_copies/moderate",
    "bursts/target_leak/moderate",
    "ar/shared_subjects/severe",
    "ecg/smoothed_val/severe",
    "pendulum/recoded_labels/moderate",
    "tones/cut_recording/severe",
)
RECORDED = (("basicmotions_train", "basicmotions_test"),)
FURTHER_RECORDED = (  # not elec2, several of whose findings lie at their thresholds: rounding decides about them
    ("gunpoint_train", "gunpoint_test"),
    ("arem_train", "arem_val"),
    ("spsw_phone_train", "spsw_watch_val"),
)


def _thinned(side: Split) -> Split:
    if side.groups is None:
        return side
    place = np.zeros(len(side), dtype=np.int64)
    for group in np.unique(side.groups):
        own = np.flatnonzero(side.groups == group)
        place[own] = np.arange(len(own))
    return side.take(place < FEW)


@cache
def sides(name: str) -> Sides:
    """Make the two sides of a case; those of the quick form have few windows."""
    if name.startswith("recorded/"):
        return _recorded(*name.removeprefix("recorded/").split("+"))
    planted = make_case(name)
    thin = _thinned if name in QUICK else (lambda side: side)
    # made anew, so that codes stand in the order in which any reader would put them
    return made(thin(planted.train)), made(thin(planted.val))


def _recorded(*names: str) -> Sides:
    out = []
    for name, side in zip(names, ("train", "val"), strict=True):
        with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as stored:
            known = {key: stored[key] for key in ("groups", "time", "channel_names") if key in stored.files}
            out.append(make_split(stored["X"], stored["y"], name=side, **known))
    return out[0], out[1]


def _at_hand(names: tuple[str, str]) -> bool:
    return all((FOLDER / f"{name}.npz").is_file() for name in names)


def _slow(name: str, *, skip: bool = False) -> object:
    marks = [pytest.mark.slow]
    if skip:
        marks.append(pytest.mark.skip(reason="the recorded data are not at hand"))
    return pytest.param(name, marks=marks)


PLANTED = SLOW + (FURTHER if LARGE_FORM else ())
MEASURED = RECORDED + (FURTHER_RECORDED if LARGE_FORM else ())
every_case: Callable[..., object] = pytest.mark.parametrize(
    "case",
    [*QUICK, *map(_slow, PLANTED), *(_slow(f"recorded/{'+'.join(n)}", skip=not _at_hand(n)) for n in MEASURED)],
)


def made(side: Split, **other: Any) -> Split:
    """Make a side anew from its arrays, as a reader would, some of them exchanged."""
    named = {
        "y": ("classes", side.y),
        "groups": ("group_names", side.groups),
        "recording": ("recording_names", side.recording),
    }
    arrays = {
        key: None if codes is None else np.array(getattr(side, names))[codes] for key, (names, codes) in named.items()
    }
    arrays |= {"X": side.X, "time": side.time, "channel_names": list(side.channels) or None, "name": side.name}
    return make_split(**{**arrays, **other})


@cache
def untouched(name: str, seed: int = 0) -> Report:
    """The audit of a case as it is."""
    return audit(*sides(name), Settings(random_state=seed))
