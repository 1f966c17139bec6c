"""Whether a short budget is kept, and what it costs: ``python -m benchmarks.bench_budget [--smoke] [--budget 60]``.

Splits of 2,400 windows of 128 x 9, one flaw each, are explained within the budget, and once more with every probe
experiment, however long it takes. A table shows the seconds of both, how many experiments fitted into the budget, and
which cause each names first.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.arrays import Pair
from splitaudit.audit import Settings, audit_prepared, prepare
from splitaudit.explanation import catalog
from splitaudit.explanation.diagnosis import diagnose, table
from splitaudit.explanation.explain import explain_report
from splitaudit.explanation.lab import Lab
from splitaudit.explanation.outcomes import flatten
from splitaudit.explanation.runner import run
from splitaudit.zoo import processes
from splitaudit.zoo.explained_cases import explained_flaws
from splitaudit.zoo.processes import Floats, Labels
from splitaudit.zoo.signals import Base, protocol
from splitaudit.zoo.world import Planted, World, healthy

FLAWS = (
    "sound_split",
    "own_levels",
    "other_gains",
    "flipped_labels",
    "own_order",
    "exchanged_names",
    "lowpass_val",
    "passed_copies",
    "known_people",
    "reversed_shares",
    "marked_in_train",
    "exchanged_channels",
)


def _together(labels: Labels, tempo: Floats, rng: np.random.Generator) -> Floats:
    """Nine channels of three processes that follow the same labels."""
    parts = (processes.vector_autoregression, processes.driven_pendulum, processes.tones)
    return np.concatenate([part(labels, tempo, rng)[:, :, :3] for part in parts], axis=2)


def world(rng: np.random.Generator, each: int) -> World:
    """Twenty subjects of ``each`` windows of 128 x 9."""
    channels = tuple(f"{name}_{axis}" for name in ("body", "arm", "leg") for axis in "xyz")
    base = Base(
        name="wide",
        process=_together,
        channels=channels,
        scale=(1.0,) * 9,
        offset=(0.0,) * 9,
        classes=("slow", "middle", "fast"),
        bouts=protocol,
    )
    return base(rng, n_subjects=20, windows_per_subject=each, n_timesteps=128)


def plant(flaw: str, seed: int, each: int) -> Planted:
    """One flaw of moderate severity."""
    rng = np.random.default_rng(seed)
    made = world(rng, each)
    train, val = healthy(made, rng, val_share=0.3)
    return explained_flaws()[flaw].flaw(made, train, val, "moderate", rng)


def everything(sides: Pair, settings: Settings) -> tuple[str, float, int]:
    """The first cause after the audit and every probe experiment, the seconds, and how many there are."""
    started = time.perf_counter()
    ours, theirs, context = prepare(*sides, settings)
    report = audit_prepared(sides, ours, theirs, context, settings)
    lab = Lab(train=ours, val=theirs, ctx=context, findings={f.rule: f for f in report.findings})
    done = [run(spec, lab) for spec in catalog.all_experiments()]
    found = diagnose(flatten(report.findings, done, groups=lab.groups_known), table())
    first = found.causes[int(found.probabilities.argmax())]
    return first, time.perf_counter() - started, sum(each.status == "done" for each in done)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one flaw on few windows, a budget of 10 s")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds")
    parser.add_argument("--flaws", nargs="*", default=FLAWS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    each, budget, flaws = 120, arguments.budget, arguments.flaws
    if arguments.smoke:
        each, budget, flaws = 20, 10.0, FLAWS[2:3]
    shown = Table(title=f"explanations of {20 * each} windows of 128 x 9 within {budget:.0f} s, and with everything")
    for column in ("flaw", "planted", "seconds", "experiments", "first cause", "all: seconds", "experiments", "cause"):
        shown.add_column(column)
    agree = right = full = 0
    for flaw in flaws:
        planted = plant(flaw, arguments.seed, each)
        sides, settings = (planted.train, planted.val), Settings(random_state=arguments.seed)
        started = time.perf_counter()
        explained = explain_report(*sides, settings, budget=budget).explanation
        seconds = time.perf_counter() - started
        assert explained is not None
        names = {spec.name for spec in catalog.all_experiments()}
        fitted = sum(e.status == "done" for e in explained.experiments if e.name in names)
        best, everything_seconds, count = everything(sides, settings)
        first = max(explained.causes, key=lambda cause: cause.probability).name
        agree += first == best
        right += first == planted.truth.cause
        full += best == planted.truth.cause
        shown.add_row(
            flaw,
            planted.truth.cause,
            f"{seconds:.1f}",
            str(fitted),
            first,
            f"{everything_seconds:.1f}",
            str(count),
            best,
        )
    shown.add_section()
    shown.add_row("right", "", "", "", f"{right} of {len(flaws)}", "", "", f"{full} of {len(flaws)}")
    shown.add_row("the same", "", "", "", f"{agree} of {len(flaws)}")
    Console(width=150).print(shown)


if __name__ == "__main__":
    main()
