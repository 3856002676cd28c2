"""A host's calendar, one slot, and closures: whom a change reaches is seen before it is made."""

import html
from datetime import date, datetime, timedelta

import pytest

from api.pages.host import monday_of
from centres.db import rows
from sessions.slot_publishing import publish_slots
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in
from tests.counting import queries
from tests.factories import make_closure, make_place, make_slot

LIVE = "SELECT count(*) AS live FROM meetup WHERE state = 'live'"


def words(answer) -> str:
    return html.unescape(answer.text)


@pytest.fixture
async def series(world):
    """Four Thursdays in the second room, published by rule."""
    return await publish_slots(
        room_code="SN-KLK-01-CDI",
        starts=datetime(2027, 1, 7, 14).time(),
        minutes=120,
        rule="FREQ=WEEKLY;COUNT=4",
        first_date=date(2027, 1, 7),
        now=NOW,
    )


async def test_the_calendar_shows_each_slot_with_what_meets_in_it(host):
    text = words(await host.get("/host"))

    assert "Cette semaine" in text
    assert "Samedi 9 janvier 2027" in text
    assert "9\u00a0h\u00a0–\u00a012\u00a0h" in text
    assert "SN-DATA-1-G1" in text
    assert text.count("6/24") == 3
    assert text.count("libre") == 3
    assert "Peut-être férié" in text


async def test_a_closure_stands_on_each_of_its_days(host, world):
    await make_closure(world.centre, date(2027, 1, 11), date(2027, 1, 12))

    assert words(await host.get("/host")).count("Examens") == 2


@pytest.mark.parametrize("first", ["2027-02-01", "1000-01-01", "9999-12-31", "nonsense"])
async def test_other_weeks_are_a_link_away_even_far_ones(host, first):
    assert (await host.get("/host", params={"from": first})).status_code == 200


async def test_the_calendar_asks_as_often_for_six_slots_as_for_one(host, world):
    counts = []
    for first in ("2027-01-04", "2027-02-08"):
        with queries() as asked:
            await host.get("/host", params={"from": first})
        counts.append(len(asked))

    assert counts == [6, 6]


async def test_a_manager_chooses_among_the_centres_of_their_countries(manager):
    text = words(await manager.get("/host", params={"centre": "SN-KLK-01"}))

    assert "GW · Bissau · Liceu Kwame Nkrumah" in text
    assert '<option value="SN-KLK-01" selected>' in text


async def test_a_slot_shows_who_comes_by_name_alone(host, world):
    await rows("UPDATE learner SET phone = '+221770000000', email = 'awa@example.org'")

    text = words(await host.get(f"/host/slots/{world.slots[0].id}"))

    assert "6 personnes viennent" in text
    assert "Awa Diop" in text
    assert "+221" not in text
    assert "awa@example.org" not in text


async def test_a_slot_of_another_centre_is_not_there(host, world):
    other = await make_place(world.country)
    slot = await make_slot(other, datetime(2027, 1, 9, 9))

    for path in (f"/host/slots/{slot.id}", f"/host/slots/{slot.id}/cancel?scope=all"):
        assert (await host.get(path)).status_code == 404
    key = key_in(await host.get("/host"))
    answer = await host.post(
        f"/host/slots/{slot.id}/cancel", data={**key, "revision": "1", "reason": "x"}
    )
    assert answer.status_code == 404


async def test_cancelling_shows_first_whom_it_reaches_and_changes_nothing(host, world):
    text = words(
        await host.get(f"/host/slots/{world.slots[0].id}/cancel", params={"scope": "this"})
    )

    assert "7 personnes seront prévenues." in text
    assert "1 séance est annulée" in text
    assert "SN-DATA-1-G1" in text
    assert 'name="reason"' in text
    assert await rows(LIVE) == [{"live": 5}]


async def test_where_a_meetup_would_go_is_shown_before_it_goes(host, world):
    await make_slot(world.room, datetime(2027, 1, 8, 9))

    text = words(await host.get(f"/host/slots/{world.slots[0].id}/cancel"))

    assert "1 séance change d'heure ou de salle" in text
    assert "vendredi 8 janvier 2027" in text


async def test_cancelling_tells_everybody_once_with_the_reason(host, world):
    slot = world.slots[0]
    page = await host.get(f"/host/slots/{slot.id}/cancel")

    answer = await host.post(
        f"/host/slots/{slot.id}/cancel",
        data={**key_in(page), "scope": "this", "revision": "1", "reason": "Examen national"},
    )
    after = words(await host.get(answer.headers["location"]))

    assert "Créneaux annulés : 1." in after
    assert "Personnes prévenues : 7." in after
    told = await rows("SELECT kind, reason FROM notice")
    assert told == [{"kind": "cancelled", "reason": "Examen national"}] * 7


async def test_people_are_owed_a_reason(host, world):
    slot = world.slots[0]
    page = await host.get(f"/host/slots/{slot.id}/cancel")

    answer = await host.post(
        f"/host/slots/{slot.id}/cancel",
        data={**key_in(page), "scope": "this", "revision": "1", "reason": " "},
    )

    assert answer.status_code == 409
    assert "Donnez la raison" in words(answer)
    assert await rows(LIVE) == [{"live": 5}]


