"""The command ``splitaudit split``: draw a split that passes, or mend the one there is, and write it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from splitaudit import options
from splitaudit.errors import ConfigError, DataError
from splitaudit.program import say
from splitaudit.settling import READING, settle

if TYPE_CHECKING:
    from splitaudit.config import Config
    from splitaudit.data.split import Split
    from splitaudit.results import Partition

OF_A_DRAW = ("val", "test", "folds", "by", "gap", "no_audit")


@click.command()
@options.splitting
def split(**given: Any) -> int:
    """Draw a split of the windows in DATA in which train knows none of val, and write it.

    With --repair, propose the smallest change of the pair DATA (train) and VAL instead, or of one file with both.
    """
    _check(given)
    settled = settle(given, *(given[source] for source in ("data", "val_file") if given[source] is not None))
    folder = given["output"] or Path(f"{Path(given['data']).stem}-split")
    _refuse(given, folder)
    found, data = _made(given, settled)
    written: list[Path] = []
    if not given["dry_run"]:
        written = _written(found, data, folder, given)
    from splitaudit.render.partition import render_for

    say(render_for(sys.stdout, found, given["format"], color=not given["no_color"]))
    if written and given["format"] == "terminal":
        say("".join(f"{path}\n" for path in written))
    return int(not found.sound or any(each.errors for each in found.after))


def _check(given: dict[str, Any]) -> None:
    if given["val_file"] is not None and not given["repair"]:
        raise click.UsageError("one set of windows is split; --repair mends the pair of two files")
    if given["folds"] is not None and given["sides"]:
        raise click.UsageError("--sides writes train, val and test; of folds the row numbers are written")
    if given["scale"] and not given["sides"]:
        raise click.UsageError("--scale scales the windows that --sides writes, add --sides")
    if given["repair"]:
        asked = click.get_current_context().get_parameter_source
        drawn = [name for name in OF_A_DRAW if asked(name) == ParameterSource.COMMANDLINE]
        if drawn:
            option = f"--{drawn[0].replace('_', '-')}"
            raise click.UsageError(
                f"--repair changes a pair as little as it can; {option} is for a split that is drawn"
            )


def _refuse(given: dict[str, Any], folder: Path) -> None:
    """Refuse to write over files that are there, before the work begins."""
    from splitaudit.render.partition import INDICES, RECORD, refuse_existing

    if given["dry_run"]:
        return
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder}: is a file, expected a folder to write the split to")
    names = [INDICES, RECORD, *(("train.npz", "val.npz", "test.npz") if given["sides"] else ())]
    refuse_existing([folder / name for name in names], overwrite=given["overwrite"])


def _made(given: dict[str, Any], settled: Config) -> tuple[Partition, Split]:
    from splitaudit.audit import Settings
    from splitaudit.data.split import comparable
    from splitaudit.engine.limits import limits_of
    from splitaudit.partition.draw import Options, draw
    from splitaudit.partition.repair import joined, repair
    from splitaudit.partition.wanted import Wanted
    from splitaudit.readers.read import read, read_pair
    from splitaudit.render.progress import terminal_progress

    keys: dict[str, Any] = {name: getattr(settled, name) for name in READING}
    keys["most"] = None if settled.memory is None else limits_of(settled.memory).most_loaded
    settings = Settings(
        alpha=settled.alpha,
        n_permutations=settled.permutations,
        random_state=settled.seed,
        n_jobs=settled.jobs,
        rules=settled.rules,
    )
    wanted = Wanted(val=given["val"], test=given["test"], folds=given["folds"], by=given["by"], gap=given["gap"])
    with terminal_progress() as progress:
        used = Options(settings=settings, audited=not given["no_audit"], progress=progress)
        if given["repair"]:
            train, val = _held(settled, *read_pair(given["data"], given["val_file"], **keys))
            return repair(train, val, used), joined(*comparable(train, val))
        (data,) = _held(settled, read(given["data"], name="data", **keys))
        return draw(data, wanted, used), data


def _held(settled: Config, *sides: Split) -> list[Split]:
    """Return sides in memory, unless they take more of it than was said."""
    from splitaudit.engine.limits import footprint, limits_of
    from splitaudit.engine.run import loaded

    n_bytes = sum(map(footprint, sides))
    if settled.memory is not None and not limits_of(settled.memory).fits(n_bytes, 0):
        raise DataError(
            f"{sides[0].source or sides[0].name}: {n_bytes / 2**30:,.1f} GiB of windows and statistics are too many "
            f"for {settled.memory} of memory, of which split needs about three times as much"
        )
    return [loaded(side) for side in sides]


def _written(found: Partition, data: Split, folder: Path, given: dict[str, Any]) -> list[Path]:
    from splitaudit.partition.sides import write_sides

    try:
        written = found.save(folder, overwrite=given["overwrite"])
        if given["overwrite"] and given["sides"] and "test" not in found.parts[0].named():
            (folder / "test.npz").unlink(missing_ok=True)  # of an earlier split, it is on neither side of this one
        if given["sides"]:
            scaler = found.scalers[0] if given["scale"] else None
            written += write_sides(data, found.parts[0], folder, scaler)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written: {error.strerror or error}") from error
    return written
