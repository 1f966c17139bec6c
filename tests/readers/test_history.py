"""Training logs in the forms that people have, and one sentence for what is none."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from splitaudit.data.training import History
from splitaudit.readers.curves import column_of
from splitaudit.readers.history import read_history
from tests.readers.refusals import sentence

KERAS = {"accuracy": [0.5, 0.8, 0.99], "loss": [0.7, 0.4, 0.1], "val_accuracy": [0.6, 0.76, 0.76]}


def curves(run):
    return {key: getattr(run, key).tolist() for key in ("train_accuracy", "val_accuracy", "train_loss", "val_loss")}


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_keras_mapping_is_read_and_left_alone():
    given = {key: list(values) for key, values in KERAS.items()}
    (run,) = read_history(given)
    assert given == KERAS
    assert run.epochs.tolist() == [1, 2, 3]
    assert run.train_accuracy.tolist() == KERAS["accuracy"]
    assert run.val_accuracy.tolist() == KERAS["val_accuracy"]
    assert run.train_loss.tolist() == KERAS["loss"]
    assert np.isnan(run.val_loss).all()
    assert (run.name, run.notes) == ("history", ())


@pytest.mark.parametrize("separator", [",", ";"])
def test_the_csv_logger_of_keras(tmp_path, separator):
    rows = ["epoch,accuracy,loss,val_accuracy,val_loss", "0,0.5,0.7,0.6,0.65", "1,0.8,0.4,0.76,nan"]
    path = write(tmp_path / "lstm.csv", "\n".join(rows).replace(",", separator) + "\n")
    (run,) = read_history(path)
    assert run.name == "lstm"
    assert run.epochs.tolist() == [0, 1]
    assert run.val_accuracy.tolist() == [0.6, 0.76]
    assert run.val_loss[0] == 0.65
    assert np.isnan(run.val_loss[1])


def test_every_way_to_hand_over_the_same_curves(tmp_path):
    class KerasHistory:
        history, epoch = KERAS, [0, 1, 2]

    rows = [dict(zip(KERAS, values, strict=True)) for values in zip(*KERAS.values(), strict=True)]
    sources = [
        KerasHistory(),
        pd.DataFrame(KERAS),
        rows,
        {key: np.array(values) for key, values in KERAS.items()},
        write(tmp_path / "a.json", json.dumps(KERAS)),
        str(write(tmp_path / "b.json", json.dumps(rows))),
        write(tmp_path / "c.jsonl", "\n".join(map(json.dumps, rows))),
        read_history(KERAS)[0],
    ]
    wanted = curves(read_history(KERAS)[0])
    for source in sources:
        (run,) = read_history(source)
        assert str(curves(run)) == str(wanted), source  # NaN equals NaN as text
    assert read_history(sources[0])[0].epochs.tolist() == [0, 1, 2]


def test_lightning_rows_are_merged_per_epoch(tmp_path):
    text = """epoch,step,train_acc_epoch,train_loss_step,train_loss_epoch,val_acc,val_loss
