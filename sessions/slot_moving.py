"""What becomes of the meetups in slots that change their hours, room or seats. Pure.

A meetup stays when it still fits where it is; else it follows its slot, if its people can; else
it loses its place. All slots of one change shift alike, so meetups that follow never collide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sessions.replacement import Displaced, Engaged, why_not
from sessions.timetable_problem import FreeSlot


@dataclass(frozen=True, slots=True)
class Carried:
    """A meetup and its slot as the slot is after the change."""

    meetup: Displaced
    slot: FreeSlot

    @property
    def stays(self) -> bool:
        """Whether the meetup still fits at its old time, in its old room."""
        inside = (
            self.slot.starts_at <= self.meetup.starts_at
            and self.meetup.ends_at <= self.slot.ends_at
        )
        return inside and self.slot.room == self.meetup.room and self._seated

    @property
    def _seated(self) -> bool:
        return len(self.meetup.seated) <= self.slot.seats


@dataclass(frozen=True, slots=True)
class Fates:
    """Which meetups stay, which follow their slot, which lose their place."""

    stay: tuple[Carried, ...]
    follow: tuple[Carried, ...]
    lose: tuple[Carried, ...]


def fates(carried: Sequence[Carried], engaged: Sequence[Engaged]) -> Fates:
    """Return the fate of each meetup, in the order given.

    `engaged` are the other meetups of the same people. A meetup does not follow into a time at
    which somebody it needs is held by one that stays or that loses its place.
    """
    stay = tuple(each for each in carried if each.stays)
    follow = [each for each in carried if not each.stays]
    held = [*engaged, *(_held(each.meetup) for each in stay)]
    lose: list[Carried] = []
    while True:
        kept_out = [each for each in follow if why_not(each.meetup, each.slot, held)]
        if not kept_out:
            order = {each.meetup.meetup: number for number, each in enumerate(carried)}
            lose.sort(key=lambda each: order[each.meetup.meetup])
            return Fates(stay, tuple(follow), tuple(lose))
        lose.extend(kept_out)
        held.extend(_held(each.meetup) for each in kept_out)
        follow = [each for each in follow if each not in kept_out]


def in_safe_order(follow: Sequence[Carried]) -> list[Carried]:
    """Return the followers so that none is moved onto one that has yet to move."""
    return sorted(follow, key=lambda each: _order(each.meetup.starts_at, each.slot.starts_at))


def _order(was: datetime, becomes: datetime) -> float:
    # Later ones first when time moves forward, earlier ones first when it moves back.
    return -was.timestamp() if becomes > was else was.timestamp()


def _held(meetup: Displaced) -> Engaged:
    return Engaged(
        group=meetup.group,
        mentor=meetup.mentor,
        centre=meetup.centre,
        starts_wall=meetup.starts_wall,
        starts_at=meetup.starts_at,
        ends_at=meetup.ends_at,
        learners=meetup.seated,
    )
