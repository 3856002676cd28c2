"""Shell: who knows of the last change of a meetup, by which way, and who has to be called.

For the hosts of its centre. A telephone number is shown only of somebody who has to be called, and
each time that numbers are shown is written into the meetup's audit trail.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.acting import current_actor
from centres.db import atomic, rows
from centres.fields import INT4_MAX
from centres.language import Language, Sentence
from sessions.lifecycle import NoticeKind
from sessions.messages.ladder import (
    NEAR,
    Heard,
    MailState,
    Reach,
    SmsState,
    Standing,
    Step,
    standing,
    steps,
)
from sessions.messages.sms_words import News, worth_a_text
from sessions.refusals import MeetupNotFound, NoticeNotFound

JOBS_TAKE = timedelta(minutes=15)  # the ten in which several changes become one message, and some
OUTCOMES = ("reached", "not_reached")


@dataclass(frozen=True, slots=True)
class Call:
    """The last telephone call about a change: its outcome, by whom, when."""

    outcome: str
    called_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonReach:
    """One person and the last change that they are to hear of.

    `phone` is None unless they have to be called; `feed_at`, `mail_at` and `sms_at` are when their
    calendar was last fetched since, and when mail and text left; `partstat` is their answer to the
    invitation, RFC 5545 3.2.12.
    """

    notice: int
    name: str
    mentor: bool
    language: Language
    kind: NoticeKind
    told_at: datetime
    feed_at: datetime | None
    mail: MailState
    mail_at: datetime | None
    mail_failure: str | None
    sms: SmsState
    sms_at: datetime | None
    sms_failure: str | None
    partstat: str | None
    did_it: bool
    standing: Standing
    phone: str | None
    call: Call | None


@dataclass(frozen=True, slots=True)
class MeetupReach:
    """A meetup, what there is to say of it, and its people: those to be called first, by name."""

    meetup: int
    title: str
    group_code: str
    state: str
    centre: str
    centre_name: str
    country: str
    news: News
    starts_at: datetime
    people: tuple[PersonReach, ...]

    def standing(self, which: Standing) -> tuple[PersonReach, ...]:
        """Return the people who stand there."""
        return tuple(each for each in self.people if each.standing is which)

    @property
    def to_call(self) -> tuple[PersonReach, ...]:
        """The people whom nothing has reached."""
        return self.standing(Standing.CALL)


@dataclass(frozen=True, slots=True)
class MeetupCentre:
    """Where a meetup is, or was to be: codes of its centre and country."""

    code: str
    country: str


@dataclass(frozen=True, slots=True)
class CallsToMake:
    """How many people of one meetup have to be called."""

    meetup: int
    title: str
    state: str
    starts_wall: datetime
    people: int


_MEETUP = """
SELECT m.id, p.title, g.code AS group_code, m.state, m.starts_at, m.starts_wall, m.ends_wall,
       m.zone, m.cancel_reason, c.code AS centre, c.name AS centre_name, k.iso2 AS country,
       r.name AS room,
       (SELECT n.before ->> 'starts_wall' FROM notice n WHERE n.meetup = m.id AND n.kind = 'moved'
        ORDER BY n.id DESC LIMIT 1) AS was_wall,
       (SELECT n.reason FROM notice n WHERE n.meetup = m.id AND n.kind = 'moved'
        ORDER BY n.id DESC LIMIT 1) AS move_reason
FROM meetup m JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN centre c ON c.id = m.centre
JOIN country k ON k.id = c.country JOIN room r ON r.id = m.room WHERE m.id = $1
"""
# Of what somebody was told last. Whoever gave a seat back by their own hand is not waited for.
_PEOPLE = """
SELECT DISTINCT ON (n.meetup, n.learner, n.mentor)
       n.meetup, n.id AS notice, n.kind, n.at AS told_at, n.reason, m.starts_at,
       n.mentor IS NOT NULL AS mentor, coalesce(l.name, t.name) AS name,
       coalesce(l.language, t.language) AS language, coalesce(l.phone, t.phone) AS phone,
       coalesce(l.email, t.email) AS email,
       n.mentor IS NOT NULL OR l.consent_at IS NOT NULL AS consents,
       q.sms_opted_out_at IS NOT NULL AS sms_stopped,
       coalesce(q.mail_bounced = coalesce(l.email, t.email), false) AS bounced,
       EXISTS (SELECT 1 FROM waiting_entry w WHERE w.meetup = n.meetup AND w.learner = n.learner
               AND w.state = 'promoted' AND w.settled_at = n.at) AS waited,
       (SELECT max(f.last_fetched_at) FROM feed_link f
        WHERE f.purpose = 'feed' AND f.last_fetched_at >= n.at
          AND ((f.scope = 'learner' AND f.subject = n.learner)
               OR (f.scope = 'mentor' AND f.subject = n.mentor))) AS feed_at,
       mail.state AS mail_state, coalesce(mail.sent_at, mail.created_at) AS mail_at,
       mail.failure AS mail_failure, text.state AS sms_state,
       coalesce(text.sent_at, text.created_at) AS sms_at, text.failure AS sms_failure,
       i.partstat, i.replied_at, x.outcome, x.called_by, x.at AS called_at
