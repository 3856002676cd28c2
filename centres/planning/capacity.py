"""Pure: how many learners a centre can take, meeting in turns.

The timetable's own numbers: a group meets once every `cadence_weeks`, in one slot of one room. So a
room whose slot comes round every week takes as many groups as there are weeks in the cadence.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from centres.errors import InvalidInput
from centres.language import Sentence


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How cohorts meet: every so many weeks, for so many minutes, each on average."""

    cadence_weeks: float
    meetup_minutes: float

    def __post_init__(self) -> None:
        if not (0 < self.cadence_weeks <= 52 and 0 < self.meetup_minutes <= 600):
            raise InvalidInput(
                Sentence("Donnez un nombre de {least} à {most}.", least=1, most=52),
                field="cadence_weeks",
            )


def learners_of_seats(seat_slots_a_week: float, rhythm: Rhythm) -> float:
    """Return how many learners fit into so many seats x weekly slots, at this cadence."""
    return seat_slots_a_week * rhythm.cadence_weeks


def learners_of_slots(slots: Iterable[tuple[int, float]], weeks: float, rhythm: Rhythm) -> float:
    """Return how many learners published slots take: (seats, minutes) of each over `weeks`.

    A slot shorter than a meetup takes nobody; a longer one is one meetup, as in the timetable.
    """
    usable = sum(seats for seats, minutes in slots if minutes >= rhythm.meetup_minutes)
    return learners_of_seats(usable / weeks, rhythm)


def learners_of_hours(seats: int, rooms: int, hours_a_week: float, rhythm: Rhythm) -> float:
    """Return how many learners rooms take that are lent `hours_a_week` in all, seats shared evenly.

    Hours of two rooms used at once count twice, as in an agreement.
    """
    meetings = int(hours_a_week * 60 // rhythm.meetup_minutes)
    return learners_of_seats(meetings * seats / max(1, rooms), rhythm)
