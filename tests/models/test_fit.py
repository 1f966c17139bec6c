import math
import time
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from splitaudit.models import loop  # noqa: E402
from splitaudit.models.fit import fit, seconds_per_epoch  # noqa: E402
from tests.models.training import SMALL, windows  # noqa: E402


@pytest.fixture
def task(rng):
    X, y = windows(rng, 120)
    new, new_y = windows(rng, 60)
    return X, y, new, new_y


def fitted(task, recipe=SMALL, **options):
    given = {"n_classes": 2, "units": np.repeat(np.arange(12), 10), "seed": 3, "device": "cpu", **options}
    return fit(recipe, *task, **given)


def test_it_learns_what_can_be_learned(task):
    found = fitted(task)
    assert np.mean(found.probabilities.argmax(axis=1) == task[3]) > 0.95
    assert np.allclose(found.probabilities.sum(axis=1), 1, atol=1e-5)
    assert found.probabilities.dtype == np.float64


def test_the_curve_has_every_epoch(task):
    curve = fitted(task, replace(SMALL, epochs=4)).curve
    assert curve.epochs == (1, 2, 3, 4)
    for values in (curve.train_accuracy, curve.val_accuracy, curve.train_loss, curve.val_loss):
        assert len(values) == 4
        assert all(map(math.isfinite, values))
    assert curve.train_loss[-1] < curve.train_loss[0]


def test_the_same_seed_gives_the_same_run(task):
    first, again, other = fitted(task), fitted(task), fitted(task, seed=4)
    assert first.curve == again.curve
    assert np.array_equal(first.probabilities, again.probabilities)
    assert not np.array_equal(first.probabilities, other.probabilities)


@pytest.fixture
def three_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("three_threads")
def test_nothing_of_torch_is_left_changed(task):
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    numbers, inside = np.random.get_state()[1].copy(), []  # noqa: NPY002
    fitted(task, replace(SMALL, dropout=0.3, epochs=2), on_epoch=lambda _: inside.append(torch.get_num_threads()))
    assert torch.equal(torch.rand(3), expected)
    assert (inside, torch.get_num_threads()) == ([1, 1], 3)
    assert not torch.are_deterministic_algorithms_enabled()
    assert np.array_equal(np.random.get_state()[1], numbers)  # noqa: NPY002


def test_val_decides_nothing(task):
    X, y, new, new_y = task
    other = fitted((X, y, new, 1 - new_y))
    found = fitted(task)
    assert np.array_equal(found.probabilities, other.probabilities)
    assert found.best_epoch == other.best_epoch
    assert other.curve.val_accuracy[-1] == pytest.approx(1 - found.curve.val_accuracy[-1])


def test_input_is_scaled_by_train_alone(task):
    X, y, new, new_y = task
    scaled = fitted((1000 * X + 5000, y, 1000 * new + 5000, new_y))
    found = fitted(task)
    assert np.allclose(found.probabilities, scaled.probabilities, atol=0.02)
    shifted = fitted((X, y, new + 100, new_y))  # a fault of val is not scaled away
    assert not np.allclose(found.probabilities, shifted.probabilities, atol=0.1)


@pytest.mark.parametrize("size", [1e-300, 1e30, 1e300])
def test_extreme_values_and_constant_channels_stay_finite(task, size):
    X, y, new, new_y = task
    X = np.concatenate([X.astype(np.float64) * size, np.ones((len(X), 16, 1))], axis=2)
    new = np.concatenate([new.astype(np.float64), np.full((len(new), 16, 1), 1e300)], axis=2)
    assert np.isfinite(fitted((X, y, new, new_y)).probabilities).all()


def test_integers_can_be_learned_from(task):
    X, y, new, new_y = task
    found = fitted(((100 * X).astype(np.int16), y, (100 * new).astype(np.int16), new_y))
    assert np.mean(found.probabilities.argmax(axis=1) == new_y) > 0.95


def test_it_stops_when_the_inner_part_gets_no_better_and_keeps_the_best(rng, task):
    y = rng.integers(0, 2, 120)  # nothing to learn, much to memorise
    found = fitted((task[0], y, *task[2:]), replace(SMALL, epochs=60))
    assert found.stopped == "early"
    assert len(found.curve.epochs) == found.best_epoch + math.ceil(loop.PATIENCE * 60)
    assert fitted(task, replace(SMALL, epochs=2)).stopped == "epochs"


def test_a_deadline_that_is_over_still_gives_predictions(task):
    found = fitted(task, deadline=time.monotonic())
    assert found.stopped == "budget"
    assert found.curve.epochs == ()
    assert found.best_epoch == 0
    assert math.isnan(found.train_accuracy)
    assert found.probabilities.shape == (60, 2)


def test_a_deadline_ends_training_between_two_steps(task, monkeypatch):
    clock = iter(range(10**6))  # every look at the clock is a second later
    monkeypatch.setattr(loop.time, "monotonic", lambda: float(next(clock)))
    found = fitted(task, deadline=100.0)
    assert found.stopped == "budget"
    assert 0 < len(found.curve.epochs) < SMALL.epochs
    assert next(clock) <= 110


@pytest.mark.usefixtures("three_threads")
def test_an_interrupt_gets_through_and_leaves_no_trace(task):
    seen = []

    def stop(curve):
        seen.append(curve)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fitted(task, on_epoch=stop)
    assert torch.get_num_threads() == 3
    assert seen[0].epochs == (1,)


def test_the_curve_so_far_is_told_after_every_epoch(task):
    seen = []
    found = fitted(task, replace(SMALL, epochs=3), on_epoch=seen.append)
    assert [curve.epochs for curve in seen] == [(1,), (1, 2), (1, 2, 3)]
    assert seen[-1] == found.curve


def test_a_shorter_length_hides_the_rest_of_the_window(task):
    X, y, new, new_y = task
    noise = np.random.default_rng(5).normal(size=X[:, 8:].shape).astype(np.float32)
    other = np.concatenate([X[:, :8], noise], axis=1)
    half = replace(SMALL, length=0.5)
    assert np.array_equal(fitted(task, half).probabilities, fitted((other, y, new, new_y), half).probabilities)


@pytest.mark.parametrize("changes", [{"optimiser": "sgd", "learning_rate": 0.1}, {"head": "sigmoid"}, {"dropout": 0.3}])
def test_other_recipes_learn_too(task, changes):
    found = fitted(task, replace(SMALL, epochs=20, **changes))
    assert np.mean(found.probabilities.argmax(axis=1) == task[3]) > 0.9


def test_classes_that_train_lacks_do_no_harm(rng):
    X, y = windows(rng, 60)
    new, new_y = windows(rng, 30, n_classes=3)
    found = fit(SMALL, X, y, new, new_y, n_classes=4, units=np.arange(60), seed=0, device="cpu")
    assert found.probabilities.shape == (30, 4)


def test_two_windows_are_enough(rng):
    X, y = windows(rng, 2)
    found = fit(replace(SMALL, epochs=2), X, y, X, y, n_classes=2, units=np.arange(2), seed=0, device="cpu")
    assert np.isfinite(found.probabilities).all()


def test_an_epoch_of_more_windows_takes_longer():
    few, many = (seconds_per_epoch(SMALL, (n, 16, 2)) for n in (1000, 1000_000))
    assert 0 < few < many


def test_the_rate_rises_and_falls():
    rates = [loop.rate(step, 100) for step in range(100)]
    assert np.argmax(rates) in (9, 10)
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] < 0.01
    assert loop.rate(0, 1) == 1.0
