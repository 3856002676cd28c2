"""Pages around drafts: comparison, changes, remedies, absences, dear hours, pins."""

from centres.db import rows
from sessions.messages.news import news_since
from sessions.messages.outreach import outreach
from sessions.scheduling import solve_timetable
from sessions.timetable_reports import reach_of
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in
from tests.api.pages.test_manage import ASKED, asked_for, solved, words


async def test_a_run_that_waits_is_stopped_by_a_button_and_keeps_its_best(manager):
    path = await asked_for(manager)
    seen = await manager.get(path)

    await manager.post(f"{path}/stop", data=key_in(seen))
    asked = words(await manager.get(path))
    await solve_timetable(timetable_id=int(path.rpartition("/")[2]), now=NOW)

    assert "Arrêter et garder le meilleur" in words(seen)
    assert "L'arrêt est demandé" in asked
    assert "voici le meilleur qu'il avait trouvé" in words(await manager.get(path))


async def test_weights_are_offered_at_their_usual_values_and_bad_ones_are_named(manager):
    seen = await manager.get("/manage/timetables")

    bad = await manager.post(
        "/manage/timetables", data={**ASKED, **key_in(seen), "weight_drop": "-1"}
    )
    good = await manager.post(
        "/manage/timetables", data={**ASKED, **key_in(seen), "weight_drop": "80"}
    )

    assert 'name="weight_drop" type="number" value="60"' in words(seen)
    assert (bad.status_code, good.status_code) == (400, 303)
    assert "Donnez un nombre de 0 à 10000." in words(bad)
    stored = await rows("SELECT (weights ->> 'drop')::float AS cost FROM timetable")
    assert stored == [{"cost": 80.0}]


async def test_a_draft_says_whom_publishing_would_tell(manager):
    text = words(await manager.get(await solved(manager)))
    told = await rows(
        "SELECT count(DISTINCT e.learner) AS n FROM planned_meetup p JOIN enrolment e"
        " ON e.cohort_group = p.cohort_group AND e.state = 'enrolled'"
        " WHERE p.slot IS NOT NULL AND NOT p.pinned"
    )

    assert f"{told[0]['n']} élève" in text
    assert "Les séances déjà publiées ne changent pas." in text


async def test_a_draft_says_by_which_way_they_would_be_told_and_publishing_keeps_to_it(manager):
    path = await solved(manager)
    number = int(path.rpartition("/")[2])
    await rows(
        """UPDATE learner SET consent_at = $1,
                  email = CASE WHEN id % 3 = 0 THEN 'l' || id || '@example.org' END,
                  phone = CASE WHEN id % 3 = 1 THEN '+22177000' || lpad(id::text, 4, '0') END""",
        NOW,
    )

    revision = (await rows("SELECT revision FROM timetable"))[0]["revision"]
    seen = await manager.get(path)
    foretold = (await reach_of(timetable_id=number, now=NOW)).outreach
    await manager.post(f"{path}/publish", data={**key_in(seen), "revision": str(revision)})
    meetups = [
        each["id"] for each in await rows("SELECT id FROM meetup WHERE timetable = $1", number)
    ]
    told = outreach(await news_since(0, meetups), now=NOW)

    assert all((told.by_mail, told.by_sms, told.by_neither))
    assert foretold == told
    for count, way in ((told.by_mail, "par courriel"), (told.by_sms, "par SMS")):
        assert f"{count} {way}" in words(seen)


async def test_what_changed_is_shown_and_mended_and_the_two_compare(manager):
    path = await solved(manager)
    gone = await rows("SELECT slot FROM planned_meetup WHERE slot IS NOT NULL AND NOT pinned")
    nothing = words(await manager.get(f"{path}/changes"))
    await rows(
        "UPDATE slot SET state = 'cancelled', cancel_reason = 'x' WHERE id = $1", gone[0]["slot"]
    )

    seen = await manager.get(f"{path}/changes")
    mended = await manager.post(f"{path}/repair", data=key_in(seen))
    number = mended.headers["location"].rpartition("/")[2]
    await solve_timetable(timetable_id=int(number), now=NOW)
    compared = words(await manager.get(f"{path}/compare", params={"with": number}))

    assert "Rien n'a changé" in nothing
    assert "1 séance prévue n'a plus sa place." in words(seen)
    assert "Cela concerne 1 groupe" in compared
    assert "Voir ce qui change" in words(await manager.get(f"/manage/timetables/{number}"))


async def test_an_absence_is_registered_only_after_its_consequences_were_seen(manager):
    mentor = (await rows("SELECT m.code FROM mentor m JOIN meetup u ON u.mentor = m.id LIMIT 1"))[
        0
    ]["code"]
    day = (
        await rows("SELECT starts_wall::date::text AS day FROM meetup WHERE mentor IS NOT NULL")
    )[0]["day"]
    form = {"mentor": mentor, "first_day": day, "last_day": day, "reason": "Formation"}

    seen = await manager.get("/manage/absences", params={**form, "preview": "1"})
    before = await rows("SELECT 1 FROM mentor_absence")
    done = await manager.post("/manage/absences", data={**form, **key_in(seen)})
    after = words(await manager.get(done.headers["location"]))

    assert "sera prévenu" in words(seen) or "seront prévenues" in words(seen)
    assert (before, done.status_code) == ([], 303)
    assert "L'absence est enregistrée." in after
    assert "Formation" in after


async def test_dear_hours_are_added_listed_and_lifted(manager):
    seen = await manager.get("/manage/dear-hours")
    form = {
        "country": "SN",
        "name": "Ramadan 2027",
        "first_day": "2027-02-08",
        "last_day": "2027-03-09",
        "starts": "16:00",
        "ends": "19:00",
        "points": "5",
    }

    await manager.post("/manage/dear-hours", data={**form, **key_in(seen)})
    listed = await manager.get("/manage/dear-hours")
    await manager.post("/manage/dear-hours/1/lift", data={**key_in(listed), "revision": "1"})

    assert "Ramadan 2027" in words(listed)
    assert "5 points par séance" in words(listed)
    assert "toutes les heures se valent" in words(await manager.get("/manage/dear-hours"))


async def test_a_meetup_is_pinned_from_the_page_of_its_slot(manager):
    found = (await rows("SELECT id, slot FROM meetup WHERE starts_at > $1 LIMIT 1", NOW))[0]
    at = f"/host/slots/{found['slot']}"
    seen = await manager.get(at)

    await manager.post(f"/manage/meetups/{found['id']}/pin", data=key_in(seen))
    pinned = await manager.get(at)
    await manager.post(f"/manage/meetups/{found['id']}/unpin", data=key_in(pinned))

    assert "Épingler cette séance" in words(seen)
    assert "Détacher cette séance" in words(pinned)
    assert await rows("SELECT 1 FROM meetup_pin") == []
