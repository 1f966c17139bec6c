"""Text files of the time series archives, written by hand with the quirks of those that libraries write.

``tests/integrations/test_panels.py`` reads files of the libraries themselves, where they are installed.
"""

from __future__ import annotations

import numpy as np
import pytest

from splitaudit.readers.read import read, read_pair
from tests.readers.refusals import N, T, X, sentence

LABELS = ["b" if i % 2 else "a" for i in range(N)]
LINES = [":".join(",".join(map(repr, map(float, channel))) for channel in window.T) for window in X]
LABELLED = [f"{line}:{label}" for line, label in zip(LINES, LABELS, strict=True)]
HEADER = ("#comment", "@problemName made", "@timeStamps false", "@univariate false", "@classLabel true a b", "@data")


@pytest.fixture
def ts(tmp_path):
    def write(*lines, end="\n", encoding="utf-8"):
        path = tmp_path / "a.ts"
        path.write_bytes((end.join(lines) + end).encode(encoding))
        return path

    return write


def classes(split):
    return [split.classes[code] for code in split.y]


def test_windows_and_classes(ts):
    split = read(ts(*HEADER, *LABELLED))
    assert np.allclose(split.X, X, rtol=1e-6)
    assert classes(split) == LABELS
    assert split.notes == ()


@pytest.mark.parametrize(
    "header",
    [
        ("@CLASSLABEL TRUE a b", "@DATA"),
        ("@classLabel\ttrue  a b", "@data "),
        ("% a remark", "", "# another", "@dataset made", "@missing True", "@classLabel true", "@data", "#"),
        ("@targetlabel false", "@classLabel true a b", "@data"),
    ],
)
def test_headers_vary(ts, header):
    split = read(ts(*header, *LABELLED, "", "# the end"))
    assert (split.X.shape, classes(split)) == (X.shape, LABELS)


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_ends_of_lines_and_a_byte_order_mark(ts, end):
    split = read(ts(*HEADER, *LABELLED, end=end, encoding="utf-8-sig"))
    assert (split.X.shape, classes(split)) == (X.shape, LABELS)


def test_comments_in_another_encoding(ts):
    assert read(ts("# Messung für Müller", *HEADER, *LABELLED, encoding="latin-1")).X.shape == X.shape
    line = LINES[0] + ":größer"
    sentence(lambda: read(ts(*HEADER, line, encoding="latin-1")), "line 7 is not UTF-8")
    assert read(ts(*HEADER, line)).classes == ("größer",)


@pytest.mark.parametrize("tag", ["@classLabel false", "@targetlabel false"])
@pytest.mark.parametrize("end", ["", ":", ": "])
def test_files_without_classes(ts, tag, end):
    """Both libraries end such lines with a colon."""
    split = read(ts(tag, "@data", *(line + end for line in LINES)))
    assert np.allclose(split.X, X, rtol=1e-6)
    assert split.y is None


def test_targets_of_regression_are_no_channel_and_no_class(ts):
    lines = [f"{line}:{i / 7}" for i, line in enumerate(LINES)]
    split = read(ts("@targetlabel true", "@data", *lines))
    assert split.X.shape == X.shape
    assert split.y is None
    assert any("numbers (@targetLabel true)" in note for note in split.notes)


def test_what_stands_last_is_not_guessed(ts):
    sentence(lambda: read(ts("@data", *LINES)), "line 2", "@classLabel or @targetLabel")
    sentence(lambda: read(ts("@classLabel maybe", "@data", *LINES)), "@classlabel is 'maybe'")
    assert read(ts("@data", "1,2,3", "4,5,6")).X.shape == (2, 3, 1)


def test_missing_values(ts):
    split = read(ts("@classLabel true a", "@data", "1,?,NaN,nan, NAN :a", "?,2,3,4,5:a"))
    assert np.isnan(split.X[:, :, 0]).tolist() == [[False, True, True, True, True], [True, False, False, False, False]]


def test_missing_classes(ts):
    header = ("@classLabel true a b", "@data")
    for unknown in ("", "?", "NaN"):
        split = read(ts(*header, *(f"{line}:{unknown}" for line in LINES)))
        assert split.X.shape == X.shape
        assert split.y is None
        assert "without labels" in split.notes[0]
        sentence(lambda unknown=unknown: read(ts(*header, *LABELLED, f"{LINES[0]}:{unknown}")), f"line {N + 3} has no")
    sentence(lambda: read(ts(*header, "1,2,3")), "line 3 has no class after a colon")


def test_windows_of_unequal_shape(ts):
    header = ("@classLabel false", "@data")
    sentence(lambda: read(ts(*header, "1,2,3", "1,2")), "windows differ in length, with 2 to 3 time steps")
    sentence(lambda: read(ts(*header, "1,2:3,4", "1,2")), "windows differ in channels, with 1 to 2 channels")
    sentence(lambda: read(ts(*header, "1,2,3", "1,2,3:4,5")), "line 4 has channels of 2 to 3 time steps")


def test_what_is_no_such_file(ts):
    sentence(lambda: read(ts("hello")), "no @data line")
    sentence(lambda: read(ts("export const data = [1, 2];")), "no @data line")
    sentence(lambda: read(ts("@classLabel false", "@data")), "no windows after @data")
    sentence(lambda: read(ts("@classLabel false", "@data", "1,2:1,x")), "line 3: channel 1", "no number")
    sentence(lambda: read(ts("@classLabel false", "@data", "1,2::3,4")), "line 3: channel 1", "no number")
    sentence(lambda: read(ts("@timestamps TRUE", *HEADER[3:], "(0,1.5),(1,2.5):a")), "holds timestamps")


def test_a_layout_for_the_other_side_leaves_the_file_as_it_is(ts):
    train, val = read_pair(ts(*HEADER, *LABELLED), (X.transpose(0, 2, 1), LABELS), layout="nct")
    assert train.X.shape == val.X.shape == X.shape
    assert train.n_timesteps == T


def test_files_of_a_folder_keep_their_axes(tmp_path, ts):
    ts(*HEADER, *LABELLED).rename(tmp_path / "b.ts")
    ts(*HEADER, *LABELLED)
    assert read(tmp_path, layout="nct").X.shape == (2 * N, *X.shape[1:])
