"""Shell: warn those who stay away, then release their seats, as their country's policy says.

It waits until the day after, so that hosts can correct a mark first. Seats go back one by one as if
the learner had released them: the queue moves up, and the learner is told on every way there is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from centres.acting import current_actor
from centres.db import atomic, rows
from centres.errors import NotFound, Refusal
from centres.language import Language, Sentence
from sessions.attendance.marks import Value
from sessions.attendance.no_shows import Outcome, Owed, Policy, Step, step_owed
from sessions.booking import release_seat
from sessions.messages.addresses import PostOffice
from sessions.messages.people import Person
from sessions.messages.texting import Texting
from sessions.messages.writing import write_to

SETTLED_AFTER = timedelta(hours=18)
LOOKS_BACK = timedelta(days=180)
ACTED_ON_WITHIN = timedelta(days=14)  # older absences come to nothing new
NETWORK_POLICY = Policy()
SUBJECT = Sentence("Vous nous avez manqué")


@dataclass(frozen=True, slots=True)
class CountryPolicy:
    """The policy of one country; `own` when somebody there has chosen it."""

    iso2: str
    name: str
    policy: Policy
    own: bool
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step as managers read it."""

    learner: str
    name: str
    step: Step
    absences: int
    seats: int
    at: datetime


_POLICIES = """
SELECT k.iso2, k.name_fr AS name, p.warn_after, p.release_after, p.changed_at
FROM country k LEFT JOIN no_show_policy p ON p.country = k.id
WHERE $1::text[] IS NULL OR k.iso2 = ANY($1) ORDER BY k.name_fr
"""
_CHOOSE = """
INSERT INTO no_show_policy (country, warn_after, release_after, changed_by, changed_at)
SELECT id, $2, $3, $4, $5 FROM country WHERE iso2 = $1
ON CONFLICT (country) DO UPDATE SET warn_after = excluded.warn_after,
    release_after = excluded.release_after, changed_by = excluded.changed_by,
    changed_at = excluded.changed_at
RETURNING country
"""
_CANDIDATES = """
SELECT l.id, l.language, p.warn_after, p.release_after, p.id IS NOT NULL AS own
FROM learner l LEFT JOIN no_show_policy p ON p.country = l.country
WHERE l.id IN (
    SELECT a.learner FROM attendance a JOIN meetup m ON m.id = a.meetup
    WHERE a.value = 'absent' AND m.ends_at BETWEEN $1 AND $2)
ORDER BY l.id
"""
_OUTCOMES = """
SELECT m.id AS meetup, a.value FROM booking b JOIN meetup m ON m.id = b.meetup
LEFT JOIN attendance a ON a.meetup = m.id AND a.learner = b.learner
WHERE b.learner = $1 AND m.state = 'live' AND m.ends_at BETWEEN $2 AND $3
  AND (b.state = 'booked' OR a.value IN ('present', 'late'))
ORDER BY m.starts_at DESC, m.id DESC
"""
_TAKEN = "SELECT meetup, step FROM no_show_step WHERE learner = $1"
_STANDING = """
SELECT b.meetup FROM booking b JOIN meetup m ON m.id = b.meetup
WHERE b.learner = $1 AND b.state = 'booked' AND b.kind = 'group' AND m.state = 'live'
  AND m.starts_at > $2 ORDER BY b.meetup
"""
_TURN = "SELECT pg_advisory_xact_lock(hashtext('no_show'), $1)"
_KEEP = """
INSERT INTO no_show_step (learner, meetup, step, absences, seats, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT absence_leads_to_a_step_once DO NOTHING RETURNING id
"""
_STEPS = """
SELECT l.code AS learner, l.name, s.step, s.absences, s.seats, s.at
FROM no_show_step s JOIN learner l ON l.id = s.learner JOIN country k ON k.id = l.country
WHERE $1::text[] IS NULL OR k.iso2 = ANY($1) ORDER BY s.at DESC, s.id DESC LIMIT $2
"""
# Gone as soon as they came again, or the mark that led to it was corrected.
_LAST = """
SELECT s.absences, coalesce(p.release_after, CASE WHEN p.id IS NULL THEN 3 END) AS release_after
FROM no_show_step s JOIN learner l ON l.id = s.learner JOIN meetup m ON m.id = s.meetup
JOIN attendance a ON a.meetup = s.meetup AND a.learner = s.learner AND a.value = 'absent'
LEFT JOIN no_show_policy p ON p.country = l.country
WHERE s.learner = $1 AND s.step = 'warn' AND s.at >= $2 AND NOT EXISTS (
    SELECT 1 FROM attendance x JOIN meetup y ON y.id = x.meetup
    WHERE x.learner = s.learner AND x.value IN ('present', 'late') AND y.starts_at > m.starts_at)
ORDER BY s.id DESC LIMIT 1
"""


