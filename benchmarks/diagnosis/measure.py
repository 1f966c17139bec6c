"""Measure cases of the zoo: audit and probe experiments, one line of JSON each.

``python -m benchmarks.diagnosis.measure rows.jsonl --seeds 0 1`` appends what is missing in the file.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

OFTEN = 3  # how much more often sound splits and pairs are measured than single causes


def measure(name: str, seed: int) -> dict[str, Any]:
    """Make a case and return its outcomes beside the truth."""
    from benchmarks.diagnosis.places import placed
    from benchmarks.recorded import worlds
    from splitaudit.audit import Settings, audit_prepared, prepare
    from splitaudit.explanation import catalog
    from splitaudit.explanation.cause import Case
    from splitaudit.explanation.cause_catalog import all_causes
    from splitaudit.explanation.lab import Lab
    from splitaudit.explanation.outcomes import flatten, values
    from splitaudit.explanation.runner import run
    from splitaudit.zoo.explained_cases import base_of, make_explained

    started = time.perf_counter()
    planted = make_explained(name, seed, worlds())
    settings = Settings(n_jobs=1)
    train, val, context = prepare(planted.train, planted.val, settings, training=planted.training)
    report = audit_prepared((planted.train, planted.val), train, val, context, settings)
    lab = Lab(
        train=train,
        val=val,
        ctx=context,
        findings={finding.rule: finding for finding in report.findings},
    )
    experiments = [run(spec, lab) for spec in catalog.all_experiments()]
    truth = planted.truth
    case = Case(lab=lab, experiments={each.name: each for each in experiments})
    known = all_causes().get(truth.cause)
    return {
        "name": name,
        "seed": seed,
        "base": base_of(name),
        "cause": truth.cause,
        "causes": list(truth.details.get("causes", [truth.cause])),
        "severity": truth.severity,
        "errors": [finding.rule for finding in report.findings if finding.severity == "error"],
        "values": values(flatten(report.findings, experiments, groups=lab.groups_known)),
        "crashed": [each.name + ": " + each.reason for each in experiments if each.status == "crashed"]
        + [f"{each.rule}: {each.message}" for each in report.findings if each.severity == "crashed"],
        "place": None if known is None else placed(truth, known.locate(case), planted.val),
        **verified(planted, name, seed),
        "n": [len(train), len(val)],
        "seconds": round(time.perf_counter() - started, 2),
    }


def verified(planted: Any, name: str, seed: int) -> dict[str, float]:
    """What a forest makes of the case: the effect of what was planted, and its skill on the sound twin."""
    import numpy as np

    from benchmarks.recorded import worlds
    from benchmarks.verify_zoo import effect, hits
    from splitaudit.zoo.explained_cases import cause_of, unspoiled

    causes = cause_of(name)
    if name.startswith("healthy/"):
        twin, effect_of = (planted.train, planted.val), 0.0
    else:
        twin = unspoiled(name, seed, worlds())
        effect_of = None
    twin_hits = hits(*twin)
    largest = np.bincount(twin[1].y).max() / len(twin[1])
    if effect_of is None:
        effect_of = effect(planted, causes[0], twin, twin_hits) if len(causes) == 1 else 1.0
    return {"effect": effect_of, "skill": float((twin_hits.mean() - largest) / max(1 - largest, 0.02))}


def rows(path: Path) -> list[dict[str, Any]]:
    """Read what was measured."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()] if path.exists() else []


def measure_all(path: Path, wanted: list[tuple[str, int]], jobs: int, seconds: float) -> None:
    """Measure what the file lacks, within so many seconds."""
    done = {(row["name"], row["seed"]) for row in rows(path)}
    missing = [each for each in interleaved(wanted) if each not in done]
    deadline = time.monotonic() + seconds
    print(f"{len(missing)} of {len(wanted)} cases to measure", file=sys.stderr)
    with ProcessPoolExecutor(jobs) as pool, path.open("a") as out:
        pending = {pool.submit(guarded, *each, deadline) for each in missing}
        for count, future in enumerate(as_completed(pending), 1):
            row = future.result()
            if row is not None:
                out.write(json.dumps(row) + "\n")
                out.flush()
            if count % 50 == 0:
                print(f"{count} of {len(missing)}", file=sys.stderr)


def interleaved(wanted: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Order cases so that any beginning holds all causes alike, sound splits three times as often."""
    from splitaudit.zoo.explained_cases import cause_of

    mixed = random.Random(0).sample(wanted, len(wanted))
    seen: dict[tuple[str, ...], int] = {}
    rank = {}
    for each in mixed:
        causes = cause_of(each[0])
        key = ("pair",) if len(causes) > 1 else causes
        seen[key] = seen.get(key, 0) + 1
        rank[each] = seen[key] / (OFTEN if key in (("healthy",), ("pair",)) else 1)
    return sorted(mixed, key=lambda each: rank[each])


def guarded(name: str, seed: int, deadline: float) -> dict[str, Any] | None:
    """Measure a case unless time is up; say which case could not be measured."""
    if time.monotonic() > deadline:
        return None
    try:
        return measure(name, seed)
    except Exception as error:
        print(f"{name} seed {seed}: {type(error).__name__}: {error}", file=sys.stderr)
        return None


def main() -> None:
    """Run and write."""
    from benchmarks.recorded import worlds
    from splitaudit.zoo.explained_cases import explained_cases

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--only", default="", help="cases whose name holds this")
    arguments = parser.parse_args()
    wanted = [(name, seed) for seed in arguments.seeds for name in explained_cases(worlds()) if arguments.only in name]
    measure_all(arguments.rows, wanted, arguments.jobs, arguments.seconds)


if __name__ == "__main__":
    main()
