import pytest

from splitaudit.explanation.experiments.panel import NAMES, panel_hits
from splitaudit.explanation.experiments.panel import panel as experiment
from tests.explanation.support import healthy, lab_of, mislabelled, people, values


def test_all_learners_learn_a_healthy_split():
    found = values(experiment, healthy())
    assert all(found[f"accuracy of {name}"] > 0.85 for name in NAMES)
    assert found["all_wrong"] < 0.03
    assert 0 <= found["best"] < 0.1
    assert list(panel_hits(healthy())) == list(NAMES)


@pytest.fixture(scope="module")
def noisy():
    return lab_of(people()[0], mislabelled(people()[1], 0.3, 1))


def test_wrong_labels_of_val_are_missed_by_all_alike(noisy):
    found = values(experiment, noisy)
    assert found["agreement"] > 0.8
    assert found["all_wrong"] == pytest.approx(0.3, abs=0.1)
    assert found["spread"] < 1


def test_the_first_learner_is_the_probe(noisy):
    found = values(experiment, noisy)
    assert found[f"accuracy of {NAMES[0]}"] == noisy.hits_val.mean()
