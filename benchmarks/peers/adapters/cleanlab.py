"""cleanlab: ``Datalab`` on train and val put together in this order, with what it finds from features alone.

``non_iid`` tests at 5 % whether neighbours lie near each other in the file; ``near_duplicate`` names rows that lie far
closer to another than rows do in the median. A row of val counts as a copy if a row of train is in its set.
"""

from __future__ import annotations

from typing import Any

import numpy as np

IMPORTS = ("cleanlab",)
DISTRIBUTIONS = ("cleanlab", "scikit-learn", "numpy")


def _lab(train: np.ndarray, val: np.ndarray, issue: str) -> Any:
    from cleanlab import Datalab

    X = np.concatenate([train, val])
    lab = Datalab(data={"row": np.arange(len(X))}, verbosity=0)
    lab.find_issues(features=X, issue_types={issue: {}})
    return lab


def non_iid(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    summary = _lab(train, val, "non_iid").get_issue_summary("non_iid").iloc[0]
    p = float(summary["score"])
    flagged = summary["num_issues"] > 0
    return {"flagged": flagged, "p": p, "told": f"{summary['num_issues']} non_iid issue(s), overall score {p:.3g}."}


def near_duplicate(train: np.ndarray, val: np.ndarray, seed: int, **more: Any) -> dict[str, Any]:
    issues = _lab(train, val, "near_duplicate").get_issues("near_duplicate")
    flagged = issues["is_near_duplicate_issue"].to_numpy()
    sets = issues["near_duplicate_sets"]
    n = len(train)
    rows = [row - n for row in range(n, len(issues)) if flagged[row] and np.any(np.asarray(sets.iloc[row]) < n)]
    return {"flagged": bool(rows), "told": f"{flagged.sum()} near_duplicate issue(s).", "rows": rows}


TOOLS = {"non_iid": {"shift": non_iid}, "near_duplicate": {"copies": near_duplicate}}
KINDS = {"non_iid": "neighbours", "near_duplicate": "near duplicates"}
