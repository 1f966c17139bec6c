"""Write results into a page, between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; the rest is written by hand.

``NAME`` is ``machine``, ``calibration``, ``told``, ``power``, ``leakage`` or ``speed``. A page that does not exist is
begun with all of them; a section without results keeps what it has. Figures go to ``images/`` beside the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.compare import figures, tables
from benchmarks.compare.tables import Grid, Row

Content = dict[str, Any]
SKELETON = """# splitaudit beside other tools

## False alarms

<!-- begin calibration -->
<!-- end calibration -->

## What a user would have been told

<!-- begin told -->
<!-- end told -->

## Power

<!-- begin power -->
<!-- end power -->

## Copies

<!-- begin leakage -->
<!-- end leakage -->

## Speed

<!-- begin speed -->
<!-- end speed -->

## How it was measured

<!-- begin machine -->
<!-- end machine -->
"""


def write(page: Path, contents: Sequence[Content]) -> None:
    """Renew the sections of a page for which there are results; files of the same job are put together.

    Parameters
    ----------
    page : Path
        Markdown with markers.
    contents : sequence of dict
        What ``--out`` wrote.
    """
    text = page.read_text(encoding="utf-8") if page.exists() else SKELETON
    images = page.parent / "images"
    images.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[Row]] = {}
    for content in contents:
        rows.setdefault(content["job"], []).extend(content["rows"])
    text = replaced(text, "machine", provenance(contents, part(text, "machine")))
    for job, own in rows.items():
        for name, section in SECTIONS[job](own, rows, images).items():
            text = replaced(text, name, section)
    page.write_text(text, encoding="utf-8")


def replaced(text: str, name: str, section: str) -> str:
    """Put a section between its markers.

    Raises
    ------
    ValueError
        If the page has no such markers.
    """
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the page needs the line {begin} once, and later the line {end}")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    return pattern.sub(lambda _: f"{begin}\n{section.strip()}\n{end}", text)


def part(text: str, name: str) -> str:
    """What stands between the markers of a section; nothing where there are none."""
    found = re.search(f"<!-- begin {name} -->(.*?)<!-- end {name} -->", text, re.DOTALL)
    return found[1] if found else ""


def provenance(contents: Sequence[Content], before: str = "") -> str:
    """Machines, versions and commands.

    Parameters
    ----------
    contents : sequence of dict
        What is written now.
    before : str
        What the page said: machines and commands of jobs that are not written now stay, and versions of tools that
        none of these runs used.
    """
    renewed = {content["job"] for content in contents}
    ran = [(job, line) for line, job in re.findall(r"^(python -m benchmarks compare --job (\w+) .*)$", before, re.M)]
    ran = [(job, line) for job, line in ran if job not in renewed]
    lines = dict.fromkeys(re.findall(r"^Measured on .*$", before, re.M) if ran else ())
    versions = dict(re.findall(r"^\| (\S+) \| (\S+ \d.*) \|$", before, re.M)) if ran else {}
    for content in contents:
        machine = content["machine"]
        words = f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}"
        lines[f"Measured on {words}, every tool with one thread."] = None
        ran.append((content["job"], _relative(content["command"])))
        for tool, own in content["versions"].items():
            if own:
                versions[tool] = ", ".join(f"{package} {version}" for package, version in own.items())
    grid = Grid(title="Versions", columns=("tool", "installed"), rows=tuple(versions.items()))
    order = list(SECTIONS)
    commands = "\n".join(line for _, line in sorted(ran, key=lambda each: order.index(each[0])))
    return "\n\n".join([*lines, _folded("Commands", f"```sh\n{commands}\n```"), folded("Versions", [grid])])


def _relative(command: str) -> str:
    """A command without the folders of the machine that it ran on."""
    return re.sub(r"(?<= )/\S*/(?=\S)", "", command)


def folded(summary: str, grids: Sequence[Grid]) -> str:
    """Tables that a reader may open."""
    return _folded(summary, "\n\n".join(grid.markdown() for grid in grids))


def _folded(summary: str, text: str) -> str:
    return f'<details markdown="1">\n<summary>{summary}</summary>\n\n{text}\n\n</details>'


def _figure(path: Path, says: str) -> str:
    return f"![{says}](images/{path.name})"


def _failures(rows: Sequence[Row]) -> list[str]:
    grid = tables.failures(rows)
    return [folded("Errors", [grid])] if grid.rows else []


def calibration(rows: list[Row], everything: dict[str, list[Row]], images: Path) -> dict[str, str]:
    """False alarms: the summary, a heat map, each null; and what was said."""
    both = tables.beyond_chance(rows)
    heat = figures.false_alarms(both, images / "comparison-false-alarms.svg")
    every = tables.grids("Flagged, with 95 % intervals", both, tables.rate)
    known = [case for case in tables.TYPICAL if any(row["case"] == case for row in rows)]
    parts = [
        tables.sizes_of_tests(both).markdown(),
        _figure(heat, "False alarms of every tool on every split without a shift"),
        folded("Every null", every),
        *_failures(rows),
    ]
    return {"calibration": "\n\n".join(parts), "told": tables.told(rows, known).markdown()}


def power(rows: list[Row], everything: dict[str, list[Row]], images: Path) -> dict[str, str]:
    """Detection rates of tools of honest size, drawn and in full."""
    both, nulls = tables.beyond_chance(rows), tables.beyond_chance(everything.get("calibration", []))
    parts = []
    for dependent, name, says in (
        (False, "independent", "Detection among independent windows"),
        (True, "dependent", "Detection in recordings and among subjects"),
    ):
        own = [row for row in both if bool(row["facts"]["dependent"]) == dependent]
        if not own:
            continue
        for along, words in (("effect", "against effect"), ("n", "against the number of windows")):
            path = images / f"comparison-power-{name}-{along}.svg"
            parts.append(_figure(figures.detection(own, nulls, path, along), f"{says} {words}"))
        parts.append(folded(f"{says}: every case", tables.power(own, nulls)))
    return {"power": "\n\n".join([*parts, *_failures(rows)])}


def leakage(rows: list[Row], everything: dict[str, list[Row]], images: Path) -> dict[str, str]:
    """Copies found, by how they were changed, and on every kind of signal."""
    by_how = tables.grids("Copies found", rows, tables.found, "how")
    every = tables.grids("Copies found", rows, tables.found)
    return {
        "leakage": "\n\n".join([*(grid.markdown() for grid in by_how), folded("Every signal", every), *_failures(rows)])
    }


def speed(rows: list[Row], everything: dict[str, list[Row]], images: Path) -> dict[str, str]:
    """Seconds, ratios and memory by kind of work."""
    path = figures.growth(rows, images / "comparison-speed.svg")
    grids = tables.speed(rows) + tables.speed_of_processes(rows)
    says = "Seconds against the number of windows, for each kind of work"
    return {"speed": "\n\n".join([_figure(path, says), *(grid.markdown() for grid in grids), *_failures(rows)])}


SECTIONS: dict[str, Callable[[list[Row], dict[str, list[Row]], Path], dict[str, str]]] = {
    "calibration": calibration,
    "power": power,
    "leakage": leakage,
    "speed": speed,
}
