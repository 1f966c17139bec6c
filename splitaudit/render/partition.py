"""A drawn split as text for a terminal, as a record (``splitaudit.split/1``), and as a file of row numbers."""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from splitaudit.errors import ConfigError
from splitaudit.partitioned import Changes, PartitionData, Parts, Standing
from splitaudit.render import words
from splitaudit.render.atomic import replacing
from splitaudit.render.console import text_for
from splitaudit.render.json import plain
from splitaudit.render.layout import Page
from splitaudit.wording import counted, listed, option

SCHEMA = "splitaudit.split/1"
FILE_WIDTH = 100
INDICES, RECORD = "indices.npz", "split.json"
MAX_CLASSES = 12
MAX_NAMED = 8
NAME = 24


def render(found: PartitionData) -> str:
    """Return the split as plain text."""
    return render_for(io.StringIO(), found, color=False, width=FILE_WIDTH)


def render_for(
    stream: TextIO | None,
    found: PartitionData,
    format: str = "terminal",
    *,
    color: bool = True,
    width: int | None = None,
) -> str:
    """Return the split as text that suits a stream, see :func:`splitaudit.render.write.render_for`."""
    if format == "json":
        return _document(found)

    def lines(columns: int, ascii_only: bool) -> Iterable[RenderableType]:
        return renderables(found, columns, ascii_only=ascii_only)

    return text_for(stream, lines, color=color, width=width)


def to_dict(found: PartitionData) -> dict[str, Any]:
    """Return the record: all but the row numbers, which are in :data:`INDICES`."""
    content: dict[str, Any] = plain(
        {
            "schema": SCHEMA,
            "tool": {"name": "splitaudit", "version": found.version},
            "source": found.source,
            "n_windows": found.n_windows,
            "settings": found.settings,
            "by": found.by,
            "n_units": found.n_units,
            "how": found.how,
            "gap": {"samples": found.gap, "how": found.gap_how},
            "parts": [{name: len(getattr(each, name)) for name in _names(each)} for each in found.parts],
            "scalers": [asdict(each) for each in found.scalers],
            "classes": found.classes,
            "before": None if found.before is None else asdict(found.before),
            "after": [asdict(each) for each in found.after],
            "changes": None if found.changes is None else asdict(found.changes),
            "notes": found.notes,
            "seconds": found.seconds,
        }
    )
    return content


def _names(parts: Parts) -> list[str]:
    return [*parts.named(), "left_out"]


def _document(found: PartitionData) -> str:
    return json.dumps(to_dict(found), indent=1, allow_nan=False) + "\n"


def save(found: PartitionData, folder: str | os.PathLike[str], *, overwrite: bool = False) -> list[Path]:
    """Write row numbers and record into a folder, see :meth:`splitaudit.partitioned.Partition.save`."""
    import numpy as np

    place = Path(folder)
    files = [place / INDICES, place / RECORD]
    refuse_existing(files, overwrite=overwrite)
    place.mkdir(parents=True, exist_ok=True)
    with replacing(files[0]) as path, path.open("wb") as stream:
        np.savez_compressed(stream, **_indices(found))
    with replacing(files[1]) as path:
        path.write_text(_document(found), encoding="utf-8", errors="backslashreplace")
    return files


def refuse_existing(files: Sequence[Path], *, overwrite: bool) -> None:
    """Refuse to write over what is there.

    Raises
    ------
    ConfigError
        If one of the files is there, unless it may be overwritten.
    """
    there = [path for path in files if path.exists()]
    if there and not overwrite:
        raise ConfigError(f"{there[0]}: is there already, expected another folder, or {option('overwrite', True)}")


def _indices(found: PartitionData) -> dict[str, Any]:
    """Return the row numbers by part; of folds with the fold's number before."""
    several = len(found.parts) > 1
    return {
        (f"fold{i}_{name}" if several else name): getattr(each, name)
        for i, each in enumerate(found.parts)
        for name in _names(each)
    }


def renderables(found: PartitionData, width: int, *, ascii_only: bool = False) -> Iterator[Text]:
    """Yield the split line by line."""
    page = Page(width, ascii_only)
    yield from page.lines("splitaudit", f" {found.version}", "bold")
    yield Text()
    yield from page.lines("data", f"{found.source}: {counted(found.n_windows, 'window')}", "bold")
    if found.changes is None:
        yield from page.lines("whole", f"{counted(found.n_units, found.by)} ({found.how})", "bold")
        if found.gap:
            yield from page.lines("gap", f"{found.gap:g} samples between starts: {found.gap_how}", "bold")
    else:
        yield from _changes(found.changes, found.how, page)
    yield Text()
    yield from _sizes(found, page)
    yield from _classes(found, page)
    yield from _standings(found, page)
    for i, note in enumerate(found.notes):
        yield from page.lines("" if i else "NOTES", f"{note[0].upper()}{note[1:]}", "bold", hang=2)
    yield from page.lines("TIME", f"{found.seconds:.1f} s", "bold")


