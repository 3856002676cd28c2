"""Shell: who is enrolled in which cohort, and in which of its groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from centres.db import atomic, copy_rows, retried, rows
from centres.fields import searched, unknown
from centres.language import Sentence
from centres.records import page, referred, require_revision, sought, wanted
from sessions.learning.places import Placed, give_back_seats, place
from sessions.refusals import (
    AlreadyEnrolled,
    CohortNotFound,
    GroupNotFound,
    GroupNotInThisCohort,
    LearnerNotFound,
    NotEnrolled,
)
from sessions.tables import learning as tables


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A learner's place in a cohort, by codes; no group has a reason, `left_out_reason`.

    The reason is a code of `choosing.LeftOut` or of `sessions.timetabling.grouping`.
    """

    id: int
    cohort: str
    learner: str
    group: str | None
    state: str
    enrolled_on: date
    left_out_reason: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new enrolment, and what became of the group's meetups still to come (their counts)."""

    enrolment: Enrolment
    placed: Placed


_ENROLMENTS = """
SELECT e.id, c.code AS cohort, l.code AS learner, g.code AS group, e.state, e.enrolled_on,
       e.left_out_reason, e.revision
FROM enrolment e JOIN cohort c ON c.id = e.cohort JOIN learner l ON l.id = e.learner
LEFT JOIN cohort_group g ON g.id = e.cohort_group
"""


async def get_enrolment(*, cohort: str, learner: str) -> Enrolment:
    """Return one enrolment, or raise NotEnrolled."""
    found = await rows(
        f"{_ENROLMENTS} WHERE c.code = $1 AND l.code = $2",
        searched(cohort),
        searched(learner),
    )
    if not found:
        raise _not_enrolled(learner, cohort)
    return Enrolment(**found[0])


async def list_enrolments(
    *,
    countries: Sequence[str] | None = None,
    cohort: str | None = None,
    learner: str | None = None,
    state: str | None = None,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Enrolment, ...]:
    """Return enrolments by id; of cohorts in these countries, of one cohort, learner or state."""
    found = await rows(
        f"""{_ENROLMENTS} JOIN country k ON k.id = c.country WHERE e.id > $1
            AND ($3::text[] IS NULL OR k.iso2 = ANY($3)) AND ($4::text IS NULL OR c.code = $4)
            AND ($5::text IS NULL OR l.code = $5) AND ($6::text IS NULL OR e.state = $6)
            ORDER BY e.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        *(sought(each) for each in (cohort, learner, state)),
    )
    return tuple(Enrolment(**each) for each in found)


@retried
async def enrol(*, cohort: str, learner: str, now: datetime, group: str | None = None) -> Enrolled:
    """Enrol a learner, or take one back who had withdrawn, into the named group or the best one.

    The best group has room, stands at the learner's home centre or else nearest to home, and has
    the fewest members. Its live meetups still to come each give a seat or, when full, a place in
    the queue. Without groups or room the enrolment says why. Raises AlreadyEnrolled.
    """
    async with atomic():
        learner_id = await _learner_id(learner)
        cohort_id = await _locked_cohort(cohort)
        stored = await rows(
            """INSERT INTO enrolment (cohort, learner, state, enrolled_on, revision)
               VALUES ($1, $2, 'enrolled', $3, 1)
               ON CONFLICT ON CONSTRAINT enrolment_belongs_to_one_cohort_once
               DO UPDATE SET state = 'enrolled', enrolled_on = $3, cohort_group = NULL
               WHERE enrolment.state = 'withdrawn' RETURNING id""",
            cohort_id,
            learner_id,
            now.date(),
        )
        if not stored:
            raise AlreadyEnrolled(
                Sentence(
                    "{learner} est déjà dans la promotion {cohort}.", learner=learner, cohort=cohort
                )
            )
        chosen = None if group is None else await _group_of_cohort(group, cohort_id)
        placed = await place(enrolment=int(stored[0]["id"]), group=chosen, now=now)
        return Enrolled(await get_enrolment(cohort=cohort, learner=learner), placed)


async def enrol_many(*, cohort: str, learners: Sequence[str], now: datetime) -> int:
    """Enrol many learners, all or none, without a group yet; return how many.

    `form_groups` gives them their groups. Raises AlreadyEnrolled if one of them is enrolled.
    """
    async with atomic():
        cohort_id = await _locked_cohort(cohort)
        found = await rows(
            "SELECT id, code FROM learner WHERE code = ANY($1::text[])",
            [searched(each) for each in learners],
        )
        ids = {row["code"]: row["id"] for row in found}
        for code in learners:
            if code not in ids:
                raise LearnerNotFound(unknown(code), field="learners")
        await copy_rows(
            tables.Enrolment,
            ["cohort", "learner", "state", "enrolled_on", "left_out_reason", "revision"],
            [
                (cohort_id, ids[code], "enrolled", now.date(), "no_group_yet", 1)
                for code in learners
            ],
        )
    return len(learners)


@retried
async def withdraw(*, cohort: str, learner: str, revision: int, now: datetime) -> Enrolment:
    """End an enrolment early: the seats in meetups still to come are given back."""
    return await _end(cohort, learner, revision, "withdrawn", now)


@retried
async def complete(*, cohort: str, learner: str, revision: int, now: datetime) -> Enrolment:
    """End an enrolment well: the seats in meetups still to come are given back."""
    return await _end(cohort, learner, revision, "completed", now)


async def _end(cohort: str, learner: str, revision: int, state: str, now: datetime) -> Enrolment:
    async with atomic():
        await _locked_cohort(cohort)
        before = await get_enrolment(cohort=cohort, learner=learner)
        if before.state != "enrolled":
            raise _not_enrolled(learner, cohort)
        require_revision(f"{cohort} {learner}", before.revision, revision)
        learner_id = await _learner_id(learner)
        await rows("UPDATE enrolment SET state = $2 WHERE id = $1", before.id, state)
        await give_back_seats(enrolment=before.id, learner=learner_id, now=now)
        return await get_enrolment(cohort=cohort, learner=learner)


def _not_enrolled(learner: str, cohort: str) -> NotEnrolled:
    return NotEnrolled(
        Sentence("{learner} n'est pas dans la promotion {cohort}.", learner=learner, cohort=cohort)
    )


async def _locked_cohort(code: str) -> int:
    """Return the id of a cohort, locked: two enrolments never count the same free place."""
    found = await rows("SELECT id FROM cohort WHERE code = $1 FOR NO KEY UPDATE", searched(code))
    if not found:
        raise CohortNotFound(unknown(code), field="cohort")
    return int(found[0]["id"])


async def _learner_id(code: str) -> int:
    return int((await referred(tables.Learner, code, "learner", refusal=LearnerNotFound))["id"])


async def _group_of_cohort(code: str, cohort: int) -> int:
    found = await referred(tables.CohortGroup, code, "group", refusal=GroupNotFound)
    if found["cohort"] != cohort:
        raise GroupNotInThisCohort(
            Sentence("Le groupe {code} est celui d'une autre promotion.", code=code), field="group"
        )
    return int(found["id"])
