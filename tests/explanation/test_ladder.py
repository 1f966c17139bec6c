import time
from dataclasses import replace

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import make_split
from splitaudit.errors import NotApplicable
from splitaudit.explained import LadderRow
from splitaudit.explanation import ladder as module
from splitaudit.explanation.ladder import MUTED, Climb, run_ladder, summarise
from splitaudit.explanation.rungs import BASE, WINDOW, Rung, rungs
from splitaudit.models.fit import Fitted
from splitaudit.models.loop import Points
from tests.models.training import windows

UNITS = np.arange(200)
NAMES = ("A", "B", "C", "D", "E", "F")


def climb(name, right, *, train=0.99, step="units", mute=False, **recipe):
    rung = Rung(step=step, configuration=name, recipe=replace(BASE, **recipe), mute=mute)
    accuracy = float(right.mean())
    row = LadderRow(
        step=step,
        configuration=name,
        val_accuracy=accuracy,
        low=accuracy - 0.05,
        high=accuracy + 0.05,
        train_accuracy=train,
        epochs=10,
        seconds=1.0,
    )
    return Climb(rung=rung, row=row, right=right)


def right_of(rng, wrong, n=200, flips=0):
    """Wrong about the given windows, and about some others."""
    right = np.ones(n, dtype=bool)
    right[wrong] = False
    right[rng.choice(n, flips, replace=False)] ^= True
    return right


def test_learners_that_fail_alike_show_a_property_of_the_split(rng):
    climbs = [climb(name, right_of(rng, np.arange(48), flips=4), hidden=2 + 10 * k) for k, name in enumerate(NAMES)]
    found = summarise(climbs, UNITS, chance=(0.5, 0.5))
    assert found.agreement > 0.8
    assert found.spread == pytest.approx(np.std([c.row.val_accuracy for c in climbs], ddof=1))
    assert found.by_sampling == pytest.approx(np.sqrt(0.76 * 0.24 / 200), rel=0.1)
    assert "6 configurations, from 2 to 52 units, end between 7" in found.text
    assert (
        f"spread {100 * found.spread:.1f} points; {100 * found.by_sampling:.1f} expected from drawing 200" in found.text
    )
    assert found.text.endswith("not a local minimum but a property of the split.")


def test_learners_that_fail_elsewhere_have_no_cause_in_common(rng):
    climbs = [climb(name, right_of(rng, rng.choice(200, 48, replace=False))) for name in NAMES]
    found = summarise(climbs, UNITS, chance=(0.5, 0.5))
    assert abs(found.agreement) < 0.2
    assert "fail on different windows" in found.text


def test_a_learner_that_gets_beyond_is_named(rng):
    climbs = [climb(name, right_of(rng, np.arange(48))) for name in NAMES]
    climbs.append(climb("GRU", right_of(rng, np.arange(10))))
    text = summarise(climbs, UNITS, chance=(0.5, 0.5)).text
    assert "the learner matters here, GRU reaches 95.0 % where half of them stay at or below 76.0 %" in text


def test_a_learner_that_stays_behind_is_no_way_out(rng):
    climbs = [climb(name, right_of(rng, np.arange(48), flips=2)) for name in NAMES]
    climbs.append(climb("2 units", right_of(rng, np.arange(70)), train=0.9))
    assert "not a local minimum" in summarise(climbs, UNITS, chance=(0.5, 0.5)).text


def test_high_accuracy_is_no_plateau_and_chance_no_ceiling(rng):
    high = [climb(name, right_of(rng, np.arange(3))) for name in NAMES]
    assert "there is no plateau" in summarise(high, UNITS, chance=(0.5, 0.5)).text
    blind = [climb(name, right_of(rng, np.arange(100))) for name in NAMES]
    assert "no better than naming one class (50.0 %)" in summarise(blind, UNITS, chance=(0.5, 0.5)).text


