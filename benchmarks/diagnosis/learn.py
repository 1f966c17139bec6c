"""Learn the table of log likelihood ratios from measured cases: of all bases, or of all but one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize, special

from splitaudit.explanation.cause_catalog import NAMES, all_causes
from splitaudit.explanation.diagnosis import FILE, Table
from splitaudit.explanation.outcomes import SPLIT
from splitaudit.explanation.repairs import REPAIRS, repairs

TARGET = Path(__file__).parents[2] / "splitaudit" / "explanation" / FILE
QUANTILES = (0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98)  # each cause is rare, so what shows it is in the tails
OFTEN = 0.3  # share of cases from which on a value is common
STRENGTH = 0.3  # ridge penalty on outcomes that a cause names; both were chosen by leave-one-base-out
ASIDE = 3.0  # and on others
GRADES = [0.5, 1.5, 2.5, 3.5]
ALWAYS = {"audit", "cross-validation", "own-training", SPLIT}
THINNED = 0.4  # weight of a case as a short budget leaves it, beside 1 for the whole
NEVER = -50.0
FAVOUR = 1.5  # log odds given to sound splits beyond their share of the zoo: a false alarm costs more than a miss
# causes of splits that are sound: what does not tell of them says of them what it says of sound splits
SOUND_OTHERWISE = ("model_fault",)
MIN_SHARE = 0.02  # outcomes seen in fewer cases say nothing
Row = dict[str, Any]


def edges_of(values: np.ndarray) -> list[float]:
    """Edges of bins, closer to each other in the tails, rounded so that people can read them.

    Where many cases share one value, such as 0 for "no label is wrong", quantiles of all cases would fall on it and
    leave little for the others, which are the ones that say something; so they are those of the others.
    """
    common, counts = np.unique(values, return_counts=True)
    other = values[values != common[counts.argmax()]] if counts.max() >= OFTEN * len(values) else values
    quantiles = np.quantile(other, QUANTILES) if len(other) else np.empty(0)
    scale = 10 ** np.floor(np.log10(max(np.ptp(values), 1e-9)) - 2)
    rounded = np.unique(np.round(quantiles / scale) * scale)
    return [float(f"{edge:.4g}") for edge in rounded if values.min() < edge <= values.max()]


@dataclass(frozen=True, slots=True)
class Steps:
    """Edges of an outcome's bins, and the share of cases whose value lies above each."""

    edges: list[float]
    above: np.ndarray


def grid(cases: Sequence[Row]) -> dict[str, Steps]:
    """Edges for every outcome that enough cases have."""
    found = {}
    for key in sorted({key for case in cases for key in case["values"]}):
        if key.startswith(f"{SPLIT}."):  # a fact about the input, not an outcome
            continue
        values = np.array([case["values"][key] for case in cases if key in case["values"]], float)
        values = values[np.isfinite(values)]
        if len(values) >= MIN_SHARE * len(cases):
            edges = GRADES if key.startswith("audit.") else edges_of(values)
            found[key] = Steps(edges, np.array([(values >= edge).mean() for edge in edges]))
    return found


def encode(cases: Sequence[Row], steps: dict[str, Steps]) -> np.ndarray:
    """One column per edge: whether the value lies above it, less how often values do; 0 where there is none."""
    columns = []
    for key, each in steps.items():
        values = np.array([case["values"].get(key, np.nan) for case in cases], float)
        known = np.isfinite(values)
        columns += [
            np.where(known, (values >= edge) - above, 0.0) for edge, above in zip(each.edges, each.above, strict=True)
        ]
    return np.stack(columns, axis=1)


def complete(case: Row) -> Row:
    """Add what follows from the other outcomes of a case."""
    measured = {key: value for key, value in case["values"].items() if not key.startswith(f"{REPAIRS}.")}
    return {**case, "values": measured | {f"{REPAIRS}.{name}": v for name, (v, _) in repairs(measured).items()}}


def thinned(cases: Sequence[Row], rng: np.random.Generator) -> list[Row]:
    """Every case once more as a short budget would leave it: the audit, cross-validation and some other experiments."""
    out = []
    for case in cases:
        names = sorted({key.rpartition(".")[0] for key in case["values"]} - ALWAYS)
        kept = {name for name in names if rng.random() < rng.uniform(0.2, 0.9)} | ALWAYS
        out.append(
            complete({**case, "values": {k: v for k, v in case["values"].items() if k.rpartition(".")[0] in kept}})
        )
    return out


