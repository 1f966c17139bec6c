import pytest

from splitaudit.errors import ConfigError
from splitaudit.zoo import cases, demo


@pytest.mark.parametrize("name", demo.CASES)
def test_every_demonstration_can_be_told_and_made(name):
    told = demo.story(name)
    assert told
    assert "\n" not in told
    planted = demo.make(name, 1)
    assert len(planted.val) > 20
    assert bool(planted.truth.rules) == (name not in ("healthy", "strangers", "one_recording"))


def test_the_famous_case_comes_first():
    assert next(iter(demo.CASES)) == "ceiling76"
    assert "healthy" in demo.CASES


def test_the_seed_is_used():
    first, again, other = (demo.make("ceiling76", seed) for seed in (0, 0, 1))
    assert first.val.X.tobytes() == again.val.X.tobytes() != other.val.X.tobytes()


@pytest.mark.parametrize("name", ["ar/noisy_val/mild", "healthy/silence"])
def test_any_case_of_the_zoo_can_be_shown(name):
    assert demo.story(name)
    assert demo.make(name, 3).val.X.tobytes() == cases.make_case(name, 3).val.X.tobytes()


def test_an_unknown_demo_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no demo 'ceiling67'.*did you mean 'ceiling76'"):
        demo.make("ceiling67")
    with pytest.raises(ConfigError, match="no demo"):
        demo.story("no-such-case")
