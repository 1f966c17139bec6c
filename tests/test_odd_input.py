"""Input that is odd but can be read: the whole audit says something proper about it, and nothing crashes or warns."""

import numpy as np
import pytest

import splitaudit as sa
from tests.support import grouped_split, iid_split


def sides(**changed):
    """Arrays of both sides of a healthy split, some of val's changed."""
    train, val = iid_split(3, n_train=90, n_val=60, t=32)
    return {"X": train.X, "y": train.y}, {"X": val.X, "y": val.y, **{key: f(val) for key, f in changed.items()}}


def proper(train, val):
    """Audit, with warnings as errors, and see that no rule crashed."""
    report = sa.check(train, val)
    assert not report.by_severity("crashed"), [f.message for f in report.by_severity("crashed")]
    assert report.to_json()
    assert str(report)
    return report


def statistics(report):
    return [(f.rule, f.severity, f.effect, f.p_value) for f in report.findings if f.rule != "SA605"]


@pytest.mark.parametrize(
    "odd",
    [
        lambda X: X.astype(">f4"),
        np.asfortranarray,
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X[::-1][::-1],
    ],
    ids=["big-endian", "Fortran order", "strided", "reversed twice"],
)
def test_how_samples_lie_in_memory_changes_nothing(odd):
    plain, changed = sides(), sides(X=lambda val: odd(val.X))
    assert statistics(proper(*plain)) == statistics(proper(*changed))


def test_single_and_double_precision_agree():
    first, second = sides(), [{**side, "X": side["X"].astype(np.float64)} for side in sides()]
    for one, other in zip(statistics(proper(*first)), statistics(proper(*second)), strict=True):
        assert one[:2] == other[:2]
        for value, same in zip(one[2:], other[2:], strict=True):
            assert same == (None if value is None else pytest.approx(value, rel=0.02, abs=1e-6))


@pytest.mark.parametrize("dtype", [np.float16, np.int16, np.uint8, bool])
def test_another_dtype_is_named(dtype):
    report = proper(*sides(X=lambda val: np.clip(50 * val.X + 100, 0, 250).astype(dtype)))
    assert report.finding("SA605").severity in ("warning", "error")
    assert np.dtype(dtype).name in report.finding("SA605").message


@pytest.mark.parametrize("factor", [1e-300, 1e-30, 1e30, 1e130])
@pytest.mark.parametrize("both", [True, False])
def test_huge_and_tiny_numbers(factor, both):
    train, val = sides(X=lambda val: val.X.astype(np.float64) * factor)
    if both:
        train["X"] = train["X"].astype(np.float64) * factor
    report = proper(train, val)
    severity = report.finding("SA201").severity
    assert severity in ("ok", "info") if both else severity == "error" or report.finding("SA210").severity == "error"


def wide(*places):
    """Both sides in double precision, with numbers put at some places of train's and of val's samples."""
    found = sides()
    for side in found:
        side["X"] = side["X"].astype(np.float64)
    for k, place, value in places:
        found[k]["X"][place] = value
    return found


@pytest.mark.parametrize("value", [1e150, 1e300, 1.7e308])
def test_numbers_whose_squares_overflow_are_set_aside_and_named(value):
    report = proper(*wide((0, (5, 7, 1), value), (1, (3, 2, 0), -value), (1, (3, 3, 0), value)))
    found = report.finding("SA601")
    assert "1 of 90 windows of train and 1 of 60 windows of val hold numbers beyond 1e140" in found.message
    assert (found.where.train_windows, found.where.val_windows) == ((5,), (3,))
    assert found.evidence["too_large"] == 3
    assert report.train.set_aside == "1 of 90 windows with numbers beyond 1e140, whose squares overflow"
    assert report.finding("SA102").severity in ("ok", "info")


def test_a_channel_of_such_numbers_is_set_aside_and_a_whole_side_refused():
    every = (slice(None), slice(None))
    report = proper(*wide((1, (*every, 2), 1.7e308), (0, (0, 0, 0), np.nan)))
    assert "channel 2 set aside" in report.finding("SA601").message
    assert "NaN, infinity or numbers beyond 1e140" in report.finding("SA601").message
    with pytest.raises(sa.DataError, match=r"val: most windows of every channel hold numbers beyond 1e140"):
        sa.check(*wide((1, every, 1e300)))


@pytest.mark.parametrize("both", [True, False])
def test_changes_whose_squares_vanish_are_named(both):
    train, val = wide()
    for side in (train, val) if both else (val,):
        side["X"][:, :, 1] *= 1e-310
    found = proper(train, val).finding("SA602")
    assert found.severity == ("warning" if both else "error")
    assert "changes below 1e-150, whose squares vanish, count as none in channel 1" in found.message


@pytest.mark.parametrize("value", [1e100, 1e139])
def test_a_constant_channel_may_be_large(value):
    every = (slice(None), slice(None), 1)
    assert proper(*wide((0, every, value), (1, every, value))).finding("SA602").severity == "warning"


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_reported_with_its_place_and_the_rest_is_audited(value):
    train, val = sides()
    val["X"] = val["X"].copy()
    val["X"][7, 5:9, 1] = value
    report = proper(train, val)
    found = report.finding("SA601")
    assert found.severity == "error"
    assert (found.where.channels, found.where.timesteps, found.where.val_windows) == ((1,), (5, 9), (7,))
    assert report.val.set_aside == "1 of 60 windows with NaN or infinity"


def test_one_window_a_side():
    train, val = ({"X": side["X"][:1], "y": side["y"][:1]} for side in sides())
    report = proper(train, val)
    assert report.finding("SA101").severity == "skipped"
    assert not report.by_severity("warning", "error") or report.finding("SA506").severity == "error"


def test_one_class_on_one_side_and_on_both():
    report = proper(*sides(y=lambda val: np.zeros(60, dtype=int)))
    assert report.finding("SA504").severity == "error"
    train, val = sides(y=lambda val: np.zeros(60, dtype=int))
    train["y"] = np.zeros(90, dtype=int)
    assert proper(train, val).finding("SA306").severity == "skipped"


@pytest.mark.parametrize(("n_train", "n_val"), [(1, 1), (6, 1), (1, 6), (2, 2)])
def test_few_subjects_are_not_taken_for_a_shift(n_train, n_val):
    report = proper(*grouped_split(4, n_train=n_train, n_val=n_val))
    assert (report.units.kind, report.units.train, report.units.val) == ("group", n_train, n_val)
    assert not [f.rule for f in report.by_severity("error") if f.family in ("shift", "normalization")]


def test_images_are_audited():
    rng = np.random.default_rng(5)
    y = rng.integers(0, 2, 90)
    X = rng.normal(size=(90, 12, 6, 5, 2)).astype(np.float32)
    X[60:, :, :3] += 3
    report = proper((X[:60], y[:60]), (X[60:], y[60:]))
    assert report.finding("SA102").severity == "error"
    assert "image cell" in report.finding("SA102").message
    assert report.finding("SA102").where.channels == ()
