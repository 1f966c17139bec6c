"""Every format gives the same split as the .npz reader, loaded or read when it is needed."""

import numpy as np
import pytest

import splitaudit as sa
from splitaudit.data.lazy import Rows
from splitaudit.readers.read import read
from tests.readers.refusals import sentence

zarr = pytest.importorskip("zarr")
h5py = pytest.importorskip("h5py")
pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
feather = pytest.importorskip("pyarrow.feather")

N, T, C = 23, 16, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, T, C)).astype(np.float32)
Y = RNG.integers(0, 3, N)
GROUPS = np.array([f"s{i // 6}" for i in range(N)])
TIME = np.arange(N) * 8
NAMES = np.array(["x", "y z", "<b>"])
ARRAYS = {"X": X, "y": Y, "groups": GROUPS, "time": TIME, "channel_names": NAMES}


def write_npz(path):
    np.savez(path, **ARRAYS)


def write_packed(path):
    np.savez_compressed(path, **ARRAYS)


def write_zarr(path, version=3):
    group = zarr.open_group(path, mode="w", zarr_format=version)
    for key, value in ARRAYS.items():
        text = value.dtype.kind == "U"
        group.create_array(
            key, data=value, chunks=(min(7, len(value)), *value.shape[1:]) if not text else (len(value),)
        )


def write_hdf5(path, below=""):
    with h5py.File(path, "w") as file:
        for key, value in ARRAYS.items():
            text = value.dtype.kind == "U"
            file.create_dataset(
                below + key, data=value.astype(object) if text else value, dtype=h5py.string_dtype() if text else None
            )


def table():
    columns = {name: [list(map(float, row)) for row in X[:, :, c]] for c, name in enumerate(NAMES)}
    return pa.table({**columns, "y": Y, "groups": GROUPS, "time": TIME})


WRITERS = {
    "a.npz": write_npz,
    "packed.npz": write_packed,
    "a.zarr": write_zarr,
    "two.zarr": lambda path: write_zarr(path, 2),
    "a.h5": write_hdf5,
    "below.hdf5": lambda path: write_hdf5(path, "windows/"),
    "a.parquet": lambda path: parquet.write_table(table(), path, row_group_size=5),
    "a.feather": lambda path: feather.write_feather(table(), str(path)),
}


def same(found, expected):
    assert np.allclose(np.asarray(found.X), np.asarray(expected.X), rtol=1e-6)
    assert found.classes == expected.classes
    assert (found.y == expected.y).all()
    assert [found.group_names[g] for g in found.groups] == [expected.group_names[g] for g in expected.groups]
    assert (found.time == expected.time).all()
    assert found.channels == expected.channels


@pytest.mark.filterwarnings("ignore")  # zarr remarks on strings in format 3
@pytest.mark.parametrize("most", [None, 0])
@pytest.mark.parametrize("name", WRITERS)
def test_the_same_split_from_every_format(tmp_path, name, most):
    WRITERS[name](tmp_path / name)
    found = read(tmp_path / name, most=most)
    same(found, read(ARRAYS))
    lazy = isinstance(found.X, Rows)
    assert lazy == (most == 0 and name != "a.feather") or name in ("a.feather",)
    assert found.X.shape == (N, T, C)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", WRITERS)
def test_rows_in_any_order(tmp_path, name):
    WRITERS[name](tmp_path / name)
    rows = read(tmp_path / name, most=0).X
    for index in (slice(3, 9), slice(2, 20, 4), np.array([5, 2, 2, 22, 0]), np.array([-1]), np.arange(N) % 3 == 0):
        assert np.allclose(rows[index], X[index], rtol=1e-6)
    assert rows[slice(4, 4)].shape == (0, T, C)


def test_a_single_array_is_x(tmp_path):
    zarr.save_array(tmp_path / "x.zarr", X)
    np.save(tmp_path / "x.npy", X)
    for name in ("x.zarr", "x.npy"):
        assert (np.asarray(read(tmp_path / name, most=0).X) == X).all()
    np.save(tmp_path / "fortran.npy", np.asfortranarray(X))
    assert (read(tmp_path / "fortran.npy", most=0).X == X).all()


