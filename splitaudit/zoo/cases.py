"""Every case of the zoo by name: base process x flaw x severity, and the healthy controls.

``make_case("tones/copied_windows/moderate", seed)`` spoils a healthy split;
``make_case("healthy/forty_windows", seed)`` makes a sound one that only looks frightening.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
import zlib
from functools import cache
from types import ModuleType
from typing import get_args

import numpy as np

from splitaudit.errors import ConfigError
from splitaudit.zoo import flaws as package
from splitaudit.zoo import signals
from splitaudit.zoo.controls import sensors, subjects, windows
from splitaudit.zoo.controls.common import Control
from splitaudit.zoo.world import Flaw, Planted, Severity, healthy

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
PARAMETERS = ("world", "train", "val", "severity", "rng")

HEALTHY: dict[str, Control] = {
    control.__name__: control for module in (subjects, sensors, windows) for control in module.CONTROLS
}


@cache
def flaws() -> dict[str, Flaw]:
    """Return every flaw by name, module after module of ``zoo/flaws``."""
    modules = sorted(module.name for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."))
    return {flaw.__name__: flaw for module in modules for flaw in flaws_of(importlib.import_module(module))}


def flaws_of(module: ModuleType) -> tuple[Flaw, ...]:
    """Return what a module lists in ``FLAWS``, or else its public functions that have a flaw's parameters."""
    if hasattr(module, "FLAWS"):
        listed: tuple[Flaw, ...] = tuple(module.FLAWS)
        return listed
    return tuple(
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and tuple(inspect.signature(function).parameters) == PARAMETERS
    )


CASES: tuple[str, ...] = tuple(
    f"{base}/{flaw}/{severity}" for base in signals.BASES for flaw in flaws() for severity in SEVERITIES
)


def names() -> list[str]:
    """Return the name of every case, spoiled and healthy."""
    return [*CASES, *(f"healthy/{control}" for control in HEALTHY)]


def make_case(name: str, seed: int = 0) -> Planted:
    """Make one case.

    Parameters
    ----------
    name : str
        ``"<base>/<flaw>/<severity>"``, one of :data:`CASES`, or ``"healthy/<control>"`` with a name in :data:`HEALTHY`.
    seed : int
        The same seed gives the same case, bit for bit. Cases of one base and seed spoil the same healthy split.

    Raises
    ------
    ConfigError
        If there is no such case.
    """
    kind, _, rest = name.partition("/")
    if kind == "healthy" and rest in HEALTHY:
        return HEALTHY[rest](_stream(seed, name))
    if name not in CASES:
        close = difflib.get_close_matches(name, names(), n=1, cutoff=0.4)
        hint = f", did you mean {close[0]!r}?" if close else ""
        raise ConfigError(f"the zoo has no case {name!r}{hint}")
    base, flaw, severity = name.split("/")
    rng = _stream(seed, base)
    world = signals.make(base, rng)
    train, val = healthy(world, rng)
    level = next(known for known in SEVERITIES if known == severity)
    return flaws()[flaw](world, train, val, level, _stream(seed, f"{base}/{flaw}"))


def _stream(seed: int, key: str) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(key.encode())])
