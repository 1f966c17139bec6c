"""deepchecks: three checks with the conditions of its train_test_validation suite at their defaults, and that suite.

A check is flagged if its condition does not pass, a warning included. The suite is flagged for copies if its check for
them does not pass, for a shift if any other does not. Labels are passed on where there are any.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .common import frame

IMPORTS = ("deepchecks.tabular.checks", "deepchecks.tabular.suites")
DISTRIBUTIONS = ("deepchecks", "scikit-learn", "pandas", "numpy")

COPIES = "TrainTestSamplesMix"


def _datasets(train: np.ndarray, val: np.ndarray, more: dict[str, Any]) -> tuple[Any, Any]:
    from deepchecks.tabular import Dataset

    labels = more.get("y", (None, None))
    return tuple(Dataset(frame(X), label=y, cat_features=[]) for X, y in zip((train, val), labels, strict=True))


def _plain(text: str) -> str:
    """A condition's words without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def _checked(result: Any) -> dict[str, Any]:
    told = "; ".join(_plain(condition.details) for condition in result.conditions_results)
    return {"flagged": not result.passed_conditions(), "told": f"{result.header}: {told}."}


def feature(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from deepchecks.tabular.checks import FeatureDrift

    check = FeatureDrift().add_condition_drift_score_less_than()
    return _checked(check.run(*_datasets(train, val, more)))


def multivariate(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from deepchecks.tabular.checks import MultivariateDrift

    check = MultivariateDrift().add_condition_overall_drift_value_less_than()
    return _checked(check.run(*_datasets(train, val, more)))


def _mixed(result: Any, val: np.ndarray) -> list[int]:
    """Rows of val among the samples that the check lists; it lists their values, once for each group of equals."""
    columns = [name for name in result.value["data"].columns if re.fullmatch(r"c\d+", str(name))]
    listed = {tuple(values) for values in result.value["data"][columns].to_numpy()}
    return [row for row, values in enumerate(val) if tuple(values) in listed]


def samples_mix(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from deepchecks.tabular.checks import TrainTestSamplesMix

    check = TrainTestSamplesMix().add_condition_duplicates_ratio_less_or_equal()
    result = check.run(*_datasets(train, val, more))
    return {**_checked(result), "rows": _mixed(result, val)}


def _suite(train: np.ndarray, val: np.ndarray, more: dict[str, Any]) -> tuple[set[str], dict[str, Any]]:
    """Names of the checks that did not pass, and what is answered in either job."""
    from deepchecks.tabular.suites import train_test_validation

    result = train_test_validation().run(*_datasets(train, val, more))
    failed = result.get_not_passed_checks()
    told = f"Did not pass: {', '.join(check.header for check in failed)}." if failed else "Every check that ran passed."
    mixes = [check for check in result.results if type(check.check).__name__ == COPIES and hasattr(check, "value")]
    rows = _mixed(mixes[0], val) if mixes else None
    return {type(check.check).__name__ for check in failed}, {"told": told, "rows": rows}


def suite_shift(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    failed, found = _suite(train, val, more)
    return {"flagged": bool(failed - {COPIES}), **found}


def suite_copies(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    failed, found = _suite(train, val, more)
    return {"flagged": COPIES in failed, **found}


TOOLS = {
    "feature": {"shift": feature},
    "multivariate": {"shift": multivariate},
    "samples_mix": {"copies": samples_mix},
    "suite": {"shift": suite_shift, "copies": suite_copies},
}
KINDS = {
    "feature": "KS of every column",
    "multivariate": "classifier",
    "samples_mix": "exact duplicates",
    "suite": "whole report",
}
