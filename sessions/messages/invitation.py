"""An invitation as calendar programs read it: iTIP REQUEST and CANCEL (RFC 5546). Pure.

One object for each UID, since all of a REQUEST's events must share theirs (3.2.2). Times are in
UTC, as in feeds, with the wall clock in words. The organiser is the network, under the address
that is this person's own: a reply to it says who answers, and no other address is ever named.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from centres.language import Language
from sessions.feeds.calendar import PRODID
from sessions.feeds.event import MeetupEntry, description, location, summary
from sessions.messages.digest import Method


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a calendar: an address and a name."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """One iTIP object and its bytes, the same in the mail's body and in its attachment."""

    method: Method
    uid: str
    sequence: int
    stamp: datetime
    content: bytes


def invitation(
    entry: MeetupEntry,
    *,
    method: Method,
    sequence: int,
    stamp: datetime,
    organiser: Party,
    attendee: Party,
    language: Language,
) -> Invitation:
    """Return the REQUEST or CANCEL of a meetup for one person; raises ValueError if the network
    would invite itself.
    """
    if organiser.address.lower() == attendee.address.lower():
        raise ValueError("the network never invites itself")
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("dtstart", entry.starts_at.astimezone(UTC))
    event.add("dtend", entry.ends_at.astimezone(UTC))
    event.add("summary", summary(entry, language))
    event.add("location", location(entry, language))
    event.add("description", description(entry, language))
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method is Method.CANCEL else "OPAQUE")
    if entry.url:
        event.add("url", entry.url)
    event.add("organizer", _organiser(organiser))
    event.add("attendee", _attendee(attendee, method))
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(event)
    return Invitation(method, entry.uid, sequence, stamp, calendar.to_ical(sorted=False))


def _organiser(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    address.params["CN"] = _called(party)
    return address


def _attendee(party: Party, method: Method) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    address.params["CUTYPE"] = vText("INDIVIDUAL")
    address.params["ROLE"] = vText("REQ-PARTICIPANT")
    if method is Method.REQUEST:
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        address.params["RSVP"] = vText("TRUE")
    address.params["CN"] = _called(party)
    return address


def _called(party: Party) -> vText:
    """Return the name as a parameter: some readers, icalendar too, take a backslash there for an
    escape, which RFC 5545 (3.2) does not know, and lose the address after it.
    """
    return vText(party.name.replace("\\", "/"))
