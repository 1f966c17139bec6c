"""The state of one explanation while it runs: what was done, what could not be, what follows from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from splitaudit.errors import MissingExtraError, NotApplicable
from splitaudit.explained import Ceiling, ErrorSlice, Experiment, Explanation, Ladder, LearningCurve
from splitaudit.explanation.cause import Case
from splitaudit.explanation.ceiling import ceiling_of
from splitaudit.explanation.courses import marked, of_history
from splitaudit.explanation.diagnosis import Diagnosis, diagnose, table
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.experiments.own_training import observed_accuracy
from splitaudit.explanation.experiments.panel import NAMES, panel_hits
from splitaudit.explanation.lab import Lab, accuracy, number
from splitaudit.explanation.outcomes import Seen, flatten
from splitaudit.explanation.regimes import regimes_of
from splitaudit.explanation.runner import run
from splitaudit.explanation.slices import MOST_PARTS, error_slices_of, parts_of
from splitaudit.explanation.verdict import causes_of, summary_of

RESERVE = 1.0  # seconds for the answer itself
SHARE_REFERENCE = 0.6  # of what is left; the rest is the ladder's
ENOUGH_TRAIN, ENOUGH_VAL = 24, 12
REFERENCE = "reference BiLSTM"
NO_TIME = "the budget was spent"
Live = Callable[[LearningCurve], None]


@dataclass(kw_only=True, eq=False)
class Run:
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

    def diagnosis(self) -> Diagnosis:
        """What is known so far."""
        return diagnose(self.seen(), table())

    def seen(self) -> dict[str, Seen]:
        """All outcomes so far."""
        return flatten(self.lab.findings.values(), self.done.values(), groups=self.lab.groups_known)

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
            self.skip(REFERENCE, str(reason))
            return
        if not fitted.curve.epochs:
            self.skip(REFERENCE, NO_TIME)
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

            self.ladder = run_ladder(self.lab.train, self.lab.val, self.lab.ctx, deadline=self.deadline - RESERVE)
        except (MissingExtraError, NotApplicable) as reason:
            self.skip("ladder", str(reason))
            return
        self.done["ladder"] = Experiment(
            name="ladder", status="done", seconds=time.monotonic() - started, summary=self.ladder.text
        )

    def skip(self, name: str, reason: str) -> None:
        """Account for what is not done."""
        status = "not run" if reason == NO_TIME else "not applicable"
        self.done[name] = Experiment(name=name, status=status, reason=reason)
        self.not_run.append(f"{name}: {reason}")

    def leave(self, specs: Iterable[ExperimentSpec]) -> None:
        """Account for probe experiments that do not fit any more."""
        for spec in specs:
            self.skip(spec.name, NO_TIME)

    def explanation(self, budget: float) -> Explanation:
        """Put the answer together from what was done."""
        lab, seen = self.lab, self.seen()
        enough = len(lab.train) >= ENOUGH_TRAIN and len(lab.val) >= ENOUGH_VAL and "cross-validation" in self.done
        enough = enough and self.done["cross-validation"].status == "done"
        case = Case(lab=lab, experiments=self.done)
        causes = causes_of(diagnose(seen, table()), seen, case, enough=enough)
        summary, undecided = summary_of(causes, enough=enough)
        ceiling: Ceiling | None = None
        slices: tuple[ErrorSlice, ...] = ()
        parts: tuple[ErrorSlice, ...] = ()
        if enough:
            hits = self._hits()
            own = observed_accuracy(lab.training, lab)
            ceiling = ceiling_of(lab, hits, None if own is None else own[0])
            right = np.mean(list(hits.values()), axis=0)
            parts = parts_of(lab, right)
            slices = error_slices_of(parts, regimes_of(lab, right))
        return Explanation(
            ceiling=ceiling,
            causes=causes,
            experiments=tuple(self.done.values()),
            curves=tuple(
                marked(each, len(lab.val)) for each in (*self.curves, *map(of_history, lab.training.histories))
            ),
            slices=slices,
            parts=parts[:MOST_PARTS],
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
        hits = dict(panel_hits(self.lab)) if known else {NAMES[0]: self.lab.right_val[rows]}
        if self.network is not None:
            hits[REFERENCE] = self.network[rows]
        return hits
