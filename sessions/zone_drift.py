"""Shell: which zones have other rules than those by which slots and meetups were planned.

Two witnesses: stored instants that differ from those derived afresh from wall time and zone, and
the rules that were noted when plans were last brought in line. Opening hours, closures and holidays
are kept on the wall clock alone and need nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from centres.db import rows
from centres.zone_rules import offsets_in_words
from centres.zones import WallTimeDoesNotExist, to_instant, tzdata_version
from sessions.zone_shift import Period

YEARS_NOTED = 3
MOST_AN_OFFSET_CHANGES = timedelta(days=2)  # islands have crossed the date line


@dataclass(frozen=True, slots=True)
class ZoneDrift:
    """One zone of the network: what was noted of its rules, and what they have put out of line.

    `noted_with` is the tzdata version of the note, None before the first; `was` and `becomes` are
    its offsets in words, equal while nothing changed. `slots` and `meetups` are counts of those to
    come whose instants the rules in force no longer give, `first` the first of their days.
    """

    zone: str
    noted_with: str | None
    was: str | None
    becomes: str | None
    slots: int = 0
    meetups: int = 0
    first: date | None = None

    @property
    def rules_changed(self) -> bool:
        """Whether the rules are others than those noted, or than those that planned something."""
        return self.was != self.becomes or self.out_of_line

    @property
    def out_of_line(self) -> bool:
        """Whether a slot or meetup to come stands at another hour than people were told."""
        return bool(self.slots or self.meetups)


_ZONES = """
SELECT zone FROM centre UNION SELECT zone FROM country
UNION SELECT zone FROM slot WHERE ends_at > $1 UNION SELECT zone FROM meetup WHERE ends_at > $1
ORDER BY zone
"""
_PERIODS = """
SELECT 'slots' AS what, zone, starts_wall, ends_wall, starts_at, ends_at, count(*) AS count
FROM slot WHERE state = 'open' AND ends_at > $1
GROUP BY zone, starts_wall, ends_wall, starts_at, ends_at
UNION ALL
SELECT 'meetups', zone, starts_wall, ends_wall, starts_at, ends_at, count(*)
FROM meetup WHERE state = 'live' AND ends_at > $1
GROUP BY zone, starts_wall, ends_wall, starts_at, ends_at
"""
_NOTE = """
INSERT INTO zone_rules (zone, tzdata, first_day, years, offsets, noted_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (zone) DO UPDATE SET tzdata = excluded.tzdata, first_day = excluded.first_day,
    years = excluded.years, offsets = excluded.offsets, noted_at = excluded.noted_at
WHERE (zone_rules.first_day, zone_rules.offsets) <> (excluded.first_day, excluded.offsets)
   OR zone_rules.tzdata <> excluded.tzdata
"""

Derive = Callable[[datetime, datetime, str], Period | None]


def deriving() -> Derive:
    """Return a function from wall times and zone to the period they give by the rules in force.

    It remembers what it gave: a whole country has few different hours. None stands for a wall time
    that the clocks skip on that day; an hour shown twice counts the first time.
    """

    @cache
    def derive(starts_wall: datetime, ends_wall: datetime, zone: str) -> Period | None:
        try:
            return Period(to_instant(starts_wall, zone), to_instant(ends_wall, zone))
        except WallTimeDoesNotExist:
            return None

    return derive


def is_to_come(was: Period, becomes: Period | None, now: datetime) -> bool:
    """Return whether something has yet to begin by the old rules or by the new ones."""
    return max(was.starts_at, becomes.starts_at if becomes else was.starts_at) > now


async def zone_drift(now: datetime) -> list[ZoneDrift]:
    """Return every zone that the network uses, by name. Three queries; changes nothing."""
    since = now - MOST_AN_OFFSET_CHANGES
    derive = deriving()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"slots": 0, "meetups": 0})
    days: dict[str, list[date]] = defaultdict(list)
    for each in await rows(_PERIODS, since):
        was = Period(each["starts_at"], each["ends_at"])
        becomes = derive(each["starts_wall"], each["ends_wall"], each["zone"])
        if was != becomes and is_to_come(was, becomes, now):
            counts[each["zone"]][each["what"]] += each["count"]
            days[each["zone"]].append(each["starts_wall"].date())
    noted = {each["zone"]: each for each in await rows("SELECT * FROM zone_rules")}
    found = []
    for each in await rows(_ZONES, since):
        zone = each["zone"]
        note = noted.get(zone)
        found.append(
            ZoneDrift(
                zone=zone,
                noted_with=note["tzdata"] if note else None,
                was=note["offsets"] if note else None,
                becomes=offsets_in_words(zone, note["first_day"], note["years"]) if note else None,
                first=min(days[zone], default=None),
                **counts[zone],
            )
        )
    return found


async def note_rules(zones: Collection[str], now: datetime) -> None:
    """Note the rules of these zones as those that their plans follow, from this year on."""
    first_day = date(now.year, 1, 1)
    for zone in sorted(zones):
        offsets = offsets_in_words(zone, first_day, YEARS_NOTED)
        await rows(_NOTE, zone, tzdata_version(), first_day, YEARS_NOTED, offsets, now)
