import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.models.adversary import separate
from splitaudit.models.pooled import adversary, pooled_features, pooled_scores, unit_shift
from splitaudit.rule import generator
from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.shift import MANY_UNITS, shift_test
from tests.support import grouped_split, iid_split

PARTS = (pooled_features, pooled_scores, unit_shift, adversary)


def small(seed=0, n_train=8, n_val=5, **settings):
    return prepare(*grouped_split(seed, n_train=n_train, n_val=n_val, per_group=10, t=32), Settings(**settings))


@pytest.mark.parametrize("part", PARTS)
def test_it_is_computed_once_per_run_for_all_rules(part):
    ours, theirs, context = small()
    assert part(ours, theirs, context.of("SA101")) is part(ours, theirs, context.of("SA102"))
    assert part(*small()) is not part(ours, theirs, context)


def test_numbers_do_not_depend_on_who_asks_first():
    first, second = small(), small()
    ahead = [part(*first) for part in PARTS]
    back = [part(*second) for part in reversed(PARTS)][::-1]
    assert np.array_equal(ahead[0], back[0])
    assert np.array_equal(ahead[1], back[1])
    assert np.array_equal(ahead[2].pvalues, back[2].pvalues)
    assert np.array_equal(ahead[3].scores, back[3].scores)


def test_train_rows_come_first():
    ours, theirs, context = small()
    found = pooled_features(ours, theirs, context)
    assert np.array_equal(found[:80], ours.features)
    assert np.array_equal(found[80:], theirs.features)
    assert np.array_equal(pooled_scores(ours, theirs, context), normal_scores(found))


def test_few_units_are_compared_by_values_and_many_by_ranks():
    few = small()
    assert few[2].scheme.n_units < MANY_UNITS
    expected = shift_test(pooled_features(*few), few[2].scheme, ranks=False)
    assert np.array_equal(unit_shift(*few).statistics, expected.statistics)
    many = small(1, 30, 12)
    assert many[2].scheme.n_units >= MANY_UNITS
    expected = shift_test(pooled_scores(*many), many[2].scheme, ranks=False)
    assert np.array_equal(unit_shift(*many).statistics, expected.statistics)


def test_a_shifted_channel_stands_out():
    train, val = iid_split(2, n_train=120, n_val=80, t=32)
    X = val.X.copy()
    X[:, :, 2] += 3
    ours, theirs, context = prepare(train, val.with_X(X), Settings())
    shift, found = unit_shift(ours, theirs, context), adversary(ours, theirs, context)
    table = ours.feature_table
    assert shift.pvalue < 1e-6
    assert table[int(shift.pvalues.argmin())].channels == (2,)
    assert table[int(found.contributions.argmax())].channels == (2,)
    assert found.auc > 0.99


def test_the_adversary_has_a_stream_of_its_own():
    ours, theirs, context = small(random_state=4)
    expected = separate(pooled_features(ours, theirs, context), context.scheme, rng=generator(4, "adversary"))
    assert np.array_equal(adversary(ours, theirs, context.of("SA103")).scores, expected.scores)
    assert not np.array_equal(adversary(*small(random_state=5)).scores, expected.scores)