def test_channels_before_time_and_images_stay_where_they_are(tmp_path):
    np.save(tmp_path / "nct.npy", X.transpose(0, 2, 1).copy())
    assert (np.asarray(read(tmp_path / "nct.npy", layout="nct", most=0).X) == X).all()
    frames = RNG.normal(size=(5, 4, 3, 2, 1)).astype(np.float32)
    np.save(tmp_path / "frames.npy", frames)
    found = read(tmp_path / "frames.npy", most=0)
    assert found.image == (3, 2, 1)
    assert (np.asarray(found.X) == frames.reshape(5, 4, 6)).all()


@pytest.mark.parametrize("name", ["a.parquet", "a.feather", "long.parquet", "r.npy"])
def test_a_layout_is_for_inputs_that_do_not_say_their_axes(tmp_path, name):
    parquet.write_table(table(), tmp_path / "a.parquet")
    feather.write_feather(table(), str(tmp_path / "a.feather"))
    rows = {"window": np.repeat(np.arange(N), T)} | {f"c{c}": X[:, :, c].ravel() for c in range(C)}
    parquet.write_table(pa.table(rows), tmp_path / "long.parquet")
    np.save(tmp_path / "r.npy", X.reshape(N * T, C))
    found = read(tmp_path / name, layout="nct", window=T if name == "r.npy" else None)
    assert (np.asarray(found.X) == X).all()
    assert "layout nct is not used: the axes are known" in found.notes


def test_a_long_table(tmp_path):
    rows = {"window": np.repeat(np.arange(N), T), "step": np.tile(np.arange(T), N), "y": np.repeat(Y, T)}
    rows |= {name: X[:, :, c].ravel() for c, name in enumerate("abc")}
    parquet.write_table(pa.table(rows), tmp_path / "long.parquet")
    found = read(tmp_path / "long.parquet")
    assert (found.X == X).all()
    assert found.channels == ("a", "b", "c")


@pytest.mark.parametrize("form", ["npz", "npy", "zarr"])
def test_windows_cut_from_a_recording(tmp_path, form):
    signal = RNG.normal(size=(200, 2)).astype(np.float32)
    label, subject = np.repeat([0, 1], 100), np.repeat([7, 8], [90, 110])
    if form == "npz":
        np.savez(tmp_path / "r.npz", signal=signal, label=label, subject=subject)
    elif form == "npy":
        np.save(tmp_path / "r.npy", signal)
    else:
        group = zarr.open_group(tmp_path / "r.zarr", mode="w")
        for key, value in (("signal", signal), ("label", label), ("subject", subject)):
            group.create_array(key, data=value)
    found = read(tmp_path / f"r.{form}", window=32, stride=8, most=0)
    starts = np.arange(0, 169, 8)
    if form != "npy":
        starts = starts[(starts + 32 <= 90) | (starts >= 90)]  # none reaches over the border of two subjects
        assert [found.classes[k] for k in found.y] == [str(int(s + 16 > 100)) for s in starts]
        assert [found.group_names[g] for g in found.groups] == [str(7 + int(s >= 90)) for s in starts]
    assert found.time.tolist() == starts.tolist()
    assert (np.asarray(found.X) == np.stack([signal[s : s + 32] for s in starts])).all()
    assert (np.asarray(found.X) == read(tmp_path / f"r.{form}", window=32, stride=8).X).all()
    with pytest.raises(sa.ConfigError):
        read(tmp_path / f"r.{form}", stride=8)
    sentence(lambda: read(tmp_path / f"r.{form}", window=500), "200 samples", "500")


