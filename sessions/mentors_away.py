"""Shell: when mentors are away, as instants: whole days on the clock of their country."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from centres.db import rows
from centres.zones import to_instant


@dataclass(frozen=True, slots=True)
class Away:
    """When a mentor, by id, leads nothing: whole days of the mentor's country."""

    mentor: int
    first_day: date
    starts_at: datetime
    ends_at: datetime


async def load_away(
    mentors: Collection[int], *, first: datetime, last: datetime
) -> tuple[Away, ...]:
    """Return the absences of these mentors that may touch the time between two instants."""
    found = await rows(
        """SELECT a.mentor, a.first_day, a.last_day, k.zone FROM mentor_absence a
           JOIN mentor m ON m.id = a.mentor JOIN country k ON k.id = m.country
           WHERE NOT a.lifted AND a.mentor = ANY($1::int[])
             AND a.last_day >= $2 AND a.first_day <= $3 ORDER BY a.id""",
        sorted(mentors),
        first.date() - timedelta(days=1),
        last.date() + timedelta(days=1),
    )
    midnight = datetime.min.time()
    return tuple(
        Away(
            mentor=each["mentor"],
            first_day=each["first_day"],
            starts_at=to_instant(datetime.combine(each["first_day"], midnight), each["zone"]),
            ends_at=to_instant(
                datetime.combine(each["last_day"] + timedelta(days=1), midnight), each["zone"]
            ),
        )
        for each in found
    )
