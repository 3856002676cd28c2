"""Which group somebody joins."""

from sessions.learning.choosing import Candidate, LeftOut, best_group


def group(number, **more):
    values = {
        "members": 5,
        "places": 20,
        "at_home_centre": False,
        "km": 10.0,
        "clashes": 0,
        **more,
    }
    return Candidate(number, **values)


def test_the_home_centre_comes_before_a_nearer_one():
    assert best_group([group(1, km=2.0), group(2, at_home_centre=True)]) == 2


def test_the_nearer_centre_comes_before_the_smaller_group():
    assert best_group([group(1, km=2.0, members=15), group(2, km=3.0, members=1)]) == 1


def test_of_groups_at_one_place_the_smallest_grows():
    assert best_group([group(1, members=9), group(2, members=8)]) == 2


def test_a_group_that_meets_when_the_learner_is_expected_elsewhere_comes_last():
    assert best_group([group(1, at_home_centre=True, clashes=2), group(2, km=30.0)]) == 2


def test_each_reason_for_having_no_group_is_told_apart():
    assert best_group([]) is LeftOut.NO_GROUP_YET
    assert best_group([group(1, km=300.0)]) is LeftOut.NO_CENTRE_NEAR
    assert best_group([group(1, members=20)]) is LeftOut.CENTRES_FULL


def test_somebody_whose_home_is_unknown_may_join_any_group():
    assert best_group([group(1, km=None)]) == 1
