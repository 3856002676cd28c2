"""Figures that a manager can hand out, each of which opens to its rows."""

from dataclasses import replace
from uuid import uuid4

from centres.db import rows
from sessions.attendance.keeping import keep_marks
from tests.sessions.attendance.attendance_world import NINE, made

PERIOD = "first=2027-01-01&last=2027-01-31"


async def test_each_figure_opens_to_its_rows_and_their_evidence(manager, world, clock):
    await keep_marks(meetup_id=world.meetups[0].id, marks=[made(world.awa)], now=NINE)
    clock.now = NINE.replace(hour=20)
    of_one = (await manager.get(f"/manage/reports?{PERIOD}&format=json")).json()
    others = await rows(
        "SELECT l.code FROM booking b JOIN learner l ON l.id = b.learner"
        " WHERE b.meetup = $1 AND l.code <> 'AWA'",
        world.meetups[0].id,
    )
    marks = [replace(made(world.awa), id=uuid4(), learner=each["code"]) for each in others]
    await keep_marks(meetup_id=world.meetups[0].id, marks=marks, now=NINE)

    home = await manager.get("/manage")
    page = await manager.get(f"/manage/reports?{PERIOD}")
    plain = (await manager.get(f"/manage/reports?{PERIOD}&format=json")).json()
    opened = await manager.get(f"/manage/reports/rows?{PERIOD}&what=used")

    assert page.status_code == 200
    assert "/manage/reports/rows?first=" in home.text
    assert "sur la liste" in opened.text
    assert opened.text.count("<tr><th") == 1 + len(others) + 1
    assert "AWA" in opened.text
    assert [name for name in ("Awa Diop", "+221") if name in page.text + opened.text] == []
    # One of six came: to whoever knows them, that figure would be about somebody.
    assert of_one["total"] is None
    assert plain["total"]["seats_used"] == len(others) + 1


async def test_what_cannot_be_counted_is_refused_in_words(manager):
    backwards = await manager.get("/manage/reports?first=2027-02-01&last=2027-01-01")
    nobody = await manager.get("/manage/reports?sponsor=PERSONNE")
    what = await manager.get("/manage/reports/rows?what=tout")

    assert [each.status_code for each in (backwards, nobody, what)] == [400, 400, 400]
    assert "Choisissez un financeur de la liste." in nobody.text
