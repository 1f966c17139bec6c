"""The command ``splitaudit split``: exit codes, files, and one sentence where it cannot go on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

import splitaudit
from splitaudit.cli import main
from tests.partition.data import noisy, recording, subjects, tones
from tests.support import cli_runner

SIDES = ("train.npz", "val.npz", "test.npz")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder, which is where the command is typed."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def data(rng):
    X, y, groups = subjects(rng)
    np.savez("walks.npz", X=X, y=y, groups=groups)
    return X, y, groups


def run(*args: str) -> Result:
    result = cli_runner().invoke(main, ["split", *args])
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def quick(*args: str) -> Result:
    return run(*args, "--no-audit", "--jobs", "1")


def sentence(result: Result) -> str:
    """What is said on standard error, which is one line, and nothing else is said."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("splitaudit: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def stored(path: str = "walks-split/indices.npz") -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as found:
        return dict(found)


def there() -> set[str]:
    return {path.name for path in Path().iterdir()}


def test_a_split_is_written_with_its_record_and_passes(data):
    _, _, groups = data
    result = run("walks.npz", "--jobs", "1")
    assert result.exit_code == 0
    rows = stored()
    assert len(np.intersect1d(groups[rows["train"]], groups[rows["val"]])) == 0
    assert np.sort(np.concatenate(list(rows.values()))).tolist() == list(range(200))
    record = json.loads(Path("walks-split/split.json").read_text())
    assert record["by"] == "group"
    assert record["settings"] == {"val": 0.2, "test": 0.0, "by": "auto", "gap": None, "random_state": 0}
    for part in ("PARTS", "AUDIT", "known groups in val", str(Path("walks-split/indices.npz"))):
        assert part in result.stdout
    assert result.stderr == ""


def test_the_library_draws_the_same(data):
    X, y, groups = data
    quick("walks.npz", "--test", "0.2", "--seed", "3")
    found = splitaudit.split((X, y), groups=groups, test=0.2, random_state=3, audit=False)
    for name, rows in found.parts[0].named().items():
        assert np.array_equal(stored()[name], rows)


SETTINGS = """
[tool.splitaudit]
seed = 3
jobs = 1

[[tool.splitaudit.overrides]]
paths = ["*walks-nct.npz"]
x-key = "signal"
layout = "nct"
seed = 5
"""


def test_settings_of_the_file_count_and_overrides_of_the_path(data):
    X, y, groups = data
    np.savez("walks-nct.npz", signal=X.transpose(0, 2, 1), y=y, groups=groups)
    Path("pyproject.toml").write_text(SETTINGS)
    for name, seed, args in (("walks", 3, ()), ("walks-nct", 5, ()), ("walks", 8, ("--seed", "8", "--overwrite"))):
        assert run(f"{name}.npz", "--no-audit", *args).exit_code == 0
        found = splitaudit.split((X, y), groups=groups, random_state=seed, audit=False)
        assert stored(f"{name}-split/indices.npz")["val"].tolist() == found.val.tolist()
        assert json.loads(Path(f"{name}-split/split.json").read_text())["settings"]["random_state"] == seed


