"""Which of the named arrays of an input is X, which y, groups, time: by documented names, never by a silent guess.

The documented key of a field is its own name. Other common names are accepted where they are unambiguous and of the
right shape, and then noted; what is not used is noted too. Names of both sides in one input carry ``train``, ``val``,
``valid``, ``validation`` or ``test`` before or behind an underscore: ``X_train`` and ``X_val``, ``train_x`` and
``test_x``.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from splitaudit.data.windows import Layout
from splitaudit.errors import DataError
from splitaudit.wording import option

ALIASES = {
    "X": ("x", "data", "windows", "sequences"),
    "y": ("y", "label", "labels", "target", "targets"),
    "groups": ("groups", "group", "group_id", "subject", "subjects", "subject_id", "participant", "patient"),
    "time": ("time", "start", "starts", "start_index"),
    "recording": ("recording", "recordings", "recording_id"),
    "channel_names": ("channel_names", "channels"),
    "class_names": ("class_names", "classes", "label_names", "target_names"),
}
NAMES = ("channel_names", "class_names")
TRAIN_WORDS = ("train", "training")
VAL_WORDS = ("val", "valid", "validation", "test")
PLAIN = "{}"
MAX_LISTED = 12


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One named array of an input, perhaps not loaded yet.

    ``kind`` is the dtype's kind, ``itemsize`` its bytes; ``rows`` returns it as
    :class:`~splitaudit.data.lazy.Rows`, to be read when they are needed, where the format allows that.
    """

    key: str
    shape: tuple[int, ...]
    dtype: str
    kind: str
    load: Callable[[], Any]
    rows: Callable[[], Any] | None = None
    itemsize: int = 8

    def fetch(self, most: int | None) -> Any:
        """Load the array, or return its rows where it takes more than ``most`` bytes."""
        large = most is not None and math.prod(self.shape) * self.itemsize > most
        return self.rows() if large and self.rows is not None else self.load()

    def __str__(self) -> str:
        return f"{self.key!r} {self.shape} {self.dtype}"


class Refusal:
    """Raises when an array is loaded that cannot be: an array that nobody asks for need not be readable."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self) -> Any:
        """Refuse it.

        Raises
        ------
        DataError
            Always.
        """
        raise DataError(self.message)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """What a reader found: arrays by field, the keys they had, the input's name and what was decided.

    ``axes`` is the order of the axes of X where the input itself says it; None where the caller has to.
    """

    arrays: Mapping[str, Any]
    source: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    axes: Layout | None = None

    def noting(self, *notes: str) -> Found:
        """Return the same with more notes."""
        return replace(self, notes=(*self.notes, *notes))


Members = Mapping[str, Member]


def dtype_name(dtype: Any) -> str:
    """Name a dtype as messages do: all lengths of string are strings."""
    return "strings" if getattr(dtype, "kind", "") in ("U", "S", "T") else str(dtype)


def member_of(key: str, value: Any) -> Member:
    """Describe an array-like that is in memory."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is None or dtype is None:
        try:
            array = np.asarray(value)
        except (ValueError, TypeError, RuntimeError):  # ragged and the like: refused when it is used
            return Member(key, (), "object", "O", lambda: value)
        shape, dtype = array.shape, array.dtype
    return Member(key, tuple(shape), dtype_name(dtype), getattr(dtype, "kind", "?"), lambda: value)


def choose(
    members: Members,
    at: str,
    *,
    x_key: str | None = None,
    y_key: str | None = None,
    given: Collection[str] = (),
    most: int | None = None,
) -> Found:
    """Choose the arrays of one side.

    Parameters
    ----------
    members : mapping of str to Member
        The arrays of the input by key.
    at : str
        The input, for messages.
    x_key, y_key : str, optional
        Keys of X and y where they are not to be looked for.
    given : collection of str
        Fields that the caller brings and that are not looked for.
    most : int, optional
        Bytes from which on X is returned as rows that are read when they are needed.

    Raises
    ------
    DataError
        If there is no X, or more than one array could be it.
    """
    if x_key is not None:
        X = _named(members, x_key, at)
        form = next((f for f in _forms((*TRAIN_WORDS, *VAL_WORDS)) if _fits_form(x_key, f)), PLAIN)
    else:
        plain = _find(members, "X", PLAIN, at)
        X, form = (plain, PLAIN) if plain is not None else _only_side(members, at)
    found, used = _fill(members, X, (form, PLAIN), at, y_key=y_key, given=given, most=most)
    return found.noting(*_unused(members, used))


def choose_sides(
    members: Members,
    at: str,
    *,
    x_key: str | None = None,
    y_key: str | None = None,
    given: Collection[str] = (),
    most: int | None = None,
) -> tuple[Found, Found]:
    """Choose the arrays of both sides of one input; parameters as of :func:`choose`, keys without the side's word."""
    forms = [_side_forms(members, words, at, x_key) for words in (TRAIN_WORDS, VAL_WORDS)]
    if not forms[0] or not forms[1]:
        raise DataError(
            f"{at}: holds one side only, expected two inputs or one with keys such as X_train and X_val; "
            f"{_listed(members)}"
        )
    sides, used = [], set[str]()
    for side_forms in forms:
        form = side_forms[0]
        X = _named(members, form.format(x_key), at) if x_key is not None else _find(members, "X", form, at)
        assert X is not None
        side_y = None if y_key is None else form.format(y_key)
        found, taken = _fill(members, X, (form,), at, y_key=side_y, given=given, most=most)
        sides.append(found)
        used |= taken
    return sides[0].noting(*_unused(members, used)), sides[1]


