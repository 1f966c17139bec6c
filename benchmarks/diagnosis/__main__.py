"""The headline of the diagnosis: ``python -m benchmarks.diagnosis [--smoke] [--rows FILE] [--seconds S] [--write]``.

Measures cases of the zoo, on recorded data too where it is there (those that the file of rows lacks), learns the
table of likelihood ratios with one base process left out at a time, and prints accuracy, calibration, false alarms,
places and the confusion matrix on the base that was left out. ``--write`` writes the table of all bases, which ships.
The smoke run measures a case and asks the shipped table.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.diagnosis.favour import FAVOUR, least, nested
from benchmarks.diagnosis.learn import STRENGTH, TARGET, complete, crossed, fit, predict, text
from benchmarks.diagnosis.measure import measure, measure_all, rows
from benchmarks.diagnosis.scores import report, summary
from benchmarks.diagnosis.verified import verified
from benchmarks.recorded import worlds
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.zoo.explained_cases import explained_cases


def smoke() -> None:
    """Measure one case and diagnose it with the shipped table."""
    import json

    case = measure("ar/other_gains/severe", 0)
    probabilities = predict([case], json.loads(TARGET.read_text()))[0]
    best = int(probabilities.argmax())
    print(f"{case['name']}: {NAMES[best]} {probabilities[best]:.2f}, planted {case['cause']}, {case['seconds']} s")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one case and the shipped table")
    parser.add_argument("--rows", type=Path, nargs="*", help="files of measured rows; the first one grows")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--seconds", type=float, default=3600, help="for measuring")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--strength", type=float, default=STRENGTH)
    parser.add_argument("--no-score", action="store_true", help="learn without leaving bases out")
    parser.add_argument("--wrong", action="store_true", help="list the cases that were named wrong")
    parser.add_argument("--write", action="store_true", help="write the table that ships")
    arguments = parser.parse_args()
    if arguments.smoke:
        smoke()
        return
    files = arguments.rows or [Path(tempfile.mkdtemp()) / "rows.jsonl"]
    wanted = [(name, seed) for seed in arguments.seeds for name in explained_cases(worlds())]
    if arguments.seconds > 0:
        measure_all(files[0], wanted, arguments.jobs, arguments.seconds)
    measured = [complete(case) for path in files for case in rows(path)]
    cases = verified(measured)
    if not arguments.no_score:
        print(f"{len(cases)} cases that answer to the page of their cause\n")
        asked = crossed(cases, measured, arguments.strength)
        place = {id(case): at for at, case in enumerate(measured)}
        found = asked[[place[id(case)] for case in cases]]
        print(report(cases, found, wrong=arguments.wrong))
        print(f"\nlog odds for sound splits: {FAVOUR}; the least that keep alarms rare: {least(cases, found)}")
        print(f"chosen for every base from the others\n{summary(cases, nested(cases, found))}")
        print(f"\nall {len(measured)} that were measured, by the same tables\n")
        print(summary(measured, asked))
    if arguments.write:
        TARGET.write_text(text(fit(cases, arguments.strength)), encoding="utf-8")


if __name__ == "__main__":
    main()
