"""The command ``splitaudit show``: an earlier report again, in any format."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from splitaudit import options
from splitaudit.errors import ConfigError
from splitaudit.program import say


@click.command()
@click.argument("report", type=options.FILE, metavar="REPORT.json")
@click.option("--format", type=options.FORMATS, help="Of the report; with --output, of the file.  [default: terminal]")
@click.option("--output", type=options.FILE, metavar="FILE", help="Write it to a file instead; its suffix may decide.")
@click.option("--quiet", is_flag=True, help="Only the verdict and what is wrong.")
@click.option("--no-color", is_flag=True, help="No colour and no bold.")
def show(report: Path, format: str | None, output: Path | None, quiet: bool, no_color: bool) -> None:
    """Show the report of an earlier run (of --format json) again, in any format."""
    from splitaudit.render.json import load
    from splitaudit.render.write import format_of, ready, render_for, save

    found = load(report)
    if output is None:
        say(render_for(sys.stdout, found, ready(format or "terminal"), color=not no_color, quiet=quiet))
        return
    try:
        save(found, output, ready(format_of(output, format)))
    except OSError as error:
        raise ConfigError(f"{output}: cannot be written: {error.strerror or error}") from error
