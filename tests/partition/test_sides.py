"""Parts written as files, and read again."""

from __future__ import annotations

import numpy as np
import pytest

import splitaudit
from splitaudit.data.split import make_split
from splitaudit.partition.draw import scaler_of
from splitaudit.partition.sides import arrays_of, write_sides
from splitaudit.partitioned import Parts
from tests.partition.data import subjects

PARTS = Parts(train=np.arange(0, 12), val=np.arange(12, 18), test=np.arange(18, 20))


def described(X, **metadata):
    n = len(X)
    defaults = {"y": np.arange(n) % 3, "groups": np.arange(n) // 2, "time": 7.0 * np.arange(n)}
    return make_split(X, **defaults | metadata)


def names(split, codes, known):
    return np.array(known)[codes].tolist() if known else codes.tolist()


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"y": np.array(["sit", "walk", "<script>", "[bold]"])[np.arange(20) % 4]},
        {"y": np.arange(20) % 2 * 100 - 50, "groups": np.array([f"s{k % 5}" for k in range(20)])},
        {"class_names": ["sit", "walk", "run"], "recording": np.array(["a", "b"])[np.arange(20) // 10]},
        {"channel_names": ["ax", "gyro <z>"]},
        {"y": None, "groups": None, "time": None},
        {"y": np.arange(20) % 2 == 1},
    ],
    ids=["plain", "names", "negative", "recordings", "channels", "nothing", "booleans"],
)
def test_what_is_written_is_read_again(rng, tmp_path, metadata):
    split = described(rng.normal(size=(20, 16, 2)).astype(np.float32), **metadata)
    files = write_sides(split, PARTS, tmp_path / "new" / "folder")
    assert [path.name for path in files] == ["train.npz", "val.npz", "test.npz"]
    for path, rows in zip(files, PARTS.named().values(), strict=True):
        again, side = splitaudit.read(path), split.take(rows)
        assert np.array_equal(again.X, side.X)
        assert again.X.dtype == side.X.dtype
        for key, known in (("y", "classes"), ("groups", "group_names"), ("recording", "recording_names")):
            if getattr(side, key) is None:
                assert getattr(again, key) is None
            else:
                theirs = names(again, getattr(again, key), getattr(again, known))
                assert theirs == names(side, getattr(side, key), getattr(side, known))
        assert (again.time is None) == (side.time is None)
        assert side.time is None or again.time.tolist() == side.time.tolist()
        assert again.channels == side.channels
        assert again.notes == ()


def test_images_are_written_as_images(rng, tmp_path):
    split = described(rng.normal(size=(20, 4, 5, 6, 2)).astype(np.float32))
    assert split.image == (5, 6, 2)
    scaler = scaler_of(split, PARTS.train)
    plain, scaled = (write_sides(split, PARTS, tmp_path, given, prefix=f"{given is None}-") for given in (None, scaler))
    again = splitaudit.read(plain[0])
    assert again.image == (5, 6, 2)
    assert np.array_equal(again.X, split.X[:12])
    images = np.load(scaled[0])["X"]
    assert images.shape == (12, 4, 5, 6, 2)
    assert images.mean(axis=(0, 1, 2, 3)) == pytest.approx(0, abs=1e-5)
    assert images.std(axis=(0, 1, 2, 3)) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16"])
def test_scaled_sides_have_mean_0_and_deviation_1_on_train(rng, dtype):
    X, y, groups = subjects(rng)
    split = make_split((100 * X + [500, -20]).astype(dtype), y, groups=groups)
    scaler = scaler_of(split, np.arange(120))
    train, val = (arrays_of(split, rows, scaler)["X"] for rows in (np.arange(120), np.arange(120, 200)))
    assert train.dtype == np.float32
    assert train.mean(axis=(0, 1), dtype=float) == pytest.approx(0, abs=1e-4)
    assert train.std(axis=(0, 1), dtype=float) == pytest.approx(1, abs=1e-4)
    own = 100 * X[:120].astype(float) + [500, -20]
    wanted = (100 * X[120:].astype(float) + [500, -20] - own.mean(axis=(0, 1))) / own.std(axis=(0, 1))
    assert val == pytest.approx(wanted, abs=0.02)


def test_a_constant_channel_is_centred_and_not_divided_by_nothing(rng):
    X = rng.normal(size=(20, 8, 2))
    X[..., 1] = 3
    split = described(X)
    scaled = arrays_of(split, PARTS.val, scaler_of(split, PARTS.train))["X"]
    assert np.isfinite(scaled).all()
    assert (scaled[..., 1] == 0).all()


def test_nan_stays_nan_in_scaled_sides(rng):
    X = rng.normal(size=(20, 8, 2))
    X[3, 2, 1] = np.nan
    split = described(X)
    scaled = arrays_of(split, PARTS.train, scaler_of(split, PARTS.train))["X"]
    assert np.argwhere(np.isnan(scaled)).tolist() == [[3, 2, 1]]


def test_check_takes_the_written_pair(rng, tmp_path):
    X, y, groups = subjects(rng)
    found = splitaudit.split((X, y), groups=groups, audit=False)
    split = make_split(X, y, groups=groups)
    train, val = write_sides(split, found.parts[0], tmp_path)
    report = splitaudit.check(train, val, select=("SA301", "SA304", "SA501"))
    assert {finding.severity for finding in report.findings} <= {"ok", "info", "skipped"}
