"""Which column of a training log is which curve: by the names that Keras, Lightning and people give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SIDES = {
    "train": ("train", "training", "trn"),
    "val": ("validation", "valid", "val", "dev", "evaluation", "eval"),
    "test": ("testing", "test"),
}
# Without separators; the best first: of several names of one curve, that which stands first is taken.
ACCURACY = (
    *("accuracy", "acc", "categoricalaccuracy", "sparsecategoricalaccuracy", "binaryaccuracy", "multiclassaccuracy"),
    *("accuracyscore", "top1accuracy", "top1acc", "accuracytop1", "acctop1", "accuracy1", "acc1", "top1"),
)
LOSS = (
    *("loss", "totalloss", "crossentropy", "crossentropyloss", "celoss", "ce", "categoricalcrossentropy"),
    *("sparsecategoricalcrossentropy", "binarycrossentropy", "nllloss", "nll", "logloss", "bceloss", "bce"),
)
EPOCH = ("epoch", "epochs", "epochnumber")
RUN = ("run", "runid", "runname")
CURVES = ("train_accuracy", "val_accuracy", "train_loss", "val_loss")
SPANS = ("of epoch", "", "of step")
OTHER = re.compile(r"[^a-z0-9]+")
AROUND = re.compile(r"^(?:avg|average|mean|running)|(?:percentage|percent|pct|dataloaderidx0)$")


@dataclass(frozen=True, slots=True)
class Column:
    """What one column holds: a curve, and whether of epochs, of steps or unsaid (a place in ``SPANS``).

    ``rank`` orders the columns that could be one curve: the smallest is taken.
    """

    name: str
    curve: str
    rank: tuple[int, int]
    span: int


def plain(name: str) -> str:
    """Write a column's name in lower case without separators: "Val Acc (%)" is "valacc"."""
    return OTHER.sub("", name.lower())


def column_of(name: str) -> Column | None:
    """Say what a column holds, or None."""
    text, span = AROUND.sub("", plain(name)), 1
    for place, ending in ((0, "epoch"), (2, "step")):
        if text.endswith(ending):
            text, span = text.removesuffix(ending), place
    for side, metric in _readings(text):
        for kind, names in (("accuracy", ACCURACY), ("loss", LOSS)):
            if metric in names:
                curve = f"{'train' if side in ('', 'train') else 'val'}_{kind}"
                return Column(name, curve, (int(side == "test"), names.index(metric)), span)
    return None


def _readings(text: str) -> Iterable[tuple[str, str]]:
    """Every way to read a name as a side and a metric."""
    yield "", text
    for side, words in SIDES.items():
        for word in words:
            if text.startswith(word):
                yield side, AROUND.sub("", text.removeprefix(word))
            if text.endswith(word):
                yield side, AROUND.sub("", text.removesuffix(word))


def curves_of(names: Iterable[str]) -> tuple[dict[str, list[Column]], tuple[str, ...]]:
    """Choose the columns of each curve, and say what was decided where it is not plain from the names.

    A curve has several columns where one holds steps and another one epochs, as Lightning writes them; the one of the
    whole epoch comes first.
    """
    found: dict[str, list[Column]] = {}
    for name in names:
        column = column_of(name)
        if column is not None:
            found.setdefault(column.curve, []).append(column)
    notes = []
    for curve, columns in found.items():
        best = min(column.rank for column in columns)
        left = [column.name for column in columns if column.rank != best]
        found[curve] = sorted((column for column in columns if column.rank == best), key=lambda column: column.span)
        taken = found[curve][0]
        if left:
            notes.append(f"{taken.name!r} is taken for {curve}, not {' or '.join(map(repr, left[:3]))}")
        elif taken.rank[0]:
            notes.append(f"{taken.name!r} is taken for {curve}, as there is none of validation")
    return {curve: found[curve] for curve in CURVES if curve in found}, tuple(notes)


def field_of(names: Iterable[str], known: tuple[str, ...]) -> str | None:
    """Return the first column that is called so."""
    return next((name for name in names if plain(name) in known), None)
