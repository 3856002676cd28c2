"""Places moved between sites by chance: no worse, no rule broken, the same in every machine."""

from dataclasses import replace

import numpy as np
import pytest

from centres.siting.annealing import STAGES, anneal, anneal_in_rounds
from centres.siting.choosing import Choice
from centres.siting.packing import pack
from centres.siting.seat_prices import SeatCase

MOVES = 60 * STAGES


def towns(seed: int, points: int = 24, sites: int = 5) -> SeatCase:
    """Towns on a plane, each a candidate site with seats for a little more than its share."""
    draws = np.random.default_rng(seed)
    at = draws.integers(0, 100, size=(points, 2)).astype(float)
    load = draws.integers(1, 9, size=points).astype(float)
    far = np.rint(np.linalg.norm(at[:, None] - at[None], axis=2))
    return SeatCase(
        cost=far,
        load=load,
        seats=np.full(points, np.ceil(load.sum() / sites * 1.2)),
        opening=np.zeros(points),
        home=np.arange(points),
        choice=Choice(
            must=np.zeros(points, dtype=bool),
            region=np.zeros(points, dtype=np.int64),
            price=np.zeros(points),
            most=sites,
            per_region=points,
            budget=np.inf,
            least=sites,
        ),
        whole=True,
    )


def packed(case: SeatCase) -> tuple[np.ndarray, np.ndarray]:
    found = pack(case, np.arange(case.choice.most))
    assert found is not None
    return found


def cost(case: SeatCase, sites: np.ndarray, assigned: np.ndarray) -> float:
    return float(case.cost[assigned, np.arange(len(assigned))].sum() + case.opening[sites].sum())


def faults(case: SeatCase, sites: np.ndarray, assigned: np.ndarray) -> list[str]:
    """Return which rules a packing breaks."""
    taken = np.bincount(assigned, weights=case.load, minlength=len(case.seats))
    homes = [int(each) for each in sites if assigned[case.home[each]] != each]
    return [
        name
        for name, broken in {
            "seats": bool((taken > case.seats).any()),
            "closed": bool(set(assigned.tolist()) - set(sites.tolist())),
            "count": len(set(sites.tolist())) != case.choice.most,
            "elsewhere": bool(homes),
            "must": bool(set(np.flatnonzero(case.choice.must).tolist()) - set(sites.tolist())),
        }.items()
        if broken
    ]


def always() -> bool:
    return True


@pytest.mark.parametrize("seed", range(12))
def test_machine_code_and_plain_source_give_the_same_answer_and_it_keeps_every_rule(seed):
    case = towns(seed)
    before = packed(case)

    sites, assigned = anneal(case, *before, seed, MOVES, always)
    plain = anneal(case, *before, seed, MOVES, always, plain=True)

    assert sites.tolist() == plain[0].tolist()
    assert assigned.tolist() == plain[1].tolist()
    assert faults(case, sites, assigned) == []
    assert cost(case, sites, assigned) <= cost(case, *before)


def test_it_finds_what_neither_moving_nor_trading_finds():
    gains = []
    for case in (towns(seed, points=80, sites=8) for seed in range(6)):
        before = packed(case)
        after = anneal(case, *before, 1, 40 * MOVES, always)
        gains.append(cost(case, *before) - cost(case, *after))

    assert all(gain > 0 for gain in gains)


def test_a_site_that_must_be_open_stays_open():
    case = towns(3)
    sites, assigned = packed(case)
    must = np.zeros(len(case.load), dtype=bool)
    must[sites[:2]] = True
    case = replace(case, choice=replace(case.choice, must=must))

    found = anneal(case, sites, assigned, 1, MOVES, always)

    assert faults(case, *found) == []


def test_a_place_that_cannot_be_reached_is_never_taken_there():
    case = towns(4)
    sites, assigned = packed(case)
    apart = case.cost.copy()
    apart[case.cost > 60] = np.inf
    apart[assigned, np.arange(len(assigned))] = case.cost[assigned, np.arange(len(assigned))]

    found = anneal(replace(case, cost=apart), sites, assigned, 1, MOVES, always)

    assert np.isfinite(cost(replace(case, cost=apart), *found))


def test_dear_sites_give_way_to_cheap_ones():
    case = towns(5)
    case = replace(case, opening=np.where(np.arange(24) % 2, 0.0, 500.0))

    sites, _ = anneal(case, *packed(case), 1, 40 * MOVES, always)

    assert (sites % 2).tolist() == [1, 1, 1, 1, 1]


def test_nothing_is_done_where_regions_couple_the_sites():
    case = towns(6)
    case = replace(case, choice=replace(case.choice, per_region=1))
    sites, assigned = packed(towns(6))

    found = anneal(case, sites, assigned, 1, MOVES, always)

    assert (found[0].tolist(), found[1].tolist()) == (sites.tolist(), assigned.tolist())


def test_it_stops_when_told_to_and_keeps_what_it_was_given():
    case = towns(7)
    sites, assigned = packed(case)

    found = anneal_in_rounds(case, sites, assigned, 1, lambda: False, enough=0.0)

    assert (found[0].tolist(), found[1].tolist()) == (sites.tolist(), assigned.tolist())
