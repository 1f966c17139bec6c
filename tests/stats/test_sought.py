import numpy as np
import pytest

from splitaudit.stats.fingerprints import Runs
from splitaudit.stats.joins import longest_shared
from splitaudit.stats.sought import Sought


def windows(rng, n, stride, t=20, c=2):
    signal = rng.normal(size=(stride * (n - 1) + t, c)).astype(np.float32)
    return np.stack([signal[i * stride : i * stride + t] for i in range(n)])


@pytest.mark.parametrize("stride", [1, 3, 10, 19, 25])
@pytest.mark.parametrize("seed", range(3))
def test_as_the_join_of_everything(stride, seed):
    rng = np.random.default_rng(seed)
    X = windows(rng, 60, stride)[rng.permutation(60)]
    some, pool = X[:15], X[15:]
    found = Sought(Runs.of(some)).find(Runs.of(pool))
    for head, got in zip((True, False), found, strict=True):
        wanted = longest_shared(Runs.of(some), Runs.of(pool), head=head)
        assert (got.length == wanted.length).all()
        known = got.partner >= 0
        assert (known == (wanted.length > 0)).all()
        for i in np.flatnonzero(known):
            k, other = got.length[i], pool[got.partner[i]]
            mine = some[i, :k] if head else some[i, -k:]
            assert (mine == (other[-k:] if head else other[:k])).all()


def test_equal_windows_are_all_found():
    rng = np.random.default_rng(0)
    X = windows(rng, 2, 5)
    found = Sought(Runs.of(np.repeat(X[1:], 4, axis=0))).find(Runs.of(X[:1]))
    assert found[0].length.tolist() == [15] * 4
    assert found[0].partner.tolist() == [0] * 4
    assert found[1].length.tolist() == [0] * 4


def test_nothing_is_sought_of_nothing():
    rng = np.random.default_rng(0)
    found = Sought(Runs.of(np.zeros((0, 20, 2)))).find(Runs.of(windows(rng, 5, 3)))
    assert [len(each.length) for each in found] == [0, 0]
    assert Sought(Runs.of(windows(rng, 5, 3, t=1))).find(Runs.of(windows(rng, 5, 3, t=1)))[0].length.tolist() == [0] * 5
