"""deepchecks: three checks with the conditions of its train_test_validation suite at their defaults, and that suite.

A check is flagged if its condition does not pass; the suite if any does not, warnings included, as its ``passed()`` has
it. Labels are passed on where there are any.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from .common import frame

IMPORTS = ("deepchecks.tabular.checks", "deepchecks.tabular.suites")
DISTRIBUTIONS = ("deepchecks", "scikit-learn", "pandas", "numpy")


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


def suite(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    from deepchecks.tabular.suites import train_test_validation

    result = train_test_validation().run(*_datasets(train, val, more))
    failed = [check.header for check in result.get_not_passed_checks()]
    mixes = [check for check in result.results if type(check.check).__name__ == "TrainTestSamplesMix"]
    return {
        "flagged": not result.passed(),
        "told": f"Did not pass: {', '.join(failed)}." if failed else "Every check that could run passed.",
        "rows": _mixed(mixes[0], val) if mixes and hasattr(mixes[0], "value") else None,
    }


TOOLS = {
    "feature": {"shift": feature},
    "multivariate": {"shift": multivariate},
    "samples_mix": {"copies": samples_mix},
    "suite": {"shift": suite, "copies": suite},
}
