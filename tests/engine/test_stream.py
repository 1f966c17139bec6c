"""Sides that are read piece by piece: the same findings where all is judged, the same facts where a sample is."""

from dataclasses import replace

import numpy as np
import pytest

import splitaudit as sa
from splitaudit.audit import Settings, audit
from splitaudit.data.lazy import Held, LazyWindows
from splitaudit.data.training import Training
from splitaudit.engine.limits import Limits
from splitaudit.engine.run import audit_sides, held
from splitaudit.engine.stream import stream
from splitaudit.errors import DataError
from splitaudit.readers.read import read_pair
from splitaudit.zoo.demo import CASES, make
from tests.support import LARGE_FORM, grouped_split, iid_split

SETTINGS = Settings(n_permutations=99)
ALL = Limits(memory=2**33)
FEW = Limits(memory=2**33, most_windows=900)


SOME = ("overlap", "copied_windows", "new_firmware", "shared_subjects", "unit_change")


def told(report):
    return [(f.rule, f.severity, f.effect, f.p_value, f.message, f.where) for f in report.findings]


def lazy(split):
    return replace(split, X=LazyWindows(Held(split.X), "ntc", split.X.dtype))


def many(seed=0, n_train=6000, n_val=2000, t=32):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n_train + n_val)
    X = rng.normal(size=(n_train + n_val, t, 2)).astype(np.float32) + y[:, None, None] * np.float32(0.5)
    return (X[:n_train], y[:n_train]), (X[n_train:], y[n_train:])


@pytest.mark.parametrize("case", SOME)
def test_the_same_findings_where_all_windows_are_judged(case):
    made = make(case)
    sides = read_pair(made.train, made.val)
    assert told(stream(*map(lazy, sides), SETTINGS, ALL)) == told(audit(*sides, SETTINGS))


@pytest.mark.slow
@pytest.mark.parametrize("case", [case for case in CASES if case not in SOME][:: 1 if LARGE_FORM else 2])
def test_the_same_findings_on_further_demonstrations(case):
    made = make(case)
    sides = read_pair(made.train, made.val)
    assert told(stream(*sides, SETTINGS, ALL)) == told(audit(*sides, SETTINGS))


def test_holes_and_lost_channels_are_set_aside_alike():
    train, val = iid_split(0, n_train=200, n_val=100)
    broken = train.X.copy()
    broken[3, 5, 1] = np.nan
    broken[:150, 0, 2] = np.inf
    other = val.X.copy()
    other = other.astype(np.float64)
    other[7, 60:, 0] = np.nan
    other[9, 2:4, 0] = 1e150, -1e150
    train, val = train.with_X(broken.astype(np.float64)), val.with_X(other)
    whole, read = audit(train, val, SETTINGS), stream(lazy(train), lazy(val), SETTINGS, ALL)
    assert told(read) == told(whole)
    assert read.train.set_aside == whole.train.set_aside
    assert read.finding("SA601").evidence["too_large"] == 2
    nothing = train.with_X(np.full_like(broken, np.nan))
    with pytest.raises(DataError, match=r"hold NaN or infinity$"):
        stream(nothing, val, SETTINGS, ALL)


@pytest.mark.parametrize("side", [0, 1])
def test_windows_that_were_padded_are_told_as_in_memory(side):
    sides = list(iid_split(0, n_train=40, n_val=30))
    padded = sides[side].X.copy()
    padded[:, -9:] = np.nan
    sides[side] = sides[side].with_X(padded)
    with pytest.raises(DataError) as told_in_memory:
        audit(*sides, SETTINGS)
    with pytest.raises(DataError, match="end in NaN, as padded windows do: cut all to one length") as told_here:
        stream(*map(lazy, sides), SETTINGS, ALL)
    assert str(told_here.value) == str(told_in_memory.value)


@pytest.mark.parametrize("limits", [ALL, FEW])
def test_a_channel_that_val_lost_altogether_is_set_aside(limits):
    (X, y), (V, w) = many()
    V[:, 3, 1] = np.nan
    report = stream(*read_pair((X, y), (V, w)), SETTINGS, limits)
    found = report.finding("SA601")
    assert found.evidence["dropped_channels"] == [1]
    assert found.effect == 1
    assert not report.by_severity("crashed")


def test_a_sample_says_so_in_every_finding_that_rests_on_it():
    train, val = many()
    report = stream(*read_pair(train, val), SETTINGS, FEW)
    assert any("of 6,000 windows are judged" in note for note in report.train.notes)
    assert report.train.n_windows == 6000
    for finding in report.findings:
        if finding.severity in ("skipped", "crashed"):
            continue
        sample = finding.evidence.get("sample")
        if finding.rule in ("SA502", "SA601", "SA401"):  # these see all windows
            assert sample is None
        else:
            assert sample["train"] < sample["of_train"] == 6000
            assert 0 <= sample["error"] < 0.2
    assert report.passed


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_copies_among_many_are_found_with_their_share(share):
    (X, y), (V, w) = many()
    rng = np.random.default_rng(1)
    copied = rng.permutation(len(V))[: int(share * len(V))]
    V[copied] = X[rng.permutation(len(X))[: len(copied)]]
    report = stream(*read_pair((X, y), (V, w)), SETTINGS, FEW)
    found = report.finding("SA301")
    assert found.severity == "error"
    assert found.evidence["val_windows_with_a_hash_of_train"] == len(copied)
    assert found.effect == pytest.approx(share)
    assert set(found.where.val_windows) == set(copied.tolist())
    assert found.message.startswith(f"{len(copied)} of 2,000 val windows ({share:.1%}) are exact copies")


