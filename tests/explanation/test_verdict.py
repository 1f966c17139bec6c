import numpy as np
import pytest

from splitaudit.explained import Cause
from splitaudit.explanation.cause import NOWHERE, Case
from splitaudit.explanation.cause_catalog import NAMES, all_causes
from splitaudit.explanation.diagnosis import Diagnosis
from splitaudit.explanation.outcomes import Seen
from splitaudit.explanation.verdict import N_PROOFS, PER_EXPERIMENT, causes_of, summary_of
from tests.explanation.support import healthy

ORDER = {name: k for k, name in enumerate(NAMES)}


def believing(added: dict[str, dict[str, float]] | None = None, **probabilities: float) -> Diagnosis:
    """Probabilities of some causes, the rest shared by all others; what outcomes added, by cause."""
    p = np.full(len(NAMES), (1 - sum(probabilities.values())) / (len(NAMES) - len(probabilities)))
    for name, value in probabilities.items():
        p[ORDER[name]] = value
    logs = {}
    for key, gains in (added or {}).items():
        logs[key] = np.zeros(len(NAMES))
        for name, log in gains.items():
            logs[key][ORDER[name]] = log
    return Diagnosis(NAMES, p, logs)


def said(*keys: str, value: float = 0.2) -> dict[str, Seen]:
    found = [key.rpartition(".") for key in keys]
    return {
        f"{experiment}.{outcome}": Seen(experiment=experiment, outcome=outcome, value=value, text=f"{outcome} said so")
        for experiment, _, outcome in found
    }


def answer(diagnosis: Diagnosis, seen: dict[str, Seen] | None = None, *, enough: bool = True) -> tuple[Cause, ...]:
    return causes_of(diagnosis, seen or {}, Case(lab=healthy(), experiments={}), enough=enough)


def named(causes: tuple[Cause, ...]) -> list[str]:
    return [cause.name for cause in causes if cause.status == "named"]


def test_all_causes_come_most_probable_first():
    found = answer(believing(label_noise=0.6, concept_shift=0.2))
    assert [cause.name for cause in found][:2] == ["label_noise", "concept_shift"]
    assert sorted(cause.name for cause in found) == sorted(NAMES)
    p = [cause.probability for cause in found]
    assert p == sorted(p, reverse=True)
    assert sum(p) == pytest.approx(1)


def test_one_cause_is_named_where_it_is_more_probable_than_not():
    found = answer(believing(label_noise=0.8, concept_shift=0.1))
    assert named(found) == ["label_noise"]
    assert [found[k].status for k in (0, 1, 2)] == ["named", "possible", "ruled out"]
    summary, undecided = summary_of(found, enough=True)
    title = all_causes()["label_noise"].title.rstrip(".")
    assert summary == f"{title} (label_noise, 80 %)."
    assert undecided == ""
    certain = answer(believing(label_noise=0.9999))
    assert summary_of(certain, enough=True)[0] == f"{title} (label_noise, > 99 %)."


def test_two_causes_are_named_where_both_are_well_above_the_rest():
    found = answer(believing(normalization_mismatch=0.5, label_noise=0.4))
    assert named(found) == ["normalization_mismatch", "label_noise"]
    summary, undecided = summary_of(found, enough=True)
    assert summary.startswith("Two causes: ")
    assert summary.endswith(".")
    assert ".." not in summary
    assert ". and" not in summary
    assert " and " in summary
    for name in ("normalization_mismatch", "label_noise"):
        assert all_causes()[name].title.rstrip(".")[1:] in summary
    assert undecided == ""


@pytest.mark.parametrize("first", [name for name in NAMES if name != "healthy"])
def test_any_two_causes_make_one_sentence(first):
    second = "label_noise" if first != "label_noise" else "target_leak"
    summary, _ = summary_of(answer(believing(**{first: 0.5, second: 0.4})), enough=True)
    assert summary.count(".") == 1
    assert summary[:12] == "Two causes: "


def test_a_sound_split_is_not_one_of_two_causes():
    found = answer(believing(healthy=0.55, label_noise=0.4))
    assert named(found) == ["healthy"]
    assert named(answer(believing(label_noise=0.48, healthy=0.45))) == []


