"""Pure: what each figure is, in words and in code. Nothing else in the product computes a rate.

A *seat* is one learner's booking, not given back, in a meetup that took place. A seat was *used*
when the learner came, late or not. Of a seat that nobody marked, or on which devices disagree,
nothing is known: it counts as booked, and in no rate.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from centres.language import phrase
from sessions.attendance.marks import Value

MINUTES = 60


@dataclass(frozen=True, slots=True)
class Seat:
    """One booked seat of a meetup that took place, and what is known of it.

    `value` None means unmarked or in conflict. `learner_country` is where the learner lives; None
    for a gender, birth year or sponsor means that it is not known, or that there is none.
    """

    booking: int
    meetup: int
    group: str
    centre: str
    day: date
    minutes: int
    learner: int
    learner_code: str
    value: Value | None
    gender: str | None
    birth_year: int | None
    learner_country: str
    sponsor: str | None
    funding: str | None
    programme: str


@dataclass(frozen=True, slots=True)
class Room:
    """The seats that one meetup offered, whether or not anybody took them."""

    meetup: int
    day: date
    minutes: int
    seats: int


def attendance_rate(came: int, settled: int) -> Fraction | None:
    """Return those who came among those of whom it is known; None when nothing is known."""
    return Fraction(came, settled) if settled else None


def no_show_rate(absent: int, settled: int) -> Fraction | None:
    """Return those absent without an excuse among those of whom it is known."""
    return Fraction(absent, settled) if settled else None


class Outcome(StrEnum):
    """What became of a seat, as rows are asked for."""

    BOOKED = "booked"
    USED = "used"
    ABSENT = "absent"
    EXCUSED = "excused"
    UNKNOWN = "unknown"

    def holds(self, seat: Seat) -> bool:
        """Whether a seat is among those that this outcome counts."""
        match self:
            case Outcome.BOOKED:
                return True
            case Outcome.USED:
                return seat.value is not None and seat.value.came
            case Outcome.ABSENT:
                return seat.value is Value.ABSENT
            case Outcome.EXCUSED:
                return seat.value is Value.EXCUSED
            case Outcome.UNKNOWN:
                return seat.value is None


@dataclass(frozen=True, slots=True)
class Figures:
    """The indicators of some seats. `learners` had a seat, `met` of them came at least once."""

    learners: int
    met: int
    seats: int
    used: int
    absent: int
    excused: int
    unknown: int
    booked_minutes: int
    used_minutes: int

    @property
    def settled(self) -> int:
        """Seats of which it is known what became of them."""
        return self.used + self.absent + self.excused

    @property
    def attendance_rate(self) -> Fraction | None:
        """The attendance rate."""
        return attendance_rate(self.used, self.settled)

    @property
    def no_show_rate(self) -> Fraction | None:
        """The no-show rate."""
        return no_show_rate(self.absent, self.settled)

    @property
    def booked_hours(self) -> float:
        """Seat-hours booked."""
        return self.booked_minutes / MINUTES

    @property
    def used_hours(self) -> float:
        """Seat-hours used."""
        return self.used_minutes / MINUTES


def figures(seats: Iterable[Seat]) -> Figures:
    """Return the indicators of these seats; a learner with many seats is one learner."""
    all_seats = list(seats)
    chosen = {outcome: [each for each in all_seats if outcome.holds(each)] for outcome in Outcome}
    used = chosen[Outcome.USED]
    return Figures(
        learners=len({each.learner for each in all_seats}),
        met=len({each.learner for each in used}),
        seats=len(all_seats),
        used=len(used),
        absent=len(chosen[Outcome.ABSENT]),
        excused=len(chosen[Outcome.EXCUSED]),
        unknown=len(chosen[Outcome.UNKNOWN]),
        booked_minutes=sum(each.minutes for each in all_seats),
        used_minutes=sum(each.minutes for each in used),
    )


def offered_hours(rooms: Iterable[Room]) -> float:
    """Return the seat-hours that meetups offered: seats of each, times its length."""
    return sum(each.seats * each.minutes for each in rooms) / MINUTES


DEFINITIONS = {
    "learners": (
        phrase("Élèves"),
        phrase("Personnes différentes qui avaient une place à une séance passée, non rendue."),
    ),
    "met": (
        phrase("Élèves venus au moins une fois"),
        phrase("Parmi eux, ceux qui ont été marqués présents ou en retard au moins une fois."),
    ),
    "offered": (
        phrase("Heures-places offertes"),
        phrase("Places de chaque séance qui a eu lieu, multipliées par sa durée en heures."),
    ),
    "booked": (
        phrase("Heures-places réservées"),
        phrase("Places réservées et non rendues, multipliées par la durée en heures."),
    ),
    "used": (
        phrase("Heures-places utilisées"),
        phrase("Places dont l'élève est venu, à l'heure ou en retard, multipliées par la durée."),
    ),
    "attendance": (
        phrase("Taux de présence"),
        phrase(
            "Places utilisées, divisées par les places dont on sait ce qu'elles sont devenues :"
            " utilisées, absences et excuses. Une place sans marque ne compte pas."
        ),
    ),
    "no_show": (
        phrase("Taux d'absence"),
        phrase("Absences sans excuse, divisées par les mêmes places."),
    ),
}
