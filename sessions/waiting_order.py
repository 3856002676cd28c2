"""Who gets the next free seat of a meetup. Pure.

Learners of the meetup's own cohort come first, because the meetup is theirs; then whoever asked
earlier; then, for two who asked at the same instant, the lower entry number. Who is expected in
another meetup at that time is passed over, keeps the place, and is told so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One learner's entry in the queue of one meetup.

    `of_cohort` tells a learner of the meetup's cohort from a guest, `elsewhere` one who has a seat
    in another meetup at that time.
    """

    id: int
    learner: int
    asked_at: datetime
    of_cohort: bool = False
    elsewhere: bool = False

    def __post_init__(self) -> None:
        if self.asked_at.utcoffset() is None:
            raise ValueError("asked_at must carry its offset")


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is: who gets a seat, in order, and who came before them but is elsewhere."""

    given: tuple[Waiting, ...] = ()
    passed_over: tuple[Waiting, ...] = ()


def in_order(entries: Iterable[Waiting]) -> tuple[Waiting, ...]:
    """Return the entries in the order of the queue; positions count from 1 in it."""
    return tuple(sorted(entries, key=lambda each: (not each.of_cohort, each.asked_at, each.id)))


def next_turn(entries: Iterable[Waiting], free_seats: int) -> Turn:
    """Return who gets the free seats, and who is passed over on the way to the last of them.

    Raises ValueError for a negative number of seats.
    """
    if free_seats < 0:
        raise ValueError(f"seats cannot be negative, got {free_seats}")
    given: list[Waiting] = []
    passed_over: list[Waiting] = []
    for each in in_order(entries):
        if len(given) == free_seats:
            break
        (passed_over if each.elsewhere else given).append(each)
    return Turn(tuple(given), tuple(passed_over))
