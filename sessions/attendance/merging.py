"""Pure: what the marks of a meetup come to, one standing for each person.

A set of marks has one meaning, whatever the order in which they arrived and however often they
were sent: nothing here looks at the time of arrival, nor at clocks. A mark that another one says
it replaces no longer speaks. Of those that still do, all must agree; where they differ, two devices
marked without knowing of each other, and a person has to settle it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sessions.attendance.marks import Mark, Subject, Value, Way
from sessions.figures.indicators import attendance_rate, no_show_rate


@dataclass(frozen=True, slots=True)
class Standing:
    """What the marks of one person come to.

    `value` is None while marks disagree. `heads` still speak; `history` holds all, in the order of
    the devices' clocks, for reading only.
    """

    value: Value | None
    heads: tuple[Mark, ...]
    history: tuple[Mark, ...]

    @property
    def conflict(self) -> bool:
        """Whether somebody has to settle what devices disagree about."""
        return self.value is None


@dataclass(frozen=True, slots=True)
class Counts:
    """People with a seat by what became of it; walk-ins apart.

    `unmarked` had a seat and no mark; `conflicts` have marks that disagree. Neither counts as
    having come or stayed away until somebody says so.
    """

    seats: int
    present: int
    late: int
    excused: int
    absent: int
    unmarked: int
    conflicts: int
    walk_ins: int

    @property
    def came(self) -> int:
        """People with a seat who were there."""
        return self.present + self.late

    @property
    def settled(self) -> int:
        """People with a seat of whom it is known whether they came."""
        return self.came + self.excused + self.absent

    @property
    def attendance_rate(self) -> Fraction | None:
        """Those who came among those of whom it is known; None when nothing is known."""
        return attendance_rate(self.came, self.settled)

    @property
    def no_show_rate(self) -> Fraction | None:
        """Those absent without an excuse among those of whom it is known."""
        return no_show_rate(self.absent, self.settled)


def merged(marks: Iterable[Mark]) -> dict[Subject, Standing]:
    """Return the standing of each person marked; the same for any order and any repetition.

    Raises ValueError for two different marks under one id, which storage never lets in.
    """
    known: dict[UUID, Mark] = {}
    for mark in marks:
        if known.setdefault(mark.id, mark) != mark:
            raise ValueError(f"two marks have the id {mark.id}")
    people: dict[Subject, list[Mark]] = {}
    for mark in sorted(known.values(), key=lambda each: (each.device_at, str(each.id))):
        people.setdefault(mark.subject, []).append(mark)
    return {subject: _standing(its) for subject, its in people.items()}


def _standing(marks: list[Mark]) -> Standing:
    replaced = {each for mark in marks for each in mark.supersedes}
    # Marks that replace each other in a ring have no end: then all of them speak.
    heads = [mark for mark in marks if mark.id not in replaced] or marks
    values = {mark.value for mark in heads}
    return Standing(
        value=values.pop() if len(values) == 1 else None, heads=tuple(heads), history=tuple(marks)
    )


def by_one_telephone(standings: Mapping[Subject, Standing]) -> set[Subject]:
    """Return those who checked themselves in on a telephone that checked in others, too."""
    people: dict[str, set[Subject]] = {}
    for subject, standing in standings.items():
        for mark in standing.history:
            if mark.way is Way.SELF:
                people.setdefault(mark.device, set()).add(subject)
    return {one for several in people.values() if len(several) > 1 for one in several}


def counts(seated: Iterable[int], standings: Mapping[Subject, Standing]) -> Counts:
    """Return the counts of a meetup: `seated` are the ids of learners who hold a seat.

    Whoever gave the seat back and came all the same counts with the walk-ins: the one place where
    attendance is counted, so that no two pages can disagree.
    """
    seats = set(seated)
    values = {each: standings.get(Subject(learner=each)) for each in seats}
    found = [each.value for each in values.values() if each is not None and each.value is not None]
    others = [
        each
        for subject, each in standings.items()
        if subject.learner not in seats and each.value is not None and each.value.came
    ]
    return Counts(
        seats=len(seats),
        present=found.count(Value.PRESENT),
        late=found.count(Value.LATE),
        excused=found.count(Value.EXCUSED),
        absent=found.count(Value.ABSENT),
        unmarked=sum(each is None for each in values.values()),
        conflicts=sum(each is not None and each.conflict for each in values.values()),
        walk_ins=len(others),
    )
