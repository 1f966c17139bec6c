"""The code in docs/integrations.md runs."""

from __future__ import annotations

import importlib
import os
import re
from pathlib import Path

import numpy as np
import pytest

import splitaudit as sa

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
SECTIONS = {
    section.partition("\n")[0]: "\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))
    for section in PAGE.split("\n## ")[1:]
}
PRINTED = {
    section.partition("\n")[0]: "\n".join(re.findall(r"```text\n(.*?)```", section, re.DOTALL))
    for section in PAGE.split("\n## ")[1:]
}
NEEDS = {
    "Lightning": ("torch", "lightning"),
    "Keras": ("torch", "keras"),
    "PyTorch": ("torch",),
    "Hugging Face datasets": ("datasets",),
    "aeon": ("aeon",),
    "sktime": ("sktime",),
    "tslearn": ("tslearn",),
}


def data():
    """A healthy split of windows with labels, and a healthy cross-validation by subject."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(150, 24, 2)).astype(np.float32), np.arange(150) % 2
    X[y == 1] += 0.5
    names = {"X_train": X[:100], "y_train": y[:100], "X_val": X[100:], "y_val": y[100:]}
    return {"X": X, "y": y, "subject": np.arange(150) // 10, "sa": sa, **names}


def loaders(names):
    torch = importlib.import_module("torch.utils.data")
    tensor = importlib.import_module("torch").tensor
    for side in ("train", "val"):
        columns = torch.TensorDataset(tensor(names[f"X_{side}"]), tensor(names[f"y_{side}"]))
        names[f"{side}_loader"] = torch.DataLoader(columns, batch_size=50, shuffle=side == "train")


def lightning_model():
    torch, lightning = importlib.import_module("torch"), importlib.import_module("lightning.pytorch")

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(48, 2)

        def training_step(self, batch, _):
            return torch.nn.functional.cross_entropy(self.layer(batch[0].flatten(1)), batch[1])

        def validation_step(self, batch, _):
            self.layer(batch[0].flatten(1))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    return Model()


def prepared(section):
    """What the page takes as given in a section."""
    names = data()
    if section in ("Lightning", "PyTorch"):
        loaders(names)
    if section == "Lightning":
        names["model"] = lightning_model()
    if section == "Keras":
        keras = importlib.import_module("keras")
        flat = [keras.layers.Flatten(), keras.layers.Dense(2, activation="softmax")]
        names["model"] = keras.Sequential([keras.layers.Input((24, 2)), *flat])
        names["model"].compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    if section.startswith("Hugging"):
        hugging = importlib.import_module("datasets")
        sides = {"train": "train", "validation": "val"}
        columns = {word: {"X": names[f"X_{side}"].tolist(), "y": names[f"y_{side}"]} for word, side in sides.items()}
        names["data"] = hugging.DatasetDict({word: hugging.Dataset.from_dict(each) for word, each in columns.items()})
    if section == "tslearn":
        names |= {f"series_{side}": list(names[f"X_{side}"]) for side in ("train", "val")}
    return names


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("section", [name for name, code in SECTIONS.items() if code and name != "pytest"])
def test_the_code_of_a_section_runs(section, capsys):
    os.environ.setdefault("KERAS_BACKEND", "torch")
    for module in NEEDS.get(section, ()):
        pytest.importorskip(module, reason=f"{module} is not installed")
    names = prepared(section)
    exec(compile(SECTIONS[section], f"docs/integrations.md, {section}", "exec"), names)
    results = [names[name] for name in ("report", "found") if name in names]
    results += [names["audit"].report] if "audit" in names else []
    assert PRINTED[section] in "\n".join(map(str.rstrip, capsys.readouterr().out.splitlines())) + "\n"
    assert all(result.passed for result in results)


def test_the_tests_of_the_page_pass(pytester):
    names, folder = data(), pytester.mkdir("data")
    for side in ("train", "val"):
        np.savez(folder / f"{side}.npz", X=names[f"X_{side}"], y=names[f"y_{side}"])
    pytester.makepyfile(SECTIONS["pytest"])
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_every_section_of_the_table_is_there():
    assert len(SECTIONS) == 10
    assert all(SECTIONS.values())


def test_the_versions_that_the_page_names_are_those_that_are_tested():
    pins = (ROOT / "constraints-panels.txt").read_text(encoding="utf-8")
    for library in ("aeon", "sktime", "tslearn"):
        (version,) = re.findall(rf"^{library}==([\d.]+)$", pins, re.MULTILINE)
        assert re.search(rf"Tested with [^;]*\b{library} {re.escape(version)}\b", PAGE)
