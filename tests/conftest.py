"""What tests of all parts share."""

import zlib

import numpy as np
import pytest


@pytest.fixture
def rng(request) -> np.random.Generator:
    """A random stream of the test's own, whatever ran before it."""
    return np.random.default_rng(zlib.crc32(request.node.name.encode()))


@pytest.fixture
def split_files(tmp_path, monkeypatch):
    """Two small files in an empty folder, which is where the command is typed."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    rng = np.random.default_rng(0)
    for name, n in (("train", 40), ("val", 20)):
        np.savez(f"{name}.npz", X=rng.normal(size=(n, 16, 2)), y=np.arange(n) % 2, channel_names=["ax", "ay"])
    return ["check", "train.npz", "val.npz"]
