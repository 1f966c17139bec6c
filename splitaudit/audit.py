"""One audit: measure with every rule, adjust for having looked so often, judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from splitaudit.accepted import accept
from splitaudit.data.finite import finite_part
from splitaudit.data.profile import Profile, named, profiles
from splitaudit.data.scheme import find_scheme
from splitaudit.data.split import Split, comparable
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.errors import ConfigError, DataError, NotApplicable
from splitaudit.evidence import Evidence, IntArray, Where
from splitaudit.judge import judge
from splitaudit.place import MAX_ROWS, Place
from splitaudit.report import Finding, Side, Units
from splitaudit.results import Report
from splitaudit.rule import SEEN, Context, Progress, Rule, generator, silent
from splitaudit.rules import catalog
from splitaudit.stats.multiplicity import holm
from splitaudit.verdict import INTERRUPTED, verdict

FAIL_ON = ("error", "warning", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an audit is run; every field but ``n_jobs`` appears in the report's ``settings``.

    ``reasons`` says of codes, prefixes or names in ``ignore`` why they are ignored.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    alpha: float = 0.05
    n_permutations: int = 999
    random_state: int = 0
    n_jobs: int = 1
    rules: Mapping[str, Mapping[str, Any]] | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.fail_on not in FAIL_ON:
            raise ConfigError(f"fail_on is {self.fail_on!r}, expected one of {', '.join(FAIL_ON)}")
        if not 0 < self.alpha < 1:
            raise ConfigError(f"alpha is {self.alpha!r}, expected a level between 0 and 1")
        if self.n_permutations < 19:
            raise ConfigError(f"n_permutations is {self.n_permutations!r}, expected at least 19")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of one rule: evidence, or why there is none."""

    rule: Rule
    evidence: Evidence | None = None
    skipped: str = ""
    crashed: str = ""


View = tuple[Profile, Profile, Context]


def unchanged(evidence: Evidence, rule: Rule) -> Evidence:
    """Return evidence as it is."""
    return evidence


def audit(
    train: Split,
    val: Split,
    settings: Settings,
    *,
    progress: Progress = silent,
    accepted: Iterable[Finding] = (),
    partial: bool = False,
    training: Training = NO_TRAINING,
) -> Report:
    """Audit one split.

    Parameters
    ----------
    train, val : Split
        The two sides.
    settings : Settings
        Rules, thresholds, seed.
    progress : callable
        Wraps the loop over rules.
    accepted : iterable of Finding
        The findings of an earlier report, see :func:`splitaudit.accepted.accept`.
    partial : bool
        When interrupted among the rules, return what was measured so far instead of raising KeyboardInterrupt; those
        that were left are skipped with the reason "interrupted".
    training : Training
        What is known of the user's own training; its predictions are those of ``val`` as it was read.

    Raises
    ------
    DataError
        If nothing can be audited.
    """
    started = time.perf_counter()
    catalog.select(settings.select, settings.ignore, settings.rules)  # a wrong code is said before the work begins
    prepared = prepare(train, val, settings, progress=progress, training=training)
    seconds = time.perf_counter() - started
    report = audit_prepared((train, val), *prepared, settings, accepted=accepted, partial=partial)
    timings = {"prepare": seconds, **report.timings, "total": time.perf_counter() - started}
    return replace(report, timings=timings)


def audit_prepared(
    read: tuple[Split, Split],
    ours: Profile,
    theirs: Profile,
    context: Context,
    settings: Settings,
    *,
    accepted: Iterable[Finding] = (),
    partial: bool = False,
) -> Report:
    """Audit two sides as they were read and as :func:`prepare` made them; options as of :func:`audit`."""
    views = dict.fromkeys(SEEN, (ours, theirs, context))
    return audit_views(read, views, settings, accepted=accepted, partial=partial)


