"""Shell: all that the network holds about one learner, for themselves to read."""

from typing import Any

from centres.db import rows
from centres.errors import NotFound

# What opens doors (tokens, secrets) and who of the staff wrote something down are not the
# learner's data, and stay out.
_PERSON = """
SELECT l.code, l.name, l.email, l.phone, l.language, k.iso2 AS country, p.name AS town,
       c.code AS home_centre, l.consent_at AS agreed_to_be_told_at, l.birth_year, l.gender
FROM learner l JOIN country k ON k.id = l.country LEFT JOIN locality p ON p.id = l.locality
LEFT JOIN centre c ON c.id = l.centre WHERE l.id = $1
"""
_MEETUP = "g.code AS group, c.code AS centre, m.starts_wall AS starts, m.ends_wall AS ends, m.zone"
_OF_MEETUP = """
JOIN meetup m ON m.id = x.meetup JOIN cohort_group g ON g.id = m.cohort_group
JOIN centre c ON c.id = m.centre
"""
_PARTS = {
    "enrolments": """
        SELECT p.title AS programme, o.code AS cohort, g.code AS group, x.state, x.enrolled_on,
               x.left_out_reason
        FROM enrolment x JOIN cohort o ON o.id = x.cohort JOIN programme p ON p.id = o.programme
        LEFT JOIN cohort_group g ON g.id = x.cohort_group
        WHERE x.learner = $1 ORDER BY x.enrolled_on, x.id""",
    "seats": f"""
        SELECT {_MEETUP}, x.state, x.booked_at, x.changed_at
        FROM booking x {_OF_MEETUP} WHERE x.learner = $1 ORDER BY m.starts_at, x.id""",
    "waiting": f"""
        SELECT {_MEETUP}, x.state, x.asked_at, x.settled_at
        FROM waiting_entry x {_OF_MEETUP} WHERE x.learner = $1 ORDER BY x.asked_at, x.id""",
    "attendance": f"""
        SELECT {_MEETUP}, x.value, x.way, x.device_at AS marked_at, x.received_at, x.reason
        FROM attendance_mark x {_OF_MEETUP} WHERE x.learner = $1 ORDER BY m.starts_at, x.id""",
    "changes_told": f"""
        SELECT {_MEETUP}, x.kind, x.at, x.reason
        FROM notice x {_OF_MEETUP} WHERE x.learner = $1 ORDER BY x.at, x.id""",
    "messages": """
        SELECT channel, purpose, address, language, state, subject, created_at, sent_at, settled_at
        FROM message x WHERE learner = $1 ORDER BY created_at, id""",
    "calendars_and_pages": """
        SELECT purpose, device, language, created_at, revoked_at
        FROM feed_link x WHERE scope = 'learner' AND subject = $1 ORDER BY created_at, id""",
    "choices": """
        SELECT calendar_by, reminders, sms_opted_out_at, mail_bounced_at
        FROM contact_preference x WHERE learner = $1""",
}


async def own_data(*, learner_id: int) -> dict[str, Any]:
    """Return what is held about a learner, by kind; times of meetups are those of the wall clock.

    Raises NotFound.
    """
    person = await rows(_PERSON, learner_id)
    if not person:
        raise NotFound(f"learner {learner_id}", field="id")
    parts = {name: await rows(sql, learner_id) for name, sql in _PARTS.items()}
    return {"person": person[0], **parts}
