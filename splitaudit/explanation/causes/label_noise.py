"""Part of the labels is wrong, and no model can agree with them.

## Signature
Val's own folds stop well below 1, and so do train's unless val alone is mislabelled; the accuracy among the windows
that the probe is surest of is hardly higher; more data do not help.

## What would decide
A second reading of some hundred labels, best of the windows named here.

## What to do
Read the named windows again; relabel or drop them, and find out which annotator, recording or rule they come from.
"""

from __future__ import annotations

from dataclasses import replace

from splitaudit.explanation.cause import Case, cause
from splitaudit.place import Place


@cause(
    remedy=(
        "Read the named windows again; relabel or drop them, and find out which annotator, recording or "
        "rule they come from."
    ),
    decides="A second reading of some hundred labels, best of the windows named here.",
    costs="confidence-curve.noise",
    rises=(
        "audit.SA505",
        "audit.SA308",
        "confidence-curve.noise",
        "confidence-curve.noise_low",
        "confidence-curve.share_wrong",
        "confidence-curve.ratio_wrong",
        "confidence-curve.share_wrong_val",
        "confidence-curve.ratio_wrong_val",
    ),
    falls=(
        "confidence-curve.sharpens_val",
        "confidence-curve.sure_val",
        "cross-validation.home",
        "cross-validation.optimism",
        "align.apart",
        "permuted-labels.names_majority",
    ),
)
def label_noise(case: Case) -> Place:
    """Say where it sits."""
    found, read = case.place_of("SA505", "SA308"), case.contradicted()
    return replace(read, train_windows=found.train_windows, n_train_windows=found.n_train_windows)