def audit_views(
    read: tuple[Split, Split],
    views: Mapping[str, View],
    settings: Settings,
    *,
    accepted: Iterable[Finding] = (),
    partial: bool = False,
    amend: Callable[[Evidence, Rule], Evidence] = unchanged,
) -> Report:
    """Audit two sides of which rules see different parts.

    Parameters
    ----------
    read : tuple of Split
        The sides as they were read.
    views : mapping of str to (Profile, Profile, Context)
        What rules see, by :attr:`splitaudit.rule.Rule.sees`.
    settings : Settings
    accepted, partial
        As of :func:`audit`.
    amend : callable
        Is given the evidence of every rule and returns that which is judged.
    """
    started = time.perf_counter()
    ours, theirs, context = views["sample"]
    rules, left_out = catalog.select(settings.select, settings.ignore, settings.rules)
    timings: dict[str, float] = {}
    outcomes: list[_Outcome] = []
    try:
        for rule in context.progress(rules, "rules"):
            rule_started = time.perf_counter()
            outcome = _run(rule, *views[rule.sees])
            known = outcome.evidence
            outcomes.append(outcome if known is None else replace(outcome, evidence=amend(known, rule)))
            timings[rule.code] = time.perf_counter() - rule_started
    except KeyboardInterrupt:
        if not partial:
            raise
    findings = _judged(outcomes, views, settings.alpha)
    findings += [_skipped(rule, INTERRUPTED) for rule in rules[len(outcomes) :]]
    findings += _left_out(left_out, settings)
    findings = accept(sorted(findings, key=lambda f: f.rule), accepted)
    scheme = context.scheme
    units = Units(
        kind=scheme.kind, train=scheme.n_train_units, val=scheme.n_val_units, how=scheme.how, floor=scheme.floor
    )
    return Report(
        train=_side(read[0], _set_aside(read[0], ours)),
        val=_side(read[1], _set_aside(read[1], theirs)),
        settings=_plain_settings(settings),
        units=units,
        verdict=verdict(findings, settings.fail_on),
        findings=tuple(findings),
        timings={**timings, "total": time.perf_counter() - started},
    )


def unmeasured(read: tuple[Split, Split], settings: Settings, *, seconds: float = 0.0) -> Report:
    """Return the report of an audit that was interrupted before its first rule: every rule is skipped for that."""
    rules, left_out = catalog.select(settings.select, settings.ignore, settings.rules)
    findings = sorted(
        [*(_skipped(rule, INTERRUPTED) for rule in rules), *_left_out(left_out, settings)], key=lambda f: f.rule
    )
    train, val = read
    unknown = Units(kind="window", train=len(train), val=len(val), how="interrupted before units were found", floor=0.0)
    return Report(
        train=_side(train),
        val=_side(val),
        settings=_plain_settings(settings),
        units=unknown,
        verdict=verdict(findings, settings.fail_on),
        findings=tuple(findings),
        timings={"total": seconds},
    )


def prepare(
    train: Split, val: Split, settings: Settings, *, progress: Progress = silent, training: Training = NO_TRAINING
) -> tuple[Profile, Profile, Context]:
    """Bring two sides to what rules work on: comparable finite profiles, the units and the run's context."""
    from joblib import effective_n_jobs  # what -1 stands for, and no more than a container may use

    n_jobs = effective_n_jobs(settings.n_jobs)
    read = val
    train, val, losses = finite_part(*comparable(train, val))
    ours, theirs = profiles(train, val, losses, n_jobs=n_jobs)
    context = Context(
        seed=settings.random_state,
        scheme=find_scheme(ours, theirs),
        rng=generator(settings.random_state, "run"),
        alpha=settings.alpha,
        n_permutations=settings.n_permutations,
        n_jobs=n_jobs,
        progress=progress,
        training=_of_audited(training, read, val),
    )
    return ours, theirs, context


def _of_audited(training: Training, read: Split, val: Split) -> Training:
    """What is known of the training, with the predictions of those val windows that are audited."""
    given = training.predictions
    if given is None:
        return training
    if len(given.labels) != len(read):
        raise DataError(
            f"{given.name}: there are {len(given.labels)} predictions, expected {len(read)}, one per window of "
            f"{read.source or read.name}"
        )
    return training.at_rows(np.flatnonzero(np.isin(read.rows, val.rows)))


def run_rules(rules: Iterable[Rule], train: Profile, val: Profile, context: Context) -> list[Finding]:
    """Measure with some rules, adjust their p-values for each other, and judge."""
    views = dict.fromkeys(SEEN, (train, val, context))
    return _judged([_run(rule, train, val, context) for rule in rules], views, context.alpha)


def _run(rule: Rule, train: Profile, val: Profile, context: Context) -> _Outcome:
    reason = rule.missing(train, val, context.training)
    if reason:
        return _Outcome(rule=rule, skipped=reason)
    try:
        return _Outcome(rule=rule, evidence=rule(train, val, context))
    except NotApplicable as reason_given:
        return _Outcome(rule=rule, skipped=str(reason_given))
    except Exception as error:  # a rule that breaks must not take the others with it: it is reported as crashed
        return _Outcome(rule=rule, crashed=" ".join(f"{type(error).__name__}: {error}".split()))


def _judged(outcomes: list[_Outcome], views: Mapping[str, View], alpha: float) -> list[Finding]:
    measured = {o.rule.code: o.evidence.pvalue for o in outcomes if o.evidence is not None}
    tested = {code: pvalue for code, pvalue in measured.items() if pvalue is not None}
    by_code = dict(zip(tested, map(float, holm(list(tested.values()))), strict=True))
    findings = []
    for outcome in outcomes:
        rule = outcome.rule
        if outcome.evidence is None:
            severity = "crashed" if outcome.crashed else "skipped"
            findings.append(replace(_skipped(rule, outcome.crashed or outcome.skipped), severity=severity))
        else:
            findings.append(_finding(rule, outcome.evidence, by_code.get(rule.code), views[rule.sees], alpha))
    return findings


