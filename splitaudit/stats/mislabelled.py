"""How many labels are wrong: a classifier's probabilities, sharpened, and a share of labels of any other class."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
IntArray = NDArray[np.int64]

SMOOTH = 0.03  # votes of some dozen trees know no smaller probability
SHARES = np.linspace(0.0, 0.8, 81)
EXPONENTS = np.geomspace(0.3, 33.0, 40)
LENIENT = 1.3  # a classifier may be so much less sharp where it was not fitted
MAX_ROWS = 4000
TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Mislabelled:
    """Result of :func:`wrong_labels`.

    Parameters
    ----------
    share : float
        Most likely share of wrong labels.
    interval : tuple of (float, float)
        95 % interval of the share, from the profile likelihood.
    ratio : float
        Twice the logarithm of the likelihood ratio against no wrong label.
    pvalue : float
        Of "no label is wrong": of the likelihood ratio, or of the share's cluster-robust t where that is larger.
    suspicion : ndarray of shape (n,)
        Probability of each label to be a wrong one.
    exponent : float
        The power that makes the probabilities right.
    """

    share: float
    interval: tuple[float, float]
    ratio: float
    pvalue: float
    suspicion: Floats
    exponent: float


@dataclass(frozen=True, slots=True, eq=False)
class _Outcome:
    """What is seen of each window: its label, or merely whether that is the likeliest class.

    ``known`` (n,) is its sharpened probability if the label is right, ``wrong`` (n,) if it is wrong; the slopes are
    their derivatives by the logarithm of the exponent.
    """

    known: Floats
    wrong: Floats
    slope: Floats
    wrong_slope: Floats

    def likelihood(self, share: float | Floats) -> Floats:
        """Likelihood under a share of wrong labels."""
        mixed: Floats = np.maximum(self.known + share * (self.wrong - self.known), TINY)
        return mixed


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Logarithms of class probabilities (n, k) and the exponent that sharpens them."""

    logs: Floats
    exponent: float

    def outcome(self, y: IntArray, hits_only: bool, rows: IntArray | slice = slice(None)) -> _Outcome:
        """What is seen of the labels of some rows, with its derivatives by the logarithm of the exponent."""
        logs, y = self.logs[rows], y[rows]
        q = special.softmax(self.exponent * logs, axis=1)
        every, k = np.arange(len(y)), logs.shape[1]
        chosen = logs.argmax(axis=1) if hits_only else y
        known = q[every, chosen]
        slope = known * self.exponent * (logs[every, chosen] - (q * logs).sum(axis=1))
        other, other_slope = (1 - known) / (k - 1), -slope / (k - 1)
        if not hits_only:
            return _Outcome(known, other, slope, other_slope)
        hit = chosen == y
        return _Outcome(
            np.where(hit, known, 1 - known),
            np.where(hit, other, 1 - other),
            np.where(hit, slope, -slope),
            np.where(hit, other_slope, -other_slope),
        )


