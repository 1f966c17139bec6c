"""The demonstration of the ceilings as text: for a terminal, and as JSON (``splitaudit.ceilings/1``)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from rich.text import Text

from splitaudit.demonstrated import SCHEMA, Demonstrated
from splitaudit.errors import ConfigError
from splitaudit.render.console import text_for
from splitaudit.render.json import plain
from splitaudit.render.json_explanation import explanation_dict
from splitaudit.render.layout import Page

FORMATS = ("terminal", "json")
NAME = 28


def check_format(format: str) -> None:
    """Refuse formats of other reports.

    Raises
    ------
    ConfigError
        If there is no such format.
    """
    if format not in FORMATS:
        raise ConfigError(
            f"format is {format!r}, expected one of {', '.join(FORMATS)} for the demonstration of ceilings"
        )


def save(found: Sequence[Demonstrated], path: Path, format: str) -> None:
    """Write the demonstration to a file.

    Raises
    ------
    ConfigError
        If that is not possible.
    """
    text = render_for(io.StringIO(), found, format, color=False)
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error


def render_for(stream: TextIO | None, found: Sequence[Demonstrated], format: str, *, color: bool = True) -> str:
    """Return the demonstration as text that suits a stream."""
    if format == "json":
        content = plain({"schema": SCHEMA, "ceilings": [_entry(each) for each in found]})
        return json.dumps(content, indent=1, allow_nan=False) + "\n"
    return text_for(stream, lambda columns, ascii_only: _lines(found, Page(columns, ascii_only)), color=color)


def _entry(each: Demonstrated) -> dict[str, object]:
    return {
        "name": each.name,
        "story": each.story,
        "planted": each.planted,
        "train": dict(each.train),
        "val": dict(each.val),
        "explanation": explanation_dict(each.explanation),
    }


def _lines(found: Sequence[Demonstrated], page: Page) -> Iterator[Text]:
    yield from page.lines("CEILINGS", page.text("the same plateau, for six different reasons", "bold"), "bold")
    for each in found:
        yield Text()
        yield from page.lines("SPLIT", page.text(each.story, "bold"), "bold")
        train = f"; train {min(each.train.values()):.0%} and more" if each.train else ""
        yield from page.lines("  val", _accuracies(each) + train, "dim", hang=2)
        first = each.explanation.causes[0]
        right = first.name == each.planted
        style = "bold green" if right else "bold red"
        said = Text.assemble((first.name, style), f" {first.probability:.0%}")
        if not right:
            said.append(f" (planted: {each.planted})")
        yield from page.lines("  cause", said, "dim")
        for proof in first.evidence[:2]:
            yield from page.lines("", proof.text)
    named = sum(each.explanation.causes[0].name == each.planted for each in found)
    yield Text()
    yield from page.lines("RESULT", f"{named} of {len(found)} causes named", "bold")
    yield from page.lines("MORE", "splitaudit demo ceilings/label_noise, … explains one of them alone", "dim")


def _accuracies(each: Demonstrated) -> str:
    return ", ".join(f"{name} {value:.0%}" for name, value in sorted(each.val.items(), key=lambda item: -item[1]))
