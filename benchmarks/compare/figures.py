"""Figures of the comparison, as SVG that is the same for the same results; needs matplotlib, the extra ``report``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.compare import tables
from benchmarks.compare.tables import BEYOND_CHANCE, Row, is_ours

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart by the colour-blind too; black and the first are ours.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#777777", "#B8A800")
MARKERS = ("s", "^", "D", "v", "P", "X", "<", ">")
OUR_COLOURS = ("#000000", "#000000", "#555555", "#555555")
TOGETHER = ("splitaudit whole audit", "splitaudit shift rules")  # what a user is told by all rules of a run
N_PEERS = 4
AT_N = 300
AT_STRENGTH = "medium"
UNITS = {"windows": "independent windows", "recording": "recordings (AR(1), windows overlap)", "subjects": "subjects"}
STYLE: dict[str, Any] = {
    "svg.hashsalt": "splitaudit",
    "svg.fonttype": "none",  # text stays text: small files, and a reader can search them
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.0,
    "legend.frameon": False,
}


def _save(figure: Figure, path: Path) -> Path:
    figure.savefig(path, format=path.suffix[1:], metadata={"Date": None} if path.suffix == ".svg" else None)
    return path


def _new(width: float, height: float, **layout: Any) -> tuple[Figure, Any]:
    """A figure that belongs to no window and no global state."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasSVG(figure)
    return figure, figure.subplots(**layout)


def false_alarms(rows: Sequence[Row], path: Path) -> Path:
    """A heat map: tools by nulls, the nulls grouped by what repeats in them."""
    import matplotlib
    from matplotlib.colors import LinearSegmentedColormap

    units = [unit for unit in UNITS if any(row["facts"]["units"] == unit for row in rows)]
    order = {unit: k for k, unit in enumerate(units)}
    nulls = sorted(dict.fromkeys((row["case"], row["facts"]["units"]) for row in rows), key=lambda n: order[n[1]])
    rates = np.full((len(tables.arms_of(rows)), len(nulls)), np.nan)
    arms = tables.arms_of(rows)
    said: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        said.setdefault((row["arm"], row["case"]), []).append(row)
    for i, arm in enumerate(arms):
        for j, (case, _) in enumerate(nulls):
            own = tables.verdicts(said.get((arm, case), []))
            rates[i, j] = np.mean(own) if own else np.nan
    level = [
        (not is_ours(arm), np.nan_to_num(np.nanmean(rates[i]) if (~np.isnan(rates[i])).any() else 1.0))
        for i, arm in enumerate(arms)
    ]
    best = sorted(range(len(arms)), key=lambda i: (*level[i], arms[i]))
    with matplotlib.rc_context(STYLE):
        figure, axes = _new(3.4 + 0.34 * len(nulls), 3.4 + 0.25 * len(arms))
        # White up to twice the nominal 5 %, then darker: what is coloured is more than chance allows.
        colours = LinearSegmentedColormap.from_list(
            "alarms", [(0, "#ffffff"), (0.1, "#fff3e0"), (0.35, "#f5a35c"), (1, "#7f2704")]
        )
        axes.set_facecolor("#dddddd")  # shows where there was no answer
        axes.imshow(rates[best], cmap=colours, vmin=0, vmax=1, aspect="auto")
        for i, k in enumerate(best):
            for j in range(len(nulls)):
                value = rates[k, j]
                if np.isnan(value) or not value:
                    continue
                words = f"{100 * value:.0f}"
                axes.text(
                    j, i, words, ha="center", va="center", fontsize=7.5, color="white" if value > 0.6 else "black"
                )
        axes.set_yticks(range(len(arms)), [arms[k] for k in best])
        axes.set_xticks(range(len(nulls)), [case for case, _ in nulls], rotation=90)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        for unit in units:
            own = [j for j, (_, kind) in enumerate(nulls) if kind == unit]
            axes.text(np.mean(own), -0.75, UNITS[unit], ha="center", va="bottom", fontweight="bold")
            if own[0]:
                axes.axvline(own[0] - 0.5, color="black", linewidth=1.2)
        ours = sum(is_ours(arm) for arm in arms)
        if 0 < ours < len(arms):
            axes.axhline(ours - 0.5, color="black", linewidth=1.2)
        axes.set_xlabel("% of splits without a shift that were flagged; white and empty: none, grey: no answer")
        return _save(figure, path)


