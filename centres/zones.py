"""Wall clocks and instants, by one pinned edition of the time zone data. Pure.

The truth about a meetup is its wall time and its zone; the instant follows from them. Governments
change clocks at short notice and operating systems lag behind: Morocco left UTC+1 for good on
2026-09-20 and a stock Debian 12 still adds the hour. So every zone here comes from the PyPI package
`tzdata`, whose version is pinned and can be upgraded without touching the machine.
"""

import re
import zoneinfo
from datetime import UTC, date, datetime, time
from importlib import metadata
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from centres.errors import InvalidInput, Refusal
from centres.language import Sentence

_VERSION = re.compile(r"(?P<year>\d{4})(?:\.(?P<number>\d+)|(?P<letter>[a-z]))")


class UnknownZone(InvalidInput):
    """No time zone has this name."""


class WallTimeDoesNotExist(InvalidInput):
    """The clocks skip this time on this day."""


class WallTimeExpected(InvalidInput):
    """This time must be what the centre's wall clock shows, without a UTC offset."""


class InstantExpected(InvalidInput):
    """This time must say which UTC offset it is in."""


class StaleZoneData(Refusal):
    """The time zone data are too old to be trusted with appointments."""


def use_pinned_tzdata() -> None:
    """Make the package `tzdata` the only source of zones, forgetting zones already read.

    A ZoneInfo made earlier keeps what it read, so this runs when this module is first imported.
    Raises StaleZoneData if the package does not answer.
    """
    zoneinfo.reset_tzpath(to=[])
    ZoneInfo.clear_cache()
    try:
        ZoneInfo("Africa/Dakar")
    except ZoneInfoNotFoundError:
        raise StaleZoneData(
            "The package tzdata is installed without its zones: install it again."
        ) from None


def tzdata_version() -> str:
    """Return the version of the zone data in use, as PyPI writes it: "2026.6" is IANA's 2026f."""
    return metadata.version("tzdata")


def tzdata_released(version: str) -> date:
    """Return about when zone data of this version came out: the first day of its n-th month.

    Neither the version nor the package holds the date. IANA has not for many years published the
    n-th edition of a year before its n-th month, so the estimate is on the early side: data never
    pass for newer than they are. Reads "2026.6" and "2026f"; raises ValueError for anything else.
    """
    match = _VERSION.match(version)
    if match is None:
        raise ValueError(f"{version!r} is no version of the time zone data")
    letter = match["letter"]
    number = ord(letter) - ord("a") + 1 if letter else int(match["number"])
    return date(int(match["year"]), min(max(number, 1), 12), 1)


def require_fresh_tzdata(today: date, max_months: int = 18) -> None:
    """Raise StaleZoneData if the zone data in use are more than `max_months` older than `today`."""
    released = tzdata_released(tzdata_version())
    age_months = (today.year - released.year) * 12 + today.month - released.month
    if age_months > max_months:
        raise StaleZoneData(
            f"The time zone data, tzdata {tzdata_version()}, are about {age_months} months old"
            f" and may be at most {max_months}. Install a newer release of Rendezvous, or"
            " upgrade the package with: pip install --upgrade tzdata. Then start again."
        )


def zone(name: str, *, field: str | None = None) -> ZoneInfo:
    """Return the zone with this IANA name, such as "Africa/Dakar"; raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        # ValueError covers "../x" and NUL bytes, OSError a folder such as "Africa".
        raise UnknownZone(
            Sentence(
                "« {name} » n'est pas un fuseau horaire connu : écrivez-le comme Africa/Dakar.",
                name=name.replace("\0", "")[:60],
            ),
            field=field,
        ) from None


def require_wall_time(wall: datetime | time, *, field: str | None = None) -> None:
    """Raise WallTimeExpected for a time that carries an offset."""
    if wall.tzinfo is not None:
        raise WallTimeExpected(
            Sentence(
                "« {time} » porte un décalage : donnez seulement l'heure que montre l'horloge du"
                " centre.",
                time=wall.isoformat(),
            ),
            field=field,
        )


def require_instant(instant: datetime, *, field: str | None = None) -> None:
    """Raise InstantExpected for a time that does not say its offset."""
    if instant.utcoffset() is None:
        raise InstantExpected(
            Sentence(
                "« {time} » ne dit pas son décalage : ajoutez-le, comme Z pour UTC.",
                time=instant.isoformat(),
            ),
            field=field,
        )


def to_instant(wall: datetime, zone_name: str, *, field: str | None = None) -> datetime:
    """Return the instant, in UTC, at which clocks in the zone show the naive time `wall`.

    Where clocks show it twice, in the hour repeated in autumn, the first time counts, whatever
    the fold of `wall`. Raises WallTimeDoesNotExist in the hour skipped in spring, WallTimeExpected
    if `wall` carries an offset or lies at the end of the calendar, and UnknownZone.
    """
    require_wall_time(wall, field=field)
    here = zone(zone_name)
    try:
        instant = wall.replace(tzinfo=here, fold=0).astimezone(UTC)
        shown = instant.astimezone(here).replace(tzinfo=None)
    except OverflowError:
        raise WallTimeExpected(_off_the_calendar(wall), field=field) from None
    if shown != wall:
        raise WallTimeDoesNotExist(
            Sentence(
                "Le {day}, les horloges avancent ({zone}) et ne montrent jamais {skipped} :"
                " choisissez une heure à partir de {first}.",
                day=wall.date(),
                zone=zone_name,
                skipped=wall.time(),
                first=shown.time(),
            ),
            field=field,
        )
    return instant


def to_wall(instant: datetime, zone_name: str, *, field: str | None = None) -> datetime:
    """Return what clocks in the zone show at `instant`, as a naive datetime of fold 0.

    Undoes `to_instant`, except in the second pass of a repeated hour. Raises InstantExpected if
    `instant` is naive or lies at the end of the calendar, and UnknownZone.
    """
    require_instant(instant, field=field)
    try:
        return instant.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0)
    except OverflowError:
        raise InstantExpected(_off_the_calendar(instant), field=field) from None


def _off_the_calendar(moment: datetime) -> Sentence:
    return Sentence("« {time} » est hors du calendrier.", time=moment.isoformat())


# At import, not at start-up: whoever can convert a time has then, by importing the means to do so,
# already pinned the data. No command, worker process or test can forget the call.
use_pinned_tzdata()