def _forms(words: Iterable[str]) -> list[str]:
    return [form for word in words for form in (f"{{}}_{word}", f"{word}_{{}}")]


def _fits_form(key: str, form: str) -> bool:
    before, behind = form.split(PLAIN)
    low = key.casefold()
    return len(key) > len(before + behind) and low.startswith(before) and low.endswith(behind)


def _side_forms(members: Members, words: Iterable[str], at: str, x_key: str | None = None) -> list[str]:
    """Forms of key in which this side has an X."""
    if x_key is not None:
        return [form for form in _forms(words) if form.format(x_key) in members]
    return [form for form in _forms(words) if _find(members, "X", form, at) is not None]


def _only_side(members: Members, at: str) -> tuple[Member, str]:
    """X of an input whose keys all carry the word of one side."""
    sides = [_side_forms(members, words, at) for words in (TRAIN_WORDS, VAL_WORDS)]
    if sides[0] and sides[1]:
        wanted = option("x_key", "NAME")
        raise DataError(f"{at}: holds both sides, expected one: give it alone, or use {wanted}; {_listed(members)}")
    forms = sides[0] + sides[1]
    if len(forms) == 1:
        X = _find(members, "X", forms[0], at)
        assert X is not None
        return X, forms[0]
    windows = [m for m in members.values() if len(m.shape) == 3 and m.kind in "fiub"]
    name = windows[0].key if len(windows) == 1 else "NAME"
    raise DataError(f"{at}: there is no key 'X', use {option('x_key', name)}; {_listed(members)}")


def _named(members: Members, key: str, at: str) -> Member:
    if key in members:
        return members[key]
    close = difflib.get_close_matches(key, members, n=1)
    hint = f", did you mean {close[0]!r}?" if close else ""
    raise DataError(f"{at}: there is no key {key!r}{hint}; {_listed(members)}")


def _find(members: Members, name: str, form: str, at: str, X: Member | None = None) -> Member | None:
    """Find the array of one field: its documented key, else the only other name that fits."""
    exact = members.get(form.format(name))
    if exact is not None:
        return exact
    wanted = {form.format(alias).casefold() for alias in ALIASES[name]}
    own = form.format(name).casefold()
    named = [member for key, member in members.items() if key.casefold() in wanted]
    hits = [member for member in named if member.key.casefold() == own or _fits(member, name, X)]
    if len(hits) > 1:
        keys = " and ".join(repr(m.key) for m in hits[:3])
        remedy = f"use --{name.lower()}-key NAME" if name in ("X", "y") else f"rename one to {form.format(name)!r}"
        raise DataError(f"{at}: {keys} could be {name}, expected one of them: {remedy}")
    return hits[0] if hits else None


def _fits(member: Member, name: str, X: Member | None) -> bool:
    """Whether an array under another than the documented name has the shape of the field."""
    if name == "X":
        return len(member.shape) in (3, 5)
    if name in NAMES:
        return len(member.shape) == 1 and member.kind in "USOT"
    return name == "y" or (X is not None and member.shape[:1] == X.shape[:1])


def _fill(
    members: Members,
    X: Member,
    forms: tuple[str, ...],
    at: str,
    *,
    y_key: str | None,
    given: Collection[str],
    most: int | None,
) -> tuple[Found, set[str]]:
    """Find the fields that go with X; also return the keys that were taken."""
    chosen = {"X": X}
    for name in ALIASES:
        if name == "X" or name in given:
            continue
        if name == "y" and y_key is not None:
            chosen[name] = _named(members, y_key, at)
            continue
        rest = {key: member for key, member in members.items() if member is not X}
        member = _companion(rest, name, forms, at, X)
        if member is not None:
            chosen[name] = member
    notes = [
        f"{name} is read from {member.key!r}"
        for name, member in chosen.items()
        if member.key.casefold() != name.casefold() and not (name == "y" and y_key)
    ]
    arrays = {name: member.fetch(most if name == "X" else None) for name, member in chosen.items()}
    keys = {name: member.key for name, member in chosen.items()}
    return Found(arrays=arrays, keys=keys, notes=tuple(notes)), {m.key for m in chosen.values()}


def _companion(members: Members, name: str, forms: tuple[str, ...], at: str, X: Member) -> Member | None:
    for form in forms if name not in NAMES else dict.fromkeys((*forms, PLAIN)):
        member = _find(members, name, form, at, X)
        borrowed = form == PLAIN and forms[0] != PLAIN and name not in NAMES
        if member is not None and not (borrowed and member.shape[:1] != X.shape[:1]):
            return member
    return None


def _unused(members: Members, used: Collection[str]) -> tuple[str, ...]:
    rest = [repr(key) for key in members if key not in used]
    if not rest:
        return ()
    more = f" and {len(rest) - MAX_LISTED} more" if len(rest) > MAX_LISTED else ""
    return (f"not used: {', '.join(rest[:MAX_LISTED])}{more}",)


def _listed(members: Members) -> str:
    """List the keys with their shapes, for messages."""
    if not members:
        return "it holds no arrays"
    some = ", ".join(str(member) for member in list(members.values())[:MAX_LISTED])
    more = f" and {len(members) - MAX_LISTED} more" if len(members) > MAX_LISTED else ""
    return f"its keys are {some}{more}"
