"""Every base of the explanation's zoo: a maker that draws the size of its world from the stream."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from splitaudit.zoo import signals
from splitaudit.zoo.phenomena import bodies, daily, feedback, machines, networks, patients, shapes
from splitaudit.zoo.sizes import draw_size
from splitaudit.zoo.world import World


def _recorded(base: str, rng: np.random.Generator) -> World:
    size = draw_size(rng, (48, 64, 96))
    return signals.make(
        base,
        rng,
        n_subjects=size.n_subjects,
        windows_per_subject=size.windows_per_subject,
        n_timesteps=size.n_timesteps,
        n_recordings=size.n_recordings,
    )


BASES: dict[str, Callable[[np.random.Generator], World]] = {
    **{base: partial(_recorded, base) for base in signals.BASES},
    "gait": bodies.gait,
    "rhythms": bodies.rhythms,
    "strokes": bodies.strokes,
    "chaos": machines.chaos,
    "bearings": machines.bearings,
    "counts": machines.counts,
    "weather": machines.weather,
    "shapes": shapes.shapes,
    "spectra": shapes.spectra,
    "voices": daily.voices,
    "homes": daily.homes,
    "quakes": networks.quakes,
    "traffic": networks.traffic,
    "markets": feedback.markets,
    "reactors": feedback.reactors,
    "grips": patients.grips,
    "breath": patients.breath,
}
