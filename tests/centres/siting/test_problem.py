"""What a siting problem refuses, and how it says so."""

import numpy as np
import pytest

from centres.siting.problem import Objective, SitingProblem
from centres.siting.refusals import NotEnoughSeats, PointsOutOfReach, UnusableSiting

KM = np.array([[1.0, 5.0, np.inf], [4.0, 2.0, np.inf], [7.0, 1.0, np.inf]])
LEARNERS = np.array([10.0, 20.0, 30.0])


def problem(**changes: object) -> SitingProblem:
    """Return an honest p-median, changed."""
    wanted = {"objective": Objective.P_MEDIAN, "distances": KM, "learners": LEARNERS, "p": 2}
    return SitingProblem(**{**wanted, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"p": 4}, "p is 4; it must be between 1 and the 3 candidates."),
        ({"p": None}, "Say how many may be open, or give a budget."),
        ({"learners": np.zeros(3)}, "No point has a learner: there is nothing to plan for."),
        ({"learners": -LEARNERS}, "learners: a figure is below 0 or missing."),
        ({"distances": KM * np.nan}, "A distance is below 0 or missing."),
        (
            {"forced": frozenset({0}), "forbidden": frozenset({0})},
            "Candidates 0 are both forced open and forbidden.",
        ),
        (
            {"p": 1, "existing": frozenset({0, 1})},
            "2 candidates are to be open for sure, and only 1 may be.",
        ),
        ({"forced": frozenset({7})}, "forced: there is no candidate 7."),
        ({"budget": 3.0}, "A budget needs what each site costs."),
    ],
)
def test_contradictions_are_refused_in_words(changes, words):
    with pytest.raises(UnusableSiting) as refused:
        problem(**changes)

    assert str(refused.value) == words


def test_missing_seats_are_counted():
    with pytest.raises(NotEnoughSeats) as refused:
        problem(seats=np.array([20.0, 25.0, 5.0]))

    assert str(refused.value) == (
        "The 2 largest sites have 45 seats for 60 learners: 15 seats are missing."
    )


def test_places_that_nobody_can_leave_are_named():
    with pytest.raises(PointsOutOfReach) as refused:
        problem(forbidden=frozenset({0, 1}))

    assert str(refused.value) == (
        "3 places (0, 1, 2) cannot be reached from any permitted site: leave them out, or add a"
        " candidate near them."
    )
