"""What the clocks of a zone do over some years, by the zone data in use, as words to keep. Pure.

Kept beside the plans that were made with them, and compared after an upgrade of the data, they say
which governments have changed their clocks since.
"""

from datetime import UTC, date, datetime, time, timedelta

from centres.zones import zone

_ONE_DAY = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)


def offsets_in_words(zone_name: str, first_day: date, years: int) -> str:
    """Return the zone's UTC offset at the start of `first_day`, then each change of it.

    As in "+01:00, 2026-09-20T02:00Z +00:00": instants in UTC, offsets with seconds where there are
    any. Two changes within a day that undo each other are not seen. Raises UnknownZone.
    """
    here = zone(zone_name)

    def offset(instant: datetime) -> timedelta:
        return instant.astimezone(here).utcoffset() or timedelta(0)

    day = datetime.combine(first_day, time(), UTC)
    found = [_signed(offset(day))]
    for _ in range(round(years * 365.25)):
        before, after = offset(day), offset(day + _ONE_DAY)
        if before != after:
            low, high = day, day + _ONE_DAY
            while high - low > _ONE_SECOND:
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            change = high.replace(microsecond=0)
            found.append(f"{change:%Y-%m-%dT%H:%MZ} {_signed(after)}")
        day += _ONE_DAY
    return ", ".join(found)


def _signed(offset: timedelta) -> str:
    seconds = round(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    written = f"{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}"
    return f"{written}:{rest:02d}" if rest else written
