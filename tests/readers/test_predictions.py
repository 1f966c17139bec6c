"""Predictions for val in the forms that people have, and one sentence for what does not fit."""

import numpy as np
import pytest

from splitaudit.audit import Settings, prepare
from splitaudit.data.split import comparable, make_split
from splitaudit.data.training import Predictions, Training
from splitaudit.errors import DataError
from splitaudit.readers.predictions import read_predictions
from tests.readers.refusals import npz, sentence

RNG = np.random.default_rng(3)
WINDOWS = RNG.normal(size=(6, 8, 2)).astype(np.float32)
NUMBERS = make_split(WINDOWS, [0, 1, 2, 0, 1, 2])
NAMES = make_split(WINDOWS, ["run", "sit", "walk", "run", "sit", "walk"])
TWO = make_split(WINDOWS, [0, 1, 0, 1, 0, 1])
CODES = [2, 1, 0, 0, 1, 2]
LOGITS = RNG.normal(size=(6, 3)) * 3
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("split", [NUMBERS, NAMES])
def test_codes_of_classes(split):
    for given in (CODES, np.array(CODES, dtype=np.uint8), np.array(CODES, dtype=float), np.array(CODES)[:, None]):
        found = read_predictions(given, split)
        assert found.labels.tolist() == CODES
        assert found.labels.dtype == np.int64
        assert found.probabilities is None
        assert (found.notes, found.one_unit) == ((), False)


def test_names_of_classes_go_before_codes():
    split = make_split(WINDOWS, [1, 2, 3, 1, 2, 3])
    assert read_predictions([1, 2, 3, 1, 1, 1], split).labels.tolist() == [0, 1, 2, 0, 0, 0]
    found = read_predictions([0, 1, 2, 0, 1, 2], split)
    assert found.labels.tolist() == [0, 1, 2, 0, 1, 2]
    assert "read as codes" in found.notes[0]
    found = read_predictions(["walk", "sit", "fly", "run", "run", "run"], NAMES)
    assert found.labels.tolist() == [2, 1, -1, 0, 0, 0]
    assert found.notes == ("fly is no class of the split",)


def test_probabilities_and_logits():
    found = read_predictions(PROBABILITIES, NUMBERS)
    assert np.allclose(found.probabilities, PROBABILITIES)
    assert found.labels.tolist() == PROBABILITIES.argmax(axis=1).tolist()
    assert found.notes == ()
    found = read_predictions(LOGITS, NUMBERS)
    assert np.allclose(found.probabilities, PROBABILITIES)
    assert "read as logits" in found.notes[0]
    found = read_predictions(100 * PROBABILITIES, NUMBERS)
    assert np.allclose(found.probabilities, PROBABILITIES)
    half = read_predictions(PROBABILITIES.astype(np.float16), NUMBERS)
    assert np.allclose(half.probabilities.sum(axis=1), 1)
    assert half.notes == ()


def test_a_single_output_unit():
    scores = np.array([0.1, 0.9, 0.4, 0.6, 0.2, 0.7])
    for given in (scores, scores[:, None]):
        found = read_predictions(given, TWO)
        assert found.one_unit
        assert found.labels.tolist() == [0, 1, 0, 1, 0, 1]
        assert np.allclose(found.probabilities[:, 1], scores)
    raw = read_predictions(np.log(scores / (1 - scores))[:, None], TWO)
    assert np.allclose(raw.probabilities[:, 1], scores)
    for split, only in ((TWO, 1), (NUMBERS, 0)):
        found = read_predictions(np.ones((6, 1)), split)
        assert found.one_unit
        assert found.labels.tolist() == [only] * 6
        assert found.probabilities.shape == (6, len(split.classes))
    assert not read_predictions(np.array([0.0, 1, 0, 1, 0, 1]), TWO).one_unit


def test_archives_and_arrays_on_disk(tmp_path):
    np.save(tmp_path / "p.npy", PROBABILITIES)
    assert np.allclose(read_predictions(tmp_path / "p.npy", NUMBERS).probabilities, PROBABILITIES)
    for arrays in ({"probs": PROBABILITIES}, {"logits": LOGITS}, {"anything": PROBABILITIES}):
        found = read_predictions(npz(tmp_path / "a.npz", **arrays), NUMBERS)
        assert np.allclose(found.probabilities, PROBABILITIES)
        assert found.name == str(tmp_path / "a.npz")
    both = read_predictions(npz(tmp_path / "b.npz", y_pred=CODES, proba=PROBABILITIES), NUMBERS)
    assert np.allclose(both.probabilities, PROBABILITIES)
    assert "proba is used" in both.notes[0]
    assert read_predictions({"y_pred": CODES}, NUMBERS).labels.tolist() == CODES


