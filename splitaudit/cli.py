"""The command line: parse, call, write, exit code.

Everything that takes time to load is imported by the command that needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

import click

from splitaudit import __version__
from splitaudit.config import FAIL_ON, Config, load
from splitaudit.errors import ConfigError
from splitaudit.program import Program, say

if TYPE_CHECKING:
    from splitaudit.data.split import Split
    from splitaudit.report import Report

F = TypeVar("F", bound=Callable[..., Any])
FORMATS = click.Choice(["terminal", "json", "markdown", "html", "junit"])


def _codes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(code.strip() for value in values for code in value.split(",") if code.strip())


def _not_zero(context: click.Context, parameter: click.Parameter, value: int | None) -> int | None:
    if value == 0:
        raise click.BadParameter("0 threads do no work; -1 stands for all processors")
    return value


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_reporting = _options(
    click.option("--format", type=FORMATS, help="Of the report; with --output, of the file.  [default: terminal]"),
    click.option(
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write the report to a file as well; without --format its suffix decides: .json .md .html .xml .txt",
    ),
    click.option("--fail-on", type=click.Choice(FAIL_ON), help="Exit with 1 from this severity on.  [default: error]"),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever was found."),
    click.option(
        "--seed", type=click.IntRange(min=0), help="The same input and seed give the same report.  [default: 0]"
    ),
    click.option("--jobs", type=int, callback=_not_zero, help="Threads; -1 for all processors.  [default: -1]"),
    click.option("--quiet", is_flag=True, help="No progress; of the report only the verdict and what is wrong."),
    click.option("--no-color", is_flag=True, help="No colour and no bold."),
)
_auditing = _options(
    click.option(
        "--select", multiple=True, callback=_codes, metavar="CODES", help="Only these: SA1,SA302,label-shift."
    ),
    click.option("--ignore", multiple=True, callback=_codes, metavar="CODES", help="Not these."),
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="REPORT",
        help="Accept what this earlier report (--format json) found, unless it became graver.",
    ),
    click.option("--alpha", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Level.  [default: 0.05]"),
    click.option("--permutations", type=click.IntRange(min=19), help="At most, per test.  [default: 999]"),
    click.option(
        "--config",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Read [tool.splitaudit] of this file instead of the nearest pyproject.toml.",
    ),
)


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="splitaudit")
@click.pass_context
def main(context: click.Context) -> None:
    """Audit a train/validation split of windowed sequence data before training on it.

    Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage, unreadable input or a crashed rule, 130
    interrupted.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)


@main.command()
@click.argument("train", type=click.Path(path_type=Path))
@click.argument("val", type=click.Path(path_type=Path), required=False)
@click.option("--x-key", metavar="KEY", help="Key of the windows in an .npz file.  [default: X]")
@click.option("--y-key", metavar="KEY", help="Key of the labels in an .npz file.  [default: y]")
@click.option(
    "--layout",
    type=click.Choice(["ntc", "nct"]),
    default="ntc",
    show_default=True,
    help="Order of the axes of X: windows, time steps, channels; or channels before time steps.",
)
@_auditing
@_reporting
def check(train: Path, val: Path | None, x_key: str | None, y_key: str | None, layout: str, **given: Any) -> int:
    """Audit the split of TRAIN and VAL, two .npz or .npy files, or of one .npz that holds both sides."""

    def read() -> tuple[Split, Split]:
        from splitaudit.readers.read import read_pair

        return read_pair(train, val, x_key=x_key, y_key=y_key, layout="nct" if layout == "nct" else "ntc")

    return _audit(read, _settle(given), given)


@main.command()
@click.argument("case", required=False)
@click.option("--list", "listing", is_flag=True, help="List the cases.")
@_reporting
def demo(case: str | None, listing: bool, **given: Any) -> int:
    """Make the split CASE with a known fault, and audit it."""
    from splitaudit.zoo.demo import CASES, make, story

    if listing:
        width = max(map(len, CASES))
        say("".join(f"{name.ljust(width)}  {story(name)}\n" for name in CASES))
        return 0
    name = case or next(iter(CASES))
    config = _settle(given)
    if given["format"] in (None, "terminal") and not given["quiet"]:
        say(f"{name}: {story(name)}\n\n")

    def read() -> tuple[Split, Split]:
        made = make(name, config.seed)
        return made.train, made.val

    return _audit(read, config, given)


