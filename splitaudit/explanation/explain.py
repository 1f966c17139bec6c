"""One explanation: audit, experiments within the budget, the reference network, the diagnosis."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from splitaudit.audit import Settings, audit_prepared, prepare
from splitaudit.data.split import Split
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.errors import DataError
from splitaudit.explanation.lab import Lab
from splitaudit.explanation.run import Live, Run
from splitaudit.explanation.steps import Steps
from splitaudit.report import Finding
from splitaudit.results import Report
from splitaudit.rule import Progress, silent

BUDGET = 300.0


def explain_report(
    train: Split,
    val: Split,
    settings: Settings,
    *,
    training: Training = NO_TRAINING,
    budget: float = BUDGET,
    ladder: bool = False,
    progress: Progress = silent,
    live: Live | None = None,
    accepted: Iterable[Finding] = (),
    partial: bool = False,
) -> Report:
    """Audit a split and explain what holds validation back.

    Parameters
    ----------
    train, val : Split
        The two sides, with labels.
    settings : Settings
        Of the audit.
    training : Training
        Histories, predictions and the observed accuracy of the user's own training.
    budget : float
        Seconds for everything. Experiments are chosen by what they can still decide per second; those that do not fit
        are listed as not run. As long as all fit, the answer depends on the seed alone.
    ladder : bool
        Run the ladder of configurations before the reference, even where that leaves no time for it.
    progress : callable
        Wraps the loops over rules and experiments.
    live : callable, optional
        Is shown the curve of the reference after every epoch.
    accepted
        As of :func:`splitaudit.audit.audit`.
    partial : bool
        When interrupted, return what was found so far, marked so, instead of raising KeyboardInterrupt.

    Raises
    ------
    DataError
        If nothing can be audited, or a side has no labels.
    """
    started = time.monotonic()
    for side in (train, val):
        if side.y is None:
            raise DataError(f"{side.source or side.name}: there are no labels (y), which an explanation needs")
    ours, theirs, context = prepare(train, val, settings, progress=progress, training=training)
    report = audit_prepared((train, val), ours, theirs, context, settings, accepted=accepted, partial=partial)
    if report.verdict.exit_code == 130:
        return report
    lab = Lab(train=ours, val=theirs, ctx=context, findings={f.rule: f for f in report.findings})
    running = Run(lab=lab, deadline=started + budget, ladder_first=ladder, live=live)
    try:
        for step in progress(Steps(running), "experiments"):
            step.work()
    except KeyboardInterrupt:
        if not partial:
            raise
        running.interrupted = True
    explained = running.explanation(budget)
    timings = {**report.timings, "explanation": time.monotonic() - started - report.timings["total"]}
    timings["total"] = time.monotonic() - started
    if running.interrupted:
        verdict = replace(report.verdict, exit_code=130, summary=f"Interrupted. {report.verdict.summary}")
        return replace(report, explanation=explained, timings=timings, verdict=verdict)
    return replace(report, explanation=explained, timings=timings)
