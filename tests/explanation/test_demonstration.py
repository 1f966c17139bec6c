"""The demonstration of the ceilings."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from splitaudit.audit import Settings
from splitaudit.cli import main
from splitaudit.errors import ConfigError
from splitaudit.explanation import demonstration, steps
from splitaudit.render.demonstration import check_format, render_for, save
from tests.support import cli_runner


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "LEAST_REFERENCE", np.inf)
        patch.setattr(steps, "LEAST_LADDER", np.inf)
        patch.setitem(sys.modules, "torch", None)
        chosen = {name: demonstration.PLATEAUS[name] for name in ("normalization_mismatch", "label_noise")}
        patch.setattr(demonstration, "PLATEAUS", chosen)
        return demonstration.demonstrate(Settings(), seconds=120)


def test_plateaus_are_alike_and_their_causes_are_named(found):
    assert [each.planted for each in found] == ["normalization_mismatch", "label_noise"]
    for each in found:
        assert abs(each.val["extremely randomised trees"] - 0.76) < 0.04
        assert each.explanation.causes[0].name == each.planted


def test_text_holds_every_story_and_cause(found):
    text = render_for(io.StringIO(), found, "terminal")
    flat = " ".join(text.split())
    for each in found:
        assert each.story.split(":")[0] in flat
        assert each.planted in text
    assert "2 of 2 causes named" in text
    assert max(map(len, text.splitlines())) <= 110


def test_json_holds_the_explanations(found):
    content = json.loads(render_for(io.StringIO(), found, "json"))
    assert content["schema"] == "splitaudit.ceilings/1"
    assert content["ceilings"][0]["explanation"]["causes"][0]["cause"] == "normalization_mismatch"


def test_numbers_that_are_none_are_null(found):
    odd = [replace(found[0], train={"LSTM": float("nan")})]
    assert json.loads(render_for(io.StringIO(), odd, "json"))["ceilings"][0]["train"] == {"LSTM": None}


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(found, tmp_path):
    save(found, tmp_path / "ceilings.json", "json")
    assert json.loads((tmp_path / "ceilings.json").read_text())["ceilings"]
    with pytest.raises(ConfigError, match="cannot be written"):
        save(found, tmp_path, "json")


def test_a_missing_folder_is_said_before_the_work_begins(tmp_path, monkeypatch):
    monkeypatch.setattr(demonstration, "demonstrate", lambda *_, **__: pytest.fail("the work began"))
    result = cli_runner().invoke(main, ["demo", "ceilings", "--output", str(tmp_path / "no" / "x.json")])
    assert result.exit_code == 2
    assert "there is no folder" in result.stderr


def test_other_formats_are_refused():
    with pytest.raises(ConfigError, match="expected one of terminal, json"):
        check_format("junit")
