"""Small valid files of every format that a command reads, which the fuzzer spoils.

A sample is a mapping from paths below a folder to their bytes; one path is a file, several are a store or shards. The
first path's first part is what the command is given.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

Sample = Mapping[str, bytes]
N, T, C = 8, 6, 2
FORMATS = (
    *("npz", "npy", "recording", "ts", "parquet", "arrow", "hdf5", "zarr", "shards"),
    *("log_csv", "log_json", "predictions", "config", "report"),
)


def arrays() -> dict[str, np.ndarray[Any, Any]]:
    """Return a sound side: eight windows of two channels, two classes, four subjects."""
    rng = np.random.default_rng(0)
    return {
        "X": rng.normal(size=(N, T, C)).astype(np.float32),
        "y": np.arange(N) % 2,
        "groups": np.array([f"p{i // 2}" for i in range(N)]),
        "time": np.arange(N) * 3,
        "channel_names": np.array(["a", "b"]),
        "class_names": np.array(["sit", "walk"]),
    }


def npz(compressed: bool, content: Mapping[str, Any] | None = None) -> bytes:
    """Return an archive."""
    stream = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(stream, **(arrays() if content is None else content))
    return stream.getvalue()


def npy(array: Any) -> bytes:
    """Return an array in numpy's format."""
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def ts() -> bytes:
    """Return a text file of the archives."""
    head = [
        "# made",
        "@problemName walks",
        "@timeStamps false",
        "@univariate false",
        "@classLabel true sit walk",
        "@data",
    ]
    rows = [
        ":".join([*(",".join(f"{v:.3g}" for v in channel) for channel in window.T), "walk" if label else "sit"])
        for window, label in zip(arrays()["X"], arrays()["y"], strict=True)
    ]
    return "\n".join([*head, *rows, ""]).encode()


def _long() -> Any:
    import pandas as pd

    held = arrays()
    table = {"window": np.repeat(np.arange(N), T), "step": np.tile(np.arange(T), N), "y": np.repeat(held["y"], T)}
    channels = {name: held["X"][:, :, i].ravel() for i, name in enumerate("ab")}
    return pd.DataFrame({**table, **channels, "groups": np.repeat(held["groups"], T)})


def _table(form: str) -> Any:
    import pyarrow as pa

    held = arrays()
    if form == "long":
        return pa.Table.from_pandas(_long())
    lists = {name: pa.array([list(row) for row in held["X"][:, :, i]]) for i, name in enumerate("ab")}
    if form == "nested":
        lists = {"X": pa.array([[list(step) for step in window] for window in held["X"].tolist()])}
    return pa.table({**lists, "y": held["y"], "groups": held["groups"]})


def parquet(form: str, **options: Any) -> bytes:
    """Return a table in parquet."""
    from pyarrow import parquet as pq

    stream = io.BytesIO()
    pq.write_table(_table(form), stream, **options)
    return stream.getvalue()


def arrow(form: str, compression: str) -> bytes:
    """Return a table as Feather writes it."""
    from pyarrow import feather

    stream = io.BytesIO()
    feather.write_feather(_table(form), stream, compression=compression)
    return stream.getvalue()


def hdf5(**options: Any) -> bytes:
    """Return an HDF5 file."""
    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=options.pop("libver", None)) as file:
        for key, value in arrays().items():
            text = value.dtype.kind == "U"
            own = options if key == "X" else {}
            file.create_dataset(key, data=value.astype(object) if text else value, **own)
    return stream.getvalue()


def zarr(version: int, **options: Any) -> dict[str, bytes]:
    """Return the files of a store."""
    import zarr as library

    with tempfile.TemporaryDirectory() as folder:
        store = library.open_group(f"{folder}/x.zarr", mode="w", zarr_format=version)
        for key in ("X", "y", "time"):
            value = arrays()[key]
            store.create_array(key, data=value, chunks=(4, *value.shape[1:]), **(options if key == "X" else {}))
        root = Path(folder)
        return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def _zipped_zarr() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in zarr(2).items():
            archive.writestr(name.removeprefix("x.zarr/"), content)
    return stream.getvalue()


