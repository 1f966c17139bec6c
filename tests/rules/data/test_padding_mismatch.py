import pytest

from splitaudit.rules.data.padding_mismatch import padding_mismatch as rule
from tests.support import grouped_split, iid_split, run


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info", "skipped")


def padded(split, lead, trail, value=0.0):
    X = split.X.copy()
    X[:, :lead] = value
    X[:, X.shape[1] - trail :] = value
    return split.with_X(X)


def test_padding_before_against_padding_behind():
    train, val = iid_split(0)
    found = run(rule, padded(train, 0, 16), padded(val, 16, 0))
    assert found.severity == "error"
    assert found.effect == pytest.approx(0.25)


def test_another_pad_value_is_a_fact():
    train, val = iid_split(1)
    found = run(rule, padded(train, 0, 16), padded(val, 0, 16, -1.0))
    assert found.severity == "error"
    assert found.p_value is None
    assert "with 0 in train and with -1 in val" in found.message


def test_equal_padding_and_silence_do_not_alarm():
    train, val = iid_split(2)
    assert run(rule, padded(train, 0, 16), padded(val, 0, 16)).severity == "ok"
    silent = val.X.copy()
    silent[:100] = 0
    assert run(rule, train, val.with_X(silent)).effect == 0
