"""From what the network knows to a problem that the timetabling engine can solve. Pure.

Weeks count from the Monday of the first day. A cohort's periods are numbered from its first full
week for as long as it lasts, so that an ordinal means the same period in every run.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from centres.geo import distance_matrix_km
from sessions.timetable_facts import (
    CentreAt,
    FreeSlot,
    Known,
    LiveMeetup,
    StudyGroup,
    monday_of,
)
from sessions.timetabling.instance import (
    Busy,
    Cell,
    Group,
    Instance,
    Pinned,
    Reach,
    Unwelcome,
)
from sessions.timetabling.plan import Plan

__all__ = [
    "DETOUR",
    "REACH_KM",
    "FreeSlot",
    "computers_for",
    "instance_of",
    "minute_of",
    "monday_of",
]

DETOUR = 1.38  # road over straight line, median of 2,092 city pairs in 15 of these countries
REACH_KM = 40.0  # further by road than to the home centre, for the average member
MOST_REACHED = 3
WORKING = ("self_paying", "company")  # sponsors whose learners mostly have a job by day
WORKING_HOURS = range(8, 17)
WORKING_HOUR_COST = 3.0


def minute_of(instant: datetime) -> int:
    """Return whole minutes since 1970-01-01 UTC."""
    return int(instant.timestamp() // 60)


def first_full_week(starts_on: date) -> date:
    """Return the first Monday on which, or after which, the cohort has begun."""
    return monday_of(starts_on + timedelta(days=6))


def periods_of(starts_on: date, ends_on: date, cadence: int) -> int:
    """Return how many periods of `cadence` full weeks fit between both days, one at least."""
    full_weeks = ((ends_on - first_full_week(starts_on)).days + 1) // 7
    return max(1, full_weeks // cadence)


def instance_of(known: Known, country: str) -> Instance:
    """Return the problem of one country; groups with nothing to plan are not in it."""
    centres = {each.id: each for each in known.centres if each.country == country}
    live: dict[int, list[LiveMeetup]] = defaultdict(list)
    for each in known.live:
        live[each.group].append(each)
    groups = []
    for study_group in known.groups:
        if study_group.country == country and study_group.homes:
            group = _group(known, study_group, live[study_group.id], centres)
            if group is not None and group.to_plan:
                groups.append(group)
    ids = {group.id for group in groups}
    sizes = {group.size for group in groups if computers_for(group.size) in group.equipment}
    return Instance(
        weeks=known.weeks,
        cells=tuple(
            _cell(known, country, each, sizes) for each in known.slots if each.centre in centres
        ),
        groups=tuple(groups),
        shares=tuple(pair for pair in known.shares if ids.issuperset(pair)),
        busy=tuple(sorted(set(_busy(known, groups)), key=repr)),
    )


def computers_for(size: int) -> str:
    """Return the equipment word for at least as many computers as this."""
    return f"{size} computers"


def _cell(known: Known, country: str, slot: FreeSlot, sizes: Iterable[int]) -> Cell:
    day = slot.starts_wall.date()
    computers = slot.computers if "computers" in slot.equipment else 0
    enough = {computers_for(size) for size in sizes if computers >= size}
    return Cell(
        id=slot.id,
        room=slot.room,
        centre=slot.centre,
        starts_at=minute_of(slot.starts_at),
        ends_at=minute_of(slot.ends_at),
        week=(day - known.monday).days // 7,
        weekday=day.weekday(),
        start_minute=slot.starts_wall.hour * 60 + slot.starts_wall.minute,
        seats=slot.seats,
        equipment=slot.equipment | enough,
        dear=math.fsum(
            each.charge(slot.starts_wall) for each in known.dear if each.country == country
        ),
    )


def _group(
    known: Known, group: StudyGroup, live: Sequence[LiveMeetup], centres: Mapping[int, CentreAt]
) -> Group | None:
    first_week = (first_full_week(group.starts_on) - known.monday).days // 7
    within = max(0, (known.weeks - first_week) // group.cadence)
    periods = min(periods_of(group.starts_on, group.ends_on, group.cadence), within)
    if periods < 1:
        return None
    begins = max(0, (known.today - known.monday).days // 7)
    over = max(0, -((first_week + group.cadence - 1 - begins) // group.cadence))
    size = len(group.homes)
    held = [each for each in live if each.ordinal < periods]
    equipment = group.equipment
    if "computers" in equipment:  # one for each learner: a screen shared by two teaches neither
        equipment = equipment - {"computers"} | {computers_for(size)}
    return Group(
        id=group.id,
        code=group.code,
        home=group.centre,
        size=size,
        minutes=group.minutes,
        cadence=group.cadence,
        first_week=first_week,
        periods=periods,
        reach=_reach(group, centres, {each.centre for each in held}),
        first_open=min(over, periods),
        pinned=tuple(_pinned(known, each) for each in held),
        equipment=equipment,
        mentor=group.mentor,
        unwelcome=_unwelcome(group),
    )


def _pinned(known: Known, meetup: LiveMeetup) -> Pinned:
    day = meetup.starts_wall.date()
    return Pinned(
        ordinal=meetup.ordinal,
        room=meetup.room,
        centre=meetup.centre,
        starts_at=minute_of(meetup.starts_at),
        ends_at=minute_of(meetup.ends_at),
        week=(day - known.monday).days // 7,
        weekday=day.weekday(),
        start_minute=meetup.starts_wall.hour * 60 + meetup.starts_wall.minute,
    )


def _reach(group: StudyGroup, centres: Mapping[int, CentreAt], used: set[int]) -> tuple[Reach, ...]:
    """Return the nearest other centres, and those that live meetups already use, however far."""
    home = centres.get(group.centre)
    others = [each for each in centres.values() if each.id != group.centre]
    if home is None or not others:
        return tuple(Reach(each, 0.0) for each in sorted(used - {group.centre}))
    homes = [each or home.point for each in group.homes]
    km = distance_matrix_km(homes, [home.point, *(each.point for each in others)]) * DETOUR
    further = (km[:, 1:] - km[:, :1]).mean(axis=0).clip(min=0.0)
    # Rounded, so that another machine's last digit does not make another problem.
    ranked = sorted(
        (round(float(more), 1), each.id) for more, each in zip(further, others, strict=True)
    )
    near = {centre for more, centre in ranked[:MOST_REACHED] if more <= REACH_KM}
    reached = [Reach(centre, more) for more, centre in ranked if centre in near | used]
    abroad = used - {group.centre} - {each.centre for each in reached}
    return (*reached, *(Reach(each, 0.0) for each in sorted(abroad)))


def _unwelcome(group: StudyGroup) -> tuple[Unwelcome, ...]:
    if group.sponsor_kind not in WORKING:
        return ()
    return tuple(
        Unwelcome(weekday, hour, WORKING_HOUR_COST)
        for weekday in range(7)
        if weekday not in group.weekend
        for hour in WORKING_HOURS
    )


def _busy(known: Known, groups: Sequence[Group]) -> Iterable[Busy]:
    """Yield what keeps these groups and their mentors busy outside the problem's own meetups."""
    by_id = {group.id: group for group in groups}
    mentors = {group.mentor for group in groups} - {None}
    pinned: set[int] = set()
    for meetup in known.live:
        group = by_id.get(meetup.group)
        span = (minute_of(meetup.starts_at), minute_of(meetup.ends_at))
        inside = group is not None and meetup.ordinal < group.periods
        if inside:
            pinned.add(meetup.id)
        elif group is not None:
            yield Busy(*span, group=group.id)
        if meetup.mentor in mentors and not (inside and group and group.mentor == meetup.mentor):
            day = (meetup.starts_wall.date() - known.monday).days
            yield Busy(*span, mentor=meetup.mentor, centre=meetup.centre, day=day)
    for away in known.away:
        if away.mentor in mentors:
            yield Busy(minute_of(away.starts_at), minute_of(away.ends_at), mentor=away.mentor)
    shares = set(known.shares)
    for each in known.elsewhere:
        pair = (min(each.group, each.other), max(each.group, each.other))
        if each.group in by_id and not (each.meetup in pinned and pair in shares):
            yield Busy(minute_of(each.starts_at), minute_of(each.ends_at), group=each.group)


def taken_across_borders(
    known: Known, instance: Instance, solved: Iterable[tuple[Instance, Sequence[Plan]]]
) -> tuple[Busy, ...]:
    """Return the busy times that timetables of other countries, drafted just now, mean here.

    They come from learners and mentors who also have a group there.
    """
    friends: dict[int, set[int]] = defaultdict(set)
    for a, b in known.shares:
        friends[a].add(b)
        friends[b].add(a)
    mentors = {group.mentor for group in instance.groups} - {None}
    busy: set[Busy] = set()
    for there, plans in solved:
        for plan in plans:
            group = there.group_by_id[plan.group]
            here = friends[group.id] & set(instance.group_by_id)
            for period in plan.periods:
                if period.cell is None or not (here or group.mentor in mentors):
                    continue
                cell = there.cell_by_id[period.cell]
                span = (cell.starts_at, cell.starts_at + group.minutes)
                busy.update(Busy(*span, group=each) for each in here)
                if group.mentor in mentors:
                    day = cell.week * 7 + cell.weekday
                    busy.add(Busy(*span, mentor=group.mentor, centre=cell.centre, day=day))
    return tuple(sorted(busy, key=repr))
