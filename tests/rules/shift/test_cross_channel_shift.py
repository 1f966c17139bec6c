import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.shift.cross_channel_shift import cross_channel_shift as rule
from tests.support import ar_windows, grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info")


@pytest.mark.parametrize(("strength", "severity"), [(0.2, "warning"), (0.6, "error")])
def test_a_new_correlation_is_found(strength, severity):
    rng = np.random.default_rng(0)
    train, val = ar_windows(rng, 300), ar_windows(rng, 300)
    val[:, :, 1] = strength * val[:, :, 0] + np.sqrt(1 - strength**2) * val[:, :, 1]
    found = run(rule, make_split(train), make_split(val))
    assert found.severity == severity
    assert set(found.where.channels) == {0, 1}


def test_the_decoupled_channel_is_named_alone():
    rng = np.random.default_rng(1)
    common = ar_windows(rng, 600, c=1)
    X = common + 0.5 * ar_windows(rng, 600, c=4)
    X[300:, :, 2] = ar_windows(rng, 300, c=1)[:, :, 0] * 1.1
    found = run(rule, make_split(X[:300]), make_split(X[300:]))
    assert found.severity == "error"
    assert found.where.channels == (2,)


def test_one_channel_is_skipped():
    X = np.random.default_rng(3).normal(size=(30, 20, 1))
    assert run(rule, make_split(X), make_split(X)).severity == "skipped"
