"""The one flow that everything serves, done by hand through the API alone."""

from collections import Counter
from typing import Any

import httpx
import icalendar
import pytest

from api.access.accounts import Grant
from api.access.caller import Role
from api.jobs import solve
from centres.db import rows
from seed.load import load_reference
from tests.api.conftest import ADMIN, NOW

FIRST, WEEKS = "2027-02-06", 8
LEARNERS = 8


class Person:
    """Somebody at a terminal: reads, then changes with the tag of what they read."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def read(self, at: str) -> Any:
        answer = await self.client.get(f"/api/v1/{at}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def make(self, at: str, body: dict[str, Any]) -> Any:
        answer = await self.client.post(f"/api/v1/{at}", json=body)
        assert answer.status_code in {200, 201, 202}, answer.text
        return answer.json()

    async def change(self, at: str, act: str = "", body: dict[str, Any] | None = None) -> Any:
        """PATCH what is at `at`, or POST a named action on it."""
        tag = (await self.client.get(f"/api/v1/{at}")).headers["etag"]
        answer = await self.client.request(
            "POST" if act else "PATCH",
            f"/api/v1/{at}/{act}" if act else f"/api/v1/{at}",
            headers={"If-Match": tag},
            **({} if body is None else {"json": body}),
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


async def run_queued_jobs() -> None:
    """Do what a worker would, once."""
    for job in await rows("SELECT args->>'timetable_id' AS id FROM procrastinate_jobs"):
        await solve(int(job["id"]))


async def told() -> Counter[tuple[int, int, int | None, int | None]]:
    """Count the notices by (meetup, sequence, learner, mentor)."""
    found = await rows("SELECT meetup, sequence, learner, mentor FROM notice")
    return Counter(tuple(each.values()) for each in found)


@pytest.fixture
async def admin(client_as):
    await load_reference(now=NOW)
    async with client_as(ADMIN) as made:
        yield Person(made)


@pytest.fixture
async def manager(admin, client_as):
    async with client_as(Grant(Role.MANAGER, "SN")) as made:
        yield Person(made)


async def open_a_centre(manager: Person) -> None:
    """Step 1: from a school that might to a centre that does."""
    await manager.make(
        "hosts", {"code": "lycee-test", "name": "Lycée", "kind": "school", "country": "SN"}
    )
    place = {"latitude": 14.69, "longitude": -17.44, "precision": "city"}
    await manager.make(
        "centres",
        {"host": "lycee-test", "country": "SN", "name": "Lycée", "city": "Dakar",
         "code": "SN-TST-01", **place},
    )  # fmt: skip
    agreement = await manager.make(
        "agreements",
        {"centre": "SN-TST-01", "starts_on": "2027-01-01", "ends_on": "2027-12-31",
         "hours_a_week": 20},
    )  # fmt: skip
    for state in ("negotiating", "agreed", "open"):
        await manager.change(f"agreements/{agreement['id']}", "move", {"state": state})
    await manager.change("centres/SN-TST-01", "open")


async def publish_slots(host: Person) -> list[dict[str, Any]]:
    """Step 1 goes on: hours, a room, and each date with its verdict before it is saved."""
    await host.make(
        "rooms", {"centre": "SN-TST-01", "name": "Salle A", "seats": 12, "code": "SN-TST-01-R1"}
    )
    week = [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(6)]
    await host.change("centres/SN-TST-01/opening-hours", body={"hours": week})
    for starts in ("09:00", "14:00"):
        offer = {
            "room": "SN-TST-01-R1", "starts": starts, "minutes": 180, "first_date": FIRST,
            "rule": f"FREQ=WEEKLY;BYDAY=SA;COUNT={WEEKS}",
        }  # fmt: skip
        seen = await host.make("slots/preview", offer)
        good = [each["starts_wall"][:10] for each in seen["verdicts"] if each["publishable"]]
        assert len(seen["verdicts"]) == WEEKS
        await host.make("slots", offer | {"keep": good})
    # Wednesdays too, for whatever must move away from a Saturday.
    single = {"room": "SN-TST-01-R1", "starts": "14:00", "minutes": 180}
    await host.make("slots", single | {"added": ["2027-03-17", "2027-03-18"]})
    return (await host.read("slots?centre=SN-TST-01&limit=200"))["items"]


async def enrol_a_cohort(manager: Person) -> None:
    """Step 2: a programme, its cohort, its learners, their group and its mentor."""
    await manager.make("programmes", {"code": "TEST", "title": "Data architect", "months": 3})
    await manager.make("mentors", {"code": "M-TEST", "name": "Moussa", "country": "SN"})
    await manager.make(
        "cohorts",
        {"code": "SN-TEST-1", "programme": "TEST", "country": "SN", "starts_on": "2027-02-01",
         "ends_on": "2027-03-28", "cadence_weeks": 1, "meetup_minutes": 180},
    )  # fmt: skip
    for number in range(LEARNERS):
        learner = await manager.make(
            "learners", {"name": f"Élève {number}", "country": "SN", "centre": "SN-TST-01"}
        )
        await manager.make("enrolments", {"cohort": "SN-TEST-1", "learner": learner["code"]})
    formed = await manager.make("cohorts/SN-TEST-1/form-groups", {})
    (group,) = formed["new_groups"]
    await manager.change(f"groups/{group}", "assign-mentor", {"mentor": "M-TEST"})


async def publish_a_timetable(manager: Person) -> dict[str, Any]:
    """Steps 3 and 4: ask, wait for the job, look, publish."""
    asked = await manager.make(
        "timetables",
        {"countries": ["SN"], "first_day": "2027-02-01", "weeks": WEEKS, "seconds": 1},
    )
    await run_queued_jobs()
    draft = await manager.read(f"timetables/{asked['id']}")
    assert draft["state"] == "draft"
    assert draft["bound"] <= draft["cost"] + 1e-6
    planned = await manager.read(f"timetables/{asked['id']}/planned")
    assert len(planned["items"]) == WEEKS
    return await manager.change(f"timetables/{asked['id']}", "publish")


async def test_a_person_goes_from_a_school_to_a_replanned_meetup(manager, client_as, client):
    await open_a_centre(manager)
    async with client_as(Grant(Role.HOST, "SN-TST-01")) as hosting:
        host = Person(hosting)
        slots = await publish_slots(host)
        await enrol_a_cohort(manager)
        done = await publish_a_timetable(manager)
        learner = (await manager.read("learners?cohort=SN-TEST-1"))["items"][0]["code"]
        page = await manager.make(
            "feed-links",
            {"scope": "learner", "code": learner, "device": "téléphone", "page": True},
        )
        link = await manager.make(
            "feed-links", {"scope": "learner", "code": learner, "device": "téléphone"}
        )

        async def feed() -> dict[str, tuple[str, int, str]]:
            """Return each meetup of the learner's calendar: start, SEQUENCE, status by UID."""
            text = (await client.get(link["url"])).text
            return {
                str(each["UID"]): (
                    each["DTSTART"].dt.strftime("%Y-%m-%d %H:%M"),
                    int(each["SEQUENCE"]),
                    str(each.get("STATUS", "")),
                )
                for each in icalendar.Calendar.from_ical(text).walk("VEVENT")
            }

        published = await feed()
        meetups = (await manager.read("meetups?cohort=SN-TEST-1"))["items"]
        first, *_ = meetups
        assert (done["meetups"], done["bookings"]) == (WEEKS, WEEKS * LEARNERS)
        assert (await client.get(page["url"])).status_code == 200
        assert sorted(sequence for _, sequence, _ in published.values()) == [0] * WEEKS
        assert {each["slot"] for each in meetups} <= {each["id"] for each in slots}

        before = await told()
        preview = await host.make(f"slots/{first['slot']}/cancel-preview", {})
        cancelled = await host.change(
            f"slots/{first['slot']}", "cancel", {"reason": "Coupure d'électricité"}
        )

    after_cancel = await feed()
    news = await told() - before
    assert cancelled == preview
    assert [each["meetup"] for each in cancelled["moved"]] == [first["id"]]
    assert changed(published, after_cancel) == [(0, 1)]
    assert {(meetup, sequence) for meetup, sequence, _, _ in news} == {(first["id"], 1)}
    assert sorted(news.values()) == [1] * (LEARNERS + 1) == [1] * cancelled["told"]

    before = await told()
    holiday = next(
        each
        for each in (await manager.read("holidays?country=SN&tentative=true&limit=200"))["items"]
        if each["date"].startswith("2027-03")
    )
    hit = [each for each in meetups if each["starts_wall"].startswith("2027-03-13")]
    moved = await manager.change(f"holidays/{holiday['id']}", "move", {"day": "2027-03-13"})

    after_holiday = await feed()
    news = await told() - before
    now_there = {
        each["id"]: each["starts_wall"][:10]
        for each in (await manager.read("meetups?cohort=SN-TEST-1&state=live"))["items"]
    }
    assert [each["meetup"] for each in moved["moved"]] == [each["id"] for each in hit]
    assert "2027-03-13" not in now_there.values()
    assert after_holiday.keys() == published.keys()
    assert changed(after_cancel, after_holiday) == [(0, 1)]
    assert {each[0] for each in news} == {each["id"] for each in hit}
    assert set(news.values()) == {1}

    before, last = await told(), meetups[-1]
    await manager.change(f"meetups/{last['id']}", "cancel", {"reason": "Examen"})

    after_all = await feed()
    assert changed(after_holiday, after_all) == [(0, 1)]
    assert after_all[last["uid"]][1:] == (1, "CANCELLED")
    assert sorted((await told() - before).values()) == [1] * (LEARNERS + 1)

    await the_trail_says_who_when_before_and_after(manager, first["slot"], hit[0])


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[int, int]]:
    """Return (SEQUENCE before, SEQUENCE after) of each entry that is not what it was."""
    return [(before[uid][1], each[1]) for uid, each in after.items() if each != before[uid]]


