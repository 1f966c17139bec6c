"""The whole explanation: named causes, budget, interruption, honesty where nothing can be told."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

import splitaudit as sa
from splitaudit.audit import Settings
from splitaudit.errors import DataError
from splitaudit.explanation import steps
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.explanation.explain import explain_report
from splitaudit.zoo.demo import make
from tests.support import grouped_split, iid_split


@pytest.fixture
def no_networks(monkeypatch):
    """Leave networks out: they have tests of their own, and take longer."""
    monkeypatch.setattr(steps, "LEAST_REFERENCE", np.inf)
    monkeypatch.setattr(steps, "LEAST_LADDER", np.inf)


@pytest.fixture(scope="module")
def famous():
    """The explanation of the famous 76 %, without networks."""
    planted = make("ceiling76")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "LEAST_REFERENCE", np.inf)
        patch.setattr(steps, "LEAST_LADDER", np.inf)
        return explain_report(planted.train, planted.val, Settings(), budget=120)


def test_healthy_split_is_called_healthy(no_networks):
    report = explain_report(*grouped_split(), Settings(), budget=120)
    assert report.explanation.causes[0].name == "healthy"
    assert report.explanation.ceiling.value > 0.9
    assert not report.explanation.partial


def test_famous_ceiling_is_named_with_its_place(famous):
    explanation = famous.explanation
    first = explanation.causes[0]
    assert first.name == "normalization_mismatch"
    assert first.status == "named"
    assert first.where.channels == ("gyro_z",)
    assert first.evidence
    assert all(proof.likelihood_ratio > 1 for proof in first.evidence)
    assert explanation.ceiling.low < 0.76 < explanation.ceiling.high


def test_all_causes_are_ranked_and_what_is_ruled_out_says_why(famous):
    causes = famous.explanation.causes
    assert sorted(cause.name for cause in causes) == sorted(NAMES)
    assert sum(cause.probability for cause in causes) == pytest.approx(1)
    assert [c.probability for c in causes] == sorted((c.probability for c in causes), reverse=True)
    out = [cause for cause in causes if cause.status == "ruled out"]
    assert len(out) > 10
    assert all(proof.likelihood_ratio < 1 for cause in out for proof in cause.evidence)


def test_what_did_not_fit_is_listed(famous):
    explanation = famous.explanation
    assert {entry.partition(":")[0] for entry in explanation.not_run} == {"reference BiLSTM", "ladder"}
    left_out = {each.name for each in explanation.experiments if each.status == "not run"}
    assert left_out == {"reference BiLSTM", "ladder"}


def test_same_seed_same_explanation(famous, no_networks):
    planted = make("ceiling76")
    again = explain_report(planted.train, planted.val, Settings(), budget=120)
    plain = [replace(each, seconds=0.0) for each in again.explanation.experiments]
    before = {each.name: replace(each, seconds=0.0) for each in famous.explanation.experiments}
    assert {each.name: each for each in plain} == before
    assert again.explanation.causes == famous.explanation.causes


def test_budget_of_a_second_leaves_out_and_says_so(no_networks):
    report = explain_report(*iid_split(n_train=600, n_val=300), Settings(), budget=1)
    left_out = [each for each in report.explanation.experiments if each.status == "not run"]
    assert len(left_out) > 5
    assert all("budget" in each.reason for each in left_out)


def test_twenty_windows_are_not_enough_to_tell(no_networks):
    train, val = iid_split(n_train=14, n_val=6)
    explanation = explain_report(train, val, Settings(), budget=60).explanation
    assert not [cause for cause in explanation.causes if cause.status == "named"]
    assert "not enough data" in explanation.summary
    assert explanation.undecided


def test_one_class_on_a_side_is_not_explained(no_networks):
    train, val = grouped_split()
    report = explain_report(train, val.take(val.y == 0), Settings(), budget=60)
    assert "not enough data" in report.explanation.summary
    done = {each.name for each in report.explanation.experiments if each.status == "done"}
    assert done <= {"separation"}  # which needs no labels
    assert not [cause for cause in report.explanation.causes if cause.status == "named"]


def test_without_labels_there_is_one_sentence():
    train, val = iid_split()
    with pytest.raises(DataError, match="there are no labels"):
        explain_report(train, replace(val, y=None), Settings())


def test_interruption_gives_a_partial_answer(monkeypatch, no_networks):
    seen = []

    def stop(iterable, description):
        for item in iterable:
            if description == "experiments":
                seen.append(item.name)
                if len(seen) == 4:
                    raise KeyboardInterrupt
            yield item

    report = explain_report(*grouped_split(), Settings(), budget=60, progress=stop, partial=True)
    assert report.explanation.partial
    assert report.verdict.exit_code == 130
    assert len(report.explanation.experiments) == 3
    seen.clear()
    with pytest.raises(KeyboardInterrupt):
        explain_report(*grouped_split(), Settings(), budget=60, progress=stop)


def test_without_torch_the_probes_answer(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    planted = make("ceiling76")
    report = sa.explain(planted.train, planted.val, budget="2m")
    assert report.explanation.causes[0].name == "normalization_mismatch"
    assert any("torch" in entry for entry in report.explanation.not_run)


def test_observed_accuracy_is_part_of_the_ceiling(no_networks):
    planted = make("healthy")
    explanation = sa.explain(planted.train, planted.val, observed=0.4, budget="2m").explanation
    assert explanation.ceiling.observed == 0.4
    assert explanation.experiment("own-training").outcomes["deficit"].value > 0.3
    assert explanation.causes[0].name == "model_fault"
