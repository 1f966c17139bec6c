"""``python -m benchmarks compare``: splitaudit and other tools on the same seeded arrays.

``--job calibration|power|leakage|speed [--tools NAMES] [--seeds N] [--out FILE]``
    Make the arrays, show them to each tool in an environment of its own, in turn, and print tables. Tools that cannot
    be installed here are named with the reason and left out. ``--out`` keeps every answer as JSON, with the machine,
    the versions and the command, and is written anew twice a minute, so that an interrupted run is not lost.
``--job JOB --read FILE ...``
    Print the tables of such files; ``--format markdown`` as text for a page.
``--page docs/comparison.md FILE ...``
    Write the tables and figures of result files of any jobs into a page, between its markers; needs the extra
    ``report``.

``--cases``, ``--without``, ``--n`` and ``--arms`` take a part of a job: cases whose names hold one of some texts, or
none of some, splits of some sizes, tools whose names hold one of some texts. ``--process`` also times a fresh process
for every question, from the start of the interpreter to its answer.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.compare import cases, copies, tables
from benchmarks.compare.contest import Arm, Contest, hold
from benchmarks.compare.tables import Grid
from benchmarks.compare.views import VIEWS
from benchmarks.peers.client import Worker
from benchmarks.peers.environments import environment
from benchmarks.peers.registry import OURS, PEERS, Peer, kinds_of, tools_of

Row = dict[str, Any]
KEEP_EVERY = 30.0
# Where single values are the matter, a table of summaries would be another job.
FLAT = ("KS of every column", "exact duplicates", "near duplicates")
# Parts of other kinds, which no peer does alone.
NOT_TIMED = ("shift rules", "leakage rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked, about which cases, how often, and the tables of it."""

    asks: tuple[str, ...]
    cases: Callable[[], list[cases.Case]]
    seeds: int
    tables: Callable[[Sequence[Row]], list[Grid]]
    repeats: int = 1
    views: tuple[str, ...] = ("summary",)
    timing: bool = False


def _calibration(rows: Sequence[Row]) -> list[Grid]:
    title, all_rows = "splits without a shift, flagged", tables.beyond_chance(rows)
    known = set(tables.TYPICAL) & {row["case"] for row in rows}
    found = [tables.sizes_of_tests(all_rows), *tables.grids(title, all_rows, tables.rate)]
    return [*found, tables.told(rows, [case for case in tables.TYPICAL if case in known])] if known else found


def _speed(rows: Sequence[Row]) -> list[Grid]:
    return tables.speed(rows) + tables.speed_of_processes(rows)


JOBS: dict[str, Job] = {
    "calibration": Job(asks=("shift",), cases=cases.nulls, seeds=40, tables=_calibration),
    "power": Job(
        asks=("shift",),
        cases=cases.shifts,
        seeds=20,
        tables=lambda rows: tables.power(tables.beyond_chance(rows)),
    ),
    "leakage": Job(
        asks=("copies",),
        cases=copies.copies,
        seeds=2,
        views=VIEWS,
        tables=lambda rows: tables.grids("copies found", rows, tables.found, "how"),
    ),
    "speed": Job(asks=("shift", "copies"), cases=cases.sizes, seeds=1, repeats=5, tables=_speed, views=(), timing=True),
}


def entrants(peer: Peer, spec: Job, views: Sequence[str]) -> list[Arm]:
    """What a peer can do of a job, once for each view; ours reads the windows whatever the view.

    Without views every tool is timed at one job, the first that it can do, in the view that fits its kind.
    """
    kinds, found = kinds_of(peer), []
    for tool, jobs in tools_of(peer).items():
        kind = kinds[tool]
        able = [job for job in spec.asks if job in jobs]
        if not able or (spec.timing and kind in NOT_TIMED):
            continue
        own = list(views) or ["flat" if kind in FLAT else "summary"]
        for view in ["summary"] if peer is OURS else own:
            found.append(Arm(peer=peer, tool=tool, job=able[0], view=view, kind=kind))
    return found


def installed(names: Sequence[str], console: Console) -> dict[str, Path]:
    """The interpreter of each peer that can be had, ours first."""
    pythons = {}
    for peer in (OURS, *PEERS.values()):
        if names and peer.name not in names:
            continue
        python = Path(sys.executable) if peer is OURS else environment(peer)
        if isinstance(python, str):
            console.print(python, style="yellow")
        else:
            pythons[peer.name] = python
    return pythons


def versions(arms: Sequence[Arm], pythons: dict[str, Path]) -> dict[str, Any]:
    """What the environment of each peer holds of it."""
    found = {}
    for peer in {arm.peer.name: arm.peer for arm in arms}.values():
        with Worker(peer, pythons[peer.name]) as worker:
            found[peer.name] = worker.ask({"job": "versions"}, 120).get("versions")
    return found


