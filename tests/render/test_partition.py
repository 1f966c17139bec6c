"""A drawn split in a terminal, as a record and as files."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from splitaudit.errors import ConfigError
from splitaudit.partitioned import Changes, Parts, Scaler, Standing
from splitaudit.render import partition as module
from splitaudit.render.partition import render, render_for, renderables, save, to_dict
from splitaudit.results import Partition

HOSTILE = (
    "<script>alert(1)</script>",
    "\x1b[31mred\x1b[0m",
    "[bold]loud[/bold]",
    "a\nb",
    "\u202eturned",
    "日本語の名前" * 5,
)


def standing(name="as drawn", **known):
    leaked = {"copies": 0.0, "near copies": 0.0, "shared samples": 0.0, "known groups": 0.0, "too near in time": 0.0}
    return Standing(
        name=name,
        leaked=leaked | known.pop("leaked", {}),
        **{"class_error": 0.01, "shift": 0.1, "auc": 0.5, "accuracy": 0.8, "low": 0.7, "high": 0.9} | known,
    )


def partition(**known):
    return Partition(
        **{
            "version": "0.1.0",
            "source": "walks.npz",
            "n_windows": 20,
            "by": "group",
            "n_units": 5,
            "how": "groups given",
            "parts": (Parts(train=np.arange(12), val=np.arange(12, 16), test=np.arange(16, 20)),),
            "scalers": (Scaler(channels=("ax", "ay"), mean=(0.0, 1.0), sd=(1.0, 2.0)),),
            "before": standing("dealt at random", leaked={"known groups": 1.0}, errors=("SA304",)),
            "after": (standing(),),
            "classes": {"sit": (6, 2, 2), "walk": (6, 2, 2)},
            "notes": ("class walk is rare",),
            "seconds": 1.23,
        }
        | known
    )


def folds(n=5):
    rows = np.arange(20)
    parts = tuple(Parts(train=rows[rows % n != k], val=rows[rows % n == k]) for k in range(n))
    after = tuple(standing(f"fold {k}", accuracy=0.5 + 0.1 * k, shift=0.1 * k, errors=(f"SA10{k}",)) for k in range(n))
    return partition(parts=parts, after=after, scalers=partition().scalers * n, classes={"a": (8, 2), "b": (8, 2)})


def repaired(**changed):
    changes = {"kind": "drop", "drop_train": tuple(range(30)), "drop_val": (3,), "to_train": (1, 2)}
    return partition(changes=Changes(**changes | changed), how="leave out the windows", by="drop", n_units=33)


def hostile():
    return partition(
        source=HOSTILE[1] + HOSTILE[0],
        classes=dict.fromkeys(HOSTILE, (6, 2, 2)),
        scalers=(Scaler(channels=HOSTILE, mean=(math.nan,) * 6, sd=(math.inf,) * 6),),
        notes=HOSTILE,
        how=HOSTILE[2],
        after=(standing(accuracy=math.nan, low=math.nan, high=math.nan, auc=math.nan, class_error=math.nan),),
    )


def many_classes():
    return partition(classes={f"class {k} of a long name that goes on and on": (4, 1, 1) for k in range(40)})


MADE = [partition(), folds(), repaired(), hostile(), many_classes(), partition(before=None, after=(), classes={})]
IDS = ["split", "folds", "repair", "hostile", "classes", "not audited"]


def lines(found, width=80, **options):
    return [line.plain for line in renderables(found, width, **options)]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("found", MADE, ids=IDS)
def test_lines_fit_and_do_not_trail(found, ascii_only, width):
    for line in lines(found, width, ascii_only=ascii_only):
        assert cell_len(line) <= width
        assert line == line.rstrip()
        assert line.isascii() or not ascii_only


@pytest.mark.parametrize("found", MADE, ids=IDS)
def test_nothing_is_shown_that_a_terminal_would_obey(found):
    for line in lines(found):
        assert not any(ord(sign) < 32 or 0x7F <= ord(sign) < 0xA0 or sign == "\u202e" for sign in line)


def test_names_are_shown_as_text():
    text = " ".join(" ".join(lines(hostile(), 200)).split())
    for part in ("<script>alert(1)</script>", "[bold]loud[/bold]", "[31mred"):
        assert part in text
    buffer = io.StringIO()
    Console(file=buffer, force_terminal=True, color_system="truecolor", width=100).print(hostile())
    assert "[bold]loud[/bold]" in buffer.getvalue()
    assert "\x1b[31mred" not in buffer.getvalue()


def test_the_order_is_data_parts_classes_audit_notes_time():
    text = "\n".join(lines(partition(gap=16.0, gap_how="so that no sample is shared")))
    order = ["data", "whole", "gap", "PARTS", "CLASSES", "AUDIT", "NOTES", "TIME"]
    places = [text.index(f"\n{word.ljust(10)}") for word in order]
    assert places == sorted(places)


def test_sizes_shares_and_standings_are_told():
    text = " ".join(" ".join(lines(partition())).split())
    for part in (
        "walks.npz: 20 windows",
        "5 groups (groups given)",
        "train 12 (60.0%), val 4 (20.0%), test 4 (20.0%)",
        "sit 50.0% 50.0% 50.0%",
        "dealt at random as drawn",
        "known groups in val 100.0% none",
        "probe on val 80.0% (70 to 90) 80.0% (70 to 90)",
        "errors SA304 none",
        "Class walk is rare",
        "TIME 1.2 s",
    ):
        assert part in text


def test_of_folds_the_worst_is_told():
    text = " ".join(" ".join(lines(folds())).split())
    for part in (
        "fold 0: train 16 (80.0%), val 4 (20.0%)",
        "fold 4: train 16",
        "worst of 5 folds",
        "features differ by 0.10 sd 0.40 sd",
        "probe on val 80.0% (70 to 90) 70.0% (50 to 90)",
        "SA100 SA101 SA102 SA103 SA104",
    ):
        assert part in text


def test_a_repair_names_what_changes_and_of_many_windows_the_first():
    text = " ".join(" ".join(lines(repaired())).split())
    assert "REPAIR Leave out the windows: 33 windows" in text
    assert "leave out of train 30: 0, 1, 2, 3, 4, 5, 6, 7 and 22 more" in text
    assert "leave out of val 1: 3" in text
    assert "move from val to train 2: 1 and 2" in text
    assert "whole" not in text


def test_many_classes_are_counted():
    assert "and 28 more classes" in " ".join(lines(many_classes()))


def test_what_was_not_audited_says_so():
    assert any("the result was not audited" in line for line in lines(partition(before=None, after=())))


def test_text_of_a_pipe_has_no_colour_and_that_of_a_notebook_is_the_same():
    assert "\x1b" not in render_for(io.StringIO(), partition(), width=80)
    assert render(partition()) == str(partition())


@pytest.mark.parametrize("found", MADE, ids=IDS)
def test_the_record_is_json_without_nan(found):
    def refuse(constant):
        raise AssertionError(constant)

    content = json.loads(render_for(io.StringIO(), found, "json"), parse_constant=refuse)
    assert content == json.loads(json.dumps(to_dict(found), allow_nan=False))
    assert content["schema"] == "splitaudit.split/1"
    assert [part["train"] for part in content["parts"]] == [len(part.train) for part in found.parts]
    assert len(content["after"]) == len(found.after)
    assert content["classes"].keys() == found.classes.keys()


def test_the_record_holds_the_scaler_and_the_changes():
    content = to_dict(repaired())
    assert content["scalers"] == [{"channels": ["ax", "ay"], "mean": [0.0, 1.0], "sd": [1.0, 2.0]}]
    assert content["changes"]["drop_train"] == list(range(30))
    assert content["before"]["leaked"]["known groups"] == 1.0
    assert to_dict(hostile())["scalers"][0]["mean"] == [None] * 6
    assert to_dict(hostile())["after"][0]["accuracy"] is None


def test_row_numbers_are_saved_by_part(tmp_path):
    files = save(partition(), tmp_path / "new" / "split")
    assert [path.name for path in files] == ["indices.npz", "split.json"]
    with np.load(files[0], allow_pickle=False) as stored:
        assert {name: stored[name].tolist() for name in stored} == {
            "train": list(range(12)),
            "val": list(range(12, 16)),
            "test": list(range(16, 20)),
            "left_out": [],
        }
    assert json.loads(files[1].read_text(encoding="utf-8")) == json.loads(json.dumps(to_dict(partition())))


def test_row_numbers_of_folds_are_saved_by_fold(tmp_path):
    found = folds(3)
    found.save(tmp_path)
    with np.load(tmp_path / "indices.npz", allow_pickle=False) as stored:
        assert sorted(stored) == [f"fold{k}_{name}" for k in range(3) for name in ("left_out", "train", "val")]
        for k, each in enumerate(found.parts):
            assert stored[f"fold{k}_val"].tolist() == each.val.tolist()


@pytest.mark.parametrize("name", ["indices.npz", "split.json"])
def test_files_that_are_there_are_not_written_over_unless_told(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigError, match=rf"{name}: is there already, expected another folder, or overwrite=True"):
        save(partition(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"
    save(partition(), tmp_path, overwrite=True)
    assert json.loads((tmp_path / "split.json").read_text())["n_windows"] == 20


def test_writing_that_fails_leaves_the_old_files_and_nothing_else(tmp_path, monkeypatch):
    save(partition(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(stream, **arrays):
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space left"):
        save(replace(partition(), n_windows=21), tmp_path, overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_folder_that_is_a_file_is_an_error_of_the_system(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file"):
        save(partition(), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_odd_names_can_be_written_as_files(tmp_path):
    surrogate = replace(partition(), source="walks\udcff.npz")
    save(surrogate, tmp_path)
    assert json.loads((tmp_path / module.RECORD).read_text(encoding="utf-8"))["source"].startswith("walks")
