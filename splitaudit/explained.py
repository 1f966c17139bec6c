"""What an explanation says: the ceiling, the ranked causes, the experiments that speak for and against them.

Plain data, as :mod:`splitaudit.report`; ``splitaudit.explain`` fills it, the renderers show it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from splitaudit.place import Place

STATUSES = ("done", "not run", "not applicable", "interrupted", "crashed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One number that an experiment measured, with its 95 % interval where it has one.

    ``unit`` is ``"accuracy"`` (a share of windows), ``"difference of accuracy"`` or what else ``value`` counts;
    ``text`` says it in words.
    """

    value: float
    low: float | None = None
    high: float | None = None
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """One controlled change and what it did; ``status`` is one of :data:`STATUSES`, ``reason`` says why not done."""

    name: str
    status: str
    seconds: float = 0.0
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    summary: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One outcome that speaks for a cause (likelihood ratio above 1) or against it (below 1), in plain words."""

    experiment: str
    outcome: str
    likelihood_ratio: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A named explanation of the ceiling.

    ``status`` is ``"named"`` (part of the answer), ``"possible"``, ``"ruled out"`` or ``"not judged"`` (what it would
    be judged by was not given). ``evidence`` is what speaks for it, for a cause that is ruled out what speaks against
    it: first the outcomes by which it is recognised, the strongest first, then others. ``effect`` is what the cause
    costs, in accuracy, where an experiment could tell.
    """

    name: str
    title: str
    probability: float
    status: str
    where: Place = field(default_factory=Place)
    evidence: tuple[Proof, ...] = ()
    remedy: str = ""
    effect: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceiling:
    """The best val accuracy that differently built learners reach alike, with its 95 % interval.

    ``observed`` is the accuracy the user reported, ``chance`` that of always naming the most frequent class of val.
    ``learners`` holds the val accuracy of each learner, ``agreement`` how far their errors fall on the same windows
    (Cohen's kappa of right and wrong, averaged over pairs; 1 is the same windows, 0 is by chance).
    """

    value: float
    low: float
    high: float
    observed: float | None = None
    chance: float = 0.0
    learners: Mapping[str, float] = field(default_factory=dict)
    agreement: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """Loss and accuracy per epoch of one training run; NaN where not known; ``source`` is "reference" or "history".

    ``plateau_epoch`` is the epoch from which on val accuracy stays at one level, ``divergence_epoch`` the one from
    which on val loss rises while train still improves; None where the run shows no such thing.
    """

    name: str
    source: str
    epochs: tuple[int, ...]
    train_accuracy: tuple[float, ...] = ()
    val_accuracy: tuple[float, ...] = ()
    train_loss: tuple[float, ...] = ()
    val_loss: tuple[float, ...] = ()
    plateau_epoch: int | None = None
    divergence_epoch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorSlice:
    """A part of val and its share of the persistent errors, those that at least half of the learners make.

    ``kind`` is group, class, time or regime (an end of one window statistic); ``expected`` is the error rate in the
    rest of val, ``accuracy`` what the learners reach in this part on average.
    """

    kind: str
    name: str
    n_windows: int
    error_rate: float
    expected: float
    p_value: float
    accuracy: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRow:
    """One configuration of the ladder: val accuracy with its 95 % interval, and train accuracy."""

    step: str
    configuration: str
    val_accuracy: float
    low: float
    high: float
    train_accuracy: float
    epochs: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The suggestions that people make about a plateau, each run.

    ``spread`` is the standard deviation of val accuracy across configurations that learn at all, ``by_sampling`` what
    drawing that many val windows (units respected) alone would give, ``agreement`` Cohen's kappa of their errors.
    """

    rows: tuple[LadderRow, ...]
    spread: float
    by_sampling: float
    agreement: float
    text: str
    not_run: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why validation stays where it stays.

    ``causes`` holds all 19, most probable first. ``summary`` is one sentence; ``undecided`` says which causes cannot be
    told apart here and which measurement would decide, and is empty where the answer is clear. ``partial`` is set
    where the run was interrupted. ``not_run`` names what the budget, a missing package or missing data left out, with
    the reason. ``slices`` holds the parts of val with more errors than chance gives, ``parts`` all of them, up to 200.
    """

    ceiling: Ceiling | None
    causes: tuple[Cause, ...]
    experiments: tuple[Experiment, ...]
    curves: tuple[LearningCurve, ...] = ()
    slices: tuple[ErrorSlice, ...] = ()
    parts: tuple[ErrorSlice, ...] = ()
    ladder: Ladder | None = None
    not_run: tuple[str, ...] = ()
    summary: str = ""
    undecided: str = ""
    partial: bool = False
    budget: float | None = None

    def cause(self, name: str) -> Cause:
        """Return one cause by name.

        Raises
        ------
        KeyError
            If there is no such cause.
        """
        for each in self.causes:
            if each.name == name:
                return each
        raise KeyError(name)

    def experiment(self, name: str) -> Experiment:
        """Return one experiment by name.

        Raises
        ------
        KeyError
            If it was not planned.
        """
        for each in self.experiments:
            if each.name == name:
                return each
        raise KeyError(name)
