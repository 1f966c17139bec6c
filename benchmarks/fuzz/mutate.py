"""Damage that knows nothing of the format: flipped bytes, truncations, splices, numbers where there were others."""

from __future__ import annotations

import re
from random import Random

EDGES = (
    0,
    1,
    2,
    127,
    128,
    255,
    256,
    32767,
    65535,
    1 << 20,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 62,
    (1 << 63) - 1,
)
WORDS = (
    *(
        b"nan",
        b"NaN",
        b"inf",
        b"-Infinity",
        b"1e309",
        b"-1",
        b"0",
        b"9" * 25,
        b"1e-400",
        b"null",
        b"true",
        b"[]",
        b"{}",
        b'""',
    ),
    *(
        b"\x1b[31m",
        b"\x1b]0;x\x07",
        b"[red]",
        b"<script>",
        b"=1+1",
        b"\xe2\x80\xae",
        b"\x00",
        b"\xff\xfe",
        b"\r\n",
        b",",
        b";",
        b"\t",
    ),
    *(
        b"object",
        b"|O",
        b"<f8",
        b">f4",
        b"<U999999999",
        b"<M8[s]",
        b"V8",
        b"complex128",
        b"float16",
        b"String",
        b"../..",
        b"/",
    ),
    *(
        b"@data",
        b"@timeStamps true",
        b":",
        b"?",
        b"::::",
        b"#",
        b'"',
        b"'",
        b"\\",
        b"[[[[[[[[",
        b"(" * 300,
        b"[" * 5000,
    ),
)
NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")


def spoiled(content: bytes, rng: Random) -> bytes:
    """Return bytes with one to four kinds of damage."""
    data = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        rng.choice(WAYS)(data, rng)
    return bytes(data)


def _at(data: bytearray, rng: Random) -> int:
    """A place; the ends hold the headers and directories, and are drawn as often as all the rest."""
    if not data:
        return 0
    near = min(len(data), 128)
    return rng.choice((rng.randrange(len(data)), rng.randrange(near), len(data) - 1 - rng.randrange(near)))


def _flip(data: bytearray, rng: Random) -> None:
    for _ in range(rng.randint(1, 4)):
        if data:
            data[_at(data, rng)] ^= 1 << rng.randrange(8)


def _byte(data: bytearray, rng: Random) -> None:
    for _ in range(rng.randint(1, 8)):
        if data:
            data[_at(data, rng)] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256)))


def _cut(data: bytearray, rng: Random) -> None:
    del data[_at(data, rng) :]


def _remove(data: bytearray, rng: Random) -> None:
    start = _at(data, rng)
    del data[start : start + rng.choice((1, 2, 4, 8, 64, 512))]


def _repeat(data: bytearray, rng: Random) -> None:
    start = _at(data, rng)
    piece = data[start : start + rng.choice((1, 4, 16, 64, 300))]
    data[start:start] = piece * rng.choice((1, 1, 2, 40))


def _splice(data: bytearray, rng: Random) -> None:
    start, other, size = _at(data, rng), _at(data, rng), rng.choice((1, 4, 8, 64, 256))
    data[start : start + size] = data[other : other + size]


def _integer(data: bytearray, rng: Random) -> None:
    """Write an edge case as a little- or big-endian integer: a length, an offset, a shape."""
    size = rng.choice((1, 2, 4, 8))
    value = rng.choice(EDGES) & ((1 << 8 * size) - 1)
    start = _at(data, rng)
    data[start : start + size] = value.to_bytes(size, rng.choice(("little", "little", "big")))


def _word(data: bytearray, rng: Random) -> None:
    start = _at(data, rng)
    data[start : start + rng.choice((0, 0, 1, 5))] = rng.choice(WORDS)


def _number(data: bytearray, rng: Random) -> None:
    """Replace a number in text."""
    found = list(NUMBER.finditer(bytes(data[:20_000])))
    if found:
        hit = rng.choice(found)
        edge = str(rng.choice(EDGES) * rng.choice((1, 1, -1))).encode()
        data[hit.start() : hit.end()] = rng.choice((edge, *WORDS[:14]))


def _swap_lines(data: bytearray, rng: Random) -> None:
    lines = bytes(data).split(b"\n")
    i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
    if rng.random() < 0.5:
        lines[i], lines[j] = lines[j], lines[i]
    else:
        lines[i] = lines[j] + lines[i]
    data[:] = b"\n".join(lines)


def _zeros(data: bytearray, rng: Random) -> None:
    start, size = _at(data, rng), rng.choice((4, 16, 64, 1024))
    data[start : start + size] = bytes(min(size, max(0, len(data) - start)))


WAYS = (
    _flip,
    _flip,
    _byte,
    _byte,
    _cut,
    _remove,
    _repeat,
    _splice,
    _integer,
    _integer,
    _word,
    _word,
    _number,
    _swap_lines,
    _zeros,
)
