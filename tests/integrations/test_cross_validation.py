"""Audits of the folds of a cross-validation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, KFold, LeaveOneGroupOut, StratifiedKFold, TimeSeriesSplit

import splitaudit as sa
from tests.support import ar_recording, grouped_split, sliding

OVERLAPPING = sliding(ar_recording(np.random.default_rng(0), 4000, 2, 0.9), 64, 32)
LABELS = np.arange(len(OVERLAPPING)) // 5 % 2
SHUFFLED = KFold(3, shuffle=True, random_state=0)


@pytest.fixture(scope="module")
def leaky():
    return sa.check_cv(OVERLAPPING, LABELS, SHUFFLED, select="SA3")


def test_whole_groups_pass():
    data, _ = grouped_split(0)
    found = sa.check_cv(data.X, data.y, GroupKFold(3), groups=data.groups, time=data.time, n_permutations=199)
    assert found.passed
    assert found.leaking == found.shifting == ()
    assert [report.val.n_windows for report in found.folds] == [160, 160, 160]
    assert found.folds[0].units.kind == "group"
    found.raise_for_findings()
    assert found.summary == "None of 3 folds leaks or shifts as far as the rules can tell."


def test_shuffled_folds_of_overlapping_windows_leak(leaky):
    assert not leaky.passed
    assert leaky.leaking == (0, 1, 2)
    assert leaky.shifting == ()
    with pytest.raises(sa.FindingsError) as caught:
        leaky.raise_for_findings()
    first, *lines = str(caught.value).splitlines()
    assert first == "3 of 3 folds leak (0, 1 and 2)."
    assert [line.partition("windows: ")[0] for line in lines] == [f"fold {i}: SA303 overlapping-" for i in range(3)]


def test_groups_that_a_splitter_ignores_are_known_to_the_audit():
    groups = np.arange(len(OVERLAPPING)) // 10
    found = sa.check_cv(OVERLAPPING, LABELS, SHUFFLED, groups=groups, select="SA304")  # and warns of nothing
    assert found.folds[0].finding("SA304").severity != "skipped"


def test_a_row_per_fold(leaky):
    table = leaky.to_frame()
    assert table.index.name == "fold"
    assert table.n_train.tolist() == [len(OVERLAPPING) - n for n in table.n_val]
    assert table.errors.tolist() == ["SA303"] * 3
    assert table.warnings.tolist() == [""] * 3
    neighbours = []
    for train, val in SHUFFLED.split(OVERLAPPING):
        neighbours.append(np.mean(np.isin(val - 1, train) | np.isin(val + 1, train)))
    assert table.overlapping.tolist() == pytest.approx(neighbours)
    assert table.duplicate.tolist() == [0] * 3
    assert all(map(math.isnan, table.near_in_time))  # there is no time


def test_windows_of_findings_are_rows_of_X(leaky):
    train, val = list(SHUFFLED.split(OVERLAPPING))[1]
    where = leaky.folds[1].finding("SA303").where
    assert set(where.val_windows) <= set(val)
    assert set(where.train_windows) <= set(train)


def test_the_text_says_which_folds(leaky):
    text = str(leaky)
    assert text.startswith("FAIL      3 of 3 folds leak (0, 1 and 2).\nKFold: 3 folds of 124 windows\n")
    assert len([line for line in text.splitlines() if "SA303" in line]) == 3
    page = leaky._repr_html_()
    assert page.startswith("<p><strong>FAIL</strong> 3 of 3 folds leak (0, 1 and 2).</p>")
    assert page.count("<td>SA303</td>") == 3
    assert repr(leaky) == "<CrossValidation fail: 3 of 3 folds leak (0, 1 and 2).>"


def test_only_the_fold_that_shifts_is_named():
    data, _ = grouped_split(1)
    X = np.array(data.X)
    X[data.groups < 4, :, 1] *= 50
    folds = [(np.flatnonzero(data.groups >= 4), np.flatnonzero(data.groups < 4))]
    mixed = data.groups % 3 == 1
    folds.append((np.flatnonzero(~mixed), np.flatnonzero(mixed)))
    found = sa.check_cv(X, data.y, folds, groups=data.groups, select="SA201")
    assert found.shifting == (0,)
    assert found.leaking == ()
    assert found.summary == "1 of 2 folds shifts (0)."


def test_splitters_of_scikit_learn():
    X = np.random.default_rng(0).normal(size=(24, 8, 2))
    y, groups = np.array(["a", "b"] * 12), np.repeat(["p", "q", "r"], 8)

    def sizes(cv, **options):
        found = sa.check_cv(X, y, cv, select="SA301", **options)
        return found.cv, [report.val.n_windows for report in found.folds]

    assert sizes(4) == ("StratifiedKFold", [6, 6, 6, 6])
    assert sizes(StratifiedKFold(2)) == ("StratifiedKFold", [12, 12])
    assert sizes(LeaveOneGroupOut(), groups=groups) == ("LeaveOneGroupOut", [8, 8, 8])
    assert sizes(TimeSeriesSplit(2)) == ("TimeSeriesSplit", [8, 8])
    assert sizes(sa.split(folds=3), groups=groups)[1] == [8, 8, 8]
    assert sa.check_cv(X, cv=3, select="SA301").cv == "KFold"
    assert sa.check_cv({"X": X, "y": y, "groups": groups}, cv=GroupKFold(3), select="SA301").leaking == ()


def test_masks_and_rows_from_the_end():
    X = np.random.default_rng(0).normal(size=(10, 8, 2))
    mask = np.arange(10) < 6
    found = sa.check_cv(X, cv=[(mask, ~mask), ([0, 1, 2], [-1, -2])], select="SA301")
    assert [(each.train.n_windows, each.val.n_windows) for each in found.folds] == [(6, 4), (3, 2)]
    overlapping = sa.check_cv(X, cv=[([0, 1, 9], [-1, 5])], select="SA301")
    assert overlapping.leaking == (0,)
    assert overlapping.to_frame().duplicate.tolist() == [0.5]


def test_the_level_is_shared_among_the_folds():
    X = np.random.default_rng(0).normal(size=(10, 8, 2))
    found = sa.check_cv(X, cv=2, select="SA301", alpha=0.04)
    assert [report.settings["alpha"] for report in found.folds] == [0.02, 0.02]


def test_progress_wraps_the_folds():
    seen = []

    def progress(folds, description):
        seen.append((len(folds), description))
        return folds

    sa.check_cv(OVERLAPPING, LABELS, 2, select="SA301", progress=progress)
    assert seen == [(2, "folds")]


@pytest.mark.parametrize(
    ("cv", "error", "words"),
    [
        (1, sa.ConfigError, "cv is 1, expected a number of folds"),
        ("five", sa.ConfigError, "cv is 'five', expected a number of folds"),
        ([], sa.DataError, "there are no folds"),
        (GroupKFold(3), sa.DataError, "GroupKFold cannot split X"),
        ([([0, 1], [124])], sa.DataError, "val of fold 0 holds row 124, expected rows below 124"),
        ([([0, 1], [-125])], sa.DataError, "val of fold 0 holds row -125"),
        ([([0, 1], [2]), ([], [1])], sa.DataError, r"train of fold 1 has shape \(0,\)"),
        ([([0, 1], [0.5])], sa.DataError, "dtype float64"),
    ],
)
def test_what_is_no_cross_validation(cv, error, words):
    with pytest.raises(error, match=words):
        sa.check_cv(OVERLAPPING, LABELS, cv, select="SA301")
