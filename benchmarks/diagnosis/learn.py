"""Learn the table of log likelihood ratios from measured cases: of all bases, or of all but one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize, special

from splitaudit.explanation.cause_catalog import NAMES, all_causes
from splitaudit.explanation.diagnosis import FILE, Table

TARGET = Path(__file__).parents[2] / "splitaudit" / "explanation" / FILE
MAX_EDGES = 6
STRENGTH = 0.3  # ridge penalty on outcomes that a cause names; both were chosen by leave-one-base-out
ASIDE = 3.0  # and on others
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


def fit(cases: Sequence[Row], strength: float = STRENGTH, aside: float = ASIDE) -> dict[str, Any]:
    """Fit all ratios together and fold them into a table.

    Multinomial logistic regression on the steps of all outcomes, with a ridge penalty that is weak where the page of a
    cause names the outcome and strong elsewhere, and with the sign that the page names: an outcome by which a cause is
    recognised cannot come to speak against it because of the few cases at hand.
    """
    edges = grid(cases)
    X = encode(cases, edges)
    low, high, penalty = constraints(edges, strength, aside)
    targets, weights = wanted(cases)
    k, p = len(NAMES), X.shape[1]
    start = np.log(np.maximum((targets * weights[:, None]).sum(axis=0) / weights.sum(), 1e-4))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        coefficients, level = flat[: k * p].reshape(k, p), flat[k * p :]
        scores = X @ coefficients.T + level
        log = scores - special.logsumexp(scores, axis=1, keepdims=True)
        value = -(weights * (targets * log).sum(axis=1)).sum() + 0.5 * (penalty * coefficients**2).sum()
        off = weights[:, None] * (np.exp(log) * targets.sum(axis=1, keepdims=True) - targets)
        return value, np.concatenate([(off.T @ X + penalty * coefficients).ravel(), off.sum(axis=0)])

    free = [(None, None)] * k
    bounds = [*zip(low.ravel(), high.ravel(), strict=True), *free]
    found = optimize.minimize(
        loss,
        np.concatenate([np.zeros(k * p), start]),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 300},
    )
    return folded(found.x[: k * p].reshape(k, p), found.x[k * p :], edges)


def constraints(
    edges: dict[str, list[float]], strength: float, aside: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest and highest value and penalty of the coefficient of each cause (rows) and column of :func:`encode`."""
    low, high, penalty = [], [], []
    for name in NAMES:
        spec = all_causes()[name]
        lows, highs, costs = [], [], []
        for key, cuts in edges.items():
            listed = key in spec.rises or key in spec.falls
            lows += [0.0 if key in spec.rises else -np.inf] * len(cuts) + [-np.inf]
            highs += [0.0 if key in spec.falls else np.inf] * len(cuts) + [np.inf]
            costs += [strength if listed else aside] * len(cuts) + [aside]
        low.append(lows)
        high.append(highs)
        penalty.append(costs)
    return np.array(low), np.array(high), np.array(penalty)


def wanted(cases: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """What should be said of each case, shared by its causes, and its weight: frequent causes weigh less each time."""
    targets = np.zeros((len(cases), len(NAMES)))
    for i, case in enumerate(cases):
        for cause in case["causes"]:
            targets[i, NAMES.index(cause)] = 1 / len(case["causes"])
    counts = np.maximum(targets.sum(axis=0), 1)
    weights = targets @ (1 / np.sqrt(counts))
    return targets, weights / weights.mean()


def folded(coefficients: np.ndarray, prior: np.ndarray, edges: dict[str, list[float]]) -> dict[str, Any]:
    """Steps added up to one row per bin, around zero for the middle of the bins."""
    outcomes, at = {}, 0
    for key, cuts in edges.items():
        steps = coefficients[:, at : at + len(cuts)]
        bins = np.concatenate([np.zeros((len(NAMES), 1)), np.cumsum(steps, axis=1)], axis=1).T
        missing = coefficients[:, at + len(cuts)]
        at += len(cuts) + 1
        level = bins.mean(axis=0)
        prior = prior + level
        outcomes[key] = {
            "edges": cuts,
            "bins": np.round(bins - level, 2).tolist(),
            "missing": np.round(missing - level, 2).tolist(),
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


def crossed(cases: Sequence[Row], strength: float = STRENGTH, aside: float = ASIDE) -> np.ndarray:
    """Probabilities for every case from a table that saw no case of its base."""
    bases = np.array([case["base"] for case in cases])
    out = np.zeros((len(cases), len(NAMES)))
    for base in np.unique(bases):
        held = np.flatnonzero(bases == base)
        rest = [case for case, other in zip(cases, bases, strict=True) if other != base]
        out[held] = predict([cases[i] for i in held], fit(rest, strength, aside))
    return out


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
