"""A feed to hold against the clauses of the RFCs, and a reader of its lines that knows only 3.1."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from centres.geo import Point
from centres.language import Language, Names
from sessions.feeds.calendar import FeedHead, render_calendar
from sessions.feeds.event import MeetupEntry, Precision
from sessions.lifecycle import MeetupState

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HEAD = FeedHead(
    uid="feed-7@rendezvous",
    name="Séances : Dakar, Praia; et \\ailleurs",
    opened_at=datetime(2026, 11, 23, 18, tzinfo=UTC),
    source_url="https://rendezvous.example/feeds/n0t-a-real-t0ken.ics",
)
LIVE = MeetupEntry(
    uid="7d3ad3ea-6c7c-4f0a-9b1e-0d5a3d1c2b01",
    sequence=0,
    created=datetime(2026, 11, 20, 10, tzinfo=UTC),
    last_modified=datetime(2026, 11, 21, 10, tzinfo=UTC),
    starts_at=datetime(2026, 12, 12, 9, tzinfo=UTC),
    ends_at=datetime(2026, 12, 12, 12, tzinfo=UTC),
    zone="Africa/Dakar",
    title=Names("Architecte de données, groupe 2"),
    centre_name="Campus numérique francophone de Dakar",
    room_name="Salle B12",
    address="Rue Léo-Frobenius\nDakar",
    directions="derrière la pharmacie ; entrée par la grille verte",
    point=Point(14.6937, -17.4624),
    precision=Precision.SITE,
    url="https://rendezvous.example/centres/SN-DKR-01",
    categories=("Architecte de données", "Dakar, Sénégal"),
    leader="Mame Exemple",
    note="Apportez un ordinateur.\nLe campus ouvre à 8 h 30.",
)
CANCELLED = MeetupEntry(
    uid="7d3ad3ea-6c7c-4f0a-9b1e-0d5a3d1c2b02",
    sequence=3,
    created=datetime(2026, 11, 20, 10, tzinfo=UTC),
    last_modified=datetime(2026, 11, 30, 10, tzinfo=UTC),
    starts_at=datetime(2026, 12, 15, 9, tzinfo=UTC),
    ends_at=datetime(2026, 12, 15, 11, tzinfo=UTC),
    zone="Africa/Casablanca",
    title=Names("Architecte de données"),
    centre_name="Centre de Casablanca",
    room_name="Studio",
    status=MeetupState.CANCELLED,
    cancel_reason="coupure de courant",
)

# Any code point, lone surrogates too, and many of the characters that matter.
words = st.text(
    st.one_of(
        st.characters(codec=None, exclude_categories=()),
        st.sampled_from('\\;,:"^\n\r\t nN éô\u0301\u2028\u0085\ufeff🎓'),
    ),
    max_size=200,
)


@st.composite
def entries(draw: st.DrawFn) -> list[MeetupEntry]:
    """Up to three meetups with any words at all in them."""
    return [
        MeetupEntry(
            uid=str(draw(st.uuids())),
            sequence=draw(st.integers(0, 50)),
            created=LIVE.created,
            last_modified=LIVE.last_modified,
            starts_at=LIVE.starts_at + timedelta(days=number),
            ends_at=LIVE.ends_at + timedelta(days=number),
            zone=LIVE.zone,
            title=Names("Séance " + draw(words)),
            centre_name=draw(words),
            room_name=draw(words),
            address=draw(st.none() | words),
            directions=draw(st.none() | words),
            categories=tuple(draw(st.lists(words, max_size=2))),
            leader=draw(st.none() | words),
            note=draw(st.none() | words),
            status=draw(st.sampled_from(MeetupState)),
            cancel_reason=draw(st.none() | words),
        )
        for number in range(draw(st.integers(0, 3)))
    ]


def rendered(*meetups: MeetupEntry, head: FeedHead = HEAD, now: datetime = NOW) -> bytes:
    return render_calendar(head, meetups, Language.FR, now)


@dataclass(frozen=True)
class Line:
    """A content line: name, parameters, value, as written."""

    name: str
    parameters: tuple[str, ...]
    value: str


def unfolded(body: bytes) -> list[Line]:
    """The content lines, put together again as 3.1 says."""
    found = []
    for text in re.sub(b"\r\n[ \t]", b"", body).decode().split("\r\n")[:-1]:
        head, _, value = text.partition(":")
        name, *parameters = head.split(";")
        found.append(Line(name, tuple(parameters), value))
    return found


def head_of(body: bytes) -> list[Line]:
    """The lines before the first component."""
    found = unfolded(body)
    return found[1 : found.index(Line("BEGIN", (), "VEVENT"))]


def events_of(body: bytes) -> list[dict[str, Line]]:
    """The lines of each VEVENT by name; a property that comes twice fails."""
    events: list[dict[str, Line]] = []
    inside = False
    for each in unfolded(body):
        if each == Line("BEGIN", (), "VEVENT"):
            events.append({})
            inside = True
        elif each == Line("END", (), "VEVENT"):
            inside = False
        elif inside:
            assert each.name not in events[-1], each
            events[-1][each.name] = each
    return events


def values(body: bytes) -> list[dict[str, str]]:
    """The values of each VEVENT by name, as written."""
    return [{name: line.value for name, line in each.items()} for each in events_of(body)]
