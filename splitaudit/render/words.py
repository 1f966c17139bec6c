"""Words and numbers for people, used by every format: what was read, where a finding sits, how large it is.

Names come from data, so nothing here trusts them: :func:`~splitaudit.wording.visible` shows control characters instead
of obeying them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from splitaudit import wording
from splitaudit.explained import Cause
from splitaudit.report import Finding, ReportData, Side, Units
from splitaudit.wording import counted

MAX_NAMES = 6
MAX_RUNS = 5
MAX_CLASSES = 8
MAX_NAME = 40
visible = wording.visible
ANY = 1e-6  # thresholds below this stand for "any at all"


def number(value: float) -> str:
    """Write a number with three significant digits, whole numbers in full."""
    if not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < 1e7:
        return f"{int(value):,}"
    if 1e3 <= abs(value) < 1e7:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def effect(finding: Finding) -> str:
    """Write the effect with its unit and the threshold that it crossed, or nothing where there is none."""
    if finding.effect is None:
        return ""
    unit = finding.effect_unit
    if unit.startswith("share of "):
        return f"{_percent(finding.effect)} % of {unit.removeprefix('share of ')}{_threshold(finding, percent=True)}"
    return f"{number(finding.effect)} {unit}".rstrip() + _threshold(finding)


def _percent(share: float) -> str:
    return number(float(f"{100 * share:.12g}"))


def _threshold(finding: Finding, *, percent: bool = False) -> str:
    severity = finding.accepted or finding.severity
    if finding.thresholds is None or severity not in ("warning", "error"):
        return ""
    limit = finding.thresholds[severity == "error"]
    if limit < ANY:
        return f" ({severity} however little)"
    return f" ({severity} from {_percent(limit)} %)" if percent else f" ({severity} from {number(limit)})"


def p_value(finding: Finding) -> str:
    """Write the adjusted p-value, or nothing where nothing was inferred."""
    if finding.p_value is None or math.isnan(finding.p_value):
        return ""
    shown = "< 1e-12" if finding.p_value < 1e-12 else f"= {finding.p_value:.2g}"
    return f"p {shown} (adjusted)"


def place(finding: Finding | Cause, report: ReportData) -> str:
    """Write where something sits: channels, time steps, groups, windows; the first few of each and how many."""
    where = finding.where
    parts = []
    if where.channels:
        named = all(isinstance(name, str) for name in where.channels)
        word = "" if named else "channel " if len(where.channels) == 1 else "channels "
        parts.append(word + listed([str(name) for name in where.channels]))
    if where.timesteps and where.timesteps[0] < where.timesteps[-1]:
        first, last = where.timesteps[0], where.timesteps[-1] - 1
        parts.append(f"step {first}" if first == last else f"steps {first}–{last}")
    if where.groups:
        parts.append(f"group{'' if len(where.groups) == 1 else 's'} {listed(where.groups)}")
    for side, rows, count in (
        (report.train, where.train_windows, where.n_train_windows),
        (report.val, where.val_windows, where.n_val_windows),
    ):
        if count or rows:
            parts.append(_windows(side, rows, max(count, len(rows))))
    return " · ".join(parts)


def _windows(side: Side, rows: Sequence[int], count: int) -> str:
    word = "train" if side.name == "train" else "val" if side.name == "val" else side.name
    if count == side.n_windows:
        return f"all {word} windows"
    if not rows:
        return counted(count, f"{word} window")
    found = list(runs(rows))
    shown = [str(a) if a == b else f"{a}–{b}" for a, b in found[:MAX_RUNS]]
    whole = len(found) <= MAX_RUNS and len(rows) == count
    if count == 1:
        return f"{word} window {shown[0]}"
    many = f" ({count:,})" if whole and len(shown) == 1 else f" ({count:,} in all)"
    return f"{word} windows {', '.join(shown)}{'' if whole else ', …'}{'' if whole and count <= MAX_RUNS else many}"


def runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield stretches (first, last) of successive row numbers, smallest first, each row once."""
    first = last = None
    for row in sorted(set(rows)):
        if first is None or last is None:
            first = last = row
        elif row == last + 1:
            last = row
        else:
            yield first, last
            first = last = row
    if first is not None and last is not None:
        yield first, last


def listed(names: Sequence[str], most: int = MAX_NAMES) -> str:
    """List the first few names and how many more there are."""
    shown = ", ".join(short(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown}, … ({len(names):,} in all)"


def short(name: str, most: int = MAX_NAME) -> str:
    """Shorten a long name in the middle."""
    if len(name) <= most:
        return name
    return f"{name[: most // 2]}…{name[-(most // 2 - 1) :]}"


def size(side: Side) -> str:
    """Write how much was read of a side."""
    shape = f"{counted(side.n_windows, 'window')} × {counted(side.n_timesteps, 'step')} × "
    if side.image is not None:
        height, width, depth = side.image
        return f"{shape}images of {height} × {width} × {depth}, {side.dtype}"
    return f"{shape}{counted(side.n_channels, 'channel')}, {side.dtype}"


def contents(side: Side) -> str:
    """Write what is known about the windows of a side: classes with counts, groups, time."""
    parts = [_classes(side)]
    parts.append("no groups" if side.n_groups is None else counted(side.n_groups, "group"))
    parts.append("with time" if side.has_time else "no time")
    return "; ".join(parts)


def _classes(side: Side) -> str:
    if side.label_kind == "none":
        return "no labels"
    present = {name: count for name, count in side.classes.items() if count}
    n = len(present)
    head = "1 class" if n == 1 else f"{n:,} classes"
    if n <= MAX_CLASSES:
        return f"{head} ({', '.join(f'{short(name, 24)}: {count:,}' for name, count in present.items())})"
    largest = max(present, key=lambda name: present[name])
    least = min(present.values())
    return f"{head} of {least:,} to {present[largest]:,} windows (largest: {short(largest, 24)})"


def units(found: Units) -> str:
    """Write which units the tests exchanged, how they were found and what so few can say."""
    few = f"; exchanging so few cannot give p below {number(found.floor)}" if found.floor > 1e-3 else ""
    return f"{found.train:,} + {counted(found.val, found.kind)} ({found.how}){few}"


def by_family(findings: Iterable[Finding]) -> str:
    """List the codes of findings, family by family."""
    families: dict[str, list[str]] = {}
    for finding in findings:
        families.setdefault(finding.family, []).append(finding.rule)
    return " · ".join(f"{family} {' '.join(codes)}" for family, codes in families.items())


def skipped_by_reason(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Group the rules that did not run by the reason, most frequent first."""
    reasons: dict[str, list[str]] = {}
    for finding in findings:
        reasons.setdefault(finding.message, []).append(finding.rule)
    return dict(sorted(reasons.items(), key=lambda item: -len(item[1])))


def timing(report: ReportData) -> str:
    """Write how long the run took and which three rules took longest."""
    spent = dict(report.timings)
    total = spent.pop("total", None)
    if total is None:
        return ""
    known = {finding.rule for finding in report.findings}
    slowest = sorted((code for code in spent if code in known), key=lambda code: -spent[code])[:3]
    parts = [f"{code} {_seconds(spent[code])}" for code in slowest]
    return _seconds(total) + (f"; slowest: {', '.join(parts)}" if parts else "")


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 100 else f"{value:.1f} s" if value >= 1 else f"{value:.2f} s"
