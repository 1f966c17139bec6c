import numpy as np
import pytest

from splitaudit.zoo import explained_cases as zoo
from splitaudit.zoo import records
from splitaudit.zoo.cases import make_case


@pytest.fixture(scope="module")
def level():
    planted = make_case("tones/stopped_early/severe", 0)
    return records.accuracy(records.forest(planted.train, planted.val, np.random.default_rng(0)), planted.val)


def test_a_head_of_one_unit_says_one_class_from_the_first_epoch():
    planted = make_case("tones/one_unit_softmax/severe", 0)
    history = planted.training.histories[0]
    assert len(set(planted.training.predictions.labels.tolist())) == 1
    assert len(set(history.val_accuracy.tolist())) == 1
    assert history.val_accuracy[0] == planted.training.observed


def test_a_run_that_stopped_early_was_still_rising_below_a_sound_model(level):
    planted = make_case("tones/stopped_early/severe", 0)
    history = planted.training.histories[0]
    assert history.train_accuracy[-5:].mean() > history.train_accuracy[-20:-15].mean() > 0.3
    assert history.train_accuracy[-1] < 0.7
    assert planted.training.observed < level - 0.2
    assert np.mean(planted.training.predictions.labels == planted.val.y) == planted.training.observed


def test_a_run_that_went_on_too_long_fell_from_its_best(level):
    planted = make_case("tones/overfitted_run/severe", 0)
    history = planted.training.histories[0]
    assert history.train_accuracy[-1] > 0.98
    assert history.val_accuracy.max() == pytest.approx(level, abs=0.06)
    assert history.val_accuracy[-3:].mean() < history.val_accuracy.max() - 0.15
    assert history.val_loss[-1] > 2 * history.val_loss.min()


def test_a_dead_network_says_the_most_frequent_class():
    planted = make_case("tones/dead_network/severe", 0)
    common = np.bincount(planted.train.y).argmax()
    assert set(planted.training.predictions.labels.tolist()) == {common}
    assert planted.training.histories[0].val_accuracy[-1] == np.mean(planted.val.y == common)


@pytest.mark.parametrize("seed", range(4))
def test_a_sound_record_stands_where_a_sound_model_does(seed):
    planted = zoo.make_explained("spectra/sound_training/mild", seed)
    level = records.accuracy(records.forest(planted.train, planted.val, np.random.default_rng(9)), planted.val)
    training = planted.training
    assert training.histories or training.predictions is not None or training.observed is not None
    for history in training.histories:
        assert history.train_accuracy[-5:].mean() > 0.95
        assert history.val_accuracy[-5:].mean() == pytest.approx(level, abs=0.06)
        assert history.val_accuracy[-5:].mean() > history.val_accuracy.max() - 0.08
    if training.observed is not None:
        assert training.observed == pytest.approx(level, abs=0.06)
