"""The documentation as a site: pages from the code, links, navigation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import splitaudit
from splitaudit.explanation.cause_catalog import NAMES
from splitaudit.rules.catalog import all_rules
from tests.docs.blocks import DOCS, ROOT, pages, prose, site

yaml = pytest.importorskip("yaml")

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return site().pages()


@pytest.fixture(scope="module")
def every() -> dict[str, str]:
    return {name: text for name, text in pages().items() if name not in ("README.md", "CONTRIBUTING.md")}


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
    for name in every:
        for target in LINK.findall(prose(name)):
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


def test_roles_of_docstrings_become_links_or_code():
    html = '<h2 id="splitaudit.check"></h2><p>:func:<code>check</code>, :class:<code>~splitaudit.DataError</code></p>'
    made = site().on_page_content(html, None, None, None)
    assert made.endswith('<p><a href="#splitaudit.check"><code>check</code></a>, <code>DataError</code></p>')
