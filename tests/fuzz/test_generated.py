"""Whatever a file holds: one sentence or a correct result, never another exception and never a warning.

A few hundred inputs per reader of the many that ``python -m benchmarks.bench_fuzz`` tries; always the same ones.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from benchmarks.fuzz import targets
from benchmarks.fuzz.make import input_of, written
from benchmarks.fuzz.samples import FORMATS, N, T, arrays, samples
from splitaudit.data.split import Split, make_split
from splitaudit.errors import ConfigError, DataError
from splitaudit.readers.history import read_history
from splitaudit.readers.predictions import read_predictions
from splitaudit.readers.ts import read_ts
from splitaudit.render.json import from_dict
from splitaudit.render.write import FORMATS as REPORTS
from splitaudit.render.write import render
from splitaudit.wording import visible

FINE = ("refused", "read", "reported")
SLOW = ("zarr", "shards", "hdf5", "parquet", "arrow")
VAL = make_split(arrays()["X"], arrays()["y"], class_names=["sit", "walk"], name="val")
few = settings(
    max_examples=150, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("format", FORMATS)
def test_files(format, tmp_path):
    sound = targets.good(tmp_path)
    for index in range(60 if format in SLOW else 150):
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            found = targets.reading(format, input_of(format, index, 1, Path(folder)), sound)
        assert found.kind in FINE, (index, found)


@pytest.mark.parametrize("format", FORMATS)
def test_the_command(format, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sound = targets.good(tmp_path)
    for index, shown in enumerate(("json", "terminal", "junit", "sarif", "github", "markdown")):
        with tempfile.TemporaryDirectory(dir=tmp_path) as folder:
            found = targets.commanding(format, input_of(format, index, 2, Path(folder)), sound, shown)
        assert found.kind in FINE, (index, found)


def refused_or(kind, call):
    """Call; what comes of it is of a kind, or one sentence."""
    try:
        made = call()
    except DataError as error:
        made, sentence = None, str(error)
    else:
        sentence = "read"
        assert isinstance(made, kind)
    assert sentence.strip()
    assert visible(sentence) == sentence


@few
@given(
    of_numpy.arrays(
        st.one_of(of_numpy.scalar_dtypes(), of_numpy.unicode_string_dtypes(), of_numpy.byte_string_dtypes()),
        of_numpy.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4),
    )
)
def test_windows_of_any_type_and_shape(X):
    refused_or(Split, lambda: make_split(X, name="train"))


@few
@given(
    st.sampled_from(["y", "groups", "time", "recording", "channel_names", "class_names"]),
    of_numpy.arrays(
        st.one_of(of_numpy.scalar_dtypes(), of_numpy.unicode_string_dtypes(max_len=4), of_numpy.byte_string_dtypes()),
        st.sampled_from([(N,), (N, 1), (N, 2), (2,), (), (0,)]),
    ),
)
def test_fields_of_any_type_and_shape(key, value):
    refused_or(Split, lambda: make_split(arrays()["X"], name="train", **{key: value}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["epoch", "loss", "val_accuracy", "history", "run", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@few
@given(JSON)
def test_logs_of_any_json(value):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.json")
        path.write_text(json.dumps(value))
        refused_or(tuple, lambda: read_history(path))


WORDS = ["epoch", "loss", "val_acc", "0", "1", "0.5", "50%", "nan", "inf", "1e400", '"', "", "x", "9" * 30]
CELLS = st.sampled_from(WORDS)
TABLES = st.lists(st.lists(CELLS, min_size=1, max_size=4), min_size=1, max_size=6)


@few
@given(TABLES, st.sampled_from([",", ";", "\t"]))
def test_logs_and_predictions_of_any_table(rows, separator):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        path.write_text("\n".join(separator.join(row) for row in rows))
        refused_or(tuple, lambda: read_history(path))
        refused_or(object, lambda: read_predictions(path, VAL))


@few
@given(
    of_numpy.arrays(
        st.one_of(of_numpy.scalar_dtypes(), of_numpy.unicode_string_dtypes(max_len=4), of_numpy.byte_string_dtypes()),
        st.sampled_from([(N,), (N, 1), (N, 2), (N, 3), (N, 2, 2), (2, N), (), (0,)]),
    )
)
def test_predictions_of_any_type_and_shape(array):
    refused_or(object, lambda: read_predictions(array, VAL))


HEADS = ["@data", "@timeStamps true", "@classLabel true a b", "@classLabel", "@", "# x"]
LINES = st.sampled_from([*HEADS, "1,2:3,4:a", "1,2:b", "?,nan:a", "1", ":::", ""])


@few
@given(st.lists(LINES, max_size=8))
def test_archives_of_any_lines(lines):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.ts")
        path.write_text("\n".join(lines))
        refused_or(object, lambda: read_ts(str(path)))


PLACES = st.lists(st.integers(0, 30), min_size=1, max_size=6)


@few
@given(PLACES, JSON)
def test_reports_of_which_a_part_is_anything(place, value):
    """What is read back can be shown in every format."""
    content = json.loads(samples("report")[0]["x.json"])
    node = content
    for step in place:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = keys[step % len(keys)]
        if not isinstance(node[key], (dict, list)) or not node[key] or step is place[-1]:
            node[key] = value
            break
        node = node[key]
    try:
        found = from_dict(content)
    except ConfigError:
        return
    for format in REPORTS:
        assert render(found, format)


def test_windows_of_a_sound_file_are_read(tmp_path):
    """The generators' samples are sound, so that what they spoil is spoilt by them."""
    for format in FORMATS:
        for i, files in enumerate(samples(format)):
            folder = tmp_path / f"{format}{i}"
            folder.mkdir()
            assert targets.reading(format, written(files, folder), targets.good(tmp_path)).kind == "read", (format, i)
    assert np.shape(arrays()["X"])[1] == T
