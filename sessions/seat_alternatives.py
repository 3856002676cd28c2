"""Which meetups suit a learner in place of one that does not, best first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from centres.language import Sentence

MOST_OFFERED = 12


@dataclass(frozen=True, slots=True)
class Alternative:
    """A meetup with a free seat that could stand in for another.

    `km` is the distance as the crow flies from the learner's home town, None where it is not
    known. `same_step` says that it is the meetup of the same number in the programme, and
    `later_minutes` how much later it starts (negative: earlier).
    """

    id: int
    title: str
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    centre_code: str
    centre: str
    city: str
    room: str
    km: float | None
    seats_free: int
    computers: int
    language: str
    same_step: bool
    same_language: bool
    same_weekday: bool
    later_minutes: int


def best_first(found: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Return the alternatives in the order in which they suit, at most `MOST_OFFERED`.

    The same step of the programme counts first, then the language, then the distance in whole
    tens of km (an unknown one last), then how near in time it is.
    """
    ordered = sorted(
        found,
        key=lambda each: (
            not each.same_step,
            not each.same_language,
            each.km is None,
            (each.km or 0) // 10,
            abs(each.later_minutes),
            each.id,
        ),
    )
    return tuple(ordered[:MOST_OFFERED])


def fit_words(alternative: Alternative) -> tuple[Sentence, ...]:
    """Return in words how an alternative compares to the meetup that it would replace."""
    step = (
        Sentence("même étape du programme")
        if alternative.same_step
        else Sentence("une autre étape du programme")
    )
    day = (
        Sentence("même jour de la semaine")
        if alternative.same_weekday
        else Sentence("un autre jour de la semaine")
    )
    return step, day