def test_what_does_not_learn_is_listed_and_kept_out_of_the_figures(rng):
    climbs = [climb(name, right_of(rng, np.arange(48))) for name in NAMES]
    idle = [
        climb("dropout 0.99", right_of(rng, np.arange(100)), train=0.97, mute=True),
        climb("L2 0.01", right_of(rng, np.arange(100)), train=0.51),
    ]
    found = summarise([*idle, *climbs], UNITS, chance=(0.5, 0.5))
    assert [row.configuration for row in found.rows if row.step == MUTED] == ["dropout 0.99", "L2 0.01"]
    assert [row.configuration for row in found.rows][-2:] == ["dropout 0.99", "L2 0.01"]
    assert found.spread < 1e-9
    assert found.agreement == 1
    assert found.text.startswith("6 configurations")


def test_learners_that_memorise_do_not_make_the_others_look_idle(rng):
    """Where labels are noise in part, only large networks come near 100 % on train."""
    climbs = [climb(name, right_of(rng, np.arange(60)), train=0.72) for name in NAMES]
    climbs.append(climb("800 units", right_of(rng, np.arange(64)), train=1.0))
    assert not [row for row in summarise(climbs, UNITS, chance=(0.5, 0.5)).rows if row.step == MUTED]


def test_truncated_windows_are_shown_and_kept_out_of_the_figures(rng):
    climbs = [climb(name, right_of(rng, np.arange(48))) for name in NAMES]
    climbs.append(climb("half of the window", right_of(rng, np.arange(90)), step=WINDOW))
    found = summarise(climbs, UNITS, chance=(0.5, 0.5))
    assert found.rows[-1].configuration == "half of the window"
    assert found.spread < 1e-9


def test_units_widen_what_sampling_gives(rng):
    climbs = [climb(name, right_of(rng, np.arange(50))) for name in NAMES]  # one of four subjects fails
    by_window = summarise(climbs, UNITS, chance=(0.5, 0.5)).by_sampling
    by_subject = summarise(climbs, np.repeat(np.arange(4), 50), chance=(0.5, 0.5)).by_sampling
    assert by_subject > 3 * by_window


@pytest.mark.parametrize("climbs", [0, 1])
def test_next_to_nothing_run_is_said(rng, climbs):
    made = [climb("A", right_of(rng, np.arange(48)))][:climbs]
    found = summarise(made, UNITS, chance=(0.5, 0.5), not_run=["B (no time left)"])
    assert np.isnan(found.spread)
    assert "there is nothing to compare" in found.text
    assert found.not_run == ("B (no time left)",)


def test_every_suggestion_is_on_the_ladder():
    two, three = rungs(2), rungs(3)
    recipes = [rung.recipe for rung in two]
    assert {r.hidden for r in recipes} >= {2, 8, 32, 128, 300, 800}
    assert {r.layers for r in recipes} == {1, 2, 3}
    assert {r.dropout for r in recipes} >= {0.0, 0.2, 0.5, 0.99}
    assert {r.weight_decay for r in recipes} >= {0.0, 0.01}
    assert {r.learning_rate for r in recipes} >= {5e-6, 1e-3, 3e-3}
    assert {r.optimiser for r in recipes} == {"adam", "sgd"}
    assert {r.network for r in recipes} == {"lstm", "bilstm", "gru", "attention", "cnn_lstm", "spectrogram"}
    assert {r.head for r in recipes} == {"softmax", "sigmoid", "one_unit"}
    assert {r.length for r in recipes} == {0.25, 0.5, 1.0}
    assert {rung.recipe.head for rung in three} == {"softmax"}
    assert "convlstm" in {rung.recipe.network for rung in rungs(2, images=True)}
    assert {rung.configuration for rung in two if rung.mute} == {
        *("dropout 0.99", "Adam at 0.000005", "softmax of one unit"),
    }
    assert len({rung.configuration for rung in two}) == len(two)


def test_few_windows_get_more_epochs():
    rung = rungs(2)[0]
    assert rung.sized(200).recipe.epochs > rung.sized(1000).recipe.epochs > rung.sized(100_000).recipe.epochs >= 6
    assert rung.sized(1000, full=True).recipe.epochs == 2 * rung.sized(1000).recipe.epochs - 1


