"""The order of the channels, on both sides alike.

Statistics are of channels and of pairs, so their order only changes in which order they are drawn from.
"""

import numpy as np

from splitaudit.audit import Settings, audit
from tests.metamorphic.cases import every_case, sides, untouched
from tests.metamorphic.relations import DRAWN, ROUNDING, Words, differences


@every_case
def test_reordering_channels_on_both_sides_changes_nothing(case):
    train, val = sides(case)
    order = np.random.default_rng(4).permutation(train.n_channels).tolist()
    words = Words() if train.channels else Words(channels=dict(enumerate(order)))
    found = audit(train.take_channels(order), val.take_channels(order), Settings())
    assert not differences(untouched(case), found, words=words, within=ROUNDING, severity_only=DRAWN)
