"""Shell: read who is told, with what they prefer; the first time, give them a reply address."""

import base64
import secrets
from datetime import datetime
from typing import Any

from centres.db import rows
from centres.language import Language
from sessions.messages.people import CalendarBy, Person, Reader

_PERSON = {
    "learner": """
SELECT p.id, p.name, p.language, k.iso2 AS country, p.consent_at IS NOT NULL AS agreed, p.email,
       p.phone FROM learner p JOIN country k ON k.id = p.country WHERE p.id = $1
""",
    "mentor": """
SELECT p.id, p.name, p.language, k.iso2 AS country, true AS agreed, p.email, p.phone
FROM mentor p JOIN country k ON k.id = p.country WHERE p.id = $1
""",
}
_PREFERENCE = """
SELECT calendar_by, reminders, sms_opted_out_at, mail_bounced_at, mail_bounced, mail_failure,
       reply_token, secret
FROM contact_preference WHERE learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
"""
_FIRST_TIME = """
INSERT INTO contact_preference (learner, mentor, reply_token, secret, calendar_by, reminders,
                                revision)
VALUES ($1, $2, $3, $4, 'feed', false, 1)
ON CONFLICT ON CONSTRAINT person_has_one_contact_preference DO NOTHING
"""
_BOUNCED = """
UPDATE contact_preference SET mail_bounced_at = $3, mail_bounced = $4, mail_failure = $5
WHERE learner IS NOT DISTINCT FROM $1 AND mentor IS NOT DISTINCT FROM $2
  AND mail_bounced IS DISTINCT FROM $4
RETURNING id
"""
_BY_REPLY_ADDRESS = "SELECT learner, mentor FROM contact_preference WHERE reply_token = $1"


async def load_reader(person: Person) -> Reader | None:
    """Return the person with their preferences, None where there is no such person.

    Who has none yet gets the row that holds their reply address and the secret of their links.
    """
    found = await rows(_PERSON[person.kind], person.id)
    if not found:
        return None
    preferred = await rows(_PREFERENCE, person.learner, person.mentor)
    if not preferred:
        await rows(
            _FIRST_TIME, person.learner, person.mentor, _reply_token(), secrets.token_urlsafe(32)
        )
        preferred = await rows(_PREFERENCE, person.learner, person.mentor)
    return _reader(person, found[0], preferred[0])


async def person_of_reply_token(token: str) -> Person | None:
    """Return whose reply address holds this token, or None."""
    found = await rows(_BY_REPLY_ADDRESS, token.lower())
    if not found:
        return None
    learner = found[0]["learner"]
    return Person("mentor", found[0]["mentor"]) if learner is None else Person("learner", learner)


async def mark_bounced(reader: Reader, *, address: str, failure: str, now: datetime) -> bool:
    """Note that mail to this address fails for good; False if that was known already.

    Another address of the same person starts afresh. Call it inside `atomic()`.
    """
    person = reader.person
    failure = failure[:1000]
    return bool(await rows(_BOUNCED, person.learner, person.mentor, now, address, failure))


def _reply_token() -> str:
    """Return 128 bits in letters that survive a change of case: mail servers may fold it."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def _reader(person: Person, row: dict[str, Any], preferred: dict[str, Any]) -> Reader:
    email = row["email"] if row["agreed"] else None
    bounced = preferred["mail_bounced"] is not None and preferred["mail_bounced"] == email
    return Reader(
        person=person,
        name=row["name"],
        language=Language(row["language"]),
        country=row["country"],
        email=email,
        phone=row["phone"] if row["agreed"] else None,
        calendar_by=CalendarBy(preferred["calendar_by"]),
        reminders=preferred["reminders"],
        mail_bounced_at=preferred["mail_bounced_at"] if bounced else None,
        mail_failure=preferred["mail_failure"] if bounced else None,
        sms_opted_out_at=preferred["sms_opted_out_at"],
        token=preferred["reply_token"],
        secret=preferred["secret"],
    )
