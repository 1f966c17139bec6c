"""Threads, processes, the locale and the seed of hashes: nothing of them may be seen in a report."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from splitaudit.audit import Settings, audit
from tests.metamorphic.cases import every_case, sides, untouched

ROOT = Path(__file__).resolve().parents[2]


def plain(report):
    content = report if isinstance(report, dict) else report.to_dict()
    return {key: value for key, value in content.items() if key != "timings"}


@every_case
def test_two_threads_give_the_report_of_one(case):
    assert plain(audit(*sides(case), Settings(n_jobs=2))) == plain(untouched(case))


def locales():
    found = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    german = [name for name in found if name.lower().startswith("de_de")]
    return ["C", *german[:1]]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sides")
    for side in sides("tones/copied_windows/severe"):
        np.savez(
            folder / f"{side.name}.npz",
            X=side.X,
            y=np.array(side.classes)[side.y],
            groups=np.array(side.group_names)[side.groups],
            time=side.time,
            recording=np.array(side.recording_names)[side.recording],
            channel_names=np.array(side.channels),
        )
    return folder


@pytest.mark.parametrize("name", locales())
@pytest.mark.parametrize("threads", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_another_process_another_locale_and_other_hashes_give_the_same_report(files, name, threads):
    surroundings = {**os.environ, "LC_ALL": name, "PYTHONHASHSEED": "77", "OMP_NUM_THREADS": threads}
    done = subprocess.run(
        [sys.executable, "-m", "splitaudit", "check", "train.npz", "val.npz", "--format", "json", "--exit-zero"],
        cwd=files,
        env={**surroundings, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    there = json.loads(done.stdout.decode("utf-8"))
    here = json.loads(json.dumps(untouched("tones/copied_windows/severe").to_dict()))
    assert there["findings"] == here["findings"]
    assert there["units"] == here["units"]
    assert there["verdict"]["status"] == here["verdict"]["status"]
