"""A reference run as text: for a terminal, and as JSON (``splitaudit.baseline/1``)."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TextIO

from rich.console import RenderableType
from rich.text import Text

from splitaudit.errors import ConfigError
from splitaudit.explained import Explanation
from splitaudit.render import words
from splitaudit.render.console import text_for
from splitaudit.render.curves import draw
from splitaudit.render.explanation_tables import ladder
from splitaudit.render.layout import Page, bar
from splitaudit.trained import SCHEMA, BaselineData, TrainedSide
from splitaudit.wording import counted

FORMATS = ("terminal", "json")
FILE_WIDTH = 100
MAX_CLASSES = 12
BAR = 20
GAP = 0.1  # how far val stays behind train from which on the report points to explain
OPTIMISERS = {"adam": "Adam", "sgd": "SGD"}
STOPPED = {
    "epochs": "all epochs done",
    "early": "no better on the inner part of train any more",
    "budget": "the budget is used up",
    "interrupted": "interrupted",
}


def render(found: BaselineData, format: str) -> str:
    """Return the run as text in one of :data:`FORMATS`; ``terminal`` is plain text here, without colour.

    Raises
    ------
    ConfigError
        If there is no such format.
    """
    return render_for(io.StringIO(), found, format, color=False, width=FILE_WIDTH)


def check_format(format: str) -> None:
    """Refuse formats of other reports.

    Raises
    ------
    ConfigError
        If there is no such format.
    """
    if format not in FORMATS:
        raise ConfigError(f"format is {format!r}, expected one of {', '.join(FORMATS)}")


def render_for(
    stream: TextIO | None,
    found: BaselineData,
    format: str = "terminal",
    *,
    color: bool = True,
    quiet: bool = False,
    width: int | None = None,
) -> str:
    """Return the run as text that suits a stream, see :func:`splitaudit.render.write.render_for`."""
    check_format(format)
    if format == "json":
        return json.dumps(to_dict(found), indent=1, allow_nan=False) + "\n"

    def lines(columns: int, ascii_only: bool) -> Iterable[RenderableType]:
        return renderables(found, columns, ascii_only=ascii_only, quiet=quiet)

    return text_for(stream, lines, color=color, width=width)


def save(found: BaselineData, path: Path, format: str) -> None:
    """Write the run to a file.

    Raises
    ------
    ConfigError
        If that is not possible.
    """
    try:
        path.write_text(render(found, format), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror or error}") from error


def to_dict(found: BaselineData) -> dict[str, Any]:
    """Return the run as JSON types: NaN and infinity become None."""
    content: dict[str, Any] = _plain(found)
    return {"schema": SCHEMA, "tool": {"name": "splitaudit", "version": content.pop("version")}, **content}


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def renderables(found: BaselineData, width: int, *, ascii_only: bool = False, quiet: bool = False) -> Iterator[Text]:
    """Yield the run line by line; quiet: only what came of it."""
    page = Page(width, ascii_only)
    if quiet:
        yield from _result(found, page)
        if found.ladder is not None:
            yield from page.lines("LADDER", page.text(found.ladder.text), "bold")
        return
    yield from page.lines("splitaudit", f" {found.version}", "bold")
    yield Text()
    for side in (found.train, found.val):
        yield from _side(side, page)
    yield from page.lines("units", words.units(found.units), "bold")
    yield from page.lines("model", _model(found), "bold")
    yield Text()
    yield from _result(found, page)
    yield Text()
    for i, line in enumerate(draw(found.curve, page.room, ascii_only=ascii_only)):
        yield from page.lines("" if i else "CURVES", line, "bold")
    yield from _classes(found, page)
    if found.ladder is not None:
        shown = Explanation(ceiling=None, causes=(), experiments=(), ladder=found.ladder)
        yield Text()
        yield from ladder(shown, page)
    yield Text()
    yield from _footer(found, page)


def _side(side: TrainedSide, page: Page) -> Iterator[Text]:
    source = "" if side.source in ("", side.name) else f"{side.source}: "
    of = "" if side.n_used == side.n_windows else f" of {side.n_windows:,}"
    size = f"{counted(side.n_used, 'window')}{of} × {counted(side.n_timesteps, 'step')} × "
    yield from page.lines(side.name[:9], f"{source}{size}{counted(side.n_channels, 'channel')}", "bold")


def _model(found: BaselineData) -> str:
    recipe = found.recipe
    optimiser = OPTIMISERS.get(str(recipe.get("optimiser")), "")
    rate = words.number(float(recipe.get("learning_rate", math.nan)))
    seed = found.settings.get("random_state", 0)
    return f"{found.model}, {recipe.get('hidden')} units, {optimiser} at {rate}, seed {seed}"


def _result(found: BaselineData, page: Page) -> Iterator[Text]:
    label, style = ("PARTIAL", "bold magenta") if found.stopped == "interrupted" else ("RESULT", "bold cyan")
    yield from page.lines(label, page.text(found.summary, "bold"), style)
    kept = f"weights of epoch {found.best_epoch}; " if found.best_epoch else ""
    said = f"{kept}{counted(len(found.curve.epochs), 'epoch')}, {STOPPED.get(found.stopped, found.stopped)}"
    yield from page.lines("", page.text(said, "dim"))


def _classes(found: BaselineData, page: Page) -> Iterator[Text]:
    """Show how many windows of each class are recognised, the worst first."""
    worst = sorted(found.classes, key=lambda each: each.recall)[:MAX_CLASSES]
    if not worst:
        return
    yield Text()
    names = [page.text(words.short(each.name, 20)) for each in worst]
    column = max(name.cell_len for name in names)
    for i, (each, name) in enumerate(zip(worst, names, strict=True)):
        row = Text.assemble(name, " " * (column - name.cell_len + 2), f"{100 * each.recall:5.1f} %", "  ")
        row.append(bar(each.recall, BAR, ascii_only=page.ascii_only).ljust(BAR), style="cyan")
        said = f"  of {each.n_windows:,}"
        if each.taken_for and each.share >= 0.01:
            said += f"; {100 * each.share:.0f} % taken for {words.short(each.taken_for, 20)}"
        yield from page.lines("" if i else "CLASSES", row.append_text(page.text(said, "dim")), "bold")
    if len(found.classes) > len(worst):
        more = f"and {len(found.classes) - len(worst)} more classes; mean recall {100 * found.balanced_accuracy:.1f} %"
        yield from page.lines("", page.text(more, "dim"))


def _footer(found: BaselineData, page: Page) -> Iterator[Text]:
    yield from page.lines("TIME", f"{found.seconds:.1f} s", "bold")
    if found.train_accuracy - found.val_accuracy > GAP and found.train.source and found.val.source:
        said = "splitaudit explain TRAIN VAL says why val stays behind train"
        yield from page.lines("MORE", said, "dim")
