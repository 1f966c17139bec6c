"""From probabilities to an answer: which causes are named, what speaks for and against each, and what would decide."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from splitaudit.explained import Cause, Proof
from splitaudit.explanation.cause import Case
from splitaudit.explanation.cause_catalog import all_causes
from splitaudit.explanation.diagnosis import Diagnosis
from splitaudit.explanation.outcomes import Seen
from splitaudit.wording import probability

NAMED, SECOND, POSSIBLE = 0.5, 0.25, 0.03
N_PROOFS = 6
PER_EXPERIMENT = 2
SPEAKS = 1.15  # likelihood ratios nearer to 1 say nothing worth a line


def causes_of(diagnosis: Diagnosis, seen: Mapping[str, Seen], case: Case, *, enough: bool) -> tuple[Cause, ...]:
    """Return all causes, most probable first; none is named where there is not enough data to tell."""
    order = np.argsort(-diagnosis.probabilities, kind="stable")
    named = _named(diagnosis, order) if enough else set()
    out = []
    for k in order:
        spec = all_causes()[diagnosis.causes[k]]
        p = float(diagnosis.probabilities[k])
        status = "named" if k in named else "possible" if p >= POSSIBLE or not enough else "ruled out"
        if p == 0.0:
            status = "not judged"
        cost = seen.get(spec.costs)
        out.append(
            Cause(
                name=spec.name,
                title=spec.title,
                probability=p,
                status=status,
                where=spec.locate(case) if status != "ruled out" else Case.nowhere(),
                evidence=_proofs(diagnosis, int(k), seen, against=status == "ruled out"),
                remedy=spec.remedy,
                effect=cost.value if cost is not None else None,
            )
        )
    return tuple(out)


def _named(diagnosis: Diagnosis, order: np.ndarray) -> set[int]:
    """The first cause if it is more probable than not, or the first two if together they are and both well above."""
    p = diagnosis.probabilities
    first, second = int(order[0]), int(order[1])
    if (
        p[second] >= SECOND
        and p[first] + p[second] >= NAMED + SECOND
        and "healthy"
        not in (
            diagnosis.causes[first],
            diagnosis.causes[second],
        )
    ):
        return {first, second}
    return {first} if p[first] >= NAMED else set()


def _proofs(diagnosis: Diagnosis, cause: int, seen: Mapping[str, Seen], *, against: bool) -> tuple[Proof, ...]:
    """The outcomes that move the odds of a cause most, at most two of one experiment; first those that decide."""
    ratios = {key: diagnosis.ratio(key, cause) for key in diagnosis.added if key in seen and seen[key].text}
    spec = all_causes()[diagnosis.causes[cause]]
    own = {*spec.rises, *spec.falls}  # what the cause is recognised by is said first
    order = sorted(ratios, key=lambda key: (key not in own, ratios[key] if against else -ratios[key]))
    chosen: list[Proof] = []
    counts: dict[str, int] = {}
    texts: set[str] = set()
    for key in order:
        speaks = ratios[key] <= 1 / SPEAKS if against else ratios[key] >= SPEAKS
        each = seen[key]
        if not speaks or counts.get(each.experiment, 0) >= PER_EXPERIMENT or each.text in texts:
            continue
        counts[each.experiment] = counts.get(each.experiment, 0) + 1
        texts.add(each.text)
        chosen.append(
            Proof(experiment=each.experiment, outcome=each.outcome, likelihood_ratio=ratios[key], text=each.text)
        )
        if len(chosen) == N_PROOFS:
            break
    return tuple(chosen)


def summary_of(causes: tuple[Cause, ...], *, enough: bool) -> tuple[str, str]:
    """Return the answer in one sentence, and what is undecided (empty where the answer is clear)."""
    named = [cause for cause in causes if cause.status == "named"]
    first, second = causes[0], causes[1]
    if not enough:
        return (
            "There is not enough data to tell what holds validation back.",
            "With so few windows no cause can be told from chance; more labelled windows would decide.",
        )
    if len(named) == 2:
        return f"Two causes: {_lower(named[0].title)} and {_lower(named[1].title)}.", ""
    if named:
        return f"{first.title.rstrip('.')} ({first.name}, {probability(first.probability)}).", ""
    one, other = (f"{cause.name} ({probability(cause.probability)})" for cause in (first, second))
    decides = _lower(all_causes()[first.name].decides)
    return (
        f"Most probably {one}, but {other} is not excluded.",
        f"{one} and {other} cannot be told apart here; this would decide: {decides}.",
    )


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")
