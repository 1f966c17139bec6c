"""The report for a terminal, a pipe or a log: plain lines of text with styles, labels on the left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text

from splitaudit.evidence import Grid, Table
from splitaudit.render import columns, words
from splitaudit.render.explanation import explained, told_briefly
from splitaudit.render.heatmap import draw
from splitaudit.render.layout import LABEL, Page
from splitaudit.report import Finding, ReportData, Side
from splitaudit.wording import counted

OF_SIGNALS = ("shift", "normalization", "data")  # families whose findings the map helps to place
STYLES = {
    "pass": "bold green",
    "warn": "bold yellow",
    "fail": "bold red",
    "error": "bold red",
    "crashed": "bold magenta",
    "warning": "bold yellow",
    "unclear": "bold blue",
    "info": "bold cyan",
}


def renderables(report: ReportData, width: int, *, ascii_only: bool = False, quiet: bool = False) -> Iterator[Text]:
    """Yield the report line by line.

    Parameters
    ----------
    report : ReportData
        The report.
    width : int
        Columns of the terminal; lines never get longer than 110, so that they can be read on a wide one.
    ascii_only : bool
        Use no character beyond ASCII.
    quiet : bool
        Only the verdict and one line for each crash, error and warning.
    """
    page = Page(width, ascii_only)
    grave = report.ranked("crashed", "error", "warning")
    explanation = report.explanation
    if quiet:
        if explanation is not None:
            yield from told_briefly(explanation, page)
        yield from _verdict(report, page)
        for finding in grave:
            yield from _brief(finding, page, finding.severity.upper(), STYLES[finding.severity])
        return
    yield from _header(report, page)
    yield Text()
    if explanation is not None:  # what was asked comes first, and the audit that it rests on after it
        yield from explained(explanation, report, page)
        yield Text()
    yield from _verdict(report, page)
    for finding in grave:
        if explanation is not None and finding.severity == "warning":
            yield from _brief(finding, page, "WARNING", STYLES["warning"])
            continue
        yield Text()
        yield from _full(finding, report, page)
    yield from _map(report, page)
    yield Text()
    yield from _others(report, page)
    yield from _footer(report, page, grave)


def _header(report: ReportData, page: Page) -> Iterator[Text]:
    yield from page.lines("splitaudit", f" {report.version}", "bold")
    yield Text()
    for side in (report.train, report.val):
        yield from _side(side, page)
    yield from page.lines("units", words.units(report.units), "bold")


def _side(side: Side, page: Page) -> Iterator[Text]:
    source = "" if side.source in ("", side.name) else f"{side.source}: "
    yield from page.lines(side.name[: LABEL - 1], f"{source}{words.size(side)}", "bold")
    yield from page.lines("", words.contents(side))
    for note in side.notes:
        yield from page.lines("", page.text(note, "dim"))
    if side.set_aside:
        yield from page.lines("", page.text(f"set aside: {side.set_aside}", "yellow"))


def _verdict(report: ReportData, page: Page) -> Iterator[Text]:
    status = report.verdict.status
    yield from page.lines(status.upper(), page.text(report.verdict.summary, "bold"), STYLES[status])


def _full(finding: Finding, report: ReportData, page: Page) -> Iterator[Text]:
    style = STYLES[finding.severity]
    title = Text.assemble((finding.rule, "bold"), " ", (finding.name, "bold"))
    yield from page.lines(finding.severity.upper(), title, style)
    yield from page.lines("", finding.message)
    if finding.severity == "crashed":
        yield from page.lines(
            "  remedy", "This is a fault of splitaudit: the rule did not say anything about the split.", "dim"
        )
        return
    size = "; ".join(filter(None, [words.effect(finding), words.p_value(finding)]))
    yield from _labelled("where", words.place(finding, report), page)
    yield from _labelled("effect", size, page)
    if finding.severity == "error":
        yield from _detail(finding, page)
    yield from _labelled("remedy", finding.remedy, page)


def _labelled(label: str, body: str, page: Page) -> Iterator[Text]:
    if body:
        yield from page.lines(f"  {label}", body, "dim")


def _detail(finding: Finding, page: Page) -> Iterator[Text]:
    """Show the first rows of the finding's first table."""
    table = next((exhibit for exhibit in finding.exhibits if isinstance(exhibit, Table) and exhibit.rows), None)
    if table is not None:
        for i, line in enumerate(columns.draw(table, page.width - LABEL, ascii_only=page.ascii_only)):
            yield from page.lines("" if i else "  detail", line, "dim")


def _brief(finding: Finding, page: Page, label: str, style: str) -> Iterator[Text]:
    body = Text.assemble((finding.rule, "bold"), " ", page.text(f"{finding.name}: {finding.message}"))
    yield from page.lines(label, body, style, hang=2)


def _map(report: ReportData, page: Page) -> Iterator[Text]:
    """Show where the sides differ, if they do beyond chance or something else is an error of the signals."""
    shift = (f for f in report.findings if f.family == "shift")
    finding, found = next(((f, e) for f in shift for e in f.exhibits if isinstance(e, Grid)), (None, None))
    if finding is None or found is None:
        return
    seen = finding.severity in ("error", "warning", "accepted")
    if not seen and not any(f.family in OF_SIGNALS for f in report.by_severity("error")):
        return
    heatmap = draw(found, page.width - LABEL, ascii_only=page.ascii_only)
    title = f"{heatmap.title}, channels × time steps{'' if seen else ' (not beyond chance)'}"
    yield Text()
    yield from page.lines("MAP", page.text(title, "bold"), "bold")
    for line in heatmap.lines:
        yield from page.lines("", line)


def _others(report: ReportData, page: Page) -> Iterator[Text]:
    """Everything that needs no action, in little room."""
    unclear = [f for f in report.findings if not f.decidable]
    info = [f for f in report.by_severity("info") if f.decidable]
    accepted = report.by_severity("accepted")
    for label, findings, style in (
        ("UNCLEAR", unclear, STYLES["unclear"]),
        ("INFO", info, STYLES["info"]),
        ("ACCEPTED", accepted, "bold"),
    ):
        for i, finding in enumerate(findings):
            yield from _brief(finding, page, "" if i else label, style)
    ok = report.by_severity("ok")
    if ok:
        yield from page.lines("OK", f"{counted(len(ok), 'rule')}: {words.by_family(ok)}", "bold green", hang=2)
    yield from _skipped(report.by_severity("skipped"), page)


def _skipped(findings: Iterable[Finding], page: Page) -> Iterator[Text]:
    for i, (reason, codes) in enumerate(words.skipped_by_reason(findings).items()):
        which = counted(len(codes), "rule") if reason == "not selected" else " ".join(codes)
        yield from page.lines("" if i else "SKIPPED", f"{reason}: {which}", "bold", hang=2)


def _footer(report: ReportData, page: Page, grave: tuple[Finding, ...]) -> Iterator[Text]:
    spent = words.timing(report)
    if spent:
        yield from page.lines("TIME", spent, "bold")
    explained = next((f for f in grave if f.severity != "crashed"), None)
    if explained is not None:
        yield Text()
        yield from page.lines("MORE", f"splitaudit rule {explained.rule}", "dim")
