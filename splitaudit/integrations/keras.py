"""A callback for Keras that audits the data before the first epoch and can explain the result afterwards.

``SplitAuditCallback`` derives from ``keras.callbacks.Callback``; Keras is imported when it is first used.

>>> from splitaudit.integrations.keras import SplitAuditCallback  # doctest: +SKIP
>>> audit = SplitAuditCallback((X_train, y_train), (X_val, y_val))  # doctest: +SKIP
>>> model.fit(X_train, y_train, validation_data=(X_val, y_val), callbacks=[audit])  # doctest: +SKIP
>>> audit.explain(budget="3m")  # doctest: +SKIP
"""

from __future__ import annotations

import functools
import importlib
from typing import Any, Literal

from splitaudit.api import check, explain
from splitaudit.errors import ConfigError, MissingExtraError
from splitaudit.readers.read import Source
from splitaudit.results import Report

OF_CHECK_ALONE = ("engine", "scheduler")


class Audit:
    """Audit a split when training begins, keep the history, and explain it on demand.

    Parameters
    ----------
    train, val : as of :func:`splitaudit.check`
        What ``fit`` gets as ``(x, y)`` and as ``validation_data``. A callback does not see them, so they are given
        here, too.
    fail_on : {"error", "warning", "never"}
        Severity from which on the split does not pass and training does not begin.
    **options
        Other options of :func:`splitaudit.check`.

    Attributes
    ----------
    report : Report or None
        The audit; None before training.
    histories : list of dict
        Curves of each ``fit``: a list of values per name, as ``History.history``.

    Raises
    ------
    FindingsError
        From ``model.fit``, if the split does not pass.
    DataError
        From ``model.fit``, if the data cannot be read.
    """

    def __init__(
        self,
        train: Source,
        val: Source | None = None,
        *,
        fail_on: Literal["error", "warning", "never"] = "error",
        **options: Any,
    ) -> None:
        super().__init__()
        self.train, self.val, self.fail_on, self.options = train, val, fail_on, options
        self.report: Report | None = None
        self.histories: list[dict[str, list[float]]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Audit once, and begin a history."""
        if self.report is None:
            self.report = check(self.train, self.val, fail_on=self.fail_on, **self.options)
        self.report.raise_for_findings()
        self.histories.append({})

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep what the epoch ended with."""
        for name, value in (logs or {}).items():
            self.histories[-1].setdefault(name, []).append(float(value))

    def explain(self, *, budget: float | str = "5m", **options: Any) -> Report:
        """Explain what held validation back.

        Parameters
        ----------
        budget : float or str
            Time, as of :func:`splitaudit.explain`.
        **options
            Other options of :func:`splitaudit.explain`, such as ``predictions``; those of the audit hold as well.

        Raises
        ------
        ConfigError
            If no epoch has been trained.
        """
        runs = [history for history in self.histories if history]
        if not runs:
            raise ConfigError("there is no history, expected model.fit(...) with this callback before")
        known = {name: value for name, value in self.options.items() if name not in OF_CHECK_ALONE}
        given = {"fail_on": self.fail_on, "history": runs, **known, **options}
        return explain(self.train, self.val, budget=budget, **given)


@functools.cache
def _derived() -> type:
    try:
        base = importlib.import_module("keras").callbacks.Callback
    except ImportError as error:
        raise MissingExtraError("keras is not installed: pip install keras brings it, and a backend") from error
    return type("SplitAuditCallback", (Audit, base), {"__doc__": Audit.__doc__, "__module__": __name__})


def __getattr__(name: str) -> Any:
    """Make the class when it is asked for (PEP 562)."""
    if name == "SplitAuditCallback":
        return _derived()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
