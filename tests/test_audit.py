"""One run as a whole: what is accounted for, what an interruption leaves, and rows of the input."""

from dataclasses import replace

import numpy as np
import pytest

from splitaudit.audit import Settings, audit
from splitaudit.data.split import make_split
from splitaudit.errors import NotApplicable
from splitaudit.evidence import Evidence, Where
from splitaudit.rule import silent
from splitaudit.rules import catalog
from splitaudit.rules.data.shape_mismatch import shape_mismatch
from tests.support import iid_split

CODES = ("SA101", "SA102", "SA201", "SA301", "SA401")


def tells(**fields):
    return lambda train, val, ctx: Evidence(**{"effect": 0.0, "summary": "It is so", **fields})


def raises(error):
    def measure(train, val, ctx):
        raise error

    return measure


@pytest.fixture
def rules(monkeypatch):
    def put(*measures):
        plain = replace(shape_mismatch, needs=(), params={}, warn=0.1, error=0.5)
        pairs = zip(CODES, measures, strict=False)
        made = tuple(replace(plain, code=code, name=code.lower(), measure=measure) for code, measure in pairs)
        monkeypatch.setattr(catalog, "all_rules", lambda: made)

    return put


def audited(*sides, progress=silent, partial=False, **settings):
    train, val = sides or iid_split(0, n_train=30, n_val=20, t=16)
    return audit(train, val, Settings(**settings), partial=partial, progress=progress)


def test_every_rule_is_accounted_for_once(rules):
    rules(tells(effect=0.7), raises(NotApplicable("too few")), raises(ValueError("odd\n input")), tells(), tells())
    report = audited(select=("SA1", "SA2", "SA4"), ignore=("SA401",), reasons={"SA4": "slow"})
    assert [(f.rule, f.severity, f.message) for f in report.findings] == [
        ("SA101", "error", "It is so"),
        ("SA102", "skipped", "too few"),
        ("SA201", "crashed", "ValueError: odd input"),
        ("SA301", "skipped", "not selected"),
        ("SA401", "skipped", "ignored (slow)"),
    ]
    assert list(report.timings) == ["prepare", "SA101", "SA102", "SA201", "total"]


@pytest.mark.parametrize("last", range(4))
def test_an_interrupted_run_keeps_what_it_measured_and_says_what_is_missing(rules, last):
    rules(*[tells(effect=0.7)] * last, raises(KeyboardInterrupt()), *[tells()] * (4 - last))
    report = audited(partial=True, ignore=("SA401",))
    assert [f.severity for f in report.findings] == ["error"] * last + ["skipped"] * (5 - last)
    assert [f.message for f in report.findings[last:]] == ["interrupted"] * (4 - last) + ["ignored"]
    assert set(report.timings) == {"prepare", "total", *CODES[:last]}
    assert report.verdict.exit_code == 130
    with pytest.raises(KeyboardInterrupt):
        audited()


def test_an_interruption_between_rules_is_one_too(rules):
    def impatient(iterable, description):
        for k, item in enumerate(iterable):
            if description == "rules" and k == 2:
                raise KeyboardInterrupt
            yield item

    rules(tells(), tells(), tells())
    assert [f.message for f in audited(progress=impatient, partial=True).findings] == ["It is so"] * 2 + ["interrupted"]


def test_p_values_of_what_was_measured_are_adjusted_for_each_other(rules):
    p = [0.01, 0.04, None, 0.02]
    rules(*[tells(effect=0.7, pvalue=value) for value in p], raises(NotApplicable("none")))
    found = audited().findings
    assert [f.p_value for f in found] == [pytest.approx(0.03), pytest.approx(0.04), None, pytest.approx(0.04), None]
    assert [f.evidence.get("p_value_unadjusted") for f in found] == [*p, None]
    rules(*[tells(effect=0.7, pvalue=0.02)] * 3)
    assert [f.severity for f in audited().findings] == ["ok"] * 3
    assert [f.severity for f in audited(select=("SA101",)).findings] == ["error", "skipped", "skipped"]


def spoiled():
    """Windows 1 and 3 of train and 0 of val hold NaN, channel 0 of both holds hardly anything else."""
    X = np.random.default_rng(0).normal(size=(30, 16, 3))
    X[:, :9, 0] = X[[1, 3, 20], 5, 1] = np.nan
    return [make_split(part, groups=range(len(part)), channel_names=["a", "b", "c"]) for part in (X[:20], X[20:])]


def test_rows_channels_and_groups_are_those_of_the_input(rules):
    rows = {"train_windows": np.array([0, 1, 2]), "val_windows": np.array([0, 8])}
    rules(tells(where=Where(channels=(0,), groups=(4,), timesteps=(2, 5), **rows)))
    place = audited(*spoiled()).findings[0].where
    assert (place.train_windows, place.val_windows) == ((0, 2, 4), (1, 9))
    assert (place.n_train_windows, place.n_val_windows) == (3, 2)
    assert (place.channels, place.groups, place.timesteps) == (("b",), ("4",), (2, 5))
    rules(tells(where=Where(channels=(0,), in_input=True, **rows)))
    place = audited(*spoiled()).findings[0].where
    assert (place.train_windows, place.val_windows, place.channels) == ((0, 1, 2), (0, 8), ("a",))


def test_what_was_set_aside_is_told_beside_what_was_read(rules):
    rules(tells())
    train, val = spoiled()
    report = audited(train, val)
    assert (report.train.n_windows, report.train.n_channels, report.val.n_groups) == (20, 3, 10)
    assert report.train.set_aside == "2 of 20 windows with NaN or infinity; channels a, mostly NaN or infinity"
    assert (report.units.train, report.units.val) == (18, 9)
    assert audited().train.set_aside == ""
