"""Pure: one week of lectures to place: courses, rooms, curricula and closed periods."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from centres.errors import InvalidInput

MOST_PERIODS_A_DAY = 16


class ImpossibleInstance(InvalidInput):
    """These courses, rooms and periods contradict each other."""


@dataclass(frozen=True, slots=True)
class Course:
    """`lectures` of one teacher a week, wanted on at least `least_days` days."""

    id: str
    teacher: str
    lectures: int
    least_days: int
    students: int


@dataclass(frozen=True, slots=True)
class LectureRoom:
    """A room open in every period."""

    id: str
    seats: int


@dataclass(frozen=True, slots=True)
class Curriculum:
    """Courses with common students: never at once, and preferably one after the other."""

    id: str
    courses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeekInstance:
    """A week of `days` with `periods_a_day` each; `closed` holds (course, day, period), from 0.

    Raises ImpossibleInstance with the first contradiction.
    """

    name: str
    days: int
    periods_a_day: int
    courses: tuple[Course, ...]
    rooms: tuple[LectureRoom, ...]
    curricula: tuple[Curriculum, ...]
    closed: frozenset[tuple[str, int, int]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Check that everything named exists once and that the week has room for it."""
        if self.days < 1 or not 1 <= self.periods_a_day <= MOST_PERIODS_A_DAY:
            raise ImpossibleInstance(
                f"A week has at least 1 day, a day 1 to {MOST_PERIODS_A_DAY} periods;"
                f" not {self.days} and {self.periods_a_day}."
            )
        _once("course", (each.id for each in self.courses))
        _once("room", (each.id for each in self.rooms))
        _once("curriculum", (each.id for each in self.curricula))
        known = {each.id for each in self.courses}
        for each in self.curricula:
            for course in each.courses:
                if course not in known:
                    raise ImpossibleInstance(
                        f"Curriculum {each.id} names course {course}, which is not listed."
                    )
        for course, day, period in sorted(self.closed):
            if course not in known:
                raise ImpossibleInstance(f"Course {course} is unavailable but not listed.")
            if not (0 <= day < self.days and 0 <= period < self.periods_a_day):
                raise ImpossibleInstance(
                    f"Course {course} is unavailable on day {day}, period {period}:"
                    " there is no such period."
                )
        self._room_for_all()

    def _room_for_all(self) -> None:
        closed = Counter(course for course, _, _ in self.closed)
        for each in self.courses:
            open_periods = self.periods - closed[each.id]
            if min(each.lectures, each.students, each.least_days) < 0:
                raise ImpossibleInstance(f"Course {each.id} has a count below 0.")
            if each.lectures > open_periods:
                raise ImpossibleInstance(
                    f"Course {each.id} has {each.lectures} lectures but {open_periods} periods."
                )
        if self.lectures > self.periods * len(self.rooms):
            raise ImpossibleInstance(
                f"{self.lectures} lectures do not fit {len(self.rooms)} rooms"
                f" in {self.periods} periods."
            )

    @property
    def periods(self) -> int:
        """The periods of the whole week."""
        return self.days * self.periods_a_day

    @property
    def lectures(self) -> int:
        """The lectures to place."""
        return sum(each.lectures for each in self.courses)


@dataclass(frozen=True, slots=True, order=True)
class Lecture:
    """One lecture of a course in a room; day and period count from 0."""

    course: str
    room: str
    day: int
    period: int


def _once(what: str, ids: Iterable[str]) -> None:
    for name, count in Counter(ids).items():
        if count > 1:
            raise ImpossibleInstance(f"The {what} {name} is listed {count} times.")
