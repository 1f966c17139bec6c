"""The numbers of an explanation for people: shares, intervals, odds, what an experiment measured."""

from __future__ import annotations

import math

from splitaudit.explained import Cause, Ceiling, Experiment, Explanation, Ladder, LearningCurve, Outcome, Proof
from splitaudit.render.words import number
from splitaudit.wording import listed, probability

UNKNOWN = "unknown"
MAX_PROOFS = 5
MAX_CAUSES = 5
MAX_OUTCOMES = 2
LEFT_OUT = ("not run", "not applicable", "interrupted")


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share as a percentage."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    return f"{100 * share:.{digits}f} %"


def p_value(value: float) -> str:
    """Write a p-value."""
    return f"{value:.2g}" if math.isfinite(value) else UNKNOWN


def interval(low: float | None, high: float | None) -> str:
    """Write the 95 % interval of a share, or nothing where there is none."""
    if low is None or high is None or not math.isfinite(low + high):
        return ""
    return f"{100 * low:.1f} to {100 * high:.1f}"


def points(difference: float) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return f"{100 * difference:+.1f}".replace("-", "−") if math.isfinite(difference) else UNKNOWN


def odds(ratio: float) -> str:
    """Write a likelihood ratio as odds: 41:1 speaks for, 1:90 against."""
    if not math.isfinite(ratio) or ratio < 0:
        return "?"
    large = ratio if ratio >= 1 else 1 / ratio if ratio else math.inf
    shown = ">999" if large > 999 else f"{large:.0f}" if large >= 9.95 else f"{large:.2g}"
    return f"{shown}:1" if ratio >= 1 else f"1:{shown}"


def outcome(measured: Outcome, name: str = "") -> str:
    """Write what an experiment measured: what it is, the value with its unit and interval.

    A text that says its numbers is only given its interval.
    """
    value, span = _value_and_span(measured)
    if any(map(str.isdigit, measured.text)) and measured.unit:
        return f"{measured.text} (95 % interval {span})" if span else measured.text
    what = measured.text or name
    return f"{what}: {value}{f' ({span})' if span else ''}" if what else f"{value}{f' ({span})' if span else ''}"


def _value_and_span(measured: Outcome) -> tuple[str, str]:
    low, high = measured.low, measured.high
    ends = None if low is None or high is None or not math.isfinite(low + high) or high <= low else (low, high)
    if measured.unit == "difference of accuracy":
        span = "" if ends is None else f"{points(ends[0])} to {points(ends[1])}"
        return f"{points(measured.value)} points", span
    if measured.unit == "accuracy":
        return percent(measured.value), "" if ends is None else interval(*ends)
    value = f"{number(measured.value)} {measured.unit}".rstrip() if math.isfinite(measured.value) else UNKNOWN
    return value, "" if ends is None else f"{number(ends[0])} to {number(ends[1])}"


def outcomes(experiment: Experiment) -> list[str]:
    """Write everything that an experiment measured."""
    return [outcome(measured, name) for name, measured in experiment.outcomes.items()]


def main_outcomes(experiment: Experiment) -> list[str]:
    """Write what an experiment measured with an interval; beside a summary, only the first few of that."""
    if not experiment.summary:
        return outcomes(experiment)[:MAX_OUTCOMES]
    known = [(name, each) for name, each in experiment.outcomes.items() if each.low is not None and each.text]
    return [outcome(each, name) for name, each in known[:MAX_OUTCOMES]]


def seconds(value: float) -> str:
    """Write how long something took."""
    if not math.isfinite(value) or value <= 0:
        return ""
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def budget(value: float) -> str:
    """Write a budget in the largest units that say it."""
    if value < 1:
        return f"{value:.2g} s"
    minutes, rest = divmod(round(value), 60)
    parts = [f"{minutes} min"] if minutes else []
    return " ".join([*parts, f"{rest} s"] if rest or not parts else parts)


def split_proofs(cause: Cause) -> tuple[list[Proof], list[Proof]]:
    """Return the strongest evidence for a cause and against it; what says nothing is left out."""
    speaking = [proof for proof in cause.evidence if math.isfinite(proof.likelihood_ratio)]
    pro = [proof for proof in speaking if proof.likelihood_ratio > 1]
    contra = [proof for proof in speaking if proof.likelihood_ratio < 1]
    return pro[:MAX_PROOFS], contra[:MAX_PROOFS]


