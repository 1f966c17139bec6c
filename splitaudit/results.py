"""What the library hands out: the plain data of a run, and how they are shown and saved.

The data and their contracts are in :mod:`splitaudit.report`, :mod:`splitaudit.trained` and
:mod:`splitaudit.partitioned`, which know no renderer; renderers know the data alone. Here the two meet.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from splitaudit.partitioned import PartitionData
from splitaudit.report import ReportData
from splitaudit.trained import BaselineData

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from rich.console import Console, ConsoleOptions, RenderResult


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Report(ReportData):
    """Everything one run found. ``to_dict`` is the JSON contract."""

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Report:
        """Read a report that was saved as JSON.

        Raises
        ------
        ConfigError
            If the file cannot be read, or is no report of this version of the contract.
        """
        from splitaudit.render.json import load

        found = load(path)
        return cls(**{each.name: getattr(found, each.name) for each in fields(found)})

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON types (NaN becomes None)."""
        from splitaudit.render.json import to_dict

        return to_dict(self)

    def to_json(self) -> str:
        """Return the report as a JSON document."""
        from splitaudit.render.json import render

        return render(self)

    def save(self, path: str | os.PathLike[str], format: str | None = None) -> None:
        """Write the report to a file; the format follows the suffix unless given."""
        from splitaudit.render.write import save

        save(self, path, format)

    def save_html(self, path: str | os.PathLike[str]) -> None:
        """Write the report as one HTML page that needs nothing else; jinja2 makes it (the extra ``report``).

        Raises
        ------
        MissingExtraError
            If jinja2 is not installed.
        """
        self.save(path, "html")

    def __repr__(self) -> str:
        from splitaudit.render.words import visible

        return f"<Report {self.verdict.status}: {visible(self.verdict.summary)}>"

    def __str__(self) -> str:
        from splitaudit.render.write import render

        return render(self, "terminal")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from splitaudit.render.terminal import renderables

        yield from renderables(self, width=options.max_width, ascii_only=options.ascii_only)

    def _repr_html_(self) -> str:
        from splitaudit.render.html import fragment

        return fragment(self)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Baseline(BaselineData):
    """One reference run. ``to_dict`` is the JSON contract.

    ``val_accuracy`` has a 95 % interval between units; ``balanced_accuracy`` is the mean recall of the classes;
    ``chance`` is the accuracy of always naming train's most frequent class. ``stopped`` says why training ended:
    ``"epochs"``, ``"early"``, ``"budget"`` or ``"interrupted"``; then only the curve is known. ``not_run`` says what
    was left out.
    """

    def to_dict(self) -> dict[str, Any]:
        """Return the run as JSON types (NaN becomes None)."""
        from splitaudit.render.baseline import to_dict

        return to_dict(self)

    def to_json(self) -> str:
        """Return the run as a JSON document."""
        from splitaudit.render.baseline import render

        return render(self, "json")

    def __repr__(self) -> str:
        from splitaudit.render.words import visible

        return f"<Baseline {self.model}: {visible(self.summary)}>"

    def __str__(self) -> str:
        from splitaudit.render.baseline import render

        return render(self, "terminal")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from splitaudit.render.baseline import renderables

        yield from renderables(self, options.max_width, ascii_only=options.ascii_only)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Partition(PartitionData):
    """A split of one data set, or the repair of a pair. ``to_dict`` is the JSON contract.

    Parameters
    ----------
    n_windows : int
        Windows of the input; of a pair, train's come first.
    by : {"group", "recording", "block", "window", "time"}
        What was kept whole.
    n_units : int
        How many of these there are.
    how : str
        How they were found.
    parts : tuple of Parts
        One, or one per fold.
    scalers : tuple of Scaler
        Fitted on train, one for each of ``parts``.
    before : Standing, optional
        Of the pair as it was, or of a split that deals windows at random.
    after : tuple of Standing
        One for each of ``parts``; empty where the result was not audited.
    classes : mapping of str to tuple of int
        Windows of each class in train, val and test of the first of ``parts``.
    gap : float
        Least distance of starts of windows of different parts on one clock, in samples; 0 where no clock matters.
    notes : tuple of str
        What could not be had, and what was decided.
    changes : Changes, optional
        Of a repair.
    """

    def save(self, folder: str | os.PathLike[str], *, overwrite: bool = False) -> list[Path]:
        """Write the row numbers (``indices.npz``) and the record of the split (``split.json``) into a folder.

        Raises
        ------
        ConfigError
            If a file is there already and ``overwrite`` is not set.
        OSError
            If they cannot be written.
        """
        from splitaudit.render.partition import save

        return save(self, folder, overwrite=overwrite)

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON types, without the row numbers (NaN becomes None)."""
        from splitaudit.render.partition import to_dict

        return to_dict(self)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(rows):,}" for name, rows in self.parts[0].named().items())
        folds = f" × {len(self.parts)} folds" if len(self.parts) > 1 else ""
        return f"<Partition by {self.by}: {sizes}{folds}>"

    def __str__(self) -> str:
        from splitaudit.render.partition import render

        return render(self)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        from splitaudit.render.partition import renderables

        yield from renderables(self, options.max_width, ascii_only=options.ascii_only)
