"""A mentor is away for some days: with all that follows for the meetups, in one transaction.

A substitute, where one is named, leads what they are free for, and nothing moves; the other meetups
find another time within reach, or are cancelled. Absences are never deleted, only lifted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from centres import fields
from centres.db import atomic, retried, rows
from centres.errors import InvalidInput
from centres.language import Sentence
from centres.records import add, change, lock, page, referred, wanted
from centres.zones import require_instant
from sessions.country_turns import take_turn_for_mentor
from sessions.feed_versions import bump_feeds, calendars_of
from sessions.learning.groups import tell_mentors
from sessions.lifecycle import NoticeKind
from sessions.meetup_facts import load_displaced
from sessions.meetup_writes import last_notice, told_since
from sessions.messages.outreach import Outreach
from sessions.refusals import MentorAbsenceNotFound, MentorNotFound
from sessions.rehearsal import rehearse
from sessions.replanning import NOTICE_HOURS, Replanned, kept_of, require_reason, settle
from sessions.tables.learning import Mentor
from sessions.tables.planning import MentorAbsence

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Absence:
    """Days, both ends included, on which a mentor leads nothing."""

    id: int
    mentor: str
    country: str
    first_day: date
    last_day: date
    reason: str
    lifted: bool
    revision: int


@dataclass(frozen=True, slots=True)
class Absent:
    """An absence as it was registered, how many meetups a substitute leads, what became of the
    others, and by which way people know.
    """

    absence: Absence
    led_by_substitute: int
    replanned: Replanned
    outreach: Outreach

    @property
    def told(self) -> int:
        """How many people were told."""
        return self.outreach.people


_ABSENCES = """
SELECT a.id, m.code AS mentor, k.iso2 AS country, a.first_day, a.last_day, a.reason, a.lifted,
       a.revision
FROM mentor_absence a JOIN mentor m ON m.id = a.mentor JOIN country k ON k.id = m.country
"""
_MEETUPS_OF = """
SELECT id FROM meetup WHERE mentor = $1 AND state = 'live' AND starts_at > $4
  AND starts_wall < $3 AND ends_wall > $2 ORDER BY id
"""
# A substitute is free if nothing else of theirs touches the time, nor an absence, nor another
# centre on the same day.
_LEADABLE = """
SELECT m.id FROM meetup m WHERE m.id = ANY($1::int[])
  AND NOT EXISTS (SELECT 1 FROM mentor_absence a WHERE a.mentor = $2 AND NOT a.lifted
                  AND a.first_day <= m.starts_wall::date AND a.last_day >= m.starts_wall::date)
  AND NOT EXISTS (SELECT 1 FROM meetup o WHERE o.mentor = $2 AND o.state = 'live'
                  AND (tstzrange(o.starts_at, o.ends_at) && tstzrange(m.starts_at, m.ends_at)
                       OR (o.starts_wall::date = m.starts_wall::date AND o.centre <> m.centre)))
