"""Pure: an earlier timetable brought up to a changed problem, with as few changes as it takes.

Whatever can stay where it was stays, base and all. Periods that lost their cell, or had none, take
the cheapest cell left that their base allows; groups that had no plan are planned by the engine on
what remains. Nobody else is moved.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sessions.timetabling.instance import Busy, Cell, Group, Instance, Weights
from sessions.timetabling.ledger import Ledger
from sessions.timetabling.plan import Base, Period, Plan, due_week, period_cost, week_shifts

Planner = Callable[[Instance], Sequence[Plan]]


@dataclass(frozen=True, slots=True)
class Mended:
    """A plan for every group, and the (group, ordinal) of each period that kept its cell, lost it
    or got one for the first time.
    """

    plans: tuple[Plan, ...]
    kept: tuple[tuple[int, int], ...]
    lost: tuple[tuple[int, int], ...]
    gained: tuple[tuple[int, int], ...]


def mend(
    instance: Instance, weights: Weights, before: Iterable[Plan], plan_anew: Planner
) -> Mended:
    """Return the earlier plans made to fit the instance; the same whatever their order.

    `plan_anew` plans the groups that have no usable plan, as a smaller problem. The caller audits
    the result.
    """
    earlier = {plan.group: plan for plan in before}
    usable = {
        group.id: base
        for group in instance.groups
        if (base := _usable_base(group, earlier.get(group.id))) is not None
    }
    ledger = Ledger(instance)
    met: dict[tuple[int, int], Cell] = {}
    had: set[tuple[int, int]] = set()
    for group in instance.groups:
        old = {} if group.id not in earlier else _cells_of(earlier[group.id])
        had |= {(group.id, ordinal) for ordinal in group.to_plan if ordinal in old}
        for ordinal in group.to_plan if group.id in usable else ():
            cell = instance.cell_by_id.get(old.get(ordinal, -1))
            if cell is None or not _allowed(instance, group, usable[group.id], ordinal, cell):
                continue
            if not ledger.obstacles(group, cell):
                ledger.add(group, cell)
                met[group.id, ordinal] = cell
    kept = set(met)
    _insert(instance, weights, ledger, usable, met)
    plans = [
        Plan(
            group.id,
            usable[group.id],
            tuple(Period(q, _id(met.get((group.id, q)))) for q in group.to_plan),
        )
        for group in instance.groups
        if group.id in usable
    ]
    rest = _left_over(instance, usable, met)
    if rest is not None:
        plans.extend(plan_anew(rest))
    now = {
        (plan.group, each.ordinal)
        for plan in plans
        for each in plan.periods
        if each.cell is not None
    }
    return Mended(
        plans=tuple(sorted(plans)),
        kept=tuple(sorted(kept)),
        lost=tuple(sorted(had - kept)),
        gained=tuple(sorted(now - had)),
    )


def _id(cell: Cell | None) -> int | None:
    return None if cell is None else cell.id


def _cells_of(plan: Plan) -> dict[int, int]:
    return {each.ordinal: each.cell for each in plan.periods if each.cell is not None}


def _usable_base(group: Group, plan: Plan | None) -> Base | None:
    """Return the base of the earlier plan if the group could still have it."""
    if plan is None or plan.base is None:
        return None
    near = plan.base.centre == group.home or plan.base.centre in group.centres_away
    return plan.base if near and plan.base.phase < group.cadence else None


def _allowed(instance: Instance, group: Group, base: Base, ordinal: int, cell: Cell) -> bool:
    """Return whether a period on this base may be met in the cell, as the oracle would allow."""
    off = cell.week - due_week(group, base.phase, ordinal)
    earliest = group.first_week if group.earliest_week is None else group.earliest_week
    same_hour = (cell.weekday, cell.start_minute) == (base.weekday, base.start_minute)
    here = cell.centre == base.centre or instance.roaming
    near = cell.centre == group.home or cell.centre in group.centres_away
    return (
        here
        and near
        and cell.week >= earliest
        and off in week_shifts(group.cadence)
        and (off == 0 or same_hour)
    )


def _insert(
    instance: Instance,
    weights: Weights,
    ledger: Ledger,
    usable: dict[int, Base],
    met: dict[tuple[int, int], Cell],
) -> None:
    """Give cells to the periods without one, those with the least choice first."""
    waiting: list[tuple[int, int, int, list[Cell]]] = []
    for group in instance.groups:
        if group.id not in usable:
            continue
        for ordinal in group.to_plan:
            if (group.id, ordinal) not in met:
                cells = _cheapest_first(instance, weights, group, usable[group.id], ordinal)
                free = sum(1 for cell in cells if not ledger.obstacles(group, cell))
                waiting.append((free, group.id, ordinal, cells))
    for _, group_id, ordinal, cells in sorted(waiting, key=lambda each: each[:3]):
        group = instance.group_by_id[group_id]
        for cell in cells:
            if not ledger.obstacles(group, cell):
                ledger.add(group, cell)
                met[group_id, ordinal] = cell
                break


def _cheapest_first(
    instance: Instance, weights: Weights, group: Group, base: Base, ordinal: int
) -> list[Cell]:
    """Return the cells that are worth more than no meetup, the cheapest first."""
    most = period_cost(group, weights, base, ordinal, None).total
    priced = [
        (period_cost(group, weights, base, ordinal, cell).total, cell.starts_at, cell.id, cell)
        for centre in sorted({group.home, *group.centres_away})
        for cell in instance.cells_in.get(centre, ())
        if _allowed(instance, group, base, ordinal, cell)
    ]
    return [each[3] for each in sorted(priced, key=lambda each: each[:3]) if each[0] <= most]


def _left_over(
    instance: Instance, usable: dict[int, Base], met: dict[tuple[int, int], Cell]
) -> Instance | None:
    """Return the problem of the groups without a base on what the others leave, None without any.

    The others' meetups are busy times of their mentors and of whoever shares learners with them.
    """
    anew = {group.id for group in instance.groups} - set(usable)
    if not anew:
        return None
    friends: dict[int, set[int]] = defaultdict(set)
    for a, b in instance.shares:
        friends[a].add(b)
        friends[b].add(a)
    mentors = {instance.group_by_id[each].mentor for each in anew} - {None}
    busy: set[Busy] = {each for each in instance.busy if each.group is None or each.group in anew}
    for group in instance.groups:
        if group.id in anew:
            continue
        spans = [
            (cell.starts_at, cell.starts_at + group.minutes, cell.centre, cell.week, cell.weekday)
            for (owner, _), cell in met.items()
            if owner == group.id
        ]
        spans += [
            (each.starts_at, each.ends_at, each.centre, each.week, each.weekday)
            for each in group.pinned
        ]
        busy_before = [each for each in instance.busy if each.group == group.id]
        for friend in friends[group.id] & anew:
            busy |= {Busy(each.starts_at, each.ends_at, group=friend) for each in busy_before}
        for starts_at, ends_at, centre, week, weekday in spans:
            if group.mentor in mentors:
                day = week * 7 + weekday
                busy.add(Busy(starts_at, ends_at, mentor=group.mentor, centre=centre, day=day))
            busy |= {Busy(starts_at, ends_at, group=each) for each in friends[group.id] & anew}
    taken: dict[int, list[Cell]] = defaultdict(list)
    for cell in met.values():
        taken[cell.room].append(cell)
    return replace(
        instance,
        cells=tuple(
            cell
            for cell in instance.cells
            if not any(
                each.starts_at < cell.ends_at and cell.starts_at < each.ends_at
                for each in taken[cell.room]
            )
        ),
        groups=tuple(group for group in instance.groups if group.id in anew),
        shares=tuple(pair for pair in instance.shares if anew.issuperset(pair)),
        busy=tuple(busy),
    )
