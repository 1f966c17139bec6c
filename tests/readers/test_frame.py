"""Long tables: one row per window and time step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from splitaudit.errors import DataError
from splitaudit.readers.read import read, read_pair

N, T = 5, 4
X = np.arange(N * T * 2, dtype=float).reshape(N, T, 2)
Y = np.array([1, 0, 1, 1, 0])


def table(**columns) -> pd.DataFrame:
    base = {"window": np.repeat(np.arange(N), T), "step": np.tile(np.arange(T), N)}
    signals = {"ax": X[:, :, 0].ravel(), "ay": X[:, :, 1].ravel()}
    return pd.DataFrame({**base, **signals, **columns})


def per_window(values) -> np.ndarray:
    return np.repeat(np.asarray(values), T)


def test_windows_labels_groups_and_time():
    split = read(
        table(label=per_window(Y), subject=per_window(list("aabbb")), recording=per_window(Y), time=per_window(Y * 4))
    )
    assert np.array_equal(split.X, X)
    assert split.channels == ("ax", "ay")
    assert split.y.tolist() == Y.tolist()
    assert split.group_names == ("a", "b")
    assert split.time.tolist() == (Y * 4).tolist()
    assert split.recording.tolist() == Y.tolist()


def test_rows_in_any_order_give_windows_in_order_of_appearance():
    shuffled = table(y=per_window(Y)).sample(frac=1, random_state=1)
    split = read(shuffled)
    order = shuffled["window"].drop_duplicates().to_numpy()
    assert np.array_equal(split.X, X[order])
    assert split.y.tolist() == Y[order].tolist()


def test_without_steps_rows_count_as_they_come():
    assert np.array_equal(read(table().drop(columns="step")).X, X)


def test_index_levels_count_as_columns():
    assert np.array_equal(read(table().set_index(["window", "step"])).X, X)


def test_window_ids_of_any_kind():
    assert np.array_equal(read(table().assign(window=per_window(list("zyxwv")))).X, X)


def test_time_orders_rows_and_gives_starts():
    time = (np.arange(N)[:, None] * 2 + np.arange(T)).ravel()
    split = read(table(time=time).drop(columns="step").sample(frac=1, random_state=0).sort_values("window"))
    assert np.array_equal(split.X, X)
    assert split.time.tolist() == [0, 2, 4, 6, 8]
    assert split.notes == ()


@pytest.mark.parametrize("dates", [False, True])
def test_evenly_spaced_time_is_counted_in_samples(dates):
    seconds = (np.arange(N)[:, None] * 2 + np.arange(T)).ravel() * 0.02
    time = pd.to_datetime(seconds * 1000, unit="ms") if dates else seconds
    split = read(table(time=time))
    assert np.allclose(np.diff(split.time), 2)
    assert "time is counted in steps of" in split.notes[0]


def test_dates_that_are_not_evenly_spaced_are_refused():
    time = pd.to_datetime(np.arange(N * T) ** 2, unit="s")
    with pytest.raises(DataError, match="sampling period"):
        read(table(time=time))


def test_missing_samples_are_data():
    spoiled = table()
    spoiled.loc[3, "ay"] = np.nan
    assert np.isnan(read(spoiled).X[0, 3, 1])
    nullable = spoiled.astype({"ay": "Float64"})
    assert np.isnan(read(nullable).X[0, 3, 1])


def test_label_column_by_name():
    frame = table(state=per_window(Y))
    assert read(frame, y_key="state").y.tolist() == Y.tolist()
    assert read(frame, y_key="state").channels == ("ax", "ay")
    with pytest.raises(DataError, match="no column 'foo'"):
        read(frame, y_key="foo")


def test_groups_of_the_caller():
    assert read(table(groups=per_window(Y)), groups=list("aabbc")).group_names == ("a", "b", "c")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f.drop(columns="window"), "no column 'window'"),
        (lambda f: f.iloc[:-1], "ragged, with 3 to 4 rows"),
        (lambda f: f.iloc[:0], "no rows"),
        (lambda f: f.assign(step=0), "same step twice"),
        (lambda f: f.assign(step="a"), "step has dtype"),
        (lambda f: f.assign(step=np.r_[np.nan, np.arange(N * T - 1)]), "missing values"),
        (lambda f: f.assign(window=np.r_[np.nan, np.arange(N * T - 1)]), "window is missing at row 0"),
        (lambda f: f.assign(y=np.arange(N * T)), "y changes inside window number 0"),
        (lambda f: f.assign(y=per_window([1, 0, 1, 1, np.nan])), "y is nan at row 4"),
        (lambda f: f.assign(y=1, label=1), "'y' and 'label' could be y"),
        (lambda f: f.assign(note="text"), "column 'note' has dtype"),
        (lambda f: f.assign(ax=f["ax"] * 1j), "column 'ax' has dtype complex128"),
        (lambda f: f[["window", "step"]], "no channel columns"),
        (lambda f: pd.concat([f, f[["ax"]]], axis=1), "two columns 'ax'"),
    ],
)
def test_tables_that_hold_no_windows(spoil, words):
    with pytest.raises(DataError, match=words) as caught:
        read(spoil(table()), name="train")
    assert str(caught.value).startswith("train: ")
    assert "\n" not in str(caught.value)


def test_keys_of_x_are_for_mappings():
    with pytest.raises(DataError, match=r"has no keys, x_key='\w+' \(--x-key \w+\) is for"):
        read(table(), x_key="ax")


def test_both_sides():
    train, val = read_pair(table(y=per_window(Y)), table(y=per_window(Y)).query("window < 3"))
    assert (len(train), len(val)) == (5, 3)


@pytest.mark.parametrize("column", ["window", "y", "groups", "time"])
def test_cells_that_are_lists_or_mappings(column):
    for cell in ([1], {"a": 1}):
        table = pd.DataFrame({"window": [0, 0, 1, 1], "step": [0, 1, 0, 1], "a": [1.0, 2, 3, 4]})
        table[column] = [cell] * 4
        with pytest.raises(DataError, match="expected"):
            read(table)
