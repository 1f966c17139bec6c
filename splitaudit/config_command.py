"""The commands ``splitaudit config`` (what is in force, and where from) and ``splitaudit completion``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import get_completion_class

from splitaudit import options
from splitaudit.program import say
from splitaudit.settling import COMMANDS, commands_of, settle
from splitaudit.wording import listed

if TYPE_CHECKING:
    from splitaudit.config import Config

DEFAULT = "default"
SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("paths", type=options.SOURCE, nargs=-1, metavar="[PATHS]...")
@options.auditing
@options.judging
@options.repeating
@options.keys
@options.engine
@click.option("--format", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True)
def config(paths: tuple[str, ...], format: str, **given: Any) -> None:
    """Print the settings in force for PATHS, which commands read each, and where it comes from.

    What is printed is TOML: a default, a table of the file, an override of the file whose paths match, or the command
    line, of which the same options are taken as of check. Rows of settings stand below the commands that read them:
    check and explain, and split and baseline as far as a setting means the same there.
    """
    settled = settle(given, *paths)
    found = list(_entries(settled))
    if format == "json":
        content = [
            {"setting": name, "value": value, "origin": origin, "commands": _readers(name)}
            for name, value, origin in found
        ]
        say(json.dumps(content, indent=1) + "\n")
        return
    say("".join(f"{line}\n" for line in _lines(settled, found, paths)))


def _readers(name: str) -> tuple[str, ...]:
    return commands_of(name.replace("-", "_"))


def _entries(settled: Config) -> Iterator[tuple[str, Any, str]]:
    """Yield every setting by the name it has in a file, with its value and its origin."""
    for name in (name for names in COMMANDS.values() for name in names):
        if name == "rules":
            yield from _of_rules(settled)
            continue
        value: Any = getattr(settled, name)
        if name == "ignore" and settled.reasons:
            reasons = {code: settled.reasons[code] for code in value if code in settled.reasons}
            value = reasons if len(reasons) == len(value) else value
        elif name == "baseline" and value is not None:
            value = str(value.resolve())
        value = list(value) if isinstance(value, tuple) else value
        yield name.replace("_", "-"), value, settled.origins.get(name, DEFAULT)


def _of_rules(settled: Config) -> Iterator[tuple[str, Any, str]]:
    for code, chosen in settled.rules.items():
        for option, value in chosen.items():
            origin = settled.origins.get(f"rules.{code}.{option}", DEFAULT)
            yield f"rules.{code}.{option.replace('_', '-')}", value, origin


def _lines(settled: Config, found: list[tuple[str, Any, str]], paths: tuple[str, ...]) -> Iterator[str]:
    from splitaudit.render.words import visible

    if settled.source is None:
        yield "# no pyproject.toml here or above has a table [tool.splitaudit]"
    in_force = settled.matching(*paths)
    for each in settled.overrides:
        yield visible(f"# {'in force' if each in in_force else 'not in force'}: {each.origin}")
    yield "[tool.splitaudit]"
    shown = [(f"# {name} is not set" if value is None else f"{name} = {_toml(value)}") for name, value, _ in found]
    width = min(40, max(map(len, shown)))
    group: tuple[str, ...] = ()
    for text, (name, _, origin) in zip(shown, found, strict=True):
        if group != _readers(name):
            group = _readers(name)
            yield f"# read by {listed(group)}"
        yield f"{text.ljust(width)}  # {visible(origin)}"


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_toml(key)} = {_toml(each)}' for key, each in value.items())}}}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value).lower() if isinstance(value, bool) else repr(value)


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands and options in SHELL.

    Bash: eval "$(splitaudit completion bash)" in ~/.bashrc. Zsh: eval "$(splitaudit completion zsh)" in ~/.zshrc, after
    compinit. Fish: splitaudit completion fish > ~/.config/fish/completions/splitaudit.fish
    """
    found = get_completion_class(shell)
    assert found is not None, shell
    made = found(context.find_root().command, {}, "splitaudit", "_SPLITAUDIT_COMPLETE")
    say(made.source_template % made.source_vars() + "\n")
