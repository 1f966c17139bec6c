"""What channels, classes and groups are called, and as which type.

Names that sort as before give the same codes and so the same numbers to the last digit; others are another draw for the
rules that draw.
"""

import numpy as np

from splitaudit.audit import Settings, audit
from tests.metamorphic.cases import every_case, made, sides, untouched
from tests.metamorphic.relations import DRAWN, ROUNDING, Words, differences


def coded(codes, names):
    return None if codes is None else np.array(names)[codes]


def spelled(case):
    """The rule that found labels spelled or numbered otherwise, which other names are not."""
    return {"SA503"} if untouched(case).finding("SA503").severity == "error" else set()


@every_case
def test_names_that_sort_alike_change_no_number(case):
    train, val = sides(case)
    channels = {f"sensor {9 - c}/x": train.channel_name(c) for c in range(train.n_channels)}
    # classes first: a class of one side alone must stay where it was in the order
    classes = {name: f"k{place:03d}" for place, name in enumerate(sorted({*train.classes, *val.classes}))}
    groups = {name: f"p{place:03d}" for place, name in enumerate(sorted({*train.group_names, *val.group_names}))}
    renamed = [
        made(
            side,
            y=coded(side.y, [classes[name] for name in side.classes]),
            groups=coded(side.groups, [groups[name] for name in side.group_names]),
            channel_names=list(channels),
        )
        for side in (train, val)
    ]
    words = Words(channels=channels, groups={new: old for old, new in groups.items()})
    assert not differences(_as_strings(case), audit(*renamed, Settings()), words=words, free=spelled(case))


def _as_strings(case):
    """The audit of a case whose labels and groups are strings already, as renamed ones are."""
    if all(side.label_kind in ("string", "none") for side in sides(case)):
        return untouched(case)
    return audit(*(made(side) for side in sides(case)), Settings())


@every_case
def test_names_that_sort_otherwise_change_no_verdict(case):
    train, val = sides(case)
    renamed = [
        made(
            side,
            y=coded(side.y, [f"k{name[::-1]}" for name in side.classes]),
            groups=coded(side.groups, [f"p{name[::-1]}" for name in side.group_names]),
        )
        for side in (train, val)
    ]
    words = Words(groups={f"p{name[::-1]}": name for side in (train, val) for name in side.group_names})
    found = audit(*renamed, Settings())
    assert not differences(
        untouched(case), found, words=words, within=ROUNDING, severity_only=DRAWN, free=spelled(case)
    )


@every_case
def test_the_type_of_groups_and_labels_does_not_matter(case):
    train, val = sides(case)
    classes = {name: k for k, name in enumerate(sorted({*train.classes, *val.classes}))}
    groups = {name: k for k, name in enumerate(sorted({*train.group_names, *val.group_names}, key=_place))}
    words = Words(groups={str(100 + k): name for name, k in groups.items()})
    for kind in (np.uint8, str):
        typed = [
            made(
                side,
                y=_as(kind, coded(side.y, [classes[name] for name in side.classes])),
                groups=_as(kind, coded(side.groups, [100 + groups[name] for name in side.group_names])),
            )
            for side in (train, val)
        ]
        found = audit(*typed, Settings())
        # labels that are spelled otherwise on one side are other classes when they are numbered
        drawn = DRAWN if spelled(case) else ()
        assert not differences(
            untouched(case), found, words=words, within=1e-9, severity_only=drawn, free=spelled(case)
        )


def _place(name):
    """Numbers in their order."""
    return len(name), name


def _as(kind, values):
    return None if values is None else values.astype(kind)