@pytest.mark.parametrize("form", ["npz", "packed", "npy", "h5", "parquet"])
@pytest.mark.parametrize("most", [None, 0])
def test_shards_are_one_side(tmp_path, form, most):
    folder = tmp_path / "side"
    folder.mkdir()
    parts = {k: np.array_split(v, 3) if k not in ("channel_names",) else [v] * 3 for k, v in ARRAYS.items()}
    for i in range(3):
        part = {key: values[i] for key, values in parts.items()}
        path = folder / f"{i}.{'npz' if form == 'packed' else form}"
        if form == "npz":
            np.savez(path, **part)
        elif form == "packed":
            np.savez_compressed(path, **part)
        elif form == "npy":
            np.save(path, part["X"])
        elif form == "h5":
            with h5py.File(path, "w") as file:
                for key in ("X", "y", "time"):
                    file[key] = part[key]
        else:
            rows = {name: [list(map(float, row)) for row in part["X"][:, :, c]] for c, name in enumerate(NAMES)}
            parquet.write_table(pa.table({**rows, "y": part["y"]}), path)
    found = read(folder, most=most)
    assert np.allclose(np.asarray(found.X), X, rtol=1e-6)
    if form != "npy":
        assert (found.y == read(ARRAYS).y).all()
    assert isinstance(found.X, Rows) == (most == 0)
    assert "3 shards" in found.notes


def test_a_shard_that_does_not_fit_is_named(tmp_path):
    for i, (dtype, t) in enumerate([(np.float32, T), (np.float64, T)]):
        np.save(tmp_path / f"{i}.npy", X[:, :t].astype(dtype))
    sentence(lambda: read(tmp_path), tmp_path / "1.npy", "float64", "0.npy")
    np.save(tmp_path / "1.npy", X[:, : T - 1])
    sentence(lambda: read(tmp_path), tmp_path / "1.npy", "(15, 3)")
    np.save(tmp_path / "1.npy", X)
    whole = (tmp_path / "1.npy").read_bytes()
    (tmp_path / "1.npy").write_bytes(whole[:-5])
    sentence(lambda: read(tmp_path), tmp_path / "1.npy", "truncated")
    (tmp_path / "1.npy").unlink()
    np.savez(tmp_path / "1.npz", X=X)
    sentence(lambda: read(tmp_path), ".npy and .npz")


def test_a_file_that_is_cut_off_after_it_was_opened(tmp_path):
    np.save(tmp_path / "a.npy", X)
    rows = read(tmp_path / "a.npy", most=0).X
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole[: len(whole) // 2])
    sentence(lambda: rows[10:20], tmp_path / "a.npy", "truncated")


@pytest.mark.parametrize("name", ["a.zarr", "a.h5", "a.parquet", "a.ts", "a.feather"])
def test_something_else_under_a_known_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x00\x01hello")
    sentence(lambda: read(tmp_path / name), tmp_path / name)


def test_lists_of_different_lengths(tmp_path):
    parquet.write_table(pa.table({"a": [[1.0, 2.0], [1.0]]}), tmp_path / "a.parquet")
    rows = read(tmp_path / "a.parquet", most=0).X
    sentence(lambda: rows[0:2], "different lengths")


def test_urls_through_fsspec(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name in ("a.npz", "a.h5", "a.parquet"):
        WRITERS[name](tmp_path / name)
        with memory.open(f"/{name}", "wb") as file:
            file.write((tmp_path / name).read_bytes())
        same(read(f"memory://{name}"), read(ARRAYS))
    sentence(lambda: read("memory://nothing.npz"), "memory://nothing.npz")
    sentence(lambda: read("memory://a.csv"), "not read")
    assert (read(f"file://{tmp_path / 'a.npz'}").X == X).all()


def test_files_are_never_written(tmp_path):
    np.save(tmp_path / "a.npy", X)
    before = (tmp_path / "a.npy").read_bytes()
    block = read(tmp_path / "a.npy", most=0).X[0:5]
    block[:] = 0
    assert (tmp_path / "a.npy").read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("y", np.array(["a", "b"] * 3), "y has shape (6,) and dtype <U1, expected values as in 1.npz"),
        ("y", np.zeros((6, 2)), "y has shape (6, 2)"),
        ("y", np.float64(3), "y has shape ()"),
        ("X", np.float32(3), "X is a single value"),
    ],
)
def test_shards_whose_fields_do_not_go_together(tmp_path, key, value, words):
    sides = {"X": np.ones((6, 8, 3), dtype=np.float32), "y": np.arange(6) % 2}
    np.savez(tmp_path / "1.npz", **sides)
    np.savez(tmp_path / "2.npz", **{**sides, key: value})
    sentence(lambda: read(tmp_path), tmp_path / "2.npz", words)
