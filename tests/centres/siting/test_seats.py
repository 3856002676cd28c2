"""The parts of the proofs where seats bind, each against everything tried."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("highspy", reason="the solver HiGHS is not installed")

from centres.siting.choosing import Choice, cheapest, exchange
from centres.siting.cluster_menu import every_cluster
from centres.siting.clusters import generate
from centres.siting.knapsack import fill_whole
from centres.siting.seat_prices import SeatCase, seat_ascent
from tests.centres.siting.siting_worlds import yes

quick = settings(max_examples=80, deadline=None)
item = st.tuples(st.integers(-30, -1), st.integers(1, 12))


@quick
@given(items=st.lists(item, max_size=9), room=st.integers(0, 40))
def test_no_other_items_that_fit_gain_more(items, room):
    items.sort(key=lambda each: each[0] / each[1])
    gain = np.array([each[0] for each in items], dtype=float)
    load = np.array([each[1] for each in items], dtype=np.int64)
    every = (np.array(each, dtype=bool) for each in product((0, 1), repeat=len(items)))

    total, taken = fill_whole(gain, load, room)

    assert total == min(gain[each].sum() for each in every if load[each].sum() <= room)
    assert gain[taken].sum() == total
    assert load[taken].sum() <= room


@st.composite
def choices(draw: st.DrawFn) -> tuple[Choice, np.ndarray]:
    """Draw limits and values of up to six candidates; one may have to be open."""
    size = draw(st.integers(1, 6))
    must = np.zeros(size, dtype=bool)
    must[: draw(st.integers(0, 1))] = True
    most = draw(st.integers(1, size))
    choice = Choice(
        must=must,
        region=np.array(draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))),
        price=np.zeros(size),
        most=most,
        per_region=draw(st.integers(1, 3)),
        budget=np.inf,
        least=draw(st.integers(0, most)),
    )
    values = draw(st.lists(st.integers(-9, 9), min_size=size, max_size=size))
    return choice, np.array(values, dtype=float)


@quick
@given(drawn=choices())
def test_the_cheapest_set_and_the_price_of_flipping_one_are_never_too_high(drawn):
    choice, value = drawn
    size = len(value)
    sets = [
        np.array(each, dtype=np.int64)
        for count in range(size + 1)
        for each in combinations(range(size), count)
    ]
    allowed = [each for each in sets if choice.allows(each)]
    if not allowed:
        return

    chosen = cheapest(value, choice)
    total = value[chosen].sum()
    rise = exchange(value, chosen, choice)

    assert total == min(value[each].sum() for each in allowed)
    for candidate in range(size):
        flipped = [each for each in allowed if (candidate in each) != chosen[candidate]]
        if flipped:
            assert total + rise[candidate] <= min(value[each].sum() for each in flipped)


def packings(case: SeatCase) -> list[tuple[float, np.ndarray]]:
    """Return the cost and the site of each point of every packing that keeps the rules."""
    sites, points = case.cost.shape
    found = []
    for each in product(range(sites), repeat=points):
        at = np.array(each)
        opened = np.unique(at)
        if len(opened) > case.choice.most or (at[case.home[opened]] != opened).any():
            continue
        if (np.bincount(at, weights=case.load, minlength=sites) > case.seats).any():
            continue
        found.append((float(case.cost[at, np.arange(points)].sum()), at))
    return found


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.integers(0, 40), min_size=2, max_size=5),
    loads=st.lists(st.integers(1, 9), min_size=5, max_size=5),
    seats=st.integers(8, 25),
    most=st.integers(1, 3),
)
def test_cluster_bound_is_valid_and_the_menu_holds_every_better_answer(places, loads, seats, most):
    size = len(places)
    case = SeatCase(
        cost=np.abs(np.subtract.outer(places, places)).astype(float),
        load=np.array(loads[:size], dtype=float),
        seats=np.full(size, float(seats)),
        opening=np.zeros(size),
        home=np.arange(size),
        choice=Choice(
            np.zeros(size, dtype=bool), np.zeros(size, dtype=np.int64), np.zeros(size),
            min(most, size), size, np.inf,
        ),
        whole=True,
    )  # fmt: skip
    everything = packings(case)
    if not everything:
        return
    best = min(cost for cost, _ in everything)
    cutoff = best + 10.0

    found = generate(case, seat_ascent(case, np.inf, 60, yes), 200, yes).found
    menu = every_cluster(case, found, cutoff, 100_000)

    assert found.bound <= best + 1e-6
    assert menu is not None
    listed = {(each.site, tuple(each.points.tolist())) for each in menu}
    for cost, at in everything:
        if cost < cutoff - 1e-6:
            used = {(site, tuple(np.flatnonzero(at == site).tolist())) for site in set(at.tolist())}
            assert used <= listed
