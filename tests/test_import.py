"""The face of the package: what it offers, and that importing it loads nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import splitaudit

HEAVY = ("scipy", "sklearn", "pandas", "lightgbm", "rich", "click", "torch", "joblib", "matplotlib", "jinja2")


def loaded_by(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running some code."""
    script = f"{code}\nimport json, sys\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy():
    loaded = loaded_by("import splitaudit")
    assert "splitaudit" in loaded
    assert not loaded & {*HEAVY, "numpy"}


def test_errors_load_nothing_heavy():
    assert not loaded_by("import splitaudit as sa; sa.DataError; sa.errors.ConfigError") & {*HEAVY, "numpy"}


def test_reading_needs_numpy_alone(tmp_path):
    path = tmp_path / "train.npz"
    make = f"import numpy as np; np.savez({str(path)!r}, X=np.zeros((3, 4, 2)), y=[0, 1, 0])"
    loaded = loaded_by(f"{make}; import splitaudit; splitaudit.read({str(path)!r})")
    assert not loaded & set(HEAVY)


def test_every_public_name_is_there_and_documented():
    for name in splitaudit.__all__:
        value = getattr(splitaudit, name)
        assert name in dir(splitaudit)
        assert value.__doc__
    assert splitaudit.check.__module__ == "splitaudit.api"


def test_star_import_gives_the_public_names():
    space: dict[str, object] = {}
    exec("from splitaudit import *", space)
    assert set(splitaudit.__all__) <= set(space)


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        splitaudit.chekc  # noqa: B018
    with pytest.raises(ImportError):
        exec("from splitaudit import chekc")


def test_errors_are_what_they_say():
    assert issubclass(splitaudit.DataError, ValueError)
    assert issubclass(splitaudit.ConfigError, ValueError)
    assert issubclass(splitaudit.MissingExtraError, ImportError)
    for name in ("DataError", "ConfigError", "MissingExtraError", "FindingsError"):
        assert issubclass(getattr(splitaudit, name), splitaudit.SplitAuditError)
