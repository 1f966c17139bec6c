"""Code that the pages show runs; that of docs/integrations.md does in tests/integrations/test_page.py."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import pytest

import splitaudit
from tests.docs import scratch
from tests.docs.blocks import ROOT, blocks, shown

pytest_plugins = ["pytester"]

PYTEST = [block for block in blocks("python") if "pytest.mark" in block.text]
RUN = [block for block in blocks("python") if block.page != "integrations.md" and block not in PYTEST]
PAGES = {page: [block for block in RUN if block.page == page] for page in dict.fromkeys(block.page for block in RUN)}
REPORTED = [each for each in blocks("text") if each.text.startswith("splitaudit: 1 error")]
EXAMPLES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted(Path(splitaudit.__file__).parent.rglob("*.py"))
    if re.search(r">>> (?!.*# doctest: \+SKIP)", path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("page", PAGES)
def test_the_code_of_a_page_runs(page, tmp_path, monkeypatch):
    scratch.furnish(tmp_path)
    monkeypatch.chdir(tmp_path)
    given = scratch.names()
    for block in PAGES[page]:
        exec(compile(block.text, str(block), "exec"), given)


def test_the_tests_of_the_readme_pass(pytester):
    (block,) = [block for block in PYTEST if block.page == "README.md"]
    scratch.furnish(pytester.path)
    pytester.makepyfile(block.text)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_a_failure_looks_as_shown(pytester):
    (block,) = REPORTED
    (pytester.path / "fixtures").symlink_to(ROOT / "fixtures")
    paths = [f"fixtures/copied_windows/{side}.npz" for side in ("train", "val")]
    pytester.makepyfile(f"def test_split(splitaudit_check): splitaudit_check(*{paths}, select='SA301')")
    said = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short").stdout.str()
    assert shown(f"...\n{block.text}", said) is None


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_in_docstrings_hold(module):
    found = doctest.testmod(importlib.import_module(module), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted
    assert not found.failed
