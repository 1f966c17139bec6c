"""The physical unit of the samples, on both sides alike, and the width of the numbers.

Powers of two are exact in binary, so every number must be the same but for the rounding of a logarithm; other factors
and offsets round each sample anew.
Rules that ask how the samples stand to zero, to one, or to those of other channels are asked something else by that.
"""

import numpy as np
import pytest

from splitaudit.audit import Settings, audit
from tests.metamorphic.cases import every_case, sides, untouched
from tests.metamorphic.relations import DRAWN, ROUNDING, differences

# scales of the channels beside each other (SA204), a mean of 0 and sd of 1 (SA202, SA203), a step of the converter in
# whole numbers (SA208), a factor without an offset (SA205), zeros as padding (SA604)
OF_SCALE = {"SA202", "SA203", "SA204", "SA205", "SA208", "SA604"}
# levels of one channel are held against those of others
ACROSS = {"SA207"}
LOGARITHM = 1e-9


def changed(case, change):
    return audit(*(side.with_X(change(side.X)) for side in sides(case)), Settings())


@pytest.mark.slow  # the next one asks the same and more, but of SA204
@every_case
def test_a_power_of_two_for_all_channels_changes_no_number(case):
    found = changed(case, lambda X: (X * 8).astype(X.dtype) if X.dtype.kind == "f" else X)
    assert not differences(
        untouched(case), found, within=LOGARITHM, severity_only=ACROSS, free={"SA202", "SA203"} & _normalised(case)
    )


@every_case
def test_powers_of_two_by_channel_change_no_number(case):
    factors = 2.0 ** np.random.default_rng(2).integers(-6, 7, sides(case)[0].n_channels)
    found = changed(case, lambda X: (X * factors).astype(X.dtype) if X.dtype.kind == "f" else X)
    free = {"SA204"} | {"SA202", "SA203"} & _normalised(case)
    assert not differences(untouched(case), found, within=LOGARITHM, severity_only=ACROSS, free=free)


def _normalised(case):
    """Rules that found a scaler, which another unit hides."""
    return {f.rule for f in untouched(case).findings if f.severity in ("warning", "error")}


@every_case
def test_factors_and_offsets_change_numbers_within_rounding(case):
    rng = np.random.default_rng(3)
    train = sides(case)[0]
    sd = train.X.std(axis=(0, 1), dtype=np.float64)
    factors, offsets = np.exp(rng.normal(size=train.n_channels)), rng.normal(size=train.n_channels) * sd
    found = changed(case, lambda X: (X * factors + offsets).astype(np.float64))
    assert not differences(untouched(case), found, within=ROUNDING, severity_only=DRAWN, free=OF_SCALE)


@every_case
def test_float64_for_float32_changes_numbers_within_rounding(case):
    found = changed(case, lambda X: X.astype(np.float64))
    assert not differences(untouched(case), found, within=ROUNDING, severity_only=DRAWN)
