"""What the benchmark of stillness counts."""

import json

import pytest

from benchmarks.bench_still import compare, drawn, read, seed_noise
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.explanation.diagnosis import table
from splitaudit.zoo.cases import HEALTHY
from splitaudit.zoo.explained_cases import cause_of

KEY = "cross-validation.skill_cv"


def run(seed, status="pass", **values):
    return {"name": "x", "seed": seed, "cause": "healthy", "status": status, "named": ["healthy"], "values": values}


def test_every_cause_is_drawn_at_both_degrees_and_no_control_is_left_out():
    cases = drawn()
    singles = [name for name in cases if not name.startswith("healthy/")]
    assert {(cause_of(name)[0], name.rpartition("/")[2]) for name in singles} == {
        (cause, degree) for cause in NAMES for degree in ("moderate", "severe")
    }
    assert len(cases) == len(singles) + len(HEALTHY) - 1
    assert drawn() == cases
    assert drawn(1) != cases


def test_the_same_outcomes_are_still():
    found = compare([run(0), run(1)])
    assert found["movement"] == 0
    assert len(found["firsts"]) == len(found["statuses"]) == 1
    assert found["carriers"] == []


def test_what_moves_is_carried_by_the_outcome_that_differs():
    low, high = (at := table().ratios[KEY].at)[0] - 1, at[-1] + 1
    found = compare([run(0, **{KEY: low}), run(1, status="warn", **{KEY: high})])
    assert found["movement"] > 0.01
    assert found["carriers"][0][0] == KEY
    assert found["statuses"] == {"pass": 1, "warn": 1}


def test_a_file_that_is_not_there_has_no_rows(tmp_path):
    assert read(tmp_path / "rows.jsonl") == []
    (tmp_path / "rows.jsonl").write_text(json.dumps(run(0)) + "\n")
    assert read(tmp_path / "rows.jsonl") == [run(0)]


def test_what_seeds_move_is_told_without_the_cases_that_move_most(rng):
    size = 0.02
    cases = [[run(k, a=size * rng.normal(), b=1.0) for k in range(6)] for _ in range(200)]
    cases += [[run(k, a=10.0 * k) for k in range(6)] for _ in range(5)]
    assert seed_noise(cases) == {"a": pytest.approx(size, rel=0.15)}
    assert seed_noise(cases[:5]) == {}  # too few cases