async def test_what_somebody_else_changed_meanwhile_is_not_overwritten(host, world):
    slot = world.slots[5]
    page = await host.get(f"/host/slots/{slot.id}/cancel")
    await rows("UPDATE slot SET seats = 10 WHERE id = $1", slot.id)

    answer = await host.post(
        f"/host/slots/{slot.id}/cancel", data={**key_in(page), "scope": "this", "revision": "1"}
    )

    assert answer.status_code == 409
    assert "Ce créneau a changé depuis votre lecture" in words(answer)


@pytest.mark.parametrize(("scope", "reached"), [("this", 1), ("this_and_following", 3), ("all", 4)])
async def test_the_three_scopes_are_named_in_plain_words(host, series, scope, reached):
    slot = series.slots[1]

    form = words(await host.get(f"/host/slots/{slot.id}"))
    text = words(await host.get(f"/host/slots/{slot.id}/cancel", params={"scope": scope}))

    assert "seulement le jeudi 14 janvier 2027" in form
    assert "cette date et les suivantes (3 en tout)" in form
    assert "toutes les dates à venir de cette série" in form
    assert f"Annuler {reached} date" in text
    assert "Personne n'est à prévenir" in text


async def test_a_change_of_hour_moves_what_was_chosen_and_only_that(host, series):
    slot = series.slots[1]
    change = {
        "scope": "this_and_following",
        "revision": "1",
        "day": "2027-01-14",
        "starts": "16:00",
        "minutes": "120",
        "room": "SN-KLK-01-CDI",
        "seats": "16",
    }
    preview = await host.get(f"/host/slots/{slot.id}/change", params=change)

    answer = await host.post(f"/host/slots/{slot.id}/change", data={**change, **key_in(preview)})

    assert "Changer 3 dates ?" in words(preview)
    assert answer.headers["location"] == "/host?centre=SN-KLK-01&from=2027-01-14&changed=3"
    hours = await rows(
        "SELECT starts_wall FROM slot WHERE id = ANY($1::int[]) ORDER BY 1",
        [each.id for each in series.slots],
    )
    assert [each["starts_wall"].hour for each in hours] == [14, 16, 16, 16]


async def test_a_change_that_the_rules_refuse_keeps_what_was_typed(host, series):
    slot = series.slots[0]
    change = {"day": "2027-01-07", "starts": "19:30", "minutes": "120", "room": "SN-KLK-01-CDI"}

    answer = await host.get(f"/host/slots/{slot.id}/change", params=change)

    assert answer.status_code == 409
    assert 'value="19:30"' in answer.text
    assert "le centre ouvre à 8 h et ferme à 20 h" in words(answer)


async def test_a_closure_shows_first_what_it_hits_and_changes_nothing(host, world):
    text = words(
        await host.get(
            "/host/closures",
            params={
                "preview": "1",
                "room": "",
                "first_day": "2027-01-09",
                "last_day": "2027-01-16",
                "reason": "Examens",
            },
        )
    )

    assert "3 créneaux publiés seraient annulés." in text
    assert "7 personnes seront prévenues." in text
    assert await rows("SELECT id FROM closure") == []
    assert await rows(LIVE) == [{"live": 5}]


async def test_a_closure_withdraws_its_slots_and_can_be_lifted(host, world):
    closure = {"first_day": "2027-01-09", "last_day": "2027-01-09", "reason": "Examens"}
    key = key_in(await host.get("/host"))

    closed = await host.post("/host/closures", data={**closure, **key})
    listed = words(await host.get("/host/closures"))
    stored = (await rows("SELECT id, revision FROM closure"))[0]
    await host.post(
        f"/host/closures/{stored['id']}/lift", data={**key, "revision": str(stored["revision"])}
    )

    assert "closed=1&told=7" in closed.headers["location"]
    assert "Le samedi 9 janvier 2027" in listed
    assert await rows("SELECT lifted FROM closure") == [{"lifted": True}]


async def test_nobody_closes_or_lifts_at_another_centre(host, world):
    other = await make_place(world.country)
    closure = await make_closure(other.centre, date(2027, 1, 9), date(2027, 1, 9))
    key = key_in(await host.get("/host"))

    lifted = await host.post(f"/host/closures/{closure.id}/lift", data={**key, "revision": "1"})
    closed = await host.post(
        "/host/closures",
        data={
            **key,
            "centre": other.centre.code,
            "first_day": "2027-01-09",
            "last_day": "2027-01-09",
            "reason": "x",
        },
    )

    assert [lifted.status_code, closed.status_code] == [404, 404]
    assert await rows("SELECT lifted FROM closure") == [{"lifted": False}]


async def test_days_that_run_backwards_are_refused_beside_the_field(host, world):
    answer = await host.get(
        "/host/closures",
        params={
            "preview": "1",
            "first_day": "2027-01-16",
            "last_day": "2027-01-09",
            "reason": "Examens",
        },
    )

    assert "avant de commencer" in words(answer)
    assert 'id="last_day-wrong"' in answer.text


async def test_who_hosts_nothing_is_told_so(manager, world):
    await rows("UPDATE centre SET state = 'closed'")

    answer = await manager.get("/host")

    assert answer.status_code == 404
    assert "Vous n'accueillez aucun centre ouvert" in words(answer)


def test_weeks_begin_on_mondays():
    assert [monday_of(date(2027, 1, 4) + timedelta(days=each)) for each in (0, 6, 7)] == [
        date(2027, 1, 4),
        date(2027, 1, 4),
        date(2027, 1, 11),
    ]
