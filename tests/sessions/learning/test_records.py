"""Programmes, sponsors, mentors, cohorts and learners, as they are stored and changed."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from centres.errors import ChangedMeanwhile, InvalidInput, StillInUse
from centres.tables import Country, Locality
from sessions.learning.cohorts import amend_cohort, get_cohort, list_cohorts, register_cohort
from sessions.learning.learners import (
    LearnerName,
    NewLearner,
    amend_learner,
    get_learner,
    get_learner_name,
    list_learner_names,
    list_learners,
    register_learner,
    register_learners,
)
from sessions.learning.mentors import (
    MentorName,
    amend_mentor,
    list_mentor_names,
    list_mentors,
    register_mentor,
)
from sessions.learning.programmes import (
    amend_programme,
    get_programme,
    list_programmes,
    register_programme,
)
from sessions.learning.sponsors import amend_sponsor, list_sponsors, register_sponsor
from sessions.refusals import (
    CodeTaken,
    CohortNotFound,
    LearnerNotFound,
    MentorNotFound,
    ProgrammeNotFound,
    SponsorNotFound,
)
from sessions.tables import learning as tables
from tests.factories import (
    NOW,
    make_centre,
    make_country,
    make_group,
    make_learner,
    make_meetup,
    make_place,
    make_slot,
    stored,
)

pytestmark = pytest.mark.usefixtures("database")


async def a_cohort(**more):
    country = await make_country()
    await register_programme(code="DATA", title="Architecte de données", months=12)
    values = {
        "code": "SN-DATA-2701",
        "programme": "DATA",
        "country": country.iso2,
        "starts_on": date(2027, 1, 4),
        "ends_on": date(2027, 6, 30),
        "cadence_weeks": 2,
        "meetup_minutes": 180,
        **more,
    }
    return await register_cohort(**values)


async def test_a_programme_is_read_back_as_it_was_registered():
    registered = await register_programme(
        code="data",
        title=" Architecte de données ",
        months=12,
        price_minor=300000,
        computers_needed=True,
    )

    assert registered == await get_programme(code="DATA")
    assert (registered.title, registered.price_minor, registered.currency) == (
        "Architecte de données", 300000, "EUR",
    )  # fmt: skip
    assert (registered.computers_needed, registered.revision) == (True, 1)


async def test_a_second_programme_of_one_code_is_refused():
    await register_programme(code="DATA", title="Un", months=3)

    with pytest.raises(CodeTaken):
        await register_programme(code="DATA", title="Deux", months=3)

    assert [each.title for each in await list_programmes()] == ["Un"]


async def test_only_what_is_given_changes_and_only_from_the_revision_that_was_read():
    before = await register_programme(code="DATA", title="Un", months=3, level="Bac+3")

    after = await amend_programme(code="DATA", revision=1, title="Deux", level=None)

    assert (after.title, after.level, after.months, after.revision) == ("Deux", None, 3, 2)
    with pytest.raises(ChangedMeanwhile):
        await amend_programme(code="DATA", revision=before.revision, title="Trois")
    assert (await get_programme(code="DATA")).title == "Deux"


async def test_of_two_racing_changes_of_one_revision_one_is_refused():
    await register_sponsor(code="ANPE", name="Agence", kind="employment_agency")

    outcomes = await asyncio.gather(
        amend_sponsor(code="ANPE", revision=1, name="Un"),
        amend_sponsor(code="ANPE", revision=1, name="Deux"),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["ChangedMeanwhile", "Sponsor"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "a\0"), ("months", 61), ("price_minor", -1), ("currency", "euro"), ("code", "a/b")],
)
async def test_a_programme_with_an_impossible_value_is_refused_by_its_field(field, value):
    values = {"code": "DATA", "title": "Un", "months": 3, field: value}

    with pytest.raises(InvalidInput) as refused:
        await register_programme(**values)

    assert refused.value.field == field
    assert await list_programmes() == ()


async def test_unknown_codes_are_refused_as_such():
    for wanted, refusal in (
        (get_programme(code="NO\0"), ProgrammeNotFound),
        (amend_sponsor(code="NO", revision=1), SponsorNotFound),
        (amend_mentor(code="NO", revision=1), MentorNotFound),
        (get_cohort(code="NO"), CohortNotFound),
        (get_learner(code="L000009"), LearnerNotFound),
    ):
        with pytest.raises(refusal):
            await wanted


async def test_lists_go_on_after_the_last_id_that_was_read():
    for number in range(3):
        await register_sponsor(code=f"S{number}", name=f"S{number}", kind="donor")

    first = await list_sponsors(limit=2)
    rest = await list_sponsors(after_id=first[-1].id, limit=2)

    assert [each.code for each in (*first, *rest)] == ["S0", "S1", "S2"]
    for wrong in ({"limit": 0}, {"limit": 1001}, {"after_id": 2**31}):
        with pytest.raises(InvalidInput):
            await list_sponsors(**wrong)


async def test_the_names_of_mentors_come_without_their_contacts():
    await make_country()
    mentor = await register_mentor(
        code="M1", name="Awa", country="SN", email="awa@example.org", phone="+221 77 123 45 67"
    )

    assert await list_mentors(countries=["SN"]) == (mentor,)
    assert mentor.phone == "+221771234567"
    assert await list_mentor_names() == (MentorName(mentor.id, "M1", "Awa", "SN"),)
    assert await list_mentors(countries=["ML"]) == await list_mentors(countries=[]) == ()


async def test_a_cohort_is_read_back_with_the_codes_of_what_it_belongs_to():
    await register_sponsor(code="ANPE", name="Agence", kind="employment_agency")

    cohort = await a_cohort(sponsor="ANPE", equipment_needed=["internet", "projector"])

    assert await list_cohorts(countries=["SN"], programme="DATA") == (cohort,)
    assert (cohort.programme, cohort.sponsor, cohort.country) == ("DATA", "ANPE", "SN")
    assert cohort.equipment_needed == ("projector", "internet")
    assert await list_cohorts(countries=["ML"]) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cadence_weeks", 3),
        ("meetup_minutes", 20),
        ("ends_on", date(2027, 1, 4)),
        ("country", "XX"),
        ("language", "de"),
        ("equipment_needed", ["piano"]),
    ],
)
async def test_a_cohort_with_an_impossible_value_is_refused_by_its_field(field, value):
    with pytest.raises(InvalidInput) as refused:
        await a_cohort(**{field: value})

    assert refused.value.field == field
    assert await list_cohorts() == ()


async def test_the_first_day_and_the_cadence_stay_once_a_meetup_is_published():
    cohort = await a_cohort()
    amended = await amend_cohort(code=cohort.code, revision=1, cadence_weeks=4)
    country = await Country.objects().get(Country.iso2 == "SN")
    room = await make_place(country)
    stored_cohort = await tables.Cohort.objects().get(tables.Cohort.code == cohort.code)
    group = await make_group(stored_cohort, room.centre)
    await make_meetup(group, await make_slot(room, datetime(2027, 2, 6, 9)))

    with pytest.raises(StillInUse):
        await amend_cohort(code=cohort.code, revision=amended.revision, cadence_weeks=2)
    later = await amend_cohort(
        code=cohort.code, revision=amended.revision, ends_on=date(2027, 7, 31)
    )

    assert (later.cadence_weeks, later.ends_on) == (4, date(2027, 7, 31))


async def test_learners_get_codes_in_order_and_keep_what_was_said_of_them():
    country = await make_country()
    centre = await make_centre(country)
    place = await stored(
        Locality(geonameid=2253354, country=country, name="Dakar", latitude=14.69, longitude=-17.44)
    )

    codes = await register_learners(
        learners=[
            NewLearner("Awa Inventée", "SN", phone="00221771234567", consent=True, gender="f"),
            NewLearner("Bo Inventé", "SN", locality=place.geonameid, centre=centre.code),
        ],
        now=NOW,
    )

    assert codes == ("L000001", "L000002")
    awa, bo = await list_learners(countries=["SN"])
    assert (awa.phone, awa.consent_at, awa.gender) == ("+221771234567", NOW, "f")
    assert (bo.locality, bo.locality_name, bo.centre) == (2253354, "Dakar", centre.code)
    assert await list_learners(centre=centre.code) == (bo,)


async def test_one_learner_who_cannot_be_registered_keeps_out_the_others():
    await make_country()

    with pytest.raises(InvalidInput) as refused:
        await register_learners(
            learners=[NewLearner("Awa", "SN"), NewLearner("Bo", "SN", centre="NO-1")], now=NOW
        )

    assert refused.value.field == "centre"
    assert await list_learners() == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "771234567"),
        ("email", "awa"),
        ("language", "wo"),
        ("birth_year", 1700),
        ("gender", "?"),
        ("name", " "),
    ],
)
def test_a_learner_with_an_impossible_value_is_refused_by_its_field(field, value):
    with pytest.raises(InvalidInput) as refused:
        NewLearner(**{"name": "Awa", "country": "SN", field: value})

    assert refused.value.field == field


async def test_the_name_of_a_learner_comes_without_contacts():
    await make_country()
    awa = await register_learner(learner=NewLearner("Awa", "SN", email="awa@example.org"), now=NOW)

    assert await get_learner_name(code=awa.code) == LearnerName(
        awa.id, "L000001", "Awa", "SN", None
    )
    assert await list_learner_names() == (await get_learner_name(code=awa.code),)


async def test_consent_is_dated_once_and_can_be_taken_back():
    await make_country()
    awa = await register_learner(learner=NewLearner("Awa", "SN", consent=True), now=NOW)
    later = datetime(2027, 3, 1, tzinfo=UTC)

    kept = await amend_learner(code=awa.code, revision=1, now=later, consent=True, name="Awa Diop")
    gone = await amend_learner(code=awa.code, revision=2, now=later, consent=False)

    assert (kept.consent_at, kept.name, gone.consent_at) == (NOW, "Awa Diop", None)


async def test_learners_are_listed_by_the_cohort_they_are_enrolled_in():
    country = await make_country()
    centre = await make_centre(country)
    cohort = await register_one_more(country)
    stored_cohort = await tables.Cohort.objects().get(tables.Cohort.code == cohort.code)
    group = await make_group(stored_cohort, centre)
    awa = await make_learner(country, group)
    await make_learner(country)

    assert [each.code for each in await list_learners(cohort=cohort.code)] == [awa.code]
    assert await list_learners(cohort="NO") == ()


async def register_one_more(country):
    await register_programme(code="WEB", title="Web", months=3)
    return await register_cohort(
        code="SN-WEB-2701",
        programme="WEB",
        country=country.iso2,
        starts_on=date(2027, 1, 4),
        ends_on=date(2027, 6, 30),
        cadence_weeks=1,
        meetup_minutes=120,
    )
