"""Pure: a centre in the words of schema.org, for search engines and whoever shares its page.

https://schema.org/Place and https://schema.org/EducationEvent, as JSON-LD 1.1.
"""

import json
from datetime import datetime

from centres.language import Language
from centres.zones import to_instant, zone
from sessions.public_calendar import CentrePage, PublicMeetup

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def centre_json(centre: CentrePage, *, language: Language, url: str, network: str) -> str:
    """Return JSON-LD of the centre and its coming meetups, fit to stand inside of a script element.

    The point is left out where it only shows the town; times carry the offset of their zone.
    """
    place = _place(centre, language, url)
    organiser = {"@type": "Organization", "name": network}
    events = [_event(each, centre, url, organiser) for each in centre.meetups]
    graph = {"@context": "https://schema.org", "@graph": [place, *events]}
    # "</script>" in a name must not end the element (HTML, 4.12.1.3).
    return json.dumps(graph, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _place(centre: CentrePage, language: Language, url: str) -> dict[str, object]:
    place: dict[str, object] = {
        "@type": "Place",
        "@id": url,
        "name": centre.name,
        "url": url,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": centre.city,
            "addressCountry": centre.country.in_language(language),
            **({"streetAddress": centre.address} if centre.address else {}),
        },
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": _DAYS[day.weekday],
                "opens": _clock(opens),
                "closes": _clock(closes),
            }
            for day in centre.week
            for opens, closes in day.openings
        ],
    }
    if centre.leads_to_the_door:
        place["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": centre.latitude,
            "longitude": centre.longitude,
        }
    return place


def _event(
    meetup: PublicMeetup, centre: CentrePage, url: str, organiser: dict[str, str]
) -> dict[str, object]:
    return {
        "@type": "EducationEvent",
        "name": meetup.title,
        "startDate": _with_offset(meetup.starts_wall, meetup.zone),
        "endDate": _with_offset(meetup.ends_wall, meetup.zone),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": {"@id": url, "@type": "Place", "name": f"{centre.name}, {meetup.room}"},
        "organizer": organiser,
        "url": url,
    }


def _with_offset(wall: datetime, name: str) -> str:
    """Return a wall time with its UTC offset, as in 2027-01-09T09:00:00+00:00."""
    return to_instant(wall, name).astimezone(zone(name)).isoformat(timespec="seconds")


def _clock(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return "23:59" if hour >= 24 else f"{hour:02}:{rest:02}"
