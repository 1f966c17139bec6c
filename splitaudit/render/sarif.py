"""The report as SARIF 2.1.0, for the code-scanning views of forges and editors.

One result per finding that is an error or a warning, at the files it is about; a crashed rule is a notification of the
run, which then was not successful. Findings that are accepted, ignored, skipped or merely informative are no results.
The metadata of a rule hold its page as help.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from splitaudit.errors import ConfigError
from splitaudit.render import measures, words
from splitaudit.render.inputs import inputs
from splitaudit.render.pages import page
from splitaudit.report import Finding, ReportData

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = ("error", "warning")


def render(report: ReportData) -> str:
    """Return the report as a SARIF log, in ASCII."""
    found = report.ranked(*LEVELS)
    crashed = report.by_severity("crashed")
    described = {finding.rule: finding for finding in (*found, *crashed)}
    codes = sorted(described)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "splitaudit",
                "version": words.visible(report.version),
                "rules": [_described(described[code]) for code in codes],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not crashed,
                "exitCode": report.verdict.exit_code,
                "toolExecutionNotifications": [_notification(finding) for finding in crashed],
            }
        ],
        "results": [_result(finding, report, codes.index(finding.rule)) for finding in found],
        "properties": dict(_properties(report)),
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=1, allow_nan=False) + "\n"


def _described(finding: Finding) -> dict[str, Any]:
    """Describe the rule of a finding: from its page, or where this version has no such rule, from what it found."""
    from splitaudit.rules.catalog import find

    made: dict[str, Any] = {"id": words.visible(finding.rule), "name": words.visible(finding.name)}
    try:
        rule = find(finding.rule).to_dict()
    except ConfigError:  # the report is of another version
        text = words.visible(finding.remedy or finding.name)
        return {**made, "shortDescription": {"text": text}, "help": {"text": text}}
    text = page(rule)
    return {
        **made,
        "shortDescription": {"text": rule["title"]},
        "fullDescription": {"text": f"{rule['title']} {rule['remedy']}"},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": [rule["family"]]},
    }


def _result(finding: Finding, report: ReportData, index: int) -> dict[str, Any]:
    size = "; ".join(filter(None, [words.effect(finding), words.p_value(finding)]))
    parts = (("Where", words.place(finding, report)), ("Effect", size), ("Remedy", finding.remedy))
    lines = [finding.message, *(f"{label}: {text}" for label, text in parts if text)]
    return {
        "ruleId": words.visible(finding.rule),
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": "\n".join(map(words.visible, lines))},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": uri(name)}}} for name in inputs(finding, report)
        ],
        "partialFingerprints": {"ruleAndPlace/v1": _fingerprint(finding)},
    }


def _notification(finding: Finding) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": words.visible(finding.message)},
        "associatedRule": {"id": words.visible(finding.rule)},
    }


def _properties(report: ReportData) -> Iterator[tuple[str, str]]:
    yield "verdict", report.verdict.status
    yield "summary", words.visible(report.verdict.summary)
    if report.explanation is not None:
        yield "answer", words.visible(measures.answer(report.explanation))


def _fingerprint(finding: Finding) -> str:
    """Return what a finding keeps from run to run: its rule, and the channels and groups that it names."""
    parts = [finding.rule, *map(str, finding.where.channels), *finding.where.groups]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def uri(name: str) -> str:
    """Return a file name as a URI; relative names stay relative, a URL stays as it is."""
    shown = words.visible(name)
    if "://" in shown:
        return quote(shown, safe="%/:?#[]@!$&'()*+,;=~")
    if PurePath(shown).is_absolute():
        return Path(shown).as_uri()
    return quote(PurePath(shown).as_posix())
