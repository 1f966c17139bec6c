"""Curves of training runs from whatever was logged: Keras, Lightning, a table, a mapping.

>>> runs = read_history({"accuracy": [0.6, 0.9], "val_accuracy": [0.7, 0.76], "loss": [0.6, 0.2]})
>>> runs[0].val_accuracy.tolist(), runs[0].epochs.tolist()
([0.7, 0.76], [1, 2])
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.training import History
from splitaudit.errors import DataError
from splitaudit.readers.curves import CURVES, EPOCH, RUN, Column, curves_of, field_of
from splitaudit.readers.frame import is_frame
from splitaudit.readers.textual import number_of, path_of, rows_of, text_of
from splitaudit.readers.torch import plain

Source: TypeAlias = Any  # str, PathLike, mapping, Keras History, DataFrame, History, or a list of them
Columns: TypeAlias = Mapping[str, Sequence[Any]]
Floats = NDArray[np.float64]

LOG = "a training log (.csv or .json with columns such as epoch, loss, accuracy, val_loss, val_accuracy)"
MAX_NAMED = 12
LARGEST = 2.0**53  # whole floats above it are no longer exact, and no epoch has such a number


def read_history(source: Source, name: str | None = None) -> tuple[History, ...]:
    """Read the curves of one or several training runs.

    Parameters
    ----------
    source : path, mapping, Keras History, pandas.DataFrame, History, or a list of them
        A CSV file as Keras' ``CSVLogger`` and Lightning's ``CSVLogger`` write it, or with other names of accuracy and
        loss; a JSON file with a list per curve or an object per epoch; the mapping ``History.history``; a table. A
        column ``run`` tells several runs apart. Several rows of one epoch are merged.
    name : str, optional
        What to call the run; the file's name where there is one.

    Returns
    -------
    tuple of History
        One per run.

    Raises
    ------
    DataError
        If no curve is recognised or values are no accuracies; one sentence that names the input, the columns seen and
        what was expected.
    """
    runs = _named_apart(list(_runs(source, name)))
    if not runs:
        raise DataError(f"{name or 'history'}: there are no runs, expected {LOG}")
    return tuple(runs)


def _runs(source: Source, name: str | None) -> Iterable[History]:
    if isinstance(source, History):
        return [source if name is None else replace(source, name=name)]
    if isinstance(source, (str, os.PathLike)):
        return _of_file(path_of(source, LOG), name)
    if isinstance(source, (list, tuple)) and not (source and all(_is_epoch(each) for each in source)):
        return [run for each in source for run in _runs(each, name)]
    return _of_memory(source, name or "history")


def _of_memory(source: Source, at: str) -> list[History]:
    if is_frame(source):
        table = source.reset_index() if source.index.name and field_of([str(source.index.name)], EPOCH) else source
        return _of_columns({str(key): list(table[key]) for key in table.columns}, at, at)
    if isinstance(source, Mapping):
        return _of_mapping(source, at, at)
    if isinstance(getattr(source, "history", None), Mapping):
        return _of_mapping({"history": source.history, "epoch": getattr(source, "epoch", None)}, at, at)
    if isinstance(source, (list, tuple)):
        return _of_epochs(source, at, at)
    raise DataError(f"{at}: got a {type(source).__name__}, expected a path, a mapping of lists, a table or a History")


def _of_file(path: Path, name: str | None) -> list[History]:
    at, text = str(path), text_of(path, LOG)
    name = name or path.stem
    if text.lstrip()[0] not in "{[":
        header, *rows = rows_of(text, at)
        if len(set(header)) < len(header):
            twice = next(key for key in header if header.count(key) > 1)
            raise DataError(f"{at}: there are two columns {twice!r}, expected distinct names")
        return _of_columns({key: [row[i] for row in rows] for i, key in enumerate(header)}, name, at)
    found = _json(text, at)
    if isinstance(found, dict):
        return _of_mapping(found, name, at)
    if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
        if all(_is_epoch(each) for each in found):
            return _of_epochs(found, name, at)
        return [run for each in found for run in _of_mapping(each, name, at)]
    raise DataError(f"{at}: holds a {type(found).__name__} of other things than epochs, expected {LOG}")


def _json(text: str, at: str) -> Any:
    """One value, or one object per line."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise DataError(f"{at}: is broken JSON, expected {LOG} ({error})") from error


def _is_epoch(value: Any) -> bool:
    """Whether this is a mapping of names to single values."""
    return isinstance(value, Mapping) and not any(
        isinstance(plain(each), (list, tuple, Mapping)) or np.ndim(plain(each)) for each in value.values()
    )


def _of_mapping(found: Mapping[Any, Any], name: str, at: str) -> list[History]:
    """A list per curve; also wrapped as ``{"history": ..., "epoch": ...}`` or in a trainer's ``log_history``."""
    inner = found.get("history", found.get("log_history"))
    if isinstance(inner, Mapping):
        given = plain(found.get("epoch"))
        epochs = list(given) if isinstance(given, (list, tuple, np.ndarray)) else []
        fits = epochs and all(len(plain(values)) == len(epochs) for values in inner.values())
        return _of_mapping({**inner, "epoch": epochs} if fits else inner, name, at)
    if isinstance(inner, list) and inner and all(_is_epoch(each) for each in inner):
        return _of_epochs(inner, name, at)
    if _is_epoch(found):
        return _of_epochs([found], name, at)
    lists = {str(key): plain(values) for key, values in found.items()}
    lists = {key: list(values) for key, values in lists.items() if isinstance(values, (list, tuple, np.ndarray))}
    return _of_columns(lists, name, at)


