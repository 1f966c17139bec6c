"""Whether data read from JSON are of the types that the report's classes declare, so that no renderer meets others."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from splitaudit.evidence import Exhibit
from splitaudit.explained import Explanation
from splitaudit.place import Place

LARGEST = 1 << 63  # no count is larger, and no float holds the largest whole numbers of JSON
KNOWN = {"Exhibit": Exhibit, "Explanation": Explanation, "Place": Place}


def check_types(value: Any, kind: Any, at: str) -> None:
    """Refuse a value that is not of a declared type, at any depth.

    Parameters
    ----------
    value : object
        A dataclass, a tuple, a mapping or a plain value.
    kind : type
        What is declared: a dataclass, ``tuple[X, ...]``, ``Mapping[str, X]``, a union, a plain type or Any.
    at : str
        Where it stands, for the message.

    Raises
    ------
    TypeError
        If it is of another type.
    """
    if not _fits(value, kind):
        raise TypeError(f"{at} is {_shown(value)}")
    for place, part, declared in _parts(value, kind):
        check_types(part, declared, f"{at}{place}")


def _fits(value: Any, kind: Any) -> bool:
    """Whether the outermost type is right."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        fits = any(_fits(value, each) for each in inner)
    elif origin is tuple:
        fits = isinstance(value, tuple) and (inner[-1] is Ellipsis or len(value) == len(inner))
    elif origin is not None:
        fits = isinstance(value, Mapping) and all(isinstance(key, str) for key in value)
    elif kind in (int, float):
        fits = _is_whole(value) or (kind is float and isinstance(value, float))
    else:
        fits = kind is Any or isinstance(value, kind)
    return fits


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST


def _parts(value: Any, kind: Any) -> list[tuple[str, Any, Any]]:
    """List what a value consists of: where, what and its declared type."""
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(each for each in get_args(kind) if _fits(value, each))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return [(f".{name}", getattr(value, name), declared) for name, declared in hints.items()]
    inner = get_args(kind)
    if isinstance(value, tuple) and inner:
        declared = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return [(f"[{i}]", part, each) for i, (part, each) in enumerate(zip(value, declared, strict=True))]
    if isinstance(value, Mapping) and len(inner) == 2:
        return [(f"[{key!r}]", part, inner[1]) for key, part in value.items()]
    return []


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, localns=KNOWN)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
