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
    tables = PAGE.read_text(encoding="utf-8").partition("\n## Loads\n")[0]
    rows = [line for line in tables.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if not row.startswith(("| promise", "| ---"))]
    assert len(promises) > 20
    assert [row for row in promises if not NAMED.search(row)] == []


@pytest.mark.parametrize(("path", "name"), named(), ids=lambda each: str(each).rpartition("/")[2])
def test_the_test_is_there_and_asserts_something(path, name):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert name in functions
    called = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)} & functions.keys()
    told = "".join(ast.dump(functions[each]) for each in {name, *called})
    assert any(word in told for word in ("Assert(", "raises", "sentence", "testing"))
