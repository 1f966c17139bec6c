"""The report as Markdown, for pull requests and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from splitaudit.render import words
from splitaudit.render.markdown_explanation import explanation_lines
from splitaudit.report import Finding, ReportData, Side

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~$-])")
MARKS = {"pass": "✅", "warn": "⚠️", "fail": "❌"}


def render(report: ReportData) -> str:
    """Return the report as Markdown (GitHub's dialect); names from the data cannot add markup to it."""
    return "\n".join(_lines(report)) + "\n"


def escape(text: str) -> str:
    """Return text that Markdown shows as it is: no markup, no mention of anybody, on one line."""
    return SPECIAL.sub(r"\\\1", words.visible(text).replace("&", "&amp;")).replace("@", "&#64;")


def _lines(report: ReportData) -> Iterator[str]:
    verdict = report.verdict
    yield f"## splitaudit {MARKS[verdict.status]} {verdict.status}"
    yield ""
    yield f"**{escape(verdict.summary)}**"
    if report.explanation is not None:
        yield from explanation_lines(report.explanation, report, escape)
    yield ""
    yield "| side | windows | contents |"
    yield "| --- | --- | --- |"
    for side in (report.train, report.val):
        yield f"| {_name(side)} | {escape(words.size(side))} | {escape(_contents(side))} |"
    yield ""
    yield f"Units: {escape(words.units(report.units))}."
    for finding in report.ranked("crashed", "error", "warning"):
        yield from _finding(finding, report)
    yield ""
    unclear = [f for f in report.findings if not f.decidable]
    info = [f for f in report.by_severity("info") if f.decidable]
    for label, findings in (("Unclear", unclear), ("Info", info), ("Accepted", report.by_severity("accepted"))):
        yield from _list(label, findings)
    yield from _codes(report)


def _name(side: Side) -> str:
    return escape(side.name if side.source in ("", side.name) else f"{side.name}: {side.source}")


def _contents(side: Side) -> str:
    parts = [words.contents(side), *side.notes]
    return "; ".join([*parts, f"set aside: {side.set_aside}"] if side.set_aside else parts)


def _finding(finding: Finding, report: ReportData) -> Iterator[str]:
    yield ""
    yield f"### {finding.severity}: {finding.rule} {finding.name}"
    yield ""
    yield escape(finding.message)
    if finding.severity == "crashed":
        return
    yield ""
    size = "; ".join(filter(None, [words.effect(finding), words.p_value(finding)]))
    for label, body in (("where", words.place(finding, report)), ("effect", size), ("remedy", finding.remedy)):
        if body:
            yield f"- {label}: {escape(body)}"


def _list(label: str, findings: Iterable[Finding]) -> Iterator[str]:
    rows = [f"- {f.rule} {f.name}: {escape(f.message)}" for f in findings]
    if rows:
        yield from (f"<details><summary>{label} ({len(rows)})</summary>", "", *rows, "", "</details>", "")


def _codes(report: ReportData) -> Iterator[str]:
    ok = [f.rule for f in report.by_severity("ok")]
    if ok:
        yield from (f"Nothing to report ({len(ok)}): {' '.join(ok)}", "")
    skipped = words.skipped_by_reason(report.by_severity("skipped"))
    if skipped:
        parts = [f"{escape(reason)}: {' '.join(codes)}" for reason, codes in skipped.items()]
        yield from (f"Skipped ({sum(map(len, skipped.values()))}): {'; '.join(parts)}", "")
