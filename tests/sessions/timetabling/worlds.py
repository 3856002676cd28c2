"""Small random timetabling problems, and the brute force that solves them by trying everything."""

from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from sessions.timetabling.checker import audit
from sessions.timetabling.instance import (
    Busy,
    Cell,
    Group,
    Instance,
    Pinned,
    Reach,
    Unwelcome,
    Weights,
)
from sessions.timetabling.plan import Base, Period, Plan

HOURS = ((2, 840), (5, 540), (5, 600), (5, 840))  # two of them overlap when a meetup lasts 120
DAY = 24 * 60


def cell(
    number: int, *, week: int = 0, hour: tuple[int, int] = (5, 540), room: int = 1, **more: object
) -> Cell:
    """Return a free cell of two hours for 20 people in a room of centre `room // 10`."""
    starts_at = (week * 7 + hour[0]) * DAY + hour[1]
    values: dict[str, object] = {"minutes": 120, "seats": 20, "equipment": frozenset(), **more}
    minutes = values.pop("minutes")
    ends_at = starts_at + int(str(minutes))
    return Cell(number, room, room // 10, starts_at, ends_at, week, *hour, **values)  # type: ignore[arg-type]


def group(number: int, **more: object) -> Group:
    """Return a weekly group of 10 at centre 0 with two periods of two hours."""
    values: dict[str, object] = {
        "code": f"G{number}",
        "home": 0,
        "size": 10,
        "minutes": 120,
        "cadence": 1,
        "first_week": 0,
        "periods": 2,
        **more,
    }
    return Group(id=number, **values)  # type: ignore[arg-type]


def pinned(ordinal: int, at: Cell, minutes: int = 120) -> Pinned:
    """Return the live meetup of a period in what was this cell."""
    ends_at = at.starts_at + minutes
    return Pinned(
        ordinal, at.room, at.centre, at.starts_at, ends_at, at.week, at.weekday, at.start_minute
    )


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Whole-number weights, some of them nothing, a drop cheap enough to be worth it at times."""
    small = st.integers(0, 6)
    room = draw(small)
    return Weights(
        other_room=room,
        other_hour=room + draw(small),
        other_week=draw(small),
        other_centre=draw(small),
        journey_per_km=draw(small),
        unwelcome=draw(small),
        drop=draw(st.integers(0, 20)),
        changed=draw(small),
        spread=draw(st.integers(0, 2)),
        mentor_load=draw(small),
        host_load=draw(small),
        mentor_meetups=draw(st.integers(0, 2)),
        host_share=draw(st.sampled_from([0.0, 0.5, 1.0])),
    )


@st.composite
def instances(draw: st.DrawFn, groups: int = 3, weeks: int = 3, rooms: int = 3) -> Instance:
    """Problems of a few groups, weeks and rooms in two centres, with every kind of trouble."""
    places = [
        (room * 7, week, hour) for room in range(rooms) for week in range(weeks) for hour in HOURS
    ]
    chosen = draw(st.lists(st.sampled_from(places), unique=True, max_size=8))
    cells = [
        cell(
            i,
            room=room,
            week=week,
            hour=hour,
            seats=draw(st.sampled_from([8, 20])),
            minutes=draw(st.sampled_from([60, 120, 300])),
            equipment=frozenset(draw(st.sets(st.sampled_from(["screen"])))),
        )
        for i, (room, week, hour) in enumerate(chosen, start=1)
    ]
    members = [_group(draw, i, weeks) for i in range(1, 1 + draw(st.integers(1, groups)))]
    ids = [each.id for each in members]
    pairs = [(a, b) for a in ids for b in ids if a < b]
    shares = draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    busy = draw(st.lists(_busy(ids, weeks), max_size=2))
    return Instance(
        weeks,
        tuple(draw(st.permutations(cells))),
        tuple(draw(st.permutations(members))),
        tuple(shares),
        tuple(busy),
        roaming=draw(st.booleans()),
        one_centre_a_day=draw(st.booleans()),
    )


def _group(draw: st.DrawFn, number: int, weeks: int) -> Group:
    cadence = draw(st.sampled_from([1, 2, 4]))
    member = group(
        number,
        home=draw(st.integers(0, 1)),
        size=draw(st.sampled_from([6, 10])),
        minutes=draw(st.sampled_from([60, 120])),
        cadence=cadence,
        first_week=draw(st.integers(0, 1)),
        periods=draw(st.integers(1, 2)),
        equipment=frozenset(draw(st.sets(st.sampled_from(["screen"])))),
        mentor=draw(st.sampled_from([None, 1, 2])),
        earliest_week=draw(st.sampled_from([None, 0])),
        unwelcome=(Unwelcome(5, 14, draw(st.integers(0, 3))),),
        published=tuple(draw(st.sets(st.integers(1, 8), max_size=3))),
    )
    if draw(st.booleans()):
        member = replace(member, reach=(Reach(1 - member.home, draw(st.integers(0, 2))),))
    if draw(st.integers(0, 3)) == 0:
        live = cell(
            0, room=50, week=draw(st.integers(0, weeks - 1)), hour=draw(st.sampled_from(HOURS))
        )
        held = replace(pinned(0, live, member.minutes), centre=member.home)
        member = replace(member, pinned=(held,))
    return member


@st.composite
def _busy(draw: st.DrawFn, groups: list[int], weeks: int) -> Busy:
    week, hour = draw(st.integers(0, weeks - 1)), draw(st.sampled_from(HOURS))
    starts_at = (week * 7 + hour[0]) * DAY + hour[1]
    if draw(st.booleans()):
        day = week * 7 + hour[0]
        return Busy(starts_at, starts_at + 60, mentor=1, centre=draw(st.integers(0, 1)), day=day)
    return Busy(starts_at, starts_at + 60, group=draw(st.sampled_from(groups)))


def plans_by_trying(instance: Instance, cost: Weights, member: Group) -> list[tuple[float, Plan]]:
    """Return, for each set of cells a group may use and each sum of unwelcome hours, its cheapest
    plan and what that costs.

    The others plan nothing and keep their live meetups and busy times.
    """
    rest = [_nothing(each) for each in instance.groups if each.id != member.id]
    standing = audit(instance, cost, [*rest, _nothing(member)]).cost
    own_nothing = audit_one(instance, cost, member, _nothing(member))
    best: dict[tuple[tuple[Period, ...], float], tuple[float, Plan]] = {}
    for base in _bases(instance, member, rest):
        allowed = [_allowed(instance, member, base, q, rest) for q in member.to_plan]
        for taken in product(*allowed):
            plan = Plan(member.id, base, tuple(map(Period, member.to_plan, taken)))
            report = audit(instance, cost, [plan, *rest])
            total = report.cost.total - standing.total + own_nothing
            key = (plan.periods, report.cost.unwelcome)
            if not report.broken and total < best.get(key, (float("inf"), plan))[0]:
                best[key] = (total, plan)
    return [best[key] for key in sorted(best, key=repr)]


def best_timetable_by_trying(instance: Instance, cost: Weights) -> float:
    """Return the least cost of any timetable that breaks no rule."""
    menus = [plans_by_trying(instance, cost, member) for member in instance.groups]
    reports = (audit(instance, cost, [plan for _, plan in chosen]) for chosen in product(*menus))
    # Of the whole timetable: loads and the worst group's hours are no sum over groups.
    return min(each.cost.total for each in reports if not each.broken)


def audit_one(instance: Instance, cost: Weights, member: Group, plan: Plan) -> float:
    """Return what the checker charges for one plan alone."""
    lonely = Instance(instance.weeks, instance.cells, (member,))
    return audit(lonely, cost, [plan]).cost.total


def _bases(instance: Instance, member: Group, rest: list[Plan]) -> list[Base | None]:
    """Return every mix of the rooms and hours that the group meets in or could meet in."""
    spots: set[Cell | Pinned] = set(member.pinned)
    for each in instance.cells:
        for phase in range(member.cadence):
            base = Base(phase, each.centre, each.room, each.weekday, each.start_minute)
            if any(each.id in _allowed(instance, member, base, q, rest) for q in member.to_plan):
                spots.add(each)
    places = sorted({(each.centre, each.room) for each in spots})
    hours = sorted({(each.weekday, each.start_minute) for each in spots})
    phases = range(member.cadence)
    if not spots:
        return [None]
    return [Base(f, *place, *time) for f in phases for place in places for time in hours]


def _allowed(
    instance: Instance, member: Group, base: Base | None, ordinal: int, rest: list[Plan]
) -> list[int | None]:
    """Return None and the cells that, taken for this period only, break no rule."""
    options: list[int | None] = [None]
    for each in instance.cells:
        periods = [Period(q, each.id if q == ordinal else None) for q in member.to_plan]
        if not audit(instance, Weights(), [Plan(member.id, base, tuple(periods)), *rest]).broken:
            options.append(each.id)
    return options


def _nothing(member: Group) -> Plan:
    """Return the plan that drops everything; its base, where one is needed, is the live one."""
    base = None
    if member.pinned:
        held = member.pinned[0]
        base = Base(0, held.centre, held.room, held.weekday, held.start_minute)
    return Plan(member.id, base, tuple(Period(q, None) for q in member.to_plan))