async def policies(*, countries: Collection[str] | None) -> list[CountryPolicy]:
    """Return the policy of each of these countries, of all for None, by name."""
    wanted = None if countries is None else sorted(countries)
    return [
        CountryPolicy(
            each["iso2"], each["name"], _policy(each), each["changed_at"] is not None,
            each["changed_at"],
        )
        for each in await rows(_POLICIES, wanted)
    ]  # fmt: skip


async def choose_policy(*, country: str, policy: Policy, now: datetime) -> None:
    """Make this a country's policy; absences that were acted on before stay as they are."""
    made = await rows(
        _CHOOSE, country, policy.warn_after, policy.release_after, current_actor(), now
    )
    if not made:
        raise NotFound("there is no such country")


async def steps_taken(*, countries: Collection[str] | None, limit: int) -> list[StepTaken]:
    """Return the latest steps, newest first."""
    wanted = None if countries is None else sorted(countries)
    return [StepTaken(**{**each, "step": Step(each["step"])})
            for each in await rows(_STEPS, wanted, limit)]  # fmt: skip


async def warning_of(*, learner_id: int, now: datetime) -> Sentence | None:
    """Return what a learner's page says after a warning, until they come again or two weeks on."""
    found = await rows(_LAST, learner_id, now - ACTED_ON_WITHIN)
    return _warning(found[0]["absences"], found[0]["release_after"]) if found else None


async def take_no_show_steps(*, office: PostOffice, by: Texting, now: datetime) -> int:
    """Take every step that is due and return how many; running it twice takes none twice."""
    done = 0
    for each in await rows(_CANDIDATES, now - ACTED_ON_WITHIN, now - SETTLED_AFTER):
        done += await _see_to(each, office, by, now)
    return done


async def _see_to(person: dict[str, Any], office: PostOffice, by: Texting, now: datetime) -> bool:
    learner = person["id"]
    async with atomic():
        await rows(_TURN, learner)
        found = await rows(_OUTCOMES, learner, now - LOOKS_BACK, now - SETTLED_AFTER)
        outcomes = [
            Outcome(each["meetup"], None if each["value"] is None else Value(each["value"]))
            for each in found
        ]
        taken = {(each["meetup"], Step(each["step"])) for each in await rows(_TAKEN, learner)}
        owed = step_owed(_policy(person), outcomes, taken)
        if owed is None:
            return False
        seats = 0
        policy = _policy(person)
        if owed.step is Step.RELEASE:
            seats = await _release(learner, owed, Language(person["language"]), now)
        else:
            await write_to(
                Person("learner", learner),
                SUBJECT,
                _warning(owed.absences, policy.release_after),
                office=office,
                by=by,
                now=now,
            )
        kept = await rows(_KEEP, learner, owed.meetup, owed.step, owed.absences, seats, now)
    return bool(kept)


async def _release(learner: int, owed: Owed, language: Language, now: datetime) -> int:
    reason = Sentence(
        "Vous avez manqué {count} séances de suite sans prévenir. Vous restez de la promotion :"
        " reprenez une place depuis votre page quand vous voulez.",
        count=owed.absences,
    ).in_language(language)
    released = 0
    for each in await rows(_STANDING, learner, now):
        try:
            await release_seat(meetup_id=each["meetup"], learner_id=learner, now=now, reason=reason)
        except Refusal:
            continue  # it began, or was cancelled, in between
        released += 1
    return released


def _warning(absences: int, release_after: int | None) -> Sentence:
    if release_after is None:
        return Sentence(
            "Vous avez manqué {count} séances de suite sans prévenir. Si vous ne pouvez pas venir,"
            " dites-le sur votre page : quelqu'un d'autre aura la place.",
            count=absences,
        )
    return Sentence(
        "Vous avez manqué {count} séances de suite sans prévenir. Si vous ne pouvez pas venir,"
        " dites-le sur votre page. À {release} absences de suite, vos places à venir iront à"
        " d'autres ; vous restez de la promotion.",
        count=absences,
        release=release_after,
    )


def _policy(row: dict[str, Any]) -> Policy:
    if row["warn_after"] is None:
        return NETWORK_POLICY
    return Policy(row["warn_after"], row["release_after"])
