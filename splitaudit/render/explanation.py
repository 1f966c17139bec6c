"""The explanation for a terminal: the answer, what speaks for it, the ceiling, then everything that was measured."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from splitaudit.explained import Cause, Ceiling, Explanation, LearningCurve, Proof
from splitaudit.render import measures, words
from splitaudit.render.curves import draw
from splitaudit.render.explanation_tables import experiments, ladder, slices
from splitaudit.render.layout import LABEL, Page, Scale, bar
from splitaudit.report import ReportData
from splitaudit.wording import probability

STYLES = {"named": "bold red", "possible": "", "ruled out": "dim", "not judged": "dim"}
HEALTHY = "healthy"
BAR = 24
ODDS = 6
ODDS_SAY = "odds: how much likelier a measurement is with the cause than without it"
MAX_CURVES = 3
MAX_LEARNER = 26


def explained(explanation: Explanation, report: ReportData, page: Page) -> Iterator[Text]:
    """Yield the explanation line by line."""
    yield from _answer(explanation, page)
    for cause in measures.by_status(explanation, "named"):
        yield Text()
        yield from _cause(cause, report, page)
    if explanation.ceiling is not None:
        yield Text()
        yield from _ceiling(explanation.ceiling, page)
    for i, curve in enumerate(explanation.curves[:MAX_CURVES]):
        yield Text()
        yield from _curve(curve, page, "" if i else "CURVES")
    if len(explanation.curves) > MAX_CURVES:
        yield from page.lines("", page.text(f"and {len(explanation.curves) - MAX_CURVES} more runs", "dim"))
    yield Text()
    yield from _ranking(explanation, page)
    for part in (experiments, slices, ladder, _left_out):
        found = list(part(explanation, page))
        if found:
            yield Text()
            yield from found


def told_briefly(explanation: Explanation, page: Page) -> Iterator[Text]:
    """Yield the answer and one line for each cause that is part of it."""
    yield from _answer(explanation, page)
    for cause in measures.by_status(explanation, "named"):
        head = page.text(cause.name, "bold").append(f" {probability(cause.probability)}: ", style="not bold")
        body = page.text("; ".join(filter(None, [cause.title.rstrip("."), cause.remedy])))
        yield from page.lines(_label(cause), Text.assemble(head, body), _style(cause), hang=2)


def _answer(explanation: Explanation, page: Page) -> Iterator[Text]:
    if explanation.partial:
        yield from page.lines("PARTIAL", page.text("interrupted: a partial answer", "bold"), "bold magenta")
    yield from page.lines("ANSWER", page.text(measures.answer(explanation), "bold"), "bold")
    if explanation.undecided:
        yield from page.lines("UNDECIDED", explanation.undecided, "bold blue")


def _style(cause: Cause) -> str:
    return "bold green" if cause.name == HEALTHY else STYLES[cause.status]


def _label(cause: Cause) -> str:
    return "HEALTHY" if cause.name == HEALTHY else "CAUSE"


def _cause(cause: Cause, report: ReportData, page: Page) -> Iterator[Text]:
    """Show a cause that is part of the answer in full."""
    drawn = bar(cause.probability, BAR, ascii_only=page.ascii_only)
    head = Text.assemble(page.text(cause.name, "bold"), "  ", (drawn, _style(cause)), "  ")
    head.append(probability(cause.probability), style="bold")
    yield from page.lines(_label(cause), head, _style(cause))
    if cause.title:
        yield from page.lines("", cause.title)
    for label, style, proofs in zip(("for", "against"), ("green", "red"), measures.split_proofs(cause), strict=True):
        yield from _proofs(label, style, proofs, page)
    for label, body in (
        ("where", words.place(cause, report)),
        ("costs", measures.cost(cause)),
        ("remedy", cause.remedy),
    ):
        if body:
            yield from page.lines(f"  {label}", body, "dim")


def _proofs(label: str, style: str, proofs: list[Proof], page: Page) -> Iterator[Text]:
    for i, proof in enumerate(proofs):
        body = page.text(proof.text).append_text(page.text(f" ({proof.experiment})", "dim"))
        left = Text(measures.odds(proof.likelihood_ratio).rjust(ODDS), style=style)
        yield from page.beside("" if i else f"  {label}", left, body, style="dim")


def _ceiling(found: Ceiling, page: Page) -> Iterator[Text]:
    """Show the ceiling, and where each learner stops on one scale."""
    yield from page.lines("CEILING", page.text(measures.ceiling(found), "bold"), "bold")
    for said in measures.said_of_learners(found):
        yield from page.lines("", said)
    yield from _learners(found, page)


def _learners(found: Ceiling, page: Page) -> Iterator[Text]:
    """Show where each learner stops, on one scale."""
    names = [page.short(name, MAX_LEARNER) for name in found.learners]
    column = max((name.cell_len for name in names), default=0) + 2
    width = min(61, page.room - column - 10)
    if not names or width < 8:
        return
    line = Scale(width, ascii_only=page.ascii_only)
    for name, value in zip(names, found.learners.values(), strict=True):
        row = Text.assemble(" " * LABEL, name, " " * (column - name.cell_len))
        row.append_text(line.draw(value, found.low, found.high, found.chance))
        yield row.append(f"  {measures.percent(value)}")
    yield Text(" " * (LABEL + column) + line.ends(), style="dim")


def _curve(curve: LearningCurve, page: Page, label: str) -> Iterator[Text]:
    source = "" if curve.source in ("", curve.name) else f" ({curve.source})"
    yield from page.lines(label, page.text(f"{curve.name}{source}", "bold"), "bold")
    for line in draw(curve, page.room, ascii_only=page.ascii_only):
        yield from page.lines("", line)


def _ranking(explanation: Explanation, page: Page) -> Iterator[Text]:
    """Show the causes that are left as bars, and of the others what rules each out."""
    first, rest = measures.ranked(explanation)
    names = [page.text(cause.name, "bold" if cause.status == "named" else "") for cause in first]
    column = max((name.cell_len for name in names), default=0)
    width = min(BAR, page.room - column - 20)
    for i, (cause, name) in enumerate(zip(first, names, strict=True)):
        row = name.append(" " * (column - name.cell_len + 1))
        if width >= 6:
            drawn = bar(cause.probability, width, ascii_only=page.ascii_only)
            row.append(f" {drawn.ljust(width)} ", style=_style(cause))
        row.append(probability(cause.probability).rjust(6), style="not bold")
        if width >= 6:
            row.append(f"  {cause.status}", style="" if cause.status == "named" else "dim")
        yield from page.lines("" if i else "CAUSES", row, "bold")
    if rest:
        yield from page.lines("", page.text(f"less probable: {', '.join(cause.name for cause in rest)}", "dim"), hang=2)
    yield from _ruled_out(explanation, page)
    if any(cause.evidence for cause in explanation.causes):
        yield from page.lines("", page.text(f"{' ' * ODDS}  {ODDS_SAY}", "dim"), hang=ODDS + 2)


def _ruled_out(explanation: Explanation, page: Page) -> Iterator[Text]:
    """Say what rules each of the other causes out; what rules several out is told once, with the odds of each."""
    told: dict[str, list[tuple[str, str]]] = {}
    for cause in measures.by_status(explanation, "ruled out"):
        ratio, text = measures.against(cause)
        told.setdefault(text, []).append((cause.name, ratio))
    for i, (text, causes) in enumerate(told.items()):
        alone = len(causes) == 1
        names = causes[0][0] if alone else ", ".join(f"{name} {ratio}" for name, ratio in causes)
        ratio = causes[0][1] if alone else ""
        body = page.text(f"{names}: ").append_text(page.text(text, "dim"))
        yield from page.beside("" if i else "RULED OUT", Text(ratio.rjust(ODDS), style="dim"), body, style="bold")


def _left_out(explanation: Explanation, page: Page) -> Iterator[Text]:
    for i, entry in enumerate(measures.left_out(explanation)):
        yield from page.lines("" if i else "NOT RUN", page.text(entry, "dim"), "bold", hang=2)
    if explanation.budget is not None:
        spent = sum(each.seconds for each in explanation.experiments if each.seconds > 0)
        said = f"{measures.budget(spent)} of {measures.budget(explanation.budget)} spent on experiments"
        yield from page.lines("BUDGET", page.text(said, "dim"), "bold")
