"""``splitaudit rule`` and ``splitaudit rules``: what the rules are."""

from __future__ import annotations

import json
import sys

import click

from splitaudit.program import say


@click.command()
@click.argument("code")
@click.option("--no-color", is_flag=True, help="No colour and no bold.")
def rule(code: str, no_color: bool) -> None:
    """Explain the rule CODE, such as SA301 or duplicate-windows."""
    from splitaudit.render.pages import page
    from splitaudit.rules.catalog import find

    text = page(find(code).to_dict())
    if sys.stdout is None or not sys.stdout.isatty():
        say(text)
        return
    from rich.markdown import Markdown

    from splitaudit.render.console import text_for

    say(text_for(sys.stdout, lambda *_: [Markdown(text)], color=not no_color, most=100, soft_wrap=False))


@click.command()
@click.option("--format", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
@click.option("--no-color", is_flag=True, help="No colour and no bold.")
def rules(format: str, no_color: bool) -> None:
    """List all rules with what they look for and their thresholds."""
    from splitaudit.rules.catalog import all_rules

    found = [each.to_dict() for each in all_rules()]
    if format == "json":
        say(
            json.dumps([{key: value for key, value in each.items() if key != "page"} for each in found], indent=1)
            + "\n"
        )
        return
    from splitaudit.render.console import text_for
    from splitaudit.render.pages import table

    say(text_for(sys.stdout, lambda *_: [table(found)], color=not no_color, most=100, soft_wrap=False))
