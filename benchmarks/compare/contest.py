"""Show every case to every tool in turn, and keep what each said."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.compare.cases import Case
from benchmarks.compare.views import write
from benchmarks.peers.client import Worker
from benchmarks.peers.registry import Peer

Row = dict[str, Any]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One tool of one peer, and the view of the split that it is shown."""

    peer: Peer
    tool: str
    view: str = "summary"

    @property
    def name(self) -> str:
        """How tables call it."""
        return f"{self.peer.name} {self.tool}" + (" (flat)" if self.view == "flat" else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """What is asked of whom.

    ``job`` is ``"shift"`` or ``"copies"``; ``repeats`` counts the questions about the same arrays, for timing; a tool
    that fails ``patience`` times in a row, or does not answer in ``timeout`` seconds, is not asked again.
    """

    job: str
    cases: Sequence[Case]
    seeds: int
    repeats: int = 1
    timeout: float = 300.0
    patience: int = 3


def hold(contest: Contest, arms: Sequence[Arm], pythons: dict[str, Path], say: Say) -> Iterator[Row]:
    """Ask all arms about all cases, A B A B, and yield one row per answer.

    Parameters
    ----------
    contest : Contest
    arms : sequence of Arm
    pythons : dict of str to Path
        The interpreter of each peer's environment.
    say : callable
        Is told what is asked next.
    """
    failed = dict.fromkeys(arms, 0)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        workers = {arm: stack.enter_context(Worker(arm.peer, pythons[arm.peer.name])) for arm in arms}
        for case in contest.cases:
            for seed in range(contest.seeds):
                (train, val), planted = case.make(np.random.default_rng([seed, 11]))
                paths = {
                    view: [write(side, view, Path(folder) / f"{view}_{side.name}.npz") for side in (train, val)]
                    for view in sorted({arm.view for arm in arms})
                }
                for turn in range(contest.repeats):
                    for arm in arms:
                        if failed[arm] >= contest.patience:
                            continue
                        say(f"{case.name}, seed {seed}: {arm.name}")
                        ours, theirs = paths[arm.view]
                        request = {"tool": arm.tool, "job": contest.job, "seed": seed}
                        request |= {"train": str(ours), "val": str(theirs)}
                        answer = workers[arm].ask(request, contest.timeout)
                        failed[arm] = failed[arm] + 1 if answer.get("error") else 0
                        yield _row(case, seed, turn, arm, answer, planted, len(val))


def _row(case: Case, seed: int, turn: int, arm: Arm, answer: Row, planted: np.ndarray, n_val: int) -> Row:
    """One line of the results; of rows that were named as copies only the counts are kept."""
    kept = {key: answer.get(key) for key in ("flagged", "p", "told", "seconds", "peak_mb", "error")}
    row = {"case": case.name, "facts": dict(case.facts), "seed": seed, "turn": turn, "arm": arm.name, **kept}
    if answer.get("rows") is not None:
        named = np.unique(np.array(answer["rows"], dtype=np.int64))
        hits = int(np.isin(named, planted).sum())
        row |= {"planted": len(planted), "found": hits, "wrong": len(named) - hits, "honest": n_val - len(planted)}
    return row