def against(cause: Cause) -> tuple[str, str]:
    """Say in odds and in words what speaks most against a cause."""
    known = [proof for proof in cause.evidence if math.isfinite(proof.likelihood_ratio)]
    strongest = min(known, key=lambda proof: proof.likelihood_ratio, default=None)
    if strongest is None:
        return "", f"probability {probability(cause.probability)}"
    return odds(strongest.likelihood_ratio), strongest.text


def by_status(explanation: Explanation, *statuses: str) -> list[Cause]:
    """Return the causes of some statuses, in the order of the explanation."""
    return [cause for cause in explanation.causes if cause.status in statuses]


def ranked(explanation: Explanation) -> tuple[list[Cause], list[Cause]]:
    """Return the most probable causes that are left, and those that are left beside them."""
    left = by_status(explanation, "named", "possible")
    return left[:MAX_CAUSES], left[MAX_CAUSES:]


def ceiling(found: Ceiling) -> str:
    """Write the ceiling with its interval, what was observed and what guessing gives."""
    span = interval(found.low, found.high)
    parts = [f"{percent(found.value)} of val{f' (95 % interval {span} %)' if span else ''}"]
    if found.observed is not None:
        parts.append(f"you reported {percent(found.observed)}")
    parts.append(f"always the most frequent class: {percent(found.chance)}")
    return "; ".join(parts)


def said_of_learners(found: Ceiling) -> list[str]:
    """Say in words what the learners have in common, each thing once."""
    kappa = "" if "kappa" in found.text else agreement(found.agreement)
    return [text for text in (found.text, kappa) if text]


def agreement(kappa: float | None, who: str = "The learners") -> str:
    """Say how far the learners err on the same windows."""
    if kappa is None or not math.isfinite(kappa):
        return ""
    how = "on the same windows" if kappa >= 0.6 else "partly on the same windows" if kappa >= 0.3 else "each on its own"
    return f"{who} err {how} (Cohen's kappa {kappa:.2f})"


def left_out(explanation: Explanation) -> list[str]:
    """Write what was not run and why, each once."""
    told = [entry.partition(":")[0].strip() for entry in explanation.not_run]
    silent = [e for e in explanation.experiments if e.status in LEFT_OUT and e.name not in told]
    return [*explanation.not_run, *(f"{e.name}: {e.reason or e.status}" for e in silent)]


def cost(cause: Cause) -> str:
    """Say what a cause costs, where an experiment could tell."""
    if cause.effect is None or not math.isfinite(cause.effect):
        return ""
    return f"{100 * cause.effect:.1f} points of accuracy"


def answer(explanation: Explanation) -> str:
    """Return the summary; where there is none, the causes that are named."""
    named = by_status(explanation, "named")
    return explanation.summary or (listed(cause.name for cause in named) if named else "No cause could be named")


def last_epoch(curve: LearningCurve) -> str:
    """Write where a run ended, and its best epoch on val."""
    if not curve.epochs:
        return "no epoch was logged"
    parts = [f"{len(curve.epochs)} epoch{'' if len(curve.epochs) == 1 else 's'}"]
    known = [
        (value, epoch) for value, epoch in zip(curve.val_accuracy, curve.epochs, strict=False) if math.isfinite(value)
    ]
    if known:
        best, epoch = max(known, key=lambda pair: pair[0])
        parts.append(f"val accuracy at best {percent(best)} (epoch {epoch}), at last {percent(known[-1][0])}")
    trained = [value for value in curve.train_accuracy if math.isfinite(value)]
    if trained:
        parts.append(f"train accuracy at last {percent(trained[-1])}")
    return "; ".join(parts)


def said_of_ladder(found: Ladder) -> list[str]:
    """Say in words what the configurations have in common, each thing once."""
    differ = "" if "spread" in found.text else spread(found)
    kappa = "" if "kappa" in found.text else agreement(found.agreement, "They")
    return [text for text in (found.text, differ, kappa) if text]


def spread(found: Ladder) -> str:
    """Say whether the configurations of a ladder differ beyond what drawing the val windows does."""
    if not math.isfinite(found.spread + found.by_sampling):
        return ""
    beyond = "more than" if found.spread > 1.5 * found.by_sampling else "no more than"
    return (
        f"Configurations differ by {100 * found.spread:.1f} points (standard deviation), {beyond} drawing that many "
        f"val windows does ({100 * found.by_sampling:.1f})"
    )
