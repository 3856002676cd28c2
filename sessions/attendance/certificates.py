"""Shell: certificates of attendance: what they say, and whether one that is shown still holds.

A certificate is kept as a code and the hash of what it says. Whoever checks the code learns only
whether the marks still say the same; corrected marks make it void, and a new one has a new code.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from centres.acting import current_actor
from centres.db import atomic, rows
from centres.errors import Refusal
from centres.language import Sentence
from sessions.attendance.wall_codes import ALPHABET

LENGTH = 16  # 23 signs to the 16th: 72 bits


class NothingToCertify(Refusal):
    """This person has come to no meetup yet."""


@dataclass(frozen=True, slots=True)
class Attended:
    """One meetup to which the learner came."""

    meetup: int
    day: date
    minutes: int
    title: str
    centre: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it is printed; `centre` is None for one of all centres."""

    code: str
    name: str
    centre: str | None
    until: date
    meetups: tuple[Attended, ...]

    @property
    def minutes(self) -> int:
        """How long the meetups were, together."""
        return sum(each.minutes for each in self.meetups)


_ATTENDED = """
SELECT m.id AS meetup, m.starts_wall::date AS day,
       (extract(epoch FROM m.ends_at - m.starts_at) / 60)::int AS minutes, p.title,
       c.name AS centre
FROM attendance a JOIN meetup m ON m.id = a.meetup JOIN centre c ON c.id = m.centre
JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme
WHERE a.learner = $1 AND a.value IN ('present', 'late') AND m.state = 'live'
  AND ($2::int IS NULL OR m.centre = $2) AND m.starts_wall::date <= $3
ORDER BY m.starts_wall, m.id
"""
_KEEP = """
INSERT INTO attendance_certificate (code, learner, centre, until, sha256, issued_by, issued_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT same_certificate_has_one_code DO UPDATE SET learner = excluded.learner
RETURNING code, until
"""
_LEARNER = "SELECT name FROM learner WHERE id = $1"
_CENTRE = "SELECT id, name FROM centre WHERE code = $1"
_SHOWN = """
SELECT x.learner, x.centre, x.until, x.sha256, l.name FROM attendance_certificate x
JOIN learner l ON l.id = x.learner WHERE x.code = $1
"""


async def certify(
    *, learner_id: int, now: datetime, today: date, centre: str | None = None
) -> Certificate:
    """Return the certificate of all that a learner came to, at one centre or at any.

    The same attendance has the same code, however often it is asked for. Raises NothingToCertify.
    """
    async with atomic():
        name = str((await rows(_LEARNER, learner_id))[0]["name"])
        place = None if centre is None else (await rows(_CENTRE, centre))[0]
        where = None if place is None else place["id"]
        came = await _attended(learner_id, where, today)
        if not came:
            raise NothingToCertify(
                Sentence("Aucune présence n'est encore notée : il n'y a rien à attester.")
            )
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        # The day of the last meetup, so that asking again tomorrow is asking for the same.
        kept = await rows(
            _KEEP, code, learner_id, where, came[-1].day, _hash(name, came), current_actor(), now
        )
    return Certificate(
        kept[0]["code"],
        name,
        None if place is None else str(place["name"]),
        kept[0]["until"],
        came,
    )


async def is_valid(code: str) -> bool:
    """Say whether a certificate of this code was handed out and the marks still say the same."""
    plain = "".join(each for each in code.upper() if each.isascii() and each.isalnum())
    found = await rows(_SHOWN, plain[:LENGTH]) if len(plain) == LENGTH else []
    if not found:
        return False
    came = await _attended(found[0]["learner"], found[0]["centre"], found[0]["until"])
    return _hash(found[0]["name"], came) == bytes(found[0]["sha256"])


async def _attended(learner: int, centre: int | None, until: date) -> tuple[Attended, ...]:
    return tuple(Attended(**each) for each in await rows(_ATTENDED, learner, centre, until))


def _hash(name: str, came: tuple[Attended, ...]) -> bytes:
    # Not the names of programmes and centres: whoever renames one makes no certificate void.
    said: list[Any] = [name]
    said += [[each.meetup, each.day.isoformat(), each.minutes] for each in came]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()
