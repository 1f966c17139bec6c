"""Tensors, map-style datasets and loaders of torch, which is never imported here: what is given shows if it is loaded.

A loader is never iterated: its dataset is read in the order of the dataset, and of that the rows that its sampler may
draw.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found, choose, member_of

WHOLE = ("SequentialSampler", "RandomSampler", "WeightedRandomSampler", "DistributedSampler")  # draw from all rows
PART = "SubsetRandomSampler"
COLLATED = ("default_collate", "default_convert")


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What a loader draws from: its dataset, the rows of it (all where None), and what to note."""

    dataset: Any
    rows: list[int] | None = None
    notes: tuple[str, ...] = ()


def plain(value: Any) -> Any:
    """Return a tensor as a numpy array; anything else as it is."""
    if not _is_of_torch(value) or not hasattr(value, "detach"):
        return value
    tensor = value.detach().cpu()
    if str(tensor.dtype) == "torch.bfloat16":  # unknown to numpy, and float32 holds the same numbers
        tensor = tensor.float()
    return tensor.resolve_conj().resolve_neg().numpy() if not tensor.is_sparse else tensor.to_dense().numpy()


def is_dataset(value: Any) -> bool:
    """Whether this is a dataset or loader of torch."""
    return _is_of_torch(value) and not hasattr(value, "detach")


def _is_of_torch(value: Any) -> bool:
    if "torch" not in sys.modules:
        return False
    return any(base.__module__.split(".")[0] == "torch" for base in type(value).__mro__)


def is_loader(value: Any) -> bool:
    """Whether this is a ``DataLoader`` of torch or made from one."""
    return is_dataset(value) and hasattr(value, "dataset") and hasattr(value, "batch_size")


def behind(loader: Any, at: str) -> Loaded:
    """Return what a loader draws from.

    Raises
    ------
    DataError
        If its sampler is not one of torch's own, or its dataset makes the batches: which windows it draws is not known
        then without drawing them.
    """
    if not hasattr(loader.dataset, "__len__"):
        return Loaded(loader.dataset)  # a stream, which is refused where it is read
    batches = getattr(loader, "batch_sampler", None)
    if batches is None and loader.batch_size is None:
        raise DataError(f"{at}: the loader does not batch, so that items may be batches, expected a dataset of windows")
    if batches is not None and _own_name(batches) != "BatchSampler":
        raise DataError(f"{at}: the loader has {_a(batches)} for batch_sampler, {_EXPECTED_ROWS}")
    sampler: Any = getattr(batches, "sampler", getattr(loader, "sampler", None))
    name, notes = _own_name(sampler), []
    if sampler is not None and name not in (*WHOLE, PART):
        raise DataError(f"{at}: the loader has {_a(sampler)} for sampler, {_EXPECTED_ROWS}")
    collate = getattr(getattr(loader, "collate_fn", None), "__name__", COLLATED[0])
    if collate not in COLLATED:
        notes.append(f"windows are read from the loader's dataset, without its collate_fn {collate!r}")
    if name != PART:
        return Loaded(loader.dataset, None, tuple(notes))
    rows = sorted({int(row) for row in sampler.indices})
    notes.append(f"{len(rows):,} of {len(loader.dataset):,} windows are read, those that the loader's sampler draws")
    return Loaded(loader.dataset, rows, tuple(notes))


_EXPECTED_ROWS = "which may draw any rows, expected the dataset itself, or a Subset of it"


def _own_name(sampler: Any) -> str:
    """Name of a sampler of torch's own; empty for any other, and for what is derived from one."""
    kind = type(sampler)
    return kind.__name__ if kind.__module__.startswith("torch.utils.data") else ""


def _a(value: Any) -> str:
    return f"a {type(value).__name__}"


def from_dataset(dataset: Any, at: str, rows: list[int] | None = None) -> Found:
    """Read a map-style dataset of windows, (window, label) pairs or mappings with the keys of an .npz file.

    Windows keep the axes that the dataset gives them: layout ``nct`` is for datasets that put channels first.
    ``rows`` are those to read, by default all.

    Raises
    ------
    DataError
        If the dataset has no length, no items, or items that do not make windows of one shape.
    """
    if hasattr(dataset, "tensors"):
        return _columns([plain(tensor if rows is None else tensor[rows]) for tensor in dataset.tensors], at)
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        raise DataError(f"{at}: got a {type(dataset).__name__} without a length, expected a map-style dataset")
    items = [dataset[i] for i in (range(len(dataset)) if rows is None else rows)]
    if not items:
        raise DataError(f"{at}: the dataset has no items, expected at least one window")
    if isinstance(items[0], Mapping):
        return _mappings(items, at)
    if not isinstance(items[0], (tuple, list)):
        return Found(arrays={"X": _stacked(items, at, "X")})
    if len({len(item) for item in items}) != 1:
        raise DataError(f"{at}: items have different lengths, expected (window, label) in every item")
    columns = list(zip(*items, strict=True))[:3]
    return _columns([_stacked(column, at, key) for key, column in zip("Xy?", columns, strict=False)], at)


def _columns(columns: list[Any], at: str) -> Found:
    if len(columns) not in (1, 2):
        raise DataError(f"{at}: the dataset gives {len(columns)} values per item, expected a window and its label")
    return Found(arrays=dict(zip("Xy", columns, strict=False)))


def _mappings(items: list[Mapping[str, Any]], at: str) -> Found:
    keys = list(items[0])
    if any(list(item) != keys for item in items):
        raise DataError(f"{at}: items have different keys, expected the same keys in every item")
    members = {str(key): member_of(str(key), _stacked([item[key] for item in items], at, str(key))) for key in keys}
    return choose(members, at)


def _stacked(parts: Any, at: str, key: str) -> Any:
    arrays = [np.asarray(plain(part)) for part in parts]
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        raise DataError(f"{at}: {key} is ragged, with items of shape {shapes[0]} to {shapes[-1]}, expected one shape")
    return np.stack(arrays)
