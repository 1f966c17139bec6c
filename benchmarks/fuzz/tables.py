"""Hostile tables and stores: parquet, Arrow, HDF5 and zarr that are well formed and mean something absurd."""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

from benchmarks.fuzz import headers, texts
from benchmarks.fuzz.names import NASTY
from benchmarks.fuzz.samples import C, N, Sample, T, arrays, samples

FIELDS = ("window", "step", "time", "y", "label", "groups", "subject", "recording", "a", "b", "X", "channel_names")


def _utf8(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _column(rng: Random, n: int) -> Any:
    import pyarrow as pa

    def made(value: Any, **options: Any) -> Any:
        return pa.array([value] * n, **options)

    kinds: tuple[Callable[[], Any], ...] = (
        lambda: pa.nulls(n),
        lambda: pa.array([_utf8(rng.choice(NASTY)) for _ in range(n)], type=pa.string()),
        lambda: made({"a": 1}),
        lambda: pa.array([[1.0] * rng.randint(0, 3) for _ in range(n)], type=pa.list_(pa.float64())),
        lambda: made([[1.0, 2.0]] * T),
        lambda: pa.array([None if rng.random() < 0.3 else rng.random() for _ in range(n)], type=pa.float64()),
        lambda: made(b"\xff"),
        lambda: pa.array(np.arange(n).astype("M8[ms]")),
        lambda: pa.array(["ab"[i % 2] for i in range(n)], type=pa.string()).dictionary_encode(),
        lambda: pa.array(np.arange(n) % 2 == 1),
        lambda: made([None, 1.0]),
        lambda: made(["a", "b"]),
        lambda: made([("k", 1.0)], type=pa.map_(pa.string(), pa.float64())),
        lambda: pa.array(np.zeros(n, dtype=np.float16)),
        lambda: made([0.5] * T, type=pa.list_(pa.float32(), T)),
        lambda: pa.array(np.arange(n) // rng.choice((1, 2, T))),
    )
    return rng.choice(kinds)()


def table(rng: Random) -> Any:
    """Return a table of odd columns under names that mean something."""
    import pyarrow as pa

    n = rng.choice((0, 1, N, N * T))
    names = rng.sample(FIELDS, rng.randint(1, 5))
    if rng.random() < 0.2:
        names.append(_utf8(rng.choice(NASTY)))
    if rng.random() < 0.05:
        names.append(names[0])
    columns = [_column(rng, n) for _ in names]
    if "window" in names and rng.random() < 0.7:
        columns[names.index("window")] = pa.array(np.arange(n) // T)
    return pa.table(columns, names=names)


def parquet(rng: Random) -> Sample:
    """Return a parquet file of odd columns, or one that decodes to far more than it is."""
    from pyarrow import parquet as pq

    stream = io.BytesIO()
    if rng.random() < 0.02:
        pq.write_table(_bomb(rng), stream, compression="zstd")
    else:
        made = table(rng)
        pq.write_table(
            made,
            stream,
            row_group_size=rng.choice((1, 3, 1000)),
            compression=rng.choice(("snappy", "none", "zstd", "gzip", "brotli")),
        )
    return {"x.parquet": stream.getvalue()}


def _bomb(rng: Random) -> Any:
    import pyarrow as pa

    n = rng.choice((300_000, 2_000_000))
    if rng.random() < 0.5:
        return pa.table({"window": pa.array(np.zeros(n, dtype=np.int64)), "a": pa.array(np.zeros(n))})
    return pa.table({"a": pa.FixedSizeListArray.from_arrays(pa.array(np.zeros(n * 4, dtype=np.float32)), 4)})


def arrow(rng: Random) -> Sample:
    """Return a Feather file of odd columns."""
    import pyarrow as pa
    from pyarrow import feather

    stream = io.BytesIO()
    made = _bomb(rng) if rng.random() < 0.02 else table(rng)
    if len(set(made.column_names)) < made.num_columns or rng.random() < 0.1:
        with pa.ipc.new_file(stream, made.schema) as writer:
            writer.write_table(made)
    else:
        feather.write_feather(made, stream, compression=rng.choice(("lz4", "zstd", "uncompressed")))
    return {rng.choice(("x.arrow", "x.feather")): stream.getvalue()}


def hdf5(rng: Random) -> Sample:
    """Return a file of odd data sets, links and groups."""
    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        inside = file.create_group("g") if rng.random() < 0.2 else file
        for key in ["X", *rng.sample(headers.KEYS[1:], rng.randint(0, 4))]:
            try:
                _dataset(inside, key, rng)
            except (TypeError, ValueError, OSError, UnicodeError):  # a type that the format does not know
                continue
    return {"x.h5": stream.getvalue()}


def _dataset(group: Any, key: str, rng: Random) -> None:
    """Add one entry to a group."""
    import h5py

    held = arrays().get(key, arrays()["X"])
    plain = held.astype("S") if held.dtype.kind == "U" else held
    shape = tuple(rng.choice((0, 1, N, 10**6, 2**40)) for _ in range(rng.randint(0, 4)))
    chunks = tuple(min(size or 1, 1000) for size in shape) or None
    outside = [(rng.choice(("/dev/zero", "/etc/hostname", "none.raw")), 0, h5py.h5f.UNLIMITED)]
    nasty = [rng.choice(NASTY).encode("utf-8", "surrogatepass") for _ in range(N)]
    made: dict[str, Any] = rng.choice(
        (
            {"shape": shape, "dtype": rng.choice(("f4", "i8", "S5")), "chunks": chunks},
            {"link": h5py.SoftLink(rng.choice(("/nowhere", f"/{key}", "/", "y", "/g")))},
            {"link": h5py.ExternalLink(rng.choice(("/etc/passwd", "nowhere.h5", "x.h5")), "/X")},
            {"data": h5py.Empty("f4")},
            {"shape": (3,), "dtype": h5py.vlen_dtype(np.float32)},
            {"data": np.arange(N) % 2, "dtype": h5py.enum_dtype({"a": 0, "b": 1})},
            {"shape": (N,), "dtype": rng.choice((h5py.ref_dtype, h5py.regionref_dtype))},
            {"data": np.zeros(N, dtype=[("a", "f4"), ("b", "i4")])},
            {"data": nasty, "dtype": h5py.string_dtype()},
            {"shape": (N, T, C), "dtype": "f4", "external": outside},
            {"group": True},
            {"data": plain, "name": _utf8(rng.choice(NASTY)).replace("\0", "0") or "k"},
            {"data": plain},
            {"data": headers.typed(rng, held.shape)},
        )
    )
    if "link" in made:
        group[key] = made["link"]
    elif "group" in made:
        group.create_group(key)
    else:
        group.create_dataset(made.pop("name", key), **made)


def zarr(rng: Random) -> Sample:
    """Return a store whose metadata say something absurd."""
    files = dict(rng.choice(samples("zarr")[:3]))
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(
            [name for name in files if name.rsplit("/", 1)[-1] in ("zarr.json", ".zarray", ".zgroup", ".zattrs")]
        )
        content = json.loads(files[name])
        node: Any = content
        for _ in range(rng.randint(0, 3)):
            inner = [
                v for v in (node.values() if isinstance(node, dict) else node) if isinstance(v, (dict, list)) and v
            ]
            if not inner:
                break
            node = rng.choice(inner)
        if not node:
            continue
        key = rng.choice(list(node)) if isinstance(node, dict) else rng.randrange(len(node))
        odd: tuple[Any, ...] = (
            *texts.VALUES,
            "<U5",
            "|O",
            "float16",
            "string",
            "complex64",
            "blosc",
            10**12,
            [10**9, 10**6, 10**3],
            [8, 6, 2],
            [1, 1, 1],
            "../y",
        )
        node[key] = copy.deepcopy(rng.choice(odd))
        if "shape" in content and rng.random() < 0.4:
            content["shape"] = (
                [rng.choice((0, 1, N, 10**6, 2**40, 2**62, -1)) for _ in content["shape"] or [1]]
                if isinstance(content["shape"], list)
                else [8]
            )
        files[name] = json.dumps(content).encode()
    if rng.random() < 0.3:
        del files[rng.choice(list(files))]
    return files or {"x.zarr/zarr.json": b"{}"}
