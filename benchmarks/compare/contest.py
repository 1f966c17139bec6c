"""Show every case to every tool in turn, and keep what each said."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.compare.cases import Case, sized
from benchmarks.compare.views import write
from benchmarks.peers.client import LATE, Worker
from benchmarks.peers.registry import Peer

Row = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One tool of one peer, what it is asked (``"shift"`` or ``"copies"``), and the view of the split that it gets."""

    peer: Peer
    tool: str
    job: str = "shift"
    view: str = "summary"
    kind: str = ""

    @property
    def name(self) -> str:
        """How tables call it; what takes the windows themselves has no view."""
        return f"{self.peer.name} {self.tool}" + (" (flat)" if self.view == "flat" else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What is asked, and when to give up.

    ``repeats`` counts the questions about the same arrays, for timing; a tool that has answered them for ``enough``
    seconds is not asked again about these. One that fails ``patience`` times in a row is left out of the rest of a
    case; one that does not answer in ``timeout`` seconds also out of whatever holds as many windows. ``warm`` asks
    everybody a throwaway question first; ``process`` asks a second, fresh process each time, and times its whole life;
    ``fresh`` starts workers anew for each case, so that peak memory is that case's.
    """

    cases: Sequence[Case]
    seeds: int
    repeats: int = 1
    timeout: float = 300.0
    patience: int = 3
    enough: float = 120.0
    memory_mb: float | None = None
    warm: bool = False
    process: bool = False
    fresh: bool = False


@dataclass(slots=True)
class _Standing:
    """What is known of an arm so far: failures in a row, seconds spent, and the size at which it came too late."""

    failed: int = 0
    spent: float = 0.0
    too_large: float = field(default=float("inf"))

    def wants(self, contest: Contest, turn: int, size: int) -> bool:
        """Whether to ask once more."""
        tired = self.failed >= contest.patience or size >= self.too_large
        return not tired and (turn == 0 or self.spent < contest.enough)

    def note(self, answer: Row, spent: float, size: int) -> None:
        """Keep what an answer says about the next question."""
        self.failed = self.failed + 1 if answer.get("error") else 0
        self.spent += spent
        if _late(answer):
            self.too_large = size


def _late(answer: Row) -> bool:
    return str(answer.get("error") or "").startswith(LATE)


def hold(contest: Contest, arms: Sequence[Arm], pythons: Mapping[str, Path], say: Say) -> Iterator[Row]:
    """Ask all arms about all cases, A B A B, and yield one row per answer.

    Every case is shown once before any is shown with its second seed: what is there of an interrupted run is balanced.

    Parameters
    ----------
    contest : Contest
    arms : sequence of Arm
    pythons : mapping of str to Path
        The interpreter of each peer's environment.
    say : callable
        Is told what is asked next.
    """
    standing = {arm: _Standing() for arm in arms}
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        workers = {arm: stack.enter_context(Worker(arm.peer, pythons[arm.peer.name])) for arm in arms}
        throwaway = _written(sized(np.random.default_rng(0), 60, 60), Path(folder), "warm") if contest.warm else {}
        for seed in range(contest.seeds):
            for case in contest.cases:
                paths, planted, n_train, n_val = _made(case, seed, Path(folder))
                for arm, own in standing.items():
                    own.failed, own.spent = 0, 0.0
                    if contest.fresh:
                        workers[arm].stop()
                    if contest.warm and own.wants(contest, 0, n_train + n_val):
                        say(f"warming up: {arm.name}")
                        answer = workers[arm].ask(_request(contest, arm, 0) | throwaway, contest.timeout)
                        if _late(answer):  # with next to nothing: hopeless with more
                            own.note(answer, 0.0, 0)
                            yield _row(case, seed, 0, arm, answer, planted, n_val)
                for turn in range(contest.repeats):
                    for arm, own in standing.items():
                        if not own.wants(contest, turn, n_train + n_val):
                            continue
                        say(f"seed {seed}, {case.name}: {arm.name}")
                        started = time.monotonic()
                        request = _request(contest, arm, seed) | paths
                        answer = workers[arm].ask(request, contest.timeout)
                        if contest.process and not answer.get("error"):
                            answer["process_seconds"] = _whole(arm, pythons, request, contest.timeout)
                        own.note(answer, time.monotonic() - started, n_train + n_val)
                        yield _row(case, seed, turn, arm, answer, planted, n_val)


def _made(case: Case, seed: int, folder: Path) -> tuple[dict[str, str], np.ndarray, int, int]:
    """Files of a case, and no longer its arrays: they may fill the memory that the tools need."""
    (train, val), planted = case.make(np.random.default_rng([seed, 11]))
    return _written((train, val), folder, "case"), planted, len(train), len(val)


def _written(pair: Any, folder: Path, name: str) -> dict[str, str]:
    return {
        key: str(write(side, folder / f"{name}_{key}.npz")) for key, side in zip(("train", "val"), pair, strict=True)
    }


def _request(contest: Contest, arm: Arm, seed: int) -> Row:
    return {"tool": arm.tool, "job": arm.job, "view": arm.view, "seed": seed, "memory_mb": contest.memory_mb}


def _whole(arm: Arm, pythons: Mapping[str, Path], request: Row, timeout: float) -> float | None:
    """Seconds from the start of an interpreter to its answer: imports, reading and the tool's own work."""
    with Worker(arm.peer, pythons[arm.peer.name]) as worker:
        started = time.perf_counter()
        answer = worker.ask(request, timeout)
        return None if answer.get("error") else time.perf_counter() - started


def _row(case: Case, seed: int, turn: int, arm: Arm, answer: Row, planted: np.ndarray, n_val: int) -> Row:
    """One line of the results; of rows that were named as copies only the counts are kept."""
    keys = ("flagged", "p", "told", "seconds", "process_seconds", "peak_mb", "error")
    kept = {key: answer.get(key) for key in keys}
    row = {"case": case.name, "facts": dict(case.facts), "seed": seed, "turn": turn, "arm": arm.name, **kept}
    row["kind"] = arm.kind
    if answer.get("rows") is not None:
        named = np.unique(np.array(answer["rows"], dtype=np.int64))
        hits = int(np.isin(named, planted).sum())
        row |= {"planted": len(planted), "found": hits, "wrong": len(named) - hits, "honest": n_val - len(planted)}
    return row
