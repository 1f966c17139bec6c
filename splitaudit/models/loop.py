"""The training loop: epochs, early stopping on a part of train, gradient clipping, and a deadline that is kept."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import NotApplicable
from splitaudit.explained import LearningCurve
from splitaudit.models.holdout import inner_part
from splitaudit.models.networks import Network

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
OnEpoch = Callable[[LearningCurve], None]
T = TypeVar("T")

NO_MEMORY = ("allocate memory", "out of memory", "bad_alloc", "a primitive")  # the last are words of oneDNN

CLIP = 1.0  # largest norm of a gradient
WARM_UP = 0.1  # share of the steps over which the learning rate rises
PATIENCE = 0.4  # share of the epochs without a better score on the inner part, after which training stops
TIE = 1e-4  # what the loss counts beside the accuracy of the inner part: it decides between equals
LEAST_BATCHES, LEAST_BATCH = 16, 8
AT_ONCE = 512  # windows per pass without gradients
FAR = 1e4  # standard deviations beyond which a sample is taken to be that far
CONSTANT = 1e-12  # deviation, as a share of the largest value, below which a channel is constant
OF_A_STEP = 1 / 3  # what a pass without gradients takes of one with them


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How windows are standardised: by the largest size of each channel in train, then by mean and deviation."""

    size: FloatArray
    mean: FloatArray
    sd: FloatArray

    @classmethod
    def of(cls, X: NDArray[Any]) -> Scale:
        """Measure windows (n, t, c); values of any size, whose squares would be too large, are no trouble."""
        samples = X.reshape(-1, X.shape[2]).astype(np.float64)
        largest = np.abs(samples).max(axis=0)
        size = np.where(largest > 0, largest, 1.0)
        samples /= size
        mean, sd = samples.mean(axis=0), samples.std(axis=0)
        return cls(size, mean, np.where(sd > CONSTANT, sd, 1.0))

    def __call__(self, X: NDArray[Any]) -> NDArray[np.float32]:
        """Windows in the scale of train, as finite float32."""
        with np.errstate(over="ignore"):
            return np.clip((X / self.size - self.mean) / self.sd, -FAR, FAR).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Train in its own scale: what is fitted, what early stopping looks at, and the scale."""

    X: NDArray[np.float32]
    y: IntArray
    inner: NDArray[np.float32]
    inner_y: IntArray
    scale: Scale

    @classmethod
    def of(cls, X: NDArray[Any], y: IntArray, units: IntArray, rng: np.random.Generator) -> Data:
        """Standardise train by channel and set aside its inner part."""
        rows, inner = inner_part(y, units, rng)
        scale = Scale.of(X)
        return cls(scale(X[rows]), y[rows], scale(X[inner]), y[inner], scale)


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Val windows in the scale of the input, and which of them are scored after every epoch."""

    X: NDArray[Any]
    y: IntArray
    watched: IntArray


