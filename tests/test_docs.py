"""The documentation: pages from the code, links, and what the tutorial shows."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest

import splitaudit
from splitaudit.cli import main
from splitaudit.config import PARSERS, load
from splitaudit.config_command import SHELLS
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.options import FORMATS
from splitaudit.rules.catalog import all_rules
from tests.support import cli_runner

yaml = pytest.importorskip("yaml")

ROOT = Path(splitaudit.__file__).parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def site() -> ModuleType:
    spec = importlib.util.spec_from_file_location("_site", DOCS / "_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return site().pages()


@pytest.fixture(scope="module")
def every(made) -> dict[str, str]:
    return {**{path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}, **made}


def test_every_rule_and_every_cause_has_its_page(made):
    assert {f"rules/{rule.code.lower()}.md" for rule in all_rules()} <= made.keys()
    assert {f"causes/{name}.md" for name in NAMES} <= made.keys()
    for rule in all_rules():
        assert made[f"rules/{rule.code.lower()}.md"].startswith(f"# {rule.code} {rule.name}\n\n{rule.title}\n")
        assert f"({rule.code.lower()}.md)" in made["rules/index.md"]
    assert "[confidence-curve](../experiments/confidence-curve.md) `noise` | more" in made["causes/label_noise.md"]
    assert "[SA505](../rules/sa505.md)" in made["causes/label_noise.md"]


def test_codes_of_other_rules_are_links_but_not_in_code(made):
    page = made["rules/sa301.md"]
    assert "[SA302](sa302.md)" in page
    assert "[tool.splitaudit.rules.SA301]" in page
    assert "](sa301.md)" not in page


def test_links_lead_somewhere(every):
    for name, text in every.items():
        for target in LINK.findall(FENCE.sub("", text)):
            if "://" in target or target.startswith("#"):
                continue
            path, _, anchor = target.partition("#")
            found = (Path(name).parent / path).as_posix()
            parts: list[str] = []
            for part in found.split("/"):
                parts = parts[:-1] if part == ".." else [*parts, part]
            found = "/".join(parts)
            assert found in every or (DOCS / found).is_file(), f"{name}: {target}"
            headings = re.findall(r"^#+ (.*)$", every.get(found, ""), re.M)
            slugs = {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", each.lower()).strip()) for each in headings}
            assert not anchor or anchor in slugs, f"{name}: {target}"


def test_the_navigation_names_pages_that_are_there(made):
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    named = re.findall(r"[\w/-]+\.md", text.partition("\nnav:")[2])
    assert named
    for name in named:
        assert name in made or (DOCS / name).is_file(), name


def test_the_navigation_is_completed():
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    settings = type("Config", (), {"nav": config["nav"], "docs_dir": str(DOCS)})()
    said = str(site().on_config(settings).nav)
    for path in DOCS.glob("*.md"):
        assert said.count(f"'{path.name}'") == 1, path.name
    assert said.count("rules/sa") == len(all_rules())


def test_the_reference_lists_what_the_package_offers(made):
    listed = set(re.findall(r"^::: splitaudit\.(\w+)$", made["api.md"], re.M))
    assert listed == {*splitaudit.__all__} - {"errors", "__version__"}


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def blocks(name: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall((DOCS / name).read_text(encoding="utf-8")) if kind == language]


@pytest.mark.parametrize("block", blocks("tutorial.md", "console"), ids=lambda text: text.partition("\n")[0])
def test_the_tutorial_shows_what_is_seen(checkout, block):
    command, *wanted = block.splitlines()
    program, *args = shlex.split(command.removeprefix("$ "))
    assert program == "splitaudit"
    said = iter(cli_runner().invoke(main, args).stdout.splitlines())
    for line in wanted:
        assert line == "..." or line in said, line  # in this order


def test_the_code_of_the_tutorial_runs(checkout):
    (code,) = blocks("tutorial.md", "python")
    exec(compile(code, "tutorial.md", "exec"), {})


@pytest.mark.parametrize("name", ["tutorial.md", "ci.md", "configuration.md"])
def test_settings_that_are_shown_are_settings(tmp_path, name):
    shown = blocks(name, "toml")
    assert shown
    for number, text in enumerate(shown):
        path = tmp_path / f"{number}.toml"
        path.write_text(text, encoding="utf-8")
        load(path)


def test_every_setting_and_format_is_documented():
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    assert {name for name in PARSERS if f"`{name}`" not in text} == {"rules"}  # which is there as `rules.CODE`
    assert all(f"splitaudit completion {shell}" in text for shell in SHELLS)
    text = (DOCS / "ci.md").read_text(encoding="utf-8")
    assert {name for name in FORMATS.choices if f"`{name}`" not in text} == {"terminal", "html"}


def test_the_workflows_that_are_shown_fit_the_action():
    (_, step), hook = (yaml.safe_load(text) for text in blocks("ci.md", "yaml"))
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert step["with"].keys() <= action["inputs"].keys()
    assert hook["repos"][0]["hooks"][0]["id"] == "splitaudit"
