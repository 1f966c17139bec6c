"""Whether a verdict holds still when only the audit's seed changes: ``python -m benchmarks.bench_still [--smoke]``.

For every cause a base and a flaw are drawn (by a seed of their own, so nobody picked them), each at a moderate and a
severe degree; every healthy control stands beside them. The data stay as they are; audit and probe experiments are run
under ``--seeds`` values of ``random_state``. A case is still if the verdict's status and the first cause are the same
under all of them. A table lists what moves, how far the probability of the first cause goes, and which outcomes carry
the difference between the seeds that are furthest apart. ``--rows FILE`` keeps every run as a line of JSON and goes on
where it stopped; ``--write`` says how far seeds move each outcome to those who learn the table.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.diagnosis.learn import SEED_NOISE
from splitaudit.audit import Settings, audit_prepared, prepare
from splitaudit.explanation import catalog
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.explanation.diagnosis import diagnose, table
from splitaudit.explanation.lab import Lab
from splitaudit.explanation.outcomes import Seen, values
from splitaudit.explanation.run import Run
from splitaudit.zoo.cases import HEALTHY
from splitaudit.zoo.explained_cases import cause_of, explained_cases, make_explained

DRAWN_BY = 20
DEGREES = ("moderate", "severe")
N_CARRIERS = 3
LEAST_CASES = 6
Row = dict[str, Any]


def drawn(seed: int = DRAWN_BY) -> list[str]:
    """One base and flaw for each cause and degree, and every healthy control."""
    by_kind = defaultdict(list)
    for name in explained_cases():
        if not name.startswith(("pair/", "healthy/")):
            by_kind[cause_of(name)[0], name.rpartition("/")[2]].append(name)
    rng = np.random.default_rng(seed)
    singles = [str(rng.choice(by_kind[cause, degree])) for cause in NAMES for degree in DEGREES]
    return [*singles, *(f"healthy/{name}" for name in HEALTHY if name != "without_labels")]


def measure(name: str, seed: int) -> Row:
    """Explain one case by probes alone, under one ``random_state``."""
    started = time.perf_counter()
    planted = make_explained(name)
    settings = Settings(random_state=seed)
    train, val, context = prepare(planted.train, planted.val, settings, training=planted.training)
    report = audit_prepared((planted.train, planted.val), train, val, context, settings)
    lab = Lab(train=train, val=val, ctx=context, findings={finding.rule: finding for finding in report.findings})
    running = Run(lab=lab, deadline=np.inf)
    for spec in catalog.all_experiments():
        running.experiment(spec)
    explained = running.explanation(0.0)
    return {
        "name": name,
        "seed": seed,
        "cause": planted.truth.cause,
        "status": report.verdict.status,
        "grades": {f.rule: f.severity for f in report.findings if f.severity in ("error", "warning")},
        "first": explained.causes[0].name,
        "named": [cause.name for cause in explained.causes if cause.status == "named"],
        "values": values(running.seen()),
        "seconds": round(time.perf_counter() - started, 2),
    }


def read(path: Path) -> list[Row]:
    """Return the rows of a file; none where there is no file yet."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def measure_all(path: Path, cases: Sequence[str], n_seeds: int, seconds: float) -> None:
    """Measure what the file lacks, a seed for all cases before the next, within so many seconds."""
    done = {(row["name"], row["seed"]) for row in read(path)}
    deadline = time.monotonic() + seconds
    with path.open("a") as out:
        for seed in range(n_seeds):
            for name in cases:
                if (name, seed) not in done and time.monotonic() < deadline:
                    out.write(json.dumps(measure(name, seed)) + "\n")
                    out.flush()


