from dataclasses import replace

import numpy as np
import pytest

from benchmarks.hard import POOR, RICH
from splitaudit.data.split import make_split
from splitaudit.rules.leakage.overlapping_windows import overlapping_windows as rule
from tests.support import agreement, ar_recording, ar_windows, grouped_split, iid_split, run, sliding

T = 50


def standardised(X):
    X = X.astype(np.float64)
    return ((X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)).astype(np.float32)


def dealt(rng, stride, *, n=120, share=0.3):
    """Overlapping windows of one recording dealt to the sides at random, in random order; and their places."""
    windows = sliding(ar_recording(rng, T + (n - 1) * stride), T, stride)
    order = rng.permutation(n)
    theirs, ours = np.split(order, [round(share * n)])
    return windows, ours, theirs


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    found = run(rule, *make(seed))
    assert (found.severity, found.effect) == ("ok", 0)
    assert found.message.endswith("val windows shares samples with a train window")


@pytest.mark.parametrize("name", [*POOR, *RICH])
def test_windows_that_share_samples_by_chance_do_not_overlap(rng, name):
    X = {**POOR, **RICH}[name](rng, 400, 48, 2).astype(np.float32)
    assert run(rule, make_split(X[:250]), make_split(X[250:])).effect == 0


@pytest.mark.parametrize("stride", [5, 25])
def test_disjoint_halves_of_a_recording_share_nothing(rng, stride):
    signal = ar_recording(rng, 4000)
    found = run(rule, make_split(sliding(signal[:2600], T, stride)), make_split(sliding(signal[2600:], T, stride)))
    assert (found.severity, found.effect) == ("ok", 0)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("shared", [0.1, 0.25, 0.5, 0.9])
def test_a_random_split_of_overlapping_windows(rng, shared, scaled):
    stride = round((1 - shared) * T)
    windows, ours, theirs = dealt(rng, stride)
    windows = standardised(windows) if scaled else windows
    found = run(rule, make_split(windows[ours]), make_split(windows[theirs]))
    near = np.abs(theirs[:, None] - ours).min(axis=1) * stride < T
    named = list(found.where.val_windows)
    assert near[named].all()
    # after scaling, a few samples may be too short to look up
    assert near.sum() - len(named) <= (0.1 * near.sum() if scaled and shared == 0.1 else 0)
    assert (np.abs(theirs[named] - ours[list(found.where.train_windows)]) * stride < T).all()
    assert (found.severity, found.effect) == ("error", len(named) / len(theirs))
    assert found.evidence["after_scaling"] == scaled
    assert set(found.evidence["strides"]) <= set(range(stride, T, stride))
    assert sum(found.exhibits[0].counts["val"]) == len(named)
    if shared >= 0.25:  # laid over each other where they share samples
        assert min(map(agreement, found.exhibits[1:])) > 0.999


@pytest.mark.parametrize("shared", [1, 2, 5, 49])
@pytest.mark.parametrize("later", [True, False])
def test_any_length_in_both_directions(rng, shared, later):
    pairs, source = ar_windows(rng, 100, 2 * T - shared), rng.permutation(100)
    train, val = (pairs[:, :T], pairs[:, -T:]) if later else (pairs[:, -T:], pairs[:, :T])
    found = run(rule, make_split(train[source]), make_split(np.concatenate([ar_windows(rng, 50, T), val])))
    assert found.where.val_windows == tuple(range(50, 150))
    assert source[list(found.where.train_windows)].tolist() == list(range(100))
    assert found.effect == 2 / 3
    assert found.evidence["median_samples_shared"] == found.evidence["longest_samples_shared"] == shared
    assert found.evidence["strides"] == [T - shared]
    assert found.evidence["stride_counts"] == [100]


def test_a_single_pair_at_the_border_is_a_warning(rng):
    windows = sliding(ar_recording(rng, 5000), T, 40)
    found = run(rule, make_split(windows[:60]), make_split(windows[60:]))
    assert (found.severity, found.effect) == ("warning", 1 / 64)
    assert (found.where.val_windows, found.where.train_windows) == ((0,), (59,))
    assert run(rule, make_split(windows[:59]), make_split(windows[60:])).effect == 0


@pytest.mark.parametrize("types", [("f4", "f8"), ("i2", "f4"), ("f8", "i4"), ("i2", "i2")])
def test_the_dtype_and_minus_zero_do_not_matter(rng, types):
    windows, ours, theirs = dealt(rng, 20)
    X = np.round(200 * windows) * (np.abs(windows) > 0.1)
    train, val = (X[rows].astype(t) for rows, t in zip((ours, theirs), types, strict=True))
    val[val == 0] = -0.0
    plain = run(rule, make_split(windows[ours]), make_split(windows[theirs]))
    found = run(rule, make_split(train), make_split(val))
    assert found.where.val_windows == plain.where.val_windows
    assert len(found.where.val_windows) > 30


def test_one_changed_sample_breaks_an_overlap(rng):
    train, val = iid_split(2)
    X = val.X.copy()
    X[3, :30], X[4, :30] = train.X[7, -30:], train.X[8, -30:]
    X[4, 12] += 0.5
    found = run(rule, train, replace(val.with_X(X), y=None))
    assert (found.where.val_windows, found.where.train_windows) == ((3,), (7,))


def test_shared_silence_is_said_and_not_counted():
    train, val = iid_split(1)
    ours, theirs = train.X.copy(), val.X.copy()
    ours[:80, 40:], theirs[:20, :24] = 0, 0
    found = run(rule, train.with_X(ours), val.with_X(theirs))
    assert (found.severity, found.effect) == ("ok", 0)
    assert found.evidence["low_information"] == 20
    assert "except 20 whose shared samples say too little to tell" in found.message
