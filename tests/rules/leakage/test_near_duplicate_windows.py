from dataclasses import replace

import numpy as np
import pytest

from benchmarks.compare.copies import READINGS, between
from benchmarks.hard import EVENTFUL, POOR, RICH
from splitaudit.data.split import make_split
from splitaudit.rules.leakage.near_duplicate_windows import _search
from splitaudit.rules.leakage.near_duplicate_windows import near_duplicate_windows as rule
from splitaudit.zoo.cases import make_case
from tests.support import agreement, ar_recording, ar_windows, grouped_split, iid_split, run, sliding

KINDS = ["noise", "own scale", "common scale", "rounded", "shifted", "all"]


def disguised(kind, X, rng):
    """Train windows (n, t + 6, c) as val holds them, and by how many samples each is shifted."""
    shift = rng.integers(1, 4, len(X)) * rng.choice([-1, 1], len(X)) * (kind in ("shifted", "all"))
    out = np.stack([x[3 + s : len(x) - 3 + s] for x, s in zip(X, shift, strict=True)]).astype(np.float64)
    spread = out.std(axis=1, keepdims=True)
    if kind in ("noise", "shifted", "all"):
        out += 10 ** (-30 / 20) * spread * rng.normal(size=out.shape)
    if kind in ("own scale", "common scale", "all"):
        channels = X.shape[2] if kind == "own scale" else 1
        out = out * np.exp(0.3 * rng.normal(size=(len(X), 1, channels))) + rng.normal(size=(len(X), 1, X.shape[2]))
    return np.round(out * 100) / 100 if kind == "rounded" else out, shift


def planted(kind, seed=0, n=30):
    """An honest split in which some val windows are train windows in disguise; and which of whom, how shifted."""
    rng = np.random.default_rng([seed, 3])
    train, val = ar_windows(rng, 300, 70), ar_windows(rng, 150, 64)
    rows, source = np.sort(rng.permutation(150)[:n]), rng.permutation(300)[:n]
    val[rows], shift = disguised(kind, train[source], rng)
    y = rng.integers(0, 2, 450)
    return make_split(train[:, 3:-3], y[:300]), make_split(val, y[300:]), rows, source, shift


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert (found.severity, found.effect) == ("ok", 0)
    assert found.message.endswith("val windows is nearer to a train window than windows of other units are")


def test_how_near_honest_windows_come_is_learned_only_if_one_of_val_is_near(monkeypatch):
    def refuse(*_):
        raise AssertionError("nothing is near")

    monkeypatch.setattr(f"{_search.__module__}.usual_nearness", refuse)
    assert run(rule, *iid_split(0)).evidence["inside_train"] is None
    train, val, *_ = planted("noise")
    assert run(rule, train, val).severity == "crashed"


@pytest.mark.parametrize("name", [*(k for k in POOR if k != "saturated"), *RICH])
def test_windows_that_look_alike_are_no_copies(rng, name):
    X = {**POOR, **RICH}[name](rng, 400, 48, 2).astype(np.float32)
    assert run(rule, make_split(X[:250]), make_split(X[250:])).severity in ("ok", "skipped")


@pytest.mark.parametrize("shape", [(100, 100, 150, 1), (60, 40, 64, 3)])
@pytest.mark.parametrize("name", EVENTFUL)
def test_sharp_events_that_fall_on_the_same_sample_are_no_copies(rng, name, shape):
    n_train, n_val, t, c = shape
    X = EVENTFUL[name](rng, n_train + n_val, t, c).astype(np.float32)
    assert run(rule, make_split(X[:n_train]), make_split(X[n_train:])).severity in ("ok", "skipped")


@pytest.mark.parametrize("kind", KINDS)
def test_copies_in_disguise_are_found_with_their_source(kind):
    train, val, rows, source, shift = planted(kind)
    found = run(rule, train, val)
    assert found.severity == "error"
    assert found.effect == 0.2
    assert found.where.val_windows == tuple(rows)
    assert found.where.train_windows == tuple(source)
    assert found.evidence["shifted"] == np.count_nonzero(shift)
    assert [row[3] for row in found.exhibits[0].rows] == shift[:10].tolist()
    assert len(found.exhibits) == 4
    assert min(map(agreement, found.exhibits[1:])) > 0.99
    if kind in ("noise", "shifted", "all"):
        assert found.evidence["median_noise_db"] == pytest.approx(30, abs=1)
        assert f"about {found.evidence['median_noise_db']:.0f} dB apart" in found.message
    assert (found.evidence["equal_but_for_rounding"] == 30) == (kind == "common scale")


@pytest.mark.parametrize(("n", "severity"), [(1, "warning"), (3, "error"), (15, "error")])
def test_a_few_are_enough(n, severity):
    train, val, rows, source, _ = planted("noise", 1, n)
    found = run(rule, train, val)
    assert (found.severity, found.effect) == (severity, n / 150)
    assert (found.where.val_windows, found.where.train_windows) == (tuple(rows), tuple(source))


