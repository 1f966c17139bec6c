"""One explanation: audit, experiments within the budget, the reference network, the diagnosis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from splitaudit.audit import Settings, audit_prepared, prepare
from splitaudit.data.split import Split
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.errors import DataError, MissingExtraError, NotApplicable
from splitaudit.explained import Experiment, Explanation, Ladder, LearningCurve
from splitaudit.explanation import catalog
from splitaudit.explanation.cause import Case
from splitaudit.explanation.ceiling import ceiling_of
from splitaudit.explanation.diagnosis import diagnose, table
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.experiments.own_training import observed_accuracy
from splitaudit.explanation.experiments.panel import NAMES, panel_hits
from splitaudit.explanation.lab import Lab, accuracy, number
from splitaudit.explanation.outcomes import flatten
from splitaudit.explanation.plan import Speed, best_next
from splitaudit.explanation.runner import run
from splitaudit.explanation.slices import error_slices_of
from splitaudit.explanation.verdict import causes_of, summary_of
from splitaudit.report import Finding, Report
from splitaudit.rule import Progress, silent

BUDGET = 300.0
RESERVE = 1.0  # seconds for the answer itself
LEAST_REFERENCE = 8.0  # seconds without which a network learns nothing
LEAST_LADDER = 20.0
SHARE_REFERENCE = 0.6  # of what is left; the rest is the ladder's
ENOUGH_TRAIN, ENOUGH_VAL = 24, 12
REFERENCE = "reference BiLSTM"
NO_TIME = "the budget was spent"
Live = Callable[[LearningCurve], None]


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
    version: str = "",
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
        Run the ladder of configurations before anything else that trains networks, even where it leaves no time for more.
    progress : callable
        Wraps the loops over rules and experiments.
    live : callable, optional
        Is shown the curve of the reference after every epoch.
    accepted, version
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
    report = audit_prepared(
        (train, val), ours, theirs, context, settings, accepted=accepted, version=version, partial=partial
    )
    if report.verdict.exit_code == 130:
        return report
    lab = Lab(train=ours, val=theirs, ctx=context, findings={f.rule: f for f in report.findings})
    run_ = _Run(lab=lab, deadline=started + budget, ladder_first=ladder, live=live)
    try:
        for step in progress(_Steps(run_), "experiments"):
            step.work()
    except KeyboardInterrupt:
        if not partial:
            raise
        run_.interrupted = True
    explained = run_.explanation(budget)
    timings = {**report.timings, "explanation": time.monotonic() - started - report.timings["total"]}
    timings["total"] = time.monotonic() - started
    if run_.interrupted:
        verdict = replace(report.verdict, exit_code=130, summary=f"Interrupted. {report.verdict.summary}")
        return replace(report, explanation=explained, timings=timings, verdict=verdict)
    return replace(report, explanation=explained, timings=timings)


@dataclass(frozen=True, slots=True)
class Step:
    """One piece of work, as progress shows it: what, and how many seconds of the budget are left."""

    name: str
    left: float
    work: Callable[[], None]


@dataclass(kw_only=True, eq=False)
class _Run:
    """The state of one explanation: what was done, what could not be."""

    lab: Lab
    deadline: float
    ladder_first: bool = False
    live: Live | None = None
    done: dict[str, Experiment] = field(default_factory=dict)
    not_run: list[str] = field(default_factory=list)
    curves: list[LearningCurve] = field(default_factory=list)
    network: NDArray[np.bool_] | None = None
    ladder: Ladder | None = None
    interrupted: bool = False

    def left(self) -> float:
        """Seconds until the answer must be written."""
        return self.deadline - RESERVE - time.monotonic()

    def experiment(self, spec: ExperimentSpec) -> None:
        """Run one probe experiment."""
        self.done[spec.name] = run(spec, self.lab)

    def diagnosis(self):  # type: ignore[no-untyped-def]
        """What is known so far."""
        return diagnose(self.seen(), table())

    def seen(self):  # type: ignore[no-untyped-def]
        """All outcomes so far."""
        return flatten(self.lab.findings.values(), self.done.values())

    def reference(self) -> None:
        """Train the reference network in its share of what is left."""
        started = time.monotonic()
        share = 1.0 if self.ladder is not None else SHARE_REFERENCE
        try:
            from splitaudit.models.reference import reference

            fitted = reference(
                self.lab.train,
                self.lab.val,
                self.lab.ctx,
                deadline=started + share * self.left(),
                on_epoch=self.live,
            )
        except (MissingExtraError, NotApplicable) as reason:
            self._skip(REFERENCE, str(reason))
            return
        hits = fitted.probabilities.argmax(axis=1) == self.lab.val.y
        self.network = hits
        self.curves.append(fitted.curve)
        found = accuracy(hits, self.lab.val_units, "the reference network on val")
        probe = float(self.lab.hits_val.mean())
        self.done[REFERENCE] = Experiment(
            name=REFERENCE,
            status="done",
            seconds=time.monotonic() - started,
            outcomes={
                "accuracy_val": found,
                "over_probe": number(
                    found.value - probe,
                    "difference of accuracy",
                    f"the reference has {found.value:.0%} on val, the probe {probe:.0%}",
                ),
            },
            summary=f"val {found.value:.1%} after {len(fitted.curve.epochs)} epochs, "
            f"train {max(fitted.curve.train_accuracy, default=float('nan')):.1%}; the probe has {probe:.1%} on val",
        )

    def climb(self) -> None:
        """Run the ladder in what is left."""
        started = time.monotonic()
        try:
            from splitaudit.explanation.ladder import run_ladder

            self.ladder = run_ladder(
                self.lab.train, self.lab.val, self.lab.ctx, deadline=self.deadline - RESERVE
            )
        except (MissingExtraError, NotApplicable) as reason:
            self._skip("ladder", str(reason))
            return
        self.done["ladder"] = Experiment(
            name="ladder", status="done", seconds=time.monotonic() - started, summary=self.ladder.text
        )

    def _skip(self, name: str, reason: str) -> None:
        status = "not run" if reason == NO_TIME else "not applicable"
        self.done[name] = Experiment(name=name, status=status, reason=reason)
        self.not_run.append(f"{name}: {reason}")

    def leave(self, specs: Iterable[ExperimentSpec]) -> None:
        """Account for probe experiments that do not fit any more."""
        for spec in specs:
            self._skip(spec.name, NO_TIME)

    def explanation(self, budget: float) -> Explanation:
        """Put the answer together from what was done."""
        lab, seen = self.lab, self.seen()
        enough = len(lab.train) >= ENOUGH_TRAIN and len(lab.val) >= ENOUGH_VAL and "cross-validation" in self.done
        enough = enough and self.done["cross-validation"].status == "done"
        case = Case(lab=lab, experiments=self.done)
        causes = causes_of(diagnose(seen, table()), seen, case, enough=enough)
        summary, undecided = summary_of(causes, enough=enough)
        ceiling, slices = None, ()
        if enough:
            hits = self._hits()
            own = observed_accuracy(lab.training, lab)
            ceiling = ceiling_of(lab, hits, None if own is None else own[0])
            slices = error_slices_of(lab, ~np.array(list(hits.values())).any(axis=0) if len(hits) > 1 else ~hits[NAMES[0]])
        return Explanation(
            ceiling=ceiling,
            causes=causes,
            experiments=tuple(self.done.values()),
            curves=(*self.curves, *map(_curve, lab.training.histories)),
            slices=slices,
            ladder=self.ladder,
            not_run=tuple(self.not_run),
            summary=summary,
            undecided=undecided,
            partial=self.interrupted,
            budget=budget,
        )

    def _hits(self) -> dict[str, NDArray[np.bool_]]:
        """Hits of every learner that was asked, on the lab's val rows."""
        rows = self.lab.val_rows
        panel = self.done.get("panel")
        known = panel is not None and panel.status == "done"
        hits = dict(panel_hits(self.lab)) if known else {NAMES[0]: self.lab.hits_val[rows]}
        if self.network is not None:
            hits[REFERENCE] = self.network[rows]
        return hits


