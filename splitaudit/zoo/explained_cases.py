"""Every case of the explanation's zoo by name: base x flaw x severity, pairs of flaws, and the healthy controls.

``make_explained("chaos/other_gains/moderate", seed)`` plants one cause, ``make_explained(
"pair/chaos/other_gains+confused_neighbours/moderate", seed)`` two, ``make_explained("healthy/forty_windows", seed)``
none. Sizes, stride, noise, order and what is known of the windows vary with the seed, so that no two cases are alike.
Further worlds, such as recorded ones, are passed as ``more``: name -> maker.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from splitaudit.data.split import Split
from splitaudit.data.training import NO_TRAINING
from splitaudit.errors import ConfigError
from splitaudit.zoo import flaws as package
from splitaudit.zoo import records
from splitaudit.zoo.bases import BASES
from splitaudit.zoo.cases import HEALTHY, SEVERITIES
from splitaudit.zoo.controls import sound
from splitaudit.zoo.tools import bare
from splitaudit.zoo.toothless import MEASURED
from splitaudit.zoo.variants import Variant, draw_variant, vary
from splitaudit.zoo.world import Explained, Planted, Severity, Truth, World

Maker = Callable[[np.random.Generator], World]
NONE: Mapping[str, Maker] = {}

# first a flaw of any kind, then one that leaves the windows where they are; neither hides the other
PAIRS: tuple[tuple[str, str], ...] = (
    ("other_gains", "confused_neighbours"),
    ("own_ways", "confused_neighbours"),
    ("few_windows", "other_gains"),
    ("drifting_sensors", "confused_neighbours"),
    ("known_people", "confused_neighbours"),
    ("flipped_labels", "passed_copies"),
    ("overlapping_draw", "flipped_labels"),
    ("reversed_shares", "noise_in_val"),
    ("marked_in_train", "confused_neighbours"),
    ("confused_neighbours", "passed_noisy"),
    ("own_meaning", "lowpass_val"),
    ("exchanged_channels", "exchanged_names"),
    ("noise_in_val", "moved_border"),
    ("few_beginnings", "confused_neighbours"),
)


@cache
def explained_flaws() -> dict[str, Explained]:
    """Return every flaw for the explanation by name, the sound splits first."""
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."))
    listed = [sound.EXPLAINED, *(getattr(importlib.import_module(name), "EXPLAINED", ()) for name in modules)]
    return {each.flaw.__name__: each for group in listed for each in group}


@cache
def _suited(base: str, maker: Maker) -> tuple[str, ...]:
    """Names of the flaws that can be planted in a base: by a world of it, since all of a base are of one kind."""
    world = maker(_stream(0, base))
    return tuple(name for name, each in explained_flaws().items() if each.suits(world))


def explained_cases(more: Mapping[str, Maker] = NONE, *, toothless: bool = False) -> tuple[str, ...]:
    """Return the name of every case: single causes, pairs, healthy controls.

    Cases whose flaw does not show in accuracy on that base (:mod:`splitaudit.zoo.toothless`) are left out, unless
    ``toothless``.
    """
    singles, pairs = [], []
    for base, maker in {**BASES, **more}.items():
        suited = _suited(base, maker)
        biting = {
            f"{flaw}/{s}"
            for flaw in suited
            for s in explained_flaws()[flaw].severities
            if toothless or s not in MEASURED.get(f"{base}/{flaw}", [])
        }
        singles += [f"{base}/{flaw}/{s}" for flaw in suited for s in SEVERITIES if f"{flaw}/{s}" in biting]
        for first, second in PAIRS:
            levels = [s for s in SEVERITIES if s != "severe"]  # two severe ones leave nothing to tell them by
            pairs += [
                f"pair/{base}/{first}+{second}/{s}" for s in levels if {f"{first}/{s}", f"{second}/{s}"} <= biting
            ]
    return (*singles, *pairs, *(f"healthy/{name}" for name in HEALTHY if name != "without_labels"))


def base_of(name: str) -> str:
    """Return the base that a case stands on; the controls, which draw theirs, count as one base."""
    first, *rest = name.split("/")
    return rest[0] if first == "pair" else first


def cause_of(name: str) -> tuple[str, ...]:
    """Return the cause or, for a pair, the two causes that a case plants."""
    first, *rest = name.split("/")
    if first == "healthy":
        return ("healthy",)
    return tuple(explained_flaws()[flaw].cause for flaw in rest[-2].split("+"))


def make_explained(name: str, seed: int = 0, more: Mapping[str, Maker] = NONE) -> Planted:
    """Make one case.

    Parameters
    ----------
    name : str
        See :func:`explained_cases`.
    seed : int
        The same seed gives the same case, bit for bit; severities of one flaw spoil the same healthy split.
    more : mapping of str to callable
        Further worlds by name.

    Returns
    -------
    Planted
        ``truth.details["causes"]`` holds all causes of a case. Places are empty where metadata were stripped.

    Raises
    ------
    ConfigError
        If there is no such case.
    """
    first, *rest = name.split("/")
    if first == "healthy" and len(rest) == 1 and rest[0] in HEALTHY:
        return _told(HEALTHY[rest[0]](_stream(seed, name)), ("healthy",))
    plan = _plan(name, {**BASES, **more})
    world, train, val = _start(plan, seed)
    planted = plan.flaws[0].flaw(world, train, val, plan.severity, _stream(seed, f"{plan.key} first"))
    if len(plan.flaws) == 2:
        second = plan.flaws[1].flaw(
            world, planted.train, planted.val, plan.severity, _stream(seed, f"{plan.key} second")
        )
        planted = replace(second, truth=_both(planted.truth, second.truth))
    planted = _told(planted, tuple(each.cause for each in plan.flaws))
    return _finished(planted, plan, seed)


def unspoiled(name: str, seed: int = 0, more: Mapping[str, Maker] = NONE) -> tuple[Split, Split]:
    """Return the healthy split that a case spoils, with all metadata."""
    _, train, val = _start(_plan(name, {**BASES, **more}), seed)
    return train, val


@dataclass(frozen=True, slots=True)
class _Plan:
    base: str
    maker: Maker
    flaws: tuple[Explained, ...]
    severity: Severity

    @property
    def key(self) -> str:
        return f"{self.base}/{'+'.join(each.flaw.__name__ for each in self.flaws)}"

    def variant(self, seed: int) -> Variant:
        return draw_variant(
            _stream(seed, f"{self.key} variant"),
            hard=any(each.hard for each in self.flaws),
            named=any(each.named for each in self.flaws),
        )


def _plan(name: str, bases: Mapping[str, Maker]) -> _Plan:
    parts = name.removeprefix("pair/").split("/")
    known = explained_flaws()
    if len(parts) == 3 and parts[0] in bases and parts[2] in SEVERITIES and set(parts[1].split("+")) <= set(known):
        level = next(each for each in SEVERITIES if each == parts[2])
        return _Plan(parts[0], bases[parts[0]], tuple(known[flaw] for flaw in parts[1].split("+")), level)
    names = [f"{base}/{flaw}/{s}" for base in bases for flaw in known for s in SEVERITIES]
    close = difflib.get_close_matches(name, [*names, *(f"healthy/{each}" for each in HEALTHY)], n=1, cutoff=0.4)
    hint = f", did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"the explanation's zoo has no case {name!r}{hint}")


def _start(plan: _Plan, seed: int) -> tuple[World, Split, Split]:
    world = plan.maker(_stream(seed, plan.key))
    return vary(world, plan.variant(seed), _stream(seed, f"{plan.key} split"))


def _finished(planted: Planted, plan: _Plan, seed: int) -> Planted:
    """Strip metadata, where the variant says so, and give a sound record of training to some that have none."""
    variant = plan.variant(seed)
    if variant.bare:
        truth = replace(planted.truth, groups=())
        planted = replace(planted, train=bare(planted.train), val=bare(planted.val), truth=truth)
    if variant.recorded and planted.training == NO_TRAINING:
        training = records.sound_training(planted.train, planted.val, _stream(seed, f"{plan.key} record"))
        planted = replace(planted, training=training)
    return planted


def _told(planted: Planted, causes: tuple[str, ...]) -> Planted:
    truth = replace(planted.truth, details={**planted.truth.details, "causes": causes})
    return replace(planted, truth=truth)


def _both(first: Truth, second: Truth) -> Truth:
    return replace(
        first,
        flaw=f"{first.flaw}+{second.flaw}",
        rules=(*first.rules, *second.rules),
        channels=tuple(dict.fromkeys((*first.channels, *second.channels))),
        groups=tuple(dict.fromkeys((*first.groups, *second.groups))),
        val_windows=np.union1d(first.val_windows, second.val_windows).astype(np.int64),
        train_windows=np.union1d(first.train_windows, second.train_windows).astype(np.int64),
    )


def _stream(seed: int, key: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(key.encode())])
