"""One input of a format by its number: the same seed and number always give the same files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import numpy as np

from benchmarks.fuzz import headers, tables, texts
from benchmarks.fuzz.mutate import spoiled
from benchmarks.fuzz.places import place
from benchmarks.fuzz.samples import Sample, npz, samples

SUFFIX = {
    "parquet": ".parquet",
    "arrow": ".arrow",
    "hdf5": ".h5",
    "zarr": ".zarr",
    "ts": ".ts",
    "npy": ".npy",
    "config": ".toml",
}
SUFFIX |= {"log_csv": ".csv", "predictions": ".csv", "log_json": ".json", "report": ".json", "shards": ""}


def _archive(rng: Random) -> Sample:
    kind = rng.random()
    if kind < 0.02:
        return {"x.npz": headers.bomb(rng)}
    return {"x.npz": npz(rng.random() < 0.5, texts.named(rng)) if kind < 0.12 else headers.archive(rng)}


def _array(rng: Random) -> Sample:
    if rng.random() < 0.6:
        return {"x.npy": headers.declared(rng)}
    stream = io.BytesIO()
    np.save(stream, headers.typed(rng, (8, 6, 2)), allow_pickle=True)
    return {"x.npy": stream.getvalue()}


def _shards(rng: Random) -> Sample:
    suffix = rng.choice(("npz", "npz", "npz", "npy", "parquet", "ts"))
    made = {"npz": _archive, "npy": _array, "parquet": tables.parquet, "ts": texts.ts}[suffix]
    good = samples(suffix)[0][f"x.{suffix}"]
    files = {
        f"x/{i}.{suffix}": good if rng.random() < 0.6 else made(rng)[f"x.{suffix}"] for i in range(rng.randint(0, 4))
    }
    if rng.random() < 0.1:
        files["x/notes.txt"] = b"x"
    return files or {"x/.hidden.npz": b""}


CRAFTED: dict[str, Callable[[Random], Sample]] = {
    "npz": _archive,
    "npy": _array,
    "recording": lambda rng: _array(rng) if rng.random() < 0.4 else _archive(rng),
    "ts": texts.ts,
    "parquet": tables.parquet,
    "arrow": tables.arrow,
    "hdf5": tables.hdf5,
    "zarr": tables.zarr,
    "shards": _shards,
    "log_csv": texts.log_csv,
    "log_json": texts.log_json,
    "predictions": texts.predictions,
    "config": texts.config,
    "report": texts.report,
}


def sample(format: str, rng: Random) -> Sample:
    """Return the files of one hostile input: damaged samples, or something well formed and absurd."""
    if rng.random() < 0.45:
        return CRAFTED[format](rng)
    files = dict(rng.choice(samples(format)))
    for name in rng.sample(list(files), min(len(files), rng.choice((1, 1, 2)))):
        files[name] = spoiled(files[name], rng)
    return files


def input_of(format: str, index: int, seed: int, folder: Path) -> Path:
    """Write one input into an empty folder and return what the command is given."""
    rng = Random(f"{seed}/{format}/{index}")
    if rng.random() < 0.02:
        return place(folder, rng, SUFFIX.get(format, ".npz"))
    return written(sample(format, rng), folder)


def written(files: Sample, folder: Path) -> Path:
    """Write files below a folder and return the first path's first part."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / Path(next(iter(files))).parts[0]
