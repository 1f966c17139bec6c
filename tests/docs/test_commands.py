"""Commands that the pages show: those of splitaudit run, and say what is shown; of all others the words are known."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import tomllib
from itertools import pairwise
from pathlib import Path

import click
import pytest

from splitaudit.cli import main
from tests.docs import scratch
from tests.docs.blocks import ROOT, Block, blocks, pages, prose, shown
from tests.support import cli_runner

NOT_RUN = {
    "splitaudit check s3://bucket/train.zarr s3://bucket/val.zarr --scheduler tcp://host:8786": "another cluster",
    "splitaudit check train.zarr val.zarr --scheduler tcp://host:8786": "a cluster",
}
SHORTER = {  # what would take minutes, within seconds
    "explain": ("--budget", "2s"),
    "baseline": ("--budget", "2s"),
    "--explain": ("--budget", "2s"),
}
OTHER = {  # commands that are not ours: set up a machine, or do what CI does anyway
    "python -m venv .venv": "needs a network afterwards",
    ". .venv/bin/activate": "of the shell",
    "python -m pytest -n 2 --dist loadfile": "this",
    "ruff check .": "a part of .ci/run",
    "ruff format --check .": "a part of .ci/run",
    "mypy": "a part of .ci/run",
}
WIDE = {"README.md": "100", "ci.md": "100"}
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
BENCHMARK = re.compile(r"python -m (benchmarks[.\w]*)( compare)?(.*)")


def commands(block: Block) -> list[str]:
    """Return the commands of a block, without comments; what && joins are several."""
    lines = [line.removeprefix("$ ") for line in block.text.splitlines() if block.language == "sh" or line[:2] == "$ "]
    return [shlex.join(each) for line in lines for each in _joined(shlex.split(line, comments=True)) if each]


def _joined(words: list[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        parts[-1].append(word) if word != "&&" else parts.append([])
    return parts


ALL = {command: str(block) for block in blocks("sh", "console") for command in commands(block)}
OURS = [command for command in ALL if command.startswith("splitaudit ")]
SCREENS = blocks("console")
SEEN = {command for block in SCREENS for command in commands(block)}


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "template"
    folder.mkdir()
    scratch.furnish(folder)
    return folder


@pytest.fixture
def here(template, tmp_path, monkeypatch) -> Path:
    """A fresh copy of the files that commands name."""
    folder = tmp_path / "here"
    shutil.copytree(template, folder, symlinks=True)
    monkeypatch.chdir(folder)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return folder


def shortened(args: list[str]) -> list[str]:
    """Set the budget of what would take minutes, and audit no draw: others of the tests do."""
    if args[0] == "split" and "--repair" not in args:
        return [*args, "--no-audit"]
    for word, (option, value) in SHORTER.items():
        if word in args:
            args = args[: args.index(option)] + args[args.index(option) + 2 :] if option in args else args
            return [*args, option, value]
    return args


def run(args: list[str]) -> str:
    """Run a command to its end; findings are no failure, wrong usage is."""
    result = cli_runner().invoke(main, args)
    if result.exit_code == 2 and "pip install" in result.stderr:
        pytest.skip(result.stderr)
    assert result.exit_code in (0, 1), f"{result.exit_code}: {result.stderr}"
    return result.stdout


def slow(command: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if any(word in command for word in ("explain", "baseline", "--repair", "--folds")) else []


@pytest.mark.parametrize(
    "command", [pytest.param(each, marks=slow(each), id=each) for each in OURS if each not in SEEN | NOT_RUN.keys()]
)
def test_a_command_runs(command, here):
    if re.search(r"\.(zarr|h5)|shards", command):
        scratch.furnish_formats(here)
    (here / "pyproject.toml").write_text(scratch.FAST, encoding="utf-8")
    run(shortened(shlex.split(command)[1:]))


@pytest.mark.parametrize("block", [pytest.param(each, marks=slow(each.text), id=str(each)) for each in SCREENS])
def test_a_screen_shows_what_is_seen(block, here, monkeypatch):
    monkeypatch.setenv("COLUMNS", WIDE.get(block.page, "80"))
    (here / "pyproject.toml").write_text(scratch.project() if block.page == "configuration.md" else "")
    for each in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command, _, wanted = each.partition("\n")
        program, *args = shlex.split(command)
        assert program == "splitaudit"
        said = run([word.replace("60s", "20s") for word in args]).replace(f"{here}/", "")
        assert shown(wanted, said) is None, said


def test_what_is_not_run_is_still_there_and_is_well_formed():
    assert NOT_RUN.keys() <= ALL.keys()
    for command in NOT_RUN:
        check_words(shlex.split(command)[1:], command)
    used = {command for command in ALL if command in OTHER}
    assert used == OTHER.keys()


def test_other_commands_are_known():
    for command, place in ALL.items():
        if command.startswith("splitaudit ") or command in OTHER or benchmark(command):
            continue
        words = shlex.split(command)
        assert words[:4] == ["python", "-m", "pip", "install"], f"{place}: {command}"
        check_install(words[4:], place)


def check_install(words: list[str], place: str) -> None:
    """The extras and the files that an installation names are there."""
    for extra in re.findall(r"\[([\w,]+)\]", " ".join(words)):
        assert EXTRAS.keys() >= set(extra.split(",")), place
    assert all((ROOT / after).is_file() for option, after in pairwise(words) if option == "-c")


def benchmark(command: str) -> bool:
    """Whether a command runs a benchmark; it and its options have to be there."""
    found = BENCHMARK.match(command)
    if not found:
        return False
    module = "benchmarks.compare.command" if found[2] else found[1]
    spec = importlib.util.find_spec(module)
    assert spec is not None, command
    path = Path(str(spec.origin))
    sources = path.parent.glob("*.py") if path.name in ("__init__.py", "command.py") else [path]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    for option in re.findall(r"(?<=\s)--[\w-]+", found[3]):
        assert f'"{option}"' in text, f"{command}: there is no {option}"
    return True


def options_of(command: click.Command) -> dict[str, click.Parameter]:
    return {name: each for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help": None}


def check_words(words: list[str], place: str) -> None:
    """The command is there, it has the options, and a value that has to be chosen can be chosen."""
    name, *rest = words
    assert name in main.commands, f"{place}: there is no command {name}"
    for word, after in pairwise([*rest, ""]):
        assert not word.startswith("--") or takes(main.commands[name], word, after), f"{place}: {word} {after}"


def takes(command: click.Command, option: str, value: str) -> bool:
    """Whether a command has an option, and the value where it has to be one of some."""
    known = options_of(command)
    kind = getattr(known.get(option), "type", None)
    return option in known and (not isinstance(kind, click.Choice) or value in ("", *kind.choices) or value.isupper())


def test_commands_in_sentences_exist():
    """Of ``splitaudit check --format json`` and of ``--format json`` alone."""
    seen = 0
    for page in pages():
        for said in INLINE.findall(prose(page)):
            inside = re.search(r"(?:^|\$\()splitaudit ([a-z][^)>]*)", said)
            if inside:
                check_words(shlex.split(inside[1]), f"{page}: {said}")
            elif said.startswith("--"):
                words = [*said.split(), ""]
                assert any(takes(each, *words[:2]) for each in main.commands.values()), f"{page}: {said}"
            elif not benchmark(said):
                continue
            seen += 1
    assert seen > 100


def test_the_first_words_of_the_program_are_its_commands():
    used = {command.split()[1] for command in OURS}
    assert used >= {"check", "explain", "baseline", "split", "rule", "rules", "demo", "plot", "config"}
