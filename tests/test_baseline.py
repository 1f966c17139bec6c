"""The reference run from Python and from the command line."""

from __future__ import annotations

import builtins
import json
import sys

import numpy as np
import pytest

import splitaudit as sa
from splitaudit.cli import main
from splitaudit.explained import Ladder, LadderRow
from splitaudit.explanation import reference_run
from splitaudit.models.fit import Fitted
from splitaudit.models.loop import Points
from splitaudit.results import Baseline
from tests.models.training import windows
from tests.support import cli_runner


@pytest.fixture
def sides(rng):
    return windows(rng, 60), windows(rng, 40)


@pytest.fixture
def files(sides, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, (X, y) in zip(("train", "val"), sides, strict=True):
        np.savez(f"{name}.npz", X=X, y=y, class_names=["walk", "run"])
    return ["baseline", "train.npz", "val.npz"]


class Network:
    """A network that is right about three windows of four, class "run" being taken for "walk"."""

    def __init__(self, *, interrupted: bool = False) -> None:
        self.interrupted = interrupted
        self.given: dict = {}

    def __call__(self, planned, train, val, ctx, **given):
        self.given = {**given, "recipe": planned.recipe}
        points = Points(planned.recipe.network)
        for accuracy in (0.6, 0.9):
            points.add((accuracy, 0.5), (0.75, 0.6))
            given["on_epoch"](points.curve())
        if self.interrupted:
            raise KeyboardInterrupt
        named = np.where(np.arange(len(val)) % 4 == 3, 0, val.y)
        return Fitted(curve=points.curve(), probabilities=np.eye(2)[named], seconds=1.0, stopped="epochs", best_epoch=2)


@pytest.fixture
def network(monkeypatch):
    made = Network()
    monkeypatch.setattr(reference_run, "follow", made)
    monkeypatch.setattr("splitaudit.baselines.require", lambda *_, **__: None)
    return made


def invoke(*args):
    return cli_runner().invoke(main, list(args), prog_name="splitaudit")


def test_a_run_says_where_it_ended_and_where_it_errs(sides, network):
    found = sa.baseline(*sides, class_names=["walk", "run"])
    assert found.val_accuracy == pytest.approx(0.75)
    assert 0.5 < found.low < 0.75 < found.high < 1
    assert found.train_accuracy == 0.9
    assert found.chance == 0.5
    assert [(each.name, each.recall, each.taken_for) for each in found.classes] == [
        ("walk", 1.0, ""),
        ("run", 0.5, "walk"),
    ]
    assert found.balanced_accuracy == 0.75
    assert found.summary.startswith("one-layer bidirectional LSTM: 75.0 % on val (95 % interval 6")
    assert found.summary.endswith("90.0 % on train; always naming one class has 50.0 %.")
    assert not found.partial
    assert repr(found).startswith("<Baseline one-layer bidirectional LSTM: ")
    assert "CURVES" in str(found)


def test_options_reach_the_network(sides, network):
    sa.baseline(*sides, model="gru", epochs=7)
    assert (network.given["recipe"].network, network.given["recipe"].epochs) == ("gru", 7)
    assert network.given["deadline"] is None


def test_the_face_offers_it(sides):
    assert sa.baseline.__module__ == "splitaudit.baselines"
    assert sa.Baseline is Baseline


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"model": "transformer"}, "model is 'transformer', expected one of bilstm, lstm"),
        ({"epochs": 0}, "epochs is 0"),
        ({"budget": "soon"}, "the budget is 'soon'"),
        ({"random_state": -1}, "random_state is -1"),
        ({"n_jobs": 0}, "n_jobs is 0"),
    ],
)
def test_wrong_options_are_refused(sides, network, options, said):
    with pytest.raises(sa.ConfigError, match=said):
        sa.baseline(*sides, **options)


def test_sides_that_teach_nothing_are_refused(sides, network):
    (X, y), val = sides
    with pytest.raises(sa.DataError, match="train: there are no labels"):
        sa.baseline(X, val)
    with pytest.raises(sa.DataError, match="60 windows of 1 classes, expected at least 8 of two classes"):
        sa.baseline((X, 0 * y), val)


