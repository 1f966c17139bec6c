"""What two audits of the same split in another guise must have in common."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from splitaudit.place import MAX_ROWS
from splitaudit.report import Finding
from splitaudit.results import Report

# Rules whose numbers hang on random draws: folds, forests, permutations. Another order of windows, channels or classes
# is another draw for them, as another seed is. Their severity and place must hold, not their last digit.
DRAWN = frozenset(f"SA{code}" for code in (101, 102, 207, 302, 304, 306, 307, 309, 403, 501, 503, 505, 506, 507))
# Rules that ask what the order of the file says; without time another order is another file.
OF_ORDER = frozenset({"SA106", "SA303", "SA305", "SA309", "SA401", "SA402", "SA403", "SA404"})
QUIET = ("ok", "info", "skipped")
COMMON = 0.5  # of places that are drawn
ROUNDING = 1e-3  # relative; float32 features of samples that were rounded anew


@dataclass(frozen=True, kw_only=True)
class Words:
    """How the words of the changed split read in those of the original; what is not named is unchanged."""

    channels: dict[str | int, str | int] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    train_rows: np.ndarray | None = None
    val_rows: np.ndarray | None = None


SAME = Words()


def differences(
    before: Report,
    after: Report,
    *,
    words: Words = SAME,
    within: float = 0.0,
    severity_only: Collection[str] = (),
    free: Collection[str] = (),
) -> list[str]:
    """List what differs between two reports.

    Parameters
    ----------
    before, after : Report
    words : Words
        How places of ``after`` read in the words of ``before``.
    within : float
        Relative tolerance of statistics, effects and p-values (of the logarithm of these), 0 for equality.
    severity_only : collection of str
        Rules whose numbers may differ.
    free : collection of str
        Rules that may say something else altogether, since what they ask about was changed.
    """
    out = []
    if not free:
        if before.verdict.status != after.verdict.status:
            out.append(f"verdict {before.verdict.status} became {after.verdict.status}")
        if before.verdict.exit_code != after.verdict.exit_code:
            out.append(f"exit code {before.verdict.exit_code} became {after.verdict.exit_code}")
    if (before.units.kind, before.units.train, before.units.val) != (
        after.units.kind,
        after.units.train,
        after.units.val,
    ):
        out.append(f"units {before.units} became {after.units}")
    for ours, theirs in zip(before.findings, after.findings, strict=True):
        if ours.rule in free:
            continue
        if _grade(ours, severity_only) != _grade(theirs, severity_only):
            out.append(f"{ours.rule} {ours.severity} became {theirs.severity}: {ours.message} | {theirs.message}")
        grave = ours.severity in ("warning", "error")
        if ours.rule not in severity_only:
            out += _numbers(ours, theirs, within)
        if ours.rule in severity_only:
            out += _overlap(ours, theirs, words) if grave else []
        elif grave or not within:
            out += _places(ours, theirs, words)
    return out


def _grade(finding: Finding, drawn: Collection[str]) -> tuple[str, bool]:
    """Severity; of rules that draw, what is quiet is quiet, for whatever reason."""
    if finding.rule in drawn and finding.severity in QUIET:
        return "quiet", True
    return finding.severity, finding.decidable


def _numbers(ours: Finding, theirs: Finding, within: float) -> list[str]:
    unadjusted = "p_value_unadjusted"  # the adjusted one moves with those of other rules
    pairs = {
        "statistic": (ours.statistic, theirs.statistic),
        "effect": (ours.effect, theirs.effect),
        "p": tuple(_log(each.evidence.get(unadjusted)) for each in (ours, theirs)),
    }
    return [f"{ours.rule} {name} {a} became {b}" for name, (a, b) in pairs.items() if not _close(a, b, within)]


def _log(p: float | None) -> float | None:
    return None if p is None else math.log(max(p, 1e-300))


def _close(a: float | None, b: float | None, within: float) -> bool:
    if a is None or b is None:
        return a is b
    return a == b or abs(a - b) <= within * max(abs(a), abs(b), 1.0)


def _read(finding: Finding, words: Words) -> dict[str, set[object]]:
    """Where a finding sits, in the words of the original."""
    where = finding.where
    tables = (words.train_rows, words.val_rows)
    windows = [
        {row if table is None else int(table[row]) for row in rows}
        for rows, table in zip((where.train_windows, where.val_windows), tables, strict=True)
    ]
    return {
        "channels": {words.channels.get(c, c) for c in where.channels},
        "groups": {words.groups.get(g, g) for g in where.groups},
        "train windows": windows[0],
        "val windows": windows[1],
    }


def _places(ours: Finding, theirs: Finding, words: Words) -> list[str]:
    """Differences of two places; of more than 1,000 windows the numbers alone are compared."""
    known, other = _read(ours, SAME), _read(theirs, words)
    # of several equal windows of train any may be named
    copied = ours.rule in ("SA301", "SA302", "SA303")
    cut = {
        "train windows": copied or ours.where.n_train_windows > MAX_ROWS,
        "val windows": ours.where.n_val_windows > MAX_ROWS,
    }
    out = [
        f"{ours.rule} {key}: {known[key]} became {other[key]}"
        for key in known
        if known[key] != other[key] and not cut.get(key)
    ]
    for key in ("timesteps", "n_val_windows"):
        if getattr(ours.where, key) != getattr(theirs.where, key):
            out.append(f"{ours.rule} {key}: {getattr(ours.where, key)} became {getattr(theirs.where, key)}")
    return out


def _overlap(ours: Finding, theirs: Finding, words: Words) -> list[str]:
    """Places of what was drawn again: they must have most in common."""
    known, other = _read(ours, SAME), _read(theirs, words)
    return [
        f"{ours.rule} {key}: {known[key]} became {other[key]}"
        for key in known
        # which windows look foreign to one adversary is for it alone to say
        if not (ours.rule == "SA101" and "windows" in key)
        and known[key] | other[key]
        and len(known[key] & other[key]) < COMMON * len(known[key] | other[key])
    ]
