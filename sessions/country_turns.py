"""Shell: whoever finds places for the meetups of a country does so one after the other.

Two of them want each other's free slots, and neither knows beforehand which: closing two centres at
once would end in a deadlock. They would wait for each other anyway, for the country's calendar.
Cohorts and the agreements of centres are locked before this, slots and meetups after.
"""

from collections.abc import Collection

from centres.db import rows

_OF_SLOTS = (
    "SELECT c.country FROM slot s JOIN centre c ON c.id = s.centre WHERE s.id = ANY($1::int[])"
)
_OF_MEETUPS = (
    "SELECT c.country FROM meetup m JOIN centre c ON c.id = m.centre WHERE m.id = ANY($1::int[])"
)
_OF_TIMETABLE = (
    "SELECT c.country FROM planned_meetup p JOIN slot s ON s.id = p.slot"
    " JOIN centre c ON c.id = s.centre WHERE p.timetable = $1"
)
_OF_MENTOR = (
    "SELECT country FROM mentor WHERE id = $1 UNION SELECT c.country FROM meetup m"
    " JOIN centre c ON c.id = m.centre WHERE m.mentor = $1 AND m.state = 'live'"
)
_WAIT = "SELECT id FROM country WHERE id IN ({which}) ORDER BY id FOR NO KEY UPDATE"


async def take_turn_for_slots(slot_ids: Collection[int]) -> None:
    """Wait until nobody else moves the meetups of these slots' countries, then keep others out.

    Until the transaction ends, like those below; slots and meetups that are not there are passed
    over.
    """
    await rows(_WAIT.format(which=_OF_SLOTS), sorted(slot_ids))


async def take_turn_for_meetups(meetup_ids: Collection[int]) -> None:
    """Do what `take_turn_for_slots` does, for the countries where these meetups are."""
    await rows(_WAIT.format(which=_OF_MEETUPS), sorted(meetup_ids))


async def take_turn_for_mentor(mentor: int) -> None:
    """Do what `take_turn_for_slots` does, for a mentor's own country and those of the meetups."""
    await rows(_WAIT.format(which=_OF_MENTOR), mentor)


async def take_turn_for_timetable(timetable_id: int) -> None:
    """Do what `take_turn_for_slots` does, for the countries that a timetable has meetups in."""
    await rows(_WAIT.format(which=_OF_TIMETABLE), timetable_id)


async def take_turn_for_country(country_id: int) -> None:
    """Do what `take_turn_for_slots` does, for one country."""
    await rows(_WAIT.format(which="$1"), country_id)
