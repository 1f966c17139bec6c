"""Validation accuracy stays at one value while train goes on.

## What it measures
For each run of the training history: the level at which val accuracy stays for the last third of its epochs or longer,
with an interval from the number of val windows and units; how much more is known to be in reach; and whether several
runs stay at the same level.

## Why it matters
"Exactly 76 % whatever I change": a level that units, dropout, learning rate and architecture do not move is not set by
them but by the data. Then another network is no answer, and the causes to look at are those of the split. A level far
below what a cheap probe reaches on the same windows is set by the training.

## How it is decided
A plateau is a stretch at the end whose running median stays within three times the wobble from epoch to epoch, one and
a half windows and one percent, and that does not drift. The effect is what is in reach above the level: what a probe
that was fitted on train reaches on val, beyond chance; or train accuracy, which counts up to 0.15, as to be better on
train is common and no mistake, so that it is a warning at most. The p-value takes windows of a unit as right or wrong
together, as the probe's errors show. Levels of several runs are compared with what drawing the windows anew would make
of one level; as all runs are scored on the same windows, they should agree better than that.

## What to do
Run `splitaudit explain` for the cause; compare configurations window by window before changing the network again.

## Limits
Dropout and augmentation lower train accuracy, which hides a gap. Where train accuracy was not logged and there are no
labels, the level is told and nothing is judged.

## References
Dietterich, T. G. (1998). Approximate statistical tests for comparing supervised classification learning algorithms.
Neural Computation 10, 1895-1923.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from splitaudit.data.profile import Profile
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Table
from splitaudit.rule import Context, rule
from splitaudit.rules.training._curves import Plateau, exhibits, plateau_of
from splitaudit.rules.training._levels import Level, Sampling, sampling, shortfall
from splitaudit.stats.course import MIN_EPOCHS, ended, known
from splitaudit.wording import counted

MAX_ROWS = 30
MOST_OF_TRAIN = 0.15


@dataclass(frozen=True, slots=True)
class _Reach:
    """How much more accuracy is known to be in reach above a level, its error, and what shows it."""

    gain: float
    error: float
    df: int
    told: str

    @property
    def pvalue(self) -> float:
        return float(special.stdtr(self.df, -self.gain / self.error)) if self.df > 0 and self.error > 0 else 1.0


@rule(
    "SA702",
    effect="accuracy in reach above the level at which val stays",
    warn=0.1,
    error=0.2,
    remedy="Run splitaudit explain for the cause; compare configurations window by window before changing the network.",
    needs=("history",),
    fires_on=("dead_network",),
)
def fixed_plateau(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Find the level at which val accuracy stays, and what is in reach above it."""
    runs = ctx.training.histories
    _need_course(max(len(known(run.val_accuracy)) for run in runs))
    found = [each for each in (plateau_of(run, 1 / len(val)) for run in runs) if each is not None]
    if not found:
        return Evidence(effect=0.0, summary="Val accuracy still moves at the end of training", exhibits=exhibits(runs))
    best = max(found, key=lambda each: each.level)  # what the others do not reach is no ceiling
    exact = sampling(train, val, ctx)
    reach = _reach(best, exact, train, val, ctx)
    low, high = exact.interval(best.level)
    return Evidence(
        effect=0.0 if reach is None else max(reach.gain, 0.0),
        summary=_sentence(best, len(runs), (low, high), reach) + _alike(found, exact),
        pvalue=None if reach is None else reach.pvalue,
        smallest_visible=None if reach is None else _visible(reach, ctx.alpha),
        details={
            "level": best.level,
            "interval_of_level": [low, high],
            "since_epoch": best.start,
            "epochs": best.n_epochs,
            "effective_windows": exact.n,
            "levels": {each.run.name: each.level for each in found},
            "heterogeneity_p_value": _heterogeneity(found, exact),
        },
        exhibits=(*exhibits([each.run for each in found]), _table(found)),
    )


def _need_course(n: int) -> None:
    if n == 0:
        raise NotApplicable("the history has no val accuracy")
    if n < MIN_EPOCHS:
        raise NotApplicable(f"{counted(n, 'epoch')} with val accuracy show no plateau, {MIN_EPOCHS} are needed")


def _reach(at: Plateau, exact: Sampling, train: Profile, val: Profile, ctx: Context) -> _Reach | None:
    """The larger of what the probe and what train shows to be in reach; None where neither is known."""
    shown = []
    accuracy = ended(at.run.train_accuracy)
    if np.isfinite(accuracy):
        gain = min(accuracy - at.level, MOST_OF_TRAIN)
        shown.append(_Reach(gain, exact.error(at.level), exact.df, f"train accuracy ends at {accuracy:.1%}"))
    if train.has("labels") and val.has("labels"):
        gap = shortfall(train, val, ctx, Level(at.level, ""))
        probe = _Reach(
            gap.mean, gap.error, gap.df, f"a cheap probe reaches {at.level + gap.mean:.1%} on the same windows"
        )
        if probe.pvalue <= ctx.alpha or not shown:
            shown.append(probe)
    return max(shown, key=lambda each: each.gain) if shown else None


def _visible(reach: _Reach, alpha: float) -> float:
    return float(-special.stdtrit(reach.df, alpha) * reach.error) if reach.df > 0 else float("inf")


def _heterogeneity(found: list[Plateau], exact: Sampling) -> float | None:
    """How often drawing the val windows anew for each run would part one level as far."""
    levels = np.array([each.level for each in found])
    error = exact.error(float(levels.mean()))
    if len(levels) < 2 or error == np.inf:
        return None
    return float(special.chdtrc(len(levels) - 1, ((levels - levels.mean()) ** 2).sum() / error**2))


def _alike(found: list[Plateau], exact: Sampling) -> str:
    chance = _heterogeneity(found, exact)
    if chance is None:
        return ""
    levels = [each.level for each in found]
    told = f"; {counted(len(levels), 'run')} stay between {min(levels):.1%} and {max(levels):.1%}"
    return f"{told}, the same level as far as val can tell" if chance > 0.05 else f"{told}, at different levels"


def _table(found: list[Plateau]) -> Table:
    rows = tuple((each.run.name, each.level, each.start, each.n_epochs, each.span) for each in found[:MAX_ROWS])
    return Table(title="plateaus", columns=("run", "val accuracy", "since epoch", "epochs", "range"), rows=rows)


def _sentence(at: Plateau, n_runs: int, interval: tuple[float, float], reach: _Reach | None) -> str:
    of_run = f" in {at.run.name}" if n_runs > 1 else ""
    return (
        f"Val accuracy stays at {at.level:.1%} (95 % interval {interval[0]:.1%} to {interval[1]:.1%}) from epoch "
        f"{at.start} on{of_run}; {'train accuracy was not logged' if reach is None else reach.told}"
    )