def _leaders(rows: Sequence[Row], nulls: Sequence[Row]) -> list[str]:
    """Ours, and the peers of honest size that detect most of all these shifts."""
    honest = set(tables.arms_of(rows))
    if nulls:
        honest &= set.intersection(*(tables.honest_arms(nulls, unit) for unit in {r["facts"]["units"] for r in rows}))
    ours = [arm for arm in tables.arms_of(rows) if arm.startswith(TOGETHER)]
    peers = {}
    for arm in honest:
        said = tables.verdicts(row for row in rows if row["arm"] == arm)
        if said and not is_ours(arm):
            peers[arm] = float(np.mean(said))
    return ours + sorted(peers, key=lambda arm: (-peers[arm], arm))[:N_PEERS]


def detection(rows: Sequence[Row], nulls: Sequence[Row], path: Path, along: str = "effect") -> Path:
    """Detection rates, a panel for each shift: against effect at one n, or against n at the medium effect."""
    import matplotlib

    shifts = list(dict.fromkeys(row["facts"]["shift"] for row in rows))
    by_units = {
        unit: _leaders([r for r in rows if r["facts"]["units"] == unit], nulls)
        for unit in dict.fromkeys(row["facts"]["units"] for row in rows)
    }
    arms = list(dict.fromkeys(arm for own in by_units.values() for arm in own))
    key, value = ("n", AT_N) if along == "effect" else ("strength", AT_STRENGTH)
    n_columns = 4 if len(shifts) > 10 else 5
    n_rows = -(-len(shifts) // n_columns)
    with matplotlib.rc_context(STYLE):
        figure, panels = _new(10, 0.9 + 2.0 * n_rows, nrows=n_rows, ncols=n_columns, squeeze=False, sharey=True)
        lines = {}
        for panel, shift in zip(panels.flat, shifts, strict=False):
            own = [row for row in rows if row["facts"]["shift"] == shift and row["facts"][key] == value]
            ticks = list(dict.fromkeys(row["facts"][along] for row in own))
            for k, arm in enumerate(arms):
                if arm not in by_units[_units(rows, shift)]:
                    continue
                rates = [_rate([r for r in own if r["arm"] == arm and r["facts"][along] == tick]) for tick in ticks]
                lines[arm] = panel.plot(range(len(ticks)), rates, label=arm, **_look(arm, k, arms))[0]
            panel.set_title(shift.removesuffix(" (windows)"))
            panel.set_xticks(range(len(ticks)), [_short(tick) for tick in ticks])
            panel.set_ylim(-0.04, 1.04)
            panel.set_yticks([0, 0.5, 1], ["0", "50", "100"])
            panel.axhline(tables.ALPHA, color="#999999", linewidth=0.6, linestyle=":")
        for panel in panels.flat[len(shifts) :]:
            panel.set_visible(False)
        at = f"n = {AT_N} windows a side" if along == "effect" else "windows a side, at the medium effect"
        figure.supylabel("% of splits flagged", fontsize=9)
        figure.supxlabel(f"effect in validation, {at}" if along == "effect" else at, fontsize=9)
        figure.legend(lines.values(), lines.keys(), loc="outside upper center", ncols=3)
        return _save(figure, path)


def _units(rows: Sequence[Row], shift: str) -> str:
    """What repeats in the splits of a shift."""
    return str(next(row["facts"]["units"] for row in rows if row["facts"]["shift"] == shift))


def _short(tick: Any) -> str:
    """A tick without what all of them say."""
    words = str(tick)
    for common in ("from -", " of val", " follow another channel", "kappa ", " sd", " cycles", "0 to ", "0.5 to "):
        words = words.replace(common, "")
    if " to " in words:
        words = words.rpartition(" to ")[2]
    return words.replace("x ", "×").replace("+ ", "+")


def _rate(rows: Sequence[Row]) -> float:
    said = tables.verdicts(rows)
    return float(np.mean(said)) if said else float("nan")


def _look(arm: str, k: int, arms: Sequence[str]) -> dict[str, Any]:
    """Colour and marker of a tool, the same in all panels; ours are black, by their p-value dashed."""
    if is_ours(arm):
        own = [name for name in arms if is_ours(name) and not name.endswith(BEYOND_CHANCE)]
        rank = own.index(arm.removesuffix(BEYOND_CHANCE)) if arm.removesuffix(BEYOND_CHANCE) in own else 0
        dashed = "--" if arm.endswith(BEYOND_CHANCE) else "-"
        colour = OUR_COLOURS[(2 * rank) % len(OUR_COLOURS)]
        return {"color": colour, "marker": "o", "linewidth": 2.0, "linestyle": dashed, "markersize": 4, "zorder": 5}
    k -= sum(is_ours(name) for name in arms)
    n = len(COLOURS)
    return {"color": COLOURS[k % n], "marker": MARKERS[k % n], "linewidth": 1.2, "markersize": 4, "alpha": 0.9}


def growth(rows: Sequence[Row], path: Path) -> Path:
    """Seconds against windows, both on logarithmic axes, a panel for each kind of work."""
    import matplotlib

    tools = {kind: tables.arms_of(row for row in rows if row["kind"] == kind) for kind in _kinds(rows)}
    kinds = [kind for kind, arms in tools.items() if len(arms) > 1] or list(tools)
    n_columns = min(3, len(kinds))
    n_rows = -(-len(kinds) // n_columns)
    with matplotlib.rc_context(STYLE):
        figure, panels = _new(10, 0.4 + 3.6 * n_rows, nrows=n_rows, ncols=n_columns, squeeze=False)
        for panel, kind in zip(panels.flat, kinds, strict=False):
            _growth(panel, kind, [row for row in rows if row["kind"] == kind])
        for panel in panels.flat[len(kinds) :]:
            panel.set_visible(False)
        figure.supxlabel("windows of 128 x 9", fontsize=9)
        figure.supylabel("seconds in the process (median)", fontsize=9)
        return _save(figure, path)


def _kinds(rows: Sequence[Row]) -> list[str]:
    """Kinds of work, those first that we do too."""
    ours = {row["kind"] for row in rows if is_ours(row["arm"])}
    return sorted(dict.fromkeys(row["kind"] for row in rows), key=lambda kind: kind not in ours)


def _growth(panel: Axes, kind: str, rows: Sequence[Row]) -> None:
    sizes = sorted({row["facts"]["n"] for row in rows})
    arms = tables.arms_of(rows)
    for k, arm in enumerate(arms):
        seconds = [
            tables.median((r for r in rows if r["arm"] == arm and r["facts"]["n"] == n), "seconds") for n in sizes
        ]
        values = [np.nan if value is None else value for value in seconds]
        panel.plot(sizes, values, label=arm.removesuffix(" (flat)"), **_look(arm, k, arms))
    panel.set(xscale="log", yscale="log", title=kind)
    panel.set_xticks(sizes, [f"{n // 1000}k" for n in sizes])
    panel.minorticks_off()
    panel.set_xlim(sizes[0] / 1.3, sizes[-1] * 1.3)
    panel.grid(axis="y", color="#dddddd", linewidth=0.6)
    low, high = panel.get_ylim()
    panel.set_ylim(low, high * (high / low) ** (0.12 * len(arms)))  # room for the legend above the lines
    panel.legend(loc="upper left", fontsize=7.5)
