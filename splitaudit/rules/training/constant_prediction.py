"""The network says the same of every window.

## What it measures
How far the given predictions depend on the window at all: the share of windows of other classes that are never called
by another name than the commonest prediction, and how far probabilities vary between windows. Without predictions:
whether val accuracy was a class share at every epoch, which is what one answer for all windows scores.

## Why it matters
A softmax over a single unit is 1 whatever comes in, units that died are 0 for every input, and a network whose input
is constant can only learn the class shares. Train and val accuracy are then numbers about the labels, and no setting
of the optimiser changes them.

## How it is decided
By counting: the effect is one less the share of windows with another prediction than the commonest, against the share
of windows that should have had another one; 1 is a single answer. Probabilities that differ between windows by less
than 0.01 (half the sum of absolute differences, on average) and are right no more often than the commonest class are a
single answer as well. It is an error where at least ten val windows and a tenth of val belong to other classes, and a
warning where so few do that a sound network could have missed them. From a history, val accuracy must be a class
share, to the window, in nine of ten epochs and five or more; it is a warning where it was logged with two digits
alone.

## What to do
Give the head one unit per class with softmax, or one unit with sigmoid; then look for a constant input, a learning
rate that killed the units, and class weights.

## Limits
A network that says one class because the others are rare is not told from a dead one by labels alone: give
probabilities.

## References
Lu, L., Shin, Y., Su, Y., Karniadakis, G. E. (2020). Dying ReLU and initialization: theory and numerical examples.
Communications in Computational Physics 28, 1671-1706.
"""

from __future__ import annotations

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.data.training import Floats, History, Predictions
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table
from splitaudit.rule import Context, rule
from splitaudit.rules.training._curves import exhibits
from splitaudit.stats.course import MIN_EPOCHS, known
from splitaudit.wording import counted

DOUBTFUL = 0.95
FEW = 10
RARE = 0.1
NO_BETTER = 0.05
MOST_EPOCHS = 0.9
ROUNDED = 5e-4


@rule(
    "SA703",
    effect="share of other classes' windows that get the commonest prediction",
    warn=0.9,
    error=0.999,
    remedy="Give the head one unit per class with softmax, or one unit with sigmoid; then look for a constant input, a "
    "learning rate that killed the units, and class weights.",
    needs=("history|predictions", "labels"),
    fires_on=("one_unit_softmax",),
)
def constant_prediction(train: Profile, val: Profile, ctx: Context, *, least_spread: float = 0.01) -> Evidence:
    """See whether predictions depend on the window."""
    if np.count_nonzero(val.label_counts) < 2:
        raise NotApplicable("val has one class, so that one answer is right")
    if ctx.training.predictions is not None:
        return _of_predictions(ctx.training.predictions, val, least_spread)
    return _of_history(ctx.training.histories, val)


def _of_predictions(given: Predictions, val: Profile, least_spread: float) -> Evidence:
    names = val.split.classes
    counts = np.bincount(given.labels[given.labels >= 0], minlength=len(names))
    most = int(counts.argmax())
    same, others = float(counts[most] / len(val)), float(np.mean(val.y != most))
    lost = 1 - min(1.0, (1 - same) / others) if others > 0 else 0.0
    spread = None if given.probabilities is None else _spread(given.probabilities)
    accuracy, share = float(np.mean(given.labels == val.y)), float(val.label_counts.max() / len(val))
    frozen = spread is not None and spread < least_spread and accuracy <= share + NO_BETTER
    few = others * len(val) < FEW or others < RARE
    effect = 1.0 if frozen else lost
    return Evidence(
        effect=min(effect, DOUBTFUL) if few and not frozen else effect,
        summary=_sentence(given, names[most], same, frozen, spread),
        details={
            "class": names[most],
            "share_predicted": same,
            "share_in_val": 1 - others,
            "spread_of_probabilities": spread,
            "one_unit": given.one_unit,
            "accuracy": accuracy,
        },
        exhibits=(
            Table(
                title="val windows per class",
                columns=("class", "labelled", "predicted"),
                rows=tuple((names[k], int(val.label_counts[k]), int(counts[k])) for k in range(len(names)))[:30],
            ),
        ),
    )


def _spread(probabilities: Floats) -> float:
    """Mean distance between the probabilities of a window and those of the average window, between 0 and 1."""
    return float(0.5 * np.abs(probabilities - probabilities.mean(axis=0)).sum(axis=1).mean())


def _sentence(given: Predictions, name: str, same: float, frozen: bool, spread: float | None) -> str:
    moves = "" if spread is None else f"; probabilities differ between windows by {spread:.2g} on average"
    if same < 1 and not frozen:
        return f"The commonest prediction, {name}, is given to {same:.1%} of val windows{moves}"
    head = ", from a head with a single unit" if given.one_unit else ""
    if same < 1:
        return f"The network says nearly the same of every val window{head}{moves}"
    return f"Every val window is predicted as {name}{head}{moves}"


def _of_history(runs: tuple[History, ...], val: Profile) -> Evidence:
    judged = [(run, _constant(run, val)) for run in runs if len(known(run.val_accuracy)) >= MIN_EPOCHS]
    if not judged:
        n = max(len(known(run.val_accuracy)) for run in runs)
        raise NotApplicable(
            f"{counted(n, 'epoch')} with val accuracy do not show a constant answer, {MIN_EPOCHS} are needed; "
            "predictions would"
        )
    run, (share, effect) = max(judged, key=lambda each: each[1][1])
    values = run.val_accuracy[known(run.val_accuracy)]
    shares = val.label_counts / len(val)
    name = val.split.classes[int(np.abs(shares - np.median(values)).argmin())]
    told = (
        f"Val accuracy is {np.median(values):.1%} in {run.name}, the share of {name}: what always saying {name} scores"
        if effect > 0
        else "Val accuracy is no class share, so predictions depend on the window"
    )
    details = {
        "run": run.name,
        "share_of_epochs_at_a_class_share": share,
        "median_val_accuracy": float(np.median(values)),
    }
    return Evidence(effect=effect, summary=told, details=details, exhibits=exhibits([run]))


def _constant(run: History, val: Profile) -> tuple[float, float]:
    """In what share of epochs val accuracy is a class share to the window, and the effect."""
    values = run.val_accuracy[known(run.val_accuracy)]
    shares = val.label_counts[val.label_counts > 0] / len(val)
    away = np.abs(values[:, None] - shares).min(axis=1)
    window = 0.5 / len(val)
    for reach, effect in ((max(window, ROUNDED), 1.0), (max(window, 10 * ROUNDED), DOUBTFUL)):
        share = float(np.mean(away <= reach + 1e-9))
        if share >= MOST_EPOCHS:
            return share, effect
    return share, 0.0
