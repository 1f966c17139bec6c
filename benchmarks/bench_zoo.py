"""Audit the whole zoo: ``python -m benchmarks.bench_zoo [--smoke] [--seeds 3] [--severity moderate] [--flaws A B]``.

Two tables: per flaw, in how many cases (base processes x seeds) each rule that must report it gives an error, and
names the right channels, groups or windows; and, per healthy control, in how many seeds any rule gives an error
(wanted: at most 5 %).
"""

from __future__ import annotations

import argparse
from collections import Counter

from rich.console import Console
from rich.progress import track
from rich.table import Table

from splitaudit.audit import Settings, audit
from splitaudit.report import Finding
from splitaudit.results import Report
from splitaudit.zoo import cases, signals
from splitaudit.zoo.world import Planted


def check(planted: Planted, seed: int, jobs: int) -> Report:
    """Audit one case."""
    return audit(planted.train, planted.val, Settings(random_state=seed, n_jobs=jobs), training=planted.training)


def placed(finding: Finding, planted: Planted) -> bool:
    """Whether the finding names something of what was planted, and mostly that."""
    truth, where = planted.truth, finding.where
    for said, true in (
        (set(map(str, where.channels)), set(truth.channels)),
        (set(where.groups), set(truth.groups)),
        (set(where.val_windows), set(planted.val.rows[truth.val_windows].tolist())),
        (set(where.train_windows), set(planted.train.rows[truth.train_windows].tolist())),
    ):
        if said and true:
            return len(said & true) >= 0.5 * len(said)
    return not (truth.channels or truth.groups or len(truth.val_windows) or len(truth.train_windows))


def flaws(severity: str, names: list[str], bases: list[str], seeds: int, jobs: int) -> Table:
    """Audit every flaw on every base process."""
    table = Table(title=f"planted flaws, {severity}, {len(bases)} base processes x {seeds} seeds")
    for column in ("flaw", "must report", "error", "right place", "missed on", "further errors"):
        table.add_column(column)
    for name in names:
        errors, places, missed, others = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        wanted: tuple[str, ...] = ()
        for base in track(bases, description=name, transient=True):
            for seed in range(seeds):
                planted = cases.make_case(f"{base}/{name}/{severity}", seed)
                report = check(planted, seed, jobs)
                wanted = planted.truth.rules
                for code in wanted:
                    finding = report.finding(code)
                    errors[code] += finding.severity == "error"
                    places[code] += finding.severity == "error" and placed(finding, planted)
                    if finding.severity != "error":
                        missed[f"{code} {base}"] += 1
                others.update(f.rule for f in report.by_severity("error", "crashed") if f.rule not in wanted)
        n = len(bases) * seeds
        table.add_row(
            name,
            ", ".join(wanted),
            ", ".join(f"{errors[code]}/{n}" for code in wanted),
            ", ".join(f"{places[code]}/{n}" for code in wanted),
            ", ".join(f"{key} ({count})" for key, count in missed.items()),
            ", ".join(f"{code} ({count})" for code, count in sorted(others.items())),
        )
    return table


def healthy(names: list[str], seeds: int, jobs: int) -> Table:
    """Audit the controls that look frightening but are fine."""
    table = Table(title=f"healthy controls, {seeds} seeds")
    for column in ("control", "any error", "errors", "warnings"):
        table.add_column(column)
    alarms = 0
    for name in track(names, description="healthy", transient=True):
        errors, warnings, hit = Counter[str](), Counter[str](), 0
        for seed in range(seeds):
            report = check(cases.make_case(f"healthy/{name}", seed), seed, jobs)
            bad = report.by_severity("crashed", "error")
            hit += bool(bad)
            errors.update(f.rule for f in bad)
            warnings.update(f.rule for f in report.by_severity("warning"))
        alarms += hit
        table.add_row(
            name,
            f"{hit}/{seeds}",
            ", ".join(f"{code} ({count})" for code, count in sorted(errors.items())),
            ", ".join(f"{code} ({count})" for code, count in sorted(warnings.items())),
        )
    table.add_section()
    table.add_row("all", f"{alarms}/{len(names) * seeds}", f"{alarms / max(1, len(names) * seeds):.1%}", "")
    return table


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two flaws on one base, three controls, one seed")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--severity", default="moderate")
    parser.add_argument("--flaws", nargs="*", default=list(cases.flaws()))
    parser.add_argument("--bases", nargs="*", default=list(signals.BASES))
    parser.add_argument("--healthy", nargs="*", default=list(cases.HEALTHY))
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.flaws, arguments.bases, arguments.healthy = (
            arguments.flaws[:2],
            arguments.bases[:1],
            arguments.healthy[:3],
        )
    console = Console(width=200)
    if arguments.flaws:
        console.print(flaws(arguments.severity, arguments.flaws, arguments.bases, arguments.seeds, arguments.jobs))
    if arguments.healthy:
        console.print(healthy(arguments.healthy, arguments.seeds, arguments.jobs))


if __name__ == "__main__":
    main()
