"""One meetup as calendars show it: a VEVENT in UTC, with its wall time and zone in words. Pure.

UTC is the only spelling of a time that every calendar program read rightly, whatever its own zone
data say; what it costs, the sight of the local hour in some detail views, the description gives
back in words. No ATTENDEE and no ORGANIZER: a feed shows nobody's address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from centres.geo import Point
from centres.language import (
    Language,
    Names,
    day_words,
    hours_words,
    translator,
)
from centres.zone_words import zone_words_at
from centres.zones import to_wall, zone
from sessions.feeds.icalendar_text import (
    MOST_OCTETS,
    content_lines,
    escaped,
    folded_piece,
    one_line,
    plain,
    utc_stamp,
)
from sessions.lifecycle import MeetupState

CANCELLED_STAYS = timedelta(days=30)
MOST_UID_OCTETS = 255


class Precision(StrEnum):
    """What a centre's point stands for, finest first."""

    SITE = "site"
    STREET = "street"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"


_LEADS_TO_THE_DOOR = frozenset({Precision.SITE, Precision.STREET})


@dataclass(frozen=True, slots=True)
class MeetupEntry:
    """All that a subscriber sees of one meetup.

    `last_modified` is the time of its last visible change, `address` a street or at least a town,
    `directions` the way there by landmarks, `note` what to bring or know, `leader` the mentor's
    name where the subscriber may know it. Times carry their offset. Raises ValueError for what no
    calendar could show.
    """

    uid: str
    sequence: int
    created: datetime
    last_modified: datetime
    starts_at: datetime
    ends_at: datetime
    zone: str
    title: Names
    centre_name: str
    room_name: str
    address: str | None = None
    directions: str | None = None
    point: Point | None = None
    precision: Precision = Precision.CITY
    url: str | None = None
    categories: tuple[str, ...] = ()
    leader: str | None = None
    note: str | None = None
    status: MeetupState = MeetupState.LIVE
    cancel_reason: str | None = None

    def __post_init__(self) -> None:
        if not is_uid(self.uid):
            raise ValueError(f"{self.uid!r} is no UID")
        if self.sequence < 0:
            raise ValueError(f"SEQUENCE counts from 0, got {self.sequence}")
        for instant in (self.created, self.last_modified, self.starts_at, self.ends_at):
            if instant.utcoffset() is None:
                raise ValueError(f"{instant.isoformat()} does not say its UTC offset")
        if self.ends_at - self.starts_at < timedelta(seconds=1):
            raise ValueError("a meetup ends after it starts")
        if self.last_modified < self.created:
            raise ValueError("a meetup is not changed before it is made")
        if self.url is not None and not is_web_address(self.url):
            raise ValueError(f"{self.url!r} is no address of a page")

    @property
    def is_cancelled(self) -> bool:
        """Whether the meetup was called off."""
        return self.status is MeetupState.CANCELLED

    @property
    def leaves_feeds_at(self) -> datetime | None:
        """When the passing of time takes it out of feeds: never, unless it is cancelled.

        Most programs show a cancellation only while the entry is still there, marked as such.
        """
        return self.starts_at + CANCELLED_STAYS if self.is_cancelled else None


def is_uid(text: str) -> bool:
    """Whether text may be a UID (RFC 7986, 5.3): visible ASCII, at most 255 octets.

    Separators that TEXT would escape are left out: readers compare UIDs with and without.
    """
    usable = text.isascii() and text.isprintable() and not set(text) & set(' \\;,"')
    return usable and 0 < len(text) <= MOST_UID_OCTETS


def is_web_address(text: str) -> bool:
    """Whether text is an http or https URI that can stand in a line as it is (3.3.13)."""
    has_scheme = text.startswith(("https://", "http://"))
    return has_scheme and text.isascii() and text.isprintable() and not set(text) & set(' "<>\\')


def is_shown(entry: MeetupEntry, now: datetime) -> bool:
    """Return whether feeds show the entry: a cancelled one until 30 days after its old start."""
    leaves = entry.leaves_feeds_at
    return leaves is None or now < leaves


