"""Pure: move whole places between open sites, and sites among their places, by simulated annealing.

Kirkpatrick, Gelatt & Vecchi (1983), Science 220; the moves are those of Osman & Christofides
(1994), International Transactions in Operational Research 1: a place goes to another open site,
two places trade, a cluster gets another site. The number of moves, never the clock, decides the
answer. Machine code where numba is installed, the same source in plain Python elsewhere.
"""

import functools
import importlib.util
import types
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np

from centres.siting import annealing_kernels
from centres.siting.annealing_kernels import MODULUS, draw, put, resettle, shift, stage
from centres.siting.arrays import Flags, Floats, Ints
from centres.siting.seat_prices import SeatCase

NEAR_SHARES = 5
FEWEST_NEAR = 16
WARM = 0.6  # of the mean journey: at the start a place may well go to its second best site
COLD = 0.004
STAGES = 200
TAILS = 4096
# Each point of the first round costs some milliseconds in machine code, a thousand times that in
# plain Python.
MOVES_A_POINT = 20_000
ROUNDS = (1, 4, 4, 16)


class _Work(NamedTuple):
    """The case, the packing by clusters, the best one met, and the dice."""

    cost: Floats
    load: Floats
    seats: Floats
    opening: Floats
    home: Ints
    must: Flags
    near: Ints
    tail: Floats
    dice: Ints
    site: Ints
    cluster_at: Ints
    of: Ints
    room: Floats
    members: Ints
    place: Ints
    size: Ints
    best_site: Ints
    best_of: Ints


def anneal_in_rounds(
    case: SeatCase,
    sites: Ints,
    assigned: Ints,
    seed: int,
    keep_going: Callable[[], bool],
    enough: float,
) -> tuple[Ints, Ints]:
    """Return sites and the site of each point, no dearer, after rounds that grow longer.

    It ends at a cost of `enough`, which a bound says cannot be beaten, or when `keep_going` says
    so.
    """
    for number, length in enumerate(ROUNDS):
        if _total(case, sites, assigned) <= enough or not keep_going():
            break
        moves = MOVES_A_POINT * length * len(assigned)
        sites, assigned = anneal(case, sites, assigned, seed + number, moves, keep_going)
    return sites, assigned


def anneal(
    case: SeatCase,
    sites: Ints,
    assigned: Ints,
    seed: int,
    moves: int,
    keep_going: Callable[[], bool],
    *,
    plain: bool = False,
) -> tuple[Ints, Ints]:
    """Return sites, ascending, and the site of each point after about so many moves: no dearer.

    Where regions or a budget couple the candidates the given answer comes back. Equal input and
    seed give equal answers while `keep_going`, asked between stages, stays true; `plain` runs the
    source as it stands, for the same answer.
    """
    choice = case.choice
    if choice.has_regions or choice.has_budget or len(sites) < 2:
        return sites, assigned
    run = stage if plain or not _can_compile() else _compiled()
    work = _work(case, sites, assigned, seed)
    start = total = best = _total(case, sites, assigned)
    journeys = start - float(case.opening[sites].sum())
    heat = WARM * max(journeys, 1e-9) / len(assigned)
    cooling = (COLD / WARM) ** (1.0 / (STAGES - 1))
    for _ in range(STAGES):
        if not keep_going():
            break
        total, best = run(work, total, best, heat, max(1, moves // STAGES))
        heat *= cooling
    found = np.sort(work.best_site), work.best_site[work.best_of]
    # Summed anew: what the moves added up carries the rounding of each.
    return found if _total(case, *found) < start else (sites, assigned)


def _total(case: SeatCase, sites: Ints, assigned: Ints) -> float:
    journeys = float(case.cost[assigned, np.arange(len(assigned))].sum())
    return journeys + float(case.opening[sites].sum())


def _work(case: SeatCase, sites: Ints, assigned: Ints, seed: int) -> _Work:
    candidates, points = case.cost.shape
    width = min(candidates, max(FEWEST_NEAR, NEAR_SHARES * candidates // len(sites)))
    near = np.argpartition(case.cost, width - 1, axis=0)[:width].T
    site = np.sort(sites).astype(np.int64)
    cluster_at = np.full(candidates, -1, dtype=np.int64)
    cluster_at[site] = np.arange(len(site))
    of = cluster_at[assigned]
    size = np.bincount(of, minlength=len(site)).astype(np.int64)
    order = np.argsort(of, kind="stable")
    place = np.empty(points, dtype=np.int64)
    place[order] = np.arange(points) - np.repeat(np.cumsum(size) - size, size)
    members = np.zeros((len(site), points), dtype=np.int64)
    members[of, place] = np.arange(points)
    return _Work(
        cost=np.ascontiguousarray(case.cost, dtype=np.float64),
        load=case.load.astype(np.float64),
        seats=case.seats.astype(np.float64),
        opening=case.opening.astype(np.float64),
        home=case.home.astype(np.int64),
        must=case.choice.must.astype(np.bool_),
        near=np.ascontiguousarray(near, dtype=np.int64),
        tail=-np.log((np.arange(TAILS) + 0.5) / TAILS),
        dice=np.array([seed % (MODULUS - 1) + 1], dtype=np.int64),
        site=site,
        cluster_at=cluster_at,
        of=of,
        room=case.seats[site] - np.bincount(of, weights=case.load, minlength=len(site)),
        members=members,
        place=place,
        size=size,
        best_site=site.copy(),
        best_of=of.copy(),
    )


def _can_compile() -> bool:
    return importlib.util.find_spec("numba") is not None


@functools.cache
def _compiled() -> Callable[..., tuple[float, float]]:
    """Return `stage` as machine code, from numba's cache or, the first time, in some seconds."""
    import numba

    names: dict[str, Any] = dict(vars(annealing_kernels))
    for each in (draw, put, resettle, shift, stage):
        own = types.FunctionType(each.__code__, names, each.__name__)
        own.__module__, own.__qualname__ = annealing_kernels.__name__, each.__name__
        try:
            names[each.__name__] = numba.njit(cache=True, nogil=True)(own)
        except RuntimeError:  # numba found no folder to keep it in
            names[each.__name__] = numba.njit(nogil=True)(own)
    return cast("Callable[..., tuple[float, float]]", names["stage"])
