from importlib import resources

import numpy as np
import pytest

from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.explanation.diagnosis import FILE, Diagnosis, Table, diagnose, table
from splitaudit.explanation.outcomes import Seen

CONTENT = {
    "causes": ["wet", "dry", "old"],
    "prior": [0.0, 0.0, -1.0],
    "needs": {},
    "outcomes": {
        "align.affine": {
            "at": [0.1, 0.2, 0.4],
            "log_ratios": [[-1.0, 0.5, 0.0], [0.0, 0.0, 0.0], [2.0, -1.0, 0.5]],
        },
        "audit.SA101": {"at": [0, 1], "log_ratios": [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]},
    },
}


def seen(**numbers: float) -> dict[str, Seen]:
    keys = {"affine": ("align", "affine"), "rule": ("audit", "SA101"), "other": ("align", "other")}
    found = [
        Seen(experiment=keys[name][0], outcome=keys[name][1], value=value, text=name) for name, value in numbers.items()
    ]
    return {each.key: each for each in found}


@pytest.fixture
def ratios() -> Table:
    return Table.from_dict(CONTENT)


@pytest.mark.parametrize(
    ("numbers", "log"),
    [
        ({"affine": 0.5, "rule": 3}, [3.0, -1.0, -0.5]),
        ({"affine": -7.0, "rule": 0}, [-1.0, 1.5, -1.0]),
        ({"affine": 0.2, "rule": 0}, [0.0, 1.0, -1.0]),
        ({"affine": 0.25, "rule": 1}, [1.5, -0.25, -0.875]),  # a quarter of the way to the next value
        ({"affine": 0.15}, [-0.5, 0.25, -1.0]),
    ],
)
def test_log_ratios_are_added_to_the_prior(ratios, numbers, log):
    found = diagnose(seen(**numbers), ratios)
    expected = np.exp(log) / np.exp(log).sum()
    assert found.probabilities == pytest.approx(expected)
    assert found.probabilities.sum() == pytest.approx(1)
    assert found.causes == ("wet", "dry", "old")


def test_an_outcome_that_moves_a_little_moves_the_answer_a_little():
    shipped, step = table(), 1e-6
    for ratios in shipped.ratios.values():
        for at in ratios.at:
            assert np.abs(ratios.of(at + step) - ratios.of(at - step)).max() < 0.01


@pytest.mark.parametrize("numbers", [{}, {"affine": float("nan")}, {"affine": float("inf")}])
def test_what_was_not_measured_says_nothing(ratios, numbers):
    found = diagnose(seen(**numbers), ratios)
    assert found.added["align.affine"] == pytest.approx([0.0, 0.0, 0.0])
    assert found.probabilities == pytest.approx(np.exp([0.0, 0.0, -1.0]) / np.exp([0.0, 0.0, -1.0]).sum())


def test_a_cause_without_what_it_is_judged_by_has_no_probability():
    needy = Table.from_dict({**CONTENT, "needs": {"wet": ["audit.SA1", "own."]}})
    assert diagnose(seen(affine=0.5), needy).probabilities[0] == 0
    assert diagnose(seen(affine=0.5, rule=0), needy).probabilities[0] > 0.5


def test_outcomes_that_the_table_does_not_know_say_nothing(ratios):
    known = diagnose(seen(affine=0.5), ratios)
    more = diagnose(seen(affine=0.5, other=99.0), ratios)
    assert np.array_equal(known.probabilities, more.probabilities)
    assert set(more.added) == {"align.affine", "audit.SA101"}


def test_a_ratio_is_above_one_where_an_outcome_speaks_for_a_cause(ratios):
    found = diagnose(seen(affine=0.5, rule=3), ratios)
    assert found.ratio("align.affine", 0) > 1 > found.ratio("align.affine", 1)
    assert found.ratio("audit.SA101", 0) > 1
    # against two others of the same log ratio it is the difference, whatever they weigh
    assert found.ratio("audit.SA101", 0) == pytest.approx(np.e)
    # against others weighed by their probability
    p = np.maximum(found.probabilities[1:], 1e-3)
    assert found.ratio("align.affine", 0) == pytest.approx(np.exp(2) / (p @ np.exp([-1.0, 0.5]) / p.sum()))


def test_ratios_stay_within_reason():
    found = Diagnosis(("wet", "dry"), np.array([1.0, 0.0]), {"a.b": np.array([90.0, -40.0])})
    assert np.isfinite([found.ratio("a.b", 0), found.ratio("a.b", 1)]).all()
    assert found.ratio("a.b", 0) > 1e4
    assert 0 < found.ratio("a.b", 1) < 1e-4


def test_enormous_sums_are_still_probabilities(ratios):
    huge = {**CONTENT, "prior": [5000.0, 0.0, -5000.0]}
    assert diagnose({}, Table.from_dict(huge)).probabilities == pytest.approx([1, 0, 0])


def test_the_table_that_ships():
    if not resources.files("splitaudit.explanation").joinpath(FILE).is_file():
        pytest.skip("the table of likelihood ratios is not there yet")
    shipped = table()
    assert shipped is table()
    assert set(shipped.causes) == set(NAMES)
    k = len(shipped.causes)
    assert shipped.prior.shape == (k,)
    for key, ratios in shipped.ratios.items():
        assert "." in key
        assert ratios.rows.shape == (len(ratios.at), k), key
        assert (np.diff(ratios.at) > 0).all()
        assert np.isfinite(ratios.rows).all()
    assert diagnose({}, shipped).probabilities.sum() == pytest.approx(1)
