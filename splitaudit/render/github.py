"""The report as workflow commands, which GitHub shows as annotations: a line per finding, and one for the verdict.

::

    ::error title=SA205 unit-change,file=val.npz::gyro_z in val: 0.02 times ... (95 %25 interval ...)%0Awhere: gyro_z

Errors and crashed rules are ``error``, warnings are ``warning``, the verdict is a ``notice``. In values of properties
``%``, line breaks, ``:`` and ``,`` are escaped, in messages ``%`` and line breaks.
"""

from __future__ import annotations

from collections.abc import Iterator

from splitaudit.render import words
from splitaudit.render.inputs import inputs
from splitaudit.report import Finding, ReportData

COMMANDS = {"crashed": "error", "error": "error", "warning": "warning"}


def render(report: ReportData) -> str:
    """Return the report as lines of workflow commands; nothing that a name holds can become one."""
    return "".join(f"{line}\n" for line in _lines(report))


def data(text: str) -> str:
    """Escape a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def value(text: str) -> str:
    """Escape the value of a property."""
    return data(text).replace(":", "%3A").replace(",", "%2C")


def _lines(report: ReportData) -> Iterator[str]:
    for finding in report.ranked(*COMMANDS):
        yield _command(finding, report)
    yield f"::notice title=splitaudit {report.verdict.status}::{data(words.visible(report.verdict.summary))}"


def _command(finding: Finding, report: ReportData) -> str:
    properties = {"title": f"{finding.rule} {finding.name}"}
    lines = [finding.message]
    if finding.severity == "crashed":
        properties["title"] += " crashed"
    else:
        properties["file"] = inputs(finding, report)[0]
        place = words.place(finding, report)
        lines += [f"where: {place}"] if place else []
        lines += [f"remedy: {finding.remedy}"] if finding.remedy else []
    said = ",".join(f"{name}={value(words.visible(text))}" for name, text in properties.items())
    message = data("\n".join(map(words.visible, lines)))
    return f"::{COMMANDS[finding.severity]} {said}::{message}"
