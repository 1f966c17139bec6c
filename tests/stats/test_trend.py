import numpy as np
import pytest
from scipy import stats

from splitaudit.stats.trend import BLOCK_TIMES, block_trend
from tests.support import ar_recording


def test_it_is_the_line_through_block_means(rng):
    position, x = np.arange(200.0) ** 1.2, rng.normal(size=(200, 4)).astype(np.float32)
    found = block_trend(position, x)
    parts = np.array_split(np.arange(200), found.n_blocks)
    for j in range(4):
        line = stats.linregress([position[p].mean() for p in parts], [x[p, j].mean(dtype=float) for p in parts])
        assert found.slopes[j] == pytest.approx(line.slope)
        assert found.statistics[j] == pytest.approx(line.slope / line.stderr)
        assert found.pvalues[j] == pytest.approx(min(1, 4 * line.pvalue))


def test_independent_rows_make_many_blocks_and_dependent_ones_few(rng):
    quick = rng.normal(size=(400, 1)).astype(np.float32)
    assert 400 / BLOCK_TIMES / 1.5 < block_trend(np.arange(400.0), quick).n_blocks <= 400 / BLOCK_TIMES
    slow = ar_recording(rng, 4000, c=1, phi=0.9)  # an autocorrelation time of 19
    assert block_trend(np.arange(4000.0), slow).n_blocks == pytest.approx(4000 / (BLOCK_TIMES * 19), rel=0.4)


def test_order_of_the_rows_does_not_matter_but_position_does(rng):
    x = rng.normal(size=(160, 3)).astype(np.float32) + np.linspace(0, 2, 160, dtype=np.float32)[:, None]
    rows = rng.permutation(160)
    found, mixed = block_trend(np.arange(160.0), x), block_trend(rows.astype(float), x[rows])
    assert mixed.pvalues == pytest.approx(found.pvalues)
    assert mixed.slopes == pytest.approx(found.slopes)
    assert block_trend(np.arange(160.0), x[rows]).pvalues.min() > found.pvalues.max()


def test_slopes_are_per_unit_of_position(rng):
    at = np.sort(rng.random(300)) * 50
    x = (3 * at + rng.normal(size=300)).astype(np.float32)[:, None]
    assert block_trend(at, x).slopes[0] == pytest.approx(3, rel=0.02)
    assert block_trend(at * 60 + 1e6, x).slopes[0] == pytest.approx(3 / 60, rel=0.02)


@pytest.mark.parametrize("n", [1, 3, 12])
def test_fewer_than_three_blocks_say_nothing(rng, n):
    found = block_trend(np.arange(float(n)), rng.normal(size=(n, 2)).astype(np.float32) + 100 * np.arange(n)[:, None])
    assert found.n_blocks < 3
    assert (found.pvalues == 1).all()


def test_one_position_or_one_value_is_no_trend(rng):
    found = block_trend(np.ones(200), rng.normal(size=(200, 2)).astype(np.float32))
    assert (found.slopes == 0).all()
    assert (found.pvalues == 1).all()
    found = block_trend(np.arange(200.0), np.full((200, 2), 0.1, dtype=np.float32))
    assert found.pvalues == pytest.approx([1, 1])


@pytest.mark.slow
@pytest.mark.parametrize("phi", [0.0, 0.6, 0.9])
def test_false_alarms_on_stationary_series_stay_below_the_level(rng, phi):
    hits, runs = 0, 200
    for _ in range(runs):
        x = ar_recording(rng, 1200, c=5, phi=phi)
        hits += block_trend(np.arange(1200.0), x).pvalues.min() <= 0.05
    assert stats.binom.sf(hits - 1, runs, 0.05) > 1e-4


@pytest.mark.slow
def test_a_drift_of_one_sd_is_found_in_its_column(rng):
    seen = 0
    for _ in range(40):
        x = ar_recording(rng, 1200, c=6, phi=0.5)
        x[:, 4] += np.linspace(-0.5, 0.5, 1200, dtype=np.float32)
        found = block_trend(np.arange(1200.0), x)
        seen += found.pvalues[4] < 0.01 and int(found.pvalues.argmin()) == 4
    assert seen >= 37


def test_a_line_without_scatter_is_as_sure_as_can_be():
    at = np.arange(200.0)
    found = block_trend(at, np.stack([at / 100 - 1, np.zeros(200)], axis=1).astype(np.float32))
    assert found.n_blocks >= 20
    assert found.pvalues[0] < 1e-100
    assert found.pvalues[1] == 1
