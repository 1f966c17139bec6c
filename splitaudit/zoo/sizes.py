"""How large a world of the explanation's zoo is: drawn, so that no two cases are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Size:
    """Subjects, windows of each, samples of a window, recordings of a subject."""

    n_subjects: int
    windows_per_subject: int
    n_timesteps: int
    n_recordings: int


def draw_size(rng: np.random.Generator, n_timesteps: tuple[int, ...]) -> Size:
    """Draw 6 to 24 subjects of 15 to 60 windows, 360 to 900 windows in all."""
    n_subjects = int(rng.integers(6, 25))
    each = int(np.clip(rng.integers(360, 900) / n_subjects, 15, 60))
    return Size(n_subjects, each, int(rng.choice(n_timesteps)), int(rng.integers(1, 4)))
