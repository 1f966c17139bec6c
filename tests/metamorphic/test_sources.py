"""From where the arrays come: in memory, from files, as a table."""

import numpy as np
import pandas as pd
import pytest

import splitaudit
from tests.metamorphic.cases import sides

CASE = "ar/permuted_channels/severe"


def arrays(side):
    return {
        "X": side.X,
        "y": np.array(side.classes)[side.y],
        "groups": np.array(side.group_names)[side.groups],
        "time": side.time.astype(np.int64),
    }


def table(side):
    n, t = side.X.shape[:2]
    known = arrays(side)
    columns = {name: side.X[:, :, k].ravel() for k, name in enumerate(side.channels)}
    per_window = {key: np.repeat(known[key], t) for key in ("y", "groups")}
    steps = {"window": np.repeat(np.arange(n), t), "step": np.tile(np.arange(t), n)}
    return pd.DataFrame({**steps, **per_window, "time": np.repeat(known["time"], t), **columns})


def judged(report):
    return [(f.rule, f.severity, f.statistic, f.effect, f.p_value, f.where) for f in report.findings]


@pytest.fixture(scope="module")
def plainly():
    train, val = map(arrays, sides(CASE))
    return splitaudit.check(
        (train["X"], train["y"]),
        (val["X"], val["y"]),
        groups=(train["groups"], val["groups"]),
        time=(train["time"], val["time"]),
        channel_names=sides(CASE)[0].channels,
    )


@pytest.mark.parametrize("kind", ["npz", "npy", "table", "mapping"])
def test_the_source_does_not_matter(kind, plainly, tmp_path):
    names, given = sides(CASE)[0].channels, []
    for side in sides(CASE):
        known = arrays(side)
        if kind == "npz":
            np.savez(tmp_path / f"{side.name}.npz", channel_names=np.array(names), **known)
            given.append(tmp_path / f"{side.name}.npz")
        elif kind == "npy":
            np.save(tmp_path / f"{side.name}.npy", side.X)
            mapped = np.load(tmp_path / f"{side.name}.npy", mmap_mode="r")
            given.append({**known, "X": mapped, "channel_names": np.array(names)})
        elif kind == "table":
            given.append(table(side))
        else:
            given.append({**known, "channel_names": np.array(names)})
    assert judged(splitaudit.check(*given)) == judged(plainly)
