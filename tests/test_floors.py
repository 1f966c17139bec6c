"""The oldest versions that are tested are those that are claimed."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def floors(requirements: list[str]) -> dict[str, str]:
    return dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", requirement).groups() for requirement in requirements)


def parts(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_the_oldest_versions_are_the_floors(project):
    claimed = floors([*project["dependencies"], *project["optional-dependencies"]["report"]])
    tested = pins("constraints-oldest.txt")
    assert {name: tested[name] for name in claimed} == {name: f"{floor}.0" for name, floor in claimed.items()}
    assert tested.keys() == claimed.keys()


def test_the_pinned_versions_are_within_what_is_claimed(project):
    claimed, tested = floors(project["dependencies"]), pins("constraints.txt")
    assert all(parts(tested[name]) >= parts(floor) for name, floor in claimed.items())