async def the_trail_says_who_when_before_and_after(manager, slot: int, meetup) -> None:
    accounts = {
        each["name"]: f"account:{each['id']}" for each in await rows("SELECT id, name FROM account")
    }
    of_slot = (await manager.read(f"changes?centre=SN-TST-01&table=slot&row={slot}"))["items"]
    of_meetup = (await manager.read(f"changes?country=SN&table=meetup&row={meetup['id']}"))["items"]
    bookings = (await manager.read("changes?country=SN&table=booking&limit=200"))["items"]
    agreements = (await manager.read("changes?country=SN&table=agreement"))["items"]

    assert (of_slot[0]["actor"], of_slot[0]["before"]["state"], of_slot[0]["after"]["state"]) == (
        accounts["hostSN-TST-01"],
        "open",
        "cancelled",
    )
    assert of_meetup[0]["actor"] == accounts["managerSN"]
    assert of_meetup[0]["before"]["starts_wall"] == meetup["starts_wall"]
    assert of_meetup[0]["after"]["starts_wall"] != meetup["starts_wall"]
    assert len(bookings) >= LEARNERS
    assert [each["after"]["state"] for each in agreements] == [
        "open",
        "agreed",
        "negotiating",
        "prospect",
    ]
    assert all(each["at"] for each in (*of_slot, *of_meetup, *bookings, *agreements))
