"""Who works on pieces: threads and the workers of a Dask cluster give the same, in order."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from splitaudit.audit import Settings
from splitaudit.data.blocks import Cluster, Threads, workers
from splitaudit.data.lazy import Held
from splitaudit.engine.limits import Limits
from splitaudit.engine.stream import stream
from splitaudit.errors import DataError
from splitaudit.readers.read import read, read_pair
from tests.engine.test_stream import many, told

distributed = pytest.importorskip("distributed")
X = np.arange(1000.0).reshape(100, 10)


def total(block):
    return float(block.sum())


def refuse(block):
    if block[0, 0] > 500:
        raise DataError("a piece cannot be read")
    return total(block)


def die_once(block, flag):
    """Take the worker down with the first piece that reaches one."""
    if not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return total(block)


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


@pytest.mark.parametrize("n_jobs", [1, 2, 5])
def test_threads_keep_the_order(n_jobs):
    rows = Held(X)
    pieces = [slice(i, i + 7) for i in range(0, 100, 7)]
    found = list(Threads(n_jobs).each(total, rows, pieces))
    assert found == [total(X[piece]) for piece in pieces]
    with pytest.raises(DataError, match="cannot be read"):
        list(Threads(n_jobs).each(refuse, rows, pieces))


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_same(client, tmp_path):
    pieces = [slice(i, i + 7) for i in range(0, 100, 7)]
    np.save(tmp_path / "x.npy", X.reshape(100, 5, 2))
    for rows in (Held(X), read(tmp_path / "x.npy", most=0).X):
        assert list(Cluster(client).each(total, rows, pieces)) == [total(X[piece]) for piece in pieces]
        with pytest.raises(DataError, match="cannot be read"):
            list(Cluster(client).each(refuse, Held(X), pieces))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("most", [10**6, 900])
def test_findings_of_a_cluster_are_those_of_threads(client, most):
    sides = read_pair(*many())
    reports = [
        stream(*sides, Settings(n_permutations=99), Limits(memory=2**33, most_windows=most, engine=engine))
        for engine in ("local", "dask")
    ]
    assert told(reports[0]) == told(reports[1])


@pytest.mark.filterwarnings("ignore")
def test_a_client_made_for_an_audit_is_closed_and_that_of_the_caller_is_not(client, monkeypatch):
    made = []
    monkeypatch.setattr("splitaudit.engine.stream.workers", lambda *given: made.append(workers(*given)) or made[0])
    limits = Limits(memory=2**33, engine="dask", scheduler=client.scheduler.address)
    stream(*read_pair(*many(n_train=200, n_val=100)), Settings(n_permutations=99), limits)
    assert made[0].client.status == "closed"
    Cluster(client).close()
    assert client.status == "running"


def test_a_scheduler_that_does_not_answer_is_one_sentence(monkeypatch):
    monkeypatch.setattr("splitaudit.data.blocks.PATIENCE", 1)
    with pytest.raises(DataError, match="no Dask scheduler answers there"):
        workers("dask", "tcp://127.0.0.1:1")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("losses", "sent"), [(1, 2), (99, 4)])
def test_what_all_pieces_share_is_sent_again_if_it_is_lost(client, tmp_path, monkeypatch, losses, sent):
    pieces = [slice(i, i + 7) for i in range(0, 100, 7)]
    np.save(tmp_path / "x.npy", X.reshape(100, 5, 2))
    rows, scatter, calls = read(tmp_path / "x.npy", most=0).X, client.scatter, []

    def lost(*given, **options):
        calls.append(given)
        futures = scatter(*given, **options)
        if len(calls) <= losses:
            client.cancel(futures, force=True)
        return futures

    monkeypatch.setattr(client, "scatter", lost)
    if losses == 1:
        assert list(Cluster(client).each(total, rows, pieces)) == [total(X[piece]) for piece in pieces]
    else:
        with pytest.raises(DataError, match="lost before they were done"):
            list(Cluster(client).each(total, rows, pieces))
    assert len(calls) == sent


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_is_lost_in_the_middle_costs_nothing_but_time(tmp_path):
    pieces = [slice(i, i + 7) for i in range(0, 100, 7)]
    np.save(tmp_path / "x.npy", X.reshape(100, 5, 2))
    rows = read(tmp_path / "x.npy", most=0).X
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        work = partial(die_once, flag=str(tmp_path / "died"))
        assert list(Cluster(client).each(work, rows, pieces)) == [total(X[piece]) for piece in pieces]
    assert (tmp_path / "died").exists()
