import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.normalization.fitted_per_side import fitted_per_side as rule
from tests.support import ar_windows, grouped_split, iid_split, run


def standard(X, fit=None, axis=(0, 1)):
    """Standardise with the statistics of ``fit``, in float64, back to float32."""
    fit = (X if fit is None else fit).astype(np.float64)
    return ((X - fit.mean(axis=axis, keepdims=True)) / fit.std(axis=axis, keepdims=True)).astype(np.float32)


def ranged(X, fit=None, axis=(0, 1)):
    fit = (X if fit is None else fit).astype(np.float64)
    low, high = fit.min(axis=axis, keepdims=True), fit.max(axis=axis, keepdims=True)
    return ((X - low) / (high - low)).astype(np.float32)


def robust(X, fit=None):
    fit = X if fit is None else fit
    low, middle, high = np.quantile(fit.astype(np.float64), [0.25, 0.5, 0.75], axis=(0, 1))
    return ((X - middle) / (high - low)).astype(np.float32)


def by_group(side):
    X = side.X.copy()
    for group in np.unique(side.groups):
        X[side.groups == group] = standard(X[side.groups == group])
    return side.with_X(X)


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("scaler", [standard, ranged, robust])
@pytest.mark.parametrize("seed", [0, 1])
def test_does_not_fire_where_train_alone_was_fitted(make, scaler, seed):
    train, val = make(seed)
    found = run(rule, train.with_X(scaler(train.X)), val.with_X(scaler(val.X, train.X)))
    assert found.severity == "ok"
    assert found.effect == 0


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("scaler", [standard, ranged, robust])
def test_a_scaler_per_side_is_found(make, scaler):
    train, val = make(2)
    found = run(rule, train.with_X(scaler(train.X)), val.with_X(scaler(val.X)))
    assert found.severity == "error"
    assert found.where.channels == (0, 1, 2)
    assert found.evidence["kind"] == {standard: "standard", ranged: "range", robust: "robust"}[scaler]
    assert found.p_value is None


@pytest.mark.parametrize("scaler", [standard, ranged])
def test_also_where_every_cell_was_scaled(scaler):
    train, val = grouped_split(3)
    found = run(rule, train.with_X(scaler(train.X, axis=0)), val.with_X(scaler(val.X, axis=0)))
    assert found.severity == "error"


def test_also_where_one_scale_served_all_channels():
    train, val = grouped_split(4)
    sides = [side.with_X(standard(side.X * np.float32([1, 5, 20]), axis=(0, 1, 2))) for side in (train, val)]
    found = run(rule, *sides)
    assert found.severity == "error"
    assert "All channels together" in found.message


def test_one_channel_only():
    train, val = grouped_split(5)
    sides = []
    for side in (train, val):
        X = 3 * side.X
        X[:, :, 1] = standard(X[:, :, 1:2])[:, :, 0]
        sides.append(side.with_X(X))
    found = run(rule, *sides)
    assert found.where.channels == (1,)


def test_pieces_normalised_by_themselves_are_no_side():
    train, val = grouped_split(6)
    assert run(rule, by_group(train), by_group(val)).severity == "ok"
    windows = [side.with_X(standard(side.X, axis=1)) for side in (train, val)]
    assert run(rule, *windows).severity == "ok"


def test_pieces_are_seen_without_groups():
    train, val = (by_group(side) for side in grouped_split(7))
    bare = [make_split(side.X, side.y, name=side.name) for side in (train, val)]
    assert run(rule, *bare).severity == "ok"


def test_data_of_unit_variance_are_not_taken_for_normalised():
    rng = np.random.default_rng(8)
    for _ in range(5):
        train, val = (make_split(ar_windows(rng, n, c=8, phi=0.0), name=str(n)) for n in (600, 400))
        assert run(rule, train, val).severity == "ok"


def test_naturally_bounded_channels_are_honest():
    rng = np.random.default_rng(9)
    switches = [(rng.random((n, 40, 2)) < 0.1).astype(np.float32) for n in (200, 100)]
    pixels = [rng.integers(0, 256, (n, 40, 2)).astype(np.float32) / 255 for n in (200, 100)]
    saturated = [np.clip(rng.normal(0.5, 0.4, (n, 40, 2)), 0, 1).astype(np.float32) for n in (200, 100)]
    for train, val in (switches, pixels, saturated):
        assert run(rule, make_split(train), make_split(val)).severity == "ok"
