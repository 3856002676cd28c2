"""Shell: learners who check themselves in by the code on the wall, without any login."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from centres.acting import acting_as
from centres.db import atomic, rows
from centres.language import Sentence
from centres.zones import to_wall
from sessions.attendance.keeping import MarkMade, keep_marks
from sessions.attendance.marks import Value, Way, folded_name
from sessions.attendance.refusals import CodeRefused, MorePeopleLikeThat, NobodyLikeThat
from sessions.attendance.sheets import SheetMeetup, sheet_meetup
from sessions.attendance.wall_codes import (
    OPENS_BEFORE,
    TYPED_WITHIN,
    Family,
    Hours,
    new_pass,
    pass_window,
    plain_code,
    read_code,
    window_of,
    window_start,
)

CODE_HAS_CHANGED = Sentence(
    "Ce code a déjà changé : il ne vaut que 30 secondes, pour qu'une photo envoyée à un ami ne"
    " serve à rien. Prenez celui qui est à l'écran maintenant."
)
NOT_THE_CODE = Sentence(
    "Ce code n'est pas celui de cette séance. Relisez-le à l'écran de la salle, ou demandez à"
    " l'accueil."
)


@dataclass(frozen=True, slots=True)
class Person:
    """A learner who checks in; pages of a wall show the initials only."""

    id: int
    code: str
    name: str

    @property
    def initials(self) -> str:
        """The first letter of each part of the name."""
        return " ".join(f"{each[0].upper()}." for each in self.name.split() if each)


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Who was marked and as what; `already` when this person had checked in before."""

    meetup: SheetMeetup
    person: Person
    value: Value
    already: bool


_MADE = """
INSERT INTO checkin_secret (meetup, secret) VALUES ($1, $2)
ON CONFLICT (meetup) DO UPDATE SET meetup = excluded.meetup RETURNING secret
"""
_KNOWN = "SELECT secret FROM checkin_secret WHERE meetup = $1"
_BY_DIGITS = """
SELECT l.id, l.code, l.name FROM booking b JOIN learner l ON l.id = b.learner
WHERE b.meetup = $1 AND b.state = 'booked' AND right(l.phone, 4) = $2 ORDER BY l.id
"""
_OWN_MEETUPS = """
SELECT m.id, l.id AS learner, l.code, l.name FROM booking b JOIN meetup m ON m.id = b.meetup
JOIN learner l ON l.id = b.learner
WHERE b.learner = $1 AND b.state = 'booked' AND m.state = 'live'
  AND m.starts_at <= $2 AND m.ends_at >= $3 ORDER BY m.starts_at
"""
_OTHERS_NOW = """
SELECT m.id, s.secret, m.starts_at, m.ends_at, c.name AS centre FROM meetup m
JOIN checkin_secret s ON s.meetup = m.id JOIN centre c ON c.id = m.centre
WHERE m.state = 'live' AND m.starts_at <= $1 AND m.ends_at >= $2 AND m.id <> ALL($3::int[])
"""
_OWN_MARK = """
SELECT value FROM attendance_mark WHERE meetup = $1 AND learner = $2 AND way = 'self' LIMIT 1
"""


async def secret_of(*, meetup_id: int) -> bytes:
    """Return what the codes of a meetup are made from, made at the first asking."""
    found = await rows(_KNOWN, meetup_id)
    if not found:
        async with atomic():
            found = await rows(_MADE, meetup_id, secrets.token_bytes(32))
    return bytes(found[0]["secret"])


def hours_of(meetup: SheetMeetup) -> Hours:
    """Return when people may check in to a meetup."""
    return Hours(meetup.starts_at, meetup.ends_at)


async def see_wall(*, meetup_id: int, code: str, now: datetime) -> tuple[SheetMeetup, str]:
    """Return the meetup and a pass for whoever shows the code of its wall; raises CodeRefused."""
    meetup = await sheet_meetup(meetup_id=meetup_id)
    _require_open(meetup, now)
    secret = await secret_of(meetup_id=meetup.id)
    reading = read_code(secret, meetup.id, code, hours_of(meetup), now)
    if reading.family is not Family.WALL:
        raise CodeRefused(CODE_HAS_CHANGED if reading.family is Family.PAST else NOT_THE_CODE)
    return meetup, new_pass(secret, meetup.id, window_of(now), secrets.token_hex(8))


