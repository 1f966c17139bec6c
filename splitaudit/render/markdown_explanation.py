"""The explanation as Markdown: the answer, then tables that fold away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from splitaudit.explained import Cause, Explanation
from splitaudit.render import measures, words
from splitaudit.render.curves import draw
from splitaudit.report import ReportData
from splitaudit.wording import probability

Escape = Callable[[str], str]
CURVE_WIDTH = 80
MAX_CURVES = 3
MAX_ROWS = 50
FENCE_INDENT = " " * 4  # so that no line of a curve can end the block


def explanation_lines(explanation: Explanation, report: ReportData, escape: Escape) -> Iterator[str]:
    """Yield the explanation line by line; ``escape`` makes text from the data harmless."""
    yield from ("", "### Why", "")
    if explanation.partial:
        yield from ("*Interrupted: a partial answer.*", "")
    yield from (f"**{escape(measures.answer(explanation))}**", "")
    if explanation.undecided:
        yield from (f"Undecided: {escape(explanation.undecided)}", "")
    for cause in measures.by_status(explanation, "named"):
        yield from _cause(cause, report, escape)
    yield from _ceiling(explanation, escape)
    yield from _causes(explanation, escape)
    for title, lines in (
        ("Measured", _experiments(explanation, escape)),
        ("Curves", _curves(explanation, escape)),
        ("Error slices", _slices(explanation, escape)),
        ("Ladder", _ladder(explanation, escape)),
        ("Not run", (f"- {escape(entry)}" for entry in measures.left_out(explanation))),
    ):
        found = list(lines)
        if found:
            yield from (f"<details><summary>{title}</summary>", "", *found, "", "</details>", "")


def _cause(cause: Cause, report: ReportData, escape: Escape) -> Iterator[str]:
    yield f"**{escape(cause.name)}** ({escape(probability(cause.probability))}): {escape(cause.title)}"
    yield ""
    for label, proofs in zip(("for", "against"), measures.split_proofs(cause), strict=True):
        for proof in proofs:
            yield f"- {label} {measures.odds(proof.likelihood_ratio)}: {escape(f'{proof.text} ({proof.experiment})')}"
    for label, body in (
        ("where", words.place(cause, report)),
        ("costs", measures.cost(cause)),
        ("remedy", cause.remedy),
    ):
        if body:
            yield f"- {label}: {escape(body)}"
    yield ""


def _ceiling(explanation: Explanation, escape: Escape) -> Iterator[str]:
    found = explanation.ceiling
    if found is None:
        return
    said = [measures.ceiling(found), *measures.said_of_learners(found)]
    yield from (f"Ceiling: {escape('. '.join(said))}.", "")
    if found.learners:
        rows = [(escape(name), measures.percent(value)) for name, value in found.learners.items()]
        yield from (*_table(("learner", "val accuracy"), rows), "")


def _causes(explanation: Explanation, escape: Escape) -> Iterator[str]:
    rows = []
    for cause in explanation.causes:
        ratio, text = measures.against(cause) if cause.status == "ruled out" else ("", "")
        shown = escape(cause.name)
        rows.append(
            (
                f"**{shown}**" if cause.status == "named" else shown,
                escape(probability(cause.probability)),
                cause.status,
                escape(f"{text} ({ratio})" if ratio else text or cause.title),
            )
        )
    yield from (*_table(("cause", "probability", "status", "why"), rows), "")


def _experiments(explanation: Explanation, escape: Escape) -> Iterator[str]:
    rows = []
    for each in explanation.experiments:
        said = [each.summary, *measures.main_outcomes(each), each.reason]
        rows.append(
            (escape(each.name), each.status, escape("; ".join(filter(None, said))), measures.seconds(each.seconds))
        )
    yield from _table(("experiment", "status", "measured", "time"), rows)


def _curves(explanation: Explanation, escape: Escape) -> Iterator[str]:
    for curve in explanation.curves[:MAX_CURVES]:
        yield from (escape(f"{curve.name} ({curve.source})"), "", "```text")
        yield from ((FENCE_INDENT + line.plain).rstrip() for line in draw(curve, CURVE_WIDTH))
        yield from ("```", "")


def _slices(explanation: Explanation, escape: Escape) -> Iterator[str]:
    rows = [
        (
            escape(f"{each.kind} {each.name}"),
            f"{each.n_windows:,}",
            measures.percent(each.error_rate),
            measures.percent(each.expected),
            measures.p_value(each.p_value),
        )
        for each in explanation.slices
    ]
    yield from _table(("part of val", "windows", "errors", "expected", "p"), rows)


def _ladder(explanation: Explanation, escape: Escape) -> Iterator[str]:
    found = explanation.ladder
    if found is None:
        return
    rows = [
        (
            escape(row.step),
            escape(row.configuration),
            f"{measures.percent(row.val_accuracy)} ({measures.interval(row.low, row.high)})",
            measures.percent(row.train_accuracy),
            str(row.epochs),
            measures.seconds(row.seconds),
        )
        for row in found.rows
    ]
    yield from _table(("step", "configuration", "val accuracy", "train accuracy", "epochs", "time"), rows)
    said = [*measures.said_of_ladder(found), *found.not_run]
    yield from ("", *(f"- {escape(text)}" for text in said))


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    for row in (heading, ["---"] * len(heading), *rows[:MAX_ROWS]):
        yield f"| {' | '.join(row)} |"
