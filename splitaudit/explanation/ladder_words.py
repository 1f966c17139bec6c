"""The ladder's answer in one sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from splitaudit.explained import Ladder
from splitaudit.models.recipe import Recipe
from splitaudit.wording import counted

HIGH = 0.97  # accuracy from which on there is no plateau to explain
ALIKE = 0.4  # kappa from which on errors are said to fall on the same windows: "moderate" agreement begins there
LEAST_GAIN = 0.02  # a gain below two points is none
LARGEST_OF_MANY = 3.0  # standard errors that the best of some thirty equal learners is ahead of their middle, at most
NUMBERS = ("no", "one", "two", "three", "four")


@dataclass(frozen=True, slots=True)
class Level:
    """Where one configuration that learns ends."""

    configuration: str
    accuracy: float
    recipe: Recipe


def answer(ladder: Ladder, levels: list[Level], *, n_val: int, chance: float) -> str:
    """Say whether what was changed moves the ceiling.

    Parameters
    ----------
    ladder : Ladder
        With its figures.
    levels : list of Level
        The configurations that count in them.
    n_val : int
        Val windows asked about.
    chance : float
        Accuracy of naming train's most frequent class on them.

    References
    ----------
    Landis, J. R., Koch, G. G. (1977). The measurement of observer agreement for categorical data. Biometrics 33.
    """
    if len(levels) < 2:
        few = "none" if not levels else "only one"
        return f"Of {counted(len(ladder.rows), 'configuration')} {few} learns train: there is nothing to compare."
    levels = sorted(levels, key=lambda level: level.accuracy)
    worst, best = levels[0], levels[-1]
    if worst.accuracy >= HIGH:
        return f"{_which(levels)} all end at {_percent(worst.accuracy)} or more: there is no plateau to explain."
    ends = f"{_which(levels)} end between {_percent(worst.accuracy)} and {_percent(best.accuracy)}"
    spread = f"(spread {_points(ladder.spread)}{_expected(ladder.by_sampling, n_val)})"
    return f"{ends} {spread}{_meaning(ladder, levels, chance)}."


def _meaning(ladder: Ladder, levels: list[Level], chance: float) -> str:
    middle, best = levels[len(levels) // 2], levels[-1]
    if best.accuracy - middle.accuracy > _noticeable(ladder):
        return (
            f": the learner matters here, {best.configuration} reaches {_percent(best.accuracy)} where half of them "
            f"stay at or below {_percent(middle.accuracy)}"
        )
    if best.accuracy <= chance + LEAST_GAIN:
        return f", no better than naming one class ({_percent(chance)}): none of them finds anything to learn from"
    kappa = f"kappa {ladder.agreement:.2f}"
    if ladder.agreement >= ALIKE:
        return f" and fail on the same windows ({kappa}): not a local minimum but a property of the split"
    return f" but fail on different windows ({kappa}): none gets beyond, and their errors have no cause in common"


def _noticeable(ladder: Ladder) -> float:
    """How far the best would be ahead of the middle if all were equally good: errors in common do not part them."""
    apart = math.sqrt(2 * max(1 - ladder.agreement, 0.05))
    by_chance = LARGEST_OF_MANY * ladder.by_sampling * apart
    return max(LEAST_GAIN, by_chance if math.isfinite(by_chance) else 0.0)


def _which(levels: list[Level]) -> str:
    units = sorted({level.recipe.hidden for level in levels})
    layers = max(level.recipe.layers for level in levels)
    parts = [f"from {units[0]} to {units[-1]} units"] if len(units) > 1 else []
    parts += [f"one to {NUMBERS[min(layers, 4)]} layers"] if layers > 1 else []
    within = f", {' and '.join(parts)}," if parts else ""
    return f"{counted(len(levels), 'configuration')}{within}"


def _expected(by_sampling: float, n_val: int) -> str:
    if not math.isfinite(by_sampling):
        return ""
    return f"; {100 * by_sampling:.1f} expected from drawing {counted(n_val, 'val window')} alone"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _points(share: float) -> str:
    return f"{100 * share:.1f} points"
