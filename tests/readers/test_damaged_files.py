"""Whatever is wrong with a file, there is one clear sentence: never another exception, and never an executed pickle.

The sentence names the file, the key, what was seen and what was expected.
"""

from __future__ import annotations

import io
import os
import pickle
import random
import zipfile

import numpy as np
import pytest

from splitaudit.errors import DataError
from splitaudit.readers import room
from splitaudit.readers.read import read
from tests.readers.refusals import C, N, T, X, Y, npz, sentence


class Bomb:
    """Makes a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def header(shape, descr="<f4", *, version=1, order="False"):
    text = f"{{'descr': {descr!r}, 'fortran_order': {order}, 'shape': {shape!r}, }}".encode()
    size = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + text


def archive(path, method=zipfile.ZIP_STORED, **members):
    with zipfile.ZipFile(path, "w", method) as packed:
        for key, content in members.items():
            packed.writestr(f"{key}.npy", content)
    return path


# Files that are no arrays at all


@pytest.mark.parametrize("name", ["train.npz", "train.npy"])
def test_missing_file(tmp_path, name):
    sentence(lambda: read(tmp_path / name), tmp_path / name, "no such file")


def test_directory(tmp_path):
    folder = tmp_path / "train.npz"
    folder.mkdir()
    sentence(lambda: read(folder), folder, "a folder without files of a known type", ".npz")


def test_file_below_a_file(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"")
    sentence(lambda: read(tmp_path / "a.npz" / "b.npz"), "no such file")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_named_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    sentence(lambda: read(tmp_path / "pipe.npz"), "not a regular file")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind here")
def test_unreadable_file(tmp_path):
    path = npz(tmp_path / "train.npz", X=X)
    path.chmod(0)
    sentence(lambda: read(path), path, "cannot be read")


@pytest.mark.parametrize("path", ["a\0b.npz", "x" * 5000 + ".npz"])
def test_impossible_path(path):
    sentence(lambda: read(path), "cannot be read as a path")


@pytest.mark.parametrize("suffix", [".csv", ".pkl", ".pt", ".mat", ""])
def test_unknown_kind_of_file(tmp_path, suffix):
    path = tmp_path / f"train{suffix}"
    path.write_bytes(b"1,2,3")
    sentence(lambda: read(path), path, "expected .npz, .npy", suffix)


@pytest.mark.parametrize("suffix", [".npz", ".npy"])
@pytest.mark.parametrize(
    ("content", "words"), [(b"", "is empty"), (b"hello world", "no numpy file"), (pickle.dumps([1, 2]), "is a pickle")]
)
def test_file_of_another_kind(tmp_path, suffix, content, words):
    path = tmp_path / f"train{suffix}"
    path.write_bytes(content)
    sentence(lambda: read(path), path, words, suffix)


def test_npy_called_npz_and_npz_called_npy(tmp_path):
    stream = io.BytesIO()
    np.save(stream, X)
    (tmp_path / "a.npz").write_bytes(stream.getvalue())
    sentence(lambda: read(tmp_path / "a.npz"), "single array", "expected an .npz")
    npz(tmp_path / "b.npz", X=X).rename(tmp_path / "b.npy")
    sentence(lambda: read(tmp_path / "b.npy"), "zip archive", "expected an .npy")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("share", [0.001, 0.3, 0.6, 0.99])
def test_truncated_npz(tmp_path, save, share):
    path = tmp_path / "train.npz"
    save(path, X=X, y=Y)
    content = path.read_bytes()
    path.write_bytes(content[: max(3, int(share * len(content)))])
    sentence(lambda: read(path), path, "truncated or damaged")


def test_truncated_and_prolonged_npy(tmp_path):
    path = tmp_path / "train.npy"
    np.save(path, X)
    content = path.read_bytes()
    path.write_bytes(content[:-5])
    sentence(lambda: read(path), path, "truncated", (N, T, C), "571 are there")
    path.write_bytes(content + content)
    sentence(lambda: read(path), path, "not one array")


def test_damaged_samples(tmp_path):
    path = npz(tmp_path / "train.npz", X=X)
    content = bytearray(path.read_bytes())
    content[300] ^= 0xFF
    path.write_bytes(bytes(content))
    sentence(lambda: read(path), path, "X is truncated or damaged")


def test_encrypted_member(tmp_path):
    path = npz(tmp_path / "train.npz", X=X)
    content = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + offset] |= 1
    path.write_bytes(bytes(content))
    sentence(lambda: read(path), path, "X cannot be unpacked", "encrypted")


def test_random_damage_never_escapes(tmp_path):
    rng = random.Random(0)
    contents = []
    for suffix, save in ((".npz", np.savez), (".npz", np.savez_compressed), (".npy", None)):
        stream = io.BytesIO()
        if save is None:
            np.save(stream, X)
        else:
            save(stream, X=X, y=Y)
        contents.append((suffix, stream.getvalue()))
    refused = 0
    for i in range(300):
        suffix, content = contents[i % 3]
        spoiled = bytearray(content)
        for _ in range(rng.randint(1, 4)):
            spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
        path = tmp_path / f"train{suffix}"
        path.write_bytes(bytes(spoiled))
        try:
            read(path)
        except DataError as error:
            refused += str(error).startswith(f"{path}: ")
    assert refused > 150


# Pickles and lying headers


@pytest.mark.parametrize("suffix", [".npz", ".npy"])
def test_pickled_arrays_are_never_executed(tmp_path, suffix):
    mark = tmp_path / "executed"
    path = tmp_path / f"train{suffix}"
    objects = np.array([Bomb(mark)], dtype=object)
    if suffix == ".npz":
        np.savez(path, X=objects)
    else:
        np.save(path, objects)
    sentence(lambda: read(path), path, "pickled", "never loaded")
    assert not mark.exists()


def test_pickled_labels_beside_good_windows(tmp_path):
    path = npz(tmp_path / "train.npz", X=X, y=np.array(list("ababab"), dtype=object))
    sentence(lambda: read(path), path, "y holds pickled")


def test_pickle_that_nobody_asks_for_does_no_harm(tmp_path):
    mark = tmp_path / "executed"
    path = npz(tmp_path / "train.npz", X=X, extra=np.array([Bomb(mark)], dtype=object))
    assert len(read(path)) == N
    assert not mark.exists()


def test_open_archive_is_refused(tmp_path):
    path = npz(tmp_path / "train.npz", X=X)
    with np.load(path) as opened:
        sentence(lambda: read(opened), "open NpzFile", "its path")


@pytest.mark.parametrize("version", [1, 2])
def test_header_that_declares_more_than_there_is(tmp_path, version):
    lie = header((10**9, 10**6, 10**6), version=version) + bytes(100)
    path = archive(tmp_path / "train.npz", X=lie)
    sentence(lambda: read(path), path, "X is truncated or damaged", "1000000000", "100 are there")
    (tmp_path / "train.npy").write_bytes(lie)
    sentence(lambda: read(tmp_path / "train.npy"), "1000000000")


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "available_memory", lambda: 1 << 20)
    path = tmp_path / "train.npz"
    np.savez_compressed(path, X=np.zeros((1000, 512, 1), dtype=np.float32))
    assert path.stat().st_size < 10_000
    sentence(lambda: read(path), path, "X takes 0.0 GiB of memory", "available")


def test_room_is_known_on_this_system():
    available = room.available_memory()
    assert available is None or available > 1 << 20


def test_room_of_a_container(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "CGROUP", tmp_path)
    (tmp_path / "memory.max").write_text("5000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert room.available_memory() == 4000
    (tmp_path / "memory.max").write_text("max\n")
    assert room.available_memory() != 4000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        b"\x93NUMPY\x01\x00",
        b"\x93NUMPY\x09\x00" + bytes(50),
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff{",
        header((-6, 8, 3)),
        header((6.0, 8, 3)),
        header((6, 8, 3), order="None"),
        header((6, 8, 3), "no dtype"),
        header((6, 8, 3), ("<f4", (10**6,))),
        header((6, 8, 3), [("a", "<f4"), ("b", "|O")]),
        header("-" * 9000 + "1"),
        header((6, 8, 3)).replace(b"{", b"((((("),
        header((6, 8, 3)).replace(b"6", b"6L"),
        header((10**12,), "<U0"),
        header((10**30, 10**30)),
        header((0, 2**64, 3)),
    ],
)
def test_broken_headers(tmp_path, content):
    path = archive(tmp_path / "train.npz", X=content)
    sentence(lambda: read(path), path, "X")
