"""Every page of the documentation, and every fenced block on it."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import splitaudit

ROOT = Path(splitaudit.__file__).parent.parent
DOCS = ROOT / "docs"
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>.*)\n(?P<text>(?:.*\n)*?)(?P=indent)```$", re.M)


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line it begins in, its language and what is in it."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def site() -> ModuleType:
    """Return the module that makes pages from the code."""
    spec = importlib.util.spec_from_file_location("_site", DOCS / "_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def pages() -> dict[str, str]:
    """Return the text of every page: those in docs/, those made from the code, and what stands beside the code."""
    written = {path.name: path for path in sorted(DOCS.glob("*.md"))}
    written |= {name: ROOT / name for name in ("README.md", "CONTRIBUTING.md")}
    return {**{name: path.read_text(encoding="utf-8") for name, path in written.items()}, **site().pages()}


@cache
def blocks(*languages: str) -> list[Block]:
    """Return the blocks of some languages, of all where none is named; lines that go on in the next are joined."""
    found = [
        Block(page, text.count("\n", 0, each.start()) + 1, each["language"].strip(), each["text"].replace("\\\n", ""))
        for page, text in pages().items()
        for each in FENCE.finditer(text)
    ]
    return [block for block in found if not languages or block.language in languages]


def prose(page: str) -> str:
    """Return a page without its blocks."""
    return FENCE.sub("", pages()[page])


def shown(wanted: str, said: str) -> str | None:
    """Compare what a page shows with what was said; return the first line that was not said, None if there is none.

    A line ``...`` stands for any lines, ``...`` at the end of a line for the rest of it; widths of blanks do not count.
    """
    lines = [" ".join(line.split()) for line in said.splitlines()]
    place, free = 0, False
    for line in (" ".join(line.split()) for line in wanted.splitlines()):
        if line == "...":
            free = True
            continue
        begins = line.removesuffix("...")
        fits = (lambda other, b=begins: other.startswith(b)) if begins != line else (lambda other, b=line: other == b)
        reach = range(place, len(lines) if free else min(place + 1, len(lines)))
        place = next((i + 1 for i in reach if fits(lines[i])), -1)
        if place < 0:
            return line
        free = False
    return None
