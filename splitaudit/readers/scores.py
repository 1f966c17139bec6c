"""From arrays of labels or scores to :class:`~splitaudit.data.training.Predictions` in the codes of a split."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from splitaudit.data.split import NUMBER, Split
from splitaudit.data.training import Predictions
from splitaudit.errors import DataError

Floats = NDArray[np.float64]
Form = Literal["probabilities", "logits", ""]

SUM_ERROR = 0.01  # half precision
LARGEST = 2.0**53  # whole floats above it are no longer exact, and no code is that large


def from_labels(array: NDArray[Any], val: Split, at: str) -> Predictions:
    """Labels as names of classes or as codes; names that no side knows become -1, which is noted.

    Raises
    ------
    DataError
        If they are neither names nor codes of the split's classes.
    """
    if array.dtype.kind == "f":
        with np.errstate(over="ignore"):  # a long double
            array = array.astype(np.float64)
        broken = np.flatnonzero((array != np.rint(array)) | (np.abs(array) > LARGEST))
        if len(broken):
            raise DataError(
                f"{at}: holds {array[broken[0]]:.4g} in row {broken[0]}, expected labels, or scores of shape "
                f"({len(val)}, {len(val.classes)}) for {len(val.classes)} classes"
            )
        array = array.astype(np.int64)
    if array.dtype.kind == "S":
        array = np.char.decode(array, "utf-8", "replace")
    values, place = np.unique(array, return_inverse=True)
    names = [str(value).strip() for value in values]
    position = {label: code for code, label in enumerate(val.classes)}
    numbers = all(NUMBER.fullmatch(label) for label in names)
    notes: tuple[str, ...] = ()
    if array.dtype.kind == "b" and "True" not in position:
        names, numbers = [str(int(value)) for value in values], True
    unknown = [label for label in names if label not in position]
    if unknown and numbers:
        if not all(0 <= int(label) < len(val.classes) for label in names):
            raise DataError(
                f"{at}: holds the labels {_listed(names)}, expected classes of the split ({_listed(val.classes)}) or "
                f"codes from 0 to {len(val.classes) - 1}"
            )
        codes = np.array([int(label) for label in names], dtype=np.int64)
        if any(NUMBER.fullmatch(label) for label in val.classes):
            notes = (f"labels are read as codes of the classes {_listed(val.classes)}",)
    else:
        if len(unknown) == len(names):
            raise DataError(f"{at}: holds the labels {_listed(names)}, expected {_listed(val.classes)}")
        codes = np.array([position.get(label, -1) for label in names], dtype=np.int64)
        notes = (f"{_listed(unknown)} is no class of the split",) if unknown else ()
    return Predictions(labels=codes[place.reshape(array.shape)], notes=notes)


def from_scores(scores: Floats, form: Form, val: Split, at: str) -> Predictions:
    """Probabilities or logits, of shape (n, n_classes), or (n,) or (n, 1) from a single unit.

    Raises
    ------
    DataError
        If what is called probabilities is none.
    """
    lowest, highest = float(scores.min(initial=0.0)), float(scores.max(initial=1.0))
    inside = lowest >= -1e-6 and highest <= 1 + 1e-6
    if form == "probabilities" and not inside:
        raise DataError(f"{at}: probabilities run from {lowest:.4g} to {highest:.4g}, expected 0 to 1")
    if scores.size == len(scores):
        return _one_unit(scores.ravel(), inside and form != "logits", val)
    sums = scores.sum(axis=1)
    whole = inside and bool((np.abs(sums - 1) <= SUM_ERROR).all())
    percent = not form and lowest >= 0 and bool((np.abs(sums - 100) <= 100 * SUM_ERROR).all())
    if form == "probabilities" and not whole:
        raise DataError(f"{at}: rows of probabilities sum to {sums.min():.4g} to {sums.max():.4g}, expected 1")
    notes: tuple[str, ...] = ()
    if percent or (whole and form != "logits"):
        probabilities = scores.clip(0) / scores.clip(0).sum(axis=1, keepdims=True)
        notes = ("probabilities are read as percent",) if percent else ()
    else:
        raised = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities = raised / raised.sum(axis=1, keepdims=True)
        why = "" if form == "logits" else f", as rows sum to {sums.min():.3g} to {sums.max():.3g}"
        notes = (f"scores are read as logits{why}: a softmax made probabilities of them",)
    return Predictions(labels=scores.argmax(axis=1).astype(np.int64), probabilities=probabilities, notes=notes)


def _one_unit(scores: Floats, inside: bool, val: Split) -> Predictions:
    """The output of one unit: the probability of the second of two classes, or its logit."""
    n, k = len(scores), len(val.classes)
    notes = ["scores come from a single output unit"]
    if k != 2:  # a softmax over one unit: all ones, whatever the window, which picks the first class
        probabilities = np.zeros((n, k))
        probabilities[:, 0] = 1
        return Predictions(
            labels=np.zeros(n, dtype=np.int64), probabilities=probabilities, notes=tuple(notes), one_unit=True
        )
    if not inside:
        notes.append("they are read as logits")
        scores = 0.5 * (1 + np.tanh(scores / 2))
    scores = scores.clip(0, 1)
    return Predictions(
        labels=(scores > 0.5).astype(np.int64),
        probabilities=np.stack([1 - scores, scores], axis=1),
        notes=tuple(notes),
        one_unit=True,
    )


def _listed(names: Any) -> str:
    shown = [str(name)[:30] for name in names]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")
