"""The callback for Lightning, with the real trainers of both packages."""

from __future__ import annotations

import importlib
import pickle

import numpy as np
import pytest

import splitaudit as sa

torch = pytest.importorskip("torch", reason="torch is not installed")

from torch.utils.data import DataLoader, IterableDataset, TensorDataset  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # what Lightning and torch say of one another

X = torch.tensor(np.random.default_rng(0).normal(size=(60, 16, 2)), dtype=torch.float32)
Y = torch.tensor(np.arange(60) % 2)


@pytest.fixture(params=["lightning.pytorch", "pytorch_lightning"])
def lightning(request):
    return pytest.importorskip(request.param, reason=f"{request.param} is not installed")


def rows(start, stop, **options):
    return DataLoader(TensorDataset(X[start:stop], Y[start:stop]), batch_size=20, **options)


def callback(**options):
    return importlib.import_module("splitaudit.integrations.lightning").SplitAuditCallback(select="SA301", **options)


def fit(lightning, train, val, audit, **options):
    """Train for two epochs; return the number of training steps, also where training is stopped."""

    class Model(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer, self.steps = torch.nn.Linear(32, 2), 0

        def training_step(self, batch, _):
            self.steps += 1
            return torch.nn.functional.cross_entropy(self.layer(batch[0].flatten(1)), batch[1])

        def validation_step(self, batch, _, dataloader_idx=0):
            self.layer(batch[0].flatten(1))

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), 0.1)

    quiet = dict.fromkeys(("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False)
    trainer = lightning.Trainer(max_epochs=2, accelerator="cpu", callbacks=audit, **quiet, **options)
    model, caught = Model(), None
    try:
        trainer.fit(model, train, val)
    except sa.SplitAuditError as error:
        caught = error
    return model.steps, caught


def test_a_split_that_passes_is_trained_on(lightning):
    audit = callback()
    assert isinstance(audit, lightning.Callback)
    assert audit.report is None
    assert fit(lightning, rows(0, 40, shuffle=True), rows(40, 60), audit) == (4, None)
    assert audit.report.passed
    assert (audit.report.train.n_windows, audit.report.val.n_windows) == (40, 20)


def test_a_split_that_does_not_pass_is_not_trained_on(lightning):
    audit = callback()
    steps, error = fit(lightning, rows(0, 40, shuffle=True), rows(30, 60), audit)
    assert steps == 0
    assert isinstance(error, sa.FindingsError)
    assert "SA301 duplicate-windows: 10 of 30 val windows" in str(error)
    assert not audit.report.passed


def test_nothing_stops_where_nothing_may(lightning):
    audit = callback(fail_on="never")
    assert fit(lightning, rows(0, 40), rows(30, 60), audit) == (4, None)
    assert audit.report.finding("SA301").severity == "error"


def test_each_val_loader_is_audited(lightning):
    audit = callback()
    steps, error = fit(lightning, rows(0, 40), [rows(40, 60), rows(30, 60)], audit)
    assert steps == 0
    assert isinstance(error, sa.FindingsError)
    assert [report.passed for report in audit.reports] == [True, False]


def test_a_val_loader_that_comes_late_is_audited_then(lightning):
    audit = callback()
    late = {"num_sanity_val_steps": 0, "check_val_every_n_epoch": 2}
    steps, error = fit(lightning, rows(0, 40), rows(30, 60), audit, **late)
    assert steps == 4
    assert isinstance(error, sa.FindingsError)


def test_a_second_fit_is_audited_again(lightning):
    audit = callback()
    fit(lightning, rows(0, 40), rows(40, 60), audit)
    assert isinstance(fit(lightning, rows(0, 40), rows(30, 60), audit)[1], sa.FindingsError)


def test_no_val_loader_is_said(lightning):
    with pytest.warns(UserWarning, match="the split was not audited: the trainer has no val loader"):
        assert fit(lightning, rows(0, 40), None, callback()) == (4, None)


def test_batches_are_drawn_as_without_the_audit(lightning):
    drawn = []

    def collate(items):
        drawn.append([float(x[0, 0]) for x, _ in items])
        return torch.utils.data.default_collate(items)

    for audit in (callback(), []):
        torch.manual_seed(3)
        assert fit(lightning, rows(0, 40, shuffle=True, collate_fn=collate), rows(40, 60), audit) == (4, None)
    assert len(drawn) == 8
    assert drawn[:4] == drawn[4:]


def test_a_stream_cannot_be_audited(lightning):
    class Stream(IterableDataset):
        def __iter__(self):
            return iter(zip(X, Y, strict=True))

    steps, error = fit(lightning, DataLoader(Stream(), batch_size=20), rows(40, 60), callback())
    assert steps == 0
    assert isinstance(error, sa.DataError)
    assert str(error).startswith("train: got a Stream without a length")
    audit = callback(train=(X[:40], Y[:40]))
    assert fit(lightning, DataLoader(Stream(), batch_size=20), rows(40, 60), audit) == (6, None)
    assert (audit.report.train.n_windows, audit.report.val.n_windows) == (40, 20)


def test_several_train_loaders_are_not_chosen_from(lightning):
    audit = callback()
    steps, error = fit(lightning, {"a": rows(0, 20), "b": rows(20, 40)}, rows(40, 60), audit)
    assert steps == 0
    assert str(error) == "train: the trainer has 2 train loaders, expected one, or train=..."


def test_the_callback_can_be_sent_to_other_processes(lightning):
    assert pickle.loads(pickle.dumps(callback(alpha=0.01))).options == {"select": "SA301", "alpha": 0.01}


def test_unknown_names():
    module = importlib.import_module("splitaudit.integrations.lightning")
    with pytest.raises(AttributeError, match="no attribute 'Callback'"):
        module.Callback  # noqa: B018