def asked(row: Row) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Probabilities of the causes by the table that ships, and what each outcome added."""
    seen = {key: Seen(experiment="", outcome="", value=value, text="") for key, value in row["values"].items()}
    found = diagnose(seen, table())
    return found.probabilities, dict(found.added)


def compare(runs: Sequence[Row]) -> Row:
    """What the seeds of one case have in common."""
    answers = [asked(row) for row in runs]
    p = np.array([probabilities for probabilities, _ in answers])
    firsts = Counter(NAMES[k] for k in p.argmax(axis=1))
    usual = NAMES.index(firsts.most_common(1)[0][0])
    high, low = int(p[:, usual].argmax()), int(p[:, usual].argmin())
    rival = int(np.delete(np.arange(len(NAMES)), usual)[np.delete(p[low], usual).argmax()])
    moved = {
        key: float((answers[high][1][key] - answers[low][1][key]) @ _against(usual, rival)) for key in answers[high][1]
    }
    carriers = sorted((key for key in moved if moved[key] > 0), key=lambda key: -moved[key])[:N_CARRIERS]
    return {
        "name": runs[0]["name"],
        "cause": runs[0]["cause"],
        "seeds": len(runs),
        "statuses": Counter(row["status"] for row in runs),
        "firsts": firsts,
        "named": Counter("+".join(row["named"]) or "none" for row in runs),
        "movement": float(np.ptp(p[:, usual])),
        "usual": NAMES[usual],
        "range": (float(p[:, usual].min()), float(p[:, usual].max())),
        "carriers": [(key, moved[key]) for key in carriers],
        "right": sum(NAMES[k] == runs[0]["cause"] for k in p.argmax(axis=1)) / len(runs),
    }


def _against(usual: int, rival: int) -> np.ndarray:
    direction = np.zeros(len(NAMES))
    direction[usual], direction[rival] = 1.0, -1.0
    return direction


def seed_noise(runs: Sequence[Sequence[Row]]) -> dict[str, float]:
    """How far a seed moves each outcome: the root mean square over cases, without the tenth that it moves most."""
    squares = defaultdict(list)
    for rows in runs:
        for key in set.intersection(*(set(row["values"]) for row in rows)) if len(rows) > 2 else ():
            squares[key].append(float(np.var([row["values"][key] for row in rows], ddof=1)))
    noise = {
        key: float(f"{np.sqrt(np.mean(np.sort(found)[: max(1, int(0.9 * len(found)))])):.3g}")
        for key, found in sorted(squares.items())
        if len(found) >= LEAST_CASES
    }
    return {key: size for key, size in noise.items() if size > 0}


def show(cases: Sequence[Row], console: Console) -> None:
    """Print the cases that move and the shares."""
    shown = Table(title="what moves with the seed alone")
    for column in ("case", "planted", "status", "first cause", "probability", "carried by (log odds)"):
        shown.add_column(column, overflow="fold")
    still = [case for case in cases if len(case["firsts"]) == 1 and len(case["statuses"]) == 1]
    for case in sorted(cases, key=lambda case: -case["movement"]):
        if case in still and case["movement"] < 0.1:
            continue
        shown.add_row(
            case["name"],
            case["cause"],
            _counted(case["statuses"]),
            _counted(case["firsts"]),
            f"{case['usual']} {case['range'][0]:.2f} to {case['range'][1]:.2f}",
            ", ".join(f"{key} {size:.1f}" for key, size in case["carriers"]),
        )
    console.print(shown)
    movements = np.array([case["movement"] for case in cases])
    same_first = sum(len(case["firsts"]) == 1 for case in cases)
    same_status = sum(len(case["statuses"]) == 1 for case in cases)
    same_named = sum(len(case["named"]) == 1 for case in cases)
    console.print(
        f"{len(cases)} cases under {min(c['seeds'] for c in cases)} to {max(c['seeds'] for c in cases)} seeds: status "
        f"and first cause the same in {len(still)} (status {same_status}, first cause {same_first}, named causes "
        f"{same_named}); the first cause's probability moves by less than 0.1 in {(movements < 0.1).sum()}, by "
        f"{np.median(movements):.3f} in the median and {movements.max():.2f} at most; the first cause is that which "
        f"was planted in {np.mean([case['right'] for case in cases]):.1%} of runs"
    )


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one case under two seeds")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3600.0, help="for measuring")
    parser.add_argument("--rows", type=Path, help="a file of measured runs, which grows")
    parser.add_argument("--only", default="", help="cases whose name holds this")
    parser.add_argument("--write", action="store_true", help="write how far seeds move each outcome")
    parser.add_argument("--some", type=int, help="so many of the cases, drawn at random")
    arguments = parser.parse_args()
    cases = [name for name in drawn() if arguments.only in name]
    if arguments.some is not None:
        cases = np.random.default_rng(DRAWN_BY).permutation(cases)[: arguments.some].tolist()
    n_seeds = arguments.seeds
    if arguments.smoke:
        cases, n_seeds = ["healthy/forty_windows"], 2
    path = arguments.rows or Path(tempfile.mkdtemp()) / "rows.jsonl"
    measure_all(path, cases, n_seeds, arguments.seconds)
    runs = defaultdict(list)
    for row in read(path):
        if row["name"] in cases and row["seed"] < n_seeds:
            runs[row["name"]].append(row)
    show([compare(each) for each in runs.values()], Console(width=160))
    if arguments.write:
        SEED_NOISE.write_text(json.dumps(seed_noise(list(runs.values())), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
