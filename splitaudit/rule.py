"""A rule: a page, thresholds and a function that measures.

A rule's file reads::

    '''One sentence that says what is wrong when the rule fires.

    ## What it measures
    ...
    '''

    @rule("SA301", effect="share of validation windows", warn=1e-4, error=0.01,
          remedy="Drop the repeated windows from train.", fires_on=("copied_windows",))
    def duplicate_windows(train: Profile, val: Profile, ctx: Context) -> Evidence: ...

The module's docstring is the rule's page, the function's name its name, the folder its family, and the keyword-only
parameters its options. A rule measures; :mod:`splitaudit.judge` decides.
"""

from __future__ import annotations

import difflib
import inspect
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from splitaudit.data.profile import Profile
from splitaudit.data.training import NO_TRAINING, Training
from splitaudit.errors import ConfigError, NotApplicable
from splitaudit.evidence import Evidence
from splitaudit.stats.units import Scheme
from splitaudit.wording import counted

T = TypeVar("T")

NEEDS = {
    "labels": "there are no labels (y)",
    "groups": "there are no groups",
    "time": "there is no time",
    "channels": "there is only one channel",
}
OF_TRAINING = {
    "history": "a training history",
    "predictions": "predictions",
    "observed": "an observed accuracy",
}


class Progress(Protocol):
    """Wraps an iterable to show how far a loop has come."""

    def __call__(self, iterable: Iterable[T], description: str) -> Iterable[T]:
        """Yield the items; ``description`` says what the loop does."""
        ...


def silent(iterable: Iterable[T], description: str) -> Iterable[T]:
    """Show no progress."""
    return iterable


def generator(seed: int, key: str) -> np.random.Generator:
    """Make the random generator of one named part of a run.

    Each part draws from its own stream, so its numbers do not move when other parts come or go.
    """
    return np.random.default_rng([seed, zlib.crc32(key.encode())])


@dataclass(frozen=True, kw_only=True, eq=False)
class Context:
    """What a rule gets besides the two sides.

    Parameters
    ----------
    seed : int
        Seed of the whole run.
    scheme : Scheme
        Which windows may be exchanged under the null hypothesis.
    rng : numpy.random.Generator
        The rule's own random stream.
    alpha : float
        Level of the whole run.
    n_permutations : int
        How many permutations a test draws at most.
    n_jobs : int
        Threads that a computation may use.
    progress : Progress
        Wraps long loops.
    memo : dict
        Results that several rules share; use :meth:`once`.
    training : Training
        What is known of the user's own training; predictions are those of the audited val windows.
    """

    seed: int
    scheme: Scheme
    rng: np.random.Generator
    alpha: float = 0.05
    n_permutations: int = 999
    n_jobs: int = 1
    progress: Progress = silent
    memo: dict[str, Any] = field(default_factory=dict)
    training: Training = NO_TRAINING

    def once(self, key: str, make: Callable[[np.random.Generator], T]) -> T:
        """Compute something that several rules share, once per run.

        ``make`` gets a random stream that depends on ``key`` alone, so the result does not depend on which rule asked
        first.
        """
        if key not in self.memo:
            self.memo[key] = make(generator(self.seed, key))
        value: T = self.memo[key]
        return value

    def need_units(self, *, each: int = 1, together: int = 2) -> None:
        """Refuse to infer from too few units.

        Raises
        ------
        NotApplicable
            If a side has fewer than ``each`` units, or both have fewer than ``together``.
        """
        n, m = self.scheme.n_train_units, self.scheme.n_val_units
        if min(n, m) < each or n + m < together:
            wanted = f"{each} on each side" if min(n, m) < each else f"{together} in all"
            raise NotApplicable(f"train has {counted(n, self.scheme.kind)} and val {m}, {wanted} are needed")

    def of(self, code: str) -> Context:
        """Return the context of one rule: the same run with the rule's own random stream."""
        return replace(self, rng=generator(self.seed, code))


