"""Panels and .ts files of aeon, sktime and tslearn themselves; ``bash .ci/panels`` installs the three."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import splitaudit as sa
from splitaudit.errors import DataError, FindingsError
from splitaudit.readers.read import read

N, T, C = 48, 20, 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(N, T, C))
Y = np.array(["walk", "sit"])[np.arange(N) % 2]
TRAIN, VAL = slice(0, 32), slice(28, 48)  # four windows are on both sides
QUICK = {"n_permutations": 99, "select": "SA3,SA5,SA6"}


def of(module):
    """The module, or a skipped test where its library is not installed."""
    library = module.partition(".")[0]
    pytest.importorskip(library, reason=f"{library} is not installed")
    return importlib.import_module(module)


def channels_first(values):
    return np.ascontiguousarray(values.transpose(0, 2, 1))


def aeon(values, kind):
    return of("aeon.utils.conversion").convert_collection(channels_first(values), kind)


def sktime(values, kind):
    return of("sktime.datatypes").convert_to(channels_first(values), kind, as_scitype="Panel")


def tslearn(values, kind):
    dataset = of("tslearn.utils").to_time_series_dataset(list(values))
    return dataset if kind == "dataset" else of("tslearn.utils").to_sktime_dataset(dataset)


HELD = {
    "aeon numpy3D": (aeon, "nct"),
    "aeon np-list": (aeon, "nct"),
    "aeon pd-multiindex": (aeon, None),
    "sktime numpy3D": (sktime, "nct"),
    "sktime pd-multiindex": (sktime, None),
    "sktime nested_univ": (sktime, None),
    "sktime df-list": (sktime, None),
    "tslearn dataset": (tslearn, "ntc"),
    "tslearn for_sktime": (tslearn, None),
}


def held(name, values):
    """What a library makes of windows, and the options with which it is read."""
    make, layout = HELD[name]
    return make(values, name.split()[1]), {"layout": layout} if layout else {}


def findings(report):
    return [(f.rule, f.severity, f.effect, f.statistic, f.p_value) for f in report.findings]


@pytest.mark.parametrize("name", HELD)
def test_the_same_windows_from_every_container(name):
    panel, options = held(name, X)
    for source in (panel, (panel, Y)):
        assert np.array_equal(read(source, **options).X, X)


@pytest.mark.parametrize("name", [name for name, (_, layout) in HELD.items() if layout is None])
def test_containers_that_say_their_axes_need_no_layout_and_heed_none(name):
    panel, _ = held(name, X)
    for layout in ("ntc", "nct"):
        split = read(panel, layout=layout)
        assert np.array_equal(split.X, X)
        assert len(split.channels) == C
        assert "panel" in split.notes[0]


@pytest.mark.parametrize("name", HELD)
def test_the_same_findings_as_on_arrays(name):
    (train, options), (val, _) = held(name, X[TRAIN]), held(name, X[VAL])
    expected = sa.check((X[TRAIN], Y[TRAIN]), (X[VAL], Y[VAL]), **QUICK)
    report = sa.check((train, Y[TRAIN]), (val, Y[VAL]), **QUICK, **options)
    assert findings(report) == findings(expected)
    assert report.finding("SA301").where.val_windows == tuple(range(4))
    with pytest.raises(FindingsError, match="SA301 duplicate-windows: 4 of 20 val windows"):
        sa.guard((train, Y[TRAIN]), (val, Y[VAL]), **QUICK, **options)


@pytest.mark.parametrize("name", HELD)
def test_the_same_folds_as_on_arrays(name):
    doubled, labels = np.concatenate([X[:24], X[:12]]), np.r_[Y[:24], Y[:12]]
    panel, options = held(name, doubled)
    expected = sa.check_cv(doubled, labels, 3, select="SA301,SA302,SA501")
    found = sa.check_cv(panel, labels, 3, select="SA301,SA302,SA501", **options)
    assert [findings(fold) for fold in found.folds] == [findings(fold) for fold in expected.folds]
    assert found.leaking


def test_axes_that_cannot_be_known_are_asked_for():
    with pytest.raises(DataError, match="rows may be time steps or channels"):
        read(aeon(X, "df-list"))
    unnamed = sktime(X, "pd-multiindex").rename_axis(index=[None, None])
    with pytest.raises(DataError, match=r"frame\.rename_axis\(index=\['instances', 'timepoints'\]\)"):
        read(unnamed)
    with pytest.raises(DataError, match="the axes look swapped"):
        sa.check(sktime(X[TRAIN], "pd-multiindex"), aeon(X[VAL], "numpy3D"))
    assert np.array_equal(read(unnamed.rename_axis(index=["instances", "timepoints"])).X, X)


def test_swapped_axes_on_both_sides_are_warned_of():
    load = of("aeon.datasets").load_basic_motions
    train, val = load(split="train"), load(split="test")
    swapped = sa.check(train, val, select="SA603")
    assert (swapped.finding("SA603").severity, swapped.train.n_timesteps) == ("warning", 6)
    assert sa.check(train, val, select="SA603", layout="nct").finding("SA603").severity == "ok"


def test_windows_of_one_channel():
    for library, kind in ((aeon, "numpy2D"), (sktime, "numpyflat")):
        assert np.array_equal(read(library(X[:, :, :1], kind)).X, X[:, :, :1])
    wide = aeon(X[:, :, :1], "pd-wide")
    assert np.array_equal(read((wide, Y)).X, X[:, :, :1])
    with pytest.raises(DataError, match=r"give its values: frame\.to_numpy\(\)"):
        read(wide)


def unequal(values):
    return [window[: T - i % 7] for i, window in enumerate(values)]


def test_collections_of_unequal_length_are_refused():
    windows = [window.T for window in unequal(X)]
    listed = of("aeon.utils.conversion").convert_collection(windows, "np-list")
    with pytest.raises(DataError, match=r"X is ragged, with rows of shape \(3, 14\) to \(3, 20\)"):
        read(listed, layout="nct")
    with pytest.raises(DataError, match="ragged, with 14 to 20"):
        read(of("aeon.utils.conversion").convert_collection(windows, "pd-multiindex"))


@pytest.mark.parametrize("kind", ["nested_univ", "pd-multiindex", "df-list"])
def test_panels_of_unequal_length_are_refused(kind):
    tables = [pd.DataFrame(window, columns=["x", "y", "z"]) for window in unequal(X)]
    panel = of("sktime.datatypes").convert_to(tables, kind, as_scitype="Panel")
    with pytest.raises(DataError, match="ragged, with 14 to 20"):
        read(panel)


def test_datasets_padded_with_nan():
    pad = of("tslearn.utils").to_time_series_dataset
    padded = pad(unequal(X))
    assert (padded.shape, int(np.isnan(padded).any(axis=(1, 2)).sum())) == ((N, T, C), 41)
    with pytest.raises(DataError, match="they end in NaN, as padded windows do: cut all to one length"):
        sa.check((padded[TRAIN], Y[TRAIN]), (padded[VAL], Y[VAL]))
    few = pad([*X[:40], *unequal(X[40:])])
    report = sa.check((few[TRAIN], Y[TRAIN]), (few[VAL], Y[VAL]), **QUICK)
    assert report.finding("SA601").severity == "error"
    assert report.finding("SA601").where.val_windows == tuple(range(13, 19))


@pytest.mark.parametrize("kind", ["nested_univ", "df-list"])
def test_what_loaders_of_sktime_give(kind):
    load = of("sktime.datasets").load_basic_motions
    arrays, labels = load(split="train", return_type="numpy3D")
    split = read(load(split="train", return_type=kind))
    assert np.array_equal(channels_first(split.X), arrays)
    assert [split.classes[code] for code in split.y] == labels.tolist()


def test_labels_that_sktime_keeps_in_the_panel():
    load = of("sktime.datasets").load_basic_motions
    arrays, labels = load(split="train", return_type="numpy3D")
    split = read(load(split="train", return_X_y=False))
    assert np.array_equal(channels_first(split.X), arrays)
    assert [split.classes[code] for code in split.y] == labels.tolist()
    assert len(split.channels) == 6


def by_aeon(folder, values, labels, **options):
    write = of("aeon.datasets").save_to_ts_file
    kind = options.pop("label_type", None if labels is None else "classification")
    write(channels_first(values), labels, label_type=kind, path=str(folder), problem_name="a", **options)
    return folder / "a.ts"


def by_sktime(folder, values, labels, **options):
    write = of("sktime.datasets").write_panel_to_tsfile
    write(channels_first(values), str(folder), target=labels, problem_name="a", **options)
    return folder / "a" / "a.ts"


def loaded_by_aeon(path):
    return of("aeon.datasets").load_from_ts_file(str(path))


def loaded_by_sktime(path):
    return of("sktime.datasets").load_from_tsfile(str(path), return_data_type="numpy3D")


def missing(values):
    gaps = values.copy()
    gaps[3, 4:7, 0] = gaps[5, 0, -1] = gaps[0, -1, 0] = np.nan
    return gaps


@pytest.mark.parametrize("load", [loaded_by_aeon, loaded_by_sktime])
@pytest.mark.parametrize("write", [by_aeon, by_sktime])
@pytest.mark.parametrize("values", [X, X[:, :, :1], missing(X), missing(X[:, :, :1])], ids=["X", "one", "gaps", "gap"])
def test_files_that_the_libraries_write(tmp_path, write, load, values):
    path = write(tmp_path, values, Y, header="A remark on the data that is long enough to go over two lines. " * 3)
    split, (arrays, labels) = read(path), load(path)
    assert np.array_equal(split.X, values, equal_nan=True)
    assert np.array_equal(channels_first(split.X), arrays, equal_nan=True)
    assert [split.classes[code] for code in split.y] == labels.tolist() == Y.tolist()


@pytest.mark.parametrize("write", [by_aeon, by_sktime])
@pytest.mark.parametrize("values", [X, X[:, :, :1]], ids=["X", "one"])
def test_files_without_classes(tmp_path, write, values):
    split = read(write(tmp_path, values, None))
    assert np.array_equal(split.X, values)
    assert split.y is None


def test_files_with_targets(tmp_path):
    targets = RNG.normal(size=N)
    path = by_aeon(tmp_path, X, targets, label_type="regression")
    split, (arrays, values) = read(path), loaded_by_aeon(path)
    assert np.array_equal(channels_first(split.X), arrays)
    assert np.array_equal(values, targets)
    assert split.y is None
    assert "no classes" in split.notes[0]


def test_classes_keep_their_spelling(tmp_path):
    path = by_aeon(tmp_path, X, np.char.capitalize(Y))
    assert read(path).classes == ("Sit", "Walk")
    assert set(loaded_by_aeon(path)[1]) == set(loaded_by_sktime(path)[1]) == {"sit", "walk"}


def test_files_of_unequal_length(tmp_path):
    of("aeon.datasets").save_to_ts_file(
        [window.T for window in unequal(X)], Y, label_type="classification", path=str(tmp_path), problem_name="a"
    )
    with pytest.raises(DataError, match="windows differ in length, with 14 to 20 time steps"):
        read(tmp_path / "a.ts")


@pytest.mark.parametrize(("library", "load"), [("aeon", loaded_by_aeon), ("sktime", loaded_by_sktime)])
def test_files_of_the_archives(library, load):
    """All that the libraries bring along; what is refused has windows of several lengths or timestamps."""
    folder = Path(of(library).__file__).parent / "datasets" / "data"
    n_read, refused = 0, {}
    for path in sorted(folder.rglob("*.ts")):
        try:
            split = read(path)
        except DataError as error:
            refused[path.stem.partition("_")[0]] = str(error)
            continue
        arrays, labels = load(path)
        assert np.array_equal(channels_first(split.X), arrays, equal_nan=True), path.name
        if split.y is None:
            assert "@targetlabel true" in path.read_text(encoding="utf-8").lower()
        else:
            assert [split.classes[code].lower() for code in split.y] == labels.tolist(), path.name
        n_read += 1
    assert n_read >= 16
    assert {"PickupGestureWiimoteZ", "JapaneseVowels", "UnitTestTimeStamps", "PLAID"} >= refused.keys()
    assert all("differ in length" in said or "timestamps" in said for said in refused.values())
    assert "differ in length, with 7 to 26 time steps" in refused["JapaneseVowels"]


def test_a_file_against_what_a_loader_gives():
    folder = Path(of("sktime").__file__).parent / "datasets" / "data" / "BasicMotions"
    val = of("sktime.datasets").load_basic_motions(split="test", return_type="numpy3D")
    train = read(folder / "BasicMotions_TRAIN.ts")
    report = sa.check(folder / "BasicMotions_TRAIN.ts", val, layout="nct", select="SA3,SA6")
    assert report.train.n_timesteps == report.val.n_timesteps == train.n_timesteps == 100
