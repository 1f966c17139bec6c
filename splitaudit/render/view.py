"""What the page says, in words: plain texts and lists for the templates, which hold no logic of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from splitaudit.evidence import Exhibit, Table
from splitaudit.explained import Cause, Explanation
from splitaudit.render import measures, words
from splitaudit.render.columns import cell
from splitaudit.render.figures.exhibits import further, panel_of
from splitaudit.report import FAMILIES, Finding, ReportData, Side
from splitaudit.wording import counted, probability

GRAVE = ("crashed", "error", "warning")
ORDER = ("crashed", "error", "warning", "unclear", "info", "accepted", "ok", "skipped")
MAX_TABLE_ROWS = 30
N_STRONGEST = 2
HEALTHY = "healthy"
NOTHING_TO_DO = "Nothing: no finding asks for a change of the split."
FAULT = "This is a fault of splitaudit: the rule did not say anything about the split."
SECTIONS = (  # name, heading, what the navigation calls it
    ("ceiling", "The ceiling", "Ceiling"),
    ("training", "Training curves", "Curves"),
    ("ladder", "The ladder", "Ladder"),
    ("causes", "Causes", "Causes"),
    ("experiments", "Experiments", "Experiments"),
    ("errors", "Accuracy and persistent errors", "Errors"),
    ("leaks", "Leaked pairs", "Leaks"),
    ("map", "Where the sides differ", "Map"),
    ("distributions", "Distributions and windows", "Distributions"),
    ("adversary", "Telling the sides apart", "Adversary"),
    ("labels", "Label shares", "Labels"),
    ("units", "Units and overlap", "Units"),
    ("findings", "Findings", "Findings"),
)
ALWAYS = ("units", "findings")
SHOWN_OF = {  # sections that show what rules found; what is wrong comes first
    "map": ("SA102",),
    "distributions": ("SA102", "SA103"),
    "adversary": ("SA101",),
    "leaks": ("SA301", "SA302", "SA303"),
    "labels": ("SA501",),
}
Drawn = Mapping[str, Sequence[Mapping[str, Any]]]


def view(report: ReportData, drawn: Drawn) -> dict[str, Any]:
    """Return everything that the page says, by the names that its template uses."""
    found = report.explanation
    findings = [
        _finding(f, report) for f in report.ranked(*dict.fromkeys((*GRAVE, "info", "accepted", "ok", "skipped")))
    ]
    findings.sort(key=lambda each: ORDER.index(each["severity"]))
    filled = {name for name, figures in drawn.items() if figures} | {*ALWAYS}
    if found is not None:
        filled |= {"causes"} | ({"experiments"} if found.experiments or measures.left_out(found) else set())
    return {
        "title": f"splitaudit: {report.verdict.status}",
        "status": report.verdict.status,
        "lead": _lead(report),
        "partial": found is not None and found.partial,
        "sides": [(side.name, _side(side)) for side in (report.train, report.val)],
        "sections": [section for section in _ordered(report) if section[0] in filled],
        "figures": {name: list(drawn.get(name, ())) for name, _, _ in SECTIONS},
        "causes": _causes(found, report),
        "experiments": _experiments(found),
        "left_out": measures.left_out(found) if found is not None else [],
        "units": _units(report),
        "findings": findings,
        "severities": _counted(findings, "severity", ORDER),
        "families": _counted(findings, "family", FAMILIES),
        "version": report.version,
        "timing": words.timing(report),
    }


def _ordered(report: ReportData) -> list[tuple[str, str, str]]:
    """Return the sections, of those that show rules the ones with the gravest findings first."""

    def gravity(section: tuple[str, str, str]) -> int:
        codes = SHOWN_OF[section[0]]
        return min((ORDER.index(f.severity) for f in report.findings if f.rule in codes), default=len(ORDER))

    shown = iter(sorted((section for section in SECTIONS if section[0] in SHOWN_OF), key=gravity))
    return [next(shown) if section[0] in SHOWN_OF else section for section in SECTIONS]


def _counted(findings: Sequence[Mapping[str, Any]], key: str, order: Sequence[str]) -> list[tuple[str, int]]:
    """Count findings by severity or family, in a known order, others after that."""
    names = [str(each[key]) for each in findings]
    return [(name, names.count(name)) for name in dict.fromkeys((*order, *names)) if name in names]


def _lead(report: ReportData) -> dict[str, Any]:
    """Return what stands on the first screen: the answer, the ceiling, the first cause or finding, what to do."""
    found = report.explanation
    grave = report.ranked(*GRAVE)
    lead: dict[str, Any] = {
        "sentence": report.verdict.summary,
        "verdict": "",
        "ceiling": "",
        "undecided": "",
        "cause": None,
        "finding": None,
        "remedy": NOTHING_TO_DO,
    }
    if found is not None:
        left, _ = measures.ranked(found)
        lead |= {"sentence": measures.answer(found), "verdict": report.verdict.summary, "undecided": found.undecided}
        lead["ceiling"] = measures.ceiling(found.ceiling) if found.ceiling is not None else ""
        if left:
            lead["cause"] = _cause(left[0], report, most=N_STRONGEST)
            wrong = report.ranked("crashed", "error") if left[0].name == HEALTHY else ()
            lead["remedy"] = _remedy(wrong[0]) if wrong else left[0].remedy
            return lead
    if grave:
        lead["finding"] = _finding(grave[0], report)
        lead["remedy"] = grave[0].remedy or FAULT
    return lead


def _remedy(finding: Finding) -> str:
    """Say what to do about a finding that costs no accuracy as far as can be told."""
    return f"Nothing costs accuracy that could be measured, but {finding.rule} {finding.name} is wrong: " + (
        finding.remedy or FAULT
    )


def _side(side: Side) -> str:
    source = "" if side.source in ("", side.name) else f"{side.source}: "
    parts = [f"{source}{words.size(side)}", words.contents(side), *side.notes]
    return "; ".join([*parts, f"set aside: {side.set_aside}"] if side.set_aside else parts)


def _cause(cause: Cause, report: ReportData, *, most: int | None = None) -> dict[str, Any]:
    pro, contra = measures.split_proofs(cause)
    return {
        "name": cause.name,
        "title": cause.title,
        "status": cause.status,
        "probability": probability(cause.probability),
        "pro": [_proof(proof) for proof in islice(pro, most)],
        "contra": [_proof(proof) for proof in contra],
        "where": words.place(cause, report),
        "costs": measures.cost(cause),
        "remedy": cause.remedy,
    }


def _proof(proof: Any) -> tuple[str, str, str]:
    return measures.odds(proof.likelihood_ratio), proof.text, proof.experiment


def _causes(found: Explanation | None, report: ReportData) -> dict[str, Any]:
    if found is None:
        return {"left": [], "out": [], "not_judged": ""}
    return {
        "left": [_cause(cause, report) for cause in measures.by_status(found, "named", "possible")],
        "out": [(cause.name, *measures.against(cause)) for cause in measures.by_status(found, "ruled out")],
        "not_judged": ", ".join(cause.name for cause in measures.by_status(found, "not judged")),
    }


def _experiments(found: Explanation | None) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "status": each.status,
            "summary": each.summary or each.reason,
            "outcomes": measures.outcomes(each),
            "seconds": measures.seconds(each.seconds),
        }
        for each in (found.experiments if found else ())
    ]


def _units(report: ReportData) -> list[tuple[str, str]]:
    """Return what was exchanged between the sides, and what rules say of overlap and dependence."""
    said = [("Exchanged", words.units(report.units))]
    codes = {"SA303": "Overlap", "SA304": "Shared groups", "SA305": "Time", "SA404": "Dependence"}
    said += [(codes[f.rule], f.message) for f in report.findings if f.rule in codes and f.severity != "skipped"]
    return said


def _finding(finding: Finding, report: ReportData) -> dict[str, Any]:
    grave = finding.severity in GRAVE
    size = "" if finding.severity == "crashed" else words.effect(finding)
    facts = (
        ("Where", words.place(finding, report)),
        ("Effect", "; ".join(filter(None, [size, words.p_value(finding)]))),
        ("What to do", FAULT if finding.severity == "crashed" else finding.remedy if grave or finding.accepted else ""),
    )
    unclear = not finding.decidable and finding.severity in ("info", "ok")
    return {
        "rule": finding.rule,
        "name": finding.name,
        "family": finding.family,
        "severity": "unclear" if unclear else finding.severity,
        "message": finding.message,
        "open": grave,
        "facts": [(label, body) for label, body in facts if body],
        "tables": [_table(e) for e in further(finding) if isinstance(e, Table) and e.rows],
        "panels": list(_panels(further(finding))),
    }


def _panels(exhibits: Iterator[Exhibit]) -> Iterator[Any]:
    for exhibit in exhibits:
        panel = panel_of(exhibit)
        if panel is not None:
            yield panel


def _table(table: Table) -> dict[str, Any]:
    more = len(table.rows) - MAX_TABLE_ROWS
    return {
        "title": table.title,
        "columns": table.columns,
        "rows": [[cell(value) for value in row] for row in table.rows[:MAX_TABLE_ROWS]],
        "more": f"and {counted(more, 'more row')}" if more > 0 else "",
    }
