"""Pure: the audit of a week of lectures. It shares no code with what makes one.

The rules and weights of UD2: 1 per student without a seat, 5 per missing day, 2 per isolated
lecture of a curriculum, 1 per room of a course after its first. Di Gaspero, McCollum & Schaerf
(2007).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from sessions.timetabling.curriculum.instance import Lecture, WeekInstance


@dataclass(frozen=True, slots=True)
class WeekCost:
    """What a week costs, by part, already weighted."""

    seats: int = 0
    days: int = 0
    isolated: int = 0
    rooms: int = 0

    @property
    def total(self) -> int:
        """The sum of the parts."""
        return self.seats + self.days + self.isolated + self.rooms


@dataclass(frozen=True, slots=True)
class WeekAudit:
    """The cost by part and a sentence for each broken rule; none means the week may be used."""

    cost: WeekCost
    broken: tuple[str, ...]


def audit_week(instance: WeekInstance, lectures: Iterable[Lecture]) -> WeekAudit:
    """Return the audit of the lectures, in any order."""
    listed = sorted(lectures)
    broken = [*_wrong_names(instance, listed)]
    if not broken:
        broken = [*_wrong_counts(instance, listed), *_clashes(instance, listed)]
        return WeekAudit(_cost(instance, listed), tuple(broken))
    return WeekAudit(WeekCost(), tuple(broken))


def _wrong_names(instance: WeekInstance, lectures: list[Lecture]) -> Iterable[str]:
    courses = {each.id for each in instance.courses}
    rooms = {each.id for each in instance.rooms}
    for each in lectures:
        if each.course not in courses:
            yield f"There is no course {each.course}."
        if each.room not in rooms:
            yield f"There is no room {each.room}."
        if not (0 <= each.day < instance.days and 0 <= each.period < instance.periods_a_day):
            yield f"There is no period {each.period} on day {each.day}."


def _wrong_counts(instance: WeekInstance, lectures: list[Lecture]) -> Iterable[str]:
    placed = Counter(each.course for each in lectures)
    for course in instance.courses:
        if placed[course.id] != course.lectures:
            yield f"{course.id}: {placed[course.id]} lectures of {course.lectures}."
    for each in lectures:
        if (each.course, each.day, each.period) in instance.closed:
            yield f"{each.course} is unavailable on day {each.day}, period {each.period}."


def _clashes(instance: WeekInstance, lectures: list[Lecture]) -> Iterable[str]:
    teacher = {each.id: each.teacher for each in instance.courses}
    together: dict[tuple[int, int], list[Lecture]] = defaultdict(list)
    for each in lectures:
        together[each.day, each.period].append(each)
    for when, there in sorted(together.items()):
        at = f"on day {when[0]}, period {when[1]}"
        for one, two in combinations(there, 2):
            pair = {one.course, two.course}
            if one.room == two.room:
                yield f"{one.course} and {two.course} are both in {one.room} {at}."
            if one.course == two.course:
                yield f"{one.course} meets twice {at}."
            elif teacher[one.course] == teacher[two.course]:
                yield f"{teacher[one.course]} teaches {one.course} and {two.course} {at}."
            else:
                for curriculum in instance.curricula:
                    if pair <= set(curriculum.courses):
                        yield f"{curriculum.id} has {one.course} and {two.course} {at}."


def _cost(instance: WeekInstance, lectures: list[Lecture]) -> WeekCost:
    seats = {each.id: each.seats for each in instance.rooms}
    students = {each.id: each.students for each in instance.courses}
    of_course: dict[str, list[Lecture]] = defaultdict(list)
    for each in lectures:
        of_course[each.course].append(each)
    standing = sum(max(0, students[each.course] - seats[each.room]) for each in lectures)
    missing = sum(
        max(0, course.least_days - len({each.day for each in of_course[course.id]}))
        for course in instance.courses
    )
    isolated = 0
    for curriculum in instance.curricula:
        its = [each for course in set(curriculum.courses) for each in of_course[course]]
        when = {(each.day, each.period) for each in its}
        isolated += sum(
            (each.day, each.period - 1) not in when and (each.day, each.period + 1) not in when
            for each in its
        )
    extra = sum(len({each.room for each in there}) - 1 for there in of_course.values())
    return WeekCost(standing, 5 * missing, 2 * isolated, extra)
