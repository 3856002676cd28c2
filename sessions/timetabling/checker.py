"""Pure: the audit of a timetable. It shares no code with what makes one.

It takes the definitions of `instance` and `plan` and works out everything again, slowly and
plainly: each hard rule that is broken, and the cost by part.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from sessions.timetabling.instance import Cell, Group, Instance, Pinned, Weights
from sessions.timetabling.plan import Base, Cost, Plan


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """One broken hard rule: its name, the group, the period if it is about one, and the other
    group or id concerned, if any.
    """

    rule: str
    group: int
    ordinal: int | None = None
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """The cost by part and every broken rule, sorted; nothing broken means the plan may be used."""

    cost: Cost
    broken: tuple[Broken, ...]


@dataclass(frozen=True, slots=True)
class _Meeting:
    group: Group
    ordinal: int
    starts_at: int
    ends_at: int
    at: Cell | Pinned
    planned: bool


def audit(instance: Instance, weights: Weights, plans: Iterable[Plan]) -> Audit:
    """Return the audit of a plan for every group of the instance, in any order."""
    listed = list(plans)
    broken = set(_who_is_missing(instance, listed))
    known = [plan for plan in listed if plan.group in instance.group_by_id]
    meetings: list[_Meeting] = []
    for plan in known:
        group = instance.group_by_id[plan.group]
        broken.update(_broken_alone(instance, group, plan))
        meetings.extend(_meetings(instance, group, plan))
    broken.update(_broken_together(instance, meetings))
    costs = [_cost(instance.group_by_id[plan.group], weights, plan, instance) for plan in known]
    costs.append(_cost_together(instance, weights, known, meetings))
    return Audit(sum(costs, Cost()), tuple(sorted(broken, key=repr)))


def _who_is_missing(instance: Instance, plans: Sequence[Plan]) -> Iterable[Broken]:
    count = Counter(plan.group for plan in plans)
    for group in sorted({*count, *instance.group_by_id}):
        if count[group] != 1 or group not in instance.group_by_id:
            yield Broken("one_plan_a_group", group)


def _broken_alone(instance: Instance, group: Group, plan: Plan) -> Iterable[Broken]:
    """Yield what is wrong with a plan on its own."""
    held = {each.ordinal for each in group.pinned}
    owed = [q for q in range(group.periods) if q >= group.first_open and q not in held]
    if [each.ordinal for each in plan.periods] != owed:
        yield Broken("every_open_period_once", group.id)
    centres = {group.home} | {each.centre for each in group.reach}
    base = plan.base
    if base is None and (group.pinned or any(each.cell is not None for each in plan.periods)):
        yield Broken("base_given", group.id)
    if base is not None and (base.centre not in centres or not 0 <= base.phase < group.cadence):
        yield Broken("base_possible", group.id)
    for each in plan.periods:
        if each.cell is None:
            continue
        cell = instance.cell_by_id.get(each.cell)
        if cell is None:
            yield Broken("cell_exists", group.id, each.ordinal, each.cell)
            continue
        if cell.centre not in centres:
            yield Broken("centre_allowed", group.id, each.ordinal, cell.id)
        if cell.seats < group.size:
            yield Broken("seats", group.id, each.ordinal, cell.id)
        if not cell.equipment.issuperset(group.equipment):
            yield Broken("equipment", group.id, each.ordinal, cell.id)
        if cell.starts_at + group.minutes > cell.ends_at:
            yield Broken("length", group.id, each.ordinal, cell.id)
        if base is not None:
            for rule in _broken_by_base(instance, group, base, each.ordinal, cell):
                yield Broken(rule, group.id, each.ordinal, cell.id)


def _broken_by_base(
    instance: Instance, group: Group, base: Base, ordinal: int, cell: Cell
) -> Iterable[str]:
    off = cell.week - (group.first_week + base.phase + ordinal * group.cadence)
    allowed = {1: {0}, 2: {0, 1}, 4: {-1, 0, 1}}[group.cadence]
    earliest = group.first_week if group.earliest_week is None else group.earliest_week
    if off not in allowed or cell.week < earliest:
        yield "week_allowed"
    if off and (cell.weekday, cell.start_minute) != (base.weekday, base.start_minute):
        yield "other_week_keeps_the_hour"
    if not instance.roaming and cell.centre != base.centre:
        yield "one_centre_a_plan"


def _meetings(instance: Instance, group: Group, plan: Plan) -> Iterable[_Meeting]:
    for held in group.pinned:
        yield _Meeting(group, held.ordinal, held.starts_at, held.ends_at, held, False)
    for each in plan.periods:
        cell = None if each.cell is None else instance.cell_by_id.get(each.cell)
        if cell is not None:
            ends_at = cell.starts_at + group.minutes
            yield _Meeting(group, each.ordinal, cell.starts_at, ends_at, cell, True)


def _broken_together(instance: Instance, meetings: Sequence[_Meeting]) -> Iterable[Broken]:
    """Yield the clashes over each room, mentor, group and pair, and with busy times."""
    of_group: dict[int, list[_Meeting]] = defaultdict(list)
    of_mentor: dict[int, list[_Meeting]] = defaultdict(list)
    in_room: dict[int, list[_Meeting]] = defaultdict(list)
    for meeting in meetings:
        of_group[meeting.group.id].append(meeting)
        if meeting.group.mentor is not None:
            of_mentor[meeting.group.mentor].append(meeting)
        if meeting.planned:
            in_room[meeting.at.room].append(meeting)
            yield from _broken_by_busy(instance, meeting)
    for together in in_room.values():
        yield from _clashes("room_once_at_a_time", together, whole_cell=True)
    for together in of_mentor.values():
        yield from _clashes("mentor_once_at_a_time", together)
    for together in of_group.values():
        yield from _clashes("group_once_at_a_time", together)
    for a, b in instance.shares:
        pair = [*of_group[a], *of_group[b]]
        yield from _clashes("shared_learners_once_at_a_time", pair)
    if instance.one_centre_a_day:
        yield from _broken_days(instance, meetings)


def _clashes(
    rule: str, meetings: Sequence[_Meeting], *, whole_cell: bool = False
) -> Iterable[Broken]:
    """Yield a meetup that begins before an earlier one ends; two live ones are not questioned."""
    last: _Meeting | None = None
    for meeting in sorted(meetings, key=lambda each: (each.starts_at, each.group.id)):
        until = 0 if last is None else last.at.ends_at if whole_cell else last.ends_at
        if last is not None and meeting.starts_at < until and (last.planned or meeting.planned):
            yield Broken(rule, meeting.group.id, meeting.ordinal, last.group.id)
        ends_at = meeting.at.ends_at if whole_cell else meeting.ends_at
        if last is None or ends_at > until:
            last = meeting


def _broken_by_busy(instance: Instance, meeting: _Meeting) -> Iterable[Broken]:
    group = meeting.group
    friends = {group.id} | {a + b - group.id for a, b in instance.shares if group.id in (a, b)}
    for busy in instance.busy:
        if busy.starts_at < meeting.ends_at and meeting.starts_at < busy.ends_at:
            if busy.mentor is not None and busy.mentor == group.mentor:
                yield Broken("mentor_busy", group.id, meeting.ordinal, busy.mentor)
            if busy.group in friends:
                yield Broken("learners_busy", group.id, meeting.ordinal, busy.group)


def _broken_days(instance: Instance, meetings: Sequence[_Meeting]) -> Iterable[Broken]:
    """Yield the planned meetups that make a mentor travel between centres within a day."""
    elsewhere: dict[tuple[int, int], set[int]] = defaultdict(set)
    for busy in instance.busy:
        if busy.mentor is not None and busy.centre is not None and busy.day is not None:
            elsewhere[busy.mentor, busy.day].add(busy.centre)
    days: dict[tuple[int, int], list[_Meeting]] = defaultdict(list)
    for meeting in meetings:
        if meeting.group.mentor is not None:
            day = meeting.at.week * 7 + meeting.at.weekday
            days[meeting.group.mentor, day].append(meeting)
    for key, there in days.items():
        for meeting in there:
            if meeting.planned and elsewhere[key] - {meeting.at.centre}:
                yield Broken("mentor_one_centre_a_day", meeting.group.id, meeting.ordinal)
        for one, two in combinations(there, 2):
            if one.at.centre != two.at.centre and (one.planned or two.planned):
                late = two if two.planned else one
                yield Broken("mentor_one_centre_a_day", late.group.id, late.ordinal)


def _cost(group: Group, weights: Weights, plan: Plan, instance: Instance) -> Cost:
    base = plan.base
    unmet = sum(1 for each in plan.periods if each.cell is None)
    moved = 0
    if group.published:
        moved = sum(1 for each in plan.periods if each.cell not in group.published)
    if base is None:
        return Cost(drop=unmet * weights.drop, changed=moved * weights.changed)
    places: dict[int, Cell | Pinned | None] = {each.ordinal: each for each in group.pinned}
    for each in plan.periods:
        places[each.ordinal] = None if each.cell is None else instance.cell_by_id.get(each.cell)
    km = {each.centre: each.km for each in group.reach}
    dislike = {(each.weekday, each.hour): each.cost for each in group.unwelcome}
    room = hour = week = away = journey = unwelcome = 0.0
    for ordinal, at in places.items():
        spot: Cell | Pinned | Base = base if at is None else at
        away += weights.other_centre * (spot.centre != group.home)
        journey += weights.journey_per_km * km.get(spot.centre, 0.0)
        unwelcome += weights.unwelcome * dislike.get((spot.weekday, spot.start_minute // 60), 0.0)
        if at is None:
            continue
        if isinstance(at, Cell):
            unwelcome += weights.unwelcome * at.dear
        if at.weekday != base.weekday or at.start_minute != base.start_minute:
            hour += weights.other_hour
        elif at.room != base.room:
            room += weights.other_room
        if at.week != group.first_week + base.phase + ordinal * group.cadence:
            week += weights.other_week
    return Cost(
        room, hour, week, away, journey, unwelcome, unmet * weights.drop, moved * weights.changed
    )


def _cost_together(
    instance: Instance, weights: Weights, plans: Sequence[Plan], meetings: Sequence[_Meeting]
) -> Cost:
    """Return what is charged once for all: the worst group's hours, full weeks of people."""
    points: dict[int, float] = defaultdict(float)
    of_mentor: Counter[tuple[int, int]] = Counter()
    at_centre: Counter[tuple[int, int]] = Counter()
    free: Counter[tuple[int, int]] = Counter()
    dislike = {
        each.id: {(one.weekday, one.hour): one.cost for one in each.unwelcome}
        for each in instance.groups
    }
    for each in instance.cells:
        free[each.centre, each.week] += 1
    for meeting in meetings:
        at, group = meeting.at, meeting.group
        points[group.id] += dislike[group.id].get((at.weekday, at.start_minute // 60), 0.0)
        at_centre[at.centre, at.week] += 1
        if not meeting.planned:
            free[at.centre, at.week] += 1
        if group.mentor is not None:
            of_mentor[group.mentor, at.week] += 1
    for plan in plans:
        unmet = sum(1 for each in plan.periods if each.cell is None)
        if plan.base is not None:
            hour = (plan.base.weekday, plan.base.start_minute // 60)
            points[plan.group] += unmet * dislike[plan.group].get(hour, 0.0)
    full = sum(count - min(count, int(weights.mentor_meetups)) for count in of_mentor.values())
    crowded = 0
    for week, count in at_centre.items():
        allowed = math.ceil(free[week] * weights.host_share - 1e-9)
        crowded += count - min(count, allowed)
    return Cost(
        spread=weights.spread * weights.unwelcome * max(points.values(), default=0.0),
        mentor_load=weights.mentor_load * full,
        host_load=weights.host_load * crowded,
    )