def machine() -> dict[str, Any]:
    """What the answers were computed on."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else None
    return {
        "system": platform.platform(),
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": None if memory is None else round(memory, 1),
        "python": platform.python_version(),
    }


def show(job: str, rows: list[Row], console: Console, form: str = "terminal") -> None:
    """Print the tables of a job."""
    found = [*JOBS[job].tables(rows), tables.failures(rows)]
    for grid in found:
        if not grid.rows:
            continue
        if form == "markdown":
            print(grid.markdown(), end="\n\n")
        else:
            console.print(grid.rich())


def load(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Results as they were written."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--job", choices=JOBS)
    made.add_argument("--tools", nargs="*", default=[], choices=[OURS.name, *PEERS], help="default: all")
    made.add_argument("--arms", nargs="*", default=[], help="only tools whose full name holds one of these")
    made.add_argument("--cases", nargs="*", default=[], help="only cases whose name holds one of these")
    made.add_argument("--without", nargs="*", default=[], help="no cases whose name holds one of these")
    made.add_argument("--n", nargs="*", type=int, default=[], help="only cases of these sizes (power and speed)")
    made.add_argument("--views", nargs="*", choices=VIEWS, default=[], help="tables that peers are shown")
    made.add_argument("--seeds", type=int, help="splits of each case")
    made.add_argument("--repeats", type=int, help="questions about the same split")
    made.add_argument("--process", action="store_true", help="also time a fresh process for each question")
    made.add_argument("--timeout", type=float, default=300.0, help="seconds for one answer")
    made.add_argument("--enough", type=float, default=120.0, help="seconds after which a tool is not asked the same")
    made.add_argument("--memory", type=float, default=10_000.0, help="MB that a tool may take; 0 for all")
    made.add_argument("--out", type=Path, help="write every answer here")
    made.add_argument("--read", type=Path, nargs="+", help="print the tables of earlier --out files instead")
    made.add_argument("--format", choices=("terminal", "markdown"), default="terminal")
    made.add_argument("--page", type=Path, nargs="+", help="a page and the result files that it shows")
    return made


def chosen(spec: Job, arguments: argparse.Namespace) -> list[cases.Case]:
    """The cases of a job that were asked for."""
    return [
        case
        for case in spec.cases()
        if (not arguments.cases or any(text in case.name for text in arguments.cases))
        and not any(text in case.name for text in arguments.without)
        and (not arguments.n or case.facts.get("n") in arguments.n)
    ]


def main(argv: Sequence[str]) -> None:
    """Run and print."""
    options = parser()
    arguments = options.parse_args(argv)
    console = Console(width=None if sys.stdout.isatty() else 240)
    if arguments.page is not None:
        from benchmarks.compare import page

        page.write(arguments.page[0], load(arguments.page[1:]))
        return
    if arguments.job is None:
        options.error("say which --job, or give --page")
    if arguments.read is not None:
        rows = [row for content in load(arguments.read) for row in content["rows"]]
        show(arguments.job, rows, console, arguments.format)
        return
    spec = JOBS[arguments.job]
    pythons = installed(arguments.tools, console)
    views = arguments.views or spec.views
    arms = [arm for peer in (OURS, *PEERS.values()) if peer.name in pythons for arm in entrants(peer, spec, views)]
    if arguments.arms:
        arms = [arm for arm in arms if any(text in arm.name for text in arguments.arms)]
    contest = Contest(
        cases=chosen(spec, arguments),
        seeds=arguments.seeds or spec.seeds,
        repeats=arguments.repeats or spec.repeats,
        timeout=arguments.timeout,
        enough=arguments.enough,
        memory_mb=arguments.memory or None,
        patience=1 if spec.timing else 3,
        warm=spec.timing,
        fresh=spec.timing,
        process=arguments.process,
    )
    head = {
        "job": arguments.job,
        "command": f"python -m benchmarks compare {shlex.join(argv)}",
        "machine": machine(),
        "versions": versions(arms, pythons) if arguments.out else {},
    }
    rows = run(contest, arms, pythons, console, arguments.out, head)
    show(arguments.job, rows, console, arguments.format)


def run(
    contest: Contest,
    arms: Sequence[Arm],
    pythons: dict[str, Path],
    console: Console,
    out: Path | None,
    head: dict[str, Any],
) -> list[Row]:
    """All answers; kept from time to time, and what there is of them if the run is interrupted or terminated."""
    rows: list[Row] = []
    kept = time.monotonic()
    usual = signal.signal(signal.SIGTERM, signal.default_int_handler)
    with console.status("") as status:
        try:
            for row in hold(contest, arms, pythons, status.update):
                rows.append(row)
                if time.monotonic() - kept > KEEP_EVERY:
                    keep(out, head, rows)
                    kept = time.monotonic()
        except KeyboardInterrupt:
            console.print("interrupted; here is what was answered so far", style="yellow")
        finally:
            signal.signal(signal.SIGTERM, usual)
    keep(out, head, rows)
    return rows


def keep(out: Path | None, head: dict[str, Any], rows: list[Row]) -> None:
    """Write all answers, one line each; a reader never sees half a file."""
    if out is None:
        return
    lines = ",\n".join(json.dumps(row) for row in rows)
    text = json.dumps(head, indent=1)[:-2] + f',\n "rows": [\n{lines}\n]}}\n'
    partial = out.with_name(out.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(out)
