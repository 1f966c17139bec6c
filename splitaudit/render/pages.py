"""Rules as text: the page of one, the table of all; a rule comes as :meth:`splitaudit.rule.Rule.to_dict` gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

YEAR = re.compile(r"\(\d{4}\)")


def page(rule: Mapping[str, Any]) -> str:
    """Return the documentation of one rule as Markdown."""
    first, _, rest = rule["page"].strip().partition("\n")
    rest, heading, references = rest.strip().partition("## References\n")
    rest = rest + heading + _listed(references)
    ungrouped = rule["error_ungrouped"]
    facts = [
        f"- Family: {rule['family']}",
        f"- Effect: {rule['effect']}; a warning from {rule['warn']:g} on, an error from {rule['error']:g} on"
        + (f" ({ungrouped:g} where nothing says which windows belong together)" if ungrouped else ""),
        f"- Needs: {', '.join(rule['needs']) or 'nothing but windows'}",
    ]
    options = [f"{name} = {_toml(value)}" for name, value in rule["options"].items()]
    settings = "\n".join(["```toml", f"[tool.splitaudit.rules.{rule['code']}]", *options, "```"])
    parts = [f"# {rule['code']} {rule['name']}", first, "\n".join(facts), rest, f"## Options\n{settings}"]
    return "\n\n".join(parts) + "\n"


def _listed(references: str) -> str:
    """Make a list of references; one that goes on in the next line has its year in the first."""
    lines = references.strip().splitlines()
    return "\n".join(f"- {line}" if i == 0 or YEAR.search(line) else f"  {line}" for i, line in enumerate(lines))


def _toml(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return f"{value:g}" if any(mark in f"{value:g}" for mark in ".e") else f"{value:.1f}"
    return json.dumps(value)


def table(rules: Iterable[Mapping[str, Any]]) -> Table:
    """Return a table of rules, family by family: code, name, what is wrong when it fires, thresholds."""
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    made.add_column("code", no_wrap=True, style="bold")
    made.add_column("name and what is wrong when it fires", ratio=1)
    made.add_column("warning", no_wrap=True, justify="right")
    made.add_column("error", no_wrap=True, justify="right")
    family = ""
    for rule in rules:
        if rule["family"] != family:
            family = rule["family"]
            made.add_row()
            made.add_row("", Text(family.upper(), style="dim"))
        text = Text.assemble((rule["name"], "bold"), "\n", rule["title"])
        made.add_row(Text(rule["code"]), text, f"{rule['warn']:g}", f"{rule['error']:g}")
    return made