ORDER BY m.starts_at, m.id FOR UPDATE OF m
"""


@retried
async def register_absence(
    *,
    mentor: str,
    first_day: date,
    last_day: date,
    reason: str,
    substitute: str | None = None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Absent:
    """Store an absence and see to the meetups to come that it hits; each person hears once.

    `reason` is what the people of moved meetups read. Without a substitute, pinned meetups and
    those that begin within `notice_hours` stay unless told otherwise. Raises InvalidInput with the
    field at fault, MentorNotFound, MentorAlreadyAbsent and ReasonNeeded; then nothing is kept.
    """
    require_instant(now)
    said = require_reason(reason)
    if last_day < first_day:
        raise InvalidInput(Sentence("Le dernier jour vient avant le premier."), field="last_day")
    if (last_day - first_day).days > LONGEST_DAYS or not 2000 <= first_day.year <= 2100:
        raise InvalidInput(
            Sentence("Une absence dure {most} jours au plus.", most=LONGEST_DAYS), field="last_day"
        )
    async with atomic():
        away = await referred(Mentor, mentor, "mentor", refusal=MentorNotFound)
        await take_turn_for_mentor(away["id"])
        number = await add(
            MentorAbsence,
            {
                "mentor": away["id"],
                "first_day": first_day,
                "last_day": last_day,
                "reason": said,
            },
        )
        midnight = datetime.min.time()
        hit = await rows(
            _MEETUPS_OF,
            away["id"],
            datetime.combine(first_day, midnight),
            datetime.combine(last_day + timedelta(days=1), midnight),
            now,
        )
        ids = [each["id"] for each in hit]
        mark = await last_notice()
        led = await _led_by(substitute, away, ids, now) if substitute is not None else []
        left = await load_displaced(meetup_ids=set(ids) - set(led), now=now)
        soon = None if even_soon else now + timedelta(hours=notice_hours)
        kept = kept_of(left, soon=soon, even_pinned=even_pinned)
        staying = {each.meetup for each in kept}
        going = [each for each in left if each.meetup not in staying]
        done = Replanned()
        if going:
            done = await settle(going, reason=said, now=now, notice_hours=notice_hours)
        done = replace(done, kept=kept)
        told = await told_since(mark, ids, now=now)
        absence = await read_absence(absence_id=number)
    return Absent(absence, len(led), done, told)


async def register_absence_preview(
    *,
    mentor: str,
    first_day: date,
    last_day: date,
    reason: str,
    substitute: str | None = None,
    notice_hours: float = NOTICE_HOURS,
    even_pinned: bool = False,
    even_soon: bool = False,
    now: datetime,
) -> Absent:
    """Return what `register_absence` would do, by doing it and rolling it back."""
    return await rehearse(
        lambda: register_absence(
            mentor=mentor,
            first_day=first_day,
            last_day=last_day,
            reason=reason,
            substitute=substitute,
            notice_hours=notice_hours,
            even_pinned=even_pinned,
            even_soon=even_soon,
            now=now,
        )
    )


async def _led_by(
    substitute: str, away: dict[str, Any], meetups: Sequence[int], now: datetime
) -> list[int]:
    """Let the substitute lead those of the meetups that they can; return which."""
    other = await referred(Mentor, substitute, "substitute", refusal=MentorNotFound)
    if other["id"] == away["id"] or other["country"] != away["country"]:
        raise InvalidInput(Sentence("Choisissez un autre mentor du même pays."), field="substitute")
    led: list[int] = []
    for meetup in meetups:  # one by one: a meetup taken over keeps its mentor from the next
        if not await rows(_LEADABLE, [meetup], other["id"]):
            continue
        calendars = await calendars_of([meetup])
        await tell_mentors([meetup], NoticeKind.CANCELLED, now)
        await rows(
            "UPDATE meetup SET mentor = $2, changed_at = $3 WHERE id = $1",
            meetup,
            other["id"],
            now,
        )
        await tell_mentors([meetup], NoticeKind.PUBLISHED, now)
        await bump_feeds(meetup_ids=[meetup], left=calendars, now=now)
        led.append(meetup)
    return led


async def lift_absence(*, absence_id: int, revision: int | None) -> Absence:
    """Lift an absence: the mentor can be planned again; what was moved stays where it is."""
    async with atomic():
        await lock(MentorAbsence, absence_id, revision, MentorAbsenceNotFound, column="id")
        await change(MentorAbsence, absence_id, {"lifted": True})
        return await read_absence(absence_id=absence_id)


async def read_absence(*, absence_id: int) -> Absence:
    """Return one absence, lifted or not, or raise MentorAbsenceNotFound."""
    found = await rows(f"{_ABSENCES} WHERE a.id = $1::bigint", absence_id)
    if not found:
        raise MentorAbsenceNotFound(fields.unknown(absence_id), field="id")
    return Absence(**found[0])


async def list_absences(
    *,
    countries: Collection[str] | None = None,
    mentor: str | None = None,
    first_day: date | None = None,
    lifted: bool | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Absence, ...]:
    """Return absences by id: of mentors of these countries (ISO 3166), or of one; that end on
    `first_day` or later.
    """
    found = await rows(
        f"""{_ABSENCES} WHERE a.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text IS NULL OR m.code = $4) AND ($5::date IS NULL OR a.last_day >= $5)
            AND ($6::bool IS NULL OR a.lifted = $6) ORDER BY a.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        mentor,
        first_day,
        lifted,
    )
    return tuple(Absence(**each) for each in found)
