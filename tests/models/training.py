"""Windows that a small network learns in a second."""

from __future__ import annotations

import numpy as np

from splitaudit.models.recipe import Recipe

SMALL = Recipe(hidden=8, epochs=8, batch_size=16, learning_rate=0.02)


def windows(
    rng: np.random.Generator, n: int, *, n_classes: int = 2, t: int = 16, c: int = 2
) -> tuple[np.ndarray, np.ndarray]:
    """Noise around a level that the class sets; X (n, t, c) and y (n,)."""
    y = np.arange(n) % n_classes
    return (rng.normal(size=(n, t, c)) + 3.0 * y[:, None, None]).astype(np.float32), y
