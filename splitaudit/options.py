"""The options that several commands share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from splitaudit.config import ENGINES, FAIL_ON, LAYOUTS

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = click.Choice(["terminal", "json", "markdown", "html", "junit", "sarif", "github"])
SHARE = re.compile(r"(\d+(?:\.\d*)?|\.\d+) ?(%?)", re.ASCII)
FILE = click.Path(path_type=Path)
SOURCE = click.Path()  # or a URL


def _codes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def _not_zero(context: click.Context, parameter: click.Parameter, value: int | None) -> int | None:
    if value == 0:
        raise click.BadParameter("0 threads do no work; -1 stands for all processors")
    return value


def _accuracy(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """Return an accuracy as a share; "76" may mean either and is refused."""
    found = SHARE.fullmatch((value or "").strip())
    share = math.nan if found is None else float(found[1]) / (100 if found[2] else 1)
    if value is not None and not 0 <= share <= 1:
        raise click.BadParameter(f"{value!r} is no accuracy, expected a share such as 0.76 or a percentage such as 76%")
    return None if value is None else share


def _seconds(context: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    if value is None:
        return None
    from splitaudit.explanation.budget import parse_budget

    return parse_budget(value)


def options(*chosen: Callable[[F], F]) -> Callable[[F], F]:
    """Make one decorator of several options, shown in this order."""

    def decorate(command: F) -> F:
        for option in reversed(chosen):
            command = option(command)
        return command

    return decorate


memory = click.option(
    "--memory", metavar="SIZE", help="What to take at most, such as 4GiB.  [default: 0.6 of what is free]"
)
judging = options(
    click.option("--fail-on", type=click.Choice(FAIL_ON), help="Exit with 1 from this severity on.  [default: error]")
)
repeating = options(
    click.option(
        "--seed", type=click.IntRange(min=0), help="The same input and seed give the same report.  [default: 0]"
    ),
    click.option("--jobs", type=int, callback=_not_zero, help="Threads; -1 for all processors.  [default: -1]"),
)
reading = options(
    click.option("--x-key", metavar="KEY", help="Key of the windows in an .npz file.  [default: X]"),
    click.option("--y-key", metavar="KEY", help="Key of the labels in an .npz file.  [default: y]"),
    click.option(
        "--layout",
        type=click.Choice(LAYOUTS),
        help="Order of the axes of X: windows, time steps, channels; or channels before time steps.  [default: ntc]",
    ),
    click.option("--window", type=click.IntRange(min=1), help="Cut windows of so many samples from a recording."),
    click.option("--stride", type=click.IntRange(min=1), help="Samples between their starts.  [default: --window]"),
)
configured = click.option(
    "--config",
    type=FILE,
    metavar="FILE",
    help="Read [tool.splitaudit] of this file instead of the nearest pyproject.toml.",
)
keys = options(reading, memory)
sides = options(click.argument("train", type=SOURCE), click.argument("val", type=SOURCE, required=False), keys)
engine = options(
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        help="Who reads the windows.  [default: local]",
    ),
    click.option("--scheduler", metavar="ADDRESS", help="Of Dask, such as tcp://host:8786."),
)
training = options(
    click.option(
        "--history",
        type=FILE,
        multiple=True,
        metavar="FILE",
        help="Curves of your own training, as Keras or Lightning log them (.csv, .json); may be given several times.",
    ),
    click.option(
        "--predictions", type=FILE, metavar="FILE", help="What your model says of the val windows (.npy, .npz, .csv)."
    ),
    click.option(
        "--observed", callback=_accuracy, metavar="ACCURACY", help="The val accuracy that you see, 0.76 or 76%."
    ),
)
explaining = options(
    click.option(
        "--budget",
        callback=_seconds,
        metavar="TIME",
        help="How long it may take: 90, 90s, 5m, 1h, 1m30s.  [default: 5m]",
    ),
    click.option("--ladder", is_flag=True, help="Also sweep capacity, regularisation, optimiser and architecture."),
)
reporting = options(
    click.option("--format", type=FORMATS, help="Of the report; with --output, of the file.  [default: terminal]"),
    click.option(
        "--output",
        type=FILE,
        metavar="FILE",
        help="Write the report to a file as well; its suffix may decide: .json .md .html .xml .sarif .txt",
    ),
    judging,
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found."),
    repeating,
    click.option("--quiet", is_flag=True, help="No progress; of the report only the verdict and what is wrong."),
    click.option("--no-color", is_flag=True, help="No colour and no bold."),
)
auditing = options(
    click.option(
        "--select", multiple=True, callback=_codes, metavar="CODES", help="Only these: SA1,SA302,label-shift."
    ),
    click.option("--ignore", multiple=True, callback=_codes, metavar="CODES", help="Not these."),
    click.option(
        "--baseline",
        type=FILE,
        metavar="REPORT",
        help="Accept what this earlier report (--format json) found, unless it became graver.",
    ),
    click.option("--alpha", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Level.  [default: 0.05]"),
    click.option("--permutations", type=click.IntRange(min=19), help="At most, per test.  [default: 999]"),
    configured,
)
running = options(
    click.option(
        "--model",
        default="bilstm",
        show_default=True,
        help="bilstm, lstm, gru, attention, cnn_lstm, spectrogram or convlstm.",
    ),
    click.option("--ladder", is_flag=True, help="Then run what people suggest against a plateau, and tabulate it."),
    click.option("--epochs", type=click.IntRange(min=1), help="At most.  [default: 40, fewer for much data]"),
    click.option(
        "--budget",
        callback=_seconds,
        metavar="TIME",
        help="How long it may take: 90, 90s, 5m, 1h.  [default: no limit]",
    ),
    click.option("--format", type=click.Choice(["terminal", "json"]), help="Of the report.  [default: terminal]"),
    click.option("--output", type=FILE, metavar="FILE", help="Write the report to a file as well: .json or .txt"),
    repeating,
    configured,
    click.option("--quiet", is_flag=True, help="No progress; of the report only what came of it."),
    click.option("--no-color", is_flag=True, help="No colour and no bold."),
)
plotting = options(
    click.option(
        "--output",
        type=FILE,
        default=Path(),
        metavar="DIR_OR_FILE",
        help="A folder, or with one --figure a file: .png .svg .pdf  [default: this folder]",
    ),
    click.option("--figure", multiple=True, metavar="NAME", help="Only this one; may be given several times."),
    click.option(
        "--format",
        type=click.Choice(["png", "svg", "pdf"]),
        default="png",
        show_default=True,
        help="Of the files in a folder.",
    ),
    click.option("--list", "listing", is_flag=True, help="List the figures that the report has."),
)
splitting = options(
    click.argument("data", type=SOURCE),
    click.argument("val_file", type=SOURCE, required=False, metavar="[VAL]"),
    keys,
    click.option("--val", "val", type=click.FloatRange(0, 1), default=0.2, show_default=True, help="Share of val."),
    click.option("--test", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Share of test."),
    click.option("--folds", type=click.IntRange(min=2), help="So many folds instead of val and test."),
    click.option(
        "--by",
        type=click.Choice(["auto", "groups", "time"]),
        default="auto",
        show_default=True,
        help="What is kept whole: groups; past and future; or what there is.",
    ),
    click.option(
        "--gap",
        type=click.FloatRange(min=0),
        metavar="SAMPLES",
        help="Between the parts where blocks or time are cut.  [default: longer than a window and the dependence]",
    ),
    click.option("--repair", is_flag=True, help="Propose the smallest change of the pair DATA and VAL instead."),
    click.option(
        "--output", type=FILE, metavar="FOLDER", help="Where to write it.  [default: the name of DATA with -split]"
    ),
    click.option("--sides", is_flag=True, help="Write train.npz, val.npz and test.npz as well as the row numbers."),
    click.option("--scale", is_flag=True, help="Scale what --sides writes with mean and sd of train."),
    click.option("--overwrite", is_flag=True, help="Write over an earlier split in the same folder."),
    click.option("--dry-run", is_flag=True, help="Write nothing."),
    click.option("--no-audit", is_flag=True, help="Do not audit the result."),
    click.option(
        "--format",
        type=click.Choice(["terminal", "json"]),
        default="terminal",
        show_default=True,
        help="Of the report.",
    ),
    repeating,
    configured,
    click.option("--no-color", is_flag=True, help="No colour and no bold."),
)
