"""The comparison's own parts: what tools are shown, what is asked, and what tables say."""

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.compare import tables
from benchmarks.compare.cases import nulls, shifts
from benchmarks.compare.contest import Arm, Contest, hold
from benchmarks.compare.copies import N_VAL, copies
from benchmarks.compare.views import summary, write
from benchmarks.peers.registry import OURS, PEERS, tools_of
from splitaudit.data.split import make_split


def test_a_summary_has_six_columns_for_each_channel():
    X = np.stack([np.arange(8.0), np.full(8, 3.0)], axis=1)[None]
    (row,) = summary(X)
    assert row.shape == (12,)
    assert row[:2].tolist() == [3.5, 3.0]
    assert row[2:4] == pytest.approx([np.std(np.arange(8)), 0.0])
    assert row[4:8].tolist() == [0.0, 3.0, 7.0, 3.0]
    assert row[10:].tolist() == [1.0, 0.0]


def test_a_side_is_written_with_what_is_known_of_its_windows(tmp_path):
    side = make_split(np.zeros((4, 5, 2), np.float32), [0, 1, 0, 1], groups=["a", "a", "b", "b"], name="train")
    with np.load(write(side, "flat", tmp_path / "side.npz")) as stored:
        assert sorted(stored.files) == ["X", "X3", "groups", "y"]
        assert stored["X"].shape == (4, 10)
        assert stored["X3"].shape == (4, 5, 2)


@pytest.mark.parametrize("make", [nulls, shifts, copies])
def test_cases_have_names_of_their_own(make):
    names = [case.name for case in make()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("how", ["exact", "40 dB", "overlap 50%"])
def test_a_third_of_val_is_planted(how):
    case = next(case for case in copies() if case.facts.get("how") == how)
    (_, val), rows = case.make(np.random.default_rng(0))
    assert len(rows) == N_VAL // 3
    assert len(val) == N_VAL


def test_every_peer_offers_a_job():
    for peer in (OURS, *PEERS.values()):
        assert set().union(*tools_of(peer).values()) <= {"shift", "copies"}, peer.name
        assert tools_of(peer)


def test_ours_finds_copies_and_is_asked_in_turn(tmp_path):
    arm = Arm(peer=OURS, tool="leakage rules")
    case = next(case for case in copies() if case.name == "exact, AR 0.6")
    contest = Contest(job="copies", cases=[case], seeds=1, repeats=2)
    asked: list[str] = []
    rows = list(hold(contest, [arm], {OURS.name: Path(sys.executable)}, asked.append))
    assert [row["turn"] for row in rows] == [0, 1]
    assert len(asked) == 2
    for row in rows:
        assert row["error"] is None
        assert (row["planted"], row["found"], row["wrong"]) == (N_VAL // 3, N_VAL // 3, 0)


def test_a_rate_has_an_interval_and_leaves_failures_out():
    rows = [{"flagged": k < 5, "error": None} for k in range(10)] + [{"flagged": None, "error": "gone"}]
    assert tables.rate(rows) == "50% (19%-81%)"
    assert tables.rate([rows[-1]]) == "failed"
    assert tables.rate([]) == ""


def test_recall_is_said_where_copies_were_planted_and_false_alarms_elsewhere():
    planted = {"planted": 100, "found": 99, "wrong": 1, "honest": 200}
    assert tables.found([planted]) == "99%, 1 wrong"
    assert tables.found([{**planted, "planted": 0, "found": 0, "wrong": 3, "honest": 300}]) == "1.0% wrong"


def test_our_tools_stand_first():
    rows = [{"arm": "scipy ks"}, {"arm": "splitaudit whole audit"}, {"arm": "scipy ks"}]
    assert tables.arms_of(rows) == ["splitaudit whole audit", "scipy ks"]


def test_groups_of_a_side_keep_their_names(tmp_path):
    X = np.zeros((4, 8, 1), dtype=np.float32)
    given = {"a": [1, 1, 2, 2], "b": ["p", "p", "q", "r"]}
    sides = [make_split(X, groups=groups, name=name) for name, groups in given.items()]
    read = [np.load(write(side, "flat", tmp_path / f"{side.name}.npz"))["groups"].tolist() for side in sides]
    assert read == list(given.values())
