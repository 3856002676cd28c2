"""Certificates that reveal nothing, rooms confirmed the day before, policies for absences."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from centres.db import rows
from centres.tables import Room
from sessions.attendance.certificates import certify
from sessions.attendance.keeping import keep_marks
from sessions.attendance.marks import Value
from sessions.attendance.sheets import marks_of
from sessions.subscriptions import open_page_link
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in
from tests.factories import make_slot
from tests.sessions.attendance.attendance_world import made

NINE = datetime(2027, 1, 9, 9, 5, tzinfo=UTC)
EVE = datetime(2027, 1, 8, 17, tzinfo=UTC)


@pytest.fixture
async def came(world, clock):
    clock.now = NINE
    await keep_marks(meetup_id=world.meetups[0].id, marks=[made(world.awa)], now=NINE)
    return world


async def test_a_learner_s_certificate_holds_until_a_mark_is_corrected(visitor, came):
    _, token = await open_page_link(learner_id=came.awa.id, device="page", now=NOW)

    pdf = await visitor.post(f"/s/{token}/certificate")
    again = await certify(learner_id=came.awa.id, now=NINE, today=NINE.date() + timedelta(days=3))
    code = (await rows("SELECT code FROM attendance_certificate"))[0]["code"]
    valid = await visitor.get(f"/verify/{code.lower()}")
    unknown = await visitor.get("/verify/ACDEFHJKMNPRTUVW")
    mark = (await marks_of(came.meetups[0].id))[0]
    right = made(came.awa, Value.ABSENT, supersedes=frozenset({mark.id}), reason="Erreur")
    await keep_marks(meetup_id=came.meetups[0].id, marks=[right], now=NINE)
    void = await visitor.get(f"/verify/{code}")

    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content[:5] == b"%PDF-"
    assert again.code == code
    assert "est valable" in valid.text
    assert [name for name in ("Awa", "Diop", "Kaolack", "2027") if name in valid.text] == []
    # An unknown code and one whose marks were corrected cannot be told apart.
    assert void.text.replace(code, "") == unknown.text.replace("ACDEFHJKMNPRTUVW", "")


async def test_a_host_certifies_people_of_the_sheet_and_whoever_never_came_is_refused(host, came):
    address = f"/host/meetups/{came.meetups[0].id}"
    key = key_in(await host.get(f"{address}/attendance"))

    made_of_awa = await host.post(f"{address}/certificate", data={**key, "learner": "AWA"})
    stranger = await host.post(f"{address}/certificate", data={**key, "learner": "NO-ONE"})
    others = await rows("SELECT code FROM learner WHERE name = 'Binta Fall'")
    nothing = await host.post(f"{address}/certificate", data={**key, "learner": others[0]["code"]})

    assert [each.status_code for each in (made_of_awa, stranger, nothing)] == [200, 404, 409]


async def test_a_room_that_fails_its_check_reaches_the_manager_who_moves_its_meetup(
    host, manager, world, clock
):
    clock.now = EVE
    room = await Room.objects().get(Room.code == "SN-KLK-01-B12")
    await make_slot(room, datetime(2027, 1, 12, 9))
    asked = await host.get("/host/readiness?centre=SN-KLK-01")
    room = {"centre": "SN-KLK-01", "room": "SN-KLK-01-B12", "day": "2027-01-09"}
    before = await manager.get("/manage")
    told = await host.post(
        "/host/readiness",
        data={**key_in(asked), **room, "power": "yes", "key": "yes", "computers": "12",
              "note": "Orage"},
    )  # fmt: skip
    warned = await manager.get("/manage/readiness")
    link = re.search(r'href="(/manage/readiness/[^"]+)"', warned.text)
    preview = await manager.get(link[1])
    still = await rows("SELECT sequence FROM meetup WHERE id = $1", world.meetups[0].id)
    done = await manager.post(
        link[1], data={**key_in(preview), "reason": "Pas de connexion dans la salle."}
    )

    assert "à confirmer avant 18 h" in asked.text
    assert told.status_code == 303
    assert "1 salle pas prête" not in before.text
    assert "pas de connexion" in warned.text
    assert "Orage" in warned.text
    assert "7 personnes seront prévenues" in preview.text
    assert still == [{"sequence": 0}]
    assert done.headers["location"] == "/manage/readiness?told=7"
    moved = await rows("SELECT starts_at, state FROM meetup WHERE id = $1", world.meetups[0].id)
    assert moved == [{"starts_at": datetime(2027, 1, 12, 9, tzinfo=UTC), "state": "live"}]


async def test_a_room_that_nobody_confirmed_by_18_h_warns_the_manager(manager, world, clock):
    clock.now = EVE + timedelta(hours=1)

    assert "pas confirmée" in (await manager.get("/manage/readiness")).text
    assert "1 salle pas prête ou pas confirmée" in (await manager.get("/manage")).text


async def test_a_manager_states_what_absences_lead_to(manager, world):
    key = key_in(await manager.get("/manage/no-shows"))

    kept = await manager.post(
        "/manage/no-shows",
        data={**key, "country": "SN", "warn_after": "3", "release_after": ""},
    )
    wrong = await manager.post(
        "/manage/no-shows",
        data={**key, "country": "SN", "warn_after": "3", "release_after": "2"},
    )

    assert (kept.status_code, wrong.status_code) == (303, 400)
    assert "On prévient" in wrong.text
    stored = await rows("SELECT warn_after, release_after FROM no_show_policy")
    assert stored == [{"warn_after": 3, "release_after": None}]
