"""One class makes up almost all of validation.

## What it measures
The accuracy of always saying the commonest class of validation.

## Why it matters
With 95 % of one class, a model that learned nothing scores 95 %, and a plateau at exactly that value is what a
constant output looks like. The rest of the classes decide nothing.

## How it is decided
Counted exactly: the effect is the share of the commonest class in validation. Imbalance alone is honest; it is a
warning from 80 % on and an error where accuracy says nothing any more.

## What to do
Report balanced accuracy, F1 or the area under the precision-recall curve, weight the loss by class, and compare every
score with this share.

## Limits
It says nothing about whether the rare classes can be learned.

## References
Brodersen, K. H. et al. (2010). The balanced accuracy and its posterior distribution. ICPR.
"""

from __future__ import annotations

from splitaudit.data.profile import Profile
from splitaudit.evidence import Evidence, Table
from splitaudit.rule import Context, rule


@rule(
    "SA504",
    effect="share of the commonest class in validation",
    warn=0.8,
    error=0.95,
    remedy="Report balanced accuracy or F1, weight the loss by class, and compare every score with this share.",
    needs=("labels",),
    fires_on=("one_class_rules",),
)
def majority_share(train: Profile, val: Profile, ctx: Context) -> Evidence:
    """Count the commonest class."""
    counts = val.label_counts
    worst = int(counts.argmax())
    share = float(counts[worst] / len(val))
    in_train = float(train.label_counts.max() / len(train))
    names = train.split.classes
    rows = tuple((names[k], int(train.label_counts[k]), int(counts[k])) for k in range(len(names)))
    return Evidence(
        effect=share,
        summary=f"Always saying {names[worst]} is right about {share:.1%} of val; the commonest class of train has "
        f"{in_train:.1%}",
        details={"class": names[worst], "share_val": share, "share_train": in_train},
        exhibits=(Table(title="windows per class", columns=("class", "train", "val"), rows=rows[:30]),),
    )
