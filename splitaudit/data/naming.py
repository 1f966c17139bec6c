"""Names of channels in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from splitaudit.data.split import Split
from splitaudit.wording import listed


def channels_of(split: Split, channels: Iterable[int], *, start: bool = False) -> str:
    """Name channels in a sentence: names where they are known, else "channel 3" or "channels 0, 2 and 3".

    ``start`` gives the words for the start of a sentence.
    """
    return channels_named(split.channels if split.image is None else (), channels, start=start)


def channels_named(names: Sequence[str], channels: Iterable[int], *, start: bool = False) -> str:
    """Name channels in a sentence, by ``names`` unless there are none."""
    chosen = list(channels)
    if names:
        return listed(names[c] for c in chosen)
    return f"{'C' if start else 'c'}hannel{'s' if len(chosen) != 1 else ''} {listed(chosen)}"


def signal_name(split: Split, channels: Iterable[int], *, start: bool = False) -> str:
    """Name signal channels that are looked at together: "acc_x x acc_y", "channels 0 x 3", "image cell 5".

    The signals of image windows are the cells of a grid over the image.
    """
    chosen = list(channels)
    if split.image is None and split.channels:
        return " x ".join(split.channels[c] for c in chosen)
    word = "image cell" if split.image is not None else "channel"
    word = f"{word}{'s' if len(chosen) != 1 else ''} {' x '.join(map(str, chosen))}"
    return word[0].upper() + word[1:] if start else word
