"""Which side is called train.

Most rules take train's ruler or ask what train teaches; their numbers are not those of the exchanged split. What some
find is on both sides or between them, and must be found whichever side is called train.
"""

from dataclasses import replace

from splitaudit.audit import Settings, audit
from tests.metamorphic.cases import every_case, sides, untouched

# facts that hold of the pair
SYMMETRIC = ("SA202", "SA203", "SA301", "SA303", "SA308", "SA601", "SA602", "SA603", "SA605")
# tests of a difference between the sides: the same p-values up to the ruler
TWO_SIDED = ("SA102", "SA103", "SA501")


def fires(report, rule):
    return report.finding(rule).severity in ("warning", "error")


@every_case
def test_exchanging_the_sides_finds_the_same_facts(case):
    train, val = sides(case)
    before = untouched(case)
    after = audit(replace(val, name="train"), replace(train, name="val"), Settings())
    assert (before.units.kind, before.units.train, before.units.val) == (
        after.units.kind,
        after.units.val,
        after.units.train,
    )
    found = {rule: fires(before, rule) for rule in SYMMETRIC + TWO_SIDED}
    assert {rule: fires(after, rule) for rule in found} == found