def test_shared_samples_among_many_are_found_with_their_share():
    rng = np.random.default_rng(0)
    signal = rng.normal(size=(16 * 8000 + 32, 2)).astype(np.float32)
    windows = np.stack([signal[16 * i : 16 * i + 32] for i in range(8000)])
    order = rng.permutation(8000)
    train, val = windows[order[:6000]], windows[order[6000:]]
    found = stream(*read_pair(train, val), SETTINGS, FEW).finding("SA303")
    assert found.severity == "error"
    neighbours = np.isin(order[6000:] - 1, order[:6000]) | np.isin(order[6000:] + 1, order[:6000])
    assert found.effect == pytest.approx(neighbours.mean())  # of all val windows, not of those that were looked at
    assert found.evidence["val_windows_with_a_hash_of_train"] == neighbours.sum()
    assert found.evidence["sample"]["error"] == 0
    row, partner = found.where.val_windows[0], found.where.train_windows[0]
    assert abs(int(order[6000 + row]) - int(order[partner])) == 1


def test_a_class_of_few_windows_is_not_overlooked():
    (X, y), (V, w) = many()
    w = w.copy()
    w[1234] = 9
    report = stream(*read_pair((X, y), (V, w)), SETTINGS, FEW)
    assert report.finding("SA502").where.val_windows == (1234,)


def test_a_shift_shows_in_the_sample():
    (X, y), (V, w) = many()
    report = stream(*read_pair((X, y), (V + np.float32(0.5), w)), SETTINGS, FEW)
    found = report.finding("SA101")
    assert found.severity == "warning"  # as nothing says which windows belong together
    assert found.effect > 0.7


def test_same_seed_same_report_whatever_the_pieces():
    sides = read_pair(*many())
    ways = ((1, 2**33), (2, 2**32))
    reports = [stream(*sides, replace(SETTINGS, n_jobs=n), replace(FEW, memory=memory)) for n, memory in ways]
    assert told(reports[0]) == told(reports[1])


def test_small_sides_are_audited_whole_and_large_ones_read():
    sides = read_pair(*many(n_train=300, n_val=100))
    assert "sample" not in audit_sides(*sides, SETTINGS, ALL).finding("SA101").evidence
    assert "sample" in audit_sides(*sides, SETTINGS, replace(ALL, most_windows=200)).finding("SA101").evidence


def test_histories_and_predictions_go_with_the_windows_that_are_judged():
    from splitaudit.data.training import Predictions

    train, val = many()
    sides = read_pair(train, val)
    predictions = Predictions(labels=np.asarray(sides[1].y).copy())
    found = stream(*sides, SETTINGS, FEW, training=Training(predictions=predictions)).finding("SA706")
    assert found.severity == "ok"
    kept = held(*sides, FEW, Training(predictions=predictions))
    assert len(kept[1]) < 2000
    assert (kept[2].predictions.labels == kept[1].y).all()
    assert (sides[1].X[kept[1].rows] == kept[1].X).all()  # windows keep the numbers that they have in the input
    assert len(np.unique(kept[1].rows)) == len(kept[1]) > 0
    assert any("windows are used" in note for note in kept[1].notes)


def test_the_library_reads_files_that_do_not_fit(tmp_path, monkeypatch):
    train, val = many(n_train=900, n_val=300)
    for name, (X, _) in (("train", train), ("val", val)):
        np.save(tmp_path / f"{name}.npy", X)
    monkeypatch.setattr(Limits, "fits", lambda *_: False)
    monkeypatch.setattr(Limits, "most_loaded", 0)
    report = sa.check(tmp_path / "train.npy", tmp_path / "val.npy", memory="1GiB")
    assert report.passed
    assert report.train.n_windows == 900


def test_groups_are_units_of_a_sample_too():
    train, val = grouped_split(0, n_train=40, n_val=20, per_group=50)
    report = stream(train, val, SETTINGS, replace(FEW, most_windows=1500))
    assert (report.units.kind, report.units.train, report.units.val) == ("group", 40, 20)


def test_samples_that_agree_by_chance_among_so_many_are_no_leak(monkeypatch):
    monkeypatch.setattr("splitaudit.engine.stream.LEAKS_OF_TRAIN", 500)
    monkeypatch.setattr("splitaudit.engine.stream.LEAKS_OF_VAL", 400)
    rng = np.random.default_rng(0)
    X = np.round(rng.normal(size=(60_000, 8, 1)) * 28_000).astype(np.float32)  # equal once in 100,000 pairs
    report = stream(*read_pair(X[:50_000], X[50_000:]), SETTINGS, FEW)
    assert report.finding("SA303").severity == "ok"


def test_an_interrupted_pass_says_how_far_it_came():
    sides = tuple(lazy(side) for side in read_pair(*many(n_train=400, n_val=100)))
    small = Limits(memory=409_600)  # few windows at a time

    def impatient(items, description):
        for number, item in enumerate(items):
            if description == "reading train" and number == 2:
                raise KeyboardInterrupt
            yield item

    report = stream(*sides, SETTINGS, small, progress=impatient, partial=True)
    assert report.val.notes[-1] == "interrupted when 100 of 100 windows were read"
    size = sides[0].X.pieces(small.piece(1))[0].stop
    assert report.train.notes[-1] == f"interrupted when {2 * size} of 400 windows were read"
    assert report.verdict.exit_code == 130
    assert {finding.message for finding in report.findings} == {"interrupted"}
    with pytest.raises(KeyboardInterrupt):
        stream(*sides, SETTINGS, small, progress=impatient)
