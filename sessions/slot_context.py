"""Read what decides whether a room can be offered, in a fixed number of queries.

`lock_centre_of` takes the lock that every change of a centre's slots takes first: the rows of its
agreements. Under it the agreed hours of a week and the calendar of a room cannot change between
the check and the write, and two changes never wait for each other in a circle.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from centres.agreement import AgreementState
from centres.db import rows
from centres.fields import searched
from centres.heldslots import hold_calendar
from centres.language import Names, Sentence
from centres.opening import OpeningHours
from centres.refusals import RoomNotFound
from sessions.publishing_context import (
    AgreedTerms,
    ClosedDays,
    ExistingSlot,
    HolidayOn,
    PublishingContext,
)
from sessions.refusals import RoomNotOffered, SeatsDoNotFit

ONE_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RoomOnOffer:
    """A room, its centre, and the agreement that speaks for it; no agreement is None."""

    id: int
    code: str
    seats: int
    centre_id: int
    centre_code: str
    centre_name: str
    country_id: int
    zone: str
    agreement_id: int | None
    terms: AgreedTerms | None

    def seats_for(self, seats: int | None) -> int:
        """Return the seats to offer, the room's by default; raises SeatsDoNotFit."""
        offered = self.seats if seats is None else seats
        if not 1 <= offered <= self.seats:
            raise SeatsDoNotFit(
                Sentence(
                    "La salle {room} a {most} places : proposez-en de 1 à {most}.",
                    room=self.code,
                    most=self.seats,
                ),
                field="seats",
            )
        return offered


async def lock_centre_of(room_code: str) -> None:
    """Make other changes of slots in this room's centre wait until this transaction ends."""
    found = await rows("SELECT centre FROM room WHERE code = $1", searched(room_code))
    if found:
        await hold_calendar(found[0]["centre"])


_ROOM = """
SELECT r.id, r.code, r.seats, r.open, c.id AS centre_id, c.code AS centre_code,
       c.name AS centre_name, c.country AS country_id, c.zone, c.state AS centre_state,
       a.id AS agreement_id, a.state AS agreement_state, a.starts_on, a.ends_on, a.hours_a_week
FROM room r JOIN centre c ON c.id = r.centre
LEFT JOIN LATERAL (
    SELECT * FROM agreement
    WHERE agreement.centre = c.id AND starts_on IS NOT NULL AND ends_on IS NOT NULL
      AND hours_a_week IS NOT NULL AND ($3::int IS NULL OR agreement.id = $3)
    ORDER BY (state IN ('agreed', 'open')) DESC, ($2 BETWEEN starts_on AND ends_on) DESC,
             starts_on, id
    LIMIT 1
) a ON true
WHERE r.code = $1
"""


async def room_on_offer(
    room_code: str, *, on_day: date, agreement_id: int | None = None
) -> RoomOnOffer:
    """Return an open room with the agreement in force on `on_day`, or the one with that id.

    Where several would do, one that allows slots comes first, then one that covers the day, then
    the earliest. Raises RoomNotFound and RoomNotOffered.
    """
    found = await rows(_ROOM, searched(room_code), on_day, agreement_id)
    if not found:
        raise RoomNotFound(
            Sentence("Aucune salle ne porte le code {code}.", code=room_code[:40]),
            field="room_code",
        )
    row = found[0]
    if not row["open"]:
        raise RoomNotOffered(
            Sentence("La salle {room} n'est pas ouverte.", room=row["code"]), field="room_code"
        )
    if row["centre_state"] != "open":
        raise RoomNotOffered(
            Sentence("Le centre {centre} n'est pas ouvert.", centre=row["centre_code"]),
            field="room_code",
        )
    return RoomOnOffer(
        id=row["id"],
        code=row["code"],
        seats=row["seats"],
        centre_id=row["centre_id"],
        centre_code=row["centre_code"],
        centre_name=row["centre_name"],
        country_id=row["country_id"],
        zone=row["zone"],
        agreement_id=row["agreement_id"],
        terms=_terms(row),
    )


def _terms(row: dict[str, Any]) -> AgreedTerms | None:
    if row["agreement_id"] is None:
        return None
    return AgreedTerms(
        state=AgreementState(row["agreement_state"]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        hours_a_week=float(row["hours_a_week"]),
    )


_EXISTING = """
SELECT s.id, s.starts_wall, s.ends_wall, s.room = $2 AS in_same_room,
       p.title || ' (' || g.code || ')' AS meets
FROM slot s
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
LEFT JOIN cohort_group g ON g.id = m.cohort_group
LEFT JOIN cohort k ON k.id = g.cohort
LEFT JOIN programme p ON p.id = k.programme
WHERE s.centre = $1 AND s.state <> 'cancelled' AND s.starts_wall < $4 AND s.ends_wall > $3
  AND s.id <> ALL($5::int[])
ORDER BY s.starts_wall, s.id
"""


async def load_context(
    room: RoomOnOffer,
    *,
    first_day: date,
    last_day: date,
    now: datetime,
    on_purpose: Collection[date] = (),
    without_slots: Collection[int] = (),
) -> PublishingContext:
    """Return what speaks for and against slots in this room on these days, both included.

    `without_slots` are left out of the calendar: those about to be changed. Slots are read a week
    further on either side, because the agreed hours are those of whole weeks. Four queries.
    """
    opening = await rows(
        "SELECT weekday, opens_minute, closes_minute FROM opening_hours WHERE centre = $1"
        " ORDER BY weekday, opens_minute",
        room.centre_id,
    )
    closures = await rows(
        "SELECT first_day, last_day, reason FROM closure WHERE centre = $1 AND NOT lifted"
        " AND (room IS NULL OR room = $2) AND last_day >= $3 AND first_day <= $4"
        " ORDER BY first_day, id",
        room.centre_id,
        room.id,
        first_day,
        last_day + timedelta(days=1),
    )
    holidays = await rows(
        "SELECT date, name_fr, name_en, name_pt, tentative FROM public_holiday"
        " WHERE country = $1 AND observed AND date BETWEEN $2 AND $3 ORDER BY date, id",
        room.country_id,
        first_day - timedelta(days=1),
        last_day + timedelta(days=2),
    )
    existing = await rows(
        _EXISTING,
        room.centre_id,
        room.id,
        datetime.combine(first_day, time(0)) - ONE_WEEK,
        datetime.combine(last_day, time(0)) + 2 * ONE_WEEK,
        sorted(without_slots),
    )
    return PublishingContext(
        zone=room.zone,
        now=now,
        agreement=room.terms,
        opening=tuple(
            OpeningHours(
                each["weekday"], _clock(each["opens_minute"]), _clock(each["closes_minute"])
            )
            for each in opening
        ),
        closures=tuple(ClosedDays(**each) for each in closures),
        holidays=tuple(
            HolidayOn(
                each["date"],
                Names(each["name_fr"], each["name_en"], each["name_pt"]),
                each["tentative"],
            )
            for each in holidays
        ),
        existing=tuple(ExistingSlot(**each) for each in existing),
        on_purpose=frozenset(on_purpose),
    )


def _clock(minutes: int) -> time:
    """Return minutes after midnight as a clock shows them; the end of the day is 0:00."""
    return time(minutes // 60 % 24, minutes % 60)
