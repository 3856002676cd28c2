import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from centres.acting import acting_as
from centres.closures import lift_closure, register_closure
from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.history import KEPT, list_changes
from centres.observances import register_holiday
from centres.premises import open_centre
from centres.refusals import HistoryNotKept
from centres.rooms import amend_room
from centres.tables import Centre
from sessions.tables.learning import Learner, Mentor
from sessions.tables.meetups import WaitingEntry
from sessions.tables.planning import CostCalendar, MeetupPin, MentorAbsence
from sessions.tables.slots import Series
from tests.counting import queries
from tests.factories import (
    make_centre,
    make_closure,
    make_cohort,
    make_country,
    make_group,
    make_holiday,
    make_learner,
    make_meetup,
    make_mentor,
    make_place,
    make_slot,
    stored,
)

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)


async def test_a_change_says_who_when_and_only_what_differs(database) -> None:
    room = await make_place()
    with acting_as("account:7"):
        await amend_room(code=room.code, revision=None, now=NOW, seats=25, name="Grande salle")

    newest, first = await list_changes(table="room")

    assert (newest.table, newest.row_id, newest.actor) == ("room", room.id, "account:7")
    assert dict(newest.before) == {"name": room.name, "seats": 20}
    assert dict(newest.after) == {"name": "Grande salle", "seats": 25}
    assert datetime.now(UTC) - newest.at < timedelta(minutes=5)
    assert (first.actor, dict(first.before)) == ("system", {})
    assert first.after["seats"] == 20
    assert not {"id", "revision"} & first.after.keys()


async def test_a_deleted_row_leaves_what_it_was(database) -> None:
    centre = await make_centre(await make_country())
    async with atomic():
        await Centre.delete().where(Centre.id == centre.id)

    newest = (await list_changes(table="centre"))[0]

    assert dict(newest.after) == {}
    assert newest.before["code"] == centre.code


async def test_each_row_of_a_large_change_keeps_what_it_was_itself(database) -> None:
    room = await make_place()
    copies = "code, centre, name, seats, computers, equipment, open, revision"
    await rows(
        f"""INSERT INTO room ({copies})
            SELECT code || n, centre, name, n, computers, equipment, open, 1
            FROM room, generate_series(1, 120) AS n"""
    )
    async with atomic():
        await rows("UPDATE room SET seats = seats + 1 WHERE id = $1", room.id)  # plans are kept
        await rows("UPDATE room SET seats = seats + 1000 WHERE id <> $1", room.id)

    changes = await list_changes(table="room", limit=120)

    assert sorted((each.before["seats"], each.after["seats"]) for each in changes) == [
        (seats, seats + 1000) for seats in range(1, 121)
    ]
    assert len({each.row_id for each in changes}) == 120


async def test_changes_come_newest_first_in_pages(database) -> None:
    await make_place()
    everything = await list_changes(limit=200)

    first = await list_changes(limit=2)
    rest = await list_changes(before_id=first[-1].id, limit=200)

    assert first + rest == everything
    ids = [each.id for each in everything]
    assert ids == sorted(ids, reverse=True)


async def test_a_scope_holds_what_lies_in_its_centres_and_countries(database) -> None:
    senegal, mali = await make_country(), await make_country(iso2="ML")
    here = await make_centre(senegal, code="SN-DKR-01", state="planned")
    await make_centre(senegal, code="SN-DKR-02")
    await make_centre(mali, code="ML-BMK-01")
    await open_centre(code="SN-DKR-01", revision=None, now=NOW)
    days = {"first_day": date(2027, 5, 3), "last_day": date(2027, 5, 4), "reason": "Examens"}
    await register_closure(centre="SN-DKR-01", **days)
    await register_closure(centre="ML-BMK-01", **days)
    await register_holiday(country="SN", day=date(2027, 2, 1), name_fr="Deuil")

    with queries() as asked:
        of_centre = await list_changes(centres=["SN-DKR-01"])

    assert [(each.table, each.row_id) for each in of_centre] == [
        ("closure", 1),
        ("centre", here.id),
        ("centre", here.id),
    ]
    assert len(asked) == 1
    assert len(await list_changes(centres=frozenset())) == 0
    of_country = await list_changes(countries=["SN"])
    assert [each.table for each in of_country].count("public_holiday") == 1
    assert len(of_country) == 5
    assert len(await list_changes(centres=["ML-BMK-01"], countries=["SN"])) == 7


