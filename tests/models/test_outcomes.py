import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import make_split
from splitaudit.models.outcomes import accuracy, draws, train_probabilities, val_cv_probabilities, val_probabilities
from splitaudit.models.probe import cross_predict, fit_predict
from splitaudit.rule import generator
from tests.support import ar_windows, grouped_split, iid_split


def small(seed=0, **settings):
    return prepare(*grouped_split(seed, n_train=6, n_val=4, per_group=15, t=32), Settings(**settings))


def everything(ours, theirs, context):
    return {
        "val": lambda: val_probabilities(ours, theirs, context),
        "train by unit": lambda: train_probabilities(ours, context),
        "train at random": lambda: train_probabilities(ours, context, by_unit=False),
        "val by unit": lambda: val_cv_probabilities(theirs, context),
        "val at random": lambda: val_cv_probabilities(theirs, context, by_unit=False),
    }


def test_each_is_computed_once_per_run_and_none_is_another():
    made = everything(*small())
    first = {key: make() for key, make in made.items()}
    assert all(made[key]() is found for key, found in first.items())
    assert len({id(found) for found in first.values()}) == 5


def test_numbers_do_not_depend_on_who_asks_first():
    made, other = everything(*small()), everything(*small())
    first = {key: made[key]() for key in made}
    second = {key: other[key]() for key in reversed(other)}
    assert all(np.array_equal(first[key], second[key]) for key in first)
    assert not np.array_equal(first["val"], everything(*small(random_state=1))["val"]())


def test_rules_of_one_run_share_them():
    ours, theirs, context = small()
    assert val_probabilities(ours, theirs, context.of("SA501")) is val_probabilities(ours, theirs, context.of("SA507"))


def test_they_are_what_the_probe_says():
    train, val = grouped_split(0, n_train=6, n_val=4, per_group=15, t=32)
    mixed = val.take(np.random.default_rng(0).permutation(len(val)))
    ours, theirs, context = prepare(train, mixed, Settings(random_state=3))
    expected = fit_predict(ours.features, ours.y, theirs.features, n_classes=3, rng=generator(3, "probe val"))
    assert np.array_equal(val_probabilities(ours, theirs, context), expected)
    crossed = cross_predict(
        theirs.features, theirs.y, theirs.groups, n_classes=3, rng=generator(3, "probe val by unit")
    )
    assert np.array_equal(val_cv_probabilities(theirs, context), crossed)


def test_where_windows_are_the_units_both_ways_of_crossing_are_one():
    ours, theirs, context = prepare(*iid_split(0, n_train=80, n_val=40, t=32), Settings())
    assert context.scheme.kind == "window"
    assert train_probabilities(ours, context) is train_probabilities(ours, context, by_unit=False)
    assert val_cv_probabilities(theirs, context) is val_cv_probabilities(theirs, context, by_unit=False)


def test_shapes_and_what_is_learnable_is_learnt():
    ours, theirs, context = prepare(*iid_split(1, n_train=160, n_val=90), Settings())
    found = val_probabilities(ours, theirs, context)
    assert found.shape == (90, 3)
    assert train_probabilities(ours, context).shape == (160, 3)
    assert accuracy(found, theirs.y) > 0.9
    assert accuracy(train_probabilities(ours, context), ours.y) > 0.9


def test_subjects_learnt_by_heart_help_at_random_only(rng):
    groups = np.repeat(np.arange(24), 12)
    label = np.repeat(rng.permutation(np.tile([0, 1], 12)), 12)
    X = ar_windows(rng, 288) + 6 * rng.normal(size=(24, 1, 3)).astype(np.float32)[groups]
    parts = (groups < 16, groups >= 16)
    ours, _, context = prepare(*(make_split(X[part], label[part], groups=groups[part]) for part in parts), Settings())
    assert accuracy(train_probabilities(ours, context, by_unit=False), ours.y) > 0.87
    assert accuracy(train_probabilities(ours, context), ours.y) < 0.85


def test_a_class_that_train_lacks_is_never_predicted():
    train, val = iid_split(2, n_train=120, n_val=60, t=32)
    ours, theirs, context = prepare(train.take(train.y != 1), val, Settings())
    found = val_probabilities(ours, theirs, context)
    missing = ours.split.classes.index("1")
    assert (found[:, missing] == 0).all()
    assert accuracy(found, theirs.y) <= (theirs.y != missing).mean()


def test_accuracy_is_the_share_that_is_right():
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.2, 0.8], [0.7, 0.3]])
    assert accuracy(probabilities, np.array([0, 1, 0, 1])) == pytest.approx(0.5)


def test_few_windows_are_asked_about_more_often():
    assert [len(draws(n)) for n in (0, 10, 300, 600, 601, 1199, 1200, 10**6)] == [4, 4, 4, 2, 2, 2, 1, 1]
    assert len(draws(10, most=8)) == 8


def test_another_draw_is_another_forest_and_the_first_is_the_usual_one():
    ours, theirs, context = small()
    usual = val_probabilities(ours, theirs, context)
    assert val_probabilities(ours, theirs, context, draw=0) is usual
    other = val_probabilities(ours, theirs, context, draw=1)
    assert val_probabilities(ours, theirs, context, draw=1) is other
    assert 0 < np.abs(other - usual).mean() < 0.2
