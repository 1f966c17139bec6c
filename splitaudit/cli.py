"""The command line: parse, call, write, exit code.

Everything that takes time to load is imported by the command that needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from splitaudit import options
from splitaudit.config import Config
from splitaudit.config_command import completion, config
from splitaudit.errors import ConfigError
from splitaudit.program import INTERRUPTED, Program, say
from splitaudit.rules_command import rule, rules
from splitaudit.settling import LIMITS, READING, settle
from splitaudit.show_command import show
from splitaudit.split_command import split
from splitaudit.version import __version__

if TYPE_CHECKING:
    from splitaudit.audit import Settings
    from splitaudit.data.split import Split
    from splitaudit.data.training import History, Training
    from splitaudit.data.windows import Layout
    from splitaudit.engine.limits import Limits
    from splitaudit.results import Report


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


main.add_command(split)
main.add_command(show)
main.add_command(config)
main.add_command(completion)
main.add_command(rule)
main.add_command(rules)


@main.command()
@options.sides
@options.training
@click.option("--explain", is_flag=True, help="Then find out why validation stays where it stays, as explain does.")
@options.explaining
@options.auditing
@options.engine
@options.reporting
def check(explain: bool, **given: Any) -> int:
    """Audit the split of TRAIN and VAL, two .npz or .npy files, or of one .npz that holds both sides."""
    if not explain and (given["ladder"] or given["budget"] is not None):
        raise click.UsageError(f"{'--ladder' if given['ladder'] else '--budget'} says how to explain, add --explain")
    return _examined(given, explain=explain)


@main.command()
@options.sides
@options.training
@options.explaining
@options.auditing
@options.reporting
def explain(**given: Any) -> int:
    """Say why validation stays where it stays: audit TRAIN and VAL, then experiment on them, then rank the causes."""
    return _examined(given, explain=True)


@main.command()
@options.sides
@options.running
def baseline(**given: Any) -> int:
    """Train the reference network on TRAIN and ask it about VAL; its curves grow in the terminal."""
    from splitaudit.baselines import recipe_of, run, settings_of
    from splitaudit.engine.run import held
    from splitaudit.render import baseline as render
    from splitaudit.render.live import live_curves

    settled, given = _settled(given)
    recipe = recipe_of(given["model"], given["epochs"])
    output, format = _target(given)
    render.check_format(format)
    with live_curves(shown=not given["quiet"]) as shown:
        train, val, _ = held(*_reader(given)(), _limits(given))
        found = run(
            train,
            val,
            settings_of(settled.seed, settled.jobs),
            recipe,
            ladder=given["ladder"],
            budget=given["budget"],
            shown=shown,
            partial=True,
        )
    if output is not None:
        render.save(found, output, format)
        format = "terminal"
    say(render.render_for(sys.stdout, found, format, color=not given["no_color"], quiet=given["quiet"]))
    return INTERRUPTED if found.partial else 0


@main.command()
@click.argument("case", required=False)
@click.option("--list", "listing", is_flag=True, help="List the cases.")
@options.reporting
def demo(case: str | None, listing: bool, **given: Any) -> int:
    """Make the split CASE with a known fault, and audit it.

    The case "ceilings" makes six splits that stop at 76 % for six different reasons, and explains them; "ceilings/NAME"
    explains one of these alone.
    """
    from splitaudit.zoo.demo import CASES, CEILINGS, make, story

    if listing:
        width = max(map(len, [*CASES, *CEILINGS]))
        say("".join(f"{name.ljust(width)}  {story(name)}\n" for name in [*CASES, *CEILINGS]))
        return 0
    name = case or next(iter(CASES))
    settled = settle(given)
    if name == "ceilings":
        return _ceilings(settled, given)
    if given["format"] in (None, "terminal") and not given["quiet"]:
        say(f"{name}: {story(name)}\n\n")

    def read() -> tuple[Split, Split]:
        made = make(name, settled.seed)
        return made.train, made.val

    return _audit(read, settled, given, explain=name in CEILINGS)


def _ceilings(settled: Config, given: dict[str, Any]) -> int:
    """Explain six splits with the same ceiling."""
    from splitaudit.audit import Settings
    from splitaudit.explanation.demonstration import demonstrate
    from splitaudit.render import demonstration as render

    output, format = _target(given)
    render.check_format(format)
    settings = Settings(random_state=settled.seed, n_jobs=settled.jobs)
    with _shown(quiet=given["quiet"], curves=False) as shown:
        found = demonstrate(settings, **shown)
    if output is not None:
        render.save(found, output, format)
        format = "terminal"
    say(render.render_for(sys.stdout, found, format, color=not given["no_color"]))
    return 0


def _reader(given: dict[str, Any]) -> Callable[[], tuple[Split, Split]]:
    """Return what reads the two sides, once the progress is on the screen."""

    def read() -> tuple[Split, Split]:
        from splitaudit.readers.read import read_pair
        from splitaudit.readers.room import limited

        layout: Layout = "nct" if given["layout"] == "nct" else "ntc"
        keys = {name: given[name] for name in ("x_key", "y_key", "window", "stride")}
        limits = _limits(given)
        with limited(limits.memory):
            return read_pair(given["train"], given["val"], layout=layout, most=limits.most_loaded, **keys)

    return read


def _limits(given: dict[str, Any]) -> Limits:
    """Return what the command may use."""
    from splitaudit.engine.limits import limits_of

    return limits_of(given.get("memory"), given.get("engine") or "local", given.get("scheduler"))


def _examined(given: dict[str, Any], *, explain: bool) -> int:
    """Audit and explain what the command was given, with what the file adds to it."""
    settled, given = _settled(given)
    return _audit(_reader(given), settled, given, explain=explain)


def _settled(given: dict[str, Any]) -> tuple[Config, dict[str, Any]]:
    """Return the settings for two sides, and the options with what the file says of reading them."""
    settled = settle(given, *(given[side] for side in ("train", "val") if given[side] is not None))
    return settled, {**given, **{name: getattr(settled, name) for name in (*LIMITS, *READING) if name in given}}


def _audit(
    read: Callable[[], tuple[Split, Split]], settled: Config, given: dict[str, Any], *, explain: bool = False
) -> int:
    """Read, audit and explain, write; return the exit code."""
    from splitaudit.accepted import accepted_findings
    from splitaudit.audit import Settings

    settings = Settings(
        select=settled.select,
        ignore=settled.ignore,
        fail_on=settled.fail_on,
        alpha=settled.alpha,
        n_permutations=settled.permutations,
        random_state=settled.seed,
        n_jobs=settled.jobs,
        rules=settled.rules,
        reasons=settled.reasons,
    )
    output, format = _target(given)
    accepted = accepted_findings(settled.baseline)
    limits = _limits(given)
    examine = _explainer(given, limits) if explain else _auditor(limits)
    training = _training(given)
    with _shown(quiet=given["quiet"], curves=explain) as shown:
        started = perf_counter()
        train, val = read()
        known = training(train, val)
        seconds = perf_counter() - started
        report = examine(
            train,
            val,
            settings,
            training=known,
            accepted=accepted,
            partial=True,
            **shown,
        )
    timings = {"read": seconds, **report.timings, "total": report.timings["total"] + seconds}
    _write(replace(report, timings=timings), output, format, given)
    code = report.verdict.exit_code
    return 0 if given["exit_zero"] and code == 1 else code


@contextmanager
def _shown(*, quiet: bool, curves: bool) -> Iterator[dict[str, Any]]:
    """Show how far the work has come while the block runs; yield what an audit or an explanation needs for that."""
    from splitaudit.render.live import live_curves
    from splitaudit.render.progress import terminal_progress

    if curves:
        with live_curves(shown=not quiet) as display:
            yield {"progress": display.wrap, "live": display.epoch}
    elif quiet:
        yield {}
    else:
        with terminal_progress() as progress:
            yield {"progress": progress}


def _auditor(limits: Limits) -> Callable[..., Report]:
    from splitaudit.engine.run import audit_sides

    return partial(audit_sides, limits=limits)


def _explainer(given: dict[str, Any], limits: Limits) -> Callable[..., Report]:
    from splitaudit.engine.run import held
    from splitaudit.explanation.budget import parse_budget
    from splitaudit.explanation.explain import explain_report

    options = {"budget": parse_budget(given.get("budget")), "ladder": given.get("ladder", False)}

    def explain(train: Split, val: Split, settings: Settings, training: Training, **shown: Any) -> Report:
        train, val, training = held(train, val, limits, training)
        return explain_report(train, val, settings, training=training, **options, **shown)

    return explain


def _training(given: dict[str, Any]) -> Callable[[Split, Split], Training]:
    """Read what is known of the user's own training; predictions need the sides that they are for."""
    from splitaudit.data.training import Training

    histories: tuple[History, ...] = ()
    if given.get("history"):
        from splitaudit.readers.history import read_history

        histories = read_history(list(given["history"]))
    known = Training(histories=histories, observed=given.get("observed"))
    path: Path | None = given.get("predictions")

    def complete(train: Split, val: Split) -> Training:
        if path is None:
            return known
        from splitaudit.data.split import comparable
        from splitaudit.readers.predictions import read_predictions

        return replace(known, predictions=read_predictions(path, comparable(train, val)[1]))

    return complete


