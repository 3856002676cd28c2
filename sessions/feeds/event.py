"""One meetup as calendars show it: a VEVENT in UTC, with its wall time and zone in words. Pure.

UTC is the only spelling of a time that every calendar program read rightly, whatever its own zone
data say; what it costs, the sight of the local hour in some detail views, the description gives
back in words. No ATTENDEE and no ORGANIZER: a feed shows nobody's address.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from centres.geo import Point
from centres.language import (
    Language,
    Names,
    day_words,
    hours_words,
    translator,
)
from centres.zone_words import zone_words_with_offset
from centres.zones import to_wall
from sessions.feeds.icalendar_text import content_lines, escaped, one_line, plain, utc_stamp
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
    every poll.
    """
    return content_lines(_lines(entry, language))


def _lines(entry: MeetupEntry, language: Language) -> Iterator[str]:
    changed = utc_stamp(entry.last_modified)
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{changed}"
    yield f"CREATED:{utc_stamp(entry.created)}"
    yield f"LAST-MODIFIED:{changed}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield f"DTSTART:{utc_stamp(entry.starts_at)}"
    yield f"DTEND:{utc_stamp(entry.ends_at)}"
    yield f"SUMMARY:{escaped(summary(entry, language))}"
    yield f"LOCATION:{escaped(location(entry, language))}"
    if entry.point and entry.precision in _LEADS_TO_THE_DOOR:
        # Otherwise a phone would lead a learner to the middle of the town.
        yield f"GEO:{entry.point.latitude:.6f};{entry.point.longitude:.6f}"
    yield f"DESCRIPTION:{escaped(description(entry, language))}"
    if entry.url:
        yield f"URL:{entry.url}"
    categories = [escaped(each) for each in map(one_line, entry.categories) if each]
    if categories:
        yield f"CATEGORIES:{','.join(categories)}"
    yield f"TRANSP:{'TRANSPARENT' if entry.is_cancelled else 'OPAQUE'}"
    yield "END:VEVENT"


def summary(entry: MeetupEntry, language: Language) -> str:
    """Return the entry's one-line title, which says so first when the meetup is cancelled."""
    title = one_line(entry.title.in_language(language))
    if entry.is_cancelled:
        return translator(language).gettext("Annulée : {title}").format(title=title)
    return title


def location(entry: MeetupEntry, language: Language) -> str:
    """Return the place on one line, from the building to the landmark; says how far to trust it."""
    parts = (entry.centre_name, entry.room_name, entry.address, entry.directions)
    place = ", ".join(one_line(part).rstrip(" .,") for part in parts if part and one_line(part))
    if entry.precision in _LEADS_TO_THE_DOOR:
        return place
    doubt = translator(language).gettext("adresse connue à la ville près")
    return f"{place} ({doubt})"


def description(entry: MeetupEntry, language: Language) -> str:
    """Return plain text that stands by itself: when, in which zone, where, how, with whom."""
    return "\n".join(line for line in _description_lines(entry, language) if line)


def _description_lines(entry: MeetupEntry, language: Language) -> Iterator[str]:
    gettext = translator(language).gettext
    if entry.is_cancelled:
        yield gettext("Cette séance est annulée. Ne vous déplacez pas.")
        if entry.cancel_reason:
            yield gettext("Raison : {reason}").format(reason=plain(entry.cancel_reason))
    starts = to_wall(entry.starts_at, entry.zone)
    ends = to_wall(entry.ends_at, entry.zone)
    day = day_words(starts.date(), language)
    hours = hours_words(starts.time(), ends.time(), language)
    zone = zone_words_with_offset(entry.zone, entry.starts_at, language)
    yield f"{day[:1].upper()}{day[1:]}, {hours}, {zone}"
    yield f"{one_line(entry.centre_name)}, {one_line(entry.room_name)}"
    if entry.is_cancelled:
        return  # nobody should find their way there, nor bring anything
    if entry.directions:
        yield gettext("Pour venir : {directions}").format(directions=plain(entry.directions))
    if entry.precision not in _LEADS_TO_THE_DOOR:
        yield gettext(
            "L'adresse n'est connue qu'à la ville près : demandez votre chemin avant de partir."
        )
    if entry.leader:
        yield gettext("Avec {leader}").format(leader=one_line(entry.leader))
    if entry.note:
        yield plain(entry.note)
