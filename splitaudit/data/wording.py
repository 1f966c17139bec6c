"""Lists of names in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from splitaudit.data.split import Split

SHOWN = 4


def listed(names: Iterable[object], *, shown: int = SHOWN) -> str:
    """Join names with commas and "and"; of many, the first and how many more."""
    words = [str(name) for name in names]
    if len(words) > shown + 1:
        words = [*words[:shown], f"{len(words) - shown} more"]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1] if words else ""]))


def channels_of(split: Split, channels: Iterable[int], *, start: bool = False) -> str:
    """Name channels in a sentence: names where they are known, else "channel 3" or "channels 0, 2 and 3".

    ``start`` gives the words for the start of a sentence.
    """
    chosen = list(channels)
    if split.channels and split.image is None:
        return listed(split.channels[c] for c in chosen)
    return f"{'C' if start else 'c'}hannel{'s' if len(chosen) != 1 else ''} {listed(chosen)}"