@dataclass(slots=True)
class Points:
    """The curve as it grows."""

    name: str
    train_accuracy: list[float] = field(default_factory=list)
    train_loss: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)

    def add(self, train: tuple[float, float], val: tuple[float, float]) -> None:
        """Add an epoch: accuracy and loss on train, and on val."""
        columns = (self.train_accuracy, self.train_loss, self.val_accuracy, self.val_loss)
        for column, value in zip(columns, (*train, *val), strict=True):
            column.append(value)

    def curve(self) -> LearningCurve:
        """Return the curve so far."""
        return LearningCurve(
            name=self.name,
            source="reference",
            epochs=tuple(range(1, len(self.train_loss) + 1)),
            train_accuracy=tuple(self.train_accuracy),
            val_accuracy=tuple(self.val_accuracy),
            train_loss=tuple(self.train_loss),
            val_loss=tuple(self.val_loss),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What came of a loop; as in :class:`splitaudit.models.fit.Fitted`."""

    curve: LearningCurve
    probabilities: FloatArray
    stopped: str
    best_epoch: int


class OutOfTime(Exception):
    """The deadline is near: what is left of the time is needed for the predictions."""


class Loop:
    """One training run of one network.

    Parameters
    ----------
    network : Network
    data : Data
    rng : numpy.random.Generator
        Orders the windows of every epoch.
    device : str
    deadline : float, optional
        Value of ``time.monotonic()`` at which the predictions are to be there.
    """

    def __init__(
        self, network: Network, data: Data, rng: np.random.Generator, device: str, deadline: float | None = None
    ) -> None:
        self.network, self.data, self.rng, self.device = network, data, rng, device
        self.torch, self.recipe = network.torch, network.recipe
        self.deadline = math.inf if deadline is None else deadline
        self.batch_size = min(self.recipe.batch_size, max(LEAST_BATCH, len(data.y) // LEAST_BATCHES))
        steps = self.recipe.epochs * math.ceil(len(data.y) / self.batch_size)
        self.optimiser = self._optimiser()
        self.schedule = self.torch.optim.lr_scheduler.LambdaLR(self.optimiser, lambda step: rate(step, steps))
        self.per_window = 0.0  # seconds that a prediction takes, as far as known
        self.at_once = AT_ONCE  # windows that are in the network together; fewer where memory does not suffice

    def _optimiser(self) -> Any:
        optim, recipe, weights = self.torch.optim, self.recipe, list(self.network.parts.parameters())
        shared = {"lr": recipe.learning_rate, "weight_decay": recipe.weight_decay}
        if recipe.optimiser == "sgd":
            return optim.SGD(weights, momentum=0.9, nesterov=True, **shared)
        return optim.Adam(weights, **shared)

    def run(self, val: Unseen, on_epoch: OnEpoch | None = None) -> Trained:
        """Train until the epochs, the patience or the time are used up; predict val with the best weights."""
        points, best, best_score, best_epoch = Points(self.recipe.network), None, -math.inf, 0
        patience = max(3, math.ceil(PATIENCE * self.recipe.epochs))
        stopped = "epochs"
        try:
            for epoch in range(1, self.recipe.epochs + 1):
                of_train = self.epoch(len(val.y))
                score = self._inner_score()
                if best is None or score > best_score:
                    best, best_score, best_epoch = copy.deepcopy(self.network.parts.state_dict()), score, epoch
                points.add(of_train, scores(self.predict_unseen(val.X[val.watched]), val.y[val.watched]))
                if on_epoch is not None:
                    on_epoch(points.curve())
                if epoch - best_epoch >= patience:
                    stopped = "early"
                    break
        except OutOfTime:
            stopped = "budget"
        if best is not None:
            self.network.parts.load_state_dict(best)
        return Trained(points.curve(), np.exp(self.predict_unseen(val.X)), stopped, best_epoch)

    def _inner_score(self) -> float:
        accuracy, loss = scores(self.predict(self.data.inner), self.data.inner_y)
        return accuracy - TIE * min(loss, 100.0)

    def epoch(self, n_left: int = 0) -> tuple[float, float]:
        """Go once over the windows in random order; return accuracy and loss met on the way.

        Raises
        ------
        OutOfTime
            If another step, and the predictions of ``n_left`` windows, would not fit before the deadline.
        """
        order = self.rng.permutation(len(self.data.y))
        hits, loss = 0, 0.0
        self.network.parts.train()
        for start in range(0, len(order), self.batch_size):
            began = time.monotonic()
            rows = order[start : start + self.batch_size]
            step_hits, step_loss = self._step(rows)
            hits, loss = hits + step_hits, loss + step_loss * len(rows)
            took = time.monotonic() - began
            per_window = self.per_window or OF_A_STEP * took / len(rows)
            if began + 2 * took + 1.2 * per_window * (n_left + len(self.data.inner_y)) >= self.deadline:
                raise OutOfTime
        return hits / len(order), loss / len(order)

    def _step(self, rows: IntArray) -> tuple[int, float]:
        found = self._in_memory(lambda: self._gradients(rows))
        self.torch.nn.utils.clip_grad_norm_(self.network.parts.parameters(), CLIP)
        self.optimiser.step()
        self.schedule.step()
        return found

    def _gradients(self, rows: IntArray) -> tuple[int, float]:
        """Set the gradients of a batch, whose windows need not be in memory together; return hits and mean loss."""
        torch, hits, total = self.torch, 0, 0.0
        self.optimiser.zero_grad()
        for part in self._parts(rows):
            X = torch.from_numpy(self.data.X[part]).to(self.device)
            y = torch.from_numpy(self.data.y[part]).to(self.device)
            said = self.network(X)
            loss = torch.nn.functional.nll_loss(said, y) * (len(part) / len(rows))
            loss.backward()
            hits, total = hits + int((said.argmax(dim=1) == y).sum()), total + float(loss.detach())
        return hits, total

    def _parts(self, rows: NDArray[Any]) -> list[NDArray[Any]]:
        return [rows[start : start + self.at_once] for start in range(0, len(rows), self.at_once)]

    def _in_memory(self, work: Callable[[], T]) -> T:
        """Do some work, with fewer windows together where memory does not suffice.

        Raises
        ------
        NotApplicable
            If it does not suffice for a single window.
        """
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error):
                    raise
                if self.at_once == 1:
                    _, t, c = self.data.X.shape
                    raise NotApplicable(f"there is not enough memory to train on a window of {t} x {c}") from error
            self.at_once = max(1, min(self.at_once, self.batch_size) // 2)

    def predict_unseen(self, X: NDArray[Any]) -> FloatArray:
        """Log probabilities of windows in the scale of the input."""
        began = time.monotonic()
        parts = [X[start : start + AT_ONCE] for start in range(0, len(X), AT_ONCE)]
        said = np.concatenate([self.predict(self.data.scale(part)) for part in parts])
        self.per_window = (time.monotonic() - began) / len(X)
        return said

    def predict(self, X: NDArray[np.float32]) -> FloatArray:
        """Log probabilities of windows in the scale of train."""
        self.network.parts.eval()
        with self.torch.inference_mode():
            return np.concatenate(self._in_memory(lambda: [self._said(part) for part in self._parts(X)]))

    def _said(self, X: NDArray[np.float32]) -> FloatArray:
        said: FloatArray = self.network(self.torch.from_numpy(X).to(self.device)).double().cpu().numpy()
        return said


def out_of_memory(error: Exception) -> bool:
    """Whether torch says that memory does not suffice: of the machine, or of the accelerator."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":  # of the accelerator
        return True
    return isinstance(error, RuntimeError) and any(word in str(error).lower() for word in NO_MEMORY)


def scores(said: FloatArray, y: IntArray) -> tuple[float, float]:
    """Accuracy, and the mean loss, of log probabilities."""
    return float(np.mean(said.argmax(axis=1) == y)), float(-said[np.arange(len(y)), y].mean())


def rate(step: int, steps: int) -> float:
    """Share of the highest learning rate: up along a line, down along a cosine."""
    risen = max(1, round(WARM_UP * steps))
    if step < risen:
        return (step + 1) / risen
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (step - risen) / max(1, steps - risen))))
