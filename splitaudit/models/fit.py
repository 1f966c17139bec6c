"""Fit one configuration of the reference network: from windows to curves and val's probabilities.

torch is an extra; whatever it holds in common (seeds, threads, flags) is put back as it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import require
from splitaudit.explained import LearningCurve
from splitaudit.models.loop import Data, Loop, OnEpoch, Scale, Unseen
from splitaudit.models.networks import Network, Shape
from splitaudit.models.recipe import Recipe

__all__ = ["Fitted", "OnEpoch", "Recipe", "fit", "seconds_per_epoch"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
WATCHED = 2000  # val windows that are scored after every epoch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """One trained network.

    Parameters
    ----------
    curve : LearningCurve
        Per epoch; train's accuracy and loss are those met while training, as deep-learning frameworks count them.
    probabilities : ndarray of float64 of shape (n_val, n_classes)
        Of the val windows, by the weights that were best on the inner part of train.
    seconds : float
    stopped : {"epochs", "early", "budget"}
        Why training ended.
    best_epoch : int
        Epoch of the weights that were kept; 0 where the budget ended before the first.
    """

    curve: LearningCurve
    probabilities: FloatArray
    seconds: float
    stopped: str
    best_epoch: int = 0

    @property
    def train_accuracy(self) -> float:
        """Train accuracy in the epoch whose weights were kept; NaN where there is none."""
        return self.curve.train_accuracy[self.best_epoch - 1] if self.best_epoch else float("nan")


def fit(
    recipe: Recipe,
    X: NDArray[Any],
    y: IntArray,
    new: NDArray[Any],
    new_y: IntArray,
    *,
    n_classes: int,
    units: IntArray,
    seed: int,
    deadline: float | None = None,
    n_threads: int = 1,
    on_epoch: OnEpoch | None = None,
    device: str | None = None,
    image: tuple[int, int, int] | None = None,
) -> Fitted:
    """Train one network on windows and predict others.

    Parameters
    ----------
    recipe : Recipe
    X : ndarray of shape (n, t, c)
        Finite windows to train on, at least two; of image windows ``image`` holds (height, width, channels).
    y : ndarray of int64 of shape (n,)
        Class codes below ``n_classes``.
    new, new_y : ndarray of shape (m, t, c) and (m,)
        Val: predicted, and scored after every epoch; never used to decide anything.
    n_classes : int
    units : ndarray of int64 of shape (n,)
        What early stopping must not part.
    seed : int
        Same seed, same threads and same device give the same result, unless the deadline cuts it short.
    deadline : float, optional
        Value of ``time.monotonic()`` at which the predictions are to be there.
    n_threads : int
        Of torch, while this runs.
    on_epoch : callable, optional
        Gets the curve after every epoch.
    device : str, optional
        Such as ``"cuda:0"``; the first GPU where there is one, unless given.

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    NotApplicable
        If the recipe does not suit the windows, see :class:`splitaudit.models.networks.Network`.
    """
    started = time.monotonic()
    torch = require("torch", extra="torch")
    device = device or ("cuda:0" if torch.cuda.is_available() else "cpu")
    kept = max(1, round(recipe.length * X.shape[1]))
    shape = Shape(n_timesteps=kept, n_channels=X.shape[2], n_classes=n_classes, image=image)
    rng = np.random.default_rng(seed)
    with _own_world(torch, seed, n_threads, device):
        network = Network(recipe, shape)
        network.parts.to(device)
        loop = Loop(network, Data.of(X[:, :kept], y, units, rng), rng, device, deadline)
        watched = np.sort(rng.permutation(len(new_y))[:WATCHED])
        trained = loop.run(Unseen(new[:, :kept], new_y, watched), on_epoch)
    return Fitted(
        curve=trained.curve,
        probabilities=trained.probabilities,
        seconds=time.monotonic() - started,
        stopped=trained.stopped,
        best_epoch=trained.best_epoch,
    )


def seconds_per_epoch(
    recipe: Recipe,
    shape: tuple[int, int, int],
    *,
    n_classes: int = 2,
    n_threads: int = 1,
    device: str | None = None,
    image: tuple[int, int, int] | None = None,
) -> float:
    """Time a few steps on noise to tell what an epoch over windows of ``shape`` (n, t, c) takes."""
    n, t, c = shape
    torch = require("torch", extra="torch")
    device = device or ("cuda:0" if torch.cuda.is_available() else "cpu")
    kept = max(1, round(recipe.length * t))
    some = min(n, 2 * recipe.batch_size)
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(some, kept, c)).astype(np.float32)
    y = np.arange(some) % n_classes
    data = Data(noise, y, noise[:1], y[:1], Scale.of(noise))
    with _own_world(torch, 0, n_threads, device):
        network = Network(recipe, Shape(n_timesteps=kept, n_channels=c, n_classes=n_classes, image=image))
        network.parts.to(device)
        loop = Loop(network, data, rng, device)
        loop.batch_size = min(some, recipe.batch_size)
        loop.epoch()  # the first steps set things up
        began = time.monotonic()
        loop.epoch()
        return (time.monotonic() - began) * n / some


@contextmanager
def _own_world(torch: Any, seed: int, n_threads: int, device: str) -> Iterator[None]:
    """Seed torch and give it its threads while the block runs; leave everything as it was."""
    gpus = [torch.device(device).index or 0] if device.startswith("cuda") else []
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(max(1, n_threads))
        with torch.random.fork_rng(gpus), torch.backends.cudnn.flags(deterministic=True, benchmark=False):
            torch.default_generator.manual_seed(seed)
            for gpu in gpus:
                with torch.cuda.device(gpu):
                    torch.cuda.manual_seed(seed)
            yield
    finally:
        torch.set_num_threads(before)
