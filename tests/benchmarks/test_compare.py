"""The comparison's own parts: what tools are shown, what is asked, and what tables say."""

import sys
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.compare import command, contest, tables
from benchmarks.compare.cases import Case, nulls, shifts, sizes
from benchmarks.compare.contest import Arm, Contest, hold
from benchmarks.compare.copies import N_VAL, copies
from benchmarks.compare.shifts import DEPENDENT, INDEPENDENT, SHIFTS
from benchmarks.compare.views import CHUNK, summary, write
from benchmarks.peers.client import LATE
from benchmarks.peers.registry import OURS, PEERS, kinds_of, tools_of
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
    with np.load(write(side, tmp_path / "side.npz")) as stored:
        assert sorted(stored.files) == ["X", "X3", "groups", "y"]
        assert stored["X"].shape == (4, 12)
        assert stored["X3"].shape == (4, 5, 2)


def test_a_long_table_is_summarised_in_parts():
    X = np.random.default_rng(0).normal(size=(CHUNK + 3, 4, 1))
    assert np.array_equal(summary(X)[-3:], summary(X[-3:]))


@pytest.mark.parametrize("make", [nulls, shifts, copies, sizes])
def test_cases_have_names_of_their_own(make):
    names = [case.name for case in make()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("how", ["exact", "40 dB", "overlap 50%"])
def test_a_third_of_val_is_planted(how):
    case = next(case for case in copies() if case.facts.get("how") == how)
    (_, val), rows = case.make(np.random.default_rng(0))
    assert len(rows) == N_VAL // 3
    assert len(val) == N_VAL


@pytest.mark.parametrize("shift", SHIFTS, ids=lambda shift: f"{shift.name} {shift.units}")
def test_a_shift_grows_with_its_effect_and_is_seeded(shift):
    weak, strong = (shift.make(np.random.default_rng(0), 40, effect) for effect in shift.effects[::2])
    again = shift.make(np.random.default_rng(0), 40, shift.effects[0])
    assert all(np.array_equal(a.X, b.X) for a, b in zip(weak, again, strict=True))
    assert weak[1].X.dtype == np.float32
    assert len(weak[0]) == len(weak[1]) >= 40
    same_values = np.array_equal(weak[1].X, strong[1].X)
    assert same_values == (shift.name == "label-conditional")
    assert len({shift.says.format(effect) for effect in shift.effects}) == 3


def test_shifts_cover_what_the_comparison_promises():
    assert len(INDEPENDENT) == 12
    assert {shift.units for shift in DEPENDENT} == {"recording", "subjects"}


def test_labels_shift_without_the_windows():
    shift = next(shift for shift in SHIFTS if shift.name == "label-conditional")
    train, val = shift.make(np.random.default_rng(0), 2000, 1.0)
    levels = [side.X.mean(axis=1) > 0 for side in (train, val)]
    assert np.mean(levels[0][:, 0] == train.y) > 0.99
    assert np.mean(levels[1][:, 1] == val.y) > 0.99
    assert np.abs(train.X.mean(axis=0) - val.X.mean(axis=0)).max() < 0.2


def test_phases_lock_without_a_change_of_amplitude_or_spectrum():
    shift = next(shift for shift in SHIFTS if shift.name == "phase locking")
    train, val = (side.X for side in shift.make(np.random.default_rng(0), 2000, 1.0))
    power = [np.mean(np.abs(np.fft.rfft(X, axis=1)) ** 2, axis=(0, 2)) for X in (train, val)]
    assert power[1] == pytest.approx(power[0], rel=0.1)
    assert np.abs(val.mean(axis=0)).max() > 0.3


def test_every_tool_has_a_job_and_a_kind():
    kinds = {}
    for peer in (OURS, *PEERS.values()):
        assert set().union(*tools_of(peer).values()) <= {"shift", "copies"}, peer.name
        assert tools_of(peer)
        assert set(kinds_of(peer)) == set(tools_of(peer)), peer.name
        for kind in kinds_of(peer).values():
            kinds.setdefault(kind, set()).add(peer.name)
    against = {kind for kind, names in kinds.items() if OURS.name in names and len(names) > 1}
    assert against == {"KS of every column", "classifier", "exact duplicates", "near duplicates", "whole report"}


def test_speed_asks_every_tool_once_in_the_view_of_its_kind():
    spec = command.JOBS["speed"]
    arms = {arm.name: arm for peer in (OURS, *PEERS.values()) for arm in command.entrants(peer, spec, ())}
    assert arms["scipy ks (flat)"].kind == "KS of every column"
    assert arms["deepchecks suite"].job == "shift"
    assert arms["cleanlab near_duplicate (flat)"].job == "copies"
    assert "splitaudit leakage rules" not in arms
    assert not any("(flat)" in name for name in arms if tables.is_ours(name))


def test_both_views_are_shown_to_peers_only():
    arms = [
        arm.name
        for peer in (OURS, PEERS["scipy"])
        for arm in command.entrants(peer, command.JOBS["power"], ("summary", "flat"))
    ]
    assert [name for name in arms if "scipy" in name] == ["scipy ks", "scipy ks (flat)"]
    assert len([name for name in arms if "whole audit" in name]) == 1


def test_ours_finds_copies_and_is_asked_in_turn(tmp_path):
    arm = Arm(peer=OURS, tool="leakage rules", job="copies")
    case = next(case for case in copies() if case.name == "exact, AR 0.6")
    contest = Contest(cases=[case], seeds=1, repeats=2)
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
    read = [np.load(write(side, tmp_path / f"{side.name}.npz"))["groups"].tolist() for side in sides]
    assert read == list(given.values())


class _Answers:
    """A worker that answers from a list, or as the last one of it."""

    given: list[dict]
    asked: list[dict]

    def __init__(self, peer, python):
        self.started = 0

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        pass

    def stop(self):
        pass

    def ask(self, request, timeout):
        _Answers.asked.append(request)
        answer = _Answers.given.pop(0) if len(_Answers.given) > 1 else _Answers.given[0]
        return {"error": None, "seconds": 0.5, "peak_mb": 1.0, "flagged": False, **answer}


@pytest.fixture
def asked(monkeypatch):
    def held(answers: list[dict], ns=(20, 40), seeds=1, **options) -> list[dict]:
        _Answers.given, _Answers.asked = list(answers), []
        monkeypatch.setattr(contest, "Worker", _Answers)
        made = [_small(n) for n in ns]
        arm = Arm(peer=OURS, tool="ks")
        return list(hold(Contest(cases=made, seeds=seeds, **options), [arm], {OURS.name: Path(sys.executable)}, print))

    return held


def _small(n: int) -> Case:
    def make(rng):
        sides = [make_split(rng.normal(size=(n, 4, 1)).astype(np.float32), name=name) for name in ("train", "val")]
        return tuple(sides), np.empty(0, dtype=np.int64)

    return Case(name=f"n = {n}", make=make, facts={"n": n})


def test_every_case_is_shown_before_the_second_seed(asked):
    rows = asked([{}], seeds=2)
    assert [(row["seed"], row["case"]) for row in rows] == [(k, f"n = {n}") for k in (0, 1) for n in (20, 40)]


def test_who_comes_too_late_is_not_asked_about_as_many_windows(asked):
    rows = asked([{}, {"error": f"{LATE} 1 s"}, {}], ns=(20, 40, 30, 80))
    assert [row["case"] for row in rows] == ["n = 20", "n = 40", "n = 30"]


def test_who_fails_is_asked_about_the_next_case(asked):
    rows = asked([{"error": "ValueError"}], repeats=5, patience=2)
    assert [row["case"] for row in rows] == ["n = 20"] * 2 + ["n = 40"] * 2


def test_a_throwaway_question_comes_first_and_is_not_kept(asked):
    rows = asked([{}], ns=(20,), repeats=2, warm=True, fresh=True)
    assert len(rows) == 2
    assert len(_Answers.asked) == 3
    assert _Answers.asked[0]["train"] != _Answers.asked[1]["train"]


def test_who_comes_too_late_with_a_throwaway_question_is_out(asked):
    rows = asked([{"error": f"{LATE} 1 s"}, {}], warm=True)
    assert [(row["case"], bool(row["error"])) for row in rows] == [("n = 20", True)]


def test_an_interrupted_run_keeps_its_answers(monkeypatch, tmp_path):
    def interrupted(*given):
        yield _row("scipy ks")
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "hold", interrupted)
    console = Console(quiet=True)
    rows = command.run(Contest(cases=[], seeds=1), [], {}, console, tmp_path / "out.json", {"job": "power"})
    assert command.load([tmp_path / "out.json"])[0]["rows"] == rows


