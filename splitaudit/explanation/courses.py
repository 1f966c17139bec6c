"""Training curves as the report shows them: where val levels off and where val loss turns up is said with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from splitaudit.data.training import History
from splitaudit.explained import LearningCurve
from splitaudit.stats.course import improves, levels_off, turns_up


def of_history(history: History) -> LearningCurve:
    """Return a user's history as a curve of the report."""
    return LearningCurve(
        name=history.name,
        source="history",
        epochs=tuple(history.epochs.tolist()),
        train_accuracy=tuple(history.train_accuracy.tolist()),
        val_accuracy=tuple(history.val_accuracy.tolist()),
        train_loss=tuple(history.train_loss.tolist()),
        val_loss=tuple(history.val_loss.tolist()),
    )


def marked(curve: LearningCurve, n_val: int) -> LearningCurve:
    """Return a curve with the epoch of its plateau and of its divergence, where it has them."""
    accuracy, loss = np.array(curve.val_accuracy), np.array(curve.val_loss)
    level, turn = levels_off(accuracy, 1 / max(n_val, 1)), turns_up(loss)
    if turn is not None and not improves(np.array(curve.train_loss), np.array(curve.train_accuracy), turn.at):
        turn = None
    return replace(
        curve,
        plateau_epoch=None if level is None else curve.epochs[level.start],
        divergence_epoch=None if turn is None else curve.epochs[turn.at],
    )
