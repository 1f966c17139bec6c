import threading

import numpy as np
import pytest

from splitaudit.stats.pieces import column_blocks, in_threads, transposed


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
def test_results_keep_the_order_of_the_pieces(n_jobs):
    assert in_threads(lambda k: k * k, iter(range(50)), n_jobs) == [k * k for k in range(50)]


def test_two_pieces_run_side_by_side():
    both = threading.Barrier(2, timeout=30)
    assert sorted(in_threads(lambda _: both.wait(), range(2), 2)) == [0, 1]


def test_an_error_in_a_piece_is_not_lost():
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda k: 1 / k, [2, 1, 0], 2)


@pytest.mark.parametrize("d", [0, 1, 32, 33, 100])
def test_blocks_cover_every_column_once(d):
    columns = [np.arange(d)[block] for block in column_blocks(d)]
    assert np.array_equal(np.concatenate(columns), np.arange(d))
    assert max(len(part) for part in columns) <= 32


@pytest.mark.parametrize("n", [0, 1, 511, 512, 1300])
def test_columns_of_a_wider_table_as_rows(n):
    table = np.arange(n * 7, dtype=np.float32).reshape(n, 7)[:, 2:5]
    rows = transposed(table)
    assert rows.flags.c_contiguous
    assert rows.dtype == table.dtype
    assert np.array_equal(rows, table.T)
    assert not np.shares_memory(rows, table)
