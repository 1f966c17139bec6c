"""What is declared and what is there: refused before anything is allocated, in every format."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO

import numpy as np
import pytest
from click.testing import CliRunner

zarr = pytest.importorskip("zarr")
h5py = pytest.importorskip("h5py")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")

from splitaudit.cli import main  # noqa: E402
from splitaudit.errors import DataError  # noqa: E402
from splitaudit.readers import room, ts  # noqa: E402
from splitaudit.readers.arrow_size import unpacked_size  # noqa: E402
from splitaudit.readers.decoding import decoding  # noqa: E402
from splitaudit.readers.hdf5_heap import sound_heap  # noqa: E402
from splitaudit.readers.parquet_size import decoded_sizes  # noqa: E402
from splitaudit.readers.read import read  # noqa: E402
from splitaudit.textfile import read_text  # noqa: E402
from tests.readers.refusals import sentence  # noqa: E402

ROWS, STEPS = 6000, 250  # of float64, 12 MB


@pytest.fixture(params=["npz", "npy", "h5", "zarr", "parquet", "arrow", "ts"])
def zeros(request, tmp_path):
    """A file of zeros, which packs well, and takes 12 MB."""
    path, X = tmp_path / f"x.{request.param}", np.zeros((ROWS, STEPS))
    if request.param == "npz":
        np.savez_compressed(path, X=X)
    elif request.param == "npy":
        np.save(path, X)
    elif request.param == "h5":
        with h5py.File(path, "w") as file:
            file.create_dataset("X", data=X, compression="gzip")
    elif request.param == "zarr":
        zarr.open_group(path, mode="w").create_array("X", data=X, chunks=(100, STEPS))
    elif request.param == "ts":
        path.write_text("@data\n" + f"{','.join(['0'] * STEPS)}\n" * ROWS)
    else:
        table = pa.table({"X": pa.FixedSizeListArray.from_arrays(pa.array(X.ravel()), STEPS)})
        (parquet.write_table if request.param == "parquet" else feather.write_feather)(table, path)
    return path


def test_what_is_larger_than_allowed_is_refused(zeros):
    with room.limited(4 << 20):
        sentence(lambda: np.asarray(read(str(zeros)).X), zeros, "of memory and 0.0 GiB are allowed (--memory)")


def remote(path):
    """Put a file behind a URL."""
    fsspec = pytest.importorskip("fsspec")
    with fsspec.filesystem("memory").open(f"/{path.name}", "wb") as file:
        file.write(path.read_bytes())
    return f"memory://{path.name}"


def test_what_is_larger_than_allowed_is_refused_behind_a_url(zeros):
    if zeros.suffix == ".zarr":
        pytest.skip("a store is no file")
    with room.limited(4 << 20):
        sentence(lambda: np.asarray(read(remote(zeros)).X), "of memory and 0.0 GiB are allowed (--memory)")
    with room.limited(1 << 28):
        assert np.asarray(read(remote(zeros)).X).shape == (ROWS, STEPS, 1)


def test_a_text_behind_a_url_is_not_cut_off_in_silence(zeros, monkeypatch):
    if zeros.suffix != ".ts":
        pytest.skip("not a text")
    monkeypatch.setattr(ts, "MAX_BYTES", 1 << 20)
    sentence(lambda: read(remote(zeros)), "larger than 1 MiB")


def test_a_file_behind_a_url_has_no_local_file_opened(tmp_path):
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.create_dataset("X", data=np.ones((8, 6, 2)))
    layout = h5py.VirtualLayout((8, 6, 2), dtype="f8")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "X", shape=(8, 6, 2))
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_virtual_dataset("X", layout)
    assert read(str(tmp_path / "x.h5")).X.shape == (8, 6, 2)
    sentence(lambda: read(remote(tmp_path / "x.h5")), "X is put together from other files")


def test_what_is_allowed_is_read(zeros):
    with room.limited(1 << 28):
        assert np.asarray(read(str(zeros)).X).shape == (ROWS, STEPS, 1)


def test_a_limit_ends_with_its_block(zeros):
    with pytest.raises(DataError), room.limited(1):
        read(str(zeros))
    assert read(str(zeros)).X.shape == (ROWS, STEPS, 1)


def test_the_command_reads_within_memory(tmp_path):
    path = tmp_path / "x.arrow"
    n = 40_000_000
    batch = pa.record_batch({"window": pa.array(np.zeros(n, dtype=np.int32)), "a": pa.array(np.zeros(n))})
    with pa.ipc.new_file(path, batch.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_batch(batch)
        writer.write_batch(batch)
    assert path.stat().st_size < 100_000
    done = CliRunner().invoke(main, ["check", str(path), str(path), "--memory", "512MiB"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "takes 2.7 GiB of memory and 0.5 GiB are allowed" in done.stderr


@pytest.mark.parametrize("n_bytes", [1 << 40, 10**400])
def test_declared_and_not_there(n_bytes):
    sentence(lambda: room.check_stored(n_bytes, 100, "x.zarr", "X"), "X declares", "100 bytes are stored")
    room.check_stored(room.PLENTY, 0, "x.zarr", "X")
    room.check_stored(1 << 40, 1 << 30, "x.zarr", "X")


@pytest.mark.parametrize("shape", [(10**9, 1000, 10), (2**40, 8)])
def test_chunks_that_were_never_written(tmp_path, shape):
    zarr.open_group(tmp_path / "x.zarr", mode="w").create_array("X", shape=shape, chunks=(1000, *shape[1:]), dtype="f4")
    sentence(lambda: read(str(tmp_path / "x.zarr"), most=1 << 26), "X declares", "stored")
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("X", shape=shape, chunks=(1000, *shape[1:]), dtype="f4")
    sentence(lambda: read(str(tmp_path / "x.h5"), most=1 << 26), "X declares", "stored")


def test_many_chunks_of_which_few_are_there(tmp_path):
    store = zarr.open_group(tmp_path / "x.zarr", mode="w")
    store.create_array("X", shape=(10**6, 2), chunks=(1, 2), dtype="f4")[:3] = 1
    sentence(lambda: read(str(tmp_path / "x.zarr")), "X declares 1,000,000 chunks")


def test_a_chunk_larger_than_memory(tmp_path):
    zarr.open_group(tmp_path / "x.zarr", mode="w").create_array("X", shape=(8, 6, 2), chunks=(10**7, 60, 2), dtype="f4")
    with room.limited(1 << 30):
        sentence(lambda: read(str(tmp_path / "x.zarr")), "a chunk of X takes 4.5 GiB")


def test_a_zipped_store_is_read_and_a_bomb_in_it_is_not(tmp_path):
    path = tmp_path / "x.zarr.zip"
    zarr.open_group(zarr.storage.ZipStore(path, mode="w"), mode="w").create_array("X", data=np.ones((8, 6, 2)))
    assert read(str(path)).X.shape == (8, 6, 2)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("X/c/9", bytes(1 << 24))
    with room.limited(1 << 20):
        sentence(lambda: read(str(path)), "a chunk takes 0.0 GiB of memory")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_a_store_does_not_block(tmp_path):
    zarr.open_group(tmp_path / "x.zarr", mode="w").create_array("X", shape=(8, 6, 2), chunks=(4, 6, 2), dtype="f4")
    (tmp_path / "x.zarr" / "X" / "c").mkdir(parents=True)
    os.mkfifo(tmp_path / "x.zarr" / "X" / "c" / "0")
    sentence(lambda: read(str(tmp_path / "x.zarr")), "is not a regular file")


@pytest.mark.parametrize("chunks", [None, (3,)])
def test_heaps_of_strings(tmp_path, chunks):
    names = np.array(["", "a", "bc" * 3000, "d"] * 3, dtype=object)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file.create_dataset("y", data=names, chunks=chunks)
    with h5py.File(tmp_path / "x.h5") as file:
        assert sound_heap(file["y"], BytesIO((tmp_path / "x.h5").read_bytes()))
    content = bytearray((tmp_path / "x.h5").read_bytes())
    content[content.index(b"GCOL") + 8] ^= 0xFF
    (tmp_path / "x.h5").write_bytes(content)
    with h5py.File(tmp_path / "x.h5") as file:
        assert not sound_heap(file["y"], BytesIO((tmp_path / "x.h5").read_bytes()))


@pytest.mark.parametrize("compression", ["zstd", "lz4", None])
def test_size_of_an_arrow_file_before_it_is_unpacked(tmp_path, compression):
    table = pa.table({"a": np.arange(5000), "b": pa.array(["x", "y"] * 2500).dictionary_encode(), "c": [[1.0]] * 5000})
    with pa.ipc.new_file(tmp_path / "x", table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as out:
        out.write_table(table)
    assert unpacked_size(str(tmp_path / "x")) == pytest.approx(table.nbytes, rel=0.05)


@pytest.mark.parametrize("options", [{}, {"row_group_size": 1000}, {"compression": "zstd", "use_dictionary": False}])
def test_size_of_a_parquet_file_before_it_is_decoded(tmp_path, options):
    table = pa.table({"a": np.arange(5000), "b": [[1.0, 2.0]] * 5000, "c": np.ones(5000, dtype=np.float32)})
    parquet.write_table(table, tmp_path / "x", **options)
    about = parquet.read_metadata(tmp_path / "x")
    widths = {"INT64": 8, "DOUBLE": 8, "FLOAT": 4}
    for columns in (None, ["b"]):
        expected = []
        for group in range(about.num_row_groups):
            chunks = [about.row_group(group).column(place) for place in range(3)]
            chunks = [each for each in chunks if columns is None or each.path_in_schema.startswith("b.")]
            sizes = [max(each.total_uncompressed_size, widths[each.physical_type] * each.num_values) for each in chunks]
            expected.append(sum(sizes))
        with (tmp_path / "x").open("rb") as stream:
            assert decoded_sizes(stream, columns, "x") == expected


def test_a_row_of_a_parquet_file_that_decodes_to_a_million_times_its_size(tmp_path):
    values = pa.ListArray.from_arrays(pa.array([0, 10**7], type=pa.int32()), pa.array(np.zeros(10**7)))
    parquet.write_table(pa.table({"a": values}), tmp_path / "x.parquet")
    assert (tmp_path / "x.parquet").stat().st_size < 1000
    with room.limited(1 << 25):
        sentence(lambda: read(str(tmp_path / "x.parquet")), "a row group takes 0.1 GiB of memory")


@pytest.mark.parametrize("spoil", [lambda b: b[:-9] + b"\xff" * 5 + b[-4:], lambda b: b[:-60] + bytes(52) + b[-8:]])
def test_a_damaged_footer(tmp_path, spoil):
    parquet.write_table(pa.table({"a": [[1.0]] * 5}), tmp_path / "x.parquet")
    (tmp_path / "x.parquet").write_bytes(spoil((tmp_path / "x.parquet").read_bytes()))
    sentence(lambda: read(str(tmp_path / "x.parquet")), "damaged")


def test_text_is_read_from_regular_files_alone(tmp_path):
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfa")
    assert read_text(tmp_path / "x", 10) == "a"
    with pytest.raises(ValueError, match="larger than 0 MiB"):
        read_text(tmp_path / "x", 2)
    with pytest.raises(ValueError, match="not a regular file"):
        read_text("/dev/null", 10)


@pytest.mark.parametrize("error", [KeyError("x"), MemoryError(), RecursionError(), AssertionError()])
def test_whatever_a_decoder_raises_is_a_sentence(error):
    def fails():
        with decoding("x.h5: is damaged"):
            raise error

    sentence(fails, "x.h5: is damaged")


def test_our_own_sentence_passes_a_decoder():
    with pytest.raises(DataError, match="mine"), decoding("theirs"):
        raise DataError("mine")
