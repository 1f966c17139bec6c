"""Learn the table of log likelihood ratios from measured cases: of all bases, or of all but one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import optimize, special

from benchmarks.diagnosis.favour import FAVOUR, HEALTHY, IS_SOUND
from splitaudit.explanation.cause_catalog import NAMES, all_causes
from splitaudit.explanation.diagnosis import FILE, Table
from splitaudit.explanation.outcomes import SPLIT
from splitaudit.explanation.repairs import REPAIRS, repairs

TARGET = Path(__file__).parents[2] / "splitaudit" / "explanation" / FILE
SEED_NOISE = Path(__file__).parent / "seed_noise.json"  # written by benchmarks.bench_still
RESOLUTION = 3.0  # times what a seed moves
QUANTILES = (0.02, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98)  # each cause is rare, so what shows it is in the tails
OFTEN = 0.3  # share of cases from which on a value is common
STRENGTH = 0.3  # ridge penalty on outcomes that a cause names; both were chosen by leave-one-base-out
ASIDE = 3.0  # and on others
GRADES = [0.0, 1.0, 2.0, 3.0, 4.0]
ALWAYS = {"audit", "cross-validation", "own-training", SPLIT}
THINNED = 0.4  # weight of a case as a short budget leaves it, beside 1 for the whole
NEVER = -50.0
MIN_SHARE = 0.02  # outcomes seen in fewer cases say nothing
Row = dict[str, Any]


def values_of(values: np.ndarray, least: float = 0.0) -> list[float]:
    """Values at which ratios are learned, closer to each other in the tails, rounded so that people can read them.

    Where many cases share one value, such as 0 for "no label is wrong", quantiles of all cases would fall on it and
    leave little for the others, which are the ones that say something; so they are those of the others, and it.
    Values nearer than ``least`` to each other would learn from what the audit's seed moves; one of them is enough.
    """
    common, counts = np.unique(values, return_counts=True)
    often = common[counts.argmax()] if counts.max() >= OFTEN * len(values) else None
    other = values if often is None else values[values != often]
    quantiles = np.quantile(other, QUANTILES) if len(other) else np.empty(0)
    scale = 10 ** np.floor(np.log10(max(np.ptp(values), 1e-9)) - 2)
    rounded = [*np.round(quantiles / scale) * scale, *([] if often is None else [often])]
    return _apart(sorted({float(f"{value:.4g}") for value in rounded}), least)


def _apart(values: list[float], least: float) -> list[float]:
    """Rising values of which some are left out until all are so far from each other; the first and the last stay."""
    kept = values[:1]
    for value in values[1:-1]:
        if value - kept[-1] >= least and values[-1] - value >= least:
            kept.append(value)
    return kept + values[1:][-1:]


@dataclass(frozen=True, slots=True)
class Ramps:
    """Values ``at`` which an outcome's ratios are learned, (m,), and the mean height of each ramp between two of them.

    A ramp rises from 0 at one value to 1 at the next, so that sums of ramps are what is linear in between.
    """

    at: np.ndarray
    mean: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, at: Sequence[float]) -> Ramps:
        """Ramps between ``at``, and their mean over values."""
        ramps = cls(np.array(at), np.zeros(len(at) - 1))
        return replace(ramps, mean=ramps.heights(values).mean(axis=0))

    def heights(self, values: np.ndarray) -> np.ndarray:
        """Height of each ramp less its mean at each value, shape (n, m - 1); 0 where there is no value."""
        heights = np.clip((values[:, None] - self.at[:-1]) / np.diff(self.at), 0, 1) - self.mean
        return np.where(np.isfinite(heights), heights, 0.0)


def ramps_of(cases: Sequence[Row]) -> dict[str, Ramps]:
    """Ramps for every outcome that enough cases have, and that is not the same in all."""
    found, moved = {}, json.loads(SEED_NOISE.read_text())
    for key in sorted({key for case in cases for key in case["values"]}):
        if key.startswith(f"{SPLIT}."):  # a fact about the input, not an outcome
            continue
        values = np.array([case["values"][key] for case in cases if key in case["values"]], float)
        values = values[np.isfinite(values)]
        least = RESOLUTION * moved.get(key, 0.0)
        at = GRADES if key.startswith("audit.") else values_of(values, least) if len(values) else []
        if len(values) >= MIN_SHARE * len(cases) and len(at) > 1:
            found[key] = Ramps.of(values, at)
    return found


def encode(cases: Sequence[Row], ramps: dict[str, Ramps]) -> np.ndarray:
    """One column per ramp."""
    columns = []
    for key, each in ramps.items():
        values = np.array([case["values"].get(key, np.nan) for case in cases], float)
        columns.append(each.heights(np.where(np.isfinite(values), values, np.nan)))
    return np.concatenate(columns, axis=1)


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

    Multinomial logistic regression on the ramps of all outcomes, with a ridge penalty that is weak where the page of a
    cause names the outcome and strong elsewhere, and with the sign that the page names: an outcome by which a cause is
    recognised cannot come to speak against it because of the few cases at hand.
    """
    ramps = ramps_of(cases)
    every = [*cases, *thinned(cases, np.random.default_rng(0))]
    X = encode(every, ramps)
    low, high, penalty = constraints(ramps, strength, aside)
    targets, weights = wanted(every)
    weights[len(cases) :] *= THINNED
    possible = np.where(judgeable(every), 0.0, NEVER)
    k, p = len(NAMES), X.shape[1]
    start = np.log(np.maximum((targets * weights[:, None]).sum(axis=0) / weights.sum(), 1e-4))

    family = np.eye(k)
    family[IS_SOUND, HEALTHY] = 1.0

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
    prior[IS_SOUND] += FAVOUR
    return folded(family @ found.x[: k * p].reshape(k, p), prior, ramps)


def constraints(ramps: dict[str, Ramps], strength: float, aside: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lowest and highest value and penalty of the coefficient of each cause (rows) and column of :func:`encode`."""
    low, high, penalty = [], [], []
    for name in NAMES:
        spec = all_causes()[name]
        lows, highs, costs = [], [], []
        for key, each in ramps.items():
            count = len(each.mean)
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


def folded(coefficients: np.ndarray, prior: np.ndarray, ramps: dict[str, Ramps]) -> dict[str, Any]:
    """Ramps added up to one row per value; over all cases that have the outcome they add nothing on average."""
    outcomes, start = {}, 0
    for key, each in ramps.items():
        own = coefficients[:, start : start + len(each.mean)]
        start += len(each.mean)
        rows = np.concatenate([np.zeros((len(NAMES), 1)), np.cumsum(own, axis=1)], axis=1).T - own @ each.mean
        outcomes[key] = {"at": each.at.tolist(), "log_ratios": np.round(rows, 2).tolist()}
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
    """JSON with one value of an outcome per line."""
    lines = ["{", f' "causes": {json.dumps(content["causes"])},', f' "prior": {json.dumps(content["prior"])},']
    lines += [f' "needs": {json.dumps(content["needs"])},', ' "outcomes": {']
    blocks = []
    for key, each in content["outcomes"].items():
        rows = ",\n".join(f"    {json.dumps(row)}" for row in each["log_ratios"])
        at = json.dumps(each["at"])
        blocks.append(f'  {json.dumps(key)}: {{\n   "at": {at},\n   "log_ratios": [\n{rows}\n   ]\n  }}')
    lines.append(",\n".join(blocks))
    lines += [" }", "}", ""]
    return "\n".join(lines)