def _changes(changes: Changes, how: str, page: Page) -> Iterator[Text]:
    """Say what a repair does, with the first of the windows."""
    count = f": {counted(changes.n_windows, 'window')}" if changes.n_windows else ""
    yield from page.lines("REPAIR", page.text(f"{how[0].upper()}{how[1:]}{count}", "bold"), "bold cyan")
    for label, rows in (
        ("leave out of train", changes.drop_train),
        ("leave out of val", changes.drop_val),
        ("move from val to train", changes.to_train),
        ("move from train to val", changes.to_val),
    ):
        if rows:
            yield from page.lines("", f"{label} {len(rows):,}: {listed(rows, shown=MAX_NAMED)}", hang=2)


def _sizes(found: PartitionData, page: Page) -> Iterator[Text]:
    for i, each in enumerate(found.parts):
        told = [f"{name} {len(rows):,} ({len(rows) / found.n_windows:.1%})" for name, rows in each.named().items()]
        told += [f"left out {len(each.left_out):,}"] if len(each.left_out) else []
        head = f"fold {i}: " if len(found.parts) > 1 else ""
        yield from page.lines("" if i else "PARTS", head + ", ".join(told), "bold")
    yield Text()


def _classes(found: PartitionData, page: Page) -> Iterator[Text]:
    """Show the share of each class in every part of the first fold."""
    if not found.classes:
        return
    names = list(found.parts[0].named())
    totals = [max(1, sum(counts[i] for counts in found.classes.values())) for i in range(len(names))]
    rows = [
        (name, *(f"{counts[i] / totals[i]:.1%}" for i in range(len(names))))
        for name, counts in list(found.classes.items())[:MAX_CLASSES]
    ]
    label = "CLASSES" if len(found.parts) == 1 else "FOLD 0"
    yield from _table(label, ("", *names), rows, page)
    if len(found.classes) > MAX_CLASSES:
        yield from page.lines("", page.text(f"and {len(found.classes) - MAX_CLASSES} more classes", "dim"))
    yield Text()


def _standings(found: PartitionData, page: Page) -> Iterator[Text]:
    """Show what train knows of val and how alike the parts are, before and after."""
    shown = [*([found.before] if found.before else []), *found.after]
    if not shown:
        yield from page.lines("AUDIT", "the result was not audited", "bold")
        return
    if len(found.after) > 1:
        shown = [shown[0], _worst(found.after)]
    heads = [_heading(each) for each in shown]
    rows = [(f"{way} in val", *(_percent(each.leaked[way], exact=True) for each in shown)) for way in shown[0].leaked]
    rows += [
        ("class shares differ by", *(_percent(each.class_error) for each in shown)),
        ("features differ by", *(_number(each.shift, " sd") for each in shown)),
        ("AUC by unit", *(_number(each.auc) for each in shown)),
        ("probe on val", *(_accuracy(each) for each in shown)),
        ("errors", *(" ".join(each.errors) or "none" for each in shown)),
        ("warnings", *(" ".join(each.warnings) or "none" for each in shown)),
    ]
    yield from _table("AUDIT", ("", *heads), rows, page)
    yield Text()


def _heading(each: Standing) -> str:
    return each.name.partition(":")[0]


def _worst(folds: Sequence[Standing]) -> Standing:
    """Return the folds as one: the worst of what should be small, the mean of what is reached."""
    known = [each for each in folds if math.isfinite(each.accuracy)]

    def mean(values: list[float]) -> float:
        return sum(values) / len(values) if values else math.nan

    return Standing(
        name=f"worst of {len(folds)} folds",
        leaked={way: max(each.leaked[way] for each in folds) for way in folds[0].leaked},
        class_error=max(each.class_error for each in folds),
        shift=max(each.shift for each in folds),
        auc=max((each.auc for each in folds if math.isfinite(each.auc)), default=math.nan),
        accuracy=mean([each.accuracy for each in known]),
        low=min((each.accuracy for each in known), default=math.nan),
        high=max((each.accuracy for each in known), default=math.nan),
        errors=tuple(sorted({code for each in folds for code in each.errors})),
        warnings=tuple(sorted({code for each in folds for code in each.warnings})),
    )


def _percent(share: float, *, exact: bool = False) -> str:
    if not math.isfinite(share):
        return "-"
    return "none" if exact and share == 0 else f"{share:.1%}"


def _number(value: float, unit: str = "") -> str:
    return f"{value:.2f}{unit}" if math.isfinite(value) else "-"


def _accuracy(each: Standing) -> str:
    if not math.isfinite(each.accuracy):
        return "-"
    return f"{each.accuracy:.1%} ({100 * each.low:.0f} to {100 * each.high:.0f})"


def _table(label: str, heading: Sequence[str], rows: Sequence[Sequence[str]], page: Page) -> Iterator[Text]:
    """Lay out rows of cells in columns; the first is a name."""
    shown = [[words.short(row[0], NAME), *row[1:]] for row in (heading, *rows)]
    widths = [max(cell_len(page.text(row[i]).plain) for row in shown) + 2 for i in range(len(heading))]
    for i, row in enumerate(shown):
        line = Text()
        for cell, width in zip(row, widths, strict=True):
            text = page.text(cell, "dim" if not i else "")
            line.append_text(text).append(" " * (width - text.cell_len))
        yield from page.lines("" if i else label, line, "bold")
