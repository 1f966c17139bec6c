"""Settings, workflows and reports that the pages show are what the program, the action and the hook take and give."""

from __future__ import annotations

import json

import pytest

import splitaudit as sa
from splitaudit.config import PARSERS, load
from splitaudit.config_command import SHELLS
from splitaudit.options import FORMATS
from splitaudit.render.json import schema
from tests.docs.blocks import ROOT, blocks, pages

yaml = pytest.importorskip("yaml")

TOML, YAML, JSON = blocks("toml"), blocks("yaml"), blocks("json")


@pytest.mark.parametrize("block", TOML, ids=str)
def test_settings_that_are_shown_are_settings(block, tmp_path):
    path = tmp_path / "pyproject.toml"
    path.write_text(block.text, encoding="utf-8")
    load(path)


def test_every_setting_and_format_is_documented():
    text = pages()["configuration.md"]
    assert {name for name in PARSERS if f"`{name}`" not in text} == {"rules"}  # which is there as `rules.CODE`
    assert all(f"splitaudit completion {shell}" in text for shell in SHELLS)
    text = pages()["ci.md"]
    assert {name for name in FORMATS.choices if f"`{name}`" not in text} == {"terminal", "html"}


def test_the_workflows_that_are_shown_fit_the_action_and_the_hook():
    (_, step), (upload,), hook = (yaml.safe_load(block.text) for block in YAML)
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert step["with"].keys() <= action["inputs"].keys()
    assert upload["with"]["sarif_file"] == f"${{{{ steps.{step['id']}.outputs.sarif }}}}"
    assert "sarif" in action["outputs"]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [each["id"] for each in hook["repos"][0]["hooks"]] == [each["id"] for each in hooks]
    assert set(hook["repos"][0]) == {"repo", "rev", "hooks"}


def test_the_finding_that_is_shown_is_one(monkeypatch):
    jsonschema = pytest.importorskip("jsonschema")
    (block,) = JSON
    shown = json.loads(block.text)
    jsonschema.validate(shown, {"$ref": "#/$defs/finding", "$defs": schema()["$defs"]})
    monkeypatch.chdir(ROOT)
    report = sa.check("fixtures/unit_change/train.npz", "fixtures/unit_change/val.npz")
    found = next(each for each in report.to_dict()["findings"] if each["rule"] == shown["rule"])
    assert shown == near({**found, "exhibits": []})


def near(value):
    """The same with numbers that need only be about as large."""
    if isinstance(value, dict):
        return {key: near(each) for key, each in value.items()}
    if isinstance(value, list):
        return [near(each) for each in value]
    return pytest.approx(value, rel=1e-2) if isinstance(value, float) else value


def test_the_keys_of_a_report_are_documented():
    assert all(f"| `{key}` |" in pages()["json-report.md"] for key in schema()["properties"])
