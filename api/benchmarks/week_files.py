"""Weeks of lectures in the text of ITC-2007 track 3, and answers as `course room day period`.

Di Gaspero, McCollum & Schaerf (2007). Days and periods count from 0 in the files as well.
"""

from collections.abc import Iterable

from api.benchmarks.files import Address, UnreadableInstance, read_text
from sessions.timetabling.curriculum.instance import (
    Course,
    Curriculum,
    Lecture,
    LectureRoom,
    WeekInstance,
)

HEADER = {"Name", "Courses", "Rooms", "Days", "Periods_per_day", "Curricula", "Constraints"}
SECTIONS = {
    "COURSES": "Courses",
    "ROOMS": "Rooms",
    "CURRICULA": "Curricula",
    "UNAVAILABILITY_CONSTRAINTS": "Constraints",
}

Rows = list[list[str]]


def read_week(address: Address) -> WeekInstance:
    """Return the week in a .ctt file. Raises UnreadableInstance, ImpossibleInstance."""
    header, sections = _parts(address)
    for section, name in SECTIONS.items():
        found, told = len(sections.get(section, [])), _whole(address, header, name)
        if found != told:
            raise UnreadableInstance(
                f"{address.path}: {told} lines are announced in {section}, {found} are there."
            )
    try:
        return WeekInstance(
            name=header.get("Name", address.path.stem),
            days=_whole(address, header, "Days"),
            periods_a_day=_whole(address, header, "Periods_per_day"),
            courses=tuple(
                Course(name, teacher, int(lectures), int(days), int(students))
                for name, teacher, lectures, days, students in sections["COURSES"]
            ),
            rooms=tuple(LectureRoom(name, int(seats)) for name, seats in sections["ROOMS"]),
            curricula=tuple(_curriculum(address, row) for row in sections["CURRICULA"]),
            closed=frozenset(
                (course, int(day), int(period))
                for course, day, period in sections["UNAVAILABILITY_CONSTRAINTS"]
            ),
        )
    except ValueError as error:
        raise UnreadableInstance(
            f"{address.path}: a line has the wrong number of words, or a word where a number"
            f" belongs ({error})."
        ) from error


def write_week(lectures: Iterable[Lecture]) -> str:
    """Return one line for each lecture: course, room, day and period."""
    rows = (f"{each.course} {each.room} {each.day} {each.period}\n" for each in sorted(lectures))
    return "".join(rows)


def read_lectures(text: str) -> list[Lecture]:
    """Return the lectures of a solution. Raises UnreadableInstance."""
    lectures = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.strip():
                course, room, day, period = line.split()
                lectures.append(Lecture(course, room, int(day), int(period)))
        except ValueError as error:
            raise UnreadableInstance(
                f"Line {number} of the solution is not `course room day period`."
            ) from error
    return lectures


def _parts(address: Address) -> tuple[dict[str, str], dict[str, Rows]]:
    header: dict[str, str] = {}
    sections: dict[str, Rows] = {}
    rows: Rows | None = None
    for line in read_text(address.path).splitlines():
        words = line.split()
        if not words:
            continue
        name = words[0].rstrip(":")
        if words == ["END."]:
            break
        if name in SECTIONS and len(words) == 1:
            rows = sections.setdefault(name, [])
        elif rows is not None:
            rows.append(words)
        elif name in HEADER and words[0].endswith(":"):
            header[name] = " ".join(words[1:])
        else:
            raise UnreadableInstance(f"{address.path}: {words[0]} is not a line of ITC-2007.")
    return header, sections


def _whole(address: Address, header: dict[str, str], name: str) -> int:
    try:
        return int(header[name])
    except (KeyError, ValueError) as error:
        raise UnreadableInstance(f"{address.path}: the line {name}: NUMBER is missing.") from error


def _curriculum(address: Address, row: list[str]) -> Curriculum:
    name, count, *courses = row
    if int(count) != len(courses):
        raise UnreadableInstance(f"{address.path}: curriculum {name} announces {count} courses.")
    return Curriculum(name, tuple(courses))
