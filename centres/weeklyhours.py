"""Shell: the weekly opening hours of a centre, read and replaced as a whole.

They judge what is published from now on. What was published before stays: a closure is what shuts
a door on people who were told to come.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from centres import fields, tables
from centres.db import atomic, copy_rows, rows
from centres.heldslots import hold_calendar
from centres.language import Sentence
from centres.opening import OpeningHours, UnusableOpeningHours
from centres.records import lock, require_revision
from centres.refusals import CentreNotFound

WHOLE_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When a centre is open in a week, ascending. `revision` stands for exactly these hours."""

    centre: str
    hours: tuple[OpeningHours, ...]
    revision: int


async def set_opening_hours(
    *, centre: str, revision: int | None, hours: Iterable[OpeningHours]
) -> WeeklyHours:
    """Replace the opening hours, if they still are those of this revision.

    Stretches of one day may touch and not overlap. Raises UnusableOpeningHours, CentreNotFound
    and ChangedMeanwhile.
    """
    wanted = _in_order(hours)
    async with atomic():
        row = await lock(tables.Centre, centre, None, CentreNotFound)
        await hold_calendar(row["id"])
        before = await read_opening_hours(centre=centre)
        require_revision(centre, before.revision, revision)
        if wanted != before.hours:
            await rows("DELETE FROM opening_hours WHERE centre = $1", row["id"])
            await copy_rows(
                tables.OpeningHours,
                ["centre", "weekday", "opens_minute", "closes_minute"],
                [
                    (row["id"], each.weekday, _minutes(each.opens), _closing(each.closes))
                    for each in wanted
                ],
            )
        return await read_opening_hours(centre=centre)


async def read_opening_hours(*, centre: str) -> WeeklyHours:
    """Return a centre's opening hours, none for one that has none, or raise CentreNotFound."""
    found = await rows(
        """SELECT c.code, o.weekday, o.opens_minute, o.closes_minute
           FROM centre c LEFT JOIN opening_hours o ON o.centre = c.id
           WHERE c.code = $1 ORDER BY o.weekday, o.opens_minute""",
        fields.searched(centre),
    )
    if not found:
        raise CentreNotFound(fields.unknown(centre), field="centre")
    hours = tuple(
        OpeningHours(each["weekday"], _clock(each["opens_minute"]), _clock(each["closes_minute"]))
        for each in found
        if each["weekday"] is not None
    )
    return WeeklyHours(found[0]["code"], hours, _revision(hours))


def _in_order(hours: Iterable[OpeningHours]) -> tuple[OpeningHours, ...]:
    """Return the hours ascending; raises UnusableOpeningHours if two of one day overlap."""
    ordered = tuple(sorted(hours))
    for earlier, later in pairwise(ordered):
        if earlier.weekday == later.weekday and _minutes(later.opens) < _closing(earlier.closes):
            raise UnusableOpeningHours(
                Sentence(
                    "Deux plages du même jour se chevauchent : {first} et {second}.",
                    first=f"{earlier.opens:%H:%M}-{earlier.closes:%H:%M}",
                    second=f"{later.opens:%H:%M}-{later.closes:%H:%M}",
                ),
                field="hours",
            )
    return ordered


def _revision(hours: Sequence[OpeningHours]) -> int:
    """Return a number for these hours: the rows are replaced, so none of them can count."""
    written = ";".join(f"{each.weekday} {each.opens} {each.closes}" for each in hours)
    return zlib.crc32(written.encode()) % 999_999_999 + 1


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _closing(clock: time) -> int:
    """Return the minutes until closing time; midnight is the end of the day."""
    return _minutes(clock) or WHOLE_DAY


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)