def _target(given: dict[str, Any]) -> tuple[Path | None, str]:
    """Return the file to write and the format, checked before the work begins."""
    from splitaudit.render.write import format_of, ready

    output: Path | None = given["output"]
    if output is None:
        return None, ready(given["format"] or "terminal")
    if not output.parent.is_dir():
        raise ConfigError(f"{output}: there is no folder {output.parent}")
    if output.is_dir():
        raise ConfigError(f"{output}: is a folder, expected a file to write the report to")
    return output, ready(format_of(output, given["format"]))


def _write(report: Report, output: Path | None, format: str, given: dict[str, Any]) -> None:
    """Write the file if there is one, and the report to standard output; what is shown of it there is for people.

    A report that cannot be written to its file is shown whole, so that it is not lost.
    """
    from splitaudit.render.write import render_for, save

    lost, quiet = "", given["quiet"]
    if output is not None:
        try:
            save(report, output, format)
        except OSError as error:
            lost, quiet = f"{output}: cannot be written: {error.strerror or error}", False
        if not lost and (quiet or sys.stdout is None):
            return
        format = "terminal"
    say(render_for(sys.stdout, report, format, color=not given["no_color"], quiet=quiet))
    if lost:
        raise ConfigError(lost)


@main.command()
@click.argument("report", type=options.FILE, metavar="REPORT.json")
@options.plotting
def plot(report: Path, output: Path, figure: tuple[str, ...], format: str, listing: bool) -> None:
    """Draw the figures of a report (of --format json) for a paper, as PNG, SVG or PDF."""
    from splitaudit.render.figures.plot import chosen, save
    from splitaudit.render.json import load

    found = load(report)
    if listing:
        drawn = chosen(found)
        width = max(len(each.name) for each in drawn)
        say("".join(f"{each.name.ljust(width)}  {each.title}\n" for each in drawn))
        return
    try:
        written = save(found, output, figure, format)
    except OSError as error:
        raise ConfigError(f"{output}: cannot be written: {error.strerror or error}") from error
    say("".join(f"{path}\n" for path in written))
