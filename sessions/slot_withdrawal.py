"""Shell: take slots back, whatever the cause, and find new places for what was to happen there."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from centres.db import rows
from sessions.country_turns import take_turn_for_slots
from sessions.meetup_facts import load_displaced, meetups_in
from sessions.replanning import NOTICE_HOURS, Replanned, kept_of, require_reason, settle

WITHOUT_A_REASON = "Retiré par l'établissement."


async def withdraw_slots(
    slot_ids: Collection[int],
    *,
    reason: str | None,
    now: datetime,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = True,
    even_soon: bool = True,
) -> Replanned:
    """Cancel open slots and re-plan their meetups, inside the caller's transaction.

    Unless told "even", pinned meetups, and those that begin within `notice_hours`, are kept with
    their slots. The caller holds the locks of their centres. Raises ReasonNeeded when a meetup to
    come is among them and nobody says why.
    """
    ids = sorted(slot_ids)
    await take_turn_for_slots(ids)
    # Whoever is placing a meetup in one of them finishes first, or finds it gone.
    await rows("SELECT id FROM slot WHERE id = ANY($1::int[]) ORDER BY id FOR NO KEY UPDATE", ids)
    found = await load_displaced(meetup_ids=await meetups_in(ids), now=now)
    soon = None if even_soon else now + timedelta(hours=notice_hours)
    kept = kept_of(found, soon=soon, even_pinned=even_pinned)
    staying = {each.meetup for each in kept}
    displaced = [each for each in found if each.meetup not in staying]
    said = require_reason(reason if displaced or (reason or "").strip() else WITHOUT_A_REASON)
    done = Replanned()
    if displaced:
        done = await settle(
            displaced, reason=said, now=now, avoid_slots=ids, notice_hours=notice_hours
        )
    await rows(
        "UPDATE slot SET state = 'cancelled', cancel_reason = $2"
        " WHERE id = ANY($1::int[]) AND state = 'open' AND id NOT IN"
        " (SELECT slot FROM meetup WHERE id = ANY($3::int[]))",
        ids,
        said,
        sorted(staying),
    )
    return replace(done, kept=kept)
