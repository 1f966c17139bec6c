"""Arrays that lie about themselves, in numpy's format: shapes, types, sizes, and archives around them."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from random import Random
from typing import Any

import numpy as np

from benchmarks.fuzz.names import NASTY
from benchmarks.fuzz.samples import C, N, T, arrays

SIZES = (0, 1, 2, N, T, C, 255, 65536, 10**6, 2**31, 2**32, 2**40, 2**62, 2**63 - 1, 2**63, 2**64, 10**30, -1, -N)
DTYPES = (
    *(
        "<f4",
        "<f8",
        ">f4",
        ">f8",
        "<f2",
        "<f16",
        "|b1",
        "|i1",
        "<i8",
        ">i2",
        "<u8",
        "<c8",
        "<c16",
        "|O",
        "|V8",
        "|V0",
        "<U5",
    ),
    *(
        "<U0",
        "|S3",
        "|S0",
        "<M8[s]",
        "<M8",
        "<m8[ns]",
        "<M8[25s]",
        "<U268435455",
        "|S2147483647",
        "f4,f4",
        "<x9",
        "",
        "T",
        "|T16",
    ),
)


def header(rng: Random) -> str:
    """Return the text of a header, mostly well formed."""
    shape = tuple(rng.choice(SIZES) for _ in range(rng.choice((0, 1, 2, 3, 3, 3, 5, 6, 40))))
    if rng.random() < 0.3:
        shape = (N, T, C)
    descr: Any = rng.choice(DTYPES)
    if rng.random() < 0.15:
        descr = rng.choice(
            (
                [("a", "<f4"), ("b", "|O")],
                [("a", "<f4", (10**6, 10**6))],
                [("", "<f4")],
                [("a", [("b", "<i4")])],
                ("<f4", (2, 2)),
                ("<f4", (10**9,)),
                None,
                3,
                [("a", "<f4"), ("a", "<f4")],
                [(name, "<f4") for name in NASTY[:30]],
            )
        )
    text = (
        f"{{'descr': {descr!r}, 'fortran_order': {rng.choice((False, False, True, None, 3))!r}, 'shape': {shape!r}, }}"
    )
    if rng.random() < 0.1:
        text = rng.choice(
            (
                text[:-3],
                text + "]",
                text.replace("shape", "form"),
                "{" * 200,
                "__import__('os')",
                "-" * 9000 + "1",
                text * 3,
            )
        )
    return text


def declared(rng: Random) -> bytes:
    """Return an array whose header says what it likes."""
    text = header(rng).encode("latin-1", "replace")
    version = rng.choice((1, 1, 1, 2, 2, 3, 4, 255))
    size = rng.choice((len(text),) * 6 + (0, 2**16 - 1, len(text) + 1))
    length = size.to_bytes(2 if version == 1 else 4, "little")
    body = rng.choice((b"", bytes(10), arrays()["X"].tobytes(), rng.randbytes(200), bytes(N * T * C * 8)))
    return b"\x93NUMPY" + bytes([version, rng.choice((0, 0, 0, 1))]) + length + text + body


def typed(rng: Random, shape: tuple[int, ...]) -> Any:
    """Return a real array of a type, order and content that nobody expects."""
    held = arrays()["X"] if shape == (N, T, C) else np.zeros(shape)
    made: Any = rng.choice(
        (
            lambda: held.astype(
                rng.choice((">f4", "<f2", ">f8", "<c8", "|b1", "<i1", ">u8", "<M8[s]", "<m8[us]", "|S4", "<U3", "<f16"))
            ),
            lambda: np.asfortranarray(held),
            lambda: np.full(
                shape, rng.choice((np.nan, np.inf, -np.inf, 1e300, -1e300, 5e-324, 0.0, 1e20, 2**53 + 1, 0.5))
            ),
            lambda: np.full(shape, rng.choice((2**63 - 1, -(2**63), 0, 1, 7, 300)), dtype=np.int64),
            lambda: np.zeros(shape, dtype=[("a", "f4"), ("b", "U3")]),
            lambda: np.zeros(shape, dtype="V5"),
            lambda: np.zeros(tuple(rng.choice((0, 1, 3, N)) for _ in range(rng.randint(0, 6)))),
            lambda: np.array([rng.choice(NASTY) for _ in range(shape[0] if shape else 1)]),
            lambda: np.array([rng.choice(("1", "2", "1.0", "a", "")) for _ in range(shape[0] if shape else 1)]),
            lambda: np.array(
                [rng.choice(NASTY).encode("utf-8", "surrogatepass") for _ in range(shape[0] if shape else 1)]
            ),
            lambda: np.array(rng.choice(("x", 3, 2.5, True))),
            lambda: rng_numbers(rng, shape),
            lambda: np.array([None, {}, "x"], dtype=object),
            lambda: np.zeros((N, 2)) + np.eye(2)[np.arange(N) % 2],
        )
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray(made())


def rng_numbers(rng: Random, shape: tuple[int, ...]) -> Any:
    """Return whole numbers of any size."""
    kind = rng.choice((np.int64, np.float64, np.uint64, np.int8))
    values = np.random.default_rng(rng.randrange(2**32)).integers(0, rng.choice((1, 2, 3, 100)), shape)
    return (values * rng.choice((1, 1, -1, 2**40, 2**60))).astype(kind)


def member(rng: Random, key: str) -> bytes:
    """Return one array of an archive: sound, odd or lying."""
    held = arrays().get(key, arrays()["X"])
    kind = rng.random()
    if kind < 0.5:
        array: Any = held
    elif kind < 0.85:
        array = typed(rng, held.shape)
    else:
        return declared(rng)
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=True)
    return stream.getvalue()


KEYS = (
    "X",
    "y",
    "groups",
    "time",
    "recording",
    "channel_names",
    "class_names",
    "X_train",
    "X_val",
    "y_train",
    "data",
    "labels",
    "x",
)
PATHS = ("/etc/X", "../X", "a/../X", "..\\X", "C:\\X", "X/", "a/b/X", "\x00X", "X\x00.npy", "x" * 65000, "")


def archive(rng: Random) -> bytes:
    """Return an archive of odd members under odd names."""
    stream = io.BytesIO()
    method = rng.choice(
        (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    )
    keys = ["X", *rng.sample(KEYS[1:], rng.randint(0, 6))]
    if rng.random() < 0.1:
        keys = rng.choices((*KEYS, *NASTY, *PATHS), k=rng.randint(0, 12))
    if rng.random() < 0.1:
        keys += rng.choices(keys or ["X"], k=2)
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", method) as packed:
        warnings.simplefilter("ignore")
        for key in keys:
            name = key.encode("utf-8", "replace").decode() + rng.choice((".npy",) * 9 + ("", ".NPY", ".npy.npy"))
            packed.writestr(name.split("\0")[0] or "-", member(rng, key))
    data = bytearray(stream.getvalue())
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        _directory(data, rng)
    return bytes(data)


def _directory(data: bytearray, rng: Random) -> None:
    """Change a field of a local header, of the directory or of its end."""
    magic, fields = rng.choice(
        (
            (b"PK\x03\x04", ((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2))),
            (b"PK\x01\x02", ((6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (34, 2), (42, 4))),
            (b"PK\x05\x06", ((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2))),
        )
    )
    starts = [i for i in range(len(data)) if data[i : i + 4] == magic]
    if not starts:
        return
    offset, size = rng.choice(fields)
    value = rng.choice((0, 1, 8, 9, 12, 14, 95, 99, 0x41, 0xFFFF, 0xFFFFFFFF, 2**31, len(data), rng.randrange(2**32)))
    place = rng.choice(starts) + offset
    data[place : place + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def bomb(rng: Random) -> bytes:
    """Return an archive whose X unpacks to a thousand times its size, or says so."""
    rows = rng.choice((1000, 40_000, 400_000))
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, 64, 4), }}".encode()
    start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    real = rows * 1024 if rows <= 40_000 and rng.random() < 0.5 else 10_000
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(start) + packed.compress(bytes(real)) + packed.flush()
    size, crc = len(start) + rows * 1024, zlib.crc32(bytes(real), zlib.crc32(start))
    fields = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0x21, crc, len(body), size)
    local = b"PK\x03\x04" + fields + struct.pack("<HH", 5, 0) + b"X.npy" + body
    entry = b"PK\x01\x02\x14\x00" + fields + struct.pack("<HHHHHII", 5, 0, 0, 0, 0, 0, 0) + b"X.npy"
    return local + entry + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry), len(local), 0)