async def find_by_digits(
    *, meetup_id: int, given: str, digits: str, initial: str, now: datetime
) -> tuple[Person, datetime]:
    """Return whose telephone ends so, and when the pass was given out.

    Raises CodeRefused for a pass that is false or old, NobodyLikeThat, and MorePeopleLikeThat when
    an initial of the name is needed to tell people apart.
    """
    meetup = await sheet_meetup(meetup_id=meetup_id)
    window = pass_window(await secret_of(meetup_id=meetup.id), meetup.id, given, now)
    if window is None or meetup.state != "live":
        raise CodeRefused(
            Sentence("Trop de temps est passé depuis le code. Prenez celui qui est à l'écran.")
        )
    people = [Person(**each) for each in await rows(_BY_DIGITS, meetup.id, digits)]
    letter = folded_name(initial)[:1]
    if letter:
        people = [
            each
            for each in people
            if any(part.startswith(letter) for part in folded_name(each.name).split())
        ]
    if not people:
        raise NobodyLikeThat(
            Sentence(
                "Sur la liste de cette séance, personne n'a un téléphone qui finit ainsi. Vérifiez"
                " le lieu et l'heure de votre séance, ou dites votre nom à l'accueil."
            ),
            field="digits",
        )
    if len(people) > 1:
        raise MorePeopleLikeThat(
            Sentence("Vous êtes plusieurs à finir par {digits} : dites votre nom à l'accueil.",
                     digits=digits)
            if letter
            else Sentence("Vous êtes plusieurs à finir par {digits} : ajoutez la première lettre de"
                          " votre nom.", digits=digits),
            field="initial",
        )  # fmt: skip
    return people[0], window_start(window)


async def check_in(
    *, meetup_id: int, person: Person, seen_at: datetime, device: str, now: datetime,
    later: bool = False,
) -> CheckedIn:  # fmt: skip
    """Mark a learner present, or late, by what they saw; once, however often they ask."""
    meetup = await sheet_meetup(meetup_id=meetup_id)
    before = await rows(_OWN_MARK, meetup.id, person.id)
    if before:
        return CheckedIn(meetup, person, Value(before[0]["value"]), already=True)
    value = hours_of(meetup).value_at(seen_at)
    shown = to_wall(seen_at, meetup.zone).strftime("%H:%M")
    typed = to_wall(now, meetup.zone).strftime("%d/%m %H:%M")
    mark = MarkMade(
        id=uuid5(NAMESPACE_URL, f"self {meetup.id} {person.id}"),
        value=value,
        device=device,
        device_at=seen_at,
        way=Way.SELF,
        learner=person.code,
        proof=f"{shown} → {typed}" if later else shown,
    )
    with acting_as(f"learner:{person.id}"):
        done = await keep_marks(meetup_id=meetup.id, marks=[mark], now=now)
    # Two phones of one person in one second: the first is kept, and that is what was wanted.
    if done.refused and not await rows(_OWN_MARK, meetup.id, person.id):
        raise CodeRefused(done.refused[0].detail)
    return CheckedIn(meetup, person, value, already=not done.kept)


async def check_in_by_link(*, learner_id: int, code: str, device: str, now: datetime) -> CheckedIn:
    """Mark the holder of a learner's own link by a code they saw, typed now or later.

    Raises CodeRefused, which says so when the code is that of another place.
    """
    own = await rows(_OWN_MEETUPS, learner_id, now + OPENS_BEFORE, now - TYPED_WITHIN)
    past = False
    for each in own:
        meetup = await sheet_meetup(meetup_id=each["id"])
        secret = await secret_of(meetup_id=meetup.id)
        reading = read_code(secret, meetup.id, code, hours_of(meetup), now)
        past = past or reading.family is Family.PAST
        if reading.family not in (Family.WALL, Family.OFFLINE) or reading.shown_at is None:
            continue
        if reading.family is Family.WALL:
            _require_open(meetup, now)
        return await check_in(
            meetup_id=meetup.id,
            person=Person(each["learner"], each["code"], each["name"]),
            seen_at=reading.shown_at,
            device=device,
            now=now,
            later=reading.family is Family.OFFLINE,
        )
    if past:
        raise CodeRefused(CODE_HAS_CHANGED, field="code")
    elsewhere = await _whose_code(code, [each["id"] for each in own], now)
    if elsewhere is not None:
        raise CodeRefused(
            Sentence(
                "Ce code est celui d'un autre lieu ({centre}). Vérifiez sur votre page où est votre"
                " séance, ou parlez à l'accueil : une place y est peut-être libre.",
                centre=elsewhere,
            ),
            field="code",
        )
    raise CodeRefused(NOT_THE_CODE if own else NO_MEETUP, field="code")


NO_MEETUP = Sentence("Vous n'avez pas de séance en ce moment : il n'y a rien à noter.")


async def _whose_code(code: str, own: list[int], now: datetime) -> str | None:
    """Return the name of the centre on whose wall this code is now, None for nowhere."""
    for each in await rows(_OTHERS_NOW, now + OPENS_BEFORE, now, own):
        hours = Hours(each["starts_at"], each["ends_at"])
        reading = read_code(bytes(each["secret"]), each["id"], plain_code(code), hours, now)
        if reading.family is not Family.UNKNOWN:
            return str(each["centre"])
    return None


def _require_open(meetup: SheetMeetup, now: datetime) -> None:
    if meetup.state != "live":
        raise CodeRefused(Sentence("Cette séance a été annulée."))
    hours = hours_of(meetup)
    if not hours.is_open(now):
        raise CodeRefused(
            Sentence(
                "On se note le {day}, de {opens} à {closes} (heure du lieu).",
                day=meetup.day,
                opens=to_wall(hours.opens_at, meetup.zone).time(),
                closes=meetup.ends_wall.time(),
            )
        )
