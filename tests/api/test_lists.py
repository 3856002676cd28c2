"""Lists: pages that lose and repeat nothing, filters, and as many queries for 3 rows as for 1."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from api.access.tables import Account
from api.access.tokens import make_token
from centres.planning.applications import ApplicationsGiven, record_applications
from centres.planning.asked import Asked
from centres.planning.lists import SiteGiven
from centres.planning.overrides import JourneyGiven, add_journey
from centres.planning.scenarios import request_scenario
from centres.planning.sites import add_site
from centres.tables import Host, Region
from sessions.scheduling import request_timetable
from sessions.tables.learning import Programme, Sponsor
from sessions.tables.meetups import Meetup
from sessions.tables.messages import Message
from sessions.tables.planning import CostCalendar, MentorAbsence
from tests.api.conftest import ADMIN, NOW
from tests.counting import queries
from tests.factories import (
    book,
    make_agreement,
    make_centre,
    make_closure,
    make_cohort,
    make_country,
    make_group,
    make_holiday,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
    stored,
)
from tests.sessions.networks import Network, make_network

ISO2 = iter(f"{a}{b}" for a in "XYZ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Listed(NamedTuple):
    """A list: how one more row of it is made, and how many queries a page takes for whoever asks.

    One query finds out who asks; `queries` counts it.
    """

    more: Callable[[Network], Awaitable[Any]]
    queries: int
    query: str = ""


async def a_code(made: type, network: Network, **values: Any) -> None:
    number = await made.count()
    await stored(made(code=f"code-{number}", **values))


async def a_slot(network: Network) -> Any:
    """The next free morning of the room, so that slots come in order of start."""
    taken = len(SLOTS_MADE)
    SLOTS_MADE.append(taken)
    return await make_slot(network.room, datetime(2027, 1, 9, 9) + timedelta(days=taken))


async def a_meetup(network: Network) -> Any:
    slot = await a_slot(network)
    return await make_meetup(network.group, slot, len(SLOTS_MADE), network.learners)


async def an_account(network: Network) -> Any:
    number = await Account.count()
    return await stored(
        Account(
            email=f"a{number}@example.org", name="A", password_hash="$argon2id$", created_at=NOW
        )
    )


async def an_enrolment(network: Network) -> Any:
    return await make_learner(network.country, network.group)


async def an_agreement(network: Network) -> Any:
    return await make_agreement(network.centre, state="prospect")


async def a_timetable(network: Network) -> Any:
    return await request_timetable(
        countries=["SN"], first_day=date(2027, 1, 4), weeks=2, seconds=1, asked_by="x", now=NOW
    )


async def a_scenario(network: Network) -> Any:
    return await request_scenario(name="A", asked=Asked(("SN",)), asked_by="x", now=NOW)


async def a_candidate(network: Network) -> Any:
    return await add_site(site=SiteGiven("Lycée", "SN", 14.79, -16.93))


async def a_journey(network: Network) -> Any:
    known = JourneyGiven("SN", "A", 14.7, -17.4, "none", "test", date(2026, 11, 1))
    return await add_journey(journey=known, now=NOW)


APPLICANTS = itertools.count(1)


async def an_application(network: Network) -> Any:
    count = ApplicationsGiven(
        "SN", f"Lieu {next(APPLICANTS)}", 3, "test", date(2026, 11, 1), None, 14.79, -16.93
    )
    return await record_applications(counts=[count])


async def a_guest(network: Network) -> Any:
    meetup = await Meetup.objects().order_by(Meetup.id).first()
    assert meetup is not None
    return await book(meetup, await make_learner(network.country), kind="guest")


async def an_absence(network: Network) -> Any:
    day = date(2027, 9, 1) + timedelta(days=await MentorAbsence.count())
    return await stored(
        MentorAbsence(mentor=network.mentor, first_day=day, last_day=day, reason="Formation")
    )


async def dear_hours(network: Network) -> Any:
    return await stored(
        CostCalendar(
            country=network.country,
            name="Ramadan",
            first_day=date(2027, 2, 8),
            last_day=date(2027, 3, 9),
            starts_minute=960,
            ends_minute=1140,
            points=5.0,
        )
    )


async def a_token(network: Network) -> Any:
    account = await Account.objects().order_by(Account.id).first()
    assert account is not None
    return await make_token(account_id=account.id, name="x", may_write=False, now=NOW)


async def a_message(network: Network) -> Any:
    learner = await make_learner(network.country)
    return await stored(
        Message(
            channel="sms",
            purpose="change",
            learner=learner,
            address="+221700000000",
            state="sent",
            created_at=NOW,
            due_at=NOW,
            sent_at=NOW,
        )
    )


SLOTS_MADE: list[int] = []
LISTS: dict[str, Listed] = {
    "regions": Listed(lambda n: a_code(Region, n, name="R"), 2),
    "countries": Listed(lambda n: make_country(iso2=next(ISO2), region=n.country.region), 2),
    "hosts": Listed(lambda n: a_code(Host, n, name="H", kind="school", country=n.country), 2),
    "agreements": Listed(an_agreement, 2),
    "centres": Listed(lambda n: make_centre(n.country), 2),
    "rooms": Listed(lambda n: make_room(n.centre), 3, "centre={centre}"),
    "closures": Listed(lambda n: make_closure(n.centre, date(2027, 8, 1), date(2027, 8, 2)), 2),
    "holidays": Listed(lambda n: make_holiday(n.country, date(2027, 4, 4)), 2),
    "slots": Listed(a_slot, 2),
    "programmes": Listed(lambda n: a_code(Programme, n, title="P", months=3), 2),
    "sponsors": Listed(lambda n: a_code(Sponsor, n, name="S", kind="donor"), 2),
    "mentors": Listed(lambda n: make_mentor(n.country), 2),
    "cohorts": Listed(lambda n: make_cohort(n.country, programme=n.cohort.programme), 2),
    "groups": Listed(lambda n: make_group(n.cohort, n.centre), 2),
    "groups/{group}/members": Listed(an_enrolment, 4),
    "learners": Listed(lambda n: make_learner(n.country), 2),
    "enrolments": Listed(an_enrolment, 2),
    "timetables": Listed(a_timetable, 2),
    "scenarios": Listed(a_scenario, 2),
    "candidate-sites": Listed(a_candidate, 2),
    "journeys": Listed(a_journey, 2),
    "applications": Listed(an_application, 2),
    "mentor-absences": Listed(an_absence, 2),
    "cost-calendars": Listed(dear_hours, 2),
    "meetups": Listed(a_meetup, 2),
    "meetups/{meetup}/bookings": Listed(a_guest, 3),
    "bookings": Listed(a_meetup, 2),
    "messages": Listed(a_message, 2),
    "accounts": Listed(an_account, 2),
    "tokens": Listed(a_token, 2),
    "changes": Listed(a_slot, 2),
}


@pytest.fixture
async def network(database):
    SLOTS_MADE.clear()
    return await make_network(learners=1)


@pytest.fixture
async def admin(client_as, database):
    async with client_as(ADMIN) as made:
        yield made


async def prepared(name: str, network: Network) -> str:
    """Make a first row, and return the list's address."""
    listed = LISTS[name]
    meetup = await a_meetup(network)
    await listed.more(network)
    at = name.format(group=network.group.code, meetup=meetup.id)
    query = listed.query.format(centre=network.centre.code)
    return f"/api/v1/{at}?{query}"


