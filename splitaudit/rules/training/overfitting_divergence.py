"""Training went on after validation had begun to get worse.

## What it measures
For each run of the training history: from which epoch on val loss rises while train loss still falls, how far it
rises, and how far val accuracy falls from its best.

## Why it matters
From that epoch on the network learns train by heart. The weights of the last epoch are then worse than those of an
earlier one, and the number that is reported is too.

## How it is decided
Val loss measures confidence too: a network that is ever surer of the same mistakes has a rising val loss and a val
accuracy that stays, which is common and harmless. The effect is therefore the fall of val accuracy, from the best to
the last three epochs, where it is beyond three times its wobble from epoch to epoch and more than four val windows; a
rise of val loss, relative to its minimum or a twentieth of the first epoch's, counts for a tenth of itself and at most
0.05, so that it is never an error by itself. Neither counts where train does not improve meanwhile. The run with the
largest effect is reported.

## What to do
Keep the weights of the best epoch (early stopping with restored weights); then regularise, augment or get more data.

## Limits
The best epoch was chosen on the same windows, so its accuracy is a little too good. Nothing can be said of fewer than
five epochs, or where val was not measured.

## References
Prechelt, L. (1998). Early stopping, but when? In Neural Networks: Tricks of the Trade. Springer.
Guo, C., Pleiss, G., Sun, Y., Weinberger, K. (2017). On calibration of modern neural networks. ICML.
"""

from __future__ import annotations

from dataclasses import dataclass

from splitaudit.data.profile import Profile
from splitaudit.data.training import History
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.rule import Context, rule
from splitaudit.rules.training._curves import exhibits
from splitaudit.stats.course import MIN_EPOCHS, WOBBLES, ended, improves, known, smoothed, turns_up, wobble
from splitaudit.wording import counted

OF_LOSS = 0.1
MOST_OF_LOSS = 0.05
LEAST_WINDOWS = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Divergence:
    """One run: the rise of val loss and the fall of val accuracy since their best, and the epochs of those."""

    run: History
    rise: float = 0.0
    since: int | None = None
    fall: float = 0.0
    best: float | None = None
    at: int | None = None

    @property
    def effect(self) -> float:
        return max(self.fall, min(OF_LOSS * self.rise, MOST_OF_LOSS))


@rule(
    "SA701",
    effect="fall of val accuracy from its best, or a tenth of the relative rise of val loss",
    warn=0.02,
    error=0.1,
    remedy="Keep the weights of the best epoch (early stopping with restored weights); then regularise, augment or get "
    "more data.",
    needs=("history",),
    fires_on=("overfitted_run",),
)
def overfitting_divergence(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Find the epoch from which on val gets worse while train gets better."""
    judged = [_divergence(run, len(val)) for run in ctx.training.histories]
    found = [each for each in judged if isinstance(each, _Divergence)]
    if not found:
        raise NotApplicable("; ".join(dict.fromkeys(str(each) for each in judged)))
    worst = max(found, key=lambda each: (each.effect, each.rise))
    return Evidence(
        effect=worst.effect,
        summary=_sentence(worst, len(judged)),
        details={
            "run": worst.run.name,
            "epoch_of_lowest_val_loss": worst.since,
            "relative_rise_of_val_loss": worst.rise,
            "epoch_of_best_val_accuracy": worst.at,
            "best_val_accuracy": worst.best,
            "fall_of_val_accuracy": worst.fall,
            "runs_that_diverge": sum(each.effect > 0 for each in found),
        },
        exhibits=exhibits([worst.run]),
    )


def _divergence(run: History, n_val: int) -> _Divergence | str:
    """Measure one run; a reason where nothing can be said of it."""
    losses, accuracies = known(run.val_loss), known(run.val_accuracy)
    most = max(len(losses), len(accuracies))
    if not most:
        return "the history has no val loss and no val accuracy"
    if most < MIN_EPOCHS:
        return f"{counted(most, 'epoch')} with val loss or val accuracy show no course, {MIN_EPOCHS} are needed"
    found = _Divergence(run)
    turn = turns_up(run.val_loss)
    if turn is not None and improves(run.train_loss, run.train_accuracy, turn.at):
        found = _Divergence(run, turn.rise, int(run.epochs[turn.at]))
    if len(accuracies) >= MIN_EPOCHS:
        values = smoothed(run.val_accuracy[accuracies])
        best = int(values.argmax())
        fall = float(values[best]) - ended(run.val_accuracy)
        visible = max(WOBBLES * wobble(run.val_accuracy[accuracies]), LEAST_WINDOWS / n_val)
        if fall <= visible or not improves(run.train_loss, run.train_accuracy, int(accuracies[best])):
            fall = 0.0
        at = int(run.epochs[accuracies[best]])
        found = _Divergence(run, found.rise, found.since, fall, float(values[best]), at)
    return found


def _sentence(worst: _Divergence, n_runs: int) -> str:
    of_run = f" in {worst.run.name}" if n_runs > 1 else ""
    meanwhile = "while train still improves"
    risen = f"val loss rises by {worst.rise:.0%} from epoch {worst.since} on" if worst.rise > 0 else ""
    if worst.fall > 0:
        told = f"Val accuracy falls from {worst.best:.1%} at epoch {worst.at} by {worst.fall:.1%}{of_run}, {meanwhile}"
        return f"{told}; {risen}" if risen else told
    if risen:
        told = f"{risen[0].upper()}{risen[1:]}{of_run}, {meanwhile}"
        return told if worst.best is None else f"{told}; val accuracy stays near its best, {worst.best:.1%}"
    return f"Val does not get worse{of_run} while train improves"