def test_without_torch_it_says_what_to_install(files, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "torch"]:
        monkeypatch.delitem(sys.modules, name)
    imported = builtins.__import__

    def refuse(name, *args, **kwargs):
        if name.partition(".")[0] == "torch":
            raise ImportError("No module named 'torch'")
        return imported(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr("importlib.import_module", refuse)
    result = invoke(*files)
    assert result.exit_code == 2
    assert result.stderr == "splitaudit: torch is not installed: pip install 'splitaudit[torch]' brings it\n"
    assert result.stdout == ""


def test_the_command_reports_and_ends_with_0(files, network):
    result = invoke(*files)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    for part in ("train.npz: 60 windows × 16 steps × 2 channels", "RESULT", "CURVES", "CLASSES", "taken for walk"):
        assert part in result.stdout
    assert "\x1b" not in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "splitaudit explain TRAIN VAL" in result.stdout  # train is 15 points ahead


def test_quiet_says_the_result_alone(files, network):
    result = invoke(*files, "--quiet")
    assert result.stdout.startswith("RESULT    one-layer bidirectional LSTM: 75.0 % on val")
    assert "CURVES" not in result.stdout


def test_json_is_the_contract(files, network):
    content = json.loads(invoke(*files, "--format", "json").stdout)
    assert content["schema"] == "splitaudit.baseline/1"
    assert content["tool"] == {"name": "splitaudit", "version": sa.__version__}
    assert content["val_accuracy"] == pytest.approx(0.75)
    assert content["curve"]["train_accuracy"] == [0.6, 0.9]
    assert content["units"]["kind"] == "window"
    assert content["settings"]["random_state"] == 0
    assert content["recipe"]["network"] == "bilstm"
    assert content["ladder"] is None
    assert content["stopped"] == "epochs"


def test_settings_of_the_file_count_and_overrides_of_the_path(files, network, tmp_path):
    def settings(*args):
        return json.loads(invoke("baseline", *args, "--format", "json").stdout)["settings"]

    with np.load("val.npz") as held:
        np.savez("old.npz", signal=held["X"].transpose(0, 2, 1), X=held["X"][:1], y=held["y"])
    (tmp_path / "pyproject.toml").write_text(
        "[tool.splitaudit]\nseed = 3\njobs = 1\n"
        "[[tool.splitaudit.overrides]]\npaths = ['old.*']\nx-key = 'signal'\nlayout = 'nct'\nseed = 5\n"
    )
    assert settings("train.npz", "val.npz")["random_state"] == 3
    assert settings("train.npz", "val.npz", "--seed", "0")["random_state"] == 0
    assert settings("old.npz", "old.npz")["random_state"] == 5
    (tmp_path / "pyproject.toml").write_text("[tool.splitaudit]\nmemmory = '4GiB'\n")
    result = invoke(*files)
    assert result.exit_code == 2
    assert "there is no setting 'memmory' in [tool.splitaudit], did you mean 'memory'?" in result.stderr


def test_a_file_gets_the_report_too(files, network, tmp_path):
    result = invoke(*files, "--output", "run.json")
    assert json.loads((tmp_path / "run.json").read_text())["val_accuracy"] == pytest.approx(0.75)
    assert "RESULT" in result.stdout
    wrong = invoke(*files, "--output", "run.html")
    assert wrong.exit_code == 2
    assert wrong.stderr == "splitaudit: format is 'html', expected one of terminal, json\n"
    assert invoke(*files, "--output", "no/run.json").exit_code == 2


def test_the_ladder_follows_in_what_time_is_left(files, network, monkeypatch):
    pytest.importorskip("torch")
    row = LadderRow(
        step="units",
        configuration="2 units",
        val_accuracy=0.74,
        low=0.6,
        high=0.9,
        train_accuracy=0.9,
        epochs=3,
        seconds=1.0,
    )
    seen = {}

    def climb(train, val, ctx, **given):
        seen.update(given)
        return Ladder(
            rows=(row,),
            spread=0.01,
            by_sampling=0.02,
            agreement=0.9,
            text="All alike.",
            not_run=("GRU (no time left)",),
        )

    monkeypatch.setattr("splitaudit.baselines.run_ladder", climb)
    result = invoke(*files, "--ladder", "--budget", "1h")
    assert result.exit_code == 0
    for part in ("LADDER", "All alike.", "2 units", "not run: GRU (no time left)"):
        assert part in result.stdout
    assert network.given["deadline"] < seen["deadline"]
    content = json.loads(invoke(*files, "--ladder", "--format", "json").stdout)
    assert content["ladder"]["rows"][0]["configuration"] == "2 units"
    assert content["not_run"] == ["GRU (no time left)"]
    assert seen["deadline"] is None


def test_an_interrupt_reports_the_curve_so_far(files, monkeypatch, network):
    network.interrupted = True
    result = invoke(*files, "--ladder")
    assert result.exit_code == 130
    assert "Interrupted after 2 epochs; one-layer bidirectional LSTM: 75.0 % on val so far." in " ".join(
        result.stdout.split()
    )
    content = json.loads(invoke(*files, "--format", "json").stdout)
    assert (content["stopped"], content["low"]) == ("interrupted", None)
    with pytest.raises(KeyboardInterrupt):
        sa.baseline("train.npz", "val.npz")


@pytest.mark.parametrize("model", ["bilstm", "spectrogram"])
def test_real_networks_learn_and_repeat_themselves(sides, model):
    pytest.importorskip("torch")
    first, again = (sa.baseline(*sides, model=model, epochs=10, random_state=3) for _ in range(2))
    assert first.val_accuracy > 0.9
    assert first.curve == again.curve
    assert len(first.curve.epochs) <= 10


def test_image_windows_are_learned_from(rng):
    pytest.importorskip("torch")
    y = np.arange(48) % 2
    X = rng.normal(size=(48, 4, 6, 6, 1)) + 3.0 * y[:, None, None, None, None]
    found = sa.baseline((X[:32], y[:32]), (X[32:], y[32:]), model="convlstm", epochs=3)
    assert len(found.curve.epochs) == 3
