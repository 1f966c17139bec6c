"""Tensors and map-style datasets of torch, which is never imported here: what is given shows whether it is loaded."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from splitaudit.errors import DataError
from splitaudit.readers.fields import Found, choose, member_of


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


def from_dataset(dataset: Any, at: str) -> Found:
    """Read a map-style dataset of windows, (window, label) pairs or mappings with the keys of an .npz file.

    Windows keep the axes that the dataset gives them: layout ``nct`` is for datasets that put channels first.

    Raises
    ------
    DataError
        If the dataset has no length, no items, or items that do not make windows of one shape.
    """
    if hasattr(dataset, "dataset") and hasattr(dataset, "batch_size"):
        raise DataError(f"{at}: got a {type(dataset).__name__}, expected its dataset (loader.dataset)")
    if hasattr(dataset, "tensors"):
        return _columns([plain(tensor) for tensor in dataset.tensors], at)
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        raise DataError(f"{at}: got a {type(dataset).__name__} without a length, expected a map-style dataset")
    items = [dataset[i] for i in range(len(dataset))]
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