FROM notice n JOIN meetup m ON m.id = n.meetup LEFT JOIN learner l ON l.id = n.learner
LEFT JOIN mentor t ON t.id = n.mentor
LEFT JOIN contact_preference q ON q.learner IS NOT DISTINCT FROM n.learner
     AND q.mentor IS NOT DISTINCT FROM n.mentor
LEFT JOIN LATERAL (SELECT o.* FROM message_notice y JOIN message o ON o.id = y.message
     WHERE y.notice = n.id AND y.channel = 'mail') AS mail ON true
LEFT JOIN LATERAL (SELECT o.* FROM message_notice y JOIN message o ON o.id = y.message
     WHERE y.notice = n.id AND y.channel = 'sms') AS text ON true
LEFT JOIN invite i ON i.meetup = n.meetup AND i.learner IS NOT DISTINCT FROM n.learner
     AND i.mentor IS NOT DISTINCT FROM n.mentor
LEFT JOIN LATERAL (SELECT c.* FROM phone_call c WHERE c.notice = n.id
     ORDER BY c.at DESC, c.id DESC LIMIT 1) AS x ON true
WHERE n.meetup = ANY($1::int[])
ORDER BY n.meetup, n.learner, n.mentor, n.id DESC
"""
_TO_COME = """
SELECT m.id, p.title, m.state, m.starts_wall FROM meetup m
JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort h ON h.id = g.cohort
JOIN programme p ON p.id = h.programme JOIN centre c ON c.id = m.centre
WHERE c.code = $1 AND m.starts_at > $2 AND EXISTS (
    SELECT 1 FROM notice n WHERE n.meetup = m.id
      AND (n.kind <> 'published' OR m.starts_at <= $3))
