"""``python -m benchmarks compare --job calibration|power|leakage|speed [--tools NAMES] [--seeds N] [--out FILE]``.

Makes seeded arrays, shows them to each tool in an environment of its own, in turn, and prints a table. Tools that
cannot be installed here are named with the reason and left out. ``--out`` keeps every answer as JSON, with the machine,
the versions and the command; ``--read`` prints the tables of such a file again.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.compare import cases, copies, tables
from benchmarks.compare.contest import Arm, Contest, hold
from benchmarks.compare.views import VIEWS
from benchmarks.peers.client import Worker
from benchmarks.peers.environments import environment
from benchmarks.peers.registry import OURS, PEERS, tools_of

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked, about which cases, how often, and what a cell of the table says."""

    asks: str
    cases: Callable[[], list[cases.Case]]
    seeds: int
    repeats: int
    title: str
    cell: Callable[[Sequence[Row]], str]
    by: str = "case"


JOBS: dict[str, Job] = {
    "calibration": Job(
        asks="shift", cases=cases.nulls, seeds=40, repeats=1, title="splits without a shift, flagged", cell=tables.rate
    ),
    "power": Job(
        asks="shift", cases=cases.shifts, seeds=20, repeats=1, title="shifted splits, flagged", cell=tables.rate
    ),
    "leakage": Job(
        asks="copies", cases=copies.copies, seeds=2, repeats=1, title="copies found", cell=tables.found, by="how"
    ),
    "speed": Job(
        asks="shift", cases=cases.sizes, seeds=1, repeats=5, title="seconds and peak memory", cell=tables.seconds
    ),
}


def arms(names: Sequence[str], job: str, view: str, console: Console) -> tuple[list[Arm], dict[str, Path]]:
    """The tools that can do a job and can be installed, and the interpreter of each peer."""
    found, pythons = [], {}
    for peer in (OURS, *PEERS.values()):
        tools = [tool for tool, jobs in tools_of(peer).items() if job in jobs]
        if not tools or (names and peer.name not in names):
            continue
        python = Path(sys.executable) if peer is OURS else environment(peer)
        if isinstance(python, str):
            console.print(python, style="yellow")
            continue
        pythons[peer.name] = python
        found += [Arm(peer=peer, tool=tool, view=view) for tool in tools]
    return found, pythons


def versions(entrants: Sequence[Arm], pythons: dict[str, Path]) -> dict[str, Any]:
    """What the environment of each peer holds of it."""
    found = {}
    for peer in {arm.peer.name: arm.peer for arm in entrants}.values():
        with Worker(peer, pythons[peer.name]) as worker:
            found[peer.name] = worker.ask({"job": "versions"}, 120).get("versions")
    return found


def show(job: str, rows: list[Row], console: Console) -> None:
    """Print the tables of a job."""
    spec = JOBS[job]
    for table in tables.grids(spec.title, rows, spec.cell, spec.by):
        console.print(table)
    errors = tables.failures(rows)
    if errors.row_count:
        console.print(errors)


def main(argv: Sequence[str]) -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks compare", description=__doc__)
    parser.add_argument("--job", choices=JOBS, required=True)
    parser.add_argument("--tools", nargs="*", default=[], choices=[OURS.name, *PEERS], help="default: all")
    parser.add_argument("--cases", default="", help="only cases whose name holds this")
    parser.add_argument("--view", choices=VIEWS, default="summary", help="the table that peers are shown")
    parser.add_argument("--seeds", type=int, help="splits of each case")
    parser.add_argument("--repeats", type=int, help="questions about the same split")
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds for one answer")
    parser.add_argument("--out", type=Path, help="write every answer here")
    parser.add_argument("--read", type=Path, help="print the tables of an earlier --out instead")
    arguments = parser.parse_args(argv)
    console = Console(width=None if sys.stdout.isatty() else 240)
    if arguments.read is not None:
        show(arguments.job, json.loads(arguments.read.read_text(encoding="utf-8"))["rows"], console)
        return
    spec = JOBS[arguments.job]
    entrants, pythons = arms(arguments.tools, spec.asks, arguments.view, console)
    contest = Contest(
        job=spec.asks,
        cases=[case for case in spec.cases() if arguments.cases in case.name],
        seeds=arguments.seeds or spec.seeds,
        repeats=arguments.repeats or spec.repeats,
        timeout=arguments.timeout,
    )
    with console.status("") as status:
        rows = list(hold(contest, entrants, pythons, status.update))
    show(arguments.job, rows, console)
    if arguments.out is not None:
        content = {
            "command": " ".join(["python -m benchmarks compare", *argv]),
            "machine": {"system": platform.platform(), "processor": platform.processor(), "cores": os.cpu_count()},
            "versions": versions(entrants, pythons),
            "rows": rows,
        }
        arguments.out.write_text(json.dumps(content, indent=1), encoding="utf-8")
