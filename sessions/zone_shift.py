"""What can follow its wall clock when a zone's rules change, what cannot, and in which order. Pure.

A slot and the live meetup in it move together. In one zone all move alike and nothing collides; but
a mentor or a guest may be expected in two zones, and rules may squeeze the hours around a change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

Unit = int
"""A slot, by its id, with the live meetup in it, if any."""
Resource = tuple[str, int]
"""What can be in one place at a time: ("room", 1), ("mentor", 2), ("group", 3), ("learner", 4)."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one instant to another, the end left out."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Period") -> bool:
        """Return whether the two have a moment in common."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Claim:
    """A unit's hold on something for a period, before and after; the same for what stays.

    `guest` is the id of the booking where a guest's seat is all that is claimed: it can be given
    back.
    """

    unit: Unit
    resource: Resource
    was: Period
    becomes: Period
    guest: int | None = None


class Trouble(StrEnum):
    """Why a slot, and the meetup in it, cannot keep its wall time."""

    HOUR_SKIPPED = "hour_skipped"
    ROOM_TAKEN = "room_taken"
    MENTOR_ELSEWHERE = "mentor_elsewhere"
    GROUP_ELSEWHERE = "group_elsewhere"
    LEARNER_ELSEWHERE = "learner_elsewhere"
    IN_A_CIRCLE = "in_a_circle"


_TROUBLE_OF = {
    "room": Trouble.ROOM_TAKEN,
    "mentor": Trouble.MENTOR_ELSEWHERE,
    "group": Trouble.GROUP_ELSEWHERE,
    "learner": Trouble.LEARNER_ELSEWHERE,
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What keeps a slot where it is, and the other slot in its way, if one is."""

    trouble: Trouble
    other: Unit | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """What moves, what is left behind and why, and the guests' bookings that are given back.

    `rooms` and `people` hold the units that move, in waves: stored one wave after the other, no
    slot is put where another has yet to leave, and no meetup asks for somebody who is not free.
    """

    rooms: tuple[tuple[Unit, ...], ...]
    people: tuple[tuple[Unit, ...], ...]
    left: Mapping[Unit, Obstacle]
    released: frozenset[int]

    @property
    def moving(self) -> frozenset[Unit]:
        """All units that move."""
        return frozenset(unit for wave in self.rooms for unit in wave)


def shift(
    movers: Collection[Unit], claims: Sequence[Claim], left: Mapping[Unit, Obstacle]
) -> Shift:
    """Return how the movers follow their clocks; those in `left` stay whatever the others do.

    Whoever would collide is left behind, the one with the higher number where both could move.
    Claims of units that are no movers, or that are left behind, count where they were.
    """
    moving, behind = set(movers) - left.keys(), dict(left)
    of_rooms = [each for each in claims if each.resource[0] == "room"]
    of_people = [each for each in claims if each.resource[0] != "room"]
    while True:
        found, released = _collisions(claims, moving)
        if not found:
            kept = [each for each in of_people if each.guest not in released]
            rooms, room_circle = _waves(of_rooms, moving)
            people, people_circle = _waves(kept, moving)
            circle = room_circle | people_circle
            if not circle:
                return Shift(rooms, people, behind, frozenset(released))
            found = {max(circle): Obstacle(Trouble.IN_A_CIRCLE)}
        behind.update(found)
        moving -= found.keys()


def _collisions(
    claims: Iterable[Claim], moving: Collection[Unit]
) -> tuple[dict[Unit, Obstacle], set[int]]:
    """Return who cannot move, and which guests' seats have to be given back if the rest does."""
    found: dict[Unit, Obstacle] = {}
    released: set[int] = set()
    for one, other in _overlapping(claims, moving):
        if one.unit == other.unit:
            continue
        guests = [each for each in (one, other) if each.guest is not None]
        if guests:
            # A member comes before a guest, and of two guests the one stays who need not move.
            gives_way = max(guests, key=lambda each: (each.unit in moving, each.unit))
            if not {each.guest for each in guests} & released and gives_way.guest is not None:
                released.add(gives_way.guest)
            continue
        first, second = sorted((one, other), key=lambda each: (each.unit in moving, each.unit))
        if first.unit not in found and second.unit not in found:
            found[second.unit] = Obstacle(_TROUBLE_OF[second.resource[0]], first.unit)
    return found, released


def _overlapping(
    claims: Iterable[Claim], moving: Collection[Unit]
) -> Iterator[tuple[Claim, Claim]]:
    """Yield the pairs that want one thing at one time, one of them at least by moving there."""
    by_resource: dict[Resource, list[tuple[Period, Claim]]] = defaultdict(list)
    for each in claims:
        now = each.becomes if each.unit in moving else each.was
        by_resource[each.resource].append((now, each))
    for _, held in sorted(by_resource.items()):
        held.sort(key=lambda pair: (pair[0], pair[1].unit))
        running: list[tuple[Period, Claim]] = []
        for period, claim in held:
            running = [pair for pair in running if pair[0].ends_at > period.starts_at]
            for _, other in running:
                if claim.unit in moving or other.unit in moving:
                    yield other, claim
            running.append((period, claim))


def _waves(
    claims: Iterable[Claim], moving: Collection[Unit]
) -> tuple[tuple[tuple[Unit, ...], ...], set[Unit]]:
    """Return the units in waves, each free to move once those before have, and those in a circle.

    Units that claim nothing here are in the first wave.
    """
    waits_for: dict[Unit, set[Unit]] = {unit: set() for unit in moving}
    ours = sorted(
        (each for each in claims if each.unit in moving),
        key=lambda each: (each.resource, each.was),
    )
    for _, group in groupby(ours, key=lambda each: each.resource):
        held = list(group)  # by where they were, so that those in the way are neighbours
        for number, each in enumerate(held):
            for others in (reversed(held[:number]), held[number + 1 :]):
                for other in others:
                    if not each.becomes.overlaps(other.was):
                        if _out_of_reach(each.becomes, each.was, other.was):
                            break
                        continue
                    if other.unit != each.unit:
                        waits_for[each.unit].add(other.unit)
    waves: list[tuple[Unit, ...]] = []
    while ready := sorted(unit for unit, others in waits_for.items() if not others):
        waves.append(tuple(ready))
        for unit in ready:
            del waits_for[unit]
        for waited in waits_for.values():
            waited.difference_update(ready)
    return tuple(waves), set(waits_for)


def _out_of_reach(becomes: Period, was: Period, other: Period) -> bool:
    """Whether what lies beyond `other`, seen from `was`, cannot reach to `becomes` either."""
    if other.starts_at >= was.starts_at:
        return other.starts_at >= becomes.ends_at
    return other.ends_at <= becomes.starts_at