@pytest.fixture
def sides(rng):
    made = []
    for name, n in (("train", 160), ("val", 80)):
        X, y = windows(rng, n)
        made.append(make_split(X, y, groups=[f"{name}{k // 20}" for k in range(n)], name=name))
    return prepare(*made, Settings())


def pretend(monkeypatch, *, takes=10.0):
    """Put a network in place that is right about most windows, on a clock of its own."""
    now = [time.monotonic()]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(module, "seconds_per_epoch", lambda recipe, shape, **_: takes * shape[0] / recipe.epochs / 190)

    def fit(recipe, X, y, new, new_y, **given):
        now[0] += takes
        points = Points("bilstm")
        points.add((0.9, 0.1), (0.8, 0.2))
        named = np.where(np.arange(len(new_y)) % 5, new_y, 1 - new_y)
        return Fitted(
            curve=points.curve(), probabilities=np.eye(2)[named], seconds=takes, stopped="epochs", best_epoch=1
        )

    monkeypatch.setattr(module, "fit", fit)
    return now


def test_everything_runs_where_there_is_time(sides, monkeypatch):
    pretend(monkeypatch)
    seen = []
    found = run_ladder(*sides, progress=lambda listed, said: seen.append(said) or listed)
    assert len(found.rows) == len(rungs(2))
    assert found.not_run == ()
    assert seen == ["ladder"]
    assert found.rows[0].val_accuracy == pytest.approx(0.8)
    assert found.agreement == 1
    assert [row.step for row in found.rows if row.configuration == "dropout 0.99"] == [MUTED]
    assert "end between 80.0 % and 80.0 %" in found.text


def test_a_deadline_is_kept_and_what_did_not_fit_is_listed(sides, monkeypatch):
    now = pretend(monkeypatch)
    deadline = now[0] + 45
    found = run_ladder(*sides, deadline=deadline)
    assert now[0] <= deadline
    assert [row.configuration for row in found.rows][:1] == ["BiLSTM, 32 units"]
    assert len(found.rows) == 4
    assert len(found.rows) + len(found.not_run) == len(rungs(2))
    assert "needs about" in found.not_run[0]
    assert any(entry.startswith("LSTM, 800 units (") for entry in found.not_run)
    late = run_ladder(*sides, deadline=now[0] - 1)
    assert late.rows == ()
    assert all(entry.endswith("(no time left)") for entry in late.not_run)


def test_an_interrupt_reports_what_was_run(sides, monkeypatch):
    pretend(monkeypatch)

    def stopped(listed, said):
        yield from listed[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_ladder(*sides, progress=stopped)
    found = run_ladder(*sides, progress=stopped, partial=True)
    assert len(found.rows) == 3
    assert len(found.not_run) == len(rungs(2)) - 3
    assert all(entry.endswith("(interrupted)") for entry in found.not_run)


def test_sides_without_labels_are_refused(rng):
    side = make_split(rng.normal(size=(40, 8, 2)), name="train")
    with pytest.raises(NotApplicable, match="no labels"):
        run_ladder(*prepare(side, side, Settings()))


def test_real_networks_climb_it_and_repeat_themselves(sides, monkeypatch):
    pytest.importorskip("torch")
    few = [rung for rung in rungs(2) if rung.configuration in ("BiLSTM, 32 units", "2 units", "softmax of one unit")]
    monkeypatch.setattr(module, "rungs", lambda *_, **__: few)
    monkeypatch.setattr(Rung, "sized", lambda self, n, full=False: replace(self, recipe=replace(self.recipe, epochs=8)))
    first, again = run_ladder(*sides), run_ladder(*sides)
    accuracies = {row.configuration: row.val_accuracy for row in first.rows}
    assert accuracies == {row.configuration: row.val_accuracy for row in again.rows}
    assert accuracies["BiLSTM, 32 units"] > 0.9
    assert accuracies["softmax of one unit"] == pytest.approx(0.5)
