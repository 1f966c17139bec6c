import json
from pathlib import Path

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.errors import ConfigError
from splitaudit.models.probe import cross_predict, fit_predict
from splitaudit.zoo import fixtures
from splitaudit.zoo.ceiling import SHARE_CLEAR, ceiling76

COMMITTED = Path(__file__).parents[2] / "fixtures"


def ceiling(seed: int = 0):
    planted = ceiling76(np.random.default_rng(seed))
    ours, theirs, context = prepare(planted.train, planted.val, Settings())
    return planted, ours, theirs, context


def test_a_second_run_writes_the_same_bytes(tmp_path):
    first, second = fixtures.write(tmp_path / "a"), fixtures.write(tmp_path / "b")
    assert len(first) == 3 * len(fixtures.FIXTURES)
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert all(path.stat().st_size < 300_000 for path in first)


@pytest.mark.parametrize("name", fixtures.FIXTURES)
def test_what_is_committed_is_what_the_script_makes(name):
    planted = fixtures.make_fixture(name)
    for side in (planted.train, planted.val):
        with np.load(COMMITTED / name / f"{side.name}.npz") as stored:
            np.testing.assert_allclose(stored["X"], side.X, rtol=1e-4, atol=1e-4 * side.X.std(axis=(0, 1)).min())
            assert stored["X"].dtype == np.float32
            assert np.array_equal(stored["y"], side.y)
            assert tuple(stored["channel_names"]) == side.channels
            assert tuple(stored["class_names"]) == side.classes
            assert np.array_equal(stored["groups"], np.array(side.group_names)[side.groups])
            assert np.array_equal(stored["time"], side.time)


@pytest.mark.parametrize("name", fixtures.FIXTURES)
def test_the_truth_is_told(name):
    truth = fixtures.make_fixture(name).truth
    told = json.loads((COMMITTED / name / "truth.json").read_text(encoding="utf-8"))
    assert told["fixture"] == name
    assert told["story"] == fixtures.STORIES[name]
    assert tuple(told["rules"]) == truth.rules
    assert tuple(told["channels"]) == truth.channels
    assert told["val_windows"] == truth.val_windows.tolist()
    assert (told["rules"] == []) == (name == "healthy")


def test_an_unknown_fixture_is_refused():
    with pytest.raises(ConfigError, match="no fixture 'nothing'"):
        fixtures.make_fixture("nothing")


@pytest.mark.parametrize("leaf", [1, 10, 30])
def test_the_ceiling_is_76_percent_whatever_the_capacity(leaf):
    from sklearn.ensemble import ExtraTreesClassifier

    _, ours, theirs, _ = ceiling(leaf)
    model = ExtraTreesClassifier(60, min_samples_leaf=leaf, random_state=0, n_jobs=1).fit(ours.features, ours.y)
    assert leaf > 10 or model.score(ours.features, ours.y) > 0.99
    assert model.score(theirs.features, theirs.y) == pytest.approx(0.76, abs=0.02)


def test_the_ceiling_is_neither_in_train_nor_in_val_alone():
    planted, ours, theirs, context = ceiling()
    n = len(ours)
    for side, units in ((ours, context.scheme.units[:n]), (theirs, context.scheme.units[n:])):
        out = cross_predict(side.features, side.y, units, n_classes=2, rng=np.random.default_rng(0))
        assert np.mean(out.argmax(axis=1) == side.y) > 0.97
    assert planted.truth.details["val_accuracy"] == SHARE_CLEAR + (1 - SHARE_CLEAR) / 2
    assert all((np.bincount(side.y) == len(side) // 2).all() for side in (planted.train, planted.val))


def test_the_ceiling_vanishes_with_the_right_unit():
    planted, _, _, _ = ceiling()
    X = planted.val.X.copy()
    X[:, :, planted.val.channels.index("gyro_z")] *= 180 / np.pi
    ours, theirs, _ = prepare(planted.train, planted.val.with_X(X), Settings())
    out = fit_predict(ours.features, ours.y, theirs.features, n_classes=2, rng=np.random.default_rng(0))
    assert np.mean(out.argmax(axis=1) == theirs.y) > 0.97
