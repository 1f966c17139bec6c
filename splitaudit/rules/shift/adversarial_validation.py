"""A classifier can tell validation from train.

## What it measures
Gradient-boosted trees are told to separate validation windows from train windows by their window statistics. Every
window is scored by a model that saw nothing of its unit (its group, recording or block); where units are few, over
several draws of the folds. Two areas under the ROC curve come out: window-wise, which says whether these very subjects
are recognisable, and unit-wise, which says whether validation as a whole is different from train.

## Why it matters
A model can only be validated on windows that resemble those it learned from. Where a classifier tells the sides
apart, the validation score answers another question than the one that was asked.

## How it is decided
The effect is the unit-wise area: 0.5 is chance, 1 is complete separation. The p-value comes from exchanging units
between the sides: the energy distance of the unit means of all window statistics is a distance-based classifier that is
refitted under every exchange, which boosted trees are too slow for, and out-of-fold scores must not simply be
permuted. Beside it stands the largest difference of a single statistic, which sees one channel among many, and both
once more for a few general statistics of every channel; where units hold several windows, also for how far these lie
from the middle, which a mean over the unit does not show. The best of these is judged by the best of them under every
exchange. Beyond the exchanges tails are used, a Pearson type III law for energies and Student's t for single
statistics, and the smallest is taken as many times as there are. A high window-wise area alone is no finding: different
people are recognisable in every honest split by subject. Where nothing says which windows belong together, an error
asks for a window-wise area of 0.99 as well.

## What to do
Look at the named channels and statistics first. If they are of one unit, gain or offset, mend the preprocessing; if the
sides were recorded at other times, places or devices, draw the split again so that both sides hold all of them, or
report the score as what it is: a test under shift.

## Limits
Window statistics do not see everything; SA102 looks at single cells as well. Few units can only say so much: the report
says the smallest p-value that exchanging them can give.

## References
Lopez-Paz, D., Oquab, M. (2017). Revisiting classifier two-sample tests. ICLR.
Szekely, G. J., Rizzo, M. L. (2013). Energy statistics. J. Statistical Planning and Inference 143, 1249-1272.
Schrab, A. et al. (2023). MMD aggregated two-sample test. JMLR 24(194).
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from splitaudit.data.naming import signal_name
from splitaudit.data.profile import Profile
from splitaudit.evidence import Curve, Evidence, Table, Where
from splitaudit.models.adversary import Adversary
from splitaudit.models.pooled import adversary, pooled_scores, unit_shift
from splitaudit.rule import Context, rule
from splitaudit.stats.aggregated import aggregated_test
from splitaudit.stats.curves import rounded
from splitaudit.stats.shift import shift_test
from splitaudit.stats.units import Scheme
from splitaudit.wording import listed

EVERY, SOME, AWAY = "all statistics", "general statistics", "distances from the middle"
GENERAL = ("level", "log spread", "minimum", "maximum", "autocorrelation lag 1", "log roughness")
TESTS = 15  # about as many rules infer in one run
CHANCE = 0.5
SEPARATED = 0.99  # area by window; few units are separated by chance, and less is between sides of a few subjects each


@rule(
    "SA101",
    effect="unit-wise AUC",
    warn=0.6,
    error=0.75,
    error_ungrouped=0.999,
    remedy="Look at the named channels and statistics: mend a different preprocessing, or draw the split again so that "
    "both sides hold the same conditions.",
    fires_on=("regime_in_val", "smoothed_val", "noisy_val", "frequency_moved"),
)
def adversarial_validation(train: Profile, val: Profile, ctx: Context, *, top: int = 6) -> Evidence:
    """Cross boosted trees over units; judge by exchanging units."""
    scheme = ctx.scheme
    ctx.need_units(each=2)
    scores = pooled_scores(train, ctx)
    found = adversary(train, ctx)
    general = [j for j, feature in enumerate(train.feature_table) if feature.statistic in GENERAL]
    views = {EVERY: np.arange(scores.shape[1]), SOME: np.array(general)}
    single, units = unit_shift(train, ctx).uncorrected, scheme
    if scheme.n_units < len(scores):  # a mean over a unit's windows does not show that they lie wider apart
        views[AWAY] = np.arange(scores.shape[1], 2 * scores.shape[1])
        away = np.abs(scores)
        single = np.concatenate([single, shift_test(away, scheme, ranks=False).uncorrected])
        units, means = scheme.rows_of_units(scores)
        scores = np.concatenate([means, scheme.rows_of_units(away)[1]], axis=1)
    test = aggregated_test(scores, units, views=views, pvalues=single, n_permutations=ctx.n_permutations, rng=ctx.rng)
    energy = test.parts[f"energy of {EVERY}"].statistic
    table, channels = _attribution(train, found, top)
    compared = f"{scheme.n_train_units} + {scheme.n_val_units} {scheme.kind}s"
    by_window = f" and {found.auc:.2f} by window" if scheme.kind != "window" else ""
    named = listed(signal_name(train.split, [c]) for c in channels)
    told = found.unit_auc > CHANCE
    summary = (
        f"A classifier {'tells' if told else 'does not tell'} val from train: AUC {found.unit_auc:.2f} by "
        f"{scheme.kind}{by_window} over {compared}" + (f"; it looks at {table.rows[0][1]} of {named}" if told else "")
    )
    foreign = found.windows >= scheme.n_train
    threshold = np.quantile(found.scores[~foreign], 0.99)
    order = np.argsort(-found.scores, kind="stable")
    strange = [i for i in order if foreign[i] and found.scores[i] > threshold]
    return Evidence(
        effect=found.unit_auc,
        summary=summary,
        statistic=energy,
        pvalue=test.pvalue,
        smallest_visible=_visible(scheme, ctx.alpha / TESTS),
        where=Where(channels=train.place(channels), val_windows=found.windows[strange] - scheme.n_train),
        details={
            "auc_windows": found.auc,
            "auc_units": found.unit_auc,
            "energy_distance": energy,
            **{"p_" + name.replace(" ", "_"): part.pvalue for name, part in test.parts.items()},
            "n_permutations": test.n_permutations,
            "exact": test.exact,
            "permutation_floor": scheme.floor,
            "windows_scored": len(found.windows),
        },
        exhibits=(table, _curves(found, scheme)),
        slight=found.auc < SEPARATED,
    )


def _curves(found: Adversary, scheme: Scheme) -> Curve:
    """Return the ROC curves by window and by unit, and the diagonal."""
    at = (0.0, *rounded(np.linspace(0, 1, len(found.roc))))
    lines = {f"by window, AUC {found.auc:.2f}": (at, (0.0, *rounded(found.roc)))}
    if scheme.kind != "window":
        lines[f"by {scheme.kind}, AUC {found.unit_auc:.2f}"] = at, (0.0, *rounded(found.unit_roc))
    lines["chance"] = (0.0, 1.0), (0.0, 1.0)
    return Curve(
        title="ROC of the classifier",
        x_label="share of train taken for val",
        y_label="share of val recognised",
        lines=lines,
    )


def _visible(scheme: Scheme, alpha: float) -> float:
    """The AUC of so many units that would just be beyond chance (normal law of the Mann-Whitney statistic)."""
    n, m = scheme.n_train_units, scheme.n_val_units
    error = np.sqrt((n + m + 1) / (12 * n * m))
    return float(min(1.0, 0.5 + stats.norm.isf(alpha) * error))


def _attribution(train: Profile, found: Adversary, top: int) -> tuple[Table, tuple[int, ...]]:
    """Which channels, statistics and time ranges the classifier used, and the channels that carry most of it."""
    total = max(float(found.contributions.sum()), 1e-12)
    share = found.contributions / total
    per_channel = np.zeros(train.signals.shape[2])
    for feature, part in zip(train.feature_table, share, strict=True):
        per_channel[list(feature.channels)] += part / len(feature.channels)
    best = np.argsort(-share, kind="stable")[:top]
    rows = []
    for j in best:
        feature = train.feature_table[j]
        name = signal_name(train.split, feature.channels)
        rows.append((name, feature.statistic, f"{feature.timesteps[0]}-{feature.timesteps[1]}", float(share[j])))
    carrying = np.flatnonzero(per_channel >= 0.5 * per_channel.max())
    carrying = carrying[np.argsort(-per_channel[carrying], kind="stable")]
    columns = ("channel", "statistic", "time steps", "share of the score")
    table = Table(title="what separates the sides", columns=columns, rows=tuple(rows))
    return table, tuple(carrying.tolist())