def _finding(rule: Rule, evidence: Evidence, adjusted: float | None, view: View, alpha: float) -> Finding:
    train, val, context = view
    ungrouped = context.scheme.ungrouped and adjusted is not None  # facts stand whatever the units are
    judgement = judge(rule, evidence, adjusted, alpha, ungrouped=ungrouped)
    message = evidence.summary if not judgement.note else f"{evidence.summary.rstrip('.')} ({judgement.note})"
    details = dict(evidence.details)
    if evidence.pvalue is not None:
        details["p_value_unadjusted"] = evidence.pvalue
    if evidence.interval is not None:
        details["interval"] = list(evidence.interval)
    if evidence.smallest_visible is not None:
        details["smallest_visible_effect"] = evidence.smallest_visible
    return Finding(
        rule=rule.code,
        name=rule.name,
        family=rule.family,
        severity=judgement.severity,
        message=message,
        statistic=evidence.statistic,
        p_value=adjusted,
        effect=evidence.effect,
        effect_unit=rule.effect,
        where=_place(evidence.where, train, val),
        evidence=details,
        exhibits=evidence.exhibits,
        remedy=evidence.remedy or rule.remedy,
        decidable=judgement.decidable,
        thresholds=(rule.warn, rule.error_from(ungrouped=ungrouped)),
    )


def _place(where: Where, train: Profile, val: Profile) -> Place:
    names = train.losses if where.in_input else train.split
    groups = train.split.group_names or val.split.group_names

    def rows(side: Profile, windows: IntArray) -> tuple[int, ...]:
        first = windows[:MAX_ROWS]
        return tuple((first if where.in_input else side.split.rows[first]).tolist())

    return Place(
        channels=tuple(names.channel_name(c) for c in where.channels),
        timesteps=where.timesteps,
        groups=tuple(groups[g] for g in where.groups),
        train_windows=rows(train, where.train_windows),
        val_windows=rows(val, where.val_windows),
        n_train_windows=len(where.train_windows),
        n_val_windows=len(where.val_windows),
    )


def _skipped(rule: Rule, reason: str) -> Finding:
    return Finding(
        rule=rule.code, name=rule.name, family=rule.family, severity="skipped", message=reason, effect_unit=rule.effect
    )


def _left_out(rules: Iterable[Rule], settings: Settings) -> list[Finding]:
    """Account for the rules that were not to run: ignored, with the reason where one was given, or not selected."""
    reasons = dict.fromkeys(catalog.matching(settings.ignore), "ignored")
    for pattern, reason in settings.reasons.items():
        reasons |= dict.fromkeys(catalog.matching([pattern]) & reasons.keys(), f"ignored ({reason})")
    return [_skipped(rule, reasons.get(rule.code, "not selected")) for rule in rules]


def _set_aside(read: Split, profile: Profile) -> str:
    """Say what of a side is not audited."""
    said, losses, used = [], profile.losses, profile.split
    if len(losses.windows):
        said.append(f"{losses.n_read - len(used)} of {losses.n_read} windows with {named([losses])}")
    if losses.dropped_channels:
        names = ", ".join(str(read.channel_name(c)) for c in losses.dropped_channels)
        said.append(f"channels {names}, mostly {named([losses])}")
    return "; ".join(said)


def _side(read: Split, set_aside: str = "") -> Side:
    counts = {} if read.y is None else {read.classes[c]: int((read.y == c).sum()) for c in range(len(read.classes))}
    return Side(
        name=read.name,
        source=read.source,
        n_windows=len(read),
        n_timesteps=read.n_timesteps,
        n_channels=read.n_channels,
        dtype=read.dtype,
        channels=read.channels,
        classes=counts,
        label_kind=read.label_kind,
        n_groups=None if read.groups is None else len(set(read.groups.tolist())),
        has_time=read.time is not None,
        image=read.image,
        set_aside=set_aside,
        notes=read.notes,
    )


def _plain_settings(settings: Settings) -> dict[str, Any]:
    return {
        "select": list(settings.select),
        "ignore": list(settings.ignore),
        "fail_on": settings.fail_on,
        "alpha": settings.alpha,
        "n_permutations": settings.n_permutations,
        "random_state": settings.random_state,
        "rules": {code: dict(values) for code, values in (settings.rules or {}).items()},
        "reasons": dict(settings.reasons),
    }
