"""The page of promises: every test that it names is there, and every kind of promise has one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "promises.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def named() -> list[tuple[str, str]]:
    return sorted(set(NAMED.findall(PAGE.read_text(encoding="utf-8"))))


def test_every_promise_names_a_test():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    promises = [row for row in rows if not row.startswith(("| promise", "| ---"))]
    assert len(promises) > 20
    assert all(NAMED.search(row) for row in promises)
    assert all(not row.rsplit("|", 2)[1].replace("`", "").strip(" ,").startswith("TODO") for row in promises)


@pytest.mark.parametrize(("path", "name"), named(), ids=lambda each: str(each).rpartition("/")[2])
def test_the_test_is_there_and_asserts_something(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name]
    assert len(found) == 1
    told = ast.dump(found[0])
    assert "Assert(" in told or "raises" in told or "sentence" in told or "refused" in told or "testing" in told
