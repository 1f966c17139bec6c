"""A session whose sensor drifts, cut by time."""

import numpy as np

from splitaudit.data.split import Split, make_split


def drifting(seed: int = 3, *, n_train: int = 360, n_val: int = 120, by: float = 6.0) -> tuple[Split, Split]:
    """Windows of which the level tells the class, while the level of all drifts by six times what classes differ by."""
    rng = np.random.default_rng(seed)
    n = n_train + n_val
    y = rng.integers(0, 3, n)
    X = rng.normal(size=(n, 16, 2))
    X[:, :, 0] = 0.5 * X[:, :, 0] + (y - 1)[:, None] + by * np.arange(n)[:, None] / n
    parts = (("train", slice(None, n_train)), ("val", slice(n_train, None)))
    train, val = (
        make_split(X[part].astype(np.float32), y[part], time=16 * np.arange(n)[part], name=name) for name, part in parts
    )
    return train, val
