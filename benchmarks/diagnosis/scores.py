"""What the diagnosis is scored by: causes named, calibration, false alarms, places, and the confusion matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.diagnosis.favour import HEALTHY, alarmed
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.explanation.outcomes import SPLIT

Row = dict[str, Any]


def report(cases: Sequence[Row], probabilities: np.ndarray, *, wrong: bool = False) -> str:
    """Everything as text."""
    lines = [summary(cases, probabilities), "", confusion(cases, probabilities), ""]
    for key in ("base", "severity"):
        for value in sorted({case[key] for case in cases}):
            own = [i for i, case in enumerate(cases) if case[key] == value]
            found = scores([cases[i] for i in own], probabilities[own])
            lines.append(f"{value:<14} {found['cases']:5.0f} top-1 {found['top1']:.2f} top-3 {found['top3']:.2f}")
    lines += ["", reliability(cases, probabilities)]
    if wrong:
        lines += ["", *mistakes(cases, probabilities)]
    return "\n".join(lines)


def summary(cases: Sequence[Row], probabilities: np.ndarray) -> str:
    """One score a line."""
    return "\n".join(f"{name:<20} {value:.3f}" for name, value in scores(cases, probabilities).items())


def mistakes(cases: Sequence[Row], probabilities: np.ndarray) -> list[str]:
    """The cases that were named wrong, and what was said of them."""
    out = []
    for case, p in zip(cases, probabilities, strict=True):
        best = np.argsort(-p)[:3]
        if NAMES[best[0]] not in case["causes"]:
            guess = ", ".join(f"{NAMES[k]} {p[k]:.2f}" for k in best)
            out.append(f"{case['name']:<50} {case['seed']} {case['n']} {guess}")
    return out


def reliability(cases: Sequence[Row], probabilities: np.ndarray) -> str:
    """Of the causes given so much, how many are right."""
    single = [i for i, case in enumerate(cases) if len(case["causes"]) == 1]
    p = probabilities[single]
    right = p.argmax(axis=1) == [NAMES.index(cases[i]["cause"]) for i in single]
    sure = p.max(axis=1)
    lines = ["probability   cases  said   right"]
    for low in np.arange(0.0, 1.0, 0.1):
        inside = (sure >= low) & (sure < low + 0.1 + 1e-9 * (low > 0.85))
        if inside.any():
            said, seen = sure[inside].mean(), right[inside].mean()
            lines.append(f"{low:.1f} to {low + 0.1:.1f}    {inside.sum():5d}  {said:.2f}   {seen:.2f}")
    return "\n".join(lines)


def scores(cases: Sequence[Row], probabilities: np.ndarray) -> dict[str, float]:
    """Top-1, top-3, calibration error and false alarms; cases of two causes count where either is named."""
    single = [i for i, case in enumerate(cases) if len(case["causes"]) == 1]
    truth = np.array([NAMES.index(cases[i]["cause"]) for i in single])
    p = probabilities[single]
    order = np.argsort(-p, axis=1)
    healthy = truth == HEALTHY
    named = (order[:, 0] != HEALTHY) & (p.max(axis=1) > 0.5)
    pairs = [i for i, case in enumerate(cases) if len(case["causes"]) == 2]
    both = [len({NAMES[k] for k in np.argsort(-probabilities[i])[:2]} & set(cases[i]["causes"])) for i in pairs]
    places = [cases[i]["place"] for i in single if cases[i].get("place") is not None]
    sound = [cases[i] for i, at in zip(single, healthy, strict=True) if at]
    errors = [bool(case["errors"]) for case in sound]
    known = [bool(case["errors"]) for case in sound if f"{SPLIT}.groups" in case["values"]]
    return {
        "cases": len(single),
        "top1": float((order[:, 0] == truth).mean()),
        "top3": float((order[:, :3] == truth[:, None]).any(axis=1).mean()),
        "ece": calibration_error(p.max(axis=1), order[:, 0] == truth),
        "false_alarms": float(named[healthy].mean()) if healthy.any() else float("nan"),
        "alarms": float(alarmed(cases, probabilities).mean()) if errors else float("nan"),  # either of the two
        "false_errors": float(np.mean(errors)) if errors else float("nan"),
        "false_errors_known": float(np.mean(known)) if known else float("nan"),  # where groups are known
        "places": float(np.mean(places)) if places else float("nan"),
        "pairs": len(pairs),
        "pairs_one_named": float(np.mean([count >= 1 for count in both])) if pairs else float("nan"),
        "pairs_both_named": float(np.mean([count == 2 for count in both])) if pairs else float("nan"),
    }


def calibration_error(sure: np.ndarray, right: np.ndarray, n_bins: int = 10) -> float:
    """Expected calibration error over equally wide bins of confidence."""
    at = np.clip((sure * n_bins).astype(int), 0, n_bins - 1)
    return float(sum(abs(sure[at == b].mean() - right[at == b].mean()) * (at == b).mean() for b in np.unique(at)))


def confusion(cases: Sequence[Row], probabilities: np.ndarray) -> str:
    """Confusion matrix as text: rows are what was planted, columns what was named."""
    table = np.zeros((len(NAMES), len(NAMES)), int)
    for case, p in zip(cases, probabilities, strict=True):
        if len(case["causes"]) == 1:
            table[NAMES.index(case["cause"]), int(p.argmax())] += 1
    width = max(map(len, NAMES))
    short = ["".join(part[:2] for part in name.split("_"))[:5] for name in NAMES]
    lines = [" " * width + "".join(f"{name:>6}" for name in short)]
    lines += [f"{name:<{width}}" + "".join(f"{count or '.':>6}" for count in table[i]) for i, name in enumerate(NAMES)]
    return "\n".join(lines)