def test_the_audit_of_a_split_has_all_rules_with_the_options_of_the_file(data, monkeypatch):
    from splitaudit.partition import draw

    seen = []
    monkeypatch.setattr(draw, "draw", lambda data, wanted, used: seen.append(used.settings) or 1 / 0)
    Path("own.toml").write_text(
        "[tool.splitaudit]\nselect = ['SA1']\nignore = ['SA304']\nalpha = 0.01\npermutations = 199\n"
        "rules.duplicate-windows.error = 0.5\n"
    )
    with pytest.raises(ZeroDivisionError):
        cli_runner().invoke(main, ["split", "walks.npz", "--config", "own.toml"], catch_exceptions=False)
    (settings,) = seen
    assert (settings.select, settings.ignore) == ((), ())
    assert (settings.alpha, settings.n_permutations) == (0.01, 199)
    assert settings.rules == {"SA301": {"error": 0.5}}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("sede = 3", "there is no setting 'sede' in [tool.splitaudit], did you mean 'seed'?"),
        ("layout = 'tnc'", "layout in [tool.splitaudit] is 'tnc', expected one of ntc, nct"),
        ("rules.duplicate-window.warn = 0.1", "did you mean duplicate-windows?"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_before_any_work(data, line, said):
    Path("pyproject.toml").write_text(f"[tool.splitaudit]\n{line}\n")
    assert said in sentence(run("walks.npz"))


def test_memory_that_was_said_is_kept_to(data, monkeypatch):
    from splitaudit.engine import limits

    n, _, c = data[0].shape
    n_bytes = data[0].nbytes + 4 * limits.NUMBERS * n * c
    assert quick("walks.npz", "--memory", "1GiB").exit_code == 0
    monkeypatch.setattr(limits, "BASE", 2**29 - 4 * n_bytes)  # less than is loaded at once, but it fits
    assert quick("walks.npz", "--memory", "512MiB", "--overwrite").exit_code == 0
    monkeypatch.setattr(limits, "BASE", 2**29 - 3 * n_bytes)
    assert "too many for 512MiB of memory" in sentence(quick("walks.npz", "--memory", "512MiB", "--overwrite"))


def test_json_is_all_that_is_said(data):
    result = quick("walks.npz", "--format", "json", "--output", "out")
    assert json.loads(result.stdout) == json.loads(Path("out/split.json").read_text())


def test_a_dry_run_writes_nothing_and_minds_nothing_that_is_there(data):
    Path("walks-split").write_text("a file")
    result = quick("walks.npz", "--dry-run", "--sides")
    assert result.exit_code == 0
    assert "PARTS" in result.stdout
    assert there() == {"walks.npz", "walks-split"}


@pytest.mark.parametrize("scale", [False, True])
def test_sides_are_written_for_every_other_command(data, scale):
    X, y, groups = data
    options = ["--scale"] if scale else []
    assert quick("walks.npz", "--val", "0.2", "--test", "0.2", "--sides", *options).exit_code == 0
    rows = stored()
    for name in ("train", "val", "test"):
        side = splitaudit.read(f"walks-split/{name}.npz")
        assert side.y.tolist() == y[rows[name]].tolist()
        assert np.array(side.group_names)[side.groups].tolist() == groups[rows[name]].astype(str).tolist()
        assert np.array_equal(side.X, X[rows[name]]) != scale
    train = splitaudit.read("walks-split/train.npz").X
    assert (train.mean(axis=(0, 1), dtype=float) == pytest.approx(0, abs=1e-4)) == scale
    assert (train.std(axis=(0, 1), dtype=float) == pytest.approx(1, abs=1e-4)) == scale


def test_folds_are_written_by_number(data):
    _, _, groups = data
    assert quick("walks.npz", "--folds", "5").exit_code == 0
    rows = stored()
    assert np.sort(np.concatenate([rows[f"fold{k}_val"] for k in range(5)])).tolist() == list(range(200))
    for k in range(5):
        assert len(np.intersect1d(groups[rows[f"fold{k}_train"]], groups[rows[f"fold{k}_val"]])) == 0


def test_by_time_the_past_is_train(rng):
    X, y, start = recording(rng, 120)
    np.savez("walks.npz", X=X, y=y, time=start)
    assert quick("walks.npz", "--by", "time", "--gap", "50").exit_code == 0
    rows = stored()
    assert start[rows["val"]].min() - start[rows["train"]].max() >= 50


def copied(rng):
    """A pair of which val knows five windows of train, nearly."""
    X, y = tones(rng, 150, t=32)
    X[110:115], y[110:115] = noisy(rng, X[10:15]), y[10:15]
    return X, y


@pytest.mark.parametrize("one_file", [False, True])
def test_a_pair_is_repaired(rng, one_file):
    X, y = copied(rng)
    if one_file:
        np.savez("pair.npz", X_train=X[:100], y_train=y[:100], X_val=X[100:], y_val=y[100:])
        files = ["pair.npz"]
    else:
        np.savez("pair.npz", X=X[:100], y=y[:100])
        np.savez("other.npz", X=X[100:], y=y[100:])
        files = ["pair.npz", "other.npz"]
    result = run(*files, "--repair", "--sides", "--jobs", "1")
    assert result.exit_code in (0, 1)
    assert "REPAIR" in result.stdout
    record = json.loads(Path("pair-split/split.json").read_text())
    assert record["changes"]["kind"] == "drop"
    assert {*record["changes"]["drop_train"]} <= {*range(10, 15)}
    assert {*record["changes"]["drop_val"]} <= {*range(10, 15)}
    assert not any(record["after"][0]["leaked"].values())
    assert result.exit_code == bool(record["after"][0]["errors"])
    rows = stored("pair-split/indices.npz")
    assert len(rows["left_out"]) == 5
    for name in ("train", "val"):
        assert np.array_equal(splitaudit.read(f"pair-split/{name}.npz").X, X[rows[name]])


def test_a_split_that_knows_too_much_ends_with_1(rng):
    X, y, groups = subjects(rng, 2, 50)
    np.savez("walks.npz", X=X, y=y, groups=groups)
    result = run("walks.npz", "--test", "0.2", "--jobs", "1")
    assert result.exit_code == 1
    record = json.loads(Path("walks-split/split.json").read_text())
    assert record["after"][0]["leaked"]["known groups"] == 1
    assert "2 groups are too few for train, val and test" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["walks.npz", "walks.npz"], "--repair mends the pair"),
        (["walks.npz", "--folds", "3", "--sides"], "of folds the row numbers are written"),
        (["walks.npz", "--scale"], "add --sides"),
        (["walks.npz", "walks.npz", "--repair", "--folds", "3"], "--folds is for a split that is drawn"),
        (["walks.npz", "--repair", "--by", "time"], "--by is for a split"),
        (["walks.npz", "--repair", "--gap", "3"], "--gap is for a split"),
        (["walks.npz", "--repair", "--no-audit"], "--no-audit is for a split"),
        (["walks.npz", "--folds", "3", "--test", "0.2"], "cannot be had together"),
        (["walks.npz", "--folds", "1"], "folds"),
        (["walks.npz", "--folds", "30", "--by", "groups"], "there are 10 groups; 10 folds can"),
        (["walks.npz", "--val", "0"], "val is 0.0"),
        (["walks.npz", "--val", "0.8", "--test", "0.8"], "expected at most 0.9"),
        (["walks.npz", "--val", "2"], "val"),
        (["walks.npz", "--gap", "-1"], "gap"),
        (["walks.npz", "--gap", "nan"], "gap"),
        (["walks.npz", "--by", "moon"], "moon"),
        (["walks.npz", "--format", "html"], "html"),
        (["walks.npz", "--jobs", "0"], "jobs"),
        (["walks.npz", "--x-key", "Z"], "Z"),
        (["nothing.npz"], "nothing.npz"),
        ([], "DATA"),
        (["walks.npz", "--repair"], "walks.npz"),
        (["notes.txt"], "notes.txt"),
        (["broken.npz"], "broken.npz"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_and_unreadable_input_are_one_sentence(data, args, said):
    Path("notes.txt").write_text("walks")
    Path("broken.npz").write_bytes(b"PK\x03\x04 no archive")
    before = there()
    assert said in sentence(run(*args))
    assert there() == before


@pytest.mark.parametrize("name", ["indices.npz", "split.json", *SIDES])
def test_files_that_are_there_are_refused_before_any_work(name):
    Path("walks-split").mkdir()
    Path("walks-split", name).write_text("mine")
    said = sentence(run("walks.npz", "--sides"))  # of data that are not even there
    assert f"{Path('walks-split', name)}: is there already" in said
    assert Path("walks-split", name).read_text() == "mine"


def test_other_files_in_the_folder_do_not_matter_and_overwrite_overwrites(data):
    Path("out").mkdir()
    Path("out/mine.txt").write_text("mine")
    assert quick("walks.npz", "--output", "out").exit_code == 0
    first = Path("out/indices.npz").read_bytes()
    sentence(quick("walks.npz", "--output", "out"))
    assert quick("walks.npz", "--output", "out", "--val", "0.3", "--overwrite").exit_code == 0
    assert Path("out/indices.npz").read_bytes() != first
    assert {path.name for path in Path("out").iterdir()} == {"mine.txt", "indices.npz", "split.json"}


def test_a_folder_that_is_a_file_is_refused(data):
    Path("out").write_text("mine")
    assert "out: is a file, expected a folder to write the split to" in sentence(run("walks.npz", "--output", "out"))
    assert Path("out").read_text() == "mine"


def test_a_folder_inside_a_file_cannot_be_written(data):
    Path("out").write_text("mine")
    assert "cannot be written" in sentence(quick("walks.npz", "--output", str(Path("out/split"))))


def test_writing_that_fails_is_one_sentence(data, monkeypatch):
    def full(stream, **arrays):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    assert "walks-split: cannot be written: No space left on device" in sentence(quick("walks.npz"))
    assert list(Path("walks-split").iterdir()) == []


def test_hostile_names_are_shown_as_text(rng):
    X, y, groups = subjects(rng)
    names = np.array(["<script>", "\x1b[31mred"])[y]
    np.savez("walks.npz", X=X, y=names, groups=groups, channel_names=["[bold]", "\x1b[2J"])
    result = quick("walks.npz", "--sides")
    assert result.exit_code == 0
    assert "<script>" in result.stdout
    assert "\x1b" not in result.output
    assert splitaudit.read("walks-split/train.npz").channels == ("[bold]", "\x1b[2J")
