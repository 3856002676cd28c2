"""A regional manager: what is open, what has to be decided, drafts of timetables."""

import html
from datetime import date

import pytest

from api.access.tables import RoleGrant
from centres.db import rows
from sessions.scheduling import solve_timetable
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in, logged_in
from tests.api.pages.world import make_account
from tests.counting import queries
from tests.factories import make_agreement, make_centre, make_country, make_holiday, stored

ASKED = {
    "countries": ["SN"],
    "first_day": "2027-01-11",
    "weeks": "8",
    "seconds": "5",
    "seed": "1",
}


def words(answer) -> str:
    return html.unescape(answer.text)


async def asked_for(manager) -> str:
    """Ask for a timetable by the form and return its path."""
    key = key_in(await manager.get("/manage/timetables"))
    answer = await manager.post("/manage/timetables", data={**ASKED, **key})
    assert answer.status_code == 303
    return answer.headers["location"]


async def solved(manager) -> str:
    path = await asked_for(manager)
    await solve_timetable(timetable_id=int(path.rpartition("/")[2]), now=NOW)
    return path


async def test_the_network_is_told_in_one_sentence_first(manager):
    text = words(await manager.get("/manage"))

    assert "3 centres ouverts" in text
    assert "1 groupe" in text
    assert "4 séances dans les quatre semaines qui viennent" in text
    assert "25 % des places prises" in text


async def test_what_has_to_be_decided_is_listed_with_what_it_hits(manager, world):
    text = words(await manager.get("/manage"))

    assert "Fête de test" in text
    assert "attendu le mercredi 13 janvier 2027" in text
    assert "1 créneau ce jour-là, 0 séance, 0 élève" in text
    assert "jusqu'au dimanche 28 février 2027" in text


async def test_an_agreement_that_another_one_takes_over_from_is_not_ending(manager, world):
    await make_agreement(world.centre, starts_on=date(2027, 3, 1), ends_on=date(2028, 2, 28))

    assert "28 février 2027" not in words(await manager.get("/manage"))


async def test_each_figure_opens_to_its_rows(manager):
    text = words(await manager.get("/manage"))

    assert 'href="/host?centre=SN-KLK-01"' in text
    assert 'href="/host?centre=GW-BXO-01"' in text


async def test_other_countries_are_not_shown(manager, world):
    await make_centre(await make_country(iso2="ML", name_fr="Mali"), name="Ailleurs")

    text = words(await manager.get("/manage"))

    assert "Mali" not in text
    assert "Ailleurs" not in text


async def test_hosts_have_no_business_there(host, visitor):
    as_host, as_nobody = await host.get("/manage"), await visitor.get("/manage")

    assert as_host.status_code == 403
    assert as_nobody.headers["location"] == "/login?next=%2Fmanage"


async def test_the_first_page_asks_eight_questions_however_large_the_network(manager, world):
    counts = []
    for _ in range(2):
        with queries() as asked:
            await manager.get("/manage")
        counts.append(len(asked))
        await make_centre(world.country)

    assert counts == [8, 8]


async def test_a_holiday_is_fixed_only_after_its_consequences_were_seen(manager, world):
    path = f"/manage/holidays/{world.holiday.id}"

    seen = await manager.get(path, params={"preview": "1", "date": "2027-01-16", "cancel": "yes"})
    stored_before = await rows("SELECT tentative FROM public_holiday")
    answer = await manager.post(
        path,
        data={
            **key_in(seen),
            "date": "2027-01-16",
            "cancel": "yes",
            "revision": str(world.holiday.revision),
        },
    )
    after = words(await manager.get(answer.headers["location"]))

    assert "1 créneau serait annulé." in words(seen)
    assert "7 personnes seront prévenues." in words(seen)
    assert stored_before == [{"tentative": True}]
    assert "créneaux annulés : 1." in after
    assert "Personnes prévenues : 7." in after
    assert await rows("SELECT tentative, date::text FROM public_holiday") == [
        {"tentative": False, "date": "2027-01-16"}
    ]