def _settle(given: dict[str, Any]) -> Config:
    """Settle the settings: the command line over the file over the defaults."""
    names = ("select", "ignore", "fail_on", "alpha", "permutations", "seed", "jobs", "baseline")
    base = load(given["config"]) if "config" in given else Config()
    return base.overridden(**{name: given.get(name) for name in names})


def _audit(read: Callable[[], tuple[Split, Split]], config: Config, given: dict[str, Any]) -> int:
    """Read, audit, write; return the exit code."""
    from splitaudit.accepted import accepted_findings
    from splitaudit.audit import Settings, audit
    from splitaudit.render.progress import terminal_progress
    from splitaudit.rule import silent

    settings = Settings(
        select=config.select,
        ignore=config.ignore,
        fail_on=config.fail_on,
        alpha=config.alpha,
        n_permutations=config.permutations,
        random_state=config.seed,
        n_jobs=config.jobs,
        rules=config.rules,
        reasons=config.reasons,
    )
    output, format = _target(given)
    accepted = accepted_findings(config.baseline)
    with nullcontext(silent) if given["quiet"] else terminal_progress() as progress:
        started = perf_counter()
        train, val = read()
        seconds = perf_counter() - started
        report = audit(train, val, settings, progress=progress, accepted=accepted, version=__version__, partial=True)
    timings = {"read": seconds, **report.timings, "total": report.timings["total"] + seconds}
    _write(replace(report, timings=timings), output, format, given)
    code = report.verdict.exit_code
    return 0 if given["exit_zero"] and code == 1 else code


def _target(given: dict[str, Any]) -> tuple[Path | None, str]:
    """Return the file to write and the format, checked before the work begins."""
    from splitaudit.render.write import format_of

    output: Path | None = given["output"]
    if output is None:
        return None, given["format"] or "terminal"
    if not output.parent.is_dir():
        raise ConfigError(f"{output}: there is no folder {output.parent}")
    if output.is_dir():
        raise ConfigError(f"{output}: is a folder, expected a file to write the report to")
    return output, format_of(output, given["format"])


def _write(report: Report, output: Path | None, format: str, given: dict[str, Any]) -> None:
    """Write the file if there is one, and the report to standard output; what is shown of it there is for people."""
    from splitaudit.render.write import render_for, save

    if output is not None:
        try:
            save(report, output, format)
        except OSError as error:
            raise ConfigError(f"{output}: cannot be written: {error.strerror or error}") from error
        if given["quiet"]:
            return
        format = "terminal"
    say(render_for(sys.stdout, report, format, color=not given["no_color"], quiet=given["quiet"]))


@main.command()
@click.argument("code")
@click.option("--no-color", is_flag=True, help="No colour and no bold.")
def rule(code: str, no_color: bool) -> None:
    """Explain the rule CODE, such as SA301 or duplicate-windows."""
    from splitaudit.render.pages import page
    from splitaudit.rules.catalog import find

    text = page(find(code).to_dict())
    if not sys.stdout.isatty():
        say(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(color_system=None if no_color else "auto", width=min(100, Console().width))
    with console.capture() as captured:
        console.print(Markdown(text))
    say(captured.get())


@main.command()
@click.option("--format", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.option("--no-color", is_flag=True, help="No colour and no bold.")
def rules(format: str, no_color: bool) -> None:
    """List all rules with what they look for and their thresholds."""
    from splitaudit.rules.catalog import all_rules

    found = [each.to_dict() for each in all_rules()]
    if format == "json":
        import json

        say(
            json.dumps([{key: value for key, value in each.items() if key != "page"} for each in found], indent=1)
            + "\n"
        )
        return
    from rich.console import Console

    from splitaudit.render.pages import table

    console = Console(color_system=None if no_color else "auto", width=min(100, Console().width))
    with console.capture() as captured:
        console.print(table(found))
    say(captured.get())
