"""How the diagnosis is scored, on cases whose scores are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from benchmarks.diagnosis import learn
from benchmarks.diagnosis.favour import CHOICES, HEALTHY, alarmed, least, nested, shifted
from benchmarks.diagnosis.scores import calibration_error, scores
from splitaudit.explanation.cause_catalog import NAMES

NOISE = NAMES.index("label_noise")


def case(cause="healthy", base="ar", errors=()):
    return {"cause": cause, "causes": [cause], "base": base, "errors": list(errors), "values": {}, "place": None}


def said(*healthy):
    """Probabilities that leave to label noise what a sound split is not given."""
    p = np.zeros((len(healthy), len(NAMES)))
    p[:, HEALTHY] = healthy
    p[:, NOISE] = 1 - np.array(healthy)
    return p


def test_log_odds_shift_probabilities():
    moved = shifted(said(0.5, 0.1), np.log(9))
    assert moved[:, HEALTHY] == pytest.approx([0.9, 0.5])
    assert moved.sum(axis=1) == pytest.approx([1, 1])
    assert shifted(moved, -np.log(9)) == pytest.approx(said(0.5, 0.1))


def test_an_alarm_is_an_error_or_a_cause_above_one_half_on_a_sound_split():
    cases = [case(), case(), case(errors=["SA301"]), case("label_noise")]
    assert alarmed(cases, said(0.9, 0.4, 0.9, 0.1)).tolist() == [False, True, True]


def test_the_least_log_odds_keep_alarms_rare():
    cases = [case() for _ in range(100)]
    quiet, loud = [0.9] * 96, [0.3] * 4
    assert least(cases, said(*quiet, *loud), given=0.0) == 0.0
    assert least(cases, said(*quiet[1:], 0.3, *loud), given=0.0) == 1.0  # log(0.7 / 0.3) = 0.85
    assert least(cases, said(*quiet[1:], 0.3, *loud), given=0.5) == 1.5
    assert least([case(errors=["SA301"])], said(0.9), given=0.0) == CHOICES[-1]


def test_nested_log_odds_come_from_other_bases():
    cases = [case(base="ar"), case(base="ecg")]
    p = said(0.3, 0.9)  # only ar raises an alarm, so only ecg is given more
    found = nested(cases, p, given=0.0)
    assert found[0] == pytest.approx(p[0])
    assert found[1, HEALTHY] == pytest.approx(0.9 * np.exp(1) / (0.9 * np.exp(1) + 0.1))


def test_scores_of_known_answers():
    cases = [case(), case(), case("label_noise"), case("label_noise", errors=["SA505"])]
    found = scores(cases, said(0.9, 0.4, 0.3, 0.8))
    assert (found["cases"], found["top1"], found["top3"]) == (4, 0.5, 1.0)
    assert (found["false_alarms"], found["alarms"], found["false_errors"]) == (0.5, 0.5, 0.0)


def test_calibration_error_is_what_is_said_beyond_what_is_right():
    sure = np.array([0.95, 0.95, 0.55, 0.55])
    assert calibration_error(sure, np.array([1, 1, 1, 0])) == pytest.approx(0.05)


def test_ratios_are_learned_at_values_that_a_seed_cannot_swap(rng):
    values = rng.normal(size=500)
    every, some = learn.values_of(values), learn.values_of(values, 1.0)
    assert set(some) < set(every)
    assert (some[0], some[-1]) == (every[0], every[-1])
    assert np.diff(some).min() >= 1.0
    assert learn.values_of(values, 100.0) == [every[0], every[-1]]
    assert learn.values_of(np.zeros(9), 1.0) == [0.0]


def test_the_table_that_ships_has_such_values():
    moved = json.loads(learn.SEED_NOISE.read_text())
    content = json.loads(learn.TARGET.read_text())
    assert len(moved) > 50
    for key, each in content["outcomes"].items():
        if key in moved and each["at"] != learn.GRADES and len(each["at"]) > 2:
            assert np.diff(each["at"]).min() >= learn.RESOLUTION * moved[key] - 1e-9
