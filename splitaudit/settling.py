"""From what the file and the command line say to the settings that are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from splitaudit.config import TABLE, Config, load
from splitaudit.errors import ConfigError

SETTINGS = ("select", "ignore", "fail_on", "alpha", "permutations", "seed", "jobs", "baseline")
LIMITS = ("memory", "engine", "scheduler")
READING = ("x_key", "y_key", "layout", "window", "stride")
COMMANDS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("check", "explain", "split", "baseline"): ("seed", "jobs", "memory", *READING),
    ("check", "explain", "split"): ("alpha", "permutations", "rules"),
    ("check", "explain"): ("select", "ignore", "fail_on", "baseline"),
    ("check",): ("engine", "scheduler"),
}  # who reads which settings; a split is audited with all rules, for what was not looked for may be known to train


def settle(given: Mapping[str, Any], *paths: str) -> Config:
    """Settle the settings of a command for some paths: the command line over overrides over the file over the defaults.

    Parameters
    ----------
    given : mapping
        What the command was given, by option; a command that has no ``config`` reads no file.
    *paths : str
        Where the windows are.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a setting or a rule in it is not known, be it in force or not.
    """
    base = by_code(load(given["config"])) if "config" in given else Config()
    said = {name: given.get(name) for name in (*SETTINGS, *LIMITS, *READING)}
    config = base.at(*paths).overridden(**said)
    if said["engine"] == "local" and said["scheduler"] is None:  # a scheduler stands for Dask
        origins = {name: origin for name, origin in config.origins.items() if name != "scheduler"}
        config = replace(config, scheduler=None, origins=origins)
    return config


def commands_of(setting: str) -> tuple[str, ...]:
    """Return the commands that read a setting, given by its name or, of a rule, such as ``rules.SA301.error``."""
    return next(commands for commands, names in COMMANDS.items() if setting.partition(".")[0] in names)


def by_code(config: Config) -> Config:
    """Return the settings with options of rules under their codes, whatever the file calls them.

    Raises
    ------
    ConfigError
        If a rule, an option or a size is not known, in an override as well.
    """
    if config.source is None:
        return config
    fields = ("select", "ignore", "rules", "memory")
    base = _named({name: getattr(config, name) for name in fields}, f"{config.source}: {TABLE}")
    overrides = [replace(each, settings=_named(each.settings, each.origin)) for each in config.overrides]
    origins = {name: origin for name, origin in config.origins.items() if not name.startswith("rules.")}
    for code, options in base["rules"].items():
        origins |= {f"rules.{code}.{option}": f"{config.source}: {TABLE}" for option in options}
    return replace(config, rules=base["rules"], overrides=tuple(overrides), origins=origins)


def _named(settings: Mapping[str, Any], origin: str) -> dict[str, Any]:
    from splitaudit.engine.limits import parse_size
    from splitaudit.rules import catalog

    rules: dict[str, dict[str, Any]] = {}
    try:
        for key, options in settings.get("rules", {}).items():
            code = catalog.find(key).code
            rules[code] = {**rules.get(code, {}), **options}
        catalog.select(settings.get("select", ()), settings.get("ignore", ()), rules)
        if settings.get("memory") is not None:
            parse_size(settings["memory"])
    except ConfigError as error:
        raise ConfigError(f"{origin}: {error}") from None
    return {**settings, "rules": rules}
