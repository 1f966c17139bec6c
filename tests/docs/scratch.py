"""A folder that holds the files which the pages speak of, and the names that their code takes as given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import splitaudit as sa
from tests.docs.blocks import ROOT, blocks

Arrays = dict[str, NDArray[Any]]


def side(seed: int, subjects: range, each: int = 10) -> Arrays:
    """Windows of subjects with two classes, as an npz file has them."""
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.array([f"s{i:02d}" for i in subjects]), each)
    y = np.arange(len(groups)) % 2
    X = rng.normal(size=(len(groups), 24, 2)).astype(np.float32)
    X[y == 1] += 0.5
    time = np.tile(np.arange(each) * 200, len(subjects))
    return {"X": X, "y": y, "groups": groups, "time": time, "channel_names": np.array(["x", "z"])}


def furnish(folder: Path) -> None:
    """Write the files that the pages name, all of one small healthy split; links to the fixtures."""
    (folder / "fixtures").symlink_to(ROOT / "fixtures")
    train, val = side(0, range(8)), side(1, range(8, 14))
    for place in (folder, folder / "data"):
        place.mkdir(exist_ok=True)
        np.savez(place / "train.npz", **train)
        np.savez(place / "val.npz", **val)
    np.savez(
        folder / "both_sides.npz", **{f"{key}_{name}": each[key] for name, each in sides(train, val) for key in "Xy"}
    )
    np.savez(folder / "walks.npz", **side(2, range(10)))
    (folder / "log.csv").write_text(
        "epoch,accuracy,loss,val_accuracy,val_loss\n"
        + "".join(f"{i},{0.6 + i / 50},{0.7 - i / 40},{0.7},{0.6 + i / 100}\n" for i in range(15))
    )
    np.save(folder / "predictions.npy", val["y"])
    (folder / "audit").mkdir()
    report = sa.check(train, val, select=["SA101", "SA501"])
    for path in (folder / "report.json", folder / "audit" / "accepted.json"):
        report.save(path)


def furnish_formats(folder: Path) -> None:
    """Write the same in other formats: zarr, recordings in HDF5, shards."""
    zarr, h5py = pytest.importorskip("zarr"), pytest.importorskip("h5py")
    rng = np.random.default_rng(3)
    for name, each in sides(side(0, range(8)), side(1, range(8, 14))):
        group = zarr.open_group(str(folder / f"{name}.zarr"), mode="w")
        for key in ("X", "y"):
            group.create_array(key, data=each[key])
        shards = folder / "shards" / name
        shards.mkdir(parents=True)
        for i in range(2):
            np.savez(shards / f"{i}.npz", X=each["X"][i::2], y=each["y"][i::2])
    for day in ("monday", "tuesday"):
        with h5py.File(folder / f"{day}.h5", "w") as file:
            file["X"] = rng.normal(size=(128 * 60, 2)).astype(np.float32)


def sides(train: Arrays, val: Arrays) -> tuple[tuple[str, Arrays], tuple[str, Arrays]]:
    """Return the two sides with their names."""
    return ("train", train), ("val", val)


def names() -> dict[str, Any]:
    """Return what the code of pages takes as given."""
    train, val, whole = side(0, range(8)), side(1, range(8, 14)), side(2, range(10))
    X = whole["X"]
    flat = FunctionTransformer(lambda windows: windows.reshape(len(windows), -1))
    given = {"X": X, "y": whole["y"], "subject": whole["groups"], "features": X.reshape(len(X), -1)}
    given |= {f"{key}_{name}": each[key] for name, each in sides(train, val) for key in "Xy"}
    given |= {"g_train": train["groups"], "g_val": val["groups"]}
    return {**given, "sa": sa, "model": make_pipeline(flat, LogisticRegression())}


FAST = "[tool.splitaudit]\npermutations = 19\n"


def project() -> str:
    """Return the settings that the page on configuration shows first, as a pyproject.toml."""
    return next(block.text for block in blocks("toml") if block.page == "configuration.md")
