"""Pure: a week as the arrays that the moves work on, and a placement as lectures again."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sessions.timetabling.curriculum.instance import Lecture, WeekInstance

Ints = npt.NDArray[np.int64]

DAY_COST = 5
ISOLATED_COST = 2


class Week(NamedTuple):
    """What never changes. `x_from[i]:x_from[i + 1]` is where the list of i lies in `x`.

    `course` of each lecture; `free` the open periods of a course, `opens[c, t]` the same as 0/1;
    `short[c, r]` the students of c without a seat in r; `least` its days; `groups` the curricula
    of a course and `inside[c, q]` the same; `rivals` the courses that may not meet with c, itself
    included, and `clashing[a, b]` the same; `alone` the cost of a day's mask of periods.
    """

    days: int
    hours: int
    course: Ints
    free: Ints
    free_from: Ints
    opens: Ints
    short: Ints
    least: Ints
    groups: Ints
    groups_from: Ints
    inside: Ints
    rivals: Ints
    rivals_from: Ints
    clashing: Ints
    alone: Ints


def as_week(instance: WeekInstance) -> Week:
    """Return the arrays of an instance; courses, rooms and curricula keep their order."""
    number = {each.id: at for at, each in enumerate(instance.courses)}
    courses, periods = len(instance.courses), instance.periods
    opens = np.ones((courses, periods), dtype=np.int64)
    for name, day, period in instance.closed:
        opens[number[name], day * instance.periods_a_day + period] = 0
    inside = np.zeros((courses, len(instance.curricula)), dtype=np.int64)
    for at, curriculum in enumerate(instance.curricula):
        inside[[number[each] for each in curriculum.courses], at] = 1
    teachers = np.array([first_of(each.teacher, instance) for each in instance.courses])
    clashing = ((inside @ inside.T) > 0) | (teachers[:, None] == teachers)
    clashing |= np.eye(courses, dtype=bool)
    students = np.array([each.students for each in instance.courses], dtype=np.int64)
    seats = np.array([each.seats for each in instance.rooms], dtype=np.int64)
    counts = [each.lectures for each in instance.courses]
    free, free_from = _lists(opens)
    groups, groups_from = _lists(inside)
    rivals, rivals_from = _lists(clashing.astype(np.int64))
    return Week(
        days=instance.days,
        hours=instance.periods_a_day,
        course=np.repeat(np.arange(courses), counts),
        free=free,
        free_from=free_from,
        opens=opens,
        short=np.maximum(0, students[:, None] - seats),
        least=np.array([each.least_days for each in instance.courses], dtype=np.int64),
        groups=groups,
        groups_from=groups_from,
        inside=inside,
        rivals=rivals,
        rivals_from=rivals_from,
        clashing=clashing.astype(np.int64),
        alone=_alone(instance.periods_a_day),
    )


def first_of(teacher: str, instance: WeekInstance) -> int:
    """Return the position of the first course of this teacher."""
    return next(at for at, each in enumerate(instance.courses) if each.teacher == teacher)


def as_lectures(instance: WeekInstance, week: Week, period: Ints, room: Ints) -> list[Lecture]:
    """Return the lectures of a placement."""
    return [
        Lecture(instance.courses[c].id, instance.rooms[r].id, *divmod(t, instance.periods_a_day))
        for c, t, r in zip(week.course.tolist(), period.tolist(), room.tolist(), strict=True)
    ]


def _lists(table: Ints) -> tuple[Ints, Ints]:
    return np.nonzero(table)[1].astype(np.int64), np.concatenate([[0], table.sum(1).cumsum()])


def _alone(hours: int) -> Ints:
    masks = np.arange(1 << hours, dtype=np.int64)
    single = masks & ~(masks << 1) & ~(masks >> 1)
    return np.asarray(ISOLATED_COST * np.bitwise_count(single).astype(np.int64))