def fit(cases: Sequence[Row], strength: float = STRENGTH, aside: float = ASIDE) -> dict[str, Any]:
    """Fit all ratios together and fold them into a table.

    Multinomial logistic regression on the steps of all outcomes, with a ridge penalty that is weak where the page of a
    cause names the outcome and strong elsewhere, and with the sign that the page names: an outcome by which a cause is
    recognised cannot come to speak against it because of the few cases at hand.
    """
    steps = grid(cases)
    every = [*cases, *thinned(cases, np.random.default_rng(0))]
    X = encode(every, steps)
    low, high, penalty = constraints(steps, strength, aside)
    targets, weights = wanted(every)
    weights[len(cases) :] *= THINNED
    possible = np.where(judgeable(every), 0.0, NEVER)
    k, p = len(NAMES), X.shape[1]
    start = np.log(np.maximum((targets * weights[:, None]).sum(axis=0) / weights.sum(), 1e-4))

    family = np.eye(k)
    family[[NAMES.index(name) for name in SOUND_OTHERWISE], NAMES.index("healthy")] = 1.0

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        coefficients, level = flat[: k * p].reshape(k, p), flat[k * p :]
        scores = X @ (family @ coefficients).T + level + possible
        log = scores - special.logsumexp(scores, axis=1, keepdims=True)
        value = -(weights * (targets * log).sum(axis=1)).sum() + 0.5 * (penalty * coefficients**2).sum()
        off = weights[:, None] * (np.exp(log) * targets.sum(axis=1, keepdims=True) - targets)
        slope = family.T @ (off.T @ X) + penalty * coefficients
        return value, np.concatenate([slope.ravel(), off.sum(axis=0)])

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
    prior = found.x[k * p :]
    prior[NAMES.index("healthy")] += FAVOUR
    return folded(family @ found.x[: k * p].reshape(k, p), prior, steps)


def constraints(steps: dict[str, Steps], strength: float, aside: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest and highest value and penalty of the coefficient of each cause (rows) and column of :func:`encode`."""
    low, high, penalty = [], [], []
    for name in NAMES:
        spec = all_causes()[name]
        lows, highs, costs = [], [], []
        for key, each in steps.items():
            count = len(each.edges)
            lows += [0.0 if key in spec.rises else -np.inf] * count
            highs += [0.0 if key in spec.falls else np.inf] * count
            costs += [strength if key in spec.rises or key in spec.falls else aside] * count
        low.append(lows)
        high.append(highs)
        penalty.append(costs)
    return np.array(low), np.array(high), np.array(penalty)


def judgeable(cases: Sequence[Row]) -> np.ndarray:
    """Which causes can be judged in each case, as the product decides it."""
    needs = {name: spec.needs for name, spec in all_causes().items() if spec.needs}
    table = Table(NAMES, np.zeros(len(NAMES)), {}, needs)
    return np.array([table.judged(case["values"]) for case in cases])


def wanted(cases: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """What should be said of each case, shared by its causes, and its weight: frequent causes weigh less each time."""
    targets = np.zeros((len(cases), len(NAMES)))
    for i, case in enumerate(cases):
        for cause in case["causes"]:
            targets[i, NAMES.index(cause)] = 1 / len(case["causes"])
    counts = np.maximum(targets.sum(axis=0), 1)
    weights = targets @ (1 / np.sqrt(counts))
    return targets, weights / weights.mean()


def folded(coefficients: np.ndarray, prior: np.ndarray, steps: dict[str, Steps]) -> dict[str, Any]:
    """Steps added up to one row per bin; over all cases that have the outcome they add nothing on average."""
    outcomes, at = {}, 0
    for key, each in steps.items():
        own = coefficients[:, at : at + len(each.edges)]
        bins = np.concatenate([np.zeros((len(NAMES), 1)), np.cumsum(own, axis=1)], axis=1).T - own @ each.above
        at += len(each.edges)
        outcomes[key] = {"edges": each.edges, "bins": np.round(bins, 2).tolist()}
    needs = {name: list(spec.needs) for name, spec in all_causes().items() if spec.needs}
    return {"causes": list(NAMES), "prior": np.round(prior, 3).tolist(), "needs": needs, "outcomes": outcomes}


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


def crossed(cases: Sequence[Row], asked: Sequence[Row], strength: float = STRENGTH, aside: float = ASIDE) -> np.ndarray:
    """Probabilities for every case that is asked about, from a table that saw no case of its base."""
    bases = np.array([case["base"] for case in asked])
    out = np.zeros((len(asked), len(NAMES)))
    for base in np.unique(bases):
        held = np.flatnonzero(bases == base)
        rest = [case for case in cases if case["base"] != base]
        out[held] = predict([asked[i] for i in held], fit(rest, strength, aside))
    return out


def text(content: dict[str, Any]) -> str:
    """JSON with one bin per line."""
    lines = ["{", f' "causes": {json.dumps(content["causes"])},', f' "prior": {json.dumps(content["prior"])},']
    lines += [f' "needs": {json.dumps(content["needs"])},', ' "outcomes": {']
    blocks = []
    for key, each in content["outcomes"].items():
        bins = ",\n".join(f"    {json.dumps(row)}" for row in each["bins"])
        blocks.append(
            f'  {json.dumps(key)}: {{\n   "edges": {json.dumps(each["edges"])},\n   "bins": [\n{bins}\n   ]\n  }}'
        )
    lines.append(",\n".join(blocks))
    lines += [" }", "}", ""]
    return "\n".join(lines)
