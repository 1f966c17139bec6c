"""Learn the table of log likelihood ratios, and score it on base processes it has not seen.

``python -m benchmarks.diagnosis.learn rows.jsonl --write`` writes ``splitaudit/explanation/likelihoods.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.diagnosis.measure import rows as read
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.explanation.diagnosis import FILE, Table

TARGET = Path(__file__).parents[2] / "splitaudit" / "explanation" / FILE
MAX_EDGES = 6
STRENGTH = 0.1  # of the ridge penalty: larger C is weaker; chosen by leave-one-base-out
MIN_SHARE = 0.02  # outcomes seen in fewer cases say nothing
Row = dict[str, Any]


def edges_of(values: np.ndarray) -> list[float]:
    """Edges of bins that hold about equally many cases, rounded so that people can read them."""
    quantiles = np.quantile(values, np.linspace(0.06, 0.94, MAX_EDGES))
    scale = 10 ** np.floor(np.log10(max(np.ptp(values), 1e-9)) - 2)
    rounded = np.unique(np.round(quantiles / scale) * scale)
    return [float(f"{edge:.4g}") for edge in rounded if values.min() < edge <= values.max()]


def grid(cases: Sequence[Row]) -> dict[str, list[float]]:
    """Edges for every outcome that enough cases have."""
    keys = sorted({key for case in cases for key in case["values"]})
    found = {}
    for key in keys:
        values = np.array([case["values"][key] for case in cases if key in case["values"]], float)
        values = values[np.isfinite(values)]
        if len(values) >= MIN_SHARE * len(cases):
            grades = key.startswith("audit.")
            found[key] = [0.5, 1.5, 2.5, 3.5] if grades else edges_of(values)
    return found


def encode(cases: Sequence[Row], edges: dict[str, list[float]]) -> np.ndarray:
    """One column per edge (whether the value lies above it) and one per outcome for "not measured"."""
    columns = []
    for key, cuts in edges.items():
        values = np.array([case["values"].get(key, np.nan) for case in cases], float)
        known = np.isfinite(values)
        columns += [(known & (values >= cut)).astype(float) for cut in cuts]
        columns.append((~known).astype(float))
    return np.stack(columns, axis=1)


def fit(cases: Sequence[Row], strength: float = STRENGTH) -> dict[str, Any]:
    """Fit all ratios together and fold them into a table."""
    from sklearn.linear_model import LogisticRegression

    edges = grid(cases)
    X = encode(cases, edges)
    rows, labels, weights = [], [], []
    counts = {cause: sum(cause in case["causes"] for case in cases) for cause in NAMES}
    for i, case in enumerate(cases):
        for cause in case["causes"]:
            rows.append(i)
            labels.append(NAMES.index(cause))
            weights.append(1 / len(case["causes"]) / np.sqrt(max(counts[cause], 1)))
    weights = np.array(weights) / np.mean(weights)
    model = LogisticRegression(C=strength, max_iter=400, tol=1e-3)
    model.fit(X[rows], labels, sample_weight=weights)
    known = model.classes_
    coefficients = np.full((len(NAMES), X.shape[1]), 0.0)
    coefficients[known] = model.coef_
    prior = np.full(len(NAMES), -20.0)
    prior[known] = model.intercept_
    outcomes, at = {}, 0
    for key, cuts in edges.items():
        steps = coefficients[:, at : at + len(cuts)]
        bins = np.concatenate([np.zeros((len(NAMES), 1)), np.cumsum(steps, axis=1)], axis=1).T
        missing = coefficients[:, at + len(cuts)]
        at += len(cuts) + 1
        level = bins.mean(axis=0)
        prior += level
        outcomes[key] = {
            "edges": cuts,
            "bins": np.round(bins - level, 3).tolist(),
            "missing": np.round(missing - level, 3).tolist(),
        }
    return {"causes": list(NAMES), "prior": np.round(prior, 3).tolist(), "outcomes": outcomes}


def predict(cases: Sequence[Row], content: dict[str, Any]) -> np.ndarray:
    """Probabilities of the causes, by the product's own code."""
    from splitaudit.explanation.diagnosis import diagnose
    from splitaudit.explanation.outcomes import Seen

    table = Table.from_dict(content)
    out = []
    for case in cases:
        seen = {key: Seen(experiment="", outcome="", value=value, text="") for key, value in case["values"].items()}
        out.append(diagnose(seen, table).probabilities)
    return np.array(out)


