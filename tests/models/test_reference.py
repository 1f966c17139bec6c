import time

import numpy as np
import pytest

pytest.importorskip("torch")

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import make_split
from splitaudit.errors import NotApplicable
from splitaudit.models import reference as module
from splitaudit.models.recipe import Recipe
from splitaudit.models.reference import plan, reference
from splitaudit.zoo.fixtures import make_fixture
from tests.models.training import SMALL, windows


def prepared(rng, *, n=120, m=60, seed=0, **metadata):
    sides = []
    for name, count in (("train", n), ("val", m)):
        X, y = windows(rng, count)
        sides.append(make_split(X, y, name=name, **{key: make(count, name) for key, make in metadata.items()}))
    return prepare(*sides, Settings(random_state=seed))


def test_it_predicts_val_and_repeats_itself(rng):
    train, val, ctx = prepared(rng)
    first, again = reference(train, val, ctx, SMALL), reference(train, val, ctx, SMALL)
    assert np.array_equal(first.probabilities, again.probabilities)
    assert np.mean(first.probabilities.argmax(axis=1) == val.y) > 0.95
    assert first.curve.source == "reference"


def test_another_seed_is_another_run(rng):
    train, val, ctx = prepared(rng)
    _, _, other = prepare(train.split, val.split, Settings(random_state=1))
    first, second = reference(train, val, ctx, SMALL), reference(train, val, other, SMALL)
    assert not np.array_equal(first.probabilities, second.probabilities)


def test_early_stopping_gets_the_units_of_the_scheme(rng, monkeypatch):
    train, val, ctx = prepared(rng, groups=lambda n, name: [f"{name}{k // 10}" for k in range(n)])
    seen = {}
    monkeypatch.setattr(module, "fit", lambda recipe, X, y, new, new_y, **given: seen.update(given))
    reference(train, val, ctx, SMALL)
    assert np.array_equal(seen["units"], ctx.scheme.units[:120])
    assert len(np.unique(seen["units"])) == 12


def test_much_data_is_thinned_and_needs_fewer_epochs(rng, monkeypatch):
    train, val, ctx = prepared(rng)
    assert len(plan(train, val, ctx, Recipe()).rows) == 120
    assert plan(train, val, ctx, Recipe()).recipe == Recipe()
    monkeypatch.setattr(module, "MAX_WINDOWS", 50)
    monkeypatch.setattr(module, "PASSES", 1000)
    planned = plan(train, val, ctx, Recipe())
    assert len(planned.rows) == 50
    assert planned.recipe.epochs == 20


def test_a_deadline_far_away_changes_nothing_and_a_near_one_plans_less(rng, monkeypatch):
    train, val, ctx = prepared(rng)
    monkeypatch.setattr(module, "seconds_per_epoch", lambda recipe, shape, **_: 0.01 * shape[0])
    far = plan(train, val, ctx, Recipe(), deadline=time.monotonic() + 1e4)
    assert (len(far.rows), far.recipe) == (120, Recipe())
    near = plan(train, val, ctx, Recipe(), deadline=time.monotonic() + 30)
    assert len(near.rows) == 120
    assert 12 <= near.recipe.epochs < 40
    nearer = plan(train, val, ctx, Recipe(), deadline=time.monotonic() + 12)
    assert nearer.recipe.epochs == 12
    assert 16 <= len(nearer.rows) < 120
    assert len(plan(train, val, ctx, Recipe(), deadline=time.monotonic() - 1).rows) == 16


@pytest.mark.parametrize(
    ("y", "said"), [(None, "there are no labels"), ([0] * 40, "40 windows of 1 classes"), ([0, 1, 0], "3 windows of 2")]
)
def test_nothing_to_learn_is_refused(rng, y, said):
    n = 40 if y is None else len(y)
    side = make_split(rng.normal(size=(n, 8, 2)), y, name="train")
    train, val, ctx = prepare(side, side, Settings())
    with pytest.raises(NotApplicable, match=said):
        reference(train, val, ctx)


def test_the_famous_ceiling_is_where_it_was_planted():
    planted = make_fixture("ceiling76")
    train, val, ctx = prepare(planted.train, planted.val, Settings())
    found = reference(train, val, ctx, Recipe(hidden=32, epochs=30, max_steps=32))
    assert abs(np.mean(found.probabilities.argmax(axis=1) == val.y) - 0.76) < 0.04
    assert max(found.curve.train_accuracy) > 0.97