def render_event(entry: MeetupEntry, language: Language) -> bytes:
    """Return the entry as a VEVENT, CRLF at each line's end; equal inputs give equal bytes.

    DTSTAMP equals LAST-MODIFIED: taken from the clock, it would make the entry look changed at
    every poll. What differs from one meetup of a series to the next stands together. The
    line of the day, whose length follows the date, is broken after the first letter of the zone's
    name, and each line of the description starts a physical line: so all that follows stays the
    same from one meetup to the next, and a compressed feed says it once.
    """
    shown = _shown(
        entry.title,
        entry.centre_name,
        entry.room_name,
        entry.address,
        entry.directions,
        entry.point,
        entry.precision,
        entry.url,
        entry.categories,
        entry.leader,
        entry.note,
        entry.is_cancelled,
        entry.cancel_reason,
        language,
    )
    changed = utc_stamp(entry.last_modified)
    starts = entry.starts_at.astimezone(zone(entry.zone))
    letter, zone_line = _zone_line(entry.zone, starts.utcoffset(), language)
    when = f"{shown.label}{escaped(_day_and_hours(entry, starts, language))}\\, {letter}"
    return b"".join(
        (
            f"BEGIN:VEVENT\r\nDTSTART:{utc_stamp(starts)}\r\n".encode(),
            shown.before,
            folded_piece(when, MOST_OCTETS if shown.label else MOST_OCTETS - 1),
            zone_line,
            shown.after,
            folded_piece(f"UID:{entry.uid}"),
            (
                f"\r\nDTEND:{utc_stamp(entry.ends_at)}\r\nDTSTAMP:{changed}\r\n"
                f"CREATED:{utc_stamp(entry.created)}\r\nLAST-MODIFIED:{changed}\r\n"
                f"SEQUENCE:{entry.sequence}\r\n"
            ).encode(),
            shown.lines,
        )
    )


_CONTINUED = b"\r\n "


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the meetups of one group in one room share, ready to be written.

    `before` and `after` stand around the words for the time in the description, `label` is its
    name, unless `before` has said it, and `lines` end the entry.
    """

    before: bytes
    label: str
    after: bytes
    lines: bytes


@lru_cache(maxsize=2048)
def _shown(
    title: Names,
    centre_name: str,
    room_name: str,
    address: str | None,
    directions: str | None,
    point: Point | None,
    precision: Precision,
    url: str | None,
    categories: tuple[str, ...],
    leader: str | None,
    note: str | None,
    is_cancelled: bool,
    cancel_reason: str | None,
    language: Language,
) -> _Shown:
    label = "DESCRIPTION:"
    before = b""
    for line in _cancellation(cancel_reason, language) if is_cancelled else ():
        for each in line.split("\n"):
            room = MOST_OCTETS if label else MOST_OCTETS - 1
            before += folded_piece(f"{label}{escaped(each)}\\n", room) + _CONTINUED
            label = ""
    rest = "\n".join(
        _where_and_how(
            centre_name, room_name, directions, precision, leader, note, is_cancelled, language
        )
    )
    pieces = [f"{escaped(each)}\\n" for each in rest.split("\n")]
    pieces[-1] = pieces[-1].removesuffix("\\n")
    after = b"".join(_CONTINUED + folded_piece(each, MOST_OCTETS - 1) for each in pieces)
    place = _location(centre_name, room_name, address, directions, precision, language)
    lines = [
        f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if is_cancelled else 'OPAQUE'}",
        f"LOCATION:{escaped(place)}",
        f"SUMMARY:{escaped(_summary(title, is_cancelled, language))}",
    ]
    if point and precision in _LEADS_TO_THE_DOOR:
        # Otherwise a phone would lead a learner to the middle of the town. A zero has no sign:
        # -0.0 equals 0.0, and equal facts give equal bytes.
        lines.append(f"GEO:{point.latitude + 0.0:.6f};{point.longitude + 0.0:.6f}")
    if url:
        lines.append(f"URL:{url}")
    named = [escaped(each) for each in map(one_line, categories) if each]
    if named:
        lines.append(f"CATEGORIES:{','.join(named)}")
    lines.append("END:VEVENT")
    return _Shown(before, label, after + b"\r\n", content_lines(lines))


def summary(entry: MeetupEntry, language: Language) -> str:
    """Return the entry's one-line title, which says so first when the meetup is cancelled."""
    return _summary(entry.title, entry.is_cancelled, language)


