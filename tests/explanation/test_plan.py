import numpy as np
import pytest

from splitaudit.explanation.diagnosis import Diagnosis, Table
from splitaudit.explanation.experiment import ExperimentSpec
from splitaudit.explanation.plan import Speed, best_next
from tests.explanation.support import healthy

SPEED = Speed(fit=1.0, pass_=2.0)


def spec(name: str, fits: float = 1.0, passes: float = 0.0) -> ExperimentSpec:
    def never(_):
        raise AssertionError("a plan runs nothing")

    return ExperimentSpec(name=name, page="?", fits=fits, passes=passes, measure=never)


def table(**spreads: tuple[float, float, float]) -> Table:
    """Outcomes of two bins; a spread says by how much each of three causes gains from bin to bin."""
    outcomes = {
        key.replace("__", "."): {"at": [0, 1], "log_ratios": [[0.0, 0.0, 0.0], list(gain)]}
        for key, gain in spreads.items()
    }
    return Table.from_dict({"causes": ["wet", "dry", "old"], "prior": [0, 0, 0], "needs": {}, "outcomes": outcomes})


def believing(*probabilities: float) -> Diagnosis:
    return Diagnosis(("wet", "dry", "old"), np.array(probabilities), {})


EVEN = believing(1 / 3, 1 / 3, 1 / 3)


def test_costs_are_fits_and_passes():
    assert SPEED.cost(spec("a", fits=3, passes=2)) == 7
    assert SPEED.cost(spec("a", fits=0)) == 0


def test_speed_is_measured_on_the_split():
    found = Speed.of(healthy())
    assert found.fit > 0
    assert found.pass_ > 0
    assert np.isfinite([found.fit, found.pass_]).all()


def test_the_more_decisive_of_two_that_cost_the_same_comes_first():
    ratios = table(a__x=(1.0, 0.0, 0.0), b__x=(3.0, 0.0, 0.0))
    assert best_next([spec("a"), spec("b")], SPEED, EVEN, ratios, 10).name == "b"


def test_the_cheaper_of_two_that_decide_the_same_comes_first():
    ratios = table(a__x=(1.0, 0.0, 0.0), b__x=(1.0, 0.0, 0.0))
    assert best_next([spec("a", fits=4), spec("b", fits=2)], SPEED, EVEN, ratios, 10).name == "b"
    assert best_next([spec("a", fits=4), spec("b", fits=0)], SPEED, EVEN, ratios, 10).name == "b"


def test_what_separates_causes_that_are_excluded_can_wait():
    ratios = table(a__x=(0.0, 0.0, 9.0), b__x=(1.0, 0.0, 0.0))
    assert best_next([spec("a"), spec("b")], SPEED, believing(0.5, 0.5, 0.0), ratios, 10).name == "b"
    assert best_next([spec("a"), spec("b")], SPEED, believing(0.1, 0.1, 0.8), ratios, 10).name == "a"


def test_outcomes_belong_to_the_experiment_of_exactly_their_name():
    ratios = Table.from_dict(
        {
            "causes": ["wet", "dry", "old"],
            "prior": [0, 0, 0],
            "needs": {},
            "outcomes": {
                "drop-channel.x": {"at": [0, 1], "log_ratios": [[0, 0, 0], [5, 0, 0]]},
                "panel.accuracy of a.b": {"at": [0, 1], "log_ratios": [[0, 0, 0], [9, 0, 0]]},
            },
        }
    )
    chosen = best_next([spec("drop"), spec("drop-channel"), spec("channel")], SPEED, EVEN, ratios, 10)
    assert chosen.name == "drop-channel"


def test_only_what_fits_is_chosen():
    ratios = table(a__x=(9.0, 0.0, 0.0), b__x=(1.0, 0.0, 0.0))
    assert best_next([spec("a", fits=8), spec("b", fits=2)], SPEED, EVEN, ratios, 5).name == "b"
    assert best_next([spec("a", fits=8), spec("b", passes=2)], SPEED, EVEN, ratios, 4.5) is None
    assert best_next([], SPEED, EVEN, ratios, 100) is None


@pytest.mark.parametrize("left", [-1.0, 0.0])
def test_with_no_time_left_only_what_costs_nothing_is_chosen(left):
    chosen = best_next([spec("a"), spec("b", fits=0)], SPEED, EVEN, table(), left)
    assert (chosen.name if chosen else None) == ("b" if left == 0 else None)


def test_of_experiments_that_the_table_does_not_know_the_cheapest_comes_first():
    assert best_next([spec("a", fits=3), spec("b"), spec("c")], SPEED, EVEN, table(), 10).name == "b"
