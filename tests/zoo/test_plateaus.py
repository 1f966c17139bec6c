from functools import cache

import numpy as np
import pytest

from splitaudit.audit import Settings, audit, prepare
from splitaudit.errors import ConfigError
from splitaudit.models.outcomes import accuracy, train_probabilities, val_cv_probabilities, val_probabilities
from splitaudit.models.probe import fit_predict
from splitaudit.zoo.plateaus import PLATEAUS, make_plateau
from splitaudit.zoo.plateaus_ways import twins

# accuracy inside train by unit, inside train at random, inside val by unit: a plateau, or nothing to complain of
SIGNATURES = {
    "label_noise": (0.76, 0.76, 0.76),
    "unseen_group": (0.76, 0.97, None),
    "normalization_mismatch": (1.0, 1.0, 1.0),
    "concept_shift": (1.0, 1.0, 1.0),
    "unshuffled_split": (0.76, 0.97, None),
    "shortcut_in_train": (1.0, 1.0, 0.97),
}


@cache
def prepared(name: str):
    planted = make_plateau(name, 0)
    return planted, *prepare(planted.train, planted.val, Settings())


def refitted(train, val) -> float:
    """Val accuracy of a probe that is fitted on changed sides."""
    ours, theirs, _ = prepare(train, val, Settings())
    out = fit_predict(ours.features, ours.y, theirs.features, n_classes=2, rng=np.random.default_rng(0))
    return accuracy(out, theirs.y)


def test_there_is_one_plateau_per_cause():
    assert set(PLATEAUS) == set(SIGNATURES)
    assert all(make_plateau(name).truth.cause == name for name in PLATEAUS)
    assert len({make_plateau(name).train.channels for name in PLATEAUS}) == len(PLATEAUS)


@pytest.mark.parametrize("name", PLATEAUS)
def test_all_stop_at_76_percent_while_train_is_learned_by_heart(name):
    planted, ours, theirs, context = prepared(name)
    n_classes = len(planted.train.classes)
    assert accuracy(val_probabilities(ours, theirs, context), theirs.y) == pytest.approx(0.76, abs=0.02)
    itself = fit_predict(ours.features, ours.y, ours.features, n_classes=n_classes, rng=np.random.default_rng(0))
    assert accuracy(itself, ours.y) > 0.98
    assert planted.truth.details["val_accuracy"] == 0.76


@pytest.mark.parametrize("name", PLATEAUS)
def test_another_kind_of_learner_stops_there_too(name):
    from sklearn.linear_model import RidgeClassifier

    planted, ours, theirs, _ = prepared(name)
    center, scale = planted.train.X.mean(axis=(0, 1)), planted.train.X.std(axis=(0, 1))

    def convolved(X):
        """Return the share of positive values and the maximum of 300 random filters, the same for both sides."""
        draw = np.random.default_rng(1)
        Z = (X - center) / scale
        rows = []
        for _ in range(300):
            step = draw.integers(1, 5)
            weights = draw.normal(size=(7, X.shape[2])) * (draw.random(X.shape[2]) < 2.0 / X.shape[2])
            last = X.shape[1] - 6 * step
            heard = sum(Z[:, k * step : k * step + last] @ weights[k] for k in range(7)) + draw.normal()
            rows += [(heard > 0).mean(axis=1), heard.max(axis=1)]
        return np.stack(rows, axis=1)

    known, new = convolved(planted.train.X), convolved(planted.val.X)
    mean, sd = known.mean(axis=0), known.std(axis=0) + 1e-9
    model = RidgeClassifier(alpha=100.0).fit((known - mean) / sd, ours.y)
    assert model.score((new - mean) / sd, theirs.y) == pytest.approx(0.76, abs=0.04)


@pytest.mark.parametrize("name", PLATEAUS)
def test_what_differs_is_what_the_causes_leave_behind(name):
    _, ours, theirs, context = prepared(name)
    measured = (
        accuracy(train_probabilities(ours, context), ours.y),
        accuracy(train_probabilities(ours, context, by_unit=False), ours.y),
        accuracy(val_cv_probabilities(theirs, context), theirs.y),
    )
    for value, expected in zip(measured, SIGNATURES[name], strict=True):
        assert expected is None or value == pytest.approx(expected, abs=0.035)


@pytest.mark.parametrize("name", [name for name in PLATEAUS if name != "unseen_group"])
def test_check_says_what_can_be_seen_without_experiments(name):
    planted = make_plateau(name, 0)
    report = audit(planted.train, planted.val, Settings())
    assert planted.truth.rules
    for code in planted.truth.rules:
        assert report.finding(code).severity in ("error", "warning"), report.finding(code).message
    assert not report.by_severity("crashed")


def test_24_percent_of_labels_are_wrong_on_both_sides():
    planted = make_plateau("label_noise", 1)
    assert len(planted.truth.train_windows) == 0.24 * len(planted.train)
    assert len(planted.truth.val_windows) == 0.24 * len(planted.val)


@pytest.mark.parametrize("name", ["concept_shift", "shortcut_in_train"])
def test_the_errors_are_the_windows_that_were_planted(name):
    planted, ours, theirs, context = prepared(name)
    wrong = np.flatnonzero(val_probabilities(ours, theirs, context).argmax(axis=1) != theirs.y)
    assert len(planted.truth.val_windows) == 0.24 * len(planted.val)
    assert set(planted.truth.val_windows) <= set(wrong)
    assert len(wrong) < 0.25 * len(planted.val)


def test_without_the_shortcut_val_rises():
    planted, *_ = prepared("shortcut_in_train")
    assert planted.truth.channels == ("fan_current",)
    assert refitted(planted.train.take_channels([0, 1]), planted.val.take_channels([0, 1])) > 0.95


def test_the_errors_of_strangers_are_in_the_named_groups():
    planted, ours, theirs, context = prepared("unseen_group")
    right = val_probabilities(ours, theirs, context).argmax(axis=1) == theirs.y
    named = np.isin(np.array(planted.val.group_names)[planted.val.groups], planted.truth.groups)
    assert named.mean() == 0.48
    assert right[~named].mean() > 0.98
    assert right[named].mean() == pytest.approx(0.5, abs=0.1)


def test_reshuffling_repairs_the_unshuffled_split():
    planted, ours, theirs, _ = prepared("unshuffled_split")
    train, val = planted.train, planted.val
    assert train.time.max() < val.time.min()
    assert (np.diff(train.time) > 0).all()
    y = np.concatenate([train.y, val.y])
    pooled = np.concatenate([ours.features, theirs.features])
    order = np.random.default_rng(0).permutation(len(y))
    fit, held = order[:900], order[900:]
    out = fit_predict(pooled[fit], y[fit], pooled[held], n_classes=2, rng=np.random.default_rng(0))
    assert accuracy(out, y[held]) > 0.85


def test_twins_hold_every_combination_once_for_both_labels():
    states, y = twins(40, (0.5, 0.5), 3, np.random.default_rng(0))
    assert sorted(map(tuple, states[y == 0])) == sorted(map(tuple, states[y == 1]))


@pytest.mark.parametrize("name", PLATEAUS)
def test_the_same_seed_gives_the_same_split(name):
    first, again, other = (make_plateau(name, seed) for seed in (3, 3, 4))
    assert first.train.X.tobytes() == again.train.X.tobytes() != other.train.X.tobytes()
    assert first.val.y.tobytes() == again.val.y.tobytes()


def test_an_unknown_plateau_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no plateau 'label_nose'.*did you mean 'label_noise'"):
        make_plateau("label_nose")