def _summary(title: Names, is_cancelled: bool, language: Language) -> str:
    words = one_line(title.in_language(language))
    if is_cancelled:
        return translator(language).gettext("Annulée : {title}").format(title=words)
    return words


def location(entry: MeetupEntry, language: Language) -> str:
    """Return the place on one line, from the building to the landmark; says how far to trust it."""
    return _location(
        entry.centre_name,
        entry.room_name,
        entry.address,
        entry.directions,
        entry.precision,
        language,
    )


def _location(
    centre_name: str,
    room_name: str,
    address: str | None,
    directions: str | None,
    precision: Precision,
    language: Language,
) -> str:
    parts = (centre_name, room_name, address, directions)
    place = ", ".join(one_line(part).rstrip(" .,") for part in parts if part and one_line(part))
    if precision in _LEADS_TO_THE_DOOR:
        return place
    doubt = translator(language).gettext("adresse connue à la ville près")
    return f"{place} ({doubt})"


def when_words(entry: MeetupEntry, language: Language) -> str:
    """Return the day, the hours and the zone in words, by the wall clock of the meetup's zone."""
    starts = entry.starts_at.astimezone(zone(entry.zone))
    here = zone_words_at(entry.zone, starts.utcoffset(), language)
    return f"{_day_and_hours(entry, starts, language)}, {here}"


def _day_and_hours(entry: MeetupEntry, starts: datetime, language: Language) -> str:
    ends = to_wall(entry.ends_at, entry.zone)
    day = day_words(starts.date(), language)
    return f"{day[:1].upper()}{day[1:]}, {hours_words(starts.time(), ends.time(), language)}"


@lru_cache(maxsize=512)
def _zone_line(name: str, offset: timedelta | None, language: Language) -> tuple[str, bytes]:
    """Return the first letter of the zone's words, and the physical line of the rest of them."""
    words = zone_words_at(name, offset, language)
    return words[0], _CONTINUED + folded_piece(f"{escaped(words[1:])}\\n", MOST_OCTETS - 1)


def description(entry: MeetupEntry, language: Language) -> str:
    """Return plain text that stands by itself: when, in which zone, where, how, with whom."""
    lines = [
        when_words(entry, language),
        *_where_and_how(
            entry.centre_name,
            entry.room_name,
            entry.directions,
            entry.precision,
            entry.leader,
            entry.note,
            entry.is_cancelled,
            language,
        ),
    ]
    if entry.is_cancelled:
        lines = [*_cancellation(entry.cancel_reason, language), *lines]
    return "\n".join(lines)


def _cancellation(reason: str | None, language: Language) -> Iterator[str]:
    gettext = translator(language).gettext
    yield gettext("Cette séance est annulée. Ne vous déplacez pas.")
    if reason:
        yield gettext("Raison : {reason}").format(reason=plain(reason))


def _where_and_how(
    centre_name: str,
    room_name: str,
    directions: str | None,
    precision: Precision,
    leader: str | None,
    note: str | None,
    is_cancelled: bool,
    language: Language,
) -> Iterator[str]:
    gettext = translator(language).gettext
    yield f"{one_line(centre_name)}, {one_line(room_name)}"
    if is_cancelled:
        return  # nobody should find their way there, nor bring anything
    if directions:
        yield gettext("Pour venir : {directions}").format(directions=plain(directions))
    if precision not in _LEADS_TO_THE_DOOR:
        yield gettext(
            "L'adresse n'est connue qu'à la ville près : demandez votre chemin avant de partir."
        )
    if leader:
        yield gettext("Avec {leader}").format(leader=one_line(leader))
    if note and plain(note):
        yield plain(note)
