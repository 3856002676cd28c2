"""Pure: what no group causes alone: mentors' and hosts' full weeks, and the worst-off group.

A week's load counts planned and pinned meetups. A mentor is charged for each past a number, a
centre for each past a share of what it published that week, so that the work is spread. Spread
charges the group with the most unwelcome points once more: the sum alone would let one group
bear what suits all others.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from sessions.timetabling.instance import Cell, Group, Instance, Weights
from sessions.timetabling.plan import Base, Cost, Plan, hour_cost

Week = tuple[int, int]  # (mentor or centre, week)


def pinned_loads(instance: Instance) -> tuple[Counter[Week], Counter[Week]]:
    """Return how many pinned meetups each mentor's and each centre's week has."""
    mentors: Counter[Week] = Counter()
    centres: Counter[Week] = Counter()
    for group in instance.groups:
        for held in group.pinned:
            centres[held.centre, held.week] += 1
            if group.mentor is not None:
                mentors[group.mentor, held.week] += 1
    return mentors, centres


def host_limit(weights: Weights, published: int) -> int:
    """Return how many meetups of a week a centre has without a charge."""
    return math.ceil(weights.host_share * published - 1e-9)


def shared_cost(instance: Instance, weights: Weights, plans: Iterable[Plan]) -> Cost:
    """Return the parts of the cost that belong to no single plan: `spread` and both loads."""
    mentors, centres = pinned_loads(instance)
    offered = Counter(centres)
    offered.update((cell.centre, cell.week) for cell in instance.cells)
    worst = 0.0
    for plan in plans:
        group = instance.group_by_id[plan.group]
        worst = max(worst, unwelcome_points(group, weights, plan, instance.cell_by_id))
        for period in plan.periods:
            if period.cell is not None:
                cell = instance.cell_by_id[period.cell]
                centres[cell.centre, cell.week] += 1
                if group.mentor is not None:
                    mentors[group.mentor, cell.week] += 1
    over = sum(max(0, load - int(weights.mentor_meetups)) for load in mentors.values())
    crowded = sum(
        max(0, load - host_limit(weights, offered[week])) for week, load in centres.items()
    )
    return Cost(
        spread=weights.spread * worst,
        mentor_load=weights.mentor_load * over,
        host_load=weights.host_load * crowded,
    )


def unwelcome_points(
    group: Group, weights: Weights, plan: Plan, cells: Mapping[int, Cell]
) -> float:
    """Return what the hours of all the group's periods cost it, pinned and unmet ones included."""
    if plan.base is None:
        return 0.0
    spots: list[Cell | Base] = [
        plan.base if each.cell is None else cells[each.cell] for each in plan.periods
    ]
    hours = [(spot.weekday, spot.start_minute) for spot in [*spots, *group.pinned]]
    return sum(hour_cost(group, weights, *hour) for hour in hours)