def _of_epochs(rows: Sequence[Mapping[Any, Any]], name: str, at: str) -> list[History]:
    keys = dict.fromkeys(str(key) for row in rows for key in row)
    told = [{str(key): value for key, value in row.items()} for row in rows]
    return _of_columns({key: [row.get(key) for row in told] for key in keys}, name, at)


def _of_columns(columns: Columns, name: str, at: str) -> list[History]:
    curves, notes = curves_of(columns)
    if not curves:
        raise DataError(
            f"{at}: no accuracy or loss is recognised among {_listed(columns)}, expected columns such as epoch, loss, "
            "accuracy, val_loss, val_accuracy"
        )
    epoch, run = field_of(columns, EPOCH), field_of(columns, RUN)
    used = [each.name for group in curves.values() for each in group]
    used += [key for key in (epoch, run) if key is not None]
    lengths = {key: len(columns[key]) for key in used}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{key} {length}" for key, length in lengths.items())
        raise DataError(f"{at}: curves differ in length ({told}), expected one value per epoch in each")
    if not lengths[used[0]]:
        raise DataError(f"{at}: there are no epochs below the columns {_listed(columns)}, expected at least one")
    values = {key: _numbers(columns[key], key, at) for key in used if key != run}
    whole, ran = _epochs(values[epoch] if epoch else None, lengths[used[0]], epoch or "", at)
    labels = [str(value) for value in columns[run]] if run else [str(part) for part in ran]
    parts = list(dict.fromkeys(labels))
    made = []
    for part in parts:
        rows = np.array([label == part for label in labels])
        cut = {key: column[rows] for key, column in values.items()}
        called = part if run else name if len(parts) == 1 else f"{name} ({int(part) + 1})"
        made.append(_history(called, whole[rows], curves, cut, notes, at))
    return made


def _numbers(column: Sequence[Any], key: str, at: str) -> Floats:
    out = np.empty(len(column))
    for row, value in enumerate(column):
        number = number_of(value)
        if number is None:
            raise DataError(f"{at}: {key} holds {str(value)[:40]!r} at row {row + 1}, expected numbers")
        out[row] = number
    return out


def _epochs(given: Floats | None, n: int, key: str, at: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Whole epoch of every row, and the number of the run: where epochs start again, so does a run."""
    if given is None:
        return np.arange(1, n + 1), np.zeros(n, dtype=np.int64)
    if not np.isfinite(given).all():
        row = int(np.argmin(np.isfinite(given)))
        raise DataError(f"{at}: {key} is missing at row {row + 1}, expected the number of the epoch in every row")
    if np.abs(given).max(initial=0) > LARGEST:
        raise DataError(f"{at}: {key} is {given[np.abs(given).argmax()]:.4g} in a row, expected the number of an epoch")
    epochs = np.ceil(given - 1e-6).astype(np.int64)  # a trainer that logs within epochs counts 0.5, 1.0, 1.5 ...
    back = np.flatnonzero(np.diff(epochs) < 0) + 1
    again = bool((epochs[back] == epochs[0]).all())
    run = np.zeros(n, dtype=np.int64)
    if again:
        run[back] = 1
    return epochs, np.cumsum(run)


def _history(
    name: str,
    epochs: NDArray[np.int64],
    curves: Mapping[str, list[Column]],
    values: Mapping[str, Floats],
    notes: tuple[str, ...],
    at: str,
) -> History:
    unique, place = np.unique(epochs, return_inverse=True)
    out = {curve: np.full(len(unique), np.nan) for curve in CURVES}
    said = list(notes)
    for curve, columns in curves.items():
        for column in columns:  # that of the whole epoch comes first, the others fill what it leaves
            merged = _per_epoch(values[column.name], place, len(unique), last=curve.startswith("val"))
            out[curve] = np.where(np.isnan(out[curve]), merged, out[curve])
        if curve.endswith("accuracy"):
            out[curve], note = _shares(out[curve], columns[0].name, at)
            said += [note] if note else []
    return History(name=name, epochs=unique, notes=tuple(said), **out)


def _per_epoch(values: Floats, place: NDArray[np.intp], n: int, *, last: bool) -> Floats:
    """The mean of the values of each epoch, or the last one; NaN where there is none."""
    known = ~np.isnan(values)
    out = np.full(n, np.nan)
    if last:
        out[place[known]] = values[known]
        return out
    count = np.bincount(place[known], minlength=n)
    total = np.bincount(place[known], weights=values[known], minlength=n)
    out[count > 0] = total[count > 0] / count[count > 0]
    return out


def _shares(values: Floats, key: str, at: str) -> tuple[Floats, str]:
    """Accuracies as shares; percent become shares, which is noted."""
    known = values[~np.isnan(values)]
    if not len(known):
        return values, ""
    lowest, highest = float(known.min()), float(known.max())
    if lowest < 0 or highest > 100 + 1e-6:
        raise DataError(f"{at}: {key} runs from {lowest:.4g} to {highest:.4g}, expected accuracies from 0 to 1 or 100")
    if highest <= 1 + 1e-6:
        return np.minimum(values, 1.0), ""
    return np.minimum(values / 100, 1.0), f"{key} is read as percent"


def _named_apart(runs: list[History]) -> list[History]:
    """Give runs of one name numbers."""
    seen: dict[str, int] = {}
    out = []
    for run in runs:
        seen[run.name] = seen.get(run.name, 0) + 1
        out.append(run if seen[run.name] == 1 else replace(run, name=f"{run.name} ({seen[run.name]})"))
    return out


def _listed(columns: Iterable[str]) -> str:
    names = [str(name)[:40] for name in columns]
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return (", ".join(map(repr, names[:MAX_NAMED])) or "no columns") + more