Measure = Callable[..., Evidence]
BARS = ("warn", "error", "error_ungrouped")
SEEN = ("sample", "leaks", "copies", "all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check: how it is called, what it measures, and from where on that matters."""

    code: str
    name: str
    family: str
    page: str
    effect: str
    warn: float
    error: float
    remedy: str
    needs: tuple[str, ...]
    fires_on: tuple[str, ...]
    measure: Measure
    params: Mapping[str, Any] = field(default_factory=dict)
    sees: str = "sample"
    error_ungrouped: float | None = None

    @property
    def title(self) -> str:
        """The first sentence of the page."""
        return self.page.strip().splitlines()[0]

    @property
    def options(self) -> dict[str, Any]:
        """Every option with its present value."""
        bars = {"warn": self.warn, "error": self.error}
        if self.error_ungrouped is not None:
            bars["error_ungrouped"] = self.error_ungrouped
        return {**bars, **self.params}

    def error_from(self, *, ungrouped: bool) -> float:
        """Effect from which on the finding is an error, where it is (not) known which windows belong together."""
        return max(self.error, self.error_ungrouped or 0.0) if ungrouped else self.error

    def to_dict(self) -> dict[str, Any]:
        """Return what there is to know about the rule as JSON types."""
        plain = ("code", "name", "family", "title", "effect", "warn", "error", "error_ungrouped", "remedy", "page")
        return {
            **{name: getattr(self, name) for name in plain},
            "needs": list(self.needs),
            "fires_on": list(self.fires_on),
            "options": {
                name: list(value) if isinstance(value, tuple) else value for name, value in self.options.items()
            },
        }

    def missing(self, train: Profile, val: Profile, training: Training = NO_TRAINING) -> str | None:
        """Say why this rule cannot run on these sides, or None."""
        for need in self.needs:
            if need not in NEEDS:
                reason = _not_given(need.split("|"), training)
                if reason:
                    return reason
                continue
            for side in (train, val):
                if not side.has(need):
                    return f"{NEEDS[need]} in {side.split.name}" if need != "channels" else NEEDS[need]
        return None

    def __call__(self, train: Profile, val: Profile, ctx: Context) -> Evidence:
        """Measure, with the options in force."""
        return self.measure(train, val, ctx.of(self.code), **self.params)

    def tuned(self, **settings: Any) -> Rule:
        """Return the rule with other thresholds or options.

        Raises
        ------
        ConfigError
            If an option is not known, or its value is of another type than the default.
        """
        known = self.options
        for key, value in settings.items():
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                hint = f", did you mean {close[0]!r}?" if close else ""
                raise ConfigError(f"{self.code} has no option {key!r}; it has {', '.join(known)}{hint}")
            _check_type(self.code, key, value, known[key])
        changed = {key: settings[key] for key in BARS if key in settings}
        params = {key: settings.get(key, default) for key, default in self.params.items()}
        return replace(self, params=params, **changed)


def _not_given(wanted: list[str], training: Training) -> str | None:
    """Say what of a training was not given of which one would do; one reason for all rules where nothing was."""
    have = {
        "history": bool(training.histories),
        "predictions": training.predictions is not None,
        "observed": training.observed is not None,
    }
    if any(have[need] for need in wanted):
        return None
    if not any(have.values()):
        return "no history or predictions given"  # short, as it is one line of every report on data alone
    missing = [OF_TRAINING[need] for need in wanted]
    if len(missing) > 1:
        return f"neither {' nor '.join(missing)} was given"
    return f"no {missing[0].removeprefix('a ')} {'were' if wanted == ['predictions'] else 'was'} given"


def _check_type(code: str, key: str, value: Any, default: Any) -> None:
    number = (int, float)
    if isinstance(default, bool) or isinstance(value, bool):
        fits = isinstance(default, bool) and isinstance(value, bool)
    elif isinstance(default, number):
        fits = isinstance(value, number) and not (isinstance(default, int) and value != int(value))
    else:
        fits = isinstance(value, type(default))
    if not fits:
        raise ConfigError(
            f"option {key!r} of {code} is {value!r}, expected a {type(default).__name__} like {default!r}"
        )


def rule(
    code: str,
    *,
    effect: str,
    warn: float,
    error: float,
    remedy: str,
    needs: tuple[str, ...] = (),
    fires_on: tuple[str, ...] = (),
    sees: str = "sample",
    error_ungrouped: float | None = None,
) -> Callable[[Measure], Rule]:
    """Turn a measuring function into a :class:`Rule`.

    Parameters
    ----------
    code : str
        Stable code such as ``"SA301"``.
    effect : str
        The unit of the effect, such as ``"share of validation windows"``.
    warn, error : float
        Effects from which on the finding is a warning or an error (if it is beyond chance).
    remedy : str
        What to do, in one or two sentences.
    needs : tuple of {"labels", "groups", "time", "channels", "history", "predictions", "observed"}
        What both sides must have, else the rule is skipped with the reason; the last three are of the user's training,
        and ``"history|predictions"`` stands for either.
    fires_on : tuple of str
        Names of the zoo's flaws that it must report.
    sees : {"sample", "leaks", "copies", "all"}
        What it is given of sides that are too large to be held: a sample of both; some of val with its origins in
        train; the same with all copies; or all windows, of which it may use labels, groups, time and losses, but
        neither samples nor units.
    error_ungrouped : float, optional
        What takes the place of ``error`` where nothing says which windows belong together, and a few subjects may be
        the whole difference; see ``benchmarks/bench_hidden.py``.
    """

    def decorate(function: Measure) -> Rule:
        page = inspect.getdoc(sys.modules[function.__module__]) or ""
        family = function.__module__.rsplit(".", 2)[-2]
        signature = inspect.signature(function)
        params = {p.name: p.default for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY}
        made = Rule(
            code=code,
            name=function.__name__.replace("_", "-"),
            family=family,
            page=page,
            effect=effect,
            warn=warn,
            error=error,
            remedy=remedy,
            needs=needs,
            fires_on=fires_on,
            measure=function,
            params=params,
            sees=sees,
            error_ungrouped=error_ungrouped,
        )
        return made

    return decorate
