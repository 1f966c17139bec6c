import pytest

from splitaudit.data.blocks import workers
from splitaudit.engine.limits import LEAST, Limits, limits_of, parse_size
from splitaudit.errors import ConfigError, DataError


@pytest.mark.parametrize(
    ("given", "n_bytes"),
    [("4GiB", 2**32), ("4 GB", 2**32), ("4g", 2**32), ("800MiB", 800 * 2**20), (2**30, 2**30), ("1.5G", 3 * 2**29)],
)
def test_sizes_as_people_write_them(given, n_bytes):
    assert parse_size(given) == n_bytes


@pytest.mark.parametrize("given", ["much", "", "-4GiB", "4 parsecs", "1MiB", 0])
def test_what_is_no_size_or_too_little_is_refused(given):
    with pytest.raises(ConfigError, match="memory is"):
        parse_size(given)


def test_the_default_is_part_of_what_is_free(monkeypatch):
    monkeypatch.setattr("splitaudit.engine.limits.available_memory", lambda: 10 * 2**30)
    assert limits_of().memory == 6 * 2**30
    monkeypatch.setattr("splitaudit.engine.limits.available_memory", lambda: 2**20)
    assert limits_of().memory == LEAST
    monkeypatch.setattr("splitaudit.engine.limits.available_memory", lambda: None)
    assert limits_of().memory == 2**31


def test_more_memory_never_judges_fewer_windows():
    sizes = [Limits(memory=m * 2**29).sample(4608) for m in range(1, 40)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == Limits(memory=2**40).most_windows


def test_a_scheduler_means_dask():
    assert limits_of(scheduler="tcp://a:1").engine == "dask"
    with pytest.raises(ConfigError, match="engine is 'spark'"):
        limits_of(engine="spark")


def test_what_fits_is_loaded():
    limits = Limits(memory=2**31)
    assert limits.fits(2**28, 1000)
    assert not limits.fits(2**30, 1000)
    assert not limits.fits(2**20, limits.most_windows + 1)
    assert limits.fits(2 * limits.most_loaded, 1000)


def test_without_a_dask_client_it_says_so():
    pytest.importorskip("distributed")
    with pytest.raises(DataError, match="no active Dask client"):
        workers("dask")