ORDER BY m.starts_at, m.id LIMIT 200
"""
_NUMBERS_SHOWN = """
INSERT INTO change (table_name, row_id, actor, at, after)
VALUES ('meetup', $1, $2, $3, $4::jsonb)
"""
_CALL = """
INSERT INTO phone_call (notice, outcome, called_by, at)
SELECT n.id, $3, $4, $5 FROM notice n WHERE n.id = $1 AND n.meetup = $2
ON CONFLICT ON CONSTRAINT call_is_kept_once DO NOTHING RETURNING id
"""
_IS_THERE = "SELECT 1 FROM notice WHERE id = $1 AND meetup = $2"


async def centre_of_meetup(*, meetup_id: int) -> MeetupCentre:
    """Return whose hosts may know, in one query; raises MeetupNotFound."""
    found = await rows(
        "SELECT c.code, k.iso2 AS country FROM meetup m JOIN centre c ON c.id = m.centre"
        " JOIN country k ON k.id = c.country WHERE m.id = $1",
        min(meetup_id, INT4_MAX),
    )
    if not found:
        raise MeetupNotFound(Sentence("Cette séance n'existe pas."))
    return MeetupCentre(**found[0])


async def reach_of_meetup(*, meetup_id: int, now: datetime) -> MeetupReach:
    """Return who knows of a meetup's last change, in two queries; raises MeetupNotFound.

    That numbers were shown is written down, under the name of whoever acts.
    """
    found = await rows(_MEETUP, min(meetup_id, INT4_MAX))
    if not found:
        raise MeetupNotFound(Sentence("Cette séance n'existe pas."))
    row = found[0]
    people = [_person(each, now) for each in await rows(_PEOPLE, [row["id"]])]
    order = list(Standing)[::-1]
    people = sorted(
        (each for each in people if _is_waited_for(each)),
        key=lambda each: (order.index(each.standing), each.name, each.notice),
    )
    shown = sum(each.phone is not None for each in people)
    if shown:
        said = json.dumps({"phone_numbers_shown": shown})
        async with atomic():
            await rows(_NUMBERS_SHOWN, row["id"], current_actor(), now, said)
    return MeetupReach(
        meetup=row["id"],
        title=row["title"],
        group_code=row["group_code"],
        state=row["state"],
        centre=row["centre"],
        centre_name=row["centre_name"],
        country=row["country"],
        news=_news(row),
        starts_at=row["starts_at"],
        people=tuple(people),
    )


async def calls_to_make(*, centre: str, now: datetime) -> list[CallsToMake]:
    """Return the meetups to come of a centre with people to be called, by start. Two queries.

    That a meetup was published is left out until two days before it.
    """
    meetups = await rows(_TO_COME, centre, now, now + NEAR)
    if not meetups:
        return []
    counts: dict[int, int] = {}
    for each in await rows(_PEOPLE, [each["id"] for each in meetups]):
        person = _person(each, now)
        late = each["kind"] != NoticeKind.PUBLISHED or each["starts_at"] - now <= NEAR
        if late and _is_waited_for(person) and person.standing is Standing.CALL:
            counts[each["meetup"]] = counts.get(each["meetup"], 0) + 1
    return [
        CallsToMake(
            each["id"], each["title"], each["state"], each["starts_wall"], counts[each["id"]]
        )
        for each in meetups
        if each["id"] in counts
    ]


async def mark_call(*, meetup_id: int, notice_id: int, outcome: str, now: datetime) -> bool:
    """Keep that somebody was called about a change; False if this very call was kept before.

    `outcome` is one of OUTCOMES; who called is whoever acts. Raises NoticeNotFound.
    """
    notice = min(notice_id, INT4_MAX)
    async with atomic():
        if not await rows(_IS_THERE, notice, meetup_id):
            raise NoticeNotFound(Sentence("Cette personne n'a rien à apprendre de cette séance."))
        return bool(await rows(_CALL, notice, meetup_id, outcome, current_actor(), now))


def _is_waited_for(person: PersonReach) -> bool:
    return not (person.kind is NoticeKind.SEAT_RELEASED and person.did_it)


def _person(row: dict[str, Any], now: datetime) -> PersonReach:
    reach = Reach(
        email=row["email"] is not None and not row["bounced"],
        phone=row["phone"] is not None,
        consents=row["consents"],
        sms_stopped=row["sms_stopped"],
    )
    coming = steps(reach, starts_at=row["starts_at"], now=row["told_at"])
    soon = now - row["told_at"] <= JOBS_TAKE
    mail = _MAIL[row["mail_state"]]
    if row["mail_state"] is None and soon and Step.MAIL in coming:
        mail = MailState.UNDER_WAY
    if row["bounced"] and mail is not MailState.NONE:
        mail = MailState.FAILED
    sms = _SMS[row["sms_state"]]
    if row["sms_state"] is None and soon and Step.SMS in coming:
        sms = SmsState.UNDER_WAY
    did_it = not worth_a_text(row["kind"], waited=row["waited"], reason=row["reason"])
    answered = row["replied_at"] is not None and row["replied_at"] >= row["told_at"]
    where = standing(
        Heard(
            told_at=row["told_at"],
            starts_at=row["starts_at"],
            feed_fetched=row["feed_at"] is not None,
            answered=did_it or answered,
            called=row["outcome"] == "reached",
            mail=mail,
            sms=sms,
            sms_at=row["sms_at"],
        ),
        now=now,
    )
    last = None
    if row["outcome"] is not None:
        last = Call(row["outcome"], row["called_by"], row["called_at"])
    return PersonReach(
        notice=row["notice"],
        name=row["name"],
        mentor=row["mentor"],
        language=Language(row["language"]),
        kind=NoticeKind(row["kind"]),
        told_at=row["told_at"],
        feed_at=row["feed_at"],
        mail=mail,
        mail_at=row["mail_at"],
        mail_failure=row["mail_failure"],
        sms=sms,
        sms_at=row["sms_at"],
        sms_failure=row["sms_failure"],
        partstat=row["partstat"] if answered else None,
        did_it=did_it,
        standing=where,
        phone=row["phone"] if where is Standing.CALL else None,
        call=last,
    )


_MAIL: dict[str | None, MailState] = {
    None: MailState.NONE,
    "queued": MailState.UNDER_WAY,
    "sending": MailState.UNDER_WAY,
    "sent": MailState.ACCEPTED,
    "delivered": MailState.ACCEPTED,
    "failed": MailState.FAILED,
    "unknown": MailState.FAILED,
    "superseded": MailState.NONE,
}
_SMS: dict[str | None, SmsState] = {
    None: SmsState.NONE,
    "queued": SmsState.UNDER_WAY,
    "sending": SmsState.UNDER_WAY,
    "sent": SmsState.ACCEPTED,
    "delivered": SmsState.DELIVERED,
    "failed": SmsState.FAILED,
    "unknown": SmsState.UNKNOWN,
    "superseded": SmsState.NONE,
}


def _news(row: dict[str, Any]) -> News:
    cancelled = row["state"] == "cancelled"
    was = None if cancelled or row["was_wall"] is None else datetime.fromisoformat(row["was_wall"])
    kind = NoticeKind.PUBLISHED
    if cancelled:
        kind = NoticeKind.CANCELLED
    elif row["was_wall"] is not None:
        kind = NoticeKind.MOVED
    return News(
        kind=kind,
        starts_wall=row["starts_wall"],
        ends_wall=row["ends_wall"],
        zone=row["zone"],
        place=f"{row['centre_name']}, {row['room']}",
        was_wall=was,
        reason=row["cancel_reason"] if cancelled else row["move_reason"],
    )
