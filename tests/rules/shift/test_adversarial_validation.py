import numpy as np
import pytest
from sklearn.metrics import auc

from splitaudit.data.split import make_split
from splitaudit.rules.shift.adversarial_validation import adversarial_validation as rule
from tests.support import ar_recording, grouped_split, iid_split, run, sliding


@pytest.mark.parametrize("make", [iid_split, grouped_split])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_does_not_fire_on_a_healthy_split(make, seed):
    assert run(rule, *make(seed)).severity in ("ok", "info")


def test_subjects_are_recognisable_by_window_but_not_systematically_different():
    train, val = grouped_split(3, n_train=8, n_val=4)
    offset = np.random.default_rng(0).normal(size=(12, 1, 3)).repeat(40, axis=0) * 3
    train, val = train.with_X(train.X + offset[:320]), val.with_X(val.X + offset[320:])
    found = run(rule, train, val)
    assert found.severity in ("ok", "info")
    assert found.p_value > 0.01


def test_halves_of_one_recording_do_not_alarm():
    signal = ar_recording(np.random.default_rng(4), 17_000, phi=0.97)
    train, val = (make_split(sliding(part, 64, 16)) for part in (signal[:8000], signal[9000:]))
    assert run(rule, train, val).severity in ("ok", "info")


def test_fires_on_another_channel_dynamics_and_names_the_channel():
    train, val = iid_split(5)
    X = val.X.copy()
    X[:, 1:, 1] = (X[:, 1:, 1] + X[:, :-1, 1]) / 2
    found = run(rule, train, val.with_X(X))
    assert found.severity == "error"
    assert found.where.channels[0] == 1
    assert found.effect > 0.9
    assert found.evidence["auc_units"] == found.effect
    roc = found.exhibits[1]
    assert list(roc.lines) == [f"by window, AUC {found.effect:.2f}", "chance"]
    assert auc(*next(iter(roc.lines.values()))) == pytest.approx(found.effect, abs=0.01)


def test_names_the_strange_windows():
    train, val = iid_split(6)
    X = val.X.copy()
    X[:40] *= 3
    found = run(rule, train, val.with_X(X))
    assert found.where.n_val_windows > 20
    assert np.mean(np.array(found.where.val_windows[:20]) < 40) > 0.9


def test_one_unit_on_a_side_is_not_applicable():
    rng = np.random.default_rng(7)
    X = rng.normal(size=(40, 16, 2))
    found = run(rule, make_split(X), make_split(X[:1] + 1))
    assert found.severity == "skipped"
    assert found.message == "train has 40 windows and val 1, 2 on each side are needed"


def test_same_seed_same_finding():
    train, val = iid_split(8)
    assert run(rule, train, val, seed=3) == run(rule, train, val, seed=3)


def test_windows_that_lie_wider_apart_inside_units_are_seen_though_means_agree():
    train, val = grouped_split(5, n_train=12, n_val=8)
    rng = np.random.default_rng(5)
    steps = 3 * rng.choice([-1.0, 1.0], size=(len(val), 1, 1))
    found = run(rule, train, val.with_X((val.X + steps * (rng.random((len(val), 1, 1)) < 0.9)).astype(np.float32)))
    assert found.severity == "error"
    assert found.p_value < 1e-6
    assert found.evidence["p_energy_of_all_statistics"] > found.evidence["p_energy_of_distances_from_the_middle"]


def test_an_area_is_told_once_where_windows_are_the_units():
    assert run(rule, *iid_split(0)).message.count("by window") == 1
    assert run(rule, *grouped_split(0)).message.count("by window") == 1
