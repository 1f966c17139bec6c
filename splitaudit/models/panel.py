"""Cheap learners of different kinds, to see whether a ceiling is one of the split or of one learner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Samples = NDArray[np.floating]

N_KERNELS = 84
KERNEL = 9
N_NEIGHBOURS = 5


def discriminant(fit: Samples, y: Ints, new: Samples, *, n_classes: int) -> Ints:
    """Classes by linear discriminant analysis with a shrunken covariance; (m,).

    References
    ----------
    Ledoit, O., Wolf, M. (2004). Honey, I shrunk the sample covariance matrix. J. Portfolio Management 30(4).
    """
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    ours, theirs = _standard(fit, new)
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto")
    named: Ints = model.fit(ours, y).predict(theirs)
    return named


def neighbours(fit: Samples, y: Ints, new: Samples, *, n_classes: int) -> Ints:
    """Classes by the five nearest neighbours in standardised window statistics; (m,)."""
    from sklearn.neighbors import KNeighborsClassifier

    ours, theirs = _standard(fit, new)
    model = KNeighborsClassifier(min(N_NEIGHBOURS, len(y)), algorithm="brute")
    named: Ints = model.fit(ours, y).predict(theirs)
    return named


def nearest(fit: Samples, new: Samples, k: int = N_NEIGHBOURS) -> Ints:
    """Positions in ``fit`` of the nearest windows of each of ``new``, in standardised window statistics; (m, k)."""
    from sklearn.neighbors import NearestNeighbors

    ours, theirs = _standard(fit, new)
    found: Ints = NearestNeighbors(n_neighbors=min(k, len(ours)), algorithm="brute").fit(ours).kneighbors(theirs)[1]
    return found


def convolution_ridge(
    fit: Samples,
    y: Ints,
    new: Samples,
    ruler: tuple[Floats, Floats],
    *,
    n_classes: int,
    rng: np.random.Generator,
) -> Ints:
    """Classes by ridge regression on the share of positive values of random dilated convolutions; (m,).

    References
    ----------
    Dempster, A., Schmidt, D. F., Webb, G. I. (2021). MiniRocket: a very fast (almost) deterministic transform for time
    series classification. KDD.
    """
    from sklearn.linear_model import RidgeClassifierCV

    kernels = _kernels(fit.shape[1], fit.shape[2], rng)
    biases: list[Floats] = []
    ours = _convolved(fit, ruler, kernels, biases, rng)
    theirs = _convolved(new, ruler, kernels, biases, rng)
    ours, theirs = _standard(ours, theirs)
    named: Ints = RidgeClassifierCV(alphas=np.logspace(0, 4, 5)).fit(ours, y).predict(theirs)
    return named


def _standard(fit: Samples, new: Samples) -> tuple[Floats, Floats]:
    mean, sd = fit.mean(axis=0), fit.std(axis=0)
    scale = np.where(sd > 1e-6, sd, 1.0)
    return tuple(np.clip((x - mean) / scale, -8, 8).astype(np.float64) for x in (fit, new))


def _kernels(t: int, c: int, rng: np.random.Generator) -> list[tuple[int, NDArray[np.float32], Ints]]:
    """Per dilation: kernels (length, k) that sum to zero, and the channels that each of them adds up."""
    length = min(KERNEL, max(2, t // 2), t)
    most = int(np.log2((t - 1) / (length - 1))) if length > 1 else 0
    out = []
    for power in range(most + 1):
        count = max(8, N_KERNELS // (most + 1))
        weights = rng.normal(size=(length, count)).astype(np.float32)
        centred = weights - weights.mean(axis=0) if length > 1 else weights  # a single sample has nothing but its level
        out.append((2**power, centred, rng.integers(0, c, size=(count, 2))))
    return out


def _convolved(
    X: Samples,
    ruler: tuple[Floats, Floats],
    kernels: list[tuple[int, NDArray[np.float32], Ints]],
    biases: list[Floats],
    rng: np.random.Generator,
) -> Floats:
    """Share of positive values and largest value of every convolution, shape (n, features)."""
    center, scale = ruler
    standard = np.clip((X - center) / scale, -20, 20).astype(np.float32)
    learn = not biases
    columns = []
    for place, (dilation, weights, channels) in enumerate(kernels):
        length = len(weights)
        steps = X.shape[1] - dilation * (length - 1)
        at = np.arange(length) * dilation
        mixed = standard[:, :, channels[:, 0]] + standard[:, :, channels[:, 1]]
        response = np.zeros((len(X), steps, weights.shape[1]), dtype=np.float32)
        for j in range(length):
            response += mixed[:, at[j] : at[j] + steps] * weights[j]
        if learn:
            some = response[rng.integers(0, len(X), min(64, len(X)))].reshape(-1, weights.shape[1])
            biases.append(np.quantile(some, [0.25, 0.5, 0.75], axis=0))
        columns += [(response > bias.astype(np.float32)).mean(axis=1) for bias in biases[place]]
        columns.append(response.max(axis=1))
    return np.concatenate(columns, axis=1).astype(np.float64)