def test_long_answers_are_not_repeated(asked):
    assert len(asked([{}], ns=(20,), repeats=5, enough=0.0)) == 1


def test_a_whole_process_is_timed_beside_the_answer(asked):
    (row,) = asked([{}], ns=(20,), process=True)
    assert len(_Answers.asked) == 2
    assert row["process_seconds"] >= 0


def _row(arm: str, case: str = "a", **more):
    return {"arm": arm, "case": case, "facts": {}, "error": None, "flagged": False, "p": None, "told": "", **more}


def test_what_is_beyond_chance_stands_beside_what_is_told():
    rows = [_row("splitaudit ks", p=0.01), _row("splitaudit ks", p=None), _row("lightgbm", p=None)]
    added = tables.beyond_chance(rows)[3:]
    assert [(row["arm"], row["flagged"]) for row in added] == [
        ("splitaudit ks, p <= 5 %", True),
        ("splitaudit ks, p <= 5 %", False),
    ]
    same = [_row("scipy ks", p=0.01, flagged=True), _row("scipy ks", p=0.5)]
    assert tables.beyond_chance(same) == same


def test_power_is_shown_of_tools_of_honest_size():
    nulls = [_row(arm, facts={"units": "windows"}, flagged=arm == "wild") for arm in ("calm", "wild")]
    facts = {"shift": "mean (windows)", "units": "windows", "effect": "+ 1", "n": 100}
    shifted = [_row(arm, facts=facts, flagged=True) for arm in ("calm", "wild")]
    (grid,) = tables.power(shifted, nulls)
    assert grid.rows == (("calm", "100%"),)
    assert "wild" in grid.title
    assert len(tables.power(shifted)[0].rows) == 2


