"""The command on recordings, on data that do not fit, and with limits that cannot be kept."""

import json
from pathlib import Path

import numpy as np
import pytest

from splitaudit.cli import main
from splitaudit.engine.limits import Limits
from tests.support import cli_runner

FIXTURES = Path(__file__).parents[2] / "fixtures"
TRAIN, VAL = str(FIXTURES / "healthy" / "train.npz"), str(FIXTURES / "healthy" / "val.npz")


def test_recordings_are_cut_and_large_sides_read_in_parts(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("train", "val"):
        signal = rng.normal(size=(6400, 2)).astype(np.float32)
        np.savez(tmp_path / f"{name}.npz", signal=signal, label=np.repeat([0, 1], 3200))
    sides = [str(tmp_path / "train.npz"), str(tmp_path / "val.npz")]
    options = ["--window", "64", "--stride", "32", "--select", "SA301,SA303,SA601", "--format", "json"]
    result = cli_runner().invoke(main, ["check", *sides, *options])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["inputs"]["train"]["n_windows"] == 199
    assert "windows of 64 samples are cut every 32 samples from signal" in report["inputs"]["train"]["notes"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--memory", "much"], "memory is 'much'"),
        (["--memory", "1MiB"], "at least 512MiB"),
        (["--stride", "8"], "stride=8 (--stride 8) says how windows are cut, expected window (--window), too"),
        (["--scheduler", "tcp://127.0.0.1:1"], "scheduler"),
        (["--window", "999999"], "expected a recording of shape"),
    ],
)
def test_wrong_limits_are_one_sentence(options, words, monkeypatch):
    monkeypatch.setattr("splitaudit.data.blocks.PATIENCE", 1)
    result = cli_runner().invoke(main, ["check", TRAIN, VAL, *options])
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_a_sample_is_explained_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(Limits, "fits", lambda *_: False)
    monkeypatch.setattr(Limits, "sample", lambda *_: 150)
    options = ["--budget", "6s", "--format", "json", "--jobs", "1"]
    result = cli_runner().invoke(main, ["explain", TRAIN, VAL, *options])
    assert result.exit_code in (0, 1), result.output
    notes = json.loads(result.stdout)["inputs"]["train"]["notes"]
    assert any("windows are used, in whole stretches" in note for note in notes)
