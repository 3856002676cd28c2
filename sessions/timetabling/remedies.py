"""Pure: which slots, not published yet, are worth asking a host for, and what they would save.

What a slot is worth is guessed first, from the prices of the bound: groups that compete for a room
at an hour pay as much for one more like it, at the margin. The best guesses are then verified by
solving with the slots added. Only what was verified is a remedy.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sessions.timetabling.bound import RowPrice
from sessions.timetabling.checker import audit
from sessions.timetabling.instance import Cell, Group, Instance, Weights
from sessions.timetabling.ledger import unfit
from sessions.timetabling.mending import Planner, mend
from sessions.timetabling.plan import Base, Plan, due_week, period_cost

Solver = Callable[[Instance], Sequence[Plan]]


@dataclass(frozen=True, slots=True)
class Offer:
    """Slots that a host might publish: one room at one hour of the week, on some dates.

    The cells have ids that no cell of the problem has.
    """

    room: int
    centre: int
    weekday: int
    start_minute: int
    minutes: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Remedy:
    """An offer with what it saves: guessed by prices, and `gain` points by solving with it.

    `regained` periods find a place that have none without it; `used` are its cells that somebody
    meets in.
    """

    offer: Offer
    estimate: float
    gain: float
    regained: int
    used: tuple[int, ...]


def estimates(
    instance: Instance,
    weights: Weights,
    plans: Iterable[Plan],
    prices: Iterable[RowPrice],
    offers: Sequence[Offer],
) -> list[float]:
    """Return what each offer may save, in points: by prices, or by what is unmet, if that is more.

    A cell is priced as the dearest room of its centre at that instant that it could stand in for.
    """
    paid = {each.row: each.price for each in prices}
    at_centre: dict[tuple[int, int], list[tuple[Cell, float]]] = defaultdict(list)
    price_in: dict[tuple[int, int], float] = {
        (row.a, row.at): price for row, price in paid.items() if row.kind == "room"
    }
    for cell in instance.cells:
        price = price_in.get((cell.room, cell.starts_at), 0.0)
        if price > 0:
            at_centre[cell.centre, cell.starts_at].append((cell, price))
    missed = _unmet(instance, plans)
    return [
        sum(
            max(_priced(each, at_centre), _spared(instance, weights, each, missed))
            for each in offer.cells
        )
        for offer in offers
    ]


def _priced(cell: Cell, at_centre: Mapping[tuple[int, int], list[tuple[Cell, float]]]) -> float:
    there = at_centre.get((cell.centre, cell.starts_at), ())
    return max(
        (
            price
            for other, price in there
            if other.seats <= cell.seats and other.equipment <= cell.equipment
        ),
        default=0.0,
    )


Missed = Mapping[tuple[int, int], Sequence[tuple[Group, Base | None, int]]]


def _unmet(instance: Instance, plans: Iterable[Plan]) -> Missed:
    """Return the unmet periods by each (centre, week) in which they would be met as usual."""
    missed: dict[tuple[int, int], list[tuple[Group, Base | None, int]]] = defaultdict(list)
    for plan in plans:
        group = instance.group_by_id[plan.group]
        for period in plan.periods:
            if period.cell is None:
                phase = plan.base.phase if plan.base else 0
                centre = plan.base.centre if plan.base else group.home
                week = due_week(group, phase, period.ordinal)
                missed[centre, week].append((group, plan.base, period.ordinal))
    return missed


def _spared(instance: Instance, weights: Weights, cell: Cell, missed: Missed) -> float:
    """Return the most that one unmet period would save by meeting in the cell."""
    spared = [0.0]
    for group, base, ordinal in missed.get((cell.centre, cell.week), ()):
        if unfit(group, cell):
            continue
        usual = base or Base(0, cell.centre, cell.room, cell.weekday, cell.start_minute)
        unmet = period_cost(group, weights, usual, ordinal, None).total
        spared.append(unmet - period_cost(group, weights, usual, ordinal, cell).total)
    return max(spared)


def verified(
    instance: Instance,
    weights: Weights,
    plans: Sequence[Plan],
    offers: Sequence[tuple[Offer, float]],
    solve_again: Solver,
    keep_going: Callable[[], bool],
) -> tuple[Remedy, ...]:
    """Return the offers (with their estimates) that lower the cost, the best gain first.

    Each is solved with the offer added, and the plans at hand are mended with it; the cheaper of
    the two, audited, counts. It is measured against the cheaper of the plans at hand and of a
    solution without any offer at equal effort, so that a lucky search is no gain.
    """
    if not offers:
        return ()
    plain = min(_cost(instance, weights, each) for each in (plans, solve_again(instance)))
    unmet = _count_unmet(plans)
    found = []
    for offer, estimate in offers:
        if not keep_going():
            break
        wider = replace(instance, cells=(*instance.cells, *offer.cells))
        tries = (_settled(wider, weights, plans, solve_again), solve_again(wider))
        best = min(tries, key=lambda each: _cost(wider, weights, each))
        gain = plain - _cost(wider, weights, best)
        if gain > 0.5:
            taken = {each.cell for plan in best for each in plan.periods}
            used = tuple(cell.id for cell in offer.cells if cell.id in taken)
            regained = max(0, unmet - _count_unmet(best))
            if used:
                found.append(Remedy(offer, estimate, round(gain, 1), regained, used))
    return tuple(sorted(found, key=lambda each: (-each.gain, each.offer.cells[0].id)))


def _settled(
    wider: Instance, weights: Weights, plans: Sequence[Plan], planner: Planner
) -> tuple[Plan, ...]:
    """Return the plans with every period let go that is not at its base, and put back the best.

    So that a group that was sent elsewhere may come home to a slot that was added.
    """
    at_home = [
        replace(
            plan,
            periods=tuple(
                each
                if each.cell is None or _as_usual(wider, plan, each.ordinal, each.cell)
                else replace(each, cell=None)
                for each in plan.periods
            ),
        )
        for plan in plans
    ]
    mended = [mend(wider, weights, each, planner).plans for each in (plans, at_home)]
    return min(mended, key=lambda each: _cost(wider, weights, each))


def _as_usual(instance: Instance, plan: Plan, ordinal: int, cell_id: int) -> bool:
    cell, base = instance.cell_by_id[cell_id], plan.base
    if base is None:
        return True
    due = due_week(instance.group_by_id[plan.group], base.phase, ordinal)
    usual = (base.room, base.weekday, base.start_minute, due)
    return (cell.room, cell.weekday, cell.start_minute, cell.week) == usual


def _cost(instance: Instance, weights: Weights, plans: Sequence[Plan]) -> float:
    report = audit(instance, weights, plans)
    return float("inf") if report.broken else report.cost.total


def _count_unmet(plans: Iterable[Plan]) -> int:
    return sum(each.cell is None for plan in plans for each in plan.periods)
