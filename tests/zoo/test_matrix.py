"""Every planted flaw is reported at error by the rules that must see it, with its place; healthy controls are not.

Here in reduced form: each flaw on one base process, in turn. ``python -m benchmarks.bench_zoo`` does all of it.
Every other flaw is shown to its own rules only, whose p-values are held to what they would have to be among all rules.
"""

import pytest

from benchmarks.bench_zoo import check, placed
from splitaudit.audit import Settings, audit
from splitaudit.rules import catalog
from splitaudit.zoo import cases, signals
from tests.support import LARGE_FORM

BASES = list(signals.BASES)
FLAWS = list(cases.flaws())


@pytest.mark.slow
@pytest.mark.parametrize(("number", "flaw"), list(enumerate(FLAWS)), ids=FLAWS)
def test_a_moderate_flaw_is_an_error_in_the_right_place(number, flaw):
    planted = cases.make_case(f"{BASES[number % len(BASES)]}/{flaw}/moderate", seed=0)
    assert planted.truth.rules
    alone = bool(number % 2) and not LARGE_FORM
    settings = Settings(n_jobs=1, select=tuple(planted.truth.rules) if alone else ())
    report = audit(planted.train, planted.val, settings, training=planted.training)
    for code in planted.truth.rules:
        finding = report.finding(code)
        assert finding.severity == "error", f"{code}: {finding.message}"
        if alone and finding.p_value is not None:
            assert finding.evidence["p_value_unadjusted"] * len(catalog.all_rules()) <= settings.alpha, code
        assert placed(finding, planted), f"{code}: {finding.where}"
    assert not report.by_severity("crashed")


@pytest.mark.slow
@pytest.mark.parametrize("control", list(cases.HEALTHY))
def test_a_healthy_control_has_no_error(control):
    report = check(cases.make_case(f"healthy/{control}", seed=1), seed=1, jobs=1)
    assert not report.by_severity("crashed", "error"), report.verdict.summary


def test_every_rule_names_flaws_that_exist_and_every_flaw_is_named():
    named = {flaw for rule in catalog.all_rules() for flaw in rule.fires_on}
    assert named <= set(FLAWS)
    wanted = {code for flaw in FLAWS for code in cases.make_case(f"ar/{flaw}/moderate", 0).truth.rules}
    errors = {rule.code for rule in catalog.all_rules()} - {"SA702"}  # a plateau is no mistake: a warning at most
    assert errors <= wanted
