"""Shell: describe a place or a programme anew, so that calendars say it too.

Meetups that are not over get a new LAST-MODIFIED; their SEQUENCE stays, since nobody has to act.
"""

from datetime import datetime
from typing import Any

from centres import premises, rooms
from centres.db import atomic, retried
from sessions.feed_versions import words_changed
from sessions.learning import mentors, programmes


@retried
async def describe_centre(
    *, code: str, revision: int, now: datetime, **changes: Any
) -> premises.Centre:
    """Amend a centre (see `centres.premises.amend_centre`) and its meetups' calendars."""
    async with atomic():
        row = await premises.amend_centre(code=code, revision=revision, now=now, **changes)
        await words_changed(centre_ids=[row.id], now=now)
        return row


@retried
async def describe_room(*, code: str, revision: int, now: datetime, **changes: Any) -> rooms.Room:
    """Amend a room (see `centres.rooms.amend_room`) and its meetups' calendars."""
    async with atomic():
        row = await rooms.amend_room(code=code, revision=revision, now=now, **changes)
        await words_changed(room_ids=[row.id], now=now)
        return row


@retried
async def describe_mentor(
    *, code: str, revision: int, now: datetime, **changes: Any
) -> mentors.Mentor:
    """Amend a mentor (see `amend_mentor`) and the calendars of their meetups."""
    async with atomic():
        row = await mentors.amend_mentor(code=code, revision=revision, **changes)
        await words_changed(mentor_ids=[row.id], now=now)
        return row


@retried
async def describe_programme(
    *, code: str, revision: int, now: datetime, **changes: Any
) -> programmes.Programme:
    """Amend a programme (see `amend_programme`) and the calendars of its meetups."""
    async with atomic():
        row = await programmes.amend_programme(code=code, revision=revision, **changes)
        await words_changed(programme_ids=[row.id], now=now)
        return row
