"""A guard before training: a report that does not pass is an error."""

from __future__ import annotations

from typing import Any, Literal

from splitaudit.api import check
from splitaudit.readers.read import Source
from splitaudit.results import Report


def guard(
    train: Source, val: Source | None = None, *, fail_on: Literal["error", "warning", "never"] = "error", **options: Any
) -> Report:
    """Audit a split before training on it, and stop where it does not pass.

    Parameters
    ----------
    train, val : path, array-like, tuple, mapping, pandas.DataFrame, dataset, loader or Split
        The two sides, as of :func:`splitaudit.check`.
    fail_on : {"error", "warning", "never"}
        Severity from which on the split does not pass.
    **options
        Other options of :func:`splitaudit.check`.

    Returns
    -------
    Report
        Of a split that passes.

    Raises
    ------
    FindingsError
        If the split does not pass; it lists the findings.
    DataError, ConfigError
        As of :func:`splitaudit.check`.

    Examples
    --------
    >>> import numpy as np
    >>> import splitaudit as sa
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(240, 64, 3)), rng.integers(0, 2, 240)
    >>> sa.guard((X[:160], y[:160]), (X[160:], y[160:]), select="SA301").passed
    True
    >>> sa.guard((X[:160], y[:160]), (X[140:], y[140:]), select="SA301")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    splitaudit.errors.FindingsError: 1 error: duplicate-windows.
    SA301 duplicate-windows: 20 of 100 val windows (20.0%) are exact copies of train windows...
    """
    report = check(train, val, fail_on=fail_on, **options)
    report.raise_for_findings()
    return report
