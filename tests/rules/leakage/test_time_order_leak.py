from dataclasses import replace

import numpy as np
import pytest

from splitaudit.data.split import make_split
from splitaudit.rules.leakage.time_order_leak import time_order_leak as rule
from splitaudit.zoo.cases import make_case
from tests.support import ar_recording, grouped_split, iid_split, run, sliding


def recording(seed, phi=0.9, stride=64, n=40_000):
    signal = ar_recording(np.random.default_rng(seed), n, phi=phi)
    return make_split(sliding(signal, 64, stride), time=np.arange(0, n - 63, stride))


def at_random(split, seed=0, share=0.7):
    order = np.random.default_rng(seed).permutation(len(split))
    border = int(share * len(split))
    return split.take(order[:border]), split.take(order[border:])


@pytest.mark.parametrize("seed", range(4))
def test_does_not_fire_on_a_split_by_subject(seed):
    found = run(rule, *grouped_split(seed))
    assert found.severity == "ok"
    assert found.effect == 0


@pytest.mark.parametrize("seed", range(4))
def test_does_not_fire_on_halves_with_a_gap(seed):
    whole = recording(seed, phi=0.99, stride=16)
    half = len(whole) // 2
    assert run(rule, whole.take(np.arange(half)), whole.take(np.arange(half + 60, len(whole)))).severity == "ok"


@pytest.mark.parametrize("seed", range(4))
def test_does_not_fire_on_independent_windows_drawn_at_random(seed):
    windows, _ = iid_split(seed, n_train=400)
    timed = replace(windows, time=64.0 * np.arange(400))
    assert run(rule, *at_random(timed, seed)).severity in ("ok", "info")


def test_windows_that_share_samples_are_a_fact():
    found = run(rule, *at_random(recording(0, stride=32)))
    assert found.severity == "error"
    assert found.p_value is None
    assert found.effect > 0.8
    assert found.where.n_val_windows == found.where.n_train_windows > 200


def test_neighbours_without_shared_samples_are_told_by_the_dependence():
    whole = recording(1, phi=0.999)
    found = run(rule, *at_random(whole))
    assert found.severity == "error"
    assert found.p_value < 1e-4
    assert found.evidence["sharing_samples"] == 0


def test_only_the_windows_at_the_border_of_a_cut_are_near():
    whole = recording(2, stride=16)
    found = run(rule, whole.take(np.arange(1500)), whole.take(np.arange(1500, len(whole))))
    assert found.where.n_val_windows == 3
    assert found.severity == "ok"


def test_time_that_starts_again_on_each_side_is_no_common_clock():
    whole = recording(3)
    train, val = whole.take(np.arange(400)), whole.take(np.arange(400, 600))
    found = run(rule, train, replace(val, time=val.time - val.time[0]))
    assert found.severity == "skipped"
    assert "one clock" in found.message


def test_time_as_the_number_of_the_window_is_refused():
    whole = recording(3)
    found = run(rule, *at_random(replace(whole, time=np.arange(len(whole), dtype=float))))
    assert found.severity == "skipped"


def test_validation_before_train_is_a_warning():
    whole = recording(4)
    found = run(rule, whole.take(np.arange(200, 600)), whole.take(np.arange(0, 180)))
    assert found.severity == "warning"
    assert "before train" in found.message


def test_without_time_it_is_skipped():
    assert run(rule, *iid_split(0)).severity == "skipped"


@pytest.mark.parametrize("base", ["ar", "regimes"])
def test_fires_on_its_zoo_case(base):
    case = make_case(f"{base}/interleaved_time/moderate", 1)
    found = run(rule, case.train, case.val)
    assert found.severity == "error"
    assert set(found.where.val_windows) == set(case.truth.val_windows)
