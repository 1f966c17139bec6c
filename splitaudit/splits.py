"""Splits as functions: draw one that passes, or mend the one there is."""

from __future__ import annotations

from typing import Literal, overload

from numpy.typing import ArrayLike

from splitaudit import arguments
from splitaudit.audit import Settings
from splitaudit.data.windows import Layout
from splitaudit.partition.draw import Options, draw
from splitaudit.partition.repair import repair as mended
from splitaudit.partition.splitter import Splitter
from splitaudit.partition.wanted import Wanted
from splitaudit.readers.read import Source, read, read_pair
from splitaudit.render.progress import shown_as
from splitaudit.results import Partition

Way = Literal["auto", "groups", "time"]


@overload
def split(
    data: None = None,
    *,
    val: float = ...,
    test: float = ...,
    folds: int | None = ...,
    by: Way = ...,
    gap: float | None = ...,
    random_state: int = ...,
    n_jobs: int | None = ...,
) -> Splitter: ...


@overload
def split(
    data: Source,
    *,
    val: float = ...,
    test: float = ...,
    folds: int | None = ...,
    by: Way = ...,
    gap: float | None = ...,
    groups: ArrayLike | None = ...,
    time: ArrayLike | None = ...,
    recording: ArrayLike | None = ...,
    class_names: ArrayLike | None = ...,
    layout: Layout = ...,
    x_key: str | None = ...,
    y_key: str | None = ...,
    audit: bool = ...,
    random_state: int = ...,
    n_jobs: int | None = ...,
    progress: bool = ...,
) -> Partition: ...


def split(
    data: Source | None = None,
    *,
    val: float = 0.2,
    test: float = 0.0,
    folds: int | None = None,
    by: Way = "auto",
    gap: float | None = None,
    groups: ArrayLike | None = None,
    time: ArrayLike | None = None,
    recording: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
    layout: Layout = "ntc",
    x_key: str | None = None,
    y_key: str | None = None,
    audit: bool = True,
    random_state: int = 0,
    n_jobs: int | None = 1,
    progress: bool = False,
) -> Partition | Splitter:
    """Draw a split in which train knows none of val.

    No window, no sample and no group is on both sides, copies and near copies stay together, and class shares and the
    main features are balanced over units as far as the units allow.

    Parameters
    ----------
    data : path, array-like, tuple, mapping, pandas.DataFrame, torch dataset or Split, optional
        Windows, as one side of :func:`splitaudit.check`. Without them a splitter comes back, whose ``split(X, y,
        groups)`` scikit-learn calls.
    val, test : float
        Shares of the windows.
    folds : int, optional
        That many folds instead of val and test.
    by : {"auto", "groups", "time"}
        What is kept whole: groups; past and future of every clock; or the first of groups, recordings, single windows
        and blocks of dependent windows that is there and enough.
    gap : float, optional
        Least distance of starts of windows of different parts on one clock, in samples, where blocks or time are cut;
        by default the length of a window or the distance over which windows resemble each other, if that is more.
    groups, time, recording : array-like of shape (n_windows,), optional
        What the data do not hold, or instead of what they hold.
    class_names, layout, x_key, y_key : as in read
        As of :func:`splitaudit.read`.
    audit : bool
        Whether to audit the result, and beside it a split that deals windows at random.
    random_state : int
        Seed; the same input, seed and version give the same split.
    n_jobs : int
        Threads; -1 for all processors.
    progress : bool
        Whether to show in the terminal how far the work has come.

    Returns
    -------
    Partition or Splitter
        Row numbers, what holds of them, the scaler's numbers fitted on train; both may be given to scikit-learn as
        ``cv``.

    Raises
    ------
    DataError
        If the data cannot be read, or what is wanted cannot be had; the sentence names what can.
    ConfigError
        If an option is not valid.

    Examples
    --------
    >>> import numpy as np
    >>> import splitaudit as sa
    >>> rng = np.random.default_rng(0)
    >>> X, y, subject = rng.normal(size=(200, 32, 2)), np.arange(200) % 2, np.arange(200) // 20
    >>> found = sa.split((X, y), groups=subject, val=0.2, audit=False)
    >>> np.intersect1d(subject[found.train], subject[found.val])
    array([], dtype=int64)
    >>> sa.split(folds=5).get_n_splits()
    5
    """
    wanted = Wanted(
        val=arguments.number(val, "val"),
        test=arguments.number(test, "test"),
        folds=None if folds is None else arguments.whole(folds, "folds", 2),
        by=by,
        gap=None if gap is None else arguments.number(gap, "gap"),
    )
    settings = _settings(random_state, n_jobs)
    if data is None:
        return Splitter(wanted, settings)
    with shown_as(progress) as wrap:
        found = read(
            data,
            x_key=x_key,
            y_key=y_key,
            layout=layout,
            name="data",
            groups=groups,
            time=time,
            recording=recording,
            class_names=class_names,
        )
        return draw(found, wanted, Options(settings=settings, audited=audit, progress=wrap))


def repair(
    train: Source,
    val: Source | None = None,
    *,
    groups: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    time: tuple[ArrayLike | None, ArrayLike | None] | None = None,
    layout: Layout = "ntc",
    x_key: str | None = None,
    y_key: str | None = None,
    random_state: int = 0,
    n_jobs: int | None = 1,
    progress: bool = False,
) -> Partition:
    """Propose the smallest change of a pair after which train knows none of val.

    Parameters
    ----------
    train, val, groups, time, layout, x_key, y_key : as in check
        As of :func:`splitaudit.check`.
    random_state : int
        Seed; the same input, seed and version give the same proposal.
    n_jobs : int
        Threads; -1 for all processors.
    progress : bool
        Whether to show in the terminal how far the work has come.

    Returns
    -------
    Partition
        :attr:`~splitaudit.results.Partition.changes` says which windows to leave out or to move,
        :attr:`~splitaudit.results.Partition.after` what accuracy to expect then. Row numbers of the parts count
        train's windows first, then val's.

    Raises
    ------
    DataError
        If the data cannot be read, or no choice of windows mends the pair.
    """
    settings = _settings(random_state, n_jobs)
    with shown_as(progress) as wrap:
        sides = read_pair(train, val, x_key=x_key, y_key=y_key, layout=layout, groups=groups, time=time)
        return mended(*sides, Options(settings=settings, progress=wrap))


def _settings(random_state: int, n_jobs: int | None) -> Settings:
    return Settings(random_state=arguments.whole(random_state, "random_state", 0), n_jobs=arguments.jobs(n_jobs))
