"""Learning curves as inline SVG: nothing to load, nothing that runs, text as text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from splitaudit.explained import LearningCurve
from splitaudit.render.words import number, visible

WIDTH, HEIGHT = 420, 180
LEFT, RIGHT, TOP, BOTTOM = 48, 92, 12, 34
COLORS = {"train": "#8250df", "val": "#0969da"}
DASHES = {"train": ' stroke-dasharray="4 3"', "val": ""}
MAX_POINTS = 2000


def curve_svg(curve: LearningCurve) -> str:
    """Return accuracy per epoch, or loss where no accuracy is known, as SVG; empty where neither is."""
    sides = {"train": curve.train_accuracy, "val": curve.val_accuracy}
    kind = "accuracy"
    if not any(map(_known, sides.values())):
        sides, kind = {"train": curve.train_loss, "val": curve.val_loss}, "loss"
    known = [value for values in sides.values() for value in values if math.isfinite(value)]
    if not known or not curve.epochs:
        return ""
    return "".join(_parts(curve, sides, kind, _limits(known, kind)))


def _known(values: Sequence[float]) -> bool:
    return any(map(math.isfinite, values))


def _limits(known: Sequence[float], kind: str) -> tuple[float, float]:
    low, high = min(known), max(known)
    if kind == "accuracy":
        low, high = max(0.0, math.floor(low * 10) / 10), min(1.0, math.ceil(high * 10) / 10)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _parts(
    curve: LearningCurve, sides: dict[str, tuple[float, ...]], kind: str, limits: tuple[float, float]
) -> Iterator[str]:
    title = escape(visible(f"{kind} per epoch of {curve.name}"))
    yield (
        f'<svg role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui,sans-serif" font-size="11"><title>{title}</title>'
    )
    yield from _axes(curve, kind, limits)
    for side, values in sides.items():
        last = next((value for value in reversed(values) if math.isfinite(value)), None)
        if last is None:
            continue
        d = " ".join(_path(curve.epochs, values, limits))
        yield f'<path d="{d}" fill="none" stroke="{COLORS[side]}" stroke-width="1.8"{DASHES[side]}></path>'
        at = _y(last, limits) + 4
        yield _label(WIDTH - RIGHT + 6, at, f"{side} {_value(last, kind)}", fill=COLORS[side])
    yield "</svg>"


def _axes(curve: LearningCurve, kind: str, limits: tuple[float, float]) -> Iterator[str]:
    low, high = limits
    for value in (low, (low + high) / 2, high):
        at = _y(value, limits)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#d1d9e0"></line>'
        yield _label(LEFT - 6, at + 4, _value(value, kind), anchor="end")
    first, last = curve.epochs[0], curve.epochs[-1]
    for epoch in dict.fromkeys((first, last)):
        yield _label(_x(epoch, curve.epochs), HEIGHT - BOTTOM + 15, f"{epoch:,}", anchor="middle")
    yield _label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, f"{kind} per epoch", anchor="middle")


def _label(x: float, y: float, text: str, *, anchor: str = "start", fill: str = "#59636e") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'


def _value(value: float, kind: str) -> str:
    return f"{100 * value:.1f} %" if kind == "accuracy" else number(value)


def _path(epochs: Sequence[int], values: Sequence[float], limits: tuple[float, float]) -> Iterator[str]:
    """Yield the commands of a line that is broken where a value is missing."""
    every = -(-len(values) // MAX_POINTS)
    points = list(zip(epochs, values, strict=False))
    points = [point for i, point in enumerate(points) if i % every == 0 or i == len(points) - 1]
    for known, run in groupby(points, key=lambda point: math.isfinite(point[1])):
        if known:
            spots = [f"{_x(epoch, epochs):.1f} {_y(value, limits):.1f}" for epoch, value in run]
            yield f"M {' L '.join(spots if len(spots) > 1 else spots * 2)}"


def _x(epoch: float, epochs: Sequence[int]) -> float:
    span = max(1, epochs[-1] - epochs[0])
    return LEFT + (epoch - epochs[0]) / span * (WIDTH - LEFT - RIGHT)


def _y(value: float, limits: tuple[float, float]) -> float:
    low, high = limits
    return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)
