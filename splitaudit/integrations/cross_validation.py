"""Audit of every fold of a cross-validation: which folds leak, which shift."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from splitaudit import arguments
from splitaudit.api import check
from splitaudit.data.split import Split
from splitaudit.data.windows import Layout
from splitaudit.errors import ConfigError, DataError, FindingsError
from splitaudit.readers.read import Source, read
from splitaudit.render.progress import shown_as
from splitaudit.results import Report
from splitaudit.rule import Progress
from splitaudit.wording import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from rich.console import Console, ConsoleOptions, RenderResult

IntArray = NDArray[np.int64]
Pair = tuple[IntArray, IntArray]

LEAKED = {"SA301": "duplicate", "SA302": "near_duplicate", "SA303": "overlapping", "SA305": "near_in_time"}
SHIFTS = ("shift", "normalization")  # families that say that the sides differ
OF_LABELS = ("SA501", "SA502", "SA507")  # and rules of another
GRAVE = ("crashed", "error", "warning")
FILE_WIDTH = 100
MAX_CODES = 4


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CrossValidation:
    """One report per fold. ``where.train_windows`` and ``where.val_windows`` of its findings are rows of X."""

    cv: str
    n_windows: int
    folds: tuple[Report, ...]

    @property
    def passed(self) -> bool:
        """Whether every fold passes."""
        return all(report.passed for report in self.folds)

    @property
    def leaking(self) -> tuple[int, ...]:
        """Numbers of the folds with errors or warnings of the family leakage (SA3)."""
        return tuple(i for i, report in enumerate(self.folds) if _leaks(report))

    @property
    def shifting(self) -> tuple[int, ...]:
        """Numbers of the folds whose sides differ: errors or warnings of SA1, SA2, SA501, SA502 or SA507."""
        return tuple(i for i, report in enumerate(self.folds) if _shifts(report))

    @property
    def summary(self) -> str:
        """One sentence: how many folds leak and shift, and which."""
        n = len(self.folds)
        said = [
            f"{len(which)} of {counted(n, 'fold')} {verb if len(which) > 1 else verb + 's'} ({listed(which, shown=6)})"
            for verb, which in (("leak", self.leaking), ("shift", self.shifting))
            if which
        ]
        rest = [i for i, each in enumerate(self.folds) if not each.passed and i not in {*self.leaking, *self.shifting}]
        said += [f"{len(rest)} of {counted(n, 'fold')} do not pass ({listed(rest, shown=6)})"] if rest else []
        return "; ".join(said or [f"None of {counted(n, 'fold')} leaks or shifts as far as the rules can tell"]) + "."

    def raise_for_findings(self) -> None:
        """Raise :class:`~splitaudit.errors.FindingsError` if a fold does not pass, with a line for each finding."""
        lines = []
        for i, report in enumerate(self.folds):
            try:
                report.raise_for_findings()
            except FindingsError as error:
                lines += [f"fold {i}: {line}" for line in str(error).splitlines()[1:] or [str(error)]]
        if lines:
            raise FindingsError("\n".join([self.summary, *lines]))

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with one row per fold.

        Columns: ``n_train`` and ``n_val`` windows, ``status``, ``errors``, ``warnings`` (codes of rules), and shares
        of the val windows that are in train (``duplicate``, ``near_duplicate``), share samples with it
        (``overlapping``) or lie too near to it in time (``near_in_time``); NaN where that could not be measured.
        """
        import pandas as pd

        rows = [
            {
                "n_train": report.train.n_windows,
                "n_val": report.val.n_windows,
                "status": report.verdict.status,
                "errors": " ".join(f.rule for f in report.by_severity("crashed", "error")),
                "warnings": " ".join(f.rule for f in report.by_severity("warning")),
                **_shares(report),
            }
            for report in self.folds
        ]
        return pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="fold"))

    def __repr__(self) -> str:
        return f"<CrossValidation {'pass' if self.passed else 'fail'}: {self.summary}>"

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(file=io.StringIO(), width=FILE_WIDTH, color_system=None)
        with console.capture() as captured:
            console.print(self)
        return captured.get()

    def _repr_html_(self) -> str:
        table: str = self.to_frame().to_html(na_rep="-", float_format="{:.1%}".format)
        return f"<p><strong>{_status(self.folds).upper()}</strong> {self.summary}</p>\n{table}"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from rich.table import Table
        from rich.text import Text

        status = _status(self.folds)
        yield Text.assemble((status.upper().ljust(10), _STYLES[status]), self.summary)
        yield Text(f"{self.cv}: {counted(len(self.folds), 'fold')} of {counted(self.n_windows, 'window')}", style="dim")
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in ("fold", "train", "val"):
            table.add_column(name, justify="right")
        for name in ("verdict", "leaks", "shifts", "also"):
            table.add_column(name)
        for i, report in enumerate(self.folds):
            leaks, shifts = _leaks(report), _shifts(report)
            also = [f.rule for f in report.ranked(*GRAVE) if f.rule not in {*leaks, *shifts}]
            of = _shares(report)
            told = [f"{code} {of[LEAKED[code]]:.1%}" if code in LEAKED else code for code in leaks]
            state = Text(report.verdict.status, style=_STYLES[report.verdict.status])
            sizes = f"{i}", f"{report.train.n_windows:,}", f"{report.val.n_windows:,}"
            table.add_row(*sizes, state, *(_codes(codes) for codes in (told, shifts, also)))
        yield table


