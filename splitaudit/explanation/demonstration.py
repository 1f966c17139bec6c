"""The same ceiling for different reasons: explain the six plateaus of the zoo, and ask more networks about them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from splitaudit.audit import Settings, prepare
from splitaudit.demonstrated import Demonstrated
from splitaudit.errors import MissingExtraError
from splitaudit.explanation.explain import explain_report
from splitaudit.explanation.run import REFERENCE
from splitaudit.rule import Progress, silent
from splitaudit.zoo.plateaus import PLATEAUS, make_plateau
from splitaudit.zoo.world import Planted

NETWORKS = {"LSTM": "lstm", "GRU": "gru", "CNN-LSTM": "cnn_lstm"}
EPOCHS = 40
SECONDS = 60.0  # for the explanation of each
SHARE = 0.5  # of them, for all further networks together


@dataclass(frozen=True, slots=True)
class _Named:
    """A split as progress shows it."""

    name: str


def demonstrate(settings: Settings, *, seconds: float = SECONDS, progress: Progress = silent) -> list[Demonstrated]:
    """Make the six splits, train networks on them, and explain each.

    Parameters
    ----------
    settings : Settings
        Seed and threads.
    seconds : float
        Budget of each explanation; further networks take half as long.
    progress : callable
        Wraps the loop over the splits.
    """
    found = []
    for each in progress([_Named(name) for name in PLATEAUS], "ceilings"):
        planted = make_plateau(each.name, settings.random_state)
        report = explain_report(planted.train, planted.val, settings, budget=seconds)
        assert report.explanation is not None
        ceiling = report.explanation.ceiling
        val = dict(ceiling.learners) if ceiling is not None else {}
        train: dict[str, float] = {}
        if report.explanation.curves:
            train[REFERENCE] = max(report.explanation.curves[0].train_accuracy)
        for name, ours, theirs in _networks(planted, settings, SHARE * seconds):
            train[name], val[name] = ours, theirs
        found.append(
            Demonstrated(
                name=each.name,
                story=PLATEAUS[each.name].story,
                planted=planted.truth.cause,
                train=train,
                val=val,
                explanation=report.explanation,
            )
        )
    return found


def _networks(planted: Planted, settings: Settings, seconds: float) -> Iterator[tuple[str, float, float]]:
    """Train further networks and yield their names with their accuracy on train and on val; none without torch."""
    from splitaudit.models.recipe import Recipe
    from splitaudit.models.reference import reference

    train, val, context = prepare(planted.train, planted.val, settings)
    for name, network in NETWORKS.items():
        deadline = time.monotonic() + seconds / len(NETWORKS)
        try:
            fitted = reference(train, val, context, Recipe(network=network, epochs=EPOCHS), deadline=deadline)
        except MissingExtraError:
            return
        if fitted.curve.epochs:
            hits = fitted.probabilities.argmax(axis=1) == val.y
            yield name, fitted.curve.train_accuracy[-1], float(hits.mean())