@pytest.mark.parametrize(
    "text",
    [
        "pred\nwalk\nsit\nrun\nrun\nsit\nwalk\n",
        "walk\nsit\nrun\nrun\nsit\nwalk\n",
        "2\n1\n0\n0\n1\n2\n",
        ",y_pred\n0,2\n1,1\n2,0\n3,0\n4,1\n5,2\n",
        "y_true;y_pred\nrun;walk\nsit;sit\nwalk;run\nrun;run\nsit;sit\nwalk;walk\n",
        "walk,run,sit\n1,0,0\n0,0,1\n0,1,0\n0,1,0\n0,0,1\n1,0,0\n",
        "prob_walk,prob_run,prob_sit\n1,0,0\n0,0,1\n0,1,0\n0,1,0\n0,0,1\n1,0,0\n",
        "0,0,1\n0,1,0\n1,0,0\n1,0,0\n0,1,0\n0,0,1\n",
        "a,b,c\n0,0,1\n0,1,0\n1,0,0\n1,0,0\n0,1,0\n0,0,1\n",
    ],
)
def test_tables(tmp_path, text):
    path = tmp_path / "p.csv"
    path.write_text(text)
    assert read_predictions(path, NAMES).labels.tolist() == CODES


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (CODES[:5], ("(5,)", "expected (6,) or (6, 3)")),
        (PROBABILITIES[:, :2], ("(6, 2)", "expected (6,) or (6, 3)")),
        (np.where(PROBABILITIES > 0.9, np.nan, PROBABILITIES), ("NaN", "first in row")),
        ([0, 1, 2, 3, 7, 0], ("0, 1, 2, 3, 7", "codes from 0 to 2")),
        ([-1, 1, 2, 1, 0, 0], ("-1", "codes from 0 to 2")),
        (["a", "b", "c", "a", "b", "c"], ("a, b, c", "expected 0, 1, 2")),
        ([0.5, 1.5, 0, 1, 2, 0], ("0.5", "row 0", "shape (6, 3)")),
        ([None] * 6, ("object", "expected numbers or strings")),
        ([[1], [1, 2], [0], [0], [0], [0]], ("ragged",)),
        ({"probs": LOGITS}, ("expected 0 to 1",)),
        ({"probs": PROBABILITIES / 2}, ("sum to 0.5", "expected 1")),
        ({"a": CODES, "b": CODES}, ("'a' (6,)", "expected one array or a key")),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(given, words):
    sentence(lambda: read_predictions(given, NUMBERS), "predictions", *words)


def test_files_that_are_refused(tmp_path):
    np.save(tmp_path / "o.npy", np.array([{}] * 6, dtype=object), allow_pickle=True)
    sentence(lambda: read_predictions(tmp_path / "o.npy", NUMBERS), "pickled", "never loaded")
    (tmp_path / "p.csv").write_text("a,b\n0,x\n" + "0,1\n" * 5)
    sentence(lambda: read_predictions(tmp_path / "p.csv", NUMBERS), "'a', 'b'", "one per class (0, 1, 2)")
    (tmp_path / "q.csv").write_text("0,1,2\n" * 4)
    sentence(lambda: read_predictions(tmp_path / "q.csv", NUMBERS), "4 rows", "expected 6")
    (tmp_path / "r.csv").write_text("0,1,x\n" + "0,1,0\n" * 5)
    sentence(lambda: read_predictions(tmp_path / "r.csv", NUMBERS), "'x' in row 1")
    sentence(lambda: read_predictions(tmp_path / "p.pkl", NUMBERS), "no such file")
    (tmp_path / "p.pkl").write_bytes(b"")
    sentence(lambda: read_predictions(tmp_path / "p.pkl", NUMBERS), ".pkl are not read")
    sentence(lambda: read_predictions(CODES, make_split(WINDOWS)), "has no labels")


def test_classes_are_those_of_both_sides_and_rows_those_of_the_input():
    holes = WINDOWS.copy()
    holes[[1, 4], 0, 0] = np.nan
    train = make_split(np.repeat(WINDOWS, 4, axis=0), np.repeat(["run", "sit", "walk", "run", "sit", "walk"], 4))
    train, val = comparable(train, make_split(holes, ["run", "walk", "walk", "run", "run", "walk"]))
    found = read_predictions(PROBABILITIES, val)
    _, theirs, ctx = prepare(train, val, Settings(), training=Training(predictions=found))
    assert len(theirs) == 4
    assert ctx.training.predictions.labels.tolist() == found.labels[[0, 2, 3, 5]].tolist()
    assert np.array_equal(ctx.training.predictions.probabilities, found.probabilities[[0, 2, 3, 5]])
    short = Training(predictions=Predictions(labels=found.labels[:3]))
    with pytest.raises(DataError, match="3 predictions, expected 6"):
        prepare(train, val, Settings(), training=short)
