"""Shell: store the new instants of a country's slots and meetups, and tell everybody once.

All of it runs in the caller's transaction and in a few large statements. Bookings follow their
meetups by themselves.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from centres.db import rows
from centres.language import Language
from centres.zone_words import zone_words
from sessions.lifecycle import NoticeKind
from sessions.meetup_facts import facts_of
from sessions.meetup_writes import store_stays
from sessions.notices import tell, tell_one
from sessions.waiting_list import promote_waiting
from sessions.zone_plans import Plans
from sessions.zone_shift import Period, Shift

AT_ONCE = 500  # rows in one statement, so that none runs into the server's time limit
# Kept with the notice, in the language of the network, as every reason is.
REASON = "Nouvelle heure légale ({zone}) : la séance garde l'heure que montre l'horloge du centre."

_RELEASE = """
UPDATE booking SET state = 'released', changes = changes + 1, changed_at = $2
WHERE id = ANY($1::int[]) AND state = 'booked' RETURNING meetup, learner
"""
_NEW = "unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS new (id, starts_at, ends_at)"
_MOVE_SLOTS = f"""
UPDATE slot SET starts_at = new.starts_at, ends_at = new.ends_at FROM {_NEW}
WHERE slot.id = new.id
"""
# A meetup that is cancelled has no slot; a live one finds its slot moved already.
_MOVE_MEETUPS = f"""
UPDATE meetup SET starts_at = new.starts_at, ends_at = new.ends_at,
    slot_starts_at = (SELECT starts_at FROM slot WHERE slot.id = meetup.slot),
    slot_ends_at = (SELECT ends_at FROM slot WHERE slot.id = meetup.slot),
    sequence = meetup.sequence + 1, changed_at = $4
FROM {_NEW} WHERE meetup.id = new.id
"""


async def store_shift(plans: Plans, found: Shift, moved: Sequence[int], now: datetime) -> None:
    """Store what moves, and what was cancelled with it; tell the people of the meetups `moved`.

    Guests who would be in two places give their seats back, to whoever waits for them. Calendars
    are counted up last.
    """
    before = await facts_of(moved)
    released = await rows(_RELEASE, sorted(found.released), now)
    called_off = [each for each, row in plans.meetups.items() if row["state"] == "cancelled"]
    withdrawn = [each for each, row in plans.slots.items() if row["state"] == "cancelled"]
    for wave in (*found.rooms, withdrawn):
        await _store(_MOVE_SLOTS, wave, plans.slots_that_move)
    live = [[plans.meetup_in.get(unit, 0) for unit in wave] for wave in found.people]
    for meetups in (*live, called_off):
        await _store(_MOVE_MEETUPS, meetups, plans.meetups_that_move, now)
    moving = found.moving
    await store_stays(
        {
            meetup: slot
            for slot, meetup in plans.meetup_in.items()
            if slot in moving and meetup not in plans.meetups_that_move
        }
    )
    await _tell(plans, moved, before, now)
    for each in released:
        await tell_one(
            kind=NoticeKind.SEAT_RELEASED,
            meetup_id=each["meetup"],
            learner_id=each["learner"],
            now=now,
            reason="Cette séance et une autre des vôtres ont maintenant lieu à la même heure.",
        )
    changed = [*moved, *(each for each in called_off if each in plans.meetups_that_move)]
    freed = {each["meetup"] for each in released}
    await promote_waiting(meetup_ids={*moved, *freed}, changed={*changed, *freed}, now=now)


async def _store(
    statement: str, ids: Collection[int], becomes: Mapping[int, Period], *more: datetime
) -> None:
    for some in _parts([each for each in ids if each in becomes]):
        starts, ends = (
            [becomes[each].starts_at for each in some],
            [becomes[each].ends_at for each in some],
        )
        await rows(statement, some, starts, ends, *more)


async def _tell(
    plans: Plans, moved: Sequence[int], before: Mapping[int, dict[str, str]], now: datetime
) -> None:
    by_zone: dict[str, list[int]] = defaultdict(list)
    for each in moved:
        by_zone[plans.meetups[each]["zone"]].append(each)
    for zone, meetups in sorted(by_zone.items()):
        for some in _parts(meetups):
            await tell(
                kind=NoticeKind.MOVED,
                meetup_ids=some,
                now=now,
                before={each: before[each] for each in some},
                after=await facts_of(some),
                reason=REASON.format(zone=zone_words(zone, Language.FR)),
            )


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for first in range(0, len(ids), AT_ONCE):
        yield list(ids[first : first + AT_ONCE])
