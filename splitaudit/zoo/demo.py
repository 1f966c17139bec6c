"""The cases that ``splitaudit demo`` shows, each with its story; it shows any other case by its full name, too."""

from __future__ import annotations

import difflib
import inspect
from dataclasses import dataclass

import numpy as np

from splitaudit.errors import ConfigError
from splitaudit.zoo import cases
from splitaudit.zoo.ceiling import ceiling76
from splitaudit.zoo.plateaus import PLATEAUS, make_plateau
from splitaudit.zoo.world import Planted


@dataclass(frozen=True, slots=True)
class Demo:
    """A case of the zoo and what happened in it; an empty ``case`` stands for the famous ceiling."""

    case: str
    story: str


CASES: dict[str, Demo] = {
    "ceiling76": Demo("", "Train reaches 99 %, validation stops at exactly 76 %, whatever the network; what is wrong?"),
    "healthy": Demo("healthy/plain_tones", "Eighteen people, split by person: nothing is wrong."),
    "strangers": Demo(
        "healthy/strong_subjects_12v6",
        "People differ so much that each is recognised at once, and yet the split is right.",
    ),
    "one_recording": Demo(
        "healthy/ar_recording", "One slow recording, cut in halves with a gap, windows overlap: frightening, but right."
    ),
    "copied_windows": Demo("ecg/copied_windows/moderate", "Some validation windows are also in train."),
    "near_copies": Demo("ar/near_copies/moderate", "Some validation windows are train windows with a little noise."),
    "overlap": Demo(
        "pendulum/overlapping_split/moderate", "Overlapping windows were drawn; nobody says whose they are."
    ),
    "shortcut": Demo("tones/shortcut_channel/moderate", "One channel gives the label away, but in train only."),
    "shared_subjects": Demo(
        "ar/shared_subjects/moderate", "Windows instead of people were drawn: everybody is on both sides."
    ),
    "interleaved_time": Demo(
        "regimes/interleaved_time/moderate", "Overlapping windows were cut first and split afterwards, at random."
    ),
    "unit_change": Demo("pendulum/other_unit/moderate", "One channel of validation was exported in another unit."),
    "swapped_channels": Demo("tones/permuted_channels/moderate", "The channels of validation stand in another order."),
    "new_firmware": Demo("bursts/smoothed_val/moderate", "The validation devices smooth two of their channels."),
    "new_regime": Demo(
        "regimes/regime_in_val/moderate", "Half of validation was recorded under a load train never saw."
    ),
    "strange_subject": Demo("ar/strange_subject/moderate", "One person in validation is unlike anybody in train."),
    "drift": Demo("tones/drifting_time/moderate", "Two sensors drift; train is the past and validation the future."),
    "recoded_labels": Demo("bursts/recoded_labels/moderate", "The labels of validation were encoded in another order."),
    "noisy_labels": Demo("ecg/flipped_labels/moderate", "Many labels are wrong, on both sides."),
    "holes": Demo("ecg/holes/moderate", "One channel has NaN in some windows."),
}


# the splits that ``splitaudit demo ceilings`` shows together
CEILINGS = {f"ceilings/{name}": name for name in PLATEAUS}


def story(name: str) -> str:
    """Tell what happened in a case.

    Raises
    ------
    ConfigError
        If there is no such case.
    """
    if name in CASES:
        return CASES[name].story
    if name in CEILINGS:
        return PLATEAUS[CEILINGS[name]].story
    base, _, rest = _known(name).partition("/")
    maker = cases.HEALTHY[rest] if base == "healthy" else cases.flaws()[rest.partition("/")[0]]
    return inspect.cleandoc(maker.__doc__ or name).splitlines()[0]


def make(name: str, seed: int = 0) -> Planted:
    """Make a case: one of :data:`CASES`, or any case of the zoo by its full name.

    Raises
    ------
    ConfigError
        If there is no such case.
    """
    if name == "ceiling76":
        return ceiling76(np.random.default_rng([seed, 76]))
    if name in CEILINGS:
        return make_plateau(CEILINGS[name], seed)
    return cases.make_case(CASES[name].case if name in CASES else _known(name), seed)


def _known(name: str) -> str:
    if name in cases.names():
        return name
    close = difflib.get_close_matches(name, [*CASES, *CEILINGS, *cases.names()], n=1, cutoff=0.4)
    hint = f", did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"there is no demo {name!r}; there are {', '.join(CASES)}{hint}")
