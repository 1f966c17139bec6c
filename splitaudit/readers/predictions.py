"""What a user's model says of the val windows: labels, probabilities or logits, from a file or from memory."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import Split
from splitaudit.data.training import Predictions
from splitaudit.errors import DataError
from splitaudit.readers import memory, npy
from splitaudit.readers.fields import Members
from splitaudit.readers.npz import members_of
from splitaudit.readers.scores import Form, from_labels, from_scores
from splitaudit.readers.textual import number_of, path_of, rows_of, text_of
from splitaudit.readers.torch import plain

Source: TypeAlias = Any  # str, PathLike, array-like, mapping of arrays or Predictions

EXPECTED = "predictions for val (.npz, .npy or .csv with labels, probabilities or logits)"
PROBABILITIES = ("probabilities", "probability", "probs", "proba", "y_proba", "y_prob", "y_score", "softmax")
LOGITS = ("logits", "y_logits", "logit")
LABELS = ("predictions", "y_pred", "pred", "preds", "y_hat", "predicted", "prediction", "labels", "label")
ROW = ("", "index", "window", "row", "id", "unnamed: 0")
SCORE = re.compile(r"^(?:probability|proba|prob|p|logit|score|class)[ _]+|[ _]+(?:probability|proba|prob|logit|score)$")


def read_predictions(source: Source, val: Split, *, name: str = "predictions") -> Predictions:
    """Read predictions for every window of val, in val's order.

    Parameters
    ----------
    source : path, array-like, mapping of arrays or Predictions
        Labels of shape (n_val,): names of classes, or their codes 0, 1, 2, ...; or scores of shape (n_val, n_classes):
        probabilities, or logits, which become probabilities; or scores of shape (n_val,) or (n_val, 1) from a single
        output unit. Files: ``.npy``; ``.npz`` with one array or a key such as ``probabilities``, ``logits`` or
        ``labels``; ``.csv`` with a column of labels or a column per class, with the names of the classes in the first
        row or in their order.
    val : Split
        The windows as :func:`~splitaudit.data.split.comparable` returns them, so that the classes are those of both
        sides; not cut to its finite part.
    name : str
        What messages call them, where there is no file.

    Returns
    -------
    Predictions
        Labels in the codes of ``val.classes``. Where an audit leaves windows out, it takes their predictions out too.

    Raises
    ------
    DataError
        If they do not fit val; one sentence that names the input, what was seen and what was expected.
    """
    at = str(source) if isinstance(source, (str, os.PathLike)) else name
    if not val.classes:
        raise DataError(f"{at}: {val.source or val.name} has no labels, expected y to compare predictions with")
    if isinstance(source, Predictions):
        return _checked(source, val)
    if isinstance(source, (str, os.PathLike)):
        made = _of_file(path_of(source, EXPECTED), val)
    elif isinstance(source, Mapping):
        made = _of_members(memory.members_in(source, at), val, at)
    else:
        made = _of_array(_array(source, at), "", val, at)
    return replace(made, name=at)


def _of_file(path: Path, val: Split) -> Predictions:
    at, suffix = str(path), path.suffix.lower()
    try:
        if suffix == ".npz":
            return _of_members(members_of(path), val, at)
        if suffix == ".npy":
            return _of_array(np.asarray(npy.members_of(path)["X"].load()), "", val, at)
    except OSError as error:
        raise DataError(f"{at}: cannot be read: {error.strerror or error}") from error
    if suffix not in (".csv", ".tsv", ".txt"):
        raise DataError(f"{at}: files of type {path.suffix or '(none)'} are not read, expected {EXPECTED}")
    return _of_table(rows_of(text_of(path, EXPECTED), at), val, at)


def _of_members(members: Members, val: Split, at: str) -> Predictions:
    """Scores say more than labels, so they are taken where there are both."""
    by_name = {key.lower(): key for key in members}
    found = [key for key in (*PROBABILITIES, *LOGITS, *LABELS) if key in by_name]
    if not found and len(members) != 1:
        told = ", ".join(map(str, list(members.values())[:8])) or "no arrays"
        raise DataError(f"{at}: holds {told}, expected one array or a key such as probabilities, logits or labels")
    key = by_name[found[0]] if found else next(iter(members))
    made = _of_array(_array(members[key].load(), at), found[0] if found else "", val, at)
    notes = (f"of the arrays {', '.join(by_name[each] for each in found)}, {key} is used",) if len(found) > 1 else ()
    return replace(made, notes=(*made.notes, *notes))


def _array(source: Any, at: str) -> NDArray[Any]:
    """The values as an array that is no object; words in a list or table are strings."""
    try:
        array = np.asarray(plain(source))
    except (ValueError, TypeError, RuntimeError) as error:
        raise DataError(f"{at}: is ragged or no array, expected labels or scores, one row per window") from error
    if array.dtype.kind == "O" and array.size and all(isinstance(value, str) for value in array.ravel()):
        array = array.astype(np.str_)
    if array.dtype.kind not in "iubfUS":
        raise DataError(f"{at}: has dtype {array.dtype}, expected numbers or strings, one row per window")
    return array


def _of_array(array: NDArray[Any], key: str, val: Split, at: str) -> Predictions:
    n, k = len(val), len(val.classes)
    fits = array.ndim in (1, 2) and len(array) == n and (array.ndim == 1 or array.shape[1] in (1, k))
    if not fits:
        raise DataError(f"{at}: has shape {array.shape}, expected ({n},) or ({n}, {k}) for {n} windows of {k} classes")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        rows = np.flatnonzero(~np.isfinite(array.reshape(n, -1)).all(axis=1))
        raise DataError(f"{at}: has NaN or infinity in {len(rows)} rows, first in row {rows[0]}, expected numbers")
    scores = array.dtype.kind in "iubf" and array.ndim == 2 and array.shape[1] > 1
    if scores or _one_unit(array, key, k):
        form: Form = "probabilities" if key in PROBABILITIES else "logits" if key in LOGITS else ""
        return from_scores(array.astype(np.float64), form, val, at)
    return from_labels(array.ravel() if array.size == n else array, val, at)


def _one_unit(array: NDArray[Any], key: str, k: int) -> bool:
    """Whether one column holds what a single output unit says rather than labels."""
    if array.dtype.kind != "f":
        return False
    if array.ndim == 2 and bool((array == 1).all()):
        return True
    whole = bool((array == np.rint(array)).all())
    return k == 2 and (not whole or key in (*PROBABILITIES, *LOGITS) or (array.ndim == 2 and array.max() <= 1))


def _of_table(rows: list[list[str]], val: Split, at: str) -> Predictions:
    n = len(val)
    headed = len(rows) == n + 1 or (len(rows) != n and any(number_of(cell) is None for cell in rows[0]))
    header = rows[0] if headed else [""] * len(rows[0])
    rows = rows[1:] if headed else rows
    if len(rows) != n:
        raise DataError(f"{at}: has {len(rows)} rows of predictions, expected {n}, one per window of val")
    columns = dict(enumerate(header))
    if len(columns) > 1 and headed:
        columns = {i: title for i, title in columns.items() if title.lower() not in ROW} or columns
    chosen, key = _columns(columns, val, at)
    cells = [[row[i] for i in chosen] for row in rows]
    if len(chosen) == 1 and any(number_of(row[0]) is None for row in cells):
        return _of_array(np.array([row[0] for row in cells]), key, val, at)
    values = np.empty((n, len(chosen)))
    for number, row in enumerate(cells):
        for place, cell in enumerate(row):
            value = number_of(cell)
            if value is None:
                raise DataError(f"{at}: holds {cell[:40]!r} in row {number + 1}, expected numbers, a column per class")
            values[number, place] = value
    return _of_array(values[:, 0] if len(chosen) == 1 and key in LABELS else values, key, val, at)


def _columns(columns: Mapping[int, str], val: Split, at: str) -> tuple[list[int], str]:
    """Columns in the order of the classes, or the one of the labels; and what it is called."""
    titles = {title: i for i, title in columns.items()}
    for strip in (False, True):
        by_class = {SCORE.sub("", title) if strip else title: i for title, i in titles.items()}
        if len(val.classes) > 1 and all(name in by_class for name in val.classes):
            return [by_class[name] for name in val.classes], ""
    if len(columns) == 1:
        return list(columns), next(iter(titles)).lower()
    named = next((title for key in (*PROBABILITIES, *LABELS) for title in titles if title.lower() == key), None)
    if named is not None:
        return [titles[named]], named.lower()
    if len(columns) == len(val.classes):
        return list(columns), ""
    raise DataError(
        f"{at}: has columns {', '.join(map(repr, list(titles)[:8]))}, expected one of labels or one per class "
        f"({', '.join(val.classes[:8])})"
    )


def _checked(given: Predictions, val: Split) -> Predictions:
    n, k = len(val), len(val.classes)
    fits = given.probabilities is None or given.probabilities.shape == (n, k)
    if given.labels.shape != (n,) or not fits:
        raise DataError(f"{given.name}: has {len(given.labels)} predictions, expected {n} of {k} classes")
    if n and (given.labels.max() >= k or given.labels.min() < -1):
        raise DataError(f"{given.name}: has labels up to {given.labels.max()}, expected codes of {k} classes")
    return given
