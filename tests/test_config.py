"""``[tool.splitaudit]``."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from splitaudit.audit import FAIL_ON, Settings
from splitaudit.config import COMMAND_LINE, Config, Override, load
from splitaudit.config import ENGINES as KNOWN_ENGINES
from splitaudit.config import FAIL_ON as KNOWN
from splitaudit.engine.limits import ENGINES, Limits
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
memory = "4GiB"
engine = "dask"
scheduler = "tcp://host:8786"
x-key = "signal"
y-key = "activity"
layout = "nct"
window = 128
stride = 64

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
        memory="4GiB",
        engine="dask",
        scheduler="tcp://host:8786",
        x_key="signal",
        y_key="activity",
        layout="nct",
        window=128,
        stride=64,
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
    assert (config.engine, config.scheduler) == (Limits(memory=1).engine, Limits(memory=1).scheduler)
    assert KNOWN_ENGINES == ENGINES
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
        ("memory = 4", "expected a size such as '4GiB'"),
        ("engine = 'spark'", "expected one of local, dask"),
        ("x-key = ''", "expected the key of the windows"),
        ("y-keys = 'a'", "did you mean 'y-key'?"),
        ("layout = 'tnc'", "expected one of ntc, nct"),
        ("window = 0", "expected a whole number of at least 1"),
        ("stride = 0.5", "expected a whole number of at least 1"),
        ("scheduler = ''", "expected the address of a Dask scheduler"),
        ("overides = []", "did you mean 'overrides'?"),
        ("overrides = 3", "overrides in [tool.splitaudit] is 3, expected tables [[tool.splitaudit.overrides]]"),
        ("overrides = [3]", "expected tables [[tool.splitaudit.overrides]]"),
        ("paths = ['x']", "there is no setting 'paths' in [tool.splitaudit]"),
        ("[[tool.splitaudit.overrides]]\nseed = 1", "there are no paths in [[tool.splitaudit.overrides]] number 1"),
        ("[[tool.splitaudit.overrides]]\npaths = 'x'", "paths in [[tool.splitaudit.overrides]] number 1 is 'x', exp"),
        ("[[tool.splitaudit.overrides]]\npaths = []", "expected a list of patterns"),
        ("[[tool.splitaudit.overrides]]\npath = ['x']\npaths = ['x']", "did you mean 'paths'?"),
        ("[[tool.splitaudit.overrides]]\npaths = ['x']\noverrides = []", "there is no setting 'overrides' in [[tool"),
        (
            "[[tool.splitaudit.overrides]]\npaths = ['x']\nfail-onn = 1",
            "[[tool.splitaudit.overrides]] number 1, did",
        ),
        (
            "[[tool.splitaudit.overrides]]\npaths = ['x']\nseed = -1",
            "seed in [[tool.splitaudit.overrides]] number 1",
        ),
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
    ("text", "wanted"),
    [
        ("tool = 3", "no table"),
        ("[tool]\nsplitaudit = 3", "expected a table"),
        ("", "no table"),
        ("[tool.split-audit]", r"there is a table \[tool.split-audit\], did you mean \[tool.splitaudit\]\?"),
    ],
)
def test_a_named_file_must_have_the_table(tmp_path, text, wanted):
    with pytest.raises(ConfigError, match=wanted):
        load(written(tmp_path, text))


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "no.toml")


OVERRIDES = """
[tool.splitaudit]
seed = 1
ignore = { SA504 = "meant to be" }
rules.SA301 = { warn = 0.01, error = 0.05 }

[[tool.splitaudit.overrides]]
paths = ["data/legacy/*", "https://host/old/*"]
seed = 2
fail-on = "never"
ignore = ["SA6"]
baseline = "old.json"
rules.SA301 = { error = 0.5 }
rules.SA302 = { warn = 0.1 }

[[tool.splitaudit.overrides]]
paths = ["*.npy"]
seed = 3
"""


@pytest.mark.parametrize(
    ("path", "seed"),
    [
        ("data/legacy/a.npz", 2),
        ("./data/legacy/deep/a.npz", 2),
        ("data/../data/legacy/a.npz", 2),
        ("data/legacy/a.npy", 3),  # the later one wins
        ("other.npy", 3),
        ("https://host/old/a.npz", 2),
        ("data/legacy", 1),
        ("data/a.npz", 1),
        ("DATA/legacy/a.npz", 1),
        ("other/data/legacy/a.npz", 1),
    ],
)
def test_overrides_count_for_the_paths_that_match(tmp_path, monkeypatch, path, seed):
    config = load(written(tmp_path, OVERRIDES))
    monkeypatch.chdir(tmp_path)
    assert config.at(path).seed == seed
    assert config.at("train.npz", path).seed == seed  # one of two is enough
    assert config.at(Path(path)).seed == seed or "://" in path


def test_overrides_match_what_the_path_stands_for(tmp_path, monkeypatch):
    config = load(written(tmp_path, OVERRIDES))
    (tmp_path / "data" / "legacy").mkdir(parents=True)
    (tmp_path / "data" / "legacy" / "a.npz").touch()
    (tmp_path / "link.npz").symlink_to(tmp_path / "data" / "legacy" / "a.npz")
    monkeypatch.chdir(tmp_path / "data" / "legacy")
    assert config.at("a.npz").seed == 2
    assert config.at(tmp_path / "data" / "legacy" / "a.npz").seed == 2
    assert config.at("../../link.npz").seed == 2


def test_an_override_replaces_settings_and_adds_options_of_rules(tmp_path):
    config = load(written(tmp_path, OVERRIDES))
    found = config.at("data/legacy/a.npy")
    assert (found.seed, found.fail_on, found.ignore, found.reasons) == (3, "never", ("SA6",), {})
    assert found.rules == {"SA301": {"warn": 0.01, "error": 0.5}, "SA302": {"warn": 0.1}}
    assert found.baseline == tmp_path / "old.json"
    assert config.rules == {"SA301": {"warn": 0.01, "error": 0.05}}  # as it was
    assert config.at() == config
    assert config.at("a.npz") == config


def test_every_setting_says_where_it_comes_from(tmp_path):
    path = written(tmp_path, OVERRIDES)
    origins = load(path).at("data/legacy/a.npy").overridden(alpha=0.01, jobs=None, select=()).origins
    first = f"{path}: [[tool.splitaudit.overrides]] number 1 (data/legacy/*, https://host/old/*)"
    assert origins == {
        "seed": f"{path}: [[tool.splitaudit.overrides]] number 2 (*.npy)",
        "ignore": first,
        "fail_on": first,
        "baseline": first,
        "alpha": COMMAND_LINE,
        "rules.SA301.warn": f"{path}: [tool.splitaudit]",
        "rules.SA301.error": first,
        "rules.SA302.warn": first,
    }


def test_overrides_that_count(tmp_path):
    config = load(written(tmp_path, OVERRIDES))
    assert config.matching("a.npy") == (Override(paths=("*.npy",), settings={"seed": 3}),)
    assert [each.settings["seed"] for each in config.matching("data/legacy/a", "a.npy")] == [2, 3]