def crossed(cases: Sequence[Row], strength: float = STRENGTH) -> np.ndarray:
    """Probabilities for every case from a table that saw no case of its base."""
    bases = np.array([case["base"] for case in cases])
    out = np.zeros((len(cases), len(NAMES)))
    for base in np.unique(bases):
        held = np.flatnonzero(bases == base)
        rest = [case for case, other in zip(cases, bases, strict=True) if other != base]
        out[held] = predict([cases[i] for i in held], fit(rest, strength))
    return out


def scores(cases: Sequence[Row], probabilities: np.ndarray) -> dict[str, float]:
    """Top-1, top-3, calibration error and false alarms; cases of two causes count where either is named."""
    single = [i for i, case in enumerate(cases) if len(case["causes"]) == 1]
    truth = np.array([NAMES.index(cases[i]["cause"]) for i in single])
    p = probabilities[single]
    order = np.argsort(-p, axis=1)
    healthy = truth == NAMES.index("healthy")
    named = (order[:, 0] != NAMES.index("healthy")) & (p.max(axis=1) > 0.5)
    pairs = [i for i, case in enumerate(cases) if len(case["causes"]) == 2]
    both = [len({NAMES[k] for k in np.argsort(-probabilities[i])[:2]} & set(cases[i]["causes"])) for i in pairs]
    return {
        "cases": len(single),
        "top1": float((order[:, 0] == truth).mean()),
        "top3": float((order[:, :3] == truth[:, None]).any(axis=1).mean()),
        "ece": calibration_error(p.max(axis=1), order[:, 0] == truth),
        "false_alarms": float(named[healthy].mean()) if healthy.any() else float("nan"),
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


def main() -> None:
    """Score, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="write the table that ships")
    parser.add_argument("--strength", type=float, nargs="*", default=[STRENGTH])
    parser.add_argument("--wrong", action="store_true", help="list the cases that were named wrong")
    arguments = parser.parse_args()
    cases = [case for path in arguments.rows for case in read(path)]
    for strength in arguments.strength:
        probabilities = crossed(cases, strength)
        print(strength, {key: round(value, 3) for key, value in scores(cases, probabilities).items()})
    print(confusion(cases, probabilities))
    bases = sorted({case["base"] for case in cases})
    for base in bases:
        own = [i for i, case in enumerate(cases) if case["base"] == base]
        found = scores([cases[i] for i in own], probabilities[own])
        print(f"{base:<14} {found['cases']:5d} top-1 {found['top1']:.2f} top-3 {found['top3']:.2f}")
    if arguments.wrong:
        for case, p in zip(cases, probabilities, strict=True):
            best = np.argsort(-p)[:3]
            if NAMES[best[0]] not in case["causes"]:
                guess = ", ".join(f"{NAMES[k]} {p[k]:.2f}" for k in best)
                print(f"{case['name']:<50} {case['seed']} {case['n']} {guess}")
    if arguments.write:
        TARGET.write_text(text(fit(cases, arguments.strength[-1])), encoding="utf-8")


def text(content: dict[str, Any]) -> str:
    """JSON with one bin per line."""
    lines = ["{", f' "causes": {json.dumps(content["causes"])},', f' "prior": {json.dumps(content["prior"])},']
    lines.append(' "outcomes": {')
    blocks = []
    for key, each in content["outcomes"].items():
        bins = ",\n".join(f"    {json.dumps(row)}" for row in each["bins"])
        blocks.append(
            f'  {json.dumps(key)}: {{\n   "edges": {json.dumps(each["edges"])},\n   "bins": [\n{bins}\n   ],\n'
            f'   "missing": {json.dumps(each["missing"])}\n  }}'
        )
    lines.append(",\n".join(blocks))
    lines += [" }", "}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
