"""Lists, counts and options in sentences, and text that comes from data."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

SHOWN = 4
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # control, format (such as text direction), lone surrogate, line breaks
IN_ASCII = str.maketrans(
    {"×": "x", "·": "|", "…": "...", "–": "-", "—": "-", "−": "-", "≥": ">=", "≤": "<=", "±": "+-", "→": "->", "µ": "u"}
    | {"’": "'", "“": '"', "”": '"', "\N{NO-BREAK SPACE}": " "}
)


def listed(names: Iterable[object], *, shown: int = SHOWN) -> str:
    """Join names with commas and "and"; of many, the first and how many more."""
    words = [str(name) for name in names]
    if len(words) > shown + 1:
        words = [*words[:shown], f"{len(words) - shown} more"]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def counted(count: int, word: str) -> str:
    """Write a count with its noun: "1 window", "2 windows", "2 classes", "2 stretches", "2 epochs"."""
    plural = f"{word}es" if word.endswith(("s", "tch", "x")) else f"{word}s"
    return f"{count:,} {word if count == 1 else plural}"


def probability(value: float) -> str:
    """Write a probability in whole percent, never as certain."""
    if not math.isfinite(value):
        return "unknown"
    return "< 1 %" if value < 0.01 else "> 99 %" if value > 0.99 else f"{100 * value:.0f} %"


def option(name: str, value: object = None) -> str:
    """Word an option as Python and the command line have it: "x_key (--x-key)", "x_key='ecg' (--x-key ecg)"."""
    flag = f"--{name.replace('_', '-')}"
    if value is None:
        return f"{name} ({flag})"
    return f"{name}={value!r} ({flag if value is True else f'{flag} {value}'})"


def visible(text: str, *, ascii_only: bool = False) -> str:
    """Return text in which characters that would steer a terminal or a layout are shown as escapes.

    With ``ascii_only`` other characters beyond ASCII become escapes as well, or their nearest likeness.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = "".join(_escaped(char) if unicodedata.category(char) in HIDDEN else char for char in text)
    if ascii_only:
        return shown.translate(IN_ASCII).encode("ascii", "backslashreplace").decode("ascii")
    return shown


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
