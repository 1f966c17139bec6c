import pytest

from splitaudit.explanation.catalog import all_experiments
from splitaudit.explanation.outcomes import flatten
from splitaudit.explanation.repairs import KINDS, repairs
from tests.explanation.support import healthy, outcomes_of

GAINS = {"put-back.put_back": 0.1, "put-back.flipped": 0.5, "relabel.map": 0.2, "align.affine": -0.3}


def test_a_repair_leads_by_what_it_gains_more_than_the_best_other_one():
    found = {name: value for name, (value, _) in repairs(GAINS).items()}
    assert found == pytest.approx({"channels_lead": 0.3, "names_lead": -0.3, "scale_lead": -0.8})


def test_a_repair_alone_leads_by_its_gain():
    assert repairs({"relabel.reweight": 0.2})["shares_lead"][0] == pytest.approx(0.2)
    assert repairs({"relabel.reweight": -0.2})["shares_lead"][0] == pytest.approx(-0.2)


def test_the_share_is_of_what_val_lacks():
    value, text = repairs({**GAINS, "cross-validation.gap": 0.4})["names_share"]
    assert value == pytest.approx(0.5)
    assert "+20 points; val lacks 40" in text


@pytest.mark.parametrize("gap", [-0.2, 0.0])
def test_where_val_lacks_nothing_no_share_is_brought_back(gap):
    assert repairs({**GAINS, "cross-validation.gap": gap})["channels_share"][0] == 0


def test_the_share_fades_with_the_gap_and_does_not_jump():
    gaps = [0.0, 0.01, 0.0499, 0.0501]
    shares = [repairs({"relabel.map": 0.04, "cross-validation.gap": gap})["names_share"][0] for gap in gaps]
    assert shares == sorted(shares)
    assert shares[1] < 0.2
    assert shares[2] == pytest.approx(shares[3], abs=0.01)


def test_shares_stay_within_limits():
    assert repairs({"relabel.map": 0.9, "cross-validation.gap": 0.1})["names_share"][0] == 1.5
    assert repairs({"relabel.map": -0.9, "cross-validation.gap": 0.1})["names_share"][0] == -1


def test_nothing_tried_says_nothing():
    assert repairs({"cross-validation.gap": 0.4}) == {}
    assert flatten([], []) == {}


@pytest.mark.parametrize("key", [key for _, keys in KINDS.values() for key in keys])
def test_the_gains_are_outcomes_that_experiments_have(key):
    experiment, _, outcome = key.rpartition(".")
    assert outcome in outcomes_of({spec.name: spec for spec in all_experiments()}[experiment], healthy())
