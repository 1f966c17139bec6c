"""The reference learner as a function: from whatever a user has to curves, a val accuracy and the ladder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from splitaudit import arguments
from splitaudit.audit import Settings, prepare
from splitaudit.data.split import Split
from splitaudit.data.windows import Layout
from splitaudit.errors import ConfigError, DataError, NotApplicable, require
from splitaudit.explanation.budget import parse_budget
from splitaudit.explanation.ladder import run_ladder
from splitaudit.explanation.reference_run import MODELS, Shown, Unshown, trained
from splitaudit.models.recipe import Recipe
from splitaudit.readers.read import Source, read_pair
from splitaudit.results import Baseline

TO_LADDER = 0.3  # share of the budget that the reference may take where the ladder follows


def baseline(
    train: Source,
    val: Source | None = None,
    *,
    model: str = "bilstm",
    ladder: bool = False,
    epochs: int | None = None,
    budget: float | str | None = None,
    groups: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    time: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
    layout: Layout = "ntc",
    x_key: str | None = None,
    y_key: str | None = None,
    random_state: int = 0,
    n_jobs: int | None = 1,
    progress: bool = False,
) -> Baseline:
    """Train the reference learner on train and ask it about val.

    A one-layer bidirectional LSTM with a linear softmax head: input standardised with train's statistics, gradients
    clipped, stopped early on an inner part of train that keeps units apart. Val decides nothing.

    Parameters
    ----------
    train, val : path, array-like, tuple, mapping, pandas.DataFrame, torch dataset or Split
        The two sides, as in :func:`splitaudit.check`; labels are needed.
    model : {"bilstm", "lstm", "gru", "attention", "cnn_lstm", "spectrogram", "convlstm"}
        The architecture; ``"convlstm"`` is for image windows.
    ladder : bool
        Then run what people suggest against a plateau: capacity, depth, dropout, L2, optimiser, learning rate,
        architecture, window length, front end, head.
    epochs : int, optional
        At most; 40 unless train is large.
    budget : float or str, optional
        Seconds that it may take, or ``"5m"``; what does not fit is left out and listed.
    groups, time : pair of array-like of shape (n_windows,), optional
        Per window, for train and for val, as in :func:`splitaudit.check`.
    channel_names, class_names : array-like, optional
    layout : {"ntc", "nct"}
        Order of the axes of X.
    x_key, y_key : str, optional
        Keys of X and y where a file or mapping calls them otherwise.
    random_state : int
        Seed; the same input, seed and threads give the same result unless the budget cuts it short.
    n_jobs : int
        Threads; -1 for all processors.
    progress : bool
        Whether to draw the curves in the terminal while they grow.

    Returns
    -------
    Baseline

    Raises
    ------
    MissingExtraError
        If torch is not installed.
    DataError
        If the data cannot be read, compared or learned from.
    ConfigError
        If an option is not valid.
    """
    recipe = recipe_of(model, epochs)
    seconds = None if budget is None else parse_budget(budget)
    settings = settings_of(random_state, n_jobs)
    with _display(progress) as shown:
        sides = read_pair(
            train,
            val,
            x_key=x_key,
            y_key=y_key,
            layout=layout,
            groups=groups,
            time=time,
            channel_names=channel_names,
            class_names=class_names,
        )
        return run(*sides, settings, recipe, ladder=ladder, budget=seconds, shown=shown)


def run(
    train: Split,
    val: Split,
    settings: Settings,
    recipe: Recipe,
    *,
    ladder: bool = False,
    budget: float | None = None,
    shown: Shown | None = None,
    partial: bool = False,
) -> Baseline:
    """Train the reference on two sides that were read.

    Parameters
    ----------
    train, val : Split
    settings : Settings
        Seed and threads.
    recipe : Recipe
    ladder : bool
    budget : float, optional
        Seconds.
    shown : Shown, optional
        Is told what goes on.
    partial : bool
        When interrupted, return what was measured so far instead of raising KeyboardInterrupt.

    Raises
    ------
    DataError
        If nothing can be learned from the data.
    """
    started = time.monotonic()
    shown = shown or Unshown()
    ours, theirs, ctx = prepare(train, val, settings)
    try:
        deadline = None if budget is None else started + budget
        of_reference = (
            None
            if budget is None
            else time.monotonic() + (TO_LADDER if ladder else 1) * (started + budget - time.monotonic())
        )
        found = trained(ours, theirs, ctx, recipe, deadline=of_reference, shown=shown, partial=partial)
        if ladder and not found.partial:
            climbed = run_ladder(ours, theirs, ctx, deadline=deadline, progress=shown.wrap, partial=partial)
            found = replace(found, ladder=climbed, not_run=climbed.not_run)
        elif ladder:
            found = replace(found, not_run=("ladder (interrupted)",))
    except NotApplicable as reason:
        raise DataError(str(reason)) from reason
    plain = {"random_state": settings.random_state, "n_jobs": ctx.n_jobs, "budget": budget, "ladder": ladder}
    return replace(found, settings=plain, seconds=time.monotonic() - started)


def recipe_of(model: str, epochs: int | None = None) -> Recipe:
    """Return the configuration of one of :data:`~splitaudit.explanation.reference_run.MODELS`.

    Raises
    ------
    MissingExtraError
        If torch is not installed, before anything takes time.
    ConfigError
        If there is no such model, or the epochs are none.
    """
    if model not in MODELS:
        raise ConfigError(f"model is {model!r}, expected one of {', '.join(MODELS)}")
    recipe = (
        Recipe(network=model) if epochs is None else Recipe(network=model, epochs=arguments.whole(epochs, "epochs", 1))
    )
    require("torch", extra="torch")
    return recipe


def settings_of(random_state: Any, n_jobs: Any) -> Settings:
    """Return seed and threads as the audit takes them.

    Raises
    ------
    ConfigError
        If one is not valid.
    """
    return Settings(random_state=arguments.whole(random_state, "random_state", 0), n_jobs=arguments.jobs(n_jobs))


@contextmanager
def _display(progress: bool) -> Iterator[Shown]:
    if not progress:
        yield Unshown()
        return
    from splitaudit.render.live import live_curves

    with live_curves() as display:
        yield display
