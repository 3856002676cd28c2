"""Shell: the sheet of a meetup: who is on it, what was marked, and what it comes to."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from centres.db import rows
from centres.fields import INT4_MAX
from centres.language import Sentence
from sessions.attendance.marks import Mark, Subject, Value, Way, subject_of
from sessions.attendance.merging import Counts, Standing, by_one_telephone, counts, merged
from sessions.attendance.row_codes import row_code
from sessions.refusals import MeetupNotFound


@dataclass(frozen=True, slots=True)
class SheetMeetup:
    """The meetup of a sheet, in the words of its page."""

    id: int
    title: str
    group: str
    centre: str
    centre_name: str
    country: str
    room: str
    mentor: str | None
    zone: str
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime
    state: str

    @property
    def day(self) -> date:
        """The day on the wall clock of the centre."""
        return self.starts_wall.date()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person of a sheet.

    `row` is the code on paper, None for a walk-in; `learner` the public code, None likewise;
    `seated` is False for whoever gave the seat back and for walk-ins; `standing` is None while
    nobody has marked the person; `shared_telephone` says that the telephone which checked them in
    checked in others, too.
    """

    subject: Subject
    row: str | None
    learner: str | None
    name: str
    seated: bool
    standing: Standing | None
    shared_telephone: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A meetup's sheet: those with a seat by name, those who gave it back, then walk-ins."""

    meetup: SheetMeetup
    rows: tuple[SheetRow, ...]
    counts: Counts

    @property
    def conflicts(self) -> tuple[SheetRow, ...]:
        """Those about whom devices disagree."""
        return tuple(each for each in self.rows if each.standing and each.standing.conflict)

    @property
    def seated(self) -> tuple[SheetRow, ...]:
        """Those with a seat."""
        return tuple(each for each in self.rows if each.seated)


_MEETUP = """
SELECT m.id, p.title, g.code AS group, c.code AS centre, c.name AS centre_name, k.iso2 AS country,
       r.name AS room, t.name AS mentor, m.zone, m.starts_wall, m.ends_wall, m.starts_at, m.ends_at,
       m.state
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN centre c ON c.id = m.centre
JOIN country k ON k.id = c.country JOIN room r ON r.id = m.room
LEFT JOIN mentor t ON t.id = m.mentor
"""
# Bookings are never deleted, so that a row keeps its number when others join or leave.
_PEOPLE = """
SELECT b.learner AS id, l.code AS learner, l.name, b.state,
       row_number() OVER (ORDER BY b.id) AS row
FROM booking b JOIN learner l ON l.id = b.learner WHERE b.meetup = $1
ORDER BY l.name, b.id
"""
_MARKS = """
SELECT mark, learner, walk_in, value, device, device_at, marked_by, way, evidence, proof,
       supersedes, reason
FROM attendance_mark WHERE meetup = $1 ORDER BY id
"""


async def sheet_meetup(*, meetup_id: int) -> SheetMeetup:
    """Return the meetup of a sheet; raises MeetupNotFound."""
    found = await rows(f"{_MEETUP} WHERE m.id = $1", min(meetup_id, INT4_MAX))
    if not found:
        raise MeetupNotFound(Sentence("Cette séance n'existe pas."))
    return SheetMeetup(**found[0])


async def meetups_of_day(*, centre: str, day: date) -> list[SheetMeetup]:
    """Return the live meetups of a centre on one day of its wall clock, by start. One query."""
    found = await rows(
        f"{_MEETUP} WHERE c.code = $1 AND m.starts_wall >= $2::date"
        " AND m.starts_wall < $2::date + 1 AND m.state = 'live' ORDER BY m.starts_wall, m.id",
        centre,
        day,
    )
    return [SheetMeetup(**each) for each in found]


async def marks_of(meetup_id: int) -> list[Mark]:
    """Return every mark of a meetup, those that were superseded included."""
    return [mark_from(each) for each in await rows(_MARKS, meetup_id)]


async def read_sheet(*, meetup_id: int) -> Sheet:
    """Return the sheet of a meetup, in three queries; raises MeetupNotFound."""
    meetup = await sheet_meetup(meetup_id=meetup_id)
    people = await rows(_PEOPLE, meetup.id)
    standings = merged(await marks_of(meetup.id))
    shared = by_one_telephone(standings)
    made = [_row(meetup.id, each, standings, shared) for each in people]
    walk_ins = [
        SheetRow(subject, None, None, standing.history[0].name or "", False, standing)
        for subject, standing in standings.items()
        if subject.walk_in is not None
    ]
    return Sheet(
        meetup=meetup,
        rows=(
            *(each for each in made if each.seated),
            *(each for each in made if not each.seated),
            *sorted(walk_ins, key=lambda each: each.subject.walk_in or ""),
        ),
        counts=counts((each["id"] for each in people if each["state"] == "booked"), standings),
    )


def _row(
    meetup: int,
    person: dict[str, Any],
    standings: dict[Subject, Standing],
    shared: set[Subject],
) -> SheetRow:
    subject = Subject(learner=person["id"])
    return SheetRow(
        subject=subject,
        row=row_code(meetup, person["row"]),
        learner=person["learner"],
        name=person["name"],
        seated=person["state"] == "booked",
        standing=standings.get(subject),
        shared_telephone=subject in shared,
    )


def mark_from(row: dict[str, Any]) -> Mark:
    """Return a stored mark; a walk-in is known by the folded name."""
    return Mark(
        id=row["mark"],
        subject=subject_of(row["learner"], row["walk_in"]),
        value=Value(row["value"]),
        device=row["device"],
        device_at=row["device_at"],
        marked_by=row["marked_by"],
        way=Way(row["way"]),
        supersedes=frozenset(UUID(each) for each in row["supersedes"]),
        reason=row["reason"],
        name=row["walk_in"],
        evidence=row["evidence"],
        proof=row["proof"],
    )
