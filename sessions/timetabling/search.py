"""Pure: ruin and recreate. A few related groups leave, and come back in another order.

Related means sharing a centre, a mentor or a learner: only those can make room for each other.
Worse answers are accepted with annealed probability. Schrimpf et al. (2000), J. Comput. Phys. 159.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sessions.timetabling.bound import Bound
from sessions.timetabling.instance import Weights
from sessions.timetabling.menu import Floats, Menu, Menus
from sessions.timetabling.occupancy import Occupancy
from sessions.timetabling.oracle import Choice, cheapest, option_prices

MOST_RUINED = 8
JITTERED = 0.15  # share of re-insertions that may pick a base near the best one
GUIDED = 0.5  # share of re-insertions that mind the bound's prices, leaving scarce rows to others
HOT, COLD = 6.0, 0.3  # temperatures in points: one moved week at first, nothing at the end
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: `gap` is the share of `best` that may be above the optimum, `phase` one of
    greedy, bound, search, polish, done.
    """

    iteration: int
    best: float
    bound: float
    gap: float
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The best choices met, in the order of the menus, their cost, and the iterations done."""

    choices: tuple[Choice, ...]
    cost: float
    iterations: int


def gap_of(cost: float, bound: float) -> float:
    """Return the share of a cost that is not proven necessary, 0 to 1."""
    return max(0.0, (cost - bound) / cost) if cost > 0 else 0.0


def search(
    menus: Menus,
    start: Sequence[Choice],
    proof: Bound,
    *,
    seed: int,
    iterations: int,
    keep_going: Callable[[], bool],
    on_progress: Callable[[Progress], None],
) -> Found:
    """Return the best answer met from `start`, never a worse one.

    Groups at the floor that `proof` gives them are left alone unless they stand in another's
    way; its prices tell a group now and then what others would give for its rows. Equal seed and
    iterations give equal answers; `keep_going` and reaching the bound only end it early. Progress
    is told a hundred times.
    """
    floors, bound = proof.floors, proof.value
    guides = _guides(menus, proof)
    rng = np.random.default_rng([seed, len(menus.menus)])
    now = list(start)
    best, best_cost = tuple(now), sum(choice.cost for choice in now)
    cost, taken, done = best_cost, _occupied(menus, now), 0
    kin = _kin(menus)
    told = max(1, iterations // 100)
    for done in range(iterations):
        unhappy = [i for i, choice in enumerate(now) if choice.cost > floors[i] + TOLERANCE]
        if not unhappy or best_cost <= bound + TOLERANCE or not keep_going():
            break
        if done % told == 0:
            on_progress(Progress(done, best_cost, bound, gap_of(best_cost, bound)))
        ruined = _ruined(kin, unhappy, rng)
        before = [now[i] for i in ruined]
        for i in ruined:
            taken.remove(menus.menus[i], now[i])
        for i in _order(ruined, now, floors, rng):
            menu = menus.menus[i]
            jitter = rng if rng.random() < JITTERED else None
            guide = guides[i] if rng.random() < GUIDED else None
            now[i] = _reinserted(menu, menus.weights, taken.prices(menu), jitter, guide)
            taken.place(menu, now[i])
        after = cost + sum(now[i].cost for i in ruined) - sum(each.cost for each in before)
        heat = HOT * (COLD / HOT) ** (done / iterations)
        if after <= cost or rng.random() < math.exp((cost - after) / heat):
            cost = after
            if cost < best_cost - TOLERANCE:
                best, best_cost = tuple(now), cost
            continue
        for i in ruined:
            taken.remove(menus.menus[i], now[i])
        for i, choice in zip(ruined, before, strict=True):
            now[i] = choice
            taken.place(menus.menus[i], choice)
    else:
        done = iterations
    best_cost = sum(choice.cost for choice in best)
    on_progress(Progress(done, best_cost, bound, gap_of(best_cost, bound)))
    return Found(best, best_cost, done)


def settle(menus: Menus, choices: Sequence[Choice]) -> list[Choice]:
    """Return the choices after each group, in turn, has taken what others left free, until none
    gains: so that no period is displaced from a cell that stands empty.
    """
    now, taken = list(choices), _occupied(menus, choices)
    gained = True
    while gained:
        gained = False
        for i, menu in enumerate(menus.menus):
            taken.remove(menu, now[i])
            better = cheapest(menu, menus.weights, taken.prices(menu))
            if better.cost < now[i].cost - TOLERANCE:
                now[i], gained = better, True
            taken.place(menu, now[i])
    return now


def _guides(menus: Menus, proof: Bound) -> list[Floats]:
    """Return what each option of each group costs at the prices of the bound."""
    given = {each.row: each.price for each in proof.prices}
    vector = np.array([given.get(row, 0.0) for row in menus.rows] + [0.0])
    return [option_prices(menu, vector) for menu in menus.menus]


def _reinserted(
    menu: Menu,
    weights: Weights,
    prices: Floats,
    jitter: np.random.Generator | None,
    guide: Floats | None,
) -> Choice:
    """Return a choice among what is free, its cost without the guide that may have led to it."""
    if guide is None:
        return cheapest(menu, weights, prices, jitter)
    choice = cheapest(menu, weights, prices + guide, jitter)
    paid = sum(float(guide[option]) for option in choice.taken if option >= 0)
    return replace(choice, cost=choice.cost - paid)


def _occupied(menus: Menus, choices: Sequence[Choice]) -> Occupancy:
    taken = Occupancy(menus)
    for menu, choice in zip(menus.menus, choices, strict=True):
        taken.place(menu, choice)
    return taken


def _kin(menus: Menus) -> list[list[list[int]]]:
    """Return for each group the circles it belongs to: its centres', its mentor's, its sharers'."""
    circles: dict[tuple[str, int], list[int]] = defaultdict(list)
    for i, menu in enumerate(menus.menus):
        group = menu.group
        for centre in (group.home, *group.centres_away):
            circles["centre", centre].append(i)
        if group.mentor is not None:
            circles["mentor", group.mentor].append(i)
        circles["sharer", group.id].append(i)
    index = {menu.group.id: i for i, menu in enumerate(menus.menus)}
    for a, b in menus.instance.shares:
        circles["sharer", a].append(index[b])
        circles["sharer", b].append(index[a])
    kin: list[list[list[int]]] = [[] for _ in menus.menus]
    for key in sorted(circles):
        for i in circles[key]:
            if len(circles[key]) > 1 and (key[0] != "sharer" or circles[key][0] == i):
                kin[i].append(circles[key])
    return kin


def _ruined(
    kin: list[list[list[int]]], unhappy: Sequence[int], rng: np.random.Generator
) -> list[int]:
    """Return 1 to MOST_RUINED distinct groups: one that could do better, and some of its kin."""
    chosen = unhappy[int(rng.integers(len(unhappy)))]
    if not kin[chosen]:
        return [chosen]
    circle = kin[chosen][int(rng.integers(len(kin[chosen])))]
    others = [i for i in circle if i != chosen]
    count = min(len(others), int(rng.integers(1, MOST_RUINED)))
    picked = rng.choice(len(others), count, replace=False)
    return [chosen, *(others[int(i)] for i in picked)]


def _order(
    ruined: Sequence[int],
    now: Sequence[Choice],
    floors: Sequence[float],
    rng: np.random.Generator,
) -> list[int]:
    """Return the order of return: at random, or half the time those worst off first."""
    if rng.random() < 0.5:
        return [ruined[int(i)] for i in rng.permutation(len(ruined))]
    return sorted(ruined, key=lambda i: (floors[i] - now[i].cost, rng.random()))
