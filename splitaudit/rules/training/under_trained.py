"""Training stopped before the network had learned what there is to learn.

## What it measures
How far accuracy at the end of the history is below what a cheap probe reaches on train windows of units it did not
see, and how much train and val were still gaining when the run ended.

## Why it matters
A learning rate that is too small, too few epochs or an optimiser that is stuck look like a ceiling: nothing that is
changed in the data helps. No network should do worse on its own training windows than a probe does on windows that it
never saw.

## How it is decided
The network stands where it is better, at the end of train or of val accuracy, so that dropout, which lowers train
accuracy, is not taken for a fault; of several runs the best counts. The effect is the larger of two: the probe's
accuracy across train's units less that, with a p-value from its hits by unit; and the gain still to come, extrapolated
geometrically from the last three fifths of the epochs, of train and val, whichever gains less. Losses alone count a
tenth of the fall still to come and at most 0.05.

## What to do
Train on until train accuracy stops rising; raise the learning rate tenfold until the loss becomes unstable, then halve
it.

## Limits
Strong regularisation can keep a network below the probe on purpose. What is still to come is a guess: learning may be
about to stop, or to start.

## References
Smith, L. N. (2018). A disciplined approach to neural network hyper-parameters, part 1. arXiv:1803.09820.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.data.training import Floats, History
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.models.outcomes import train_probabilities
from splitaudit.rule import Context, rule
from splitaudit.rules.training._curves import exhibits
from splitaudit.stats.course import ended, known, wobble
from splitaudit.stats.paired import Paired, paired_by_unit
from splitaudit.wording import counted

MIN_COURSE = 9
RECENT = 0.6
MOST_RATIO = 0.8  # of successive gains: what looks straight is not taken to go on for ever
OF_LOSS = 0.1
MOST_OF_LOSS = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """One run: where it stands, and what it may still gain; NaN where it cannot be told."""

    run: History
    stands: float
    gain: float
    falls: float

    @property
    def to_come(self) -> float:
        """The gain still to come, by accuracy where that is known."""
        if np.isfinite(self.gain):
            return self.gain
        return min(OF_LOSS * self.falls, MOST_OF_LOSS) if np.isfinite(self.falls) else 0.0


@rule(
    "SA704",
    effect="accuracy that the network still had to gain",
    warn=0.03,
    error=0.1,
    remedy="Train on until train accuracy stops rising; raise the learning rate tenfold until the loss becomes "
    "unstable, then halve it.",
    needs=("history",),
    fires_on=("stopped_early",),
)
def under_trained(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Compare the end of training with a probe, and look whether it was still rising."""
    courses = [_course(run) for run in ctx.training.histories]
    best = max(courses, key=lambda each: (np.nan_to_num(each.stands, nan=-1.0), -each.to_come))
    gap = _below_probe(best.stands, train, ctx)
    unknown = not np.isfinite(best.gain) and not np.isfinite(best.falls)
    if gap is None and unknown:
        lacking = "accuracy" if np.isnan(best.stands) else "probe"
        raise NotApplicable(
            f"{counted(len(best.run.epochs), 'epoch')} of history cannot show whether it was still improving, and "
            f"there is no {lacking} to compare with"
        )
    details = {
        "run": best.run.name,
        "accuracy_at_the_end": best.stands if np.isfinite(best.stands) else None,
        "probe_across_train": None if gap is None else best.stands + gap.mean,
        "gain_to_come": best.gain if np.isfinite(best.gain) else None,
        "relative_fall_of_loss_to_come": best.falls if np.isfinite(best.falls) else None,
    }
    shown = exhibits([best.run])
    told = _sentence(best, gap, len(courses))
    if gap is None or (best.to_come > 0 and not (gap.pvalue <= ctx.alpha and gap.mean >= best.to_come)):
        return Evidence(effect=best.to_come, summary=told, details=details, exhibits=shown)
    return Evidence(
        effect=max(gap.mean, 0.0),
        summary=told,
        pvalue=gap.pvalue,
        interval=gap.interval() if gap.df > 0 else None,
        smallest_visible=gap.visible(ctx.alpha),
        details=details,
        exhibits=shown,
    )


def _course(run: History) -> _Course:
    ends = [each for each in (ended(run.train_accuracy), ended(run.val_accuracy)) if np.isfinite(each)]
    stands = max(ends) if ends else float("nan")
    gain = _least(_to_come(run.train_accuracy), _to_come(run.val_accuracy))
    falls = _least(*(_to_come(-np.log(np.maximum(loss, 1e-9))) for loss in (run.train_loss, run.val_loss)))
    return _Course(run, stands, min(gain, 1 - stands), 1 - float(np.exp(-falls)))


def _least(ours: float, theirs: float) -> float:
    """The smaller gain of the two sides; nothing is known where train is not, unless val alone is."""
    both = [each for each in (ours, theirs) if np.isfinite(each)]
    return min(both) if both else float("nan")


def _to_come(values: Floats) -> float:
    """What a curve gains after its end if its gains go on shrinking as they did; NaN for a short one."""
    values = values[known(values)]
    recent = values[-int(RECENT * len(values)) :] if len(values) >= MIN_COURSE else values[:0]
    if len(recent) < 2 * 3 - 1:
        return float("nan")
    first, second, third = (float(part.mean()) for part in np.array_split(recent, 3))
    length = len(recent) / 3
    before, after = second - first, third - second
    if after <= 3 * wobble(recent) * np.sqrt(2 / length) or after <= 0:
        return 0.0
    ratio = min(max(after / before, 0.0), MOST_RATIO) if before > 0 else MOST_RATIO
    beyond_middle = after * ratio / (1 - ratio)  # of the last part, whose second half is over already
    return float(beyond_middle * np.sqrt(ratio))


def _below_probe(stands: float, train: Profile, ctx: Context) -> Paired | None:
    """How far the probe across train's units is above where the network stands."""
    if not train.has("labels") or not np.isfinite(stands) or np.count_nonzero(train.label_counts) < 2:
        return None
    units = ctx.scheme.units[: len(train)]
    if len(np.unique(units)) < 2:
        return None
    hits = train_probabilities(train, ctx).argmax(axis=1) == train.y
    return paired_by_unit(hits - stands, units)


def _sentence(best: _Course, gap: Paired | None, n_runs: int) -> str:
    of_run = f" in the best run, {best.run.name}" if n_runs > 1 else ""
    told = []
    if np.isfinite(best.stands):
        told.append(f"accuracy ends at {best.stands:.1%}{of_run}")
    if gap is not None:
        told.append(f"a cheap probe reaches {best.stands + gap.mean:.1%} on train windows of units it did not see")
    if np.isfinite(best.gain):
        told.append(f"about {best.gain:.1%} were still to come" if best.gain > 0 else "it had stopped rising")
    elif np.isfinite(best.falls):
        told.append(
            f"loss was still falling by about {best.falls:.0%}" if best.falls > 0 else "loss had stopped falling"
        )
    text = "; ".join(told)
    return text[0].upper() + text[1:]
