"""The main jobs as functions: from whatever a user has to a report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from numpy.typing import ArrayLike

from splitaudit import arguments
from splitaudit.accepted import accepted_findings
from splitaudit.audit import Settings
from splitaudit.data.split import Split, comparable
from splitaudit.data.training import Training
from splitaudit.data.windows import Layout
from splitaudit.engine.limits import limits_of
from splitaudit.engine.run import audit_sides, held
from splitaudit.errors import ConfigError
from splitaudit.readers.read import Source, read_pair
from splitaudit.readers.room import limited
from splitaudit.render.progress import shown_as
from splitaudit.results import Report
from splitaudit.rule import Progress


def check(
    train: Source,
    val: Source | None = None,
    *,
    groups: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    time: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
    layout: Layout = "ntc",
    x_key: str | None = None,
    y_key: str | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    fail_on: Literal["error", "warning", "never"] = "error",
    alpha: float = 0.05,
    n_permutations: int = 999,
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    baseline: str | os.PathLike[str] | Mapping[str, Any] | Report | None = None,
    memory: str | float | None = None,
    engine: Literal["local", "dask"] = "local",
    scheduler: str | None = None,
    random_state: int = 0,
    n_jobs: int | None = 1,
    progress: bool | Progress = False,
) -> Report:
    """Audit a train/validation split of windowed sequences.

    Parameters
    ----------
    train, val : path, array-like, tuple, mapping, pandas.DataFrame, torch dataset or Split
        The two sides: an ``.npz`` file or a mapping with the keys X, y, groups, time, recording, channel_names and
        class_names; an (X, y) pair; X alone as an array or ``.npy`` file; a long table
        (:mod:`splitaudit.readers.frame`); a map-style dataset or loader of torch; a Hugging Face dataset; a panel of
        sktime or aeon. X has shape (n_windows, n_timesteps, n_channels).
        Without ``val``, ``train`` is one ``.npz`` file or mapping that holds both sides as ``X_train`` and ``X_val``.
    groups : pair of array-like of shape (n_windows,), optional
        Subject, machine ... of each window, for train and for val.
    time : pair of array-like of shape (n_windows,), optional
        Start of each window in its recording, in samples, for train and for val.
    channel_names : array-like of shape (n_channels,), optional
        Names of the channels.
    class_names : array-like of shape (n_classes,), optional
        Names of the labels 0, 1, 2, ...
    layout : {"ntc", "nct"}
        Order of the axes of X, where the input does not say it.
    x_key, y_key : str, optional
        Keys of X and y where a file or mapping calls them otherwise.
    select, ignore : str or iterable of str
        Codes (``"SA301"``), prefixes of codes (``"SA3"``) or names of rules to run, or not to run.
    fail_on : {"error", "warning", "never"}
        Severity from which on the report does not pass.
    alpha : float
        Chance of any false error on a healthy split that is accepted.
    n_permutations : int
        How many permutations a test draws at most.
    rules : mapping of str to mapping, optional
        Options of single rules: ``{"SA301": {"error": 0.05}}``.
    baseline : path, mapping or Report, optional
        Report of an earlier run, whose findings are accepted.
    memory : int or str, optional
        What the audit may take, such as ``"4GiB"``; by default six tenths of what is free. Sides that do not fit are
        read once, piece by piece, and judged on whole stretches of their windows; findings say so.
    engine : {"local", "dask"}
        Who reads the windows: this process, or the workers of the active Dask client.
    scheduler : str, optional
        Address of a Dask scheduler to use instead of the active client.
    random_state : int
        Seed; the same input, seed and version give the same report.
    n_jobs : int
        Threads; -1 for all processors.
    progress : bool or callable
        Whether to show in the terminal how far the run has come, or what wraps its loops instead.

    Returns
    -------
    Report
        Findings by rule; shown richly in a terminal and in a notebook.

    Raises
    ------
    DataError
        If the data cannot be read or compared; one sentence that says where and what was expected.
    ConfigError
        If an option or the code of a rule is not known or not valid.

    Examples
    --------
    >>> import numpy as np
    >>> import splitaudit as sa
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(240, 64, 3)), rng.integers(0, 2, 240)
    >>> X[:160, :, 1] *= 100  # train was left in other units
    >>> report = sa.check((X[:160], y[:160]), (X[160:], y[160:]), channel_names=["x", "y", "z"])
    >>> report.passed
    False
    >>> report.finding("SA201").where.channels
    ('y',)
    """
    settings = _settings(
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        alpha=alpha,
        n_permutations=n_permutations,
        rules=rules,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    accepted, limits = accepted_findings(baseline), limits_of(memory, engine, scheduler)
    with shown_as(progress) as wrap:
        with limited(limits.memory):
            ours, theirs = read_pair(
                train,
                val,
                x_key=x_key,
                y_key=y_key,
                layout=layout,
                groups=groups,
                time=time,
                channel_names=channel_names,
                class_names=class_names,
                most=limits.most_loaded,
            )
        return audit_sides(ours, theirs, settings, limits, progress=wrap, accepted=accepted)


def explain(
    train: Source,
    val: Source | None = None,
    *,
    history: Any = None,
    predictions: Any = None,
    observed: float | None = None,
    budget: float | str = "5m",
    ladder: bool = False,
    groups: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    time: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
    layout: Layout = "ntc",
    x_key: str | None = None,
    y_key: str | None = None,
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    fail_on: Literal["error", "warning", "never"] = "error",
    alpha: float = 0.05,
    n_permutations: int = 999,
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    baseline: str | os.PathLike[str] | Mapping[str, Any] | Report | None = None,
    memory: str | float | None = None,
    random_state: int = 0,
    n_jobs: int | None = 1,
    progress: bool | Progress = False,
) -> Report:
    """Audit a split and explain what holds validation back.

    Parameters
    ----------
    train, val : path, array-like, tuple, mapping, pandas.DataFrame, torch dataset or Split
        The two sides with labels, as of :func:`check`.
    history : path, mapping, pandas.DataFrame, object with ``.history``, or a sequence of these, optional
        Curves of the user's own training runs, see :func:`splitaudit.readers.history.read_history`.
    predictions : path or array-like, optional
        What the user's model says of the val windows: labels, probabilities or logits, see
        :func:`splitaudit.readers.predictions.read_predictions`.
    observed : float, optional
        The val accuracy of the user's model, as a share.
    budget : float or str
        Seconds, or a time such as ``"90s"``, ``"5m"``, ``"1h"``, for everything. What does not fit is listed as not
        run.
    ladder : bool
        Run the ladder of network configurations first of all that trains networks.
    groups, time, channel_names, class_names, layout, x_key, y_key : as in check
        As of :func:`check`.
    select, ignore, fail_on, alpha, n_permutations, rules, baseline : as in check
        Of the audit, as of :func:`check`.
    memory
        As of :func:`check`; sides that do not fit are replaced by whole stretches of their windows.
    random_state : int
        Seed; as long as the budget suffices for all, the same input, seed and version give the same report.
    n_jobs : int
        Threads; -1 for all processors.
    progress : bool or callable
        As of :func:`check`.

    Returns
    -------
    Report
        That of :func:`check` with :attr:`~splitaudit.results.Report.explanation`.

    Raises
    ------
    DataError
        If the data, the history or the predictions cannot be read, or a side has no labels.
    ConfigError
        If an option is not valid.

    Examples
    --------
    >>> import splitaudit as sa
    >>> from splitaudit.zoo.demo import make
    >>> case = make("ceiling76")
    >>> report = sa.explain(case.train, case.val, budget="20s")  # doctest: +SKIP
    >>> report.explanation.causes[0].name  # doctest: +SKIP
    'normalization_mismatch'
    """
    from splitaudit.explanation.budget import parse_budget
    from splitaudit.explanation.explain import explain_report

    settings = _settings(
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        alpha=alpha,
        n_permutations=n_permutations,
        rules=rules,
        random_state=random_state,
        n_jobs=n_jobs,
    )
    accepted, seconds, limits = accepted_findings(baseline), parse_budget(budget), limits_of(memory)
    with shown_as(progress) as wrap:
        with limited(limits.memory):
            ours, theirs = read_pair(
                train,
                val,
                x_key=x_key,
                y_key=y_key,
                layout=layout,
                groups=groups,
                time=time,
                channel_names=channel_names,
                class_names=class_names,
                most=limits.most_loaded,
            )
        training = _training(comparable(ours, theirs)[1], history, predictions, observed)
        ours, theirs, training = held(ours, theirs, limits, training)
        return explain_report(
            ours,
            theirs,
            settings,
            training=training,
            budget=seconds,
            ladder=ladder,
            progress=wrap,
            accepted=accepted,
        )


def _training(val: Split, history: Any, predictions: Any, observed: float | None) -> Training:
    """Read what is known of the user's own training; ``observed`` is a share."""
    from splitaudit.readers.history import read_history
    from splitaudit.readers.predictions import read_predictions

    if observed is not None and not 0 <= arguments.number(observed, "observed") <= 1:
        raise ConfigError(f"observed is {observed!r}, expected an accuracy between 0 and 1")
    return Training(
        histories=() if history is None else read_history(history),
        predictions=None if predictions is None else read_predictions(predictions, val),
        observed=observed,
    )


def _settings(*, select: Any, ignore: Any, alpha: Any, n_permutations: Any, rules: Any, **given: Any) -> Settings:
    """Check the options that reach the audit."""
    return Settings(
        select=arguments.codes(select, "select"),
        ignore=arguments.codes(ignore, "ignore"),
        fail_on=given["fail_on"],
        alpha=arguments.number(alpha, "alpha"),
        n_permutations=arguments.whole(n_permutations, "n_permutations", 1),
        random_state=arguments.whole(given["random_state"], "random_state", 0),
        n_jobs=arguments.jobs(given["n_jobs"]),
        rules=arguments.options(rules),
    )