0,10,,1.0,,,
0,20,,0.8,,,
0,24,,,,0.6,0.9
0,24,0.5,,0.88,,
2,40,,0.4,,,
2,50,,0.2,,,
2,54,,,,0.76,
"""
    (run,) = read_history(write(tmp_path / "metrics.csv", text))
    assert run.epochs.tolist() == [0, 2]  # the gap stays
    assert run.train_loss.tolist() == pytest.approx([0.88, 0.3])  # of the epoch where it is there, else the mean
    assert run.val_accuracy.tolist() == [0.6, 0.76]
    assert run.train_accuracy[0] == 0.5
    assert np.isnan([run.train_accuracy[1], run.val_loss[1]]).all()


def test_a_trainers_log_with_parts_of_epochs(tmp_path):
    log = [{"loss": 1.0, "epoch": 0.5}, {"loss": 0.8, "epoch": 1.0}, {"eval_accuracy": 0.7, "epoch": 1.0}]
    (run,) = read_history(write(tmp_path / "trainer_state.json", json.dumps({"log_history": log})))
    assert (run.epochs.tolist(), run.train_loss.tolist(), run.val_accuracy.tolist()) == ([1], [0.9], [0.7])


@pytest.mark.parametrize(
    ("names", "curve"),
    [
        (("acc", "train_acc", "Training Accuracy", "trainAcc", "categorical_accuracy", "acc_1", "avg_train_acc"),
         "train_accuracy"),
        (("val_acc", "Validation accuracy (%)", "valid_acc", "eval_accuracy", "test_acc", "accuracy/val", "valAcc",
          "val_sparse_categorical_accuracy", "val_binary_accuracy"), "val_accuracy"),
        (("loss", "train/loss", "Train Loss", "running_loss"), "train_loss"),
        (("val_loss", "loss_val", "eval_loss", "test loss"), "val_loss"),
    ],
)  # fmt: skip
def test_names_of_curves(names, curve):
    for name in names:
        found = column_of(name)
        assert found is not None, name
        assert found.curve == curve, name


@pytest.mark.parametrize(
    "name", ["error rate", "train_err", "lr", "val_f1", "balanced_accuracy", "top5_accuracy", "time", "accelerometer"]
)
def test_what_is_no_accuracy_and_no_loss(name):
    assert column_of(name) is None


def test_validation_goes_before_test_and_what_was_decided_is_noted():
    (run,) = read_history({"acc": [0.9], "val_acc": [0.7], "test_acc": [0.6]})
    assert run.val_accuracy.tolist() == [0.7]
    assert "'test_acc'" in run.notes[0]
    assert read_history({"test_acc": [0.6]})[0].notes == (
        "'test_acc' is taken for val_accuracy, as there is none of validation",
    )


def test_percent_become_shares_with_a_note(tmp_path):
    text = "epoch;acc;val acc\n1;50,5;60%\n2;99,0;76%\n"
    (run,) = read_history(write(tmp_path / "log.csv", text))
    assert run.train_accuracy.tolist() == pytest.approx([0.505, 0.99])
    assert run.val_accuracy.tolist() == pytest.approx([0.6, 0.76])
    assert run.notes == ("acc is read as percent", "val acc is read as percent")


def test_several_runs(tmp_path):
    first = write(tmp_path / "a.csv", "epoch,val_acc\n1,0.7\n2,0.8\n")
    assert [run.name for run in read_history([first, first, KERAS])] == ["a", "a (2)", "history"]
    both = pd.DataFrame({"run": ["lstm", "lstm", "gru"], "epoch": [1, 2, 1], "val_acc": [0.7, 0.8, 0.6]})
    assert [(run.name, run.val_accuracy.tolist()) for run in read_history(both)] == [
        ("lstm", [0.7, 0.8]),
        ("gru", [0.6]),
    ]
    again = {"epoch": [0, 1, 0, 1], "val_acc": [0.1, 0.2, 0.3, 0.4]}
    assert [(run.name, run.val_accuracy.tolist()) for run in read_history(again, "log")] == [
        ("log (1)", [0.1, 0.2]),
        ("log (2)", [0.3, 0.4]),
    ]


def test_one_epoch_is_enough_and_a_history_passes():
    run = read_history({"loss": [0.3]}, "short")[0]
    assert (run.name, len(run.epochs)) == ("short", 1)
    assert np.isnan(run.val_accuracy).all()
    assert isinstance(run, History)
    assert read_history(run) == (run,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("epoch,lr\n0,0.1\n", ("'epoch', 'lr'", "expected columns such as")),
        ("", ("is empty", "expected a training log")),
        ("\0\1\2", ("binary",)),
        ("epoch,acc\n", ("no epochs", "'acc'")),
        ("epoch,acc\n0,high\n", ("acc", "'high'", "row 1", "expected numbers")),
        ("epoch,acc\n0,0.5\n1\n", ("row 3 has 1 cells", "expected 2")),
        ("epoch,acc\n,0.5\n", ("epoch is missing at row 1",)),
        ("acc,acc\n1,1\n", ("two columns 'acc'",)),
        ("acc\n120\n", ("120", "expected accuracies")),
        ("acc\n-0.5\n", ("-0.5", "expected accuracies")),
        ('{"acc": [0.5, 0.6], "val_acc": [0.5]}', ("acc 2, val_acc 1", "expected one value per epoch")),
        ('{"acc": [0.5, ', ("broken JSON",)),
        ("[1, 2]", ("expected a training log",)),
        ('{"acc": [[0.5]]}', ("expected numbers",)),
    ],
)
def test_what_is_no_log_is_refused_in_one_sentence(tmp_path, text, words):
    path = write(tmp_path / "log.csv", text)
    sentence(lambda: read_history(path), str(path), *words)


def test_other_refusals(tmp_path):
    sentence(lambda: read_history(tmp_path / "none.csv"), "no such file")
    sentence(lambda: read_history(tmp_path), "is a directory")
    sentence(lambda: read_history([]), "there are no runs")
    sentence(lambda: read_history(3), "got a int")
    (tmp_path / "x.pkl").write_bytes(b"\x80\x04\x95\xff\xfe")
    sentence(lambda: read_history(tmp_path / "x.pkl"), "no text in UTF-8")