def test_what_cannot_be_told_apart_is_said_with_what_would_decide():
    found = answer(believing(label_noise=0.4, uninformative_window=0.3))
    assert named(found) == []
    summary, undecided = summary_of(found, enough=True)
    assert summary == "Most probably label_noise (40 %), but uninformative_window (30 %) is not excluded."
    decides = all_causes()["label_noise"].decides
    assert undecided.startswith("label_noise (40 %) and uninformative_window (30 %) cannot be told apart here")
    assert decides.rstrip(".")[1:] in undecided
    assert undecided.endswith(".")


def test_too_few_windows_name_nothing():
    found = answer(believing(label_noise=0.95), enough=False)
    assert named(found) == []
    assert {cause.status for cause in found} == {"possible"}
    summary, undecided = summary_of(found, enough=False)
    assert summary == "There is not enough data to tell what holds validation back."
    assert "more labelled windows would decide" in undecided


def test_evidence_is_strongest_first_and_at_most_two_of_an_experiment():
    keys = [f"here.{letter}" for letter in "abcd"] + [f"{name}.x" for name in ("there", "elsewhere", "anywhere")]
    logs = {key: {"label_noise": 0.5 + 0.3 * k} for k, key in enumerate(keys)}
    seen = {
        key: Seen(experiment=each.experiment, outcome=each.outcome, value=1, text=key)
        for key, each in said(*keys).items()
    }
    found = answer(believing(logs, label_noise=0.8), seen)[0]
    ratios = [proof.likelihood_ratio for proof in found.evidence]
    assert ratios == sorted(ratios, reverse=True)
    assert min(ratios) > 1
    chosen = [f"{proof.experiment}.{proof.outcome}" for proof in found.evidence]
    assert chosen == ["anywhere.x", "elsewhere.x", "there.x", "here.d", "here.c"]
    assert sum(proof.experiment == "here" for proof in found.evidence) == PER_EXPERIMENT
    many = [f"experiment{k}.x{k}" for k in range(12)]
    found = answer(believing({key: {"label_noise": 1.0} for key in many}, label_noise=0.8), said(*many))[0]
    assert len(found.evidence) == N_PROOFS


def test_what_a_cause_is_recognised_by_is_said_first():
    own = all_causes()["label_noise"].rises[0]
    logs = {"here.a": {"label_noise": 4.0}, own: {"label_noise": 0.5}}
    found = answer(believing(logs, label_noise=0.8), said(*logs))[0]
    assert [f"{proof.experiment}.{proof.outcome}" for proof in found.evidence] == [own, "here.a"]


def test_for_what_is_ruled_out_the_evidence_speaks_against_it():
    logs = {"align.a": {"label_noise": 2.0, "target_leak": -3.0}, "panel.b": {"target_leak": 2.0}}
    found = {cause.name: cause for cause in answer(believing(logs, label_noise=0.97), said(*logs))}
    assert found["target_leak"].status == "ruled out"
    assert [proof.outcome for proof in found["target_leak"].evidence] == ["a"]
    assert found["target_leak"].evidence[0].likelihood_ratio < 1
    assert found["target_leak"].where == NOWHERE
    assert [proof.outcome for proof in found["label_noise"].evidence] == ["a"]


def test_what_says_little_or_was_not_seen_is_no_evidence():
    logs = {"align.a": {"label_noise": 0.05}, "panel.b": {"label_noise": 3.0}}
    found = answer(believing(logs, label_noise=0.9), said("align.a"))[0]
    assert found.evidence == ()


def test_the_same_sentence_is_said_once():
    logs = {"align.a": {"label_noise": 2.0}, "panel.a": {"label_noise": 1.0}}
    found = answer(believing(logs, label_noise=0.9), said(*logs))[0]
    assert [proof.experiment for proof in found.evidence] == ["align"]


def test_a_cause_tells_what_it_costs_where_that_was_measured():
    costs = all_causes()["normalization_mismatch"].costs
    seen = said(costs, value=0.24)
    assert answer(believing(normalization_mismatch=0.9), seen)[0].effect == 0.24
    assert answer(believing(normalization_mismatch=0.9))[0].effect is None
    assert answer(believing(healthy=0.9), seen)[0].effect is None
    assert answer(believing(healthy=0.9))[0].remedy == all_causes()["healthy"].remedy