def log_csv() -> bytes:
    """Return a training log."""
    rows = [f"{i},{0.5 + i / 40:.3f},{1 / (i + 1):.3f},{0.5 + i / 60:.3f},{1.1 / (i + 1):.3f}" for i in range(12)]
    return "\n".join(["epoch,accuracy,loss,val_accuracy,val_loss", *rows, ""]).encode()


def _steps() -> bytes:
    rows = [f"{i // 3},{i},{'' if i % 3 else 0.7},{0.5 if i % 3 else ''}" for i in range(12)]
    return "\n".join(["epoch,step,val_acc,train_loss_step", *rows, ""]).encode()


def report() -> bytes:
    """Return a report of an earlier run, with findings, exhibits and an explanation."""
    from splitaudit.render.json import render
    from tests.render import reports

    return render(reports.explained()).encode()


CONFIG = b"""[tool.splitaudit]
select = ["SA1", "SA6"]
fail-on = "warning"
alpha = 0.01
permutations = 99
seed = 3
memory = "2GiB"
ignore = { SA204 = "a layer does it" }

[tool.splitaudit.rules.SA301]
error = 0.05

[[tool.splitaudit.overrides]]
paths = ["data/*"]
fail-on = "never"
"""


@cache
def samples(format: str) -> tuple[Sample, ...]:
    """Return the valid files of a format."""
    made: dict[str, Callable[[], list[Sample]]] = {
        "npz": lambda: [{"x.npz": npz(False)}, {"x.npz": npz(True)}],
        "npy": lambda: [{"x.npy": npy(arrays()["X"])}, {"x.npy": npy(np.asfortranarray(arrays()["X"]))}],
        "recording": lambda: [{"x.npz": npz(False, _recorded())}, {"x.npy": npy(_recorded()["X"])}],
        "ts": lambda: [{"x.ts": ts()}],
        "parquet": lambda: [
            {"x.parquet": parquet("long")},
            {"x.parquet": parquet("lists", row_group_size=4)},
            {"x.parquet": parquet("nested", compression="zstd", use_dictionary=False)},
            {"x.parquet": parquet("lists", compression="none", data_page_version="2.0")},
        ],
        "arrow": lambda: [
            {"x.arrow": arrow(form, compression)}
            for form, compression in (("long", "lz4"), ("lists", "uncompressed"), ("nested", "zstd"))
        ],
        "hdf5": lambda: [
            {"x.h5": hdf5()},
            {"x.h5": hdf5(chunks=(4, T, C), compression="gzip", shuffle=True, fletcher32=True)},
            {"x.h5": hdf5(libver="latest", chunks=(4, T, C))},
        ],
        "zarr": lambda: [zarr(2), zarr(3), zarr(3, shards=(8, T, C)), {"x.zarr.zip": _zipped_zarr()}],
        "shards": lambda: [{"x/1.npz": npz(False), "x/2.npz": npz(True)}, {"x/1.h5": hdf5(), "x/2.h5": hdf5()}],
        "log_csv": lambda: [{"x.csv": log_csv()}, {"x.csv": _steps()}],
        "log_json": lambda: [
            {"x.json": json.dumps({"loss": [1, 0.5], "val_accuracy": [0.5, 0.76], "epoch": [0, 1]}).encode()},
            {"x.json": json.dumps([{"epoch": i, "val_acc": 0.1 * i} for i in range(4)]).encode()},
            {"x.json": b'{"epoch": 0, "loss": 1}\n{"epoch": 1, "loss": 0.5}\n'},
        ],
        "predictions": lambda: [
            {"x.csv": "\n".join(["window,sit,walk", *(f"{i},{i / 8},{1 - i / 8}" for i in range(N))]).encode()},
            {"x.npy": npy(arrays()["y"])},
            {"x.npz": npz(True, {"logits": np.ones((N, 2)), "labels": arrays()["y"]})},
        ],
        "config": lambda: [{"x.toml": CONFIG}],
        "report": lambda: [{"x.json": report()}],
    }
    return tuple(made[format]())


def _recorded() -> dict[str, Any]:
    rng = np.random.default_rng(1)
    return {"X": rng.normal(size=(80, C)), "y": np.arange(80) // 20 % 2, "groups": np.arange(80) // 40}
