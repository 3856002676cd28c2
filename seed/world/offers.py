"""What one host of the demonstration offers in one term, enough for its groups. Pure.

Hosts are schools: rooms are free on Saturdays and Wednesday afternoons, seldom in the evening. They
are asked for more until it fits, and no further, so that a timetable is tight but can be found.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from seed.world.values import Centre, Cohort, Group, Room

SATURDAY, WEDNESDAY = 5, 2
# Meetups due for each slot offered; holidays take some slots away later.
ASKED_FOR = 0.9
TOO_LITTLE = 0.02  # of a slot a week


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of the week at which hosts have free rooms; `share` of the rooms, `rank` 0 first."""

    weekday: int
    starts_minute: int
    minutes: int
    share: float
    rank: float


@dataclass(slots=True)
class Offer:
    """A room at one hour in some weeks, and what share of each week's slot is not spoken for."""

    room: Room
    hour: Hour
    weeks: range
    left: dict[int, float] = field(init=False)

    def __post_init__(self) -> None:
        self.left = dict.fromkeys(self.weeks, 1.0)

    def serve(self, need: dict[int, float]) -> None:
        """Speak for as much of each week's slot as is needed and left; the need falls by it."""
        for week in need.keys() & self.left.keys():
            taken = min(need[week], self.left[week])
            need[week] -= taken
            self.left[week] -= taken

    def thin_out(self, phase: int) -> None:
        """Offer every second or fourth week only, if what was spoken for fits in there."""
        busiest = 1 - min(self.left.values())
        for interval in (4, 2):
            if busiest * ASKED_FOR <= 1 / interval + TOO_LITTLE and len(self.weeks) > interval:
                start = self.weeks.start + phase % interval
                self.weeks = range(start, self.weeks.stop, interval)
                return


def places_for(cohort: Cohort, room: Room) -> int:
    """Return how many learners of the cohort the room can take, 0 without what they need."""
    if not set(cohort.equipment) <= set(room.equipment):
        return 0
    return min(room.seats, room.computers) if "computers" in cohort.equipment else room.seats


def hours_of(centre: Centre) -> tuple[Hour, ...]:
    """Return the hours at which a centre's rooms may be free, with the usual habit of hosts."""
    saturday = min(each.opens_minute for each in centre.hours if each.weekday == SATURDAY)
    return (
        Hour(SATURDAY, max(saturday, 8 * 60), 240, 0.92, 0.0),
        Hour(SATURDAY, 14 * 60, 240, 0.72, 1.0),
        Hour(WEDNESDAY, 14 * 60 + 30, 180, 0.5, 2.0),
        *(Hour(day, 18 * 60, 120, 0.2, 2.5) for day in range(5)),
    )


def term_offers(
    centre: Centre,
    groups: Sequence[Group],
    cohorts: Mapping[str, Cohort],
    weeks: range,
    free: Collection[tuple[str, Hour]],
) -> list[Offer]:
    """Return what a host offers its groups in these weeks; `free` are rooms and hours by habit.

    The most particular groups choose first. A host asked for more than its habit agrees, up to
    the hours of the agreement and to as many rooms at once as the groups have mentors.
    """
    hours = hours_of(centre)
    mentors = len({each.mentor for each in groups})
    agreed = 60 * (centre.agreement.hours_a_week or 0)
    offers: list[Offer] = []

    def suiting(group: Group) -> list[tuple[Room, Hour]]:
        cohort = cohorts[group.cohort]
        return [
            (room, hour)
            for room, hour in product(centre.rooms, hours)
            if places_for(cohort, room) >= len(group.learners) and hour.minutes >= cohort.minutes
        ]

    def possible(room: Room, hour: Hour) -> bool:
        at_once = [each.room for each in offers if each.hour == hour]
        spent = sum(each.hour.minutes for each in offers)
        return room not in at_once and len(at_once) < mentors and spent + hour.minutes <= agreed

    choices = {each.code: suiting(each) for each in groups}
    for group in sorted(groups, key=lambda each: (len(choices[each.code]), each.code)):
        cohort = cohorts[group.cohort]
        need = _need(cohort, weeks)
        for offer in offers:
            if (offer.room, offer.hour) in choices[group.code]:
                offer.serve(need)
        while unmet := [week for week in need if need[week] > TOO_LITTLE]:
            left = [each for each in choices[group.code] if possible(*each)]
            best = _preferred(left, free, _dislike(offers, cohort))
            if best is None:
                break
            offers.append(Offer(*best, range(unmet[0], unmet[-1] + 1)))
            offers[-1].serve(need)
    for phase, offer in enumerate(offers):
        offer.thin_out(phase)
    return offers


def _need(cohort: Cohort, weeks: range) -> dict[int, float]:
    """Return the share of a slot that a group of the cohort needs in each of these weeks."""
    need = dict.fromkeys(weeks, 0.0)
    for due in cohort.weeks_due:
        for week in range(due, due + cohort.cadence):
            if week in need:
                need[week] += 1 / cohort.cadence / ASKED_FOR
    return need


def _preferred(
    left: Iterable[tuple[Room, Hour]],
    free: Collection[tuple[str, Hour]],
    dislike: Callable[[Room, Hour], float],
) -> tuple[Room, Hour] | None:
    return min(
        left,
        key=lambda each: (
            (each[0].code, each[1]) not in free,
            dislike(*each),
            each[0].code,
            each[1].weekday,
        ),
        default=None,
    )


def _dislike(offers: Sequence[Offer], cohort: Cohort) -> Callable[[Room, Hour], float]:
    """Return how little a room at an hour would do: late, a further room, too long, too good."""
    used = {each.room.code for each in offers}

    def dislike(room: Room, hour: Hour) -> float:
        idle_computers = bool(room.computers) and "computers" not in cohort.equipment
        return (
            hour.rank
            + 1.5 * (room.code not in used)
            + 0.5 * idle_computers
            + 0.7 * (hour.minutes - cohort.minutes) / 120
        )

    return dislike