async def test_a_holiday_may_be_confirmed_and_its_slots_left_in_place(manager, world):
    path = f"/manage/holidays/{world.holiday.id}"

    seen = await manager.get(path, params={"preview": "1", "date": "2027-01-13", "cancel": "no"})
    await manager.post(
        path,
        data={
            **key_in(seen),
            "date": "2027-01-13",
            "cancel": "no",
            "revision": str(world.holiday.revision),
        },
    )

    assert "1 créneau tombe ce jour-là et resterait en place." in words(seen)
    assert await rows("SELECT count(*) AS gone FROM slot WHERE state = 'cancelled'") == [
        {"gone": 0}
    ]


async def test_a_holiday_of_another_country_is_not_there(manager, world):
    mali = await make_country(iso2="ML", name_fr="Mali")
    holiday = await make_holiday(mali, world.holiday.date, tentative=True)

    assert (await manager.get(f"/manage/holidays/{holiday.id}")).status_code == 404


async def test_a_timetable_that_was_asked_for_waits_with_a_link_to_look_again(manager):
    path = await asked_for(manager)

    text = words(await manager.get(path))

    assert "en attente" in text
    assert "Mettre à jour maintenant" in text
    assert await rows(
        "SELECT task_name, args ->> 'timetable_id' AS id FROM procrastinate_jobs"
    ) == [{"task_name": "solve_timetable", "id": path.rpartition("/")[2]}]


async def test_a_draft_shows_its_cost_its_bound_and_what_it_leaves_out(manager):
    text = words(await manager.get(await solved(manager)))
    unmet = "SELECT count(*) AS n FROM planned_meetup WHERE slot IS NULL"

    assert f"{(await rows(unmet))[0]['n']} sans créneau." in text
    assert "aucun autre ne peut coûter moins de" in text
    assert "Aucun créneau n'est publié à cette période" in text
    assert "Publier ce planning" in text


async def test_a_draft_is_published_once(manager):
    path = await solved(manager)
    revision = (await rows("SELECT revision FROM timetable"))[0]["revision"]
    key = {**key_in(await manager.get(path)), "revision": str(revision)}

    published = await manager.post(f"{path}/publish", data=key)
    again = await manager.post(f"{path}/publish", data=key)

    assert published.status_code == 303
    assert "publié" in words(await manager.get(path))
    assert again.status_code == 409
    assert await rows("SELECT count(*) AS live FROM meetup WHERE state = 'live'") == [{"live": 6}]


async def test_a_draft_may_be_put_aside(manager):
    path = await solved(manager)
    revision = (await rows("SELECT revision FROM timetable"))[0]["revision"]
    key = {**key_in(await manager.get(path)), "revision": str(revision)}

    await manager.post(f"{path}/discard", data=key)

    assert "mis de côté" in words(await manager.get(path))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"countries": []}, "Cochez au moins un pays."),
        ({"countries": ["ML"]}, "Cochez au moins un pays."),
        ({"weeks": "0"}, "Donnez un nombre de 1 à 104."),
        ({"first_day": "bientôt"}, "Donnez une date, comme 31/01/2027."),
    ],
)
async def test_what_is_amiss_is_said_beside_the_field(manager, change, sentence):
    key = key_in(await manager.get("/manage/timetables"))

    answer = await manager.post("/manage/timetables", data={**ASKED, **change, **key})

    assert answer.status_code == 400
    assert sentence in words(answer)
    assert await rows("SELECT id FROM timetable") == []


async def test_a_timetable_of_other_countries_too_is_not_there(app, manager, world):
    await make_country(iso2="ML", name_fr="Mali")
    boss = await make_account("chef@example.org", "Administratrice")
    await stored(RoleGrant(account=boss, role="admin"))
    async with logged_in(app, "chef@example.org") as admin:
        key = key_in(await admin.get("/manage/timetables"))
        asked = await admin.post(
            "/manage/timetables", data={**ASKED, "countries": ["SN", "ML"], **key}
        )
        path = asked.headers["location"]
        own = await admin.get(path)

    others = await manager.get(path)

    assert own.status_code == 200
    assert others.status_code == 404
