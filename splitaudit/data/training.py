"""What a user knows of a training run: curves per epoch, and predictions for val."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """Curves of one training run, one entry per epoch; NaN where a value is missing.

    Parameters
    ----------
    name : str
        Of the run, such as the file's name.
    epochs : ndarray of int64 of shape (n_epochs,)
        Increasing; numbers of epochs that were not logged are missing.
    train_accuracy, val_accuracy, train_loss, val_loss : ndarray of float64 of shape (n_epochs,)
        Accuracies as shares, not percent.
    notes : tuple of str
        What was decided while reading, such as which column was taken for what.
    """

    name: str
    epochs: NDArray[np.int64]
    train_accuracy: Floats
    val_accuracy: Floats
    train_loss: Floats
    val_loss: Floats
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """What the user's model says of the val windows, in val's order.

    Parameters
    ----------
    labels : ndarray of int64 of shape (n_val,)
        Predicted class codes of the split; -1 where the prediction is no class that the split knows.
    probabilities : ndarray of float64 of shape (n_val, n_classes), optional
        Rows sum to 1; None where only labels were given.
    name : str
    notes : tuple of str
        Such as that logits were turned into probabilities.
    one_unit : bool
        The scores had one column: one output unit.
    """

    labels: NDArray[np.int64]
    probabilities: Floats | None = None
    name: str = "predictions"
    notes: tuple[str, ...] = ()
    one_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """All that is known of the user's own training: runs, predictions and the val accuracy they report."""

    histories: tuple[History, ...] = ()
    predictions: Predictions | None = None
    observed: float | None = None

    def at_rows(self, rows: NDArray[np.int64]) -> Training:
        """Return the same for a part of the val windows: predictions of ``rows`` of the input alone."""
        if self.predictions is None:
            return self
        given = self.predictions
        probabilities = None if given.probabilities is None else given.probabilities[rows]
        return replace(self, predictions=replace(given, labels=given.labels[rows], probabilities=probabilities))


NO_TRAINING = Training()
