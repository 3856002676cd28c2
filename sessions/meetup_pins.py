"""Shell: meetups that stay where they are, because a manager says so."""

from datetime import datetime

from centres.db import atomic, rows
from centres.language import Sentence
from centres.zones import require_instant
from sessions.refusals import MeetupNotFound, MeetupNotLive


async def pin_meetup(
    *, meetup_id: int, pinned_by: str, reason: str | None = None, now: datetime
) -> None:
    """Keep a live meetup to come where it is: no repair moves it unless told to, or its slot goes.

    Pinning twice changes nothing. Raises MeetupNotFound and MeetupNotLive.
    """
    require_instant(now)
    async with atomic():
        found = await rows(
            "SELECT state, starts_at FROM meetup WHERE id = $1::bigint FOR NO KEY UPDATE",
            meetup_id,
        )
        if not found:
            raise MeetupNotFound(Sentence("Cette séance n'existe pas."), field="meetup_id")
        if found[0]["state"] != "live" or found[0]["starts_at"] <= now:
            raise MeetupNotLive(Sentence("Cette séance est annulée, ou elle a commencé."))
        await rows(
            """INSERT INTO meetup_pin (meetup, pinned_by, pinned_at, reason)
               VALUES ($1, $2, $3, $4)
               ON CONFLICT ON CONSTRAINT meetup_is_pinned_once DO NOTHING""",
            meetup_id,
            pinned_by[:120],
            now,
            (reason or "").strip()[:500] or None,
        )


async def unpin_meetup(*, meetup_id: int) -> None:
    """Let a meetup be moved again; raises MeetupNotFound, and changes nothing if it has no pin."""
    async with atomic():
        if not await rows("SELECT 1 FROM meetup WHERE id = $1::bigint", meetup_id):
            raise MeetupNotFound(Sentence("Cette séance n'existe pas."), field="meetup_id")
        await rows("DELETE FROM meetup_pin WHERE meetup = $1", meetup_id)
