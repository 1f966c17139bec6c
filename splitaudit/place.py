"""Where something sits, in the words and row numbers of the input."""

from __future__ import annotations

from dataclasses import dataclass

MAX_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding or a cause sits, in the words and row numbers of the input.

    ``train_windows`` and ``val_windows`` hold the first 1000 rows, the counts say how many there are.
    """

    channels: tuple[str | int, ...] = ()
    timesteps: tuple[int, int] | None = None
    groups: tuple[str, ...] = ()
    train_windows: tuple[int, ...] = ()
    val_windows: tuple[int, ...] = ()
    n_train_windows: int = 0
    n_val_windows: int = 0
