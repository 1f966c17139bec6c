"""A callback for Lightning that audits the data before the first training batch.

``SplitAuditCallback`` derives from the ``Callback`` of ``lightning`` or of ``pytorch_lightning``, whichever is loaded
when it is first used; neither is imported before.

>>> from splitaudit.integrations.lightning import SplitAuditCallback  # doctest: +SKIP
>>> trainer = Trainer(callbacks=[SplitAuditCallback(fail_on="error")])  # doctest: +SKIP
"""

from __future__ import annotations

import functools
import importlib
import sys
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from splitaudit.api import check
from splitaudit.errors import DataError, MissingExtraError
from splitaudit.readers.read import Source
from splitaudit.results import Report

PACKAGES = ("lightning.pytorch", "pytorch_lightning")


class Audit:
    """Audit a trainer's train loader against each of its val loaders before it trains.

    Loaders are read through their datasets and never iterated. The sanity check of Lightning, which does not train,
    comes before. In a distributed run every process makes the same audit, so that all stop together.

    Parameters
    ----------
    train, val : as of :func:`splitaudit.check`, optional
        What to audit instead of the trainer's loaders, where these cannot be read (streams, samplers of your own).
    fail_on : {"error", "warning", "never"}
        Severity from which on the split does not pass and training is stopped.
    **options
        Other options of :func:`splitaudit.check`; groups and time are pairs for train and val.

    Attributes
    ----------
    reports : tuple of Report
        One per val loader; empty before the audit.

    Raises
    ------
    FindingsError
        From ``trainer.fit``, if the split does not pass.
    DataError
        From ``trainer.fit``, if the datasets cannot be read as windows.
    """

    def __init__(
        self,
        train: Source | None = None,
        val: Source | None = None,
        *,
        fail_on: Literal["error", "warning", "never"] = "error",
        **options: Any,
    ) -> None:
        super().__init__()
        self.train, self.val, self.fail_on, self.options = train, val, fail_on, options
        self.reports: tuple[Report, ...] = ()

    @property
    def report(self) -> Report | None:
        """The report of the first val loader; None before the audit."""
        return self.reports[0] if self.reports else None

    def on_fit_start(self, trainer: Any, pl_module: Any) -> None:
        """Forget the audit of an earlier fit."""
        self.reports = ()

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Audit: the loaders are there now, and no batch has been trained on."""
        self._audit(trainer)

    def on_validation_start(self, trainer: Any, pl_module: Any) -> None:
        """Audit where the val loader only comes with the first validation."""
        if not trainer.sanity_checking:
            self._audit(trainer)

    def on_fit_end(self, trainer: Any, pl_module: Any) -> None:
        """Say so if there was nothing to audit."""
        if not self.reports:
            warnings.warn("the split was not audited: the trainer has no val loader", stacklevel=2)

    def _audit(self, trainer: Any) -> None:
        train = _flat(trainer.train_dataloader) if self.train is None else [self.train]
        val = _flat(trainer.val_dataloaders) if self.val is None else [self.val]
        if self.reports or not train or not val:
            return
        if len(train) > 1:
            raise DataError(f"train: the trainer has {len(train)} train loaders, expected one, or train=...")
        self.reports = tuple(check(train[0], each, fail_on=self.fail_on, **self.options) for each in val)
        for report in self.reports:
            report.raise_for_findings()


def _flat(loaders: Any) -> list[Any]:
    """Return the loaders of a trainer, which may be one, a list or a mapping of them, or none."""
    if loaders is None:
        return []
    if isinstance(loaders, Mapping):
        return [one for each in loaders.values() for one in _flat(each)]
    if isinstance(loaders, Sequence):
        return [one for each in loaders for one in _flat(each)]
    return [loaders]


def _bases() -> tuple[type, ...]:
    """Return the callback classes of what is loaded, else of what is installed."""
    for names in ([name for name in PACKAGES if name in sys.modules], PACKAGES):
        found = []
        for name in names:
            try:
                found.append(importlib.import_module(name).Callback)
            except ImportError:
                continue
            if names is PACKAGES:
                break
        if found:
            return tuple(found)
    raise MissingExtraError("lightning is not installed: pip install lightning brings it")


@functools.cache
def _derived(bases: tuple[type, ...]) -> type:
    space = {"__doc__": Audit.__doc__, "__module__": __name__}
    return type("SplitAuditCallback", (Audit, *bases), space)


def __getattr__(name: str) -> Any:
    """Make the class when it is asked for (PEP 562)."""
    if name == "SplitAuditCallback":
        return _derived(_bases())
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
