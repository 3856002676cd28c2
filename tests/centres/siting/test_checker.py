"""The checker finds what is wrong with an answer, whoever made it."""

from dataclasses import replace

import numpy as np
import pytest

from centres.siting.answer import Flow, SitingAnswer
from centres.siting.checker import audit
from centres.siting.problem import Objective, SitingProblem

PROBLEM = SitingProblem(
    Objective.P_MEDIAN,
    np.array([[0.0, 4.0, 9.0], [3.0, 0.0, 2.0]]),
    np.array([2.0, 5.0]),
    p=2,
    seats=np.array([4.0, 6.0, 6.0]),
    forbidden=frozenset({2}),
    regions=(0, 0, 1),
    most_per_region=2,
)
ANSWER = SitingAnswer(
    objective=Objective.P_MEDIAN,
    sites=(0, 1),
    cost=0.0,
    bound=0.0,
    assignment=np.array([0, 1]),
    distances=np.zeros(2),
    flow=Flow(np.array([0, 1]), np.array([0, 1]), np.array([2.0, 5.0])),
    gains=(8.0, 15.0),
    seed=1,
    method="by hand",
)


def flow(*parts: tuple[int, int, float]) -> Flow:
    """Return the flow of point, site, learners."""
    point, site, learners = zip(*parts, strict=True)
    return Flow(np.array(point), np.array(site), np.array(learners))


def test_an_honest_answer_passes_with_its_cost():
    assert audit(PROBLEM, ANSWER).cost == 0.0
    assert audit(PROBLEM, ANSWER).broken == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cost": 1.0}, "the cost is 0.0, not 1.0"),
        ({"bound": 3.0}, "the bound 3.0 is beyond the cost 0.0"),
        ({"sites": (0, 1, 2)}, "3 sites are open, at most 2 may be"),
        ({"sites": (1, 2)}, "site 2 is forbidden and open"),
        ({"sites": (1,)}, "point 0 is sent to 0, which is not open"),
        ({"flow": flow((0, 0, 2.0), (1, 0, 5.0))}, "site 0 has 7.0 learners for 4.0 seats"),
        ({"flow": flow((0, 0, 2.0), (1, 1, 4.0))}, "point 1: 4.0 of 5.0 learners are served"),
    ],
)
def test_each_fault_is_named(changes, words):
    assert words in audit(PROBLEM, replace(ANSWER, **changes)).broken


def test_two_sites_in_a_region_of_one_are_found():
    strict = replace(PROBLEM, most_per_region=1)

    assert audit(strict, ANSWER).broken == ("region 0 has 2 sites",)
