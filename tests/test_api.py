"""The main job as a function: every kind of source, every option, and what it refuses."""

from __future__ import annotations

import doctest
import json

import numpy as np
import pandas as pd
import pytest

import splitaudit as sa
from splitaudit import api
from splitaudit.rules import catalog
from splitaudit.rules.normalization.scale_mismatch import scale_mismatch
from splitaudit.rules.shift.feature_ks import feature_ks

RNG = np.random.default_rng(0)
X = RNG.normal(size=(180, 32, 3)).astype(np.float32)
Y = RNG.integers(0, 2, 180)
TRAIN, VAL = (X[:120], Y[:120]), (X[120:], Y[120:])
SCALED = (X[120:] * np.array([1, 1, 50], dtype=np.float32), Y[120:])


@pytest.fixture(autouse=True)
def _few_rules(monkeypatch):
    """Two rules instead of the whole catalogue."""
    monkeypatch.setattr(catalog, "all_rules", lambda: (feature_ks, scale_mismatch))


def plain(report: sa.Report) -> dict:
    """Return what a report says, without how long it took."""
    return {key: value for key, value in report.to_dict().items() if key != "timings"}


def test_the_example_of_the_page():
    found = doctest.DocTestFinder().find(api.check, "check", globs={})
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    results = [runner.run(test) for test in found]
    assert sum(result.attempted for result in results) >= 6
    assert sum(result.failed for result in results) == 0


def test_a_sound_split_passes():
    report = sa.check(TRAIN, VAL)
    assert report.passed
    assert report.verdict.status == "pass"
    assert report.version == sa.__version__
    assert [finding.rule for finding in report.findings] == ["SA102", "SA201"]
    assert (report.train.n_windows, report.val.n_windows) == (120, 60)
    report.raise_for_findings()


def test_a_spoiled_split_does_not():
    report = sa.check(TRAIN, SCALED, channel_names=["a", "b", "c"])
    assert not report.passed
    assert report.finding("scale-mismatch").severity == "error"
    assert report.finding("SA201").where.channels == ("c",)
    with pytest.raises(sa.FindingsError, match="SA201"):
        report.raise_for_findings()


def test_the_same_data_in_every_form_give_the_same_report(tmp_path):
    paths = []
    for name, (windows, labels) in (("train", TRAIN), ("val", SCALED)):
        np.savez(tmp_path / f"{name}.npz", X=windows, y=labels)
        np.savez(tmp_path / f"{name}-other.npz", signals=windows, labels=labels)
        paths.append(tmp_path / f"{name}.npz")
    both = {"X_train": TRAIN[0], "y_train": TRAIN[1], "X_val": SCALED[0], "y_val": SCALED[1]}
    np.savez(tmp_path / "both.npz", **both)
    swapped = [(windows.transpose(0, 2, 1), labels) for windows, labels in (TRAIN, SCALED)]
    reports = [
        sa.check(TRAIN, SCALED),
        sa.check(*paths),
        sa.check(*map(str, paths)),
        sa.check(tmp_path / "both.npz"),
        sa.check(both),
        sa.check(*({"X": windows, "y": labels} for windows, labels in (TRAIN, SCALED))),
        sa.check(*(sa.read(pair) for pair in (TRAIN, SCALED))),
        sa.check(*swapped, layout="nct"),
        sa.check(*(tmp_path / f"{side}-other.npz" for side in ("train", "val")), x_key="signals", y_key="labels"),
        sa.check(*(long_table(*pair) for pair in (TRAIN, SCALED)), channel_names=None),
    ]
    for report in reports[:-1]:
        assert plain(report)["findings"] == plain(reports[0])["findings"]
        assert plain(report)["units"] == plain(reports[0])["units"]
    assert reports[-1].finding("SA201").effect == pytest.approx(reports[0].finding("SA201").effect)


