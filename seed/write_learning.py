"""Write the demonstration's people, cohorts and groups in bulk, inside an open transaction."""

from datetime import date, datetime, timedelta

from centres.db import copy_rows
from centres.tables import Centre, Country, Locality
from seed.load import ids_by
from seed.world.build import World, week_starts
from seed.world.values import Cohort as InventedCohort
from sessions.tables.learning import (
    Cohort,
    CohortGroup,
    Enrolment,
    Learner,
    Mentor,
    Programme,
    Sponsor,
)

ENROLLED_BEFORE = timedelta(weeks=2)


async def write_learning(world: World, *, monday: date, today: date, now: datetime) -> None:
    """Write programmes, sponsors, mentors, learners, cohorts, groups and enrolments.

    Week 0 begins on `monday`; nobody enrolled later than `today`. The centres have to be there.
    """
    countries, centres = await ids_by(Country, "iso2"), await ids_by(Centre, "code")
    await copy_rows(
        Programme,
        [
            "code", "title", "level", "months", "price_minor", "currency", "platform",
            "computers_needed", "source",
        ],
        [
            (
                each.code,
                each.title,
                each.level,
                each.months,
                each.price_minor,
                "EUR",
                each.platform,
                each.computers_needed,
                each.source,
            )
            for each in world.programmes
        ],
    )  # fmt: skip
    await copy_rows(
        Sponsor,
        ["code", "name", "kind"],
        [(each.code, each.name, each.kind) for each in world.sponsors],
    )
    await copy_rows(
        Mentor,
        ["code", "name", "email", "phone", "language", "country"],
        [
            (
                each.code,
                each.name,
                each.email,
                each.phone,
                each.language,
                countries[each.country],
            )
            for each in world.mentors
        ],
    )
    await _write_learners(world, countries, centres, now=now)
    await _write_cohorts(world, countries, monday=monday)
    await _write_groups(world, centres)
    await _write_enrolments(world, monday=monday, today=today)


async def _write_learners(
    world: World, countries: dict[str, int], centres: dict[str, int], *, now: datetime
) -> None:
    localities = await ids_by(Locality, "geonameid")
    await copy_rows(
        Learner,
        [
            "code", "name", "email", "phone", "language", "country", "locality", "centre",
            "consent_at", "birth_year", "gender",
        ],
        [
            (
                each.code,
                each.name,
                each.email,
                each.phone,
                each.language,
                countries[each.country],
                localities[each.locality],
                centres[each.centre],
                now if each.consents else None,
                each.birth_year,
                each.gender,
            )
            for each in world.learners
        ],
    )  # fmt: skip


async def _write_cohorts(world: World, countries: dict[str, int], *, monday: date) -> None:
    programmes, sponsors = await ids_by(Programme, "code"), await ids_by(Sponsor, "code")
    await copy_rows(
        Cohort,
        [
            "code", "programme", "sponsor", "country", "starts_on", "ends_on", "cadence_weeks",
            "meetup_minutes", "equipment_needed", "language",
        ],
        [
            (
                each.code,
                programmes[each.programme],
                sponsors[each.sponsor],
                countries[each.country],
                week_starts(monday, each.first_week),
                week_starts(monday, each.first_week + each.weeks) - timedelta(days=1),
                each.cadence,
                each.minutes,
                list(each.equipment),
                each.language,
            )
            for each in world.cohorts
        ],
    )  # fmt: skip


async def _write_groups(world: World, centres: dict[str, int]) -> None:
    cohorts, mentors = await ids_by(Cohort, "code"), await ids_by(Mentor, "code")
    await copy_rows(
        CohortGroup,
        ["code", "cohort", "number", "centre", "mentor"],
        [
            (
                each.code,
                cohorts[each.cohort],
                each.number,
                centres[each.centre],
                None if each.mentor is None else mentors[each.mentor],
            )
            for each in world.groups
        ],
    )


async def _write_enrolments(world: World, *, monday: date, today: date) -> None:
    cohorts, learners = await ids_by(Cohort, "code"), await ids_by(Learner, "code")
    groups = await ids_by(CohortGroup, "code")
    by_code = {each.code: each for each in world.cohorts}

    def enrolled_on(cohort: InventedCohort) -> date:
        return min(today, week_starts(monday, cohort.first_week) - ENROLLED_BEFORE)

    records: list[tuple[int, int, int | None, date, str | None]] = [
        (
            cohorts[each.cohort],
            learners[code],
            groups[each.code],
            enrolled_on(by_code[each.cohort]),
            None,
        )
        for each in world.groups
        for code in each.learners
    ]
    records += [
        (
            cohorts[each.cohort],
            learners[each.learner],
            None,
            enrolled_on(by_code[each.cohort]),
            each.reason,
        )
        for each in world.left_out
    ]
    await copy_rows(
        Enrolment, ["cohort", "learner", "cohort_group", "enrolled_on", "left_out_reason"], records
    )