class _Steps:
    """The steps of a run, chosen one after the other by what is left and what is open."""

    def __init__(self, run_: _Run) -> None:
        self.run = run_

    def __iter__(self) -> Iterator[Step]:
        run_ = self.run
        specs = list(catalog.all_experiments())
        yield from self._probes(specs)
        networks = [("ladder", run_.climb, LEAST_LADDER), (REFERENCE, run_.reference, LEAST_REFERENCE)]
        for name, work, least in networks if run_.ladder_first else networks[::-1]:
            if run_.left() < least:
                run_._skip(name, NO_TIME)
                continue
            yield Step(name, run_.left(), work)

    def _probes(self, specs: list[ExperimentSpec]) -> Iterator[Step]:
        run_ = self.run
        yield self._step(specs.pop(0))
        if run_.done and next(iter(run_.done.values())).status != "done":
            for spec in specs:
                yield self._step(spec)  # each says for itself why it cannot be applied
            return
        speed = Speed.of(run_.lab)
        while specs:
            spec = best_next(specs, speed, run_.diagnosis(), table(), run_.left())
            if spec is None:
                run_.leave(specs)
                return
            specs.remove(spec)
            yield self._step(spec)

    def _step(self, spec: ExperimentSpec) -> Step:
        return Step(spec.name, self.run.left(), lambda: self.run.experiment(spec))


def _curve(history) -> LearningCurve:  # type: ignore[no-untyped-def]
    """A user's history as a curve of the report."""
    return LearningCurve(
        name=history.name,
        source="history",
        epochs=tuple(history.epochs.tolist()),
        train_accuracy=tuple(history.train_accuracy.tolist()),
        val_accuracy=tuple(history.val_accuracy.tolist()),
        train_loss=tuple(history.train_loss.tolist()),
        val_loss=tuple(history.val_loss.tolist()),
    )