_STYLES = {"pass": "bold green", "warn": "bold yellow", "fail": "bold red"}


def check_cv(
    X: Source,
    y: ArrayLike | None = None,
    cv: Any = 5,
    *,
    groups: ArrayLike | None = None,
    time: ArrayLike | None = None,
    recording: ArrayLike | None = None,
    channel_names: ArrayLike | None = None,
    class_names: ArrayLike | None = None,
    layout: Layout = "ntc",
    select: str | Iterable[str] = (),
    ignore: str | Iterable[str] = (),
    fail_on: Literal["error", "warning", "never"] = "error",
    alpha: float = 0.05,
    n_permutations: int = 999,
    rules: Mapping[str, Mapping[str, Any]] | None = None,
    random_state: int = 0,
    n_jobs: int | None = 1,
    progress: bool | Progress = False,
) -> CrossValidation:
    """Audit every fold of a cross-validation before running it.

    Parameters
    ----------
    X : array-like of shape (n_windows, n_timesteps, n_channels), or what ``splitaudit.read`` takes
        The windows.
    y : array-like of shape (n_windows,), optional
        Labels, where X does not hold them.
    cv : int, splitter of scikit-learn or iterable of (train rows, val rows)
        As of :func:`sklearn.model_selection.cross_val_score`; a number of folds is stratified where there are labels.
    groups, time, recording : array-like of shape (n_windows,), optional
        As of :func:`splitaudit.read`; the splitter gets the groups, too.
    channel_names, class_names, layout : as in read
        As of :func:`splitaudit.read`.
    select, ignore, fail_on, n_permutations, rules, random_state, n_jobs : as in check
        As of :func:`splitaudit.check`; ``select="SA3"`` looks for leaks alone and is cheaper.
    alpha : float
        Chance of any false error in any fold of a healthy cross-validation; each fold gets its equal part.
    progress : bool or callable
        Whether to show in the terminal how many folds are done, or what wraps the loop over folds instead.

    Returns
    -------
    CrossValidation
        A report per fold, which folds leak and shift, a table.

    Raises
    ------
    DataError
        If the data cannot be read, or the splitter cannot split them.
    ConfigError
        If ``cv`` or an option is not valid.

    Examples
    --------
    >>> import numpy as np
    >>> import splitaudit as sa
    >>> signal = np.random.default_rng(0).normal(size=(2048, 2))
    >>> X = np.stack([signal[s : s + 64] for s in range(0, 1984, 32)])  # windows overlap by half
    >>> y = np.arange(len(X)) % 2
    >>> from sklearn.model_selection import KFold
    >>> sa.check_cv(X, y, KFold(3, shuffle=True, random_state=0), select="SA303").leaking
    (0, 1, 2)
    """
    data = read(
        X if y is None else (X, y),
        layout=layout,
        name="X",
        groups=groups,
        time=time,
        recording=recording,
        channel_names=channel_names,
        class_names=class_names,
    )
    pairs, name = _pairs(cv, data, y, groups)
    share = arguments.number(alpha, "alpha") / len(pairs)
    with shown_as(progress) as wrap:
        reports = tuple(
            check(
                data.take(train),
                data.take(val),
                select=select,
                ignore=ignore,
                fail_on=fail_on,
                alpha=share,
                n_permutations=n_permutations,
                rules=rules,
                random_state=random_state,
                n_jobs=n_jobs,
            )
            for train, val in wrap(pairs, "folds")
        )
    return CrossValidation(cv=name, n_windows=len(data), folds=reports)