async def test_every_kind_of_row_with_a_trail_belongs_to_a_country(database) -> None:
    country = await make_country()
    room = await make_place(country)
    centre = await make_centre(country)
    group = await make_group(await make_cohort(country), centre)
    learner = await make_learner(country, group)
    slot = await make_slot(room, datetime(2027, 3, 6, 9))
    meetup = await make_meetup(group, slot, learners=[learner])
    await make_closure(centre, date(2027, 5, 3), date(2027, 5, 4))
    await make_holiday(country, date(2027, 4, 4))
    await stored(
        Series(
            room=room,
            rrule="FREQ=WEEKLY",
            first_date=date(2027, 3, 6),
            starts_minute=540,
            minutes=180,
        )
    )
    await stored(WaitingEntry(meetup=meetup, learner=learner, asked_at=NOW))
    mentor = await make_mentor(country)
    days = {"first_day": date(2027, 2, 1), "last_day": date(2027, 2, 2)}
    await stored(MentorAbsence(mentor=mentor, reason="Formation", **days))
    await stored(MeetupPin(meetup=meetup, pinned_at=NOW, pinned_by="essai"))
    await stored(
        CostCalendar(
            country=country, name="Ramadan", starts_minute=960, ends_minute=1140, points=5.0, **days
        )
    )

    here = await list_changes(countries=["SN"], limit=200)

    assert {each.table for each in here} == set(KEPT)
    assert here == await list_changes(limit=200)
    assert await list_changes(countries=["ML"]) == []


async def test_changes_can_be_asked_for_by_row_actor_and_time(database) -> None:
    room = await make_place()
    with acting_as("account:7"):
        await amend_room(code=room.code, revision=None, now=NOW, seats=25)
    last = (await list_changes())[0]

    assert await list_changes(actor="account:7") == [last]
    assert len(await list_changes(table="room", row_ids=[room.id])) == 2
    assert await list_changes(table="room", row_ids=[room.id + 1, 2**40, -1]) == []
    assert (await list_changes(since=last.at))[0] == last
    assert last not in await list_changes(until=last.at)


async def test_history_is_kept_of_known_tables_only(database) -> None:
    with pytest.raises(HistoryNotKept):
        await list_changes(table="learner")
    with pytest.raises(InvalidInput):
        await list_changes(limit=0)
    with pytest.raises(InvalidInput):
        await list_changes(before_id=2**63)


async def test_the_tables_with_a_trail_are_those_named_here(database) -> None:
    found = await rows(
        "SELECT DISTINCT event_object_table AS name FROM information_schema.triggers"
        " WHERE trigger_name = 'record_update'"
    )

    assert sorted(each["name"] for each in found) == sorted(KEPT)


async def test_nothing_personal_is_written_into_the_trail(database) -> None:
    country = await make_country()
    room = await make_place(country)
    mentor = await make_mentor(country, name="Mentor Secret", phone="+221770000001")
    group = await make_group(await make_cohort(country), await make_centre(country), mentor=mentor)
    learner = await make_learner(
        country,
        group,
        name="Élève Secrète",
        email="secrete@example.org",
        phone="+221770000002",
        birth_year=1931,
    )
    slot = await make_slot(room, datetime(2027, 3, 6, 9))
    await make_meetup(group, slot, learners=[learner])
    async with atomic():
        await Learner.update({Learner.name: "Autre Secrète"}).where(Learner.id == learner.id)
        await Mentor.update({Mentor.phone: "+221770000003"}).where(Mentor.id == mentor.id)

    written = "".join(
        f"{each['before']}{each['after']}" for each in await rows("SELECT * FROM change")
    )

    assert f'"learner": {learner.id}' in written
    secrets = ("Secret", "Secrète", "secrete@", "+22177000000", "1931")
    assert [each for each in secrets if each in written] == []


async def test_changes_that_race_are_all_written_down(database) -> None:
    await make_centre(await make_country(), code="SN-DKR-01")
    days = {"first_day": date(2027, 5, 3), "last_day": date(2027, 5, 4), "reason": "Examens"}
    closure = await register_closure(centre="SN-DKR-01", **days)

    outcomes = await asyncio.gather(
        *(lift_closure(closure_id=closure.id, revision=None) for _ in range(4)),
        return_exceptions=True,
    )

    assert [type(each).__name__ for each in outcomes].count("Closure") == 1
    assert len(await list_changes(table="closure")) == 2