def wrong_labels(
    probability: Floats,
    y: IntArray,
    units: IntArray,
    *,
    foreign: tuple[Floats, float] | None = None,
) -> Mislabelled:
    """Estimate the share of labels that are wrong whatever the signal says.

    Parameters
    ----------
    probability : ndarray of shape (n, k)
        Class probabilities from a classifier that did not see the window's label.
    y : ndarray of int64 of shape (n,)
        Class codes.
    units : ndarray of int64 of shape (n,)
        Windows of one unit may be misjudged together; three units are needed.
    foreign : tuple of (ndarray of shape (n, k), float), optional
        The same from a classifier that was fitted elsewhere, and the exponent that was found there.

    Notes
    -----
    Where classes overlap, the classifier knows where: raised to some power (temperature scaling), its probabilities
    are right, errors fall on the second most likely class and become rare where it is sure. Wrong labels do not care
    how sure it is, and fall on all other classes alike. So the likelihood of a label is ``(1 - s) q + s (1 - q) /
    (k - 1)``, where q is the sharpened probability of the label and s the share of wrong ones, as the lapse rate is of
    a psychometric function. Wrong labels may also prefer a class, and then the classifier learns it; so beside the
    label, only whether it is the likeliest class is looked at. The better fit counts, its p-value doubled.

    A classifier that was fitted elsewhere knows more if this side is small, but it may be sure and mistaken here. So
    whatever explains the labels best counts, with and without wrong ones: the side's own classifier, the foreign one
    nearly as sharp as it was elsewhere, or the geometric mean of the two. No label is wrong that the side's own
    classifier predicts.

    References
    ----------
    Guo, C., Pleiss, G., Sun, Y., Weinberger, K. (2017). On calibration of modern neural networks. ICML.
    Wichmann, F., Hill, N. (2001). The psychometric function: I. Perception & Psychophysics 63, 1293-1313.
    """
    own = np.log(probability + SMOOTH)
    models = [_Model(own, exponent) for exponent in EXPONENTS]
    if foreign is not None:
        other = np.log(foreign[0] + SMOOTH)
        least = min(foreign[1] / LENIENT, EXPONENTS[-1])
        sharp = EXPONENTS[least <= EXPONENTS]
        models += [_Model(logs, exponent) for logs in ((own + other) / 2, other) for exponent in sharp]
    ways = (False, True) if probability.shape[1] > 2 else (False,)
    found = [_fitted(models, y, units, hits_only) for hits_only in ways]
    best = min(found, key=lambda fit: (fit.pvalue, -fit.ratio))
    return replace(best, pvalue=min(1.0, len(ways) * best.pvalue))


def _fitted(models: list[_Model], y: IntArray, units: IntArray, hits_only: bool) -> Mislabelled:
    n = MAX_ROWS * len(EXPONENTS) // len(models)
    rows = np.unique(np.linspace(0, len(y) - 1, min(len(y), n)).astype(int))
    misfit = np.stack(
        [-np.log(model.outcome(y, hits_only, rows).likelihood(SHARES[:, None])).sum(axis=1) for model in models]
    )
    profile = 2 * (misfit.min(axis=0) - misfit.min())
    share, best = float(SHARES[profile.argmin()]), models[int(misfit.min(axis=1).argmin())]
    inside = SHARES[profile <= stats.chi2.isf(0.05, 1)]
    pvalue = 1.0
    if share > 0:
        # a share of 0 lies on the border, so half of the chi-square law is left of it
        by_ratio = 0.5 * float(stats.chi2.sf(profile[0], 1))
        pvalue = max(by_ratio, _clustered(best.outcome(y, hits_only, rows), units[rows], share))
    every = best.outcome(y, hits_only)
    return Mislabelled(
        share=share,
        interval=(float(inside[0]), float(inside[-1])),
        ratio=float(profile[0]),
        pvalue=pvalue,
        suspicion=share * every.wrong / every.likelihood(share),
        exponent=float(best.exponent),
    )


def _clustered(seen: _Outcome, units: IntArray, share: float) -> float:
    """One-sided p-value of the share by its cluster-robust t over units."""
    slope = seen.slope + share * (seen.wrong_slope - seen.slope)
    scores = np.stack([seen.wrong - seen.known, slope], axis=1) / seen.likelihood(share)[:, None]
    _, member = np.unique(units, return_inverse=True)
    n_units = int(member.max()) + 1
    if n_units < 3:
        return 1.0
    sums = np.zeros((n_units, 2))
    np.add.at(sums, member, scores)
    inverse = np.linalg.pinv(scores.T @ scores)
    variance = (inverse @ (sums.T @ sums) @ inverse)[0, 0] * n_units / (n_units - 1)
    return float(stats.t.sf(share / np.sqrt(variance), n_units - 1)) if variance > 0 else 1.0
