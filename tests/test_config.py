"""``[tool.splitaudit]``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from splitaudit.audit import FAIL_ON, Settings
from splitaudit.config import FAIL_ON as KNOWN
from splitaudit.config import Config, load
from splitaudit.errors import ConfigError

EVERYTHING = """
[project]
name = "x"

[tool.splitaudit]
select = ["SA1", "SA3"]
ignore = ["SA302"]
fail-on = "warning"
alpha = 0.01
permutations = 199
seed = 3
jobs = 2
baseline = "audit/old.json"

[tool.splitaudit.rules.SA301]
error = 0.05
min-length = 4
"""


def written(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_is_read(tmp_path):
    path = written(tmp_path, EVERYTHING)
    assert load(start=tmp_path) == Config(
        select=("SA1", "SA3"),
        ignore=("SA302",),
        fail_on="warning",
        alpha=0.01,
        permutations=199,
        seed=3,
        jobs=2,
        baseline=tmp_path / "audit" / "old.json",
        rules={"SA301": {"error": 0.05, "min_length": 4}},
        source=path,
    )


def test_nothing_said_means_the_defaults_of_the_library(tmp_path):
    config, settings = load(start=tmp_path), Settings()
    assert (config.fail_on, config.alpha, config.permutations) == (
        settings.fail_on,
        settings.alpha,
        settings.n_permutations,
    )
    assert config.seed == settings.random_state
    assert KNOWN == FAIL_ON
    assert config.source is None


def test_the_nearest_file_that_has_settings_counts(tmp_path):
    written(tmp_path, "[tool.splitaudit]\nseed = 1\n")
    deep = tmp_path / "a" / "b"
    written(tmp_path / "a", "[tool.other]\nx = 1\n")
    deep.mkdir()
    assert load(start=deep).seed == 1
    written(deep, "[tool.splitaudit]\nseed = 2\n")
    assert load(start=deep).seed == 2
    assert load(start=tmp_path / "a").seed == 1


def test_reasons_to_ignore(tmp_path):
    config = load(written(tmp_path, '[tool.splitaudit.ignore]\nSA504 = "meant to be"\n"label-shift" = "known"\n'))
    assert config.ignore == ("SA504", "label-shift")
    assert config.reasons == {"SA504": "meant to be", "label-shift": "known"}


def test_the_command_line_counts_more_than_the_file(tmp_path):
    config = load(written(tmp_path, EVERYTHING))
    assert config.overridden(seed=0, select=("SA5",), fail_on=None, ignore=()) == dataclasses.replace(
        config, seed=0, select=("SA5",)
    )


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("sede = 3", "there is no setting 'sede' in [tool.splitaudit], did you mean 'seed'?"),
        ("fail_onn = 3", "did you mean 'fail-on'?"),
        ("zzz = 3", "known are select, ignore,"),
        ("select = 'SA1'", "select in [tool.splitaudit] is 'SA1', expected a list of codes or names of rules such as"),
        ("select = [1]", "expected a list of codes"),
        ("ignore = {SA1 = 3}", "expected a reason per code such as"),
        ("ignore = 3", "expected a list of codes"),
        ("fail-on = 'info'", "expected one of error, warning, never"),
        ("fail-on = ['error']", "expected one of error, warning, never"),
        ("alpha = '0.05'", "expected a level between 0 and 1"),
        ("alpha = 1.0", "expected a level between 0 and 1"),
        ("alpha = nan", "expected a level between 0 and 1"),
        ("permutations = 3", "expected a whole number of at least 19"),
        ("seed = true", "expected a whole number of at least 0"),
        ("seed = 1.5", "expected a whole number of at least 0"),
        ("jobs = 0", "expected a number of threads, or -1 for all processors"),
        ("baseline = 3", "expected the path of a report"),
        ("rules = 3", "expected a table of options per rule"),
        ("rules.SA301 = 3", "expected a table of options per rule"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_file(tmp_path, line, wanted):
    path = written(tmp_path, f"[tool.splitaudit]\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert wanted in text
    assert "\n" not in text


def test_underscores_are_as_good_as_dashes(tmp_path):
    assert load(written(tmp_path, "[tool.splitaudit]\nfail_on = 'never'\n")).fail_on == "never"


@pytest.mark.parametrize("content", [b"[tool.splitaudit\n", b"a = \xff\n"])
def test_files_that_are_not_toml(tmp_path, content):
    (tmp_path / "pyproject.toml").write_bytes(content)
    with pytest.raises(ConfigError, match="is not TOML"):
        load(start=tmp_path)


@pytest.mark.parametrize(
    ("text", "wanted"), [("tool = 3", "no table"), ("[tool]\nsplitaudit = 3", "expected a table"), ("", "no table")]
)
def test_a_named_file_must_have_the_table(tmp_path, text, wanted):
    with pytest.raises(ConfigError, match=wanted):
        load(written(tmp_path, text))


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "no.toml")
