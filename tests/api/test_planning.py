"""Drafts in use, over HTTP: stopped, proven, compared, mended; absences, pins and dear hours."""

import pytest

from centres.db import rows
from sessions.scheduling import solve_timetable
from sessions.timetable_advice import advise
from sessions.weight_words import WORDS, weighed
from tests.api.conftest import ADMIN
from tests.factories import NOW, make_room
from tests.sessions.test_timetable_advice import crowded_world

ASKED = {"countries": ["SN"], "first_day": "2027-01-04", "weeks": 3, "seconds": 5}


@pytest.fixture
async def admin(client_as, database):
    async with client_as(ADMIN) as made:
        yield made


@pytest.fixture
async def world(database):
    made = await crowded_world()
    await make_room(made.centres[0])
    return made


async def solved(admin, **more) -> int:
    number = (await admin.post("/api/v1/timetables", json={**ASKED, **more})).json()["id"]
    await solve_timetable(timetable_id=number, now=NOW)
    return number


def test_every_weight_of_the_engine_has_words():
    assert [each.name for each in weighed()] == list(WORDS)


async def test_a_draft_proves_itself_and_says_why_and_what_would_help(admin, world):
    number = await solved(admin)
    await advise(timetable_id=number, now=NOW)
    at = f"/api/v1/timetables/{number}"

    progress = (await admin.get(f"{at}/progress")).json()
    proof = (await admin.get(f"{at}/proof")).json()
    causes = (await admin.get(f"{at}/explanations", headers={"Accept-Language": "en"})).json()
    remedies = (await admin.get(f"{at}/remedies")).json()

    assert (progress["state"], progress["done"], progress["of"]) == ("draft", 1, 1)
    assert progress["advised"] is True
    assert [(each["sound"], each["broken"]) for each in proof] == [(True, 0)]
    assert [each["unmet"] for each in causes] == [True]
    assert causes[0]["words"].startswith("The suitable rooms are taken by")
    assert (remedies["advised"], remedies["items"][0]["regained"]) == (True, 3)
    assert remedies["items"][0]["starts"] == "09:00"


async def test_a_run_that_waits_can_be_told_to_stop_and_a_draft_cannot(admin, world):
    number = (await admin.post("/api/v1/timetables", json=ASKED)).json()["id"]

    stopped = await admin.post(f"/api/v1/timetables/{number}/stop")
    progress = (await admin.get(f"/api/v1/timetables/{number}/progress")).json()
    await solve_timetable(timetable_id=number, now=NOW)
    again = await admin.post(f"/api/v1/timetables/{number}/stop")

    assert (stopped.status_code, progress["stop_asked"]) == (200, True)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:rendezvous:problem:TimetableNotBeingMade"


async def test_a_draft_whose_slot_went_is_mended_and_the_two_compare(admin, world):
    number = await solved(admin)
    met = await rows("SELECT slot FROM planned_meetup WHERE slot IS NOT NULL ORDER BY id LIMIT 1")
    gone = met[0]["slot"]
    await rows("UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id = $1", gone)

    changes = (await admin.get(f"/api/v1/timetables/{number}/changes")).json()
    made = await admin.post(f"/api/v1/timetables/{number}/repair")
    await solve_timetable(timetable_id=made.json()["id"], now=NOW)
    other = made.json()["id"]
    compared = (await admin.get(f"/api/v1/timetables/{number}/compare?with={other}")).json()

    assert (changes["any"], changes["lost"]) == (True, 1)
    assert [(each["slot"], each["how"]) for each in changes["slots"]] == [(gone, "cancelled")]
    assert made.status_code == 202
    assert made.headers["location"] == f"/api/v1/timetables/{other}"
    assert (compared["moved"], compared["added"], compared["dropped"]) == (0, 0, 1)
    assert (compared["groups"], compared["learners"], compared["same"]) == (1, 12, 2)
    assert {each["name"]: each["after"] - each["before"] for each in compared["parts"]}[
        "drop"
    ] == 60


async def test_weights_are_shown_with_their_usual_values_and_change_a_run(admin, world):
    shown = (await admin.get("/api/v1/timetables/weights")).json()
    number = await solved(admin, weights={"drop": 100})

    usual = {each["name"]: each["usual"] for each in shown}
    stored = (await admin.get(f"/api/v1/timetables/{number}")).json()
    assert usual["drop"] == 60
    assert stored["weights"] == {**usual, "drop": 100}
    assert stored["parts"]["drop"] == 300


async def test_a_pinned_meetup_is_kept_by_a_preview_of_what_replanning_would_do(admin, world):
    number = await solved(admin)
    await admin.post(f"/api/v1/timetables/{number}/publish", headers={"If-Match": '"3"'})
    meetup = (await rows("SELECT id FROM meetup ORDER BY id"))[1]["id"]

    pinned = await admin.post(f"/api/v1/meetups/{meetup}/pin", json={"reason": "Examen"})
    asked = {"meetups": [meetup], "reason": "Toit"}
    seen = (await admin.post("/api/v1/timetables/replan-preview", json=asked)).json()
    unpinned = await admin.post(f"/api/v1/meetups/{meetup}/unpin")

    assert (pinned.json()["pinned"], unpinned.json()["pinned"]) == (True, False)
    assert [(each["meetup"], each["why"]) for each in seen["kept"]] == [(meetup, "pinned")]
    assert seen["told"] == 0


async def test_dear_hours_are_made_changed_and_charged(admin, world):
    made = await admin.post(
        "/api/v1/cost-calendars",
        json={
            "country": "SN",
            "name": "Ramadan",
            "first_day": "2027-01-04",
            "last_day": "2027-01-17",
            "starts_minute": 480,
            "ends_minute": 720,
            "points": 5,
        },
    )
    number = await solved(admin)
    at = f"/api/v1/cost-calendars/{made.json()['id']}"
    lifted = await admin.patch(
        at, json={"lifted": True}, headers={"If-Match": made.headers["etag"]}
    )
    free = await solved(admin)

    parts = [
        (await admin.get(f"/api/v1/timetables/{each}")).json()["parts"]["unwelcome"]
        for each in (number, free)
    ]
    assert (made.status_code, lifted.json()["lifted"]) == (201, True)
    assert parts == [10, 0]
