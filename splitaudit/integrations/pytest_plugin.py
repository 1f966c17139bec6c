"""A plugin for pytest: the fixture ``splitaudit_check`` and the marker ``splitaudit``.

A split that does not pass fails the test with one line per finding. Nothing of splitaudit is loaded before the first
test that uses the plugin.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from splitaudit.results import Report

MARKER = (
    "splitaudit(train, val=None, *, fail_on='error', **options): audit a split before the test; paths are relative to "
    "the root of the project, options are those of splitaudit.check"
)
AUDITED = pytest.StashKey[list[tuple[pytest.Mark, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest about the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture
def splitaudit_check() -> Callable[..., Report]:
    """Audit a split and fail the test if it does not pass.

    The fixture is a function with the parameters of :func:`splitaudit.check`, which returns the report of a split that
    passes.
    """

    def checked(train: Any, val: Any = None, **options: Any) -> Report:
        __tracebackhide__ = True
        report, message = _audited(train, val, **options)
        if message or report is None:
            pytest.fail(message, pytrace=False)
        return report

    return checked


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Audit what the test's markers name; the same marker on many tests is audited once."""
    for mark in item.iter_markers("splitaudit"):
        known = item.session.stash.setdefault(AUDITED, [])
        message = next((told for each, told in known if each is mark), None)
        if message is None:
            message = _of_marker(mark, item.config.rootpath)
            known.append((mark, message))
        if message:
            pytest.fail(message, pytrace=False)


def _of_marker(mark: pytest.Mark, root: Path) -> str:
    """Audit what a marker names; return what is wrong with it, empty where nothing is."""
    options = dict(mark.kwargs)
    sides = {**dict(zip(("train", "val"), mark.args, strict=False))}
    sides |= {name: options.pop(name) for name in ("train", "val") if name in options}
    if len(mark.args) > 2 or "train" not in sides:
        return "the marker splitaudit names no train, expected splitaudit(train=..., val=...)"
    placed = {
        name: root / side if isinstance(side, (str, Path)) and not _is_url(side) else side
        for name, side in sides.items()
    }
    return _audited(placed["train"], placed.get("val"), **options)[1]


def _is_url(side: str | Path) -> bool:
    return isinstance(side, str) and "://" in side


def _audited(train: Any, val: Any, **options: Any) -> tuple[Report | None, str]:
    """Return the report, and what to fail with: nothing where it passes."""
    from splitaudit.api import check
    from splitaudit.errors import SplitAuditError

    try:
        report = check(train, val, **options)
        report.raise_for_findings()
    except SplitAuditError as error:
        return None, f"splitaudit: {error}"
    except TypeError as error:
        if "check()" not in str(error):
            raise
        return None, f"splitaudit: {error}"
    return report, ""