def _pairs(cv: Any, data: Split, y: Any, groups: Any) -> tuple[list[Pair], str]:
    """Return row numbers of every fold, and what to call the splitter."""
    from sklearn.model_selection import check_cv as as_splitter

    labels, known = (data.y if y is None else y), (data.groups if groups is None else groups)
    try:
        splitter = as_splitter(cv, labels, classifier=labels is not None)
    except ValueError as error:
        raise ConfigError(f"cv is {cv!r}, expected a number of folds, a splitter or pairs of row numbers") from error
    name = type(splitter).__name__.strip("_")
    name = "pairs of row numbers" if name == "CVIterableWrapper" else name
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The groups parameter is ignored")  # but the audit knows them
            found = list(splitter.split(data.X, labels, known))
    except ValueError as error:
        raise DataError(f"cv: {name} cannot split X: {error}") from error
    if not found:
        raise DataError("cv: there are no folds, expected at least one pair of row numbers")
    return [_checked(pair, i, len(data)) for i, pair in enumerate(found)], name


def _checked(pair: Any, fold: int, n: int) -> Pair:
    """Return the row numbers of a fold; masks become row numbers."""
    sides = list(pair) if isinstance(pair, Sequence) else []
    if len(sides) != 2:
        raise DataError(f"cv: fold {fold} is no pair, expected (train rows, val rows)")
    out = []
    for side, name in zip(sides, ("train", "val"), strict=True):
        rows = np.asarray(side)
        rows = np.flatnonzero(rows) if rows.dtype.kind == "b" and rows.shape == (n,) else rows
        if rows.ndim != 1 or not len(rows) or rows.dtype.kind not in "iu":
            raise DataError(
                f"cv: {name} of fold {fold} has shape {rows.shape} and dtype {rows.dtype}, expected row numbers"
            )
        if rows.min() < -n or rows.max() >= n:
            worst = rows.max() if rows.max() >= n else rows.min()
            raise DataError(f"cv: {name} of fold {fold} holds row {worst}, expected rows below {n}")
        out.append(rows.astype(np.int64) % n)
    return out[0], out[1]


def _leaks(report: Report) -> list[str]:
    return [f.rule for f in report.ranked("error", "warning") if f.family == "leakage"]


def _shifts(report: Report) -> list[str]:
    return [f.rule for f in report.ranked("error", "warning") if f.family in SHIFTS or f.rule in OF_LABELS]


def _shares(report: Report) -> dict[str, float]:
    """Shares of the val windows that leak, by way."""
    found = {f.rule: f for f in report.findings}
    return {way: _share(found[code].effect if code in found else None) for code, way in LEAKED.items()}


def _share(effect: float | None) -> float:
    return math.nan if effect is None else float(effect)


def _status(folds: Sequence[Report]) -> str:
    found = {report.verdict.status for report in folds}
    return next(status for status in ("fail", "warn", "pass") if status in found)


def _codes(codes: Sequence[str]) -> str:
    more = f" and {len(codes) - MAX_CODES} more" if len(codes) > MAX_CODES else ""
    return ", ".join(codes[:MAX_CODES]) + more or "-"