async def ids_of(client: httpx.AsyncClient, at: str, limit: int, between=None) -> list[str]:
    """Follow `next` to the end and return every row; `between` runs after each page."""
    found: list[str] = []
    after = ""
    while True:
        page = (await client.get(f"{at}&limit={limit}{after}")).json()
        found += [str(each) for each in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next'].replace('+', '%2B')}"
        if between is not None:
            await between()


@pytest.mark.parametrize("name", list(LISTS))
async def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(name, network, admin):
    at = await prepared(name, network)
    await admin.get(at)

    with queries() as few:
        first = await admin.get(f"{at}&limit=1")
    for _ in range(2):
        await LISTS[name].more(network)
    with queries() as many:
        second = await admin.get(f"{at}&limit=200")

    assert len(first.json()["items"]) == 1
    assert len(second.json()["items"]) >= 3
    assert (len(few), len(many)) == (LISTS[name].queries, LISTS[name].queries)


@pytest.mark.parametrize("name", list(LISTS))
async def test_following_next_sees_each_row_once_though_rows_are_added(name, network, admin):
    at = await prepared(name, network)
    for _ in range(3):
        await LISTS[name].more(network)
    before = (await admin.get(f"{at}&limit=200")).json()["items"]

    async def one_more():
        if len(added) < 2:
            added.append(await LISTS[name].more(network))

    added: list[Any] = []
    found = await ids_of(admin, at, 1, one_more)

    assert len(set(found)) == len(found)
    assert [each for each in before if str(each) not in found] == []


async def test_every_list_with_pages_is_in_the_table(app):
    schema = app.app.openapi_schema.to_schema()

    paged = {
        path.removeprefix("/api/v1/").replace("{code}", "{group}").replace("meetup_id", "meetup")
        for path, item in schema["paths"].items()
        if any(each["name"] == "after" for each in item.get("get", {}).get("parameters", []))
    }

    # The periods of a timetable never grow; tests of the timetables page through them.
    assert paged - {"timetables/{timetable_id}/planned"} == set(LISTS)


FILTERS = {
    "hosts": ("country=SN", "country=ML"),
    "agreements": ("country=SN", "country=ML", "centre={centre}", "day=2027-06-01"),
    "centres": ("country=SN", "country=ML"),
    "closures": ("country=SN", "centre={centre}", "first_day=2027-07-01", "last_day=2027-07-01"),
    "holidays": ("country=SN", "country=ML", "first_day=2027-05-01", "last_day=2027-05-01"),
    "slots": (
        "country=SN",
        "country=ML",
        "centre={centre}",
        "first_day=2027-01-16",
        "last_day=2027-01-15",
        "first_day=2027-01-09&last_day=2027-01-09",
        "free=true",
    ),
    "meetups": (
        "country=SN",
        "country=ML",
        "centre={centre}",
        "cohort={cohort}",
        "first_day=2027-01-16",
        "last_day=2027-01-15",
    ),
    "mentors": ("country=SN", "country=ML"),
    "cohorts": ("country=SN", "country=ML"),
    "groups": ("country=SN", "country=ML", "cohort={cohort}", "centre={centre}"),
    "learners": ("country=SN", "country=ML", "cohort={cohort}"),
    "enrolments": ("country=SN", "country=ML", "cohort={cohort}"),
    "bookings": ("country=SN", "country=ML"),
}


def kept(item: dict[str, Any], query: str, names: dict[str, str]) -> bool:
    """Say whether a row belongs to what is asked for, from nothing but what it shows of itself."""
    asked = dict(each.split("=") for each in query.format(**names).split("&"))
    text = str(list(item.values()))
    first = str(item.get("first_day") or item.get("starts_wall") or item.get("date"))[:10]
    last = str(item.get("last_day") or first)
    return all(
        {
            "country": lambda said: f"'{said}" in text,
            "centre": lambda said: f"'{said}'" in text,
            "cohort": lambda said: f"'{said}" in text or item.get("code") == names["learner"],
            "first_day": lambda said: last >= said,
            "last_day": lambda said: first <= said,
            "day": lambda said: item["starts_on"] <= said <= item["ends_on"],
            "free": lambda said: item["meetup"] is None,
        }[name](said)
        for name, said in asked.items()
    )


async def far_network() -> None:
    """Something of everything in Mali, a fortnight later."""
    mali = await make_country(iso2="ML", zone="Africa/Bamako")
    host = await stored(Host(code="ML-H", name="H", kind="school", country=mali))
    centre = await make_centre(mali, host=host)
    await make_agreement(centre, ends_on=date(2027, 5, 31))
    await make_closure(centre, date(2027, 8, 1), date(2027, 8, 2))
    await make_holiday(mali, date(2027, 6, 6))
    room = await make_room(centre)
    cohort = await make_cohort(mali)
    mentor = await make_mentor(mali, code="ML-M1")
    group = await make_group(cohort, centre, mentor=mentor)
    learner = await make_learner(mali, group, code="ML-L1")
    await make_meetup(group, await make_slot(room, datetime(2027, 1, 16, 9)), 0, [learner])


@pytest.mark.parametrize("name", list(FILTERS))
async def test_a_filter_keeps_what_belongs_and_nothing_else(name, admin, database):
    home = await make_country(zone="Africa/Dakar")
    host = await stored(Host(code="SN-H", name="H", kind="school", country=home))
    centre = await make_centre(home, host=host)
    await make_agreement(centre)
    await make_closure(centre, date(2027, 6, 1), date(2027, 6, 2))
    await make_holiday(home, date(2027, 4, 4))
    room = await make_room(centre)
    cohort = await make_cohort(home)
    mentor = await make_mentor(home, code="SN-M1")
    group = await make_group(cohort, centre, mentor=mentor)
    learner = await make_learner(home, group, code="SN-L1")
    await make_meetup(group, await make_slot(room, datetime(2027, 1, 9, 9)), 0, [learner])
    await make_slot(room, datetime(2027, 1, 23, 9))
    await far_network()
    names = {"centre": centre.code, "cohort": cohort.code, "learner": learner.code}

    everything = (await admin.get(f"/api/v1/{name}?limit=200")).json()["items"]
    for query in FILTERS[name]:
        asked = f"/api/v1/{name}?limit=200&{query.format(**names)}"
        found = (await admin.get(asked)).json()["items"]

        assert found == [each for each in everything if kept(each, query, names)], query
        assert 0 < len(found) < len(everything), query
