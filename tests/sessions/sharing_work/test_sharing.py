"""Shared work against every way there is to share it, on tiny cases."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from sessions.sharing_work.checker import audit_work
from sessions.sharing_work.prices import bound_at, priced
from sessions.sharing_work.problem import ImpossibleWork, Work
from sessions.sharing_work.shifts import by_regret, shifted
from sessions.sharing_work.solve import NoSharingFoundInTime, share

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 5))


@st.composite
def works(draw):
    """Return work in which each job fits some agent, if not all together."""
    shape = draw(SIZES)
    cost = draw(arrays.arrays(np.int64, shape, elements=st.integers(-9, 20)))
    load = draw(arrays.arrays(np.int64, shape, elements=st.integers(0, 9)))
    most = draw(arrays.arrays(np.int64, shape[0], elements=st.integers(9, 20)))
    return Work(*(each.astype(np.float64) for each in (cost, load, most)))


@settings(max_examples=40, deadline=None)
@given(works())
def test_the_cheapest_of_all_sharings_is_found_and_proven(work):
    best = cheapest(work)
    if best is None:
        with pytest.raises(ImpossibleWork):
            share(work, seed=1, keep_going=lambda: True)
        return

    answer = share(work, seed=1, keep_going=lambda: True)

    assert (answer.cost, answer.bound, answer.proven) == (best, best, True)
    assert audit_work(work, answer.agent.tolist()).broken == ()


@settings(max_examples=40, deadline=None)
@given(works(), st.integers(-20, 20))
def test_any_prices_give_a_bound_below_the_optimum(work, price):
    best = cheapest(work)
    if best is None:
        return

    assert bound_at(work, np.full(work.jobs, float(price)))[0] <= best + 1e-9
    assert priced(work, np.inf, 30, lambda: True).bound <= best + 1e-9


@settings(max_examples=20, deadline=None)
@given(works(), st.integers(0, 5))
def test_shifting_gives_a_sharing_without_overload_or_none(work, seed):
    start = by_regret(work, work.cost)

    once, again = (shifted(work, start, seed, 60, -np.inf, lambda: True) for _ in range(2))

    if once is None:
        assert again is None
        return
    assert again is not None
    assert once.tolist() == again.tolist()
    assert audit_work(work, once.tolist()).broken == ()


def test_the_audit_says_who_carries_too_much_and_what_is_missing():
    work = Work(np.array([[1.0, 2.0], [3.0, 4.0]]), np.full((2, 2), 5.0), np.array([9.0, 9.0]))

    assert audit_work(work, [0, 0]).broken == ("Agent 1 carries 10 of 9.",)
    assert audit_work(work, [0]).broken == ("1 jobs are given of 2.",)
    assert audit_work(work, [0, 2]).broken == ("Job 2 is given to agent 3, who does not exist.",)
    assert (audit_work(work, [1, 0]).cost, audit_work(work, [1, 0]).broken) == (5.0, ())


def test_a_run_that_may_not_begin_says_so_or_hands_back_what_it_has():
    work = Work(np.array([[1.0, 2.0], [3.0, 4.0]]), np.full((2, 2), 5.0), np.array([9.0, 9.0]))
    tight = Work(np.array([[1.0, 2.0]]), np.array([[5.0, 5.0]]), np.array([9.0]))

    assert share(work, seed=1, keep_going=lambda: False).cost == 5.0
    with pytest.raises(NoSharingFoundInTime):
        share(tight, seed=1, keep_going=lambda: False)


def test_a_job_too_heavy_for_all_is_named():
    with pytest.raises(ImpossibleWork, match="Job 2 is too heavy for every agent"):
        Work(np.ones((1, 2)), np.array([[1.0, 7.0]]), np.array([5.0]))


def cheapest(work):
    """Return the least cost of all sharings, None where every one overloads somebody."""
    audits = (audit_work(work, each) for each in product(range(work.agents), repeat=work.jobs))
    return min((each.cost for each in audits if not each.broken), default=None)
