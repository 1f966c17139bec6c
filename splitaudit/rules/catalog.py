"""Every rule, in the order of the codes. To add one: its file, its line here, its test."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from splitaudit.errors import ConfigError
from splitaudit.rule import Rule

MODULES = (
    "shift.adversarial_validation",
    "shift.feature_ks",
    "shift.spectrum_shift",
    "shift.cross_channel_shift",
    "shift.unseen_group",
    "shift.temporal_drift",
    "normalization.scale_mismatch",
    "normalization.fitted_on_both_sides",
    "normalization.fitted_per_side",
    "normalization.not_normalised",
    "normalization.unit_change",
    "normalization.clipped",
    "normalization.channel_permuted_or_flipped",
    "normalization.quantisation_mismatch",
    "normalization.windowwise_normalisation_mismatch",
    "normalization.low_variation",
    "leakage.duplicate_windows",
    "leakage.near_duplicate_windows",
    "leakage.overlapping_windows",
    "leakage.shared_group",
    "leakage.time_order_leak",
    "leakage.target_leak",
    "leakage.shortcut_in_train",
    "leakage.conflicting_duplicates",
    "leakage.order_predicts_label",
    "order.labels_not_shuffled",
    "order.order_trend",
    "order.contiguous_split",
    "order.dependent_windows",
    "labels.label_shift",
    "labels.unseen_class",
    "labels.label_encoding_mismatch",
    "labels.majority_share",
    "labels.label_noise",
    "labels.validation_too_small",
    "labels.concept_shift",
    "data.non_finite",
    "data.constant_channel",
    "data.shape_mismatch",
    "data.padding_mismatch",
    "data.dtype_mismatch",
    "training.overfitting_divergence",
    "training.fixed_plateau",
    "training.constant_prediction",
    "training.under_trained",
    "training.plateau_is_majority",
    "training.below_reference",
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order of the codes."""
    found = []
    for path in MODULES:
        module = importlib.import_module(f"splitaudit.rules.{path}")
        found.append(getattr(module, path.rsplit(".", 1)[1]))
    return tuple(found)


def find(code_or_name: str) -> Rule:
    """Return one rule by its code or name.

    Raises
    ------
    ConfigError
        If there is none; the nearest is suggested.
    """
    wanted = code_or_name.strip().lower()
    for rule in all_rules():
        if wanted in (rule.code.lower(), rule.name):
            return rule
    known = [text for rule in all_rules() for text in (rule.code, rule.name)]
    close = difflib.get_close_matches(code_or_name, known, n=1, cutoff=0.4)
    hint = f", did you mean {close[0]}?" if close else ""
    raise ConfigError(f"there is no rule {code_or_name!r}{hint}")


def select(
    chosen: Iterable[str] = (), ignored: Iterable[str] = (), options: Mapping[str, Mapping[str, Any]] | None = None
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Split the catalogue into rules to run and rules left out.

    Parameters
    ----------
    chosen, ignored : iterable of str
        Codes, prefixes of codes (``"SA3"``) or names; nothing chosen means all.
    options : mapping of str to mapping
        Options per rule code or name.

    Raises
    ------
    ConfigError
        If a code, a name or an option is not known.
    """
    wanted = matching(chosen) or {rule.code for rule in all_rules()}
    unwanted = matching(ignored)
    tuning = {find(key).code: dict(values) for key, values in (options or {}).items()}
    run: list[Rule] = []
    left: list[Rule] = []
    for rule in all_rules():
        keep = rule.code in wanted and rule.code not in unwanted
        (run if keep else left).append(rule.tuned(**tuning.get(rule.code, {})))
    return tuple(run), tuple(left)


def matching(patterns: Iterable[str]) -> set[str]:
    """Return the codes of the rules that codes, prefixes of codes or names stand for.

    Raises
    ------
    ConfigError
        If one stands for no rule.
    """
    codes: set[str] = set()
    for pattern in patterns:
        prefix = pattern.strip().upper()
        hits = {rule.code for rule in all_rules() if prefix.startswith("SA") and rule.code.startswith(prefix)}
        codes |= hits or {find(pattern).code}
    return codes
