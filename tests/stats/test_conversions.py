import numpy as np
import pytest

from splitaudit.stats.conversions import COMMON, fitting


@pytest.mark.parametrize("conversion", COMMON, ids=lambda c: f"{c.factor:.4g}{c.offset:+g}")
def test_every_conversion_fits_itself_both_ways(conversion):
    assert conversion in fitting(np.log(conversion.factor), 0.02)
    assert conversion.inverse in fitting(-np.log(conversion.factor), 0.02)


def test_the_way_back_undoes_it():
    for conversion in COMMON:
        there = conversion.factor * 17.0 + conversion.offset
        back = conversion.inverse
        assert back.factor * there + back.offset == pytest.approx(17.0)


def test_of_neighbours_the_common_one_comes_first():
    assert fitting(np.log(58.0), 0.1)[0].new == "degrees"
    assert fitting(np.log(60.2), 0.01)[0].new == "seconds"


@pytest.mark.parametrize("factor", [1.2, 1.5, 2.0, 2.8, 5.0, 17.0, 40.0, 500.0])
def test_other_factors_fit_nothing(factor):
    assert fitting(np.log(factor), 0.1) == []


def test_an_interval_that_nearly_holds_one_fits_nothing():
    assert [c.factor for c in fitting(np.log(3.6), 0.8) if c.factor != 1] == []
