"""What is audited when samples are NaN or infinite, and what is told about the rest."""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.data import features
from splitaudit.data.finite import finite_part
from splitaudit.data.split import make_split
from splitaudit.errors import DataError

N, T, C = 10, 8, 3


def sides(dtype=np.float32):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(N, T, C)).astype(dtype) for _ in range(2)]


def part(train, val):
    return finite_part(make_split(train, range(N), name="train"), make_split(val, range(N), name="val"))


def test_finite_sides_pass_through_as_they_are():
    train, val = (make_split(X, name=name) for X, name in zip(sides(), ("train", "val"), strict=True))
    ours, theirs, losses = finite_part(train, val)
    assert ours is train
    assert theirs is val
    for loss in losses:
        assert (loss.n_read, loss.n_samples, len(loss.windows), loss.dropped_channels) == (N, 0, 0, ())
        assert (loss.first_timestep, loss.last_timestep) == (None, None)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_windows_with_a_non_finite_sample_are_set_aside(value):
    train, val = sides()
    train[3, 2, 1] = train[3, 5, 1] = train[7, 4, 0] = value
    ours, theirs, (lost, kept) = part(train, val)
    assert ours.rows.tolist() == [0, 1, 2, 4, 5, 6, 8, 9]
    assert [ours.classes[k] for k in ours.y] == ["0", "1", "2", "4", "5", "6", "8", "9"]
    assert np.array_equal(ours.X, train[ours.rows])
    assert len(theirs) == N
    assert lost.windows.tolist() == [3, 7]
    assert lost.per_channel.tolist() == [1, 2, 0]
    assert (lost.n_samples, lost.first_timestep, lost.last_timestep) == (3, 2, 5)
    assert len(kept.windows) == 0


def test_a_mostly_missing_channel_is_set_aside_on_both_sides():
    train, val = sides()
    val[: N // 2 + 1, 0, 2] = np.nan
    ours, theirs, (of_train, of_val) = part(train, val)
    assert ours.n_channels == theirs.n_channels == 2
    assert len(ours) == len(theirs) == N
    assert np.array_equal(ours.X, train[:, :, :2])
    assert of_train.dropped_channels == of_val.dropped_channels == (2,)
    assert of_val.n_samples == N // 2 + 1


def test_half_is_not_most():
    train, val = sides()
    val[: N // 2, 0, 2] = np.nan
    _, theirs, (_, lost) = part(train, val)
    assert theirs.n_channels == C
    assert len(theirs) == N // 2
    assert lost.dropped_channels == ()


def test_names_of_channels_stay_with_their_samples():
    train, val = sides()
    train[:, :, 0] = np.nan
    named = [make_split(X, channel_names=["x", "y", "z"]) for X in (train, val)]
    ours, _, _ = finite_part(*named)
    assert ours.channels == ("y", "z")


def test_nothing_left_is_refused():
    train, val = sides()
    spoiled = np.full_like(train, np.nan)
    with pytest.raises(DataError, match="train: most windows of every channel"):
        part(spoiled, val)
    for w in range(N):
        val[w, 0, w % C] = np.inf
    with pytest.raises(DataError, match="val: no window of X is free of NaN"):
        part(train, val)


def test_padded_windows_are_told_from_missing_samples():
    padded, _ = sides()
    for w, length in enumerate(range(T - 1, T - 1 - N, -1)):
        padded[w, max(length, 1) :] = np.nan
    with pytest.raises(DataError, match=r"train: most windows .* end in NaN, as padded windows do: cut all"):
        part(padded, sides()[1])
    gaps = padded.copy()
    gaps[0, 2], gaps[0, 3] = np.nan, 1
    for other in (gaps, np.full_like(padded, np.nan)):
        with pytest.raises(DataError, match=r"hold NaN or infinity$"):
            part(other, sides()[1])


def test_padding_is_not_told_of_infinities():
    lost = np.full_like(sides()[0], np.inf)
    with pytest.raises(DataError, match=r"hold NaN or infinity$"):
        part(lost, sides()[1])


def test_numbers_whose_squares_overflow_count_as_not_finite():
    train, val = sides(np.float64)
    train[3, 2, 1], train[7, 4, 0], val[1, 0, 0] = 1e150, np.nan, 1e139
    ours, theirs, (lost, kept) = part(train, val)
    assert ours.rows.tolist() == [0, 1, 2, 4, 5, 6, 8, 9]
    assert (lost.n_samples, lost.n_large, kept.n_samples) == (2, 1, 0)
    assert len(theirs) == N
    with pytest.raises(DataError, match=r"val: most windows of every channel hold numbers beyond 1e140, whose squares"):
        part(train, val * 1e150)


def test_integers_are_finite():
    train, val = sides(np.int16)
    assert part(train, val)[2][0].n_samples == 0


def test_input_is_not_changed_and_chunks_do_not_matter(monkeypatch):
    train, val = sides()
    train[[1, 8], 0, 0] = np.nan
    before = train.copy()
    whole = part(train, val)
    monkeypatch.setattr(features, "CHUNK_SAMPLES", T * C * 3)
    chunked = part(train, val)
    assert np.array_equal(train, before, equal_nan=True)
    assert whole[2][0].windows.tolist() == chunked[2][0].windows.tolist() == [1, 8]
    assert np.array_equal(whole[0].X, chunked[0].X)
