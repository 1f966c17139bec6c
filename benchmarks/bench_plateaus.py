"""Six causes, one plateau: ``python -m benchmarks.bench_plateaus [--smoke] [--seeds 1] [--plateaus A B]``.

Per plateau and learner: the accuracy on train and on val with its 95 % interval (Wilson, over windows), and per plateau
how far the learners' errors fall on the same windows (mean Cohen's kappa). Networks run where torch is installed; their
train accuracy is the highest of the curve.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import binomtest

from splitaudit.audit import Settings, prepare
from splitaudit.data.profile import Profile
from splitaudit.models.fit import Recipe, fit
from splitaudit.models.panel import convolution_ridge
from splitaudit.models.probe import fit_predict
from splitaudit.rule import Context
from splitaudit.stats.agreement import mean_kappa
from splitaudit.zoo.plateaus import PLATEAUS, make_plateau

NETWORKS = ("bilstm", "lstm", "gru", "attention", "cnn_lstm")


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One learner: its train accuracy and which val windows it gets right."""

    learner: str
    train: float
    right: NDArray[np.bool_]


def cheap(train: Profile, val: Profile, n_classes: int, seed: int) -> Iterator[Result]:
    """Fit extremely randomised trees on window statistics and ridge regression on random convolutions."""
    both = np.concatenate([train.features, val.features])
    rng = np.random.default_rng(seed)
    named = fit_predict(train.features, train.y, both, n_classes=n_classes, rng=rng).argmax(axis=1)
    yield _result("extremely randomised trees", named, train, val)
    both = np.concatenate([train.signals, val.signals])
    named = convolution_ridge(train.signals, train.y, both, train.ruler, n_classes=n_classes, rng=rng)
    yield _result("ridge on random convolutions", named, train, val)


def networks(
    train: Profile, val: Profile, context: Context, n_classes: int, seed: int, names: tuple[str, ...], epochs: int
) -> Iterator[Result]:
    """Fit networks of different kinds."""
    units = context.scheme.units[: len(train)]
    for name in names:
        fitted = fit(
            Recipe(network=name, epochs=epochs),
            train.split.X,
            train.y,
            val.split.X,
            val.y,
            n_classes=n_classes,
            units=units,
            seed=seed,
        )
        right = fitted.probabilities.argmax(axis=1) == val.y
        yield Result(name, max(fitted.curve.train_accuracy, default=float("nan")), right)


def _result(learner: str, named: NDArray[np.int64], train: Profile, val: Profile) -> Result:
    right = named == np.concatenate([train.y, val.y])
    return Result(learner, float(right[: len(train)].mean()), right[len(train) :])


def measure(name: str, seed: int, nets: tuple[str, ...], epochs: int) -> list[Result]:
    """Fit every learner on one plateau."""
    planted = make_plateau(name, seed)
    train, val, context = prepare(planted.train, planted.val, Settings(random_state=seed))
    n_classes = len(planted.train.classes)
    return [
        *cheap(train, val, n_classes, seed),
        *networks(train, val, context, n_classes, seed, nets, epochs),
    ]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="two plateaus, one network of three epochs")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--plateaus", nargs="*", default=list(PLATEAUS))
    arguments = parser.parse_args()
    nets: tuple[str, ...] = NETWORKS if find_spec("torch") else ()
    if arguments.smoke:
        arguments.plateaus, nets, arguments.epochs = arguments.plateaus[2:4], nets[:1], 3
    table = Table(title="accuracy of differently built learners")
    for column in ("plateau", "seed", "learner", "train", "val", "95 % interval", "kappa of errors"):
        table.add_column(column)
    for name in arguments.plateaus:
        for seed in range(arguments.seeds):
            results = measure(name, seed, nets, arguments.epochs)
            agreement = f"{mean_kappa(np.array([result.right for result in results])):.2f}"
            for first, result in enumerate(results):
                ends = binomtest(int(result.right.sum()), len(result.right)).proportion_ci(method="wilson")
                table.add_row(
                    "" if first else name,
                    "" if first else str(seed),
                    result.learner,
                    f"{result.train:.1%}",
                    f"{result.right.mean():.1%}",
                    f"{ends.low:.1%} to {ends.high:.1%}",
                    "" if first else agreement,
                )
            table.add_section()
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
