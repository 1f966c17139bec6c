"""The report as JUnit XML, for the test views of CI services: one test case per rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from splitaudit.explained import Explanation
from splitaudit.render import measures, words
from splitaudit.render.explanation import explained
from splitaudit.render.layout import MAX_WIDTH, Page
from splitaudit.report import Finding, ReportData

# what XML 1.0 cannot hold, not even as a reference
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: ReportData) -> str:
    """Return the report as JUnit XML, in ASCII.

    A finding fails its test case from the severity on that fails the run; a crash is an error; a rule that was skipped
    or could not tell is a skipped test, never a passed one.
    """
    cases = [_case(finding, report) for finding in report.findings]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": _seconds(report.timings.get("total", 0.0)),
    }
    root = ElementTree.Element("testsuites", {"name": "splitaudit", **counts})
    suite = ElementTree.SubElement(root, "testsuite", {"name": _clean(_title(report)), **counts})
    if report.explanation is not None:
        suite.append(_properties(report.explanation))
    suite.extend(cases)
    said = [report.verdict.summary, *(_explained(report.explanation, report) if report.explanation is not None else ())]
    ElementTree.SubElement(suite, "system-out").text = _clean("\n".join(said))
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _title(report: ReportData) -> str:
    sides = [side.source or side.name for side in (report.train, report.val)]
    return " ".join(["splitaudit", *dict.fromkeys(sides)])


def _properties(explanation: Explanation) -> ElementTree.Element:
    """Say the answer as properties: they are no test cases, since an explanation neither passes nor fails."""
    made = ElementTree.Element("properties")
    found = explanation.ceiling
    facts = [("ceiling", f"{found.value:.4g}")] if found is not None else []
    facts += [(f"cause.{c.name}", f"{c.probability:.4g}") for c in measures.by_status(explanation, "named")]
    facts += [("undecided", explanation.undecided)] if explanation.undecided else []
    facts += [("partial", "true")] if explanation.partial else []
    for name, value in (("answer", measures.answer(explanation)), *facts):
        ElementTree.SubElement(made, "property", {"name": _clean(f"splitaudit.{name}"), "value": _clean(value)})
    return made


def _explained(explanation: Explanation, report: ReportData) -> Iterator[str]:
    """Say the explanation in lines of text, as a terminal shows it."""
    page = Page(MAX_WIDTH, ascii_only=False)
    yield ""
    yield from (line.plain for line in explained(explanation, report, page))


def _case(finding: Finding, report: ReportData) -> ElementTree.Element:
    attributes = {
        "classname": f"splitaudit.{finding.family}",
        "name": f"{finding.rule} {finding.name}",
        "time": _seconds(report.timings.get(finding.rule, 0.0)),
    }
    case = ElementTree.Element("testcase", attributes)
    message = _clean(finding.message)
    failing = {"error": ("error",), "warning": ("error", "warning"), "never": ()}
    if finding.severity in failing.get(str(report.settings.get("fail_on")), ("error",)):
        failure = ElementTree.SubElement(case, "failure", {"type": finding.severity, "message": message})
        failure.text = _details(finding, report)
    elif finding.severity == "crashed":
        ElementTree.SubElement(case, "error", {"type": "crashed", "message": message})
    elif finding.severity == "skipped" or not finding.decidable:
        ElementTree.SubElement(case, "skipped", {"message": message})
    elif finding.severity != "ok":
        ElementTree.SubElement(case, "system-out").text = f"{finding.severity}: {message}\n{_details(finding, report)}"
    return case


def _details(finding: Finding, report: ReportData) -> str:
    size = "; ".join(filter(None, [words.effect(finding), words.p_value(finding)]))
    parts = (("where", words.place(finding, report)), ("effect", size), ("remedy", finding.remedy))
    return _clean("\n".join(f"{label}: {body}" for label, body in parts if body))


def _clean(text: str) -> str:
    return ILLEGAL.sub("", "\n".join(words.visible(line) for line in text.split("\n")))


def _seconds(value: float) -> str:
    return f"{value:.3f}"