def test_speed_is_set_beside_the_fastest_peer_of_its_kind():
    facts = {"n": 1000}
    timed = {"facts": facts, "kind": "classifier", "peak_mb": 100.0}
    rows = [
        _row("splitaudit adversarial", seconds=1.0, **timed),
        _row("slow", seconds=8.0, **timed),
        _row("fast", seconds=4.0, **timed),
        _row("gone", **{**timed, "error": f"{LATE} 9 s"}),
        _row("alone", seconds=2.0, **{**timed, "kind": "neighbours"}),
    ]
    first, second = tables.speed(rows)
    assert first.columns == ("tool", "1,000")
    assert first.rows == (
        ("splitaudit adversarial", "1 s, x 0.25, 100 MB"),
        ("slow", "8 s, x 2, 100 MB"),
        ("fast", "4 s, x 1, 100 MB"),
        ("gone", "too late"),
    )
    assert second.rows == (("alone", "2 s, x 1, 100 MB"),)


def test_whole_processes_are_shown_of_the_tools_for_which_they_were_timed():
    facts = {"n": 1000}
    timed = {"facts": facts, "kind": "classifier", "peak_mb": 100.0, "seconds": 1.0}
    rows = [
        _row("splitaudit adversarial", process_seconds=3.0, **timed),
        _row("splitaudit adversarial", **timed),
        _row("not asked", **timed),
        _row("not asked", **{**timed, "kind": "neighbours"}),
    ]
    (grid,) = tables.speed_of_processes(rows)
    assert grid.rows == (("splitaudit adversarial", "3 s, 100 MB"),)
    assert tables.speed_of_processes(rows[1:]) == []


def test_typical_nulls_are_among_the_nulls():
    assert set(tables.TYPICAL) <= {case.name for case in nulls()}


def test_a_user_is_quoted_by_the_more_frequent_verdict():
    rows = [_row("scipy ks", flagged=k > 0, told=f"told {k}") for k in range(3)]
    assert tables.told(rows, ["a"]).rows == (("scipy ks", "2 of 3 flagged: told 1"),)


def test_a_grid_is_markdown_too():
    grid = tables.Grid(title="t", columns=("tool", "n"), rows=(("a|b", "1"),))
    assert grid.markdown() == "**t**\n\n| tool | n |\n| --- | ---: |\n| a\\|b | 1 |"


def test_results_are_kept_as_json(tmp_path):
    command.keep(tmp_path / "out.json", {"job": "power"}, [_row("a"), _row("b")])
    (content,) = command.load([tmp_path / "out.json"])
    assert content["job"] == "power"
    assert [row["arm"] for row in content["rows"]] == ["a", "b"]
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]
