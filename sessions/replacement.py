"""Where meetups go that lose their slot: each one put to the timetabling engine's repair. Pure.

Every displaced meetup is a group of its own to the engine, with one period to place, because two
meetups of one group may differ in length and in who has a seat. All may move a week either way,
even those of weekly cohorts: a second meetup in one week is better than none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations

from centres.language import Sentence
from sessions.timetable_problem import FreeSlot, computers_for, minute_of, monday_of
from sessions.timetabling.instance import Busy, Cell, Group, Instance, Pinned, Reach, Weights
from sessions.timetabling.ledger import Ledger
from sessions.timetabling.reasons import Reason, binding_reason
from sessions.timetabling.repair import Lost, Repair, repair

ANY_WEEK_NEXT_TO_IT = 4  # the cadence whose window is one week to either side
ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Displaced:
    """A live meetup that cannot stay where it was.

    `members` have to be free at the new time; `seated` also counts guests, who need a seat but
    may have to give it up. `needs` are words of equipment. `pinned` says that a manager asked for
    it to stay.
    """

    meetup: int
    group: int
    code: str
    mentor: int | None
    room: int
    centre: int
    starts_wall: datetime
    starts_at: datetime
    ends_at: datetime
    needs: frozenset[str]
    members: frozenset[int]
    seated: frozenset[int]
    pinned: bool = False

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return minute_of(self.ends_at) - minute_of(self.starts_at)

    @property
    def monday(self) -> date:
        """The first day of its week on its wall clock."""
        return monday_of(self.starts_wall.date())

    def meets_with(self, other: "Displaced") -> bool:
        """Return whether somebody is needed in both, so that they cannot meet at once."""
        mentored = self.mentor is not None and self.mentor == other.mentor
        shared = self.members & other.seated or self.seated & other.members
        return mentored or self.group == other.group or bool(shared)


@dataclass(frozen=True, slots=True)
class Engaged:
    """A live meetup that stays: its people, by id, are taken for its whole length."""

    group: int
    mentor: int | None
    centre: int
    starts_wall: datetime
    starts_at: datetime
    ends_at: datetime
    learners: frozenset[int]


@dataclass(frozen=True, slots=True)
class Replacement:
    """The slot id of each meetup id that has a new place, and why the others have none.

    Stored in the order of `slots`, no move puts anybody where another of these meetups still is.
    """

    slots: Mapping[int, int]
    stranded: Mapping[int, Reason]


Km = Mapping[tuple[int, int], float]


def replacements(
    displaced: Sequence[Displaced],
    slots: Sequence[FreeSlot],
    engaged: Sequence[Engaged],
    km: Km,
) -> Replacement:
    """Return a new slot for each displaced meetup, or why there is none.

    `km` holds, for pairs of centres (old, new), how far apart they are by road; other centres than
    these are out of reach.
    """
    if not displaced:
        return Replacement({}, {})
    by_id = {each.meetup: each for each in displaced}
    slot_by_id = {each.id: each for each in slots}
    found = _repaired(displaced, slots, engaged, km)
    taken = {each.group: slot_by_id[each.cell] for each in found.moves}
    stranded = {each.group: each.reason for each in found.stranded}

    def alone(each: Displaced, also: Iterable[Engaged] = ()) -> None:
        """Place one meetup, exactly, with all the others where they are by now."""
        used = {slot.id for slot in taken.values()}
        held = [_held(by_id[meetup], slot, each) for meetup, slot in taken.items()]
        left = [slot for slot in slots if slot.id not in used]
        again = _repaired([each], left, [*engaged, *held, *also], km)
        for move in again.moves:
            taken[each.meetup] = slot_by_id[move.cell]
            stranded.pop(each.meetup, None)
        for reason in again.stranded:
            stranded[each.meetup] = reason.reason

    # Together, the engine lets nobody of two groups with a learner in common be where anybody of
    # the other is busy. That is more than needed, so whoever has no place is asked for again.
    for meetup in sorted(stranded):
        alone(by_id[meetup])
    order, in_a_circle = _safe_order(by_id, taken)
    left_free = bool(in_a_circle)
    while in_a_circle:
        first = min(in_a_circle)
        del taken[first]
        alone(by_id[first], _others_before(by_id[first], displaced))
        order, in_a_circle = _safe_order(by_id, taken)
    if left_free:
        # Whoever broke a circle may have left a slot that suits somebody who had none.
        for meetup in sorted(stranded):
            why = stranded[meetup]
            alone(by_id[meetup])
            if _safe_order(by_id, taken)[1]:
                del taken[meetup]
                alone(by_id[meetup], _others_before(by_id[meetup], displaced))
            if meetup in stranded:
                stranded[meetup] = why
        order, _ = _safe_order(by_id, taken)
    return Replacement({meetup: taken[meetup].id for meetup in order}, stranded)


def _safe_order(
    by_id: Mapping[int, Displaced], taken: Mapping[int, FreeSlot]
) -> tuple[list[int], set[int]]:
    """Return the meetups so that none moves onto one that has yet to leave, and those that do."""
    waits_for = {
        meetup: {
            other
            for other in taken
            if other != meetup and _moves_onto(by_id[meetup], slot, by_id[other])
        }
        for meetup, slot in taken.items()
    }
    order: list[int] = []
    while ready := sorted(each for each, others in waits_for.items() if not others):
        order += ready
        for each in ready:
            del waits_for[each]
        for others in waits_for.values():
            others.difference_update(ready)
    return order, set(waits_for)


def _moves_onto(each: Displaced, slot: FreeSlot, other: Displaced) -> bool:
    ends_at = slot.starts_at + timedelta(minutes=each.minutes)
    overlaps = slot.starts_at < other.ends_at and other.starts_at < ends_at
    return overlaps and each.meets_with(other)


def _held(other: Displaced, slot: FreeSlot, seen_by: Displaced) -> Engaged:
    """Return the other meetup in its new slot, in the way of all whom the two have in common."""
    return Engaged(
        group=seen_by.group if seen_by.meets_with(other) else other.group,
        mentor=other.mentor,
        centre=slot.centre,
        starts_wall=slot.starts_wall,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + timedelta(minutes=other.minutes),
        learners=frozenset(),
    )


def _others_before(each: Displaced, displaced: Sequence[Displaced]) -> list[Engaged]:
    """Return all but one of the meetups where they were."""
    return [_held_before(other, each) for other in displaced if other.meetup != each.meetup]


def _held_before(other: Displaced, seen_by: Displaced) -> Engaged:
    """Return the other meetup where it was."""
    return Engaged(
        group=seen_by.group if seen_by.meets_with(other) else other.group,
        mentor=None,
        centre=other.centre,
        starts_wall=other.starts_wall,
        starts_at=other.starts_at,
        ends_at=other.ends_at,
        learners=frozenset(),
    )


def _repaired(
    displaced: Sequence[Displaced], slots: Sequence[FreeSlot], engaged: Sequence[Engaged], km: Km
) -> Repair:
    first = min(each.monday for each in displaced) - ONE_WEEK
    last = max(each.monday for each in displaced) + ONE_WEEK
    near = [each for each in slots if first <= monday_of(each.starts_wall.date()) <= last]
    instance = _instance(displaced, near, engaged, km)
    lost = [
        Lost(each.meetup, _pinned(instance.group_by_id[each.meetup], each)) for each in displaced
    ]
    return repair(instance, lost, Weights())


def why_not(displaced: Displaced, slot: FreeSlot, engaged: Sequence[Engaged]) -> Sentence | None:
    """Return what keeps one meetup out of one slot, whatever its week, or None if it fits."""
    instance = _instance([displaced], [slot], engaged, {(displaced.centre, slot.centre): 0.0})
    group, cell = instance.groups[0], instance.cells[0]
    reason = binding_reason(Ledger(instance), group, [cell])
    if reason is None:
        return None
    if reason.code == "too_short":
        return Sentence("Ce créneau est trop court pour cette séance.")
    if reason.code == "rooms_too_small":
        return Sentence("Ce créneau a moins de places que la séance n'a de participants.")
    if reason.code == "no_equipment":
        return Sentence("La salle n'a pas l'équipement que demande cette séance.")
    if reason.code.startswith("mentor"):
        return Sentence("Le mentor de cette séance est pris à cette heure, ou ailleurs ce jour-là.")
    return Sentence("Des participants de cette séance sont déjà pris à cette heure.")


def _instance(
    displaced: Sequence[Displaced],
    slots: Sequence[FreeSlot],
    engaged: Sequence[Engaged],
    km: Km,
) -> Instance:
    mondays = [
        *(each.monday for each in displaced),
        *(monday_of(each.starts_wall.date()) for each in slots),
    ]
    first = min(mondays) - ONE_WEEK
    sizes = {len(each.seated) for each in displaced if "computers" in each.needs}
    return Instance(
        weeks=(max(mondays) - first).days // 7 + 1,
        cells=tuple(_cell(each, first, sizes) for each in slots),
        groups=tuple(_group(each, first, km) for each in displaced),
        shares=tuple(
            (one.meetup, other.meetup)
            for one, other in combinations(displaced, 2)
            if one.meets_with(other)
        ),
        busy=tuple(_busy(displaced, engaged, first)),
    )


def _cell(slot: FreeSlot, first: date, sizes: set[int]) -> Cell:
    day = slot.starts_wall.date()
    enough = {computers_for(size) for size in sizes if slot.computers >= size}
    return Cell(
        id=slot.id,
        room=slot.room,
        centre=slot.centre,
        starts_at=minute_of(slot.starts_at),
        ends_at=minute_of(slot.ends_at),
        week=(day - first).days // 7,
        weekday=day.weekday(),
        start_minute=slot.starts_wall.hour * 60 + slot.starts_wall.minute,
        seats=slot.seats,
        equipment=slot.equipment | enough,
    )


def _group(each: Displaced, first: date, km: Km) -> Group:
    week = (each.monday - first).days // 7
    seats = max(1, len(each.seated))
    needs = each.needs | {computers_for(len(each.seated))} if "computers" in each.needs else None
    return Group(
        id=each.meetup,
        code=each.code,
        home=each.centre,
        size=seats,
        minutes=each.minutes,
        cadence=ANY_WEEK_NEXT_TO_IT,
        first_week=week,
        periods=1,
        reach=tuple(Reach(new, far) for (old, new), far in km.items() if old == each.centre != new),
        equipment=needs or each.needs,
        mentor=each.mentor,
        earliest_week=week - 1,
    )


def _pinned(group: Group, each: Displaced) -> Pinned:
    return Pinned(
        ordinal=0,
        room=each.room,
        centre=each.centre,
        starts_at=minute_of(each.starts_at),
        ends_at=minute_of(each.ends_at),
        week=group.first_week,
        weekday=each.starts_wall.weekday(),
        start_minute=each.starts_wall.hour * 60 + each.starts_wall.minute,
    )


def _busy(displaced: Sequence[Displaced], engaged: Sequence[Engaged], first: date) -> set[Busy]:
    busy = set()
    mentors = {each.mentor for each in displaced} - {None}
    for held in engaged:
        span = (minute_of(held.starts_at), minute_of(held.ends_at))
        if held.mentor in mentors:
            day = (held.starts_wall.date() - first).days
            busy.add(Busy(*span, mentor=held.mentor, centre=held.centre, day=day))
        for each in displaced:
            if held.group == each.group or held.learners & each.members:
                busy.add(Busy(*span, group=each.meetup))
    return busy