def long_table(windows: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    n, t, c = windows.shape
    frame = pd.DataFrame(windows.reshape(-1, c), columns=list("abc")[:c])
    return frame.assign(window=np.repeat(np.arange(n), t), y=np.repeat(labels, t))


def test_groups_time_and_names_reach_the_report():
    groups = (np.repeat(list("abcdef"), 20), np.repeat(list("uvw"), 20))
    time = (np.tile(np.arange(20) * 32, 6), np.tile(np.arange(20) * 32, 3))
    report = sa.check(TRAIN, VAL, groups=groups, time=time, channel_names=["a", "b", "c"], class_names=["no", "yes"])
    assert (report.units.kind, report.units.train, report.units.val) == ("group", 6, 3)
    assert report.train.has_time
    assert report.train.channels == ("a", "b", "c")
    assert list(report.val.classes) == ["no", "yes"]


def test_the_same_seed_gives_the_same_report():
    options = {"random_state": np.int64(3), "n_permutations": 99}
    assert plain(sa.check(TRAIN, SCALED, **options)) == plain(sa.check(TRAIN, SCALED, **options))


def test_input_is_not_changed():
    copies = [windows.copy() for windows, _ in (TRAIN, SCALED)]
    sa.check(TRAIN, SCALED)
    assert all(np.array_equal(a, b) for a, (b, _) in zip(copies, (TRAIN, SCALED), strict=True))


@pytest.mark.parametrize("chosen", ["SA2", ["SA2"], ("sa201",), "scale-mismatch", " SA201 , "])
def test_selection(chosen):
    report = sa.check(TRAIN, SCALED, select=chosen)
    assert report.finding("SA102").severity == "skipped"
    assert report.finding("SA201").severity == "error"
    other = sa.check(TRAIN, SCALED, ignore=chosen)
    assert other.finding("SA201").severity == "skipped"
    assert other.finding("SA102").severity != "skipped"


def test_options_of_rules_and_settings_reach_the_report():
    report = sa.check(TRAIN, SCALED, rules={"SA201": {"warn": 1e5, "error": 1e6}}, fail_on="never", n_permutations=19)
    assert report.finding("SA201").severity not in ("error", "warning")
    assert report.settings["rules"] == {"SA201": {"warn": 1e5, "error": 1e6}}
    assert report.settings["n_permutations"] == 19


def test_fail_on():
    assert sa.check(TRAIN, SCALED, fail_on="never").passed
    assert sa.check(TRAIN, SCALED, fail_on="error").verdict.exit_code == 1


def test_accepted_findings(tmp_path):
    first = sa.check(TRAIN, SCALED)
    (tmp_path / "report.json").write_text(first.to_json(), encoding="utf-8")
    for baseline in (first, first.to_dict(), tmp_path / "report.json", str(tmp_path / "report.json")):
        again = sa.check(TRAIN, SCALED, baseline=baseline)
        assert again.passed
        assert again.finding("SA201").severity == "accepted"
    assert not sa.check(TRAIN, (SCALED[0][:, :, ::-1], SCALED[1]), baseline=first).passed


@pytest.mark.parametrize("baseline", ["missing.json", {}, {"schema": "splitaudit.report/1"}, 3])
def test_baselines_that_are_none(baseline):
    with pytest.raises(sa.SplitAuditError) as caught:
        sa.check(TRAIN, VAL, baseline=baseline)
    assert "\n" not in str(caught.value)


def test_progress_wraps_the_loops(capsys):
    seen = []

    def wrap(iterable, description):
        seen.append(description)
        return iterable

    sa.check(TRAIN, VAL, progress=wrap)
    assert "rules" in seen
    sa.check(TRAIN, VAL, progress=True)
    sa.check(TRAIN, VAL)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"alpha": 0}, "alpha"),
        ({"alpha": "a"}, "alpha"),
        ({"alpha": np.nan}, "alpha"),
        ({"fail_on": "info"}, "fail_on"),
        ({"n_permutations": 3}, "n_permutations"),
        ({"n_permutations": 99.5}, "n_permutations"),
        ({"random_state": -1}, "random_state"),
        ({"random_state": None}, "random_state"),
        ({"random_state": True}, "random_state"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"n_jobs": "all"}, "n_jobs"),
        ({"select": "SA999"}, "SA999"),
        ({"select": [3]}, "select"),
        ({"ignore": "nonsense"}, "nonsense"),
        ({"rules": {"SA201": 3}}, "rules"),
        ({"rules": {"SA201": {"foo": 3}}}, "foo"),
        ({"rules": {"SA201": {"error": "high"}}}, "error"),
        ({"rules": ["SA201"]}, "rules"),
        ({"groups": Y}, "groups is not a pair"),
    ],
)
def test_options_that_are_refused(options, words):
    with pytest.raises(sa.ConfigError, match=words) as caught:
        sa.check(TRAIN, VAL, **options)
    assert "\n" not in str(caught.value)


def test_options_are_refused_before_the_data_are_read(tmp_path):
    with pytest.raises(sa.ConfigError):
        sa.check(tmp_path / "missing.npz", tmp_path / "missing.npz", alpha=2)


@pytest.mark.parametrize("n_jobs", [None, 1, 2, -1])
def test_threads_do_not_change_the_report(n_jobs):
    assert plain(sa.check(TRAIN, SCALED, n_jobs=n_jobs))["findings"] == plain(sa.check(TRAIN, SCALED))["findings"]


def test_sides_that_cannot_be_compared():
    with pytest.raises(sa.DataError, match="2 channels, expected 32 time steps x 3 channels"):
        sa.check(TRAIN, (X[:, :, :2], Y))


def test_notes_of_reading_reach_the_report(tmp_path):
    np.savez(tmp_path / "train.npz", windows=TRAIN[0], labels=TRAIN[1], rate=50)
    report = sa.check(tmp_path / "train.npz", VAL)
    assert report.train.notes == ("X is read from 'windows'", "y is read from 'labels'", "not used: 'rate'")
    assert report.val.notes == ()


def test_no_labels():
    report = sa.check(TRAIN[0], VAL[0])
    assert report.passed
    assert report.train.label_kind == "none"


def test_non_finite_samples_are_set_aside_and_told():
    windows = X[120:].copy()
    windows[5, 3, 1] = np.nan
    report = sa.check(TRAIN, (windows, Y[120:]))
    assert report.passed
    assert "1 of 60 windows" in report.val.set_aside


def test_the_report_of_json_types():
    text = sa.check(TRAIN, SCALED).to_json()
    assert json.loads(text)["schema"] == "splitaudit.report/1"
    assert "NaN" not in text
