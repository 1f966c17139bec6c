"""From findings to one sentence, a status and an exit code."""

from __future__ import annotations

from collections.abc import Iterable

from splitaudit.report import Finding, Verdict, causes_first
from splitaudit.wording import counted

INTERRUPTED = "interrupted"
MAX_NAMED = 3
MAX_NAME = 40


def verdict(findings: Iterable[Finding], fail_on: str) -> Verdict:
    """Sum up findings: status, exit code and one sentence.

    A run in which nothing could be measured, or which was stopped, never passes.
    """
    found = list(findings)
    of = {severity: [f for f in found if f.severity == severity] for severity in ("crashed", "error", "warning")}
    stopped = any(_was_stopped(f) for f in found)
    ran = sum(f.severity not in ("skipped", "crashed") for f in found)
    grave = of["error"] or of["crashed"]
    status = "fail" if grave else "warn" if of["warning"] or stopped or not ran else "pass"
    failing = {"error": of["error"], "warning": of["error"] + of["warning"], "never": []}[fail_on]
    exit_code = 130 if stopped else 2 if of["crashed"] or not ran else 1 if failing else 0
    summary = _sentence(found, of, ran)
    if stopped:
        measured = f"{ran + len(of['crashed'])} of {counted(_n_wanted(found), 'rule')}"
        summary = f"Interrupted after {measured}; {summary[0].lower()}{summary[1:]}"
    return Verdict(status=status, exit_code=exit_code, summary=f"{summary}.")


def _sentence(found: list[Finding], of: dict[str, list[Finding]], ran: int) -> str:
    if not ran and not of["crashed"]:
        return "No rule could be run on this split"
    n_errors, n_warnings = len(of["error"]), len(of["warning"])
    counts = [counted(n_errors, "error")] if n_errors else []
    counts += [counted(n_warnings, "warning")] if n_warnings else []
    counts += [f"{counted(len(of['crashed']), 'rule')} crashed"] if of["crashed"] else []
    accepted = sum(f.severity == "accepted" for f in found)
    unclear = sum(not f.decidable for f in found)
    asides = [f"{accepted} accepted before"] if accepted else []
    asides += [f"{counted(unclear, 'rule')} could not tell at this sample size"] if unclear else []
    if not n_errors and not n_warnings:
        new = "new " if accepted else ""
        nothing = f"Nothing {new}is wrong with this split as far as {counted(ran, 'rule')} can tell"
        return "; ".join([nothing, *counts, *asides])
    grave = causes_first(of["error"]) or causes_first(of["warning"])
    named = ", ".join(_named(f) for f in grave[:MAX_NAMED])
    more = f" and {len(grave) - MAX_NAMED} more" if len(grave) > MAX_NAMED else ""
    return "; ".join([f"{', '.join(counts)}: {named}{more}", *asides])


def _named(finding: Finding) -> str:
    channels, groups = finding.where.channels, finding.where.groups
    names = [name if isinstance(name, str) else f"channel {name}" for name in channels]
    names = names or [f"group {name}" for name in groups]
    if not names:
        return finding.name
    if len(names) > 2:
        return f"{finding.name} in {len(names)} {'channels' if channels else 'groups'}"
    return f"{finding.name} in " + " and ".join(f"{n[: MAX_NAME - 3]}..." if len(n) > MAX_NAME else n for n in names)


def _was_stopped(finding: Finding) -> bool:
    return finding.severity == "skipped" and finding.message == INTERRUPTED


def _n_wanted(found: list[Finding]) -> int:
    """How many rules would have run, had nobody stopped them."""
    return sum(f.severity != "skipped" or _was_stopped(f) for f in found)