@pytest.mark.parametrize("types", [("f8", "f8"), ("f8", "f4"), ("i2", "i2"), ("i2", "f4")])
def test_dtype_order_and_labels_do_not_matter(rng, types):
    train, val, rows, source, _ = planted("noise", 2)
    whole = [side.with_X(np.round(2000 * side.X).astype(t)) for side, t in zip((train, val), types, strict=True)]
    found = run(rule, *(replace(side, y=None).take(rng.permutation(len(side))) for side in whole))
    pairs = sorted(zip(found.where.val_windows, found.where.train_windows, strict=True))
    assert pairs == list(zip(rows, source, strict=True))


def test_exact_copies_are_left_to_the_other_rule():
    train, val = iid_split(3)
    assert run(rule, train, val.with_X(np.r_[train.X[:40], val.X[40:]])).effect == 0


def test_later_windows_of_a_recording_are_no_copies(rng):
    windows = sliding(ar_recording(rng, 64 * 400), 64, 64)
    sides = [make_split(windows[rows], time=64 * rows) for rows in np.split(np.arange(400), [250])]
    assert run(rule, *sides).effect == 0


def test_where_train_is_full_of_such_pairs_few_are_no_finding(rng):
    # every window has a double under another name inside train: that is how these data are
    train, val, *_ = planted("noise", 4, n=12)
    X = np.concatenate([train.X, train.X + 0.02 * rng.normal(size=train.X.shape).astype(np.float32)])
    found = run(rule, make_split(X, groups=np.arange(600)), val)
    assert found.evidence["inside_train"] > 0.9
    assert found.evidence["near_copies"] == 12
    assert (found.severity, found.effect) == ("ok", 0)


def test_what_has_no_shape_or_is_too_little_is_skipped(rng):
    short = run(rule, *(make_split(ar_windows(rng, n, 7)) for n in (100, 50)))
    assert (short.severity, "windows of 7 samples are too short" in short.message) == ("skipped", True)
    train, val = iid_split(5)
    assert "15 train windows say enough to be compared, 20 are needed" in run(rule, train.take(range(15)), val).message
    silent = train.with_X(np.zeros_like(train.X) + np.arange(300, dtype=np.float32)[:, None, None])
    assert run(rule, silent, val).severity == "skipped"


@pytest.mark.parametrize("times", READINGS.values(), ids=READINGS)
@pytest.mark.parametrize("c", [1, 3])
def test_windows_that_were_read_anew_are_found(rng, times, c):
    longer = ar_windows(rng, 300, 128, c, 0.6).astype(np.float64)
    val = ar_windows(rng, 150, 64, c, 0.6).astype(np.float64)
    val[::5] = 2 * between(longer[:30], 32 + times) - 1
    found = run(rule, make_split(longer[:, 32:96].astype("f4")), make_split(val.astype("f4")))
    assert found.severity == "error"
    assert set(found.where.val_windows) <= set(range(0, 150, 5))
    assert len(found.where.val_windows) >= 29
    assert np.array_equal(5 * np.array(found.where.train_windows), found.where.val_windows)


def test_many_windows_are_searched_for_readings_only_if_some_were(rng, monkeypatch):
    longer = ar_windows(rng, 800, 128, 3, 0.6).astype(np.float64)
    val = ar_windows(rng, 700, 64, 3, 0.6).astype(np.float64)
    val[::5] = between(longer[:140], 32 + np.arange(64) + 0.5)
    sides = make_split(longer[:, 32:96].astype("f4")), make_split(val.astype("f4"))
    whole = run(rule, *sides)
    monkeypatch.setattr("splitaudit.rules.leakage.near_duplicate_windows.MAX_PAIRS", 1)
    assert run(rule, *sides).where.val_windows == whole.where.val_windows
    honest = sides[1].take(np.flatnonzero(np.arange(700) % 5))
    assert run(rule, sides[0], honest).severity == "ok"


@pytest.mark.parametrize("flaw", ["near_copies", "scaled_copies", "rounded_copies", "shifted_copies"])
def test_fires_on_its_zoo_case(flaw):
    case = make_case(f"pendulum/{flaw}/mild", 1)
    found = run(rule, case.train, case.val)
    assert found.severity == "error"
    assert np.isin(found.where.val_windows, case.truth.val_windows).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_a_channel_of_zeros_is_no_hindrance(dtype):
    train, val = (side.with_X((100 * side.X * [1, 0, 1]).astype(dtype)) for side in iid_split(0))
    assert run(rule, train, val).severity == "ok"


def test_windows_that_rounding_leaves_constant_are_compared_with_nothing():
    train, val = (side.with_X((1e6 + 0.3 * side.X).astype(np.float32)) for side in iid_split(0, c=1))
    assert run(rule, train, val).severity in ("ok", "skipped")
