"""The order of the windows in the file, metadata with them.

With groups given, the units are the groups, whatever the order. Where time is given too, it restores the order inside
a recording, and the rules that go by time must say the same; those that go by the place in the file (SA309, SA401,
SA402) ask about another file. Without groups the order is what the units are found by, so nothing is claimed.
"""

import numpy as np
import pytest

from splitaudit.audit import Settings, audit
from tests.metamorphic.cases import every_case, made, sides, untouched
from tests.metamorphic.relations import DRAWN, OF_ORDER, ROUNDING, Words, differences


def dealt(side, order):
    taken = side.take(order)
    return made(taken)


@every_case
def test_permuting_windows_with_their_metadata_changes_nothing(case):
    train, val = sides(case)
    if train.groups is None or val.groups is None or untouched(case).units.kind != "group":
        pytest.skip("the order of the windows is information here")
    rng = np.random.default_rng(1)
    orders = [rng.permutation(len(side)) for side in (train, val)]
    free = {"SA309", "SA401", "SA402"} if train.time is not None and val.time is not None else OF_ORDER
    found = audit(dealt(train, orders[0]), dealt(val, orders[1]), Settings())
    assert not differences(
        untouched(case),
        found,
        words=Words(train_rows=orders[0], val_rows=orders[1]),
        within=ROUNDING,
        severity_only=DRAWN | {"SA105"},  # which looks at some windows of a large group, by their place
        free=free,
    )
