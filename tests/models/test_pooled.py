import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.models.adversary import separate
from splitaudit.models.pooled import adversary, pooled_scores, unit_shift
from splitaudit.rule import generator
from splitaudit.stats.dependence import normal_scores
from splitaudit.stats.shift import MANY_UNITS, shift_test
from tests.support import grouped_split, iid_split

PARTS = (pooled_scores, unit_shift, adversary)


def small(seed=0, n_train=8, n_val=5, **settings):
    return prepare(*grouped_split(seed, n_train=n_train, n_val=n_val, per_group=10, t=32), Settings(**settings))


def one_of(prepared):
    return prepared[0], prepared[2]


@pytest.mark.parametrize("part", PARTS)
def test_it_is_computed_once_per_run_for_all_rules(part):
    ours, _, context = small()
    assert part(ours, context.of("SA101")) is part(ours, context.of("SA102"))
    assert part(*one_of(small())) is not part(ours, context)


def test_numbers_do_not_depend_on_who_asks_first():
    first, second = small(), small()
    ahead = [part(*one_of(first)) for part in PARTS]
    back = [part(*one_of(second)) for part in reversed(PARTS)][::-1]
    assert np.array_equal(ahead[0], back[0])
    assert np.array_equal(ahead[1].pvalues, back[1].pvalues)
    assert np.array_equal(ahead[2].scores, back[2].scores)


def test_train_rows_come_first():
    ours, theirs, context = small()
    found = pooled_scores(ours, context)
    assert np.array_equal(found, normal_scores(np.concatenate([ours.features, theirs.features])))


def test_few_units_are_compared_by_values_and_many_by_ranks():
    ours, _, few = small()
    assert few.scheme.n_units < MANY_UNITS
    expected = shift_test(ours.tables.features, few.scheme, ranks=False)
    assert np.array_equal(unit_shift(ours, few).statistics, expected.statistics)
    ours, _, many = small(1, 30, 12)
    assert many.scheme.n_units >= MANY_UNITS
    expected = shift_test(pooled_scores(ours, many), many.scheme, ranks=False)
    assert np.array_equal(unit_shift(ours, many).statistics, expected.statistics)


def test_a_shifted_channel_stands_out():
    train, val = iid_split(2, n_train=120, n_val=80, t=32)
    X = val.X.copy()
    X[:, :, 2] += 3
    ours, _, context = prepare(train, val.with_X(X), Settings())
    shift, found = unit_shift(ours, context), adversary(ours, context)
    table = ours.feature_table
    assert shift.pvalue < 1e-6
    assert table[int(shift.pvalues.argmin())].channels == (2,)
    assert table[int(found.contributions.argmax())].channels == (2,)
    assert found.auc > 0.99


def test_the_adversary_has_a_stream_of_its_own():
    ours, _, context = small(random_state=4)
    expected = separate(ours.tables.features, context.scheme, rng=generator(4, "adversary"))
    assert np.array_equal(adversary(ours, context.of("SA103")).scores, expected.scores)
    assert not np.array_equal(adversary(*one_of(small(random_state=5))).scores, expected.scores)
