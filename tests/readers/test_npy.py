"""Single arrays."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.readers.read import read


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["f4", ">f8", "i2", "?"])
def test_windows_alone(tmp_path, order, dtype):
    X = np.asarray(np.random.default_rng(0).normal(size=(4, 6, 2)) * 9, order=order).astype(dtype, order="K")
    np.save(tmp_path / "train.npy", X)
    split = read(str(tmp_path / "train.npy"), name="train")
    assert np.array_equal(split.X, X)
    assert (split.y, split.source) == (None, str(tmp_path / "train.npy"))


def test_suffix_in_capitals_and_names_of_any_script(tmp_path):
    path = tmp_path / "größe \N{SNOWMAN}.NPY"
    with path.open("wb") as stream:
        np.save(stream, np.ones((2, 3, 1)))
    assert len(read(path)) == 2


def test_layout(tmp_path):
    X = np.random.default_rng(0).normal(size=(4, 2, 6))
    np.save(tmp_path / "train.npy", X)
    assert np.array_equal(read(tmp_path / "train.npy", layout="nct").X, X.transpose(0, 2, 1))
