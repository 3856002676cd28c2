"""After new zone rules, what is planned keeps its wall time and each person is told once."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from centres.db import rows
from centres.zones import to_instant, tzdata_version
from sessions.feeds.links import FeedScope
from sessions.meetup_changes import move_meetup
from sessions.replanning import replan
from sessions.rezoning import rezone, rezone_preview
from sessions.zone_drift import zone_drift
from sessions.zone_shift import Trouble
from tests.factories import NOW, book, make_slot
from tests.sessions.zone_worlds import HOUR, Planned, bodies, calendars, every_row, planned

SATURDAY = datetime(2027, 1, 9, 9)
WEEK = timedelta(days=7)


@pytest.fixture
async def morocco(database) -> Planned:
    """Planned when Morocco was still at UTC+1, as it was until 20 September 2026, 02:00."""
    return await planned("MA", "Africa/Casablanca", 1)


@pytest.fixture
async def senegal(morocco) -> Planned:
    return await planned("SN", "Africa/Dakar", 0)


async def instants(table: str = "meetup") -> list[tuple[datetime, datetime]]:
    found = await rows(f"SELECT starts_at, ends_at FROM {table} ORDER BY id")
    return [(each["starts_at"], each["ends_at"]) for each in found]


def hours(wall: datetime, zone: str = "Africa/Casablanca") -> tuple[datetime, datetime]:
    return to_instant(wall, zone), to_instant(wall + 3 * HOUR, zone)


async def test_the_moroccan_drill_keeps_wall_times_moves_instants_and_tells_each_person_once(
    morocco, senegal
):
    first = await morocco.meetup(SATURDAY)
    second = await morocco.meetup(SATURDAY + 3 * HOUR)
    await morocco.slot(SATURDAY + WEEK)
    await senegal.meetup(SATURDAY)

    done = await rezone(NOW)

    found = await rows("SELECT * FROM meetup ORDER BY id")
    assert [each["starts_wall"] for each in found[:2]] == [SATURDAY, SATURDAY + 3 * HOUR]
    assert (first.starts_at, found[0]["starts_at"]) == (
        datetime(2027, 1, 9, 8, tzinfo=UTC),
        datetime(2027, 1, 9, 9, tzinfo=UTC),
    )
    assert (await instants())[:2] == [hours(SATURDAY), hours(SATURDAY + 3 * HOUR)]
    assert await instants("slot") == [
        hours(SATURDAY),
        hours(SATURDAY + 3 * HOUR),
        hours(SATURDAY + WEEK),
        (await instants())[2],
    ]
    assert [each["sequence"] for each in found] == [1, 1, 0]
    assert [each["changed_at"] for each in found] == [NOW] * 3
    seats = await rows("SELECT meetup, starts_at, ends_at FROM booking ORDER BY id")
    by_id = {each["id"]: (each["starts_at"], each["ends_at"]) for each in found}
    assert [(each["starts_at"], each["ends_at"]) for each in seats] == [
        by_id[each["meetup"]] for each in seats
    ]
    notices = await rows("SELECT * FROM notice ORDER BY meetup, learner")
    people = [*(each.id for each in morocco.learners), None]
    assert [(each["meetup"], each["learner"]) for each in notices] == [
        (meetup.id, person) for meetup in (first, second) for person in people
    ]
    assert {(each["kind"], each["sequence"]) for each in notices} == {("moved", 1)}
    before, after = (json.loads(notices[0][name]) for name in ("before", "after"))
    assert before.pop("starts_at") == "2027-01-09T08:00:00+00:00"
    assert after.pop("starts_at") == "2027-01-09T09:00:00+00:00"
    assert before.pop("ends_at") != after.pop("ends_at")
    assert before == after
    assert notices[0]["reason"] == (
        "Nouvelle heure légale (heure de Casablanca) : la séance garde l'heure que montre"
        " l'horloge du centre."
    )
    assert (done.slots, done.told, done.left) == ({"Africa/Casablanca": 3}, 3, ())
    assert [each.meetup for each in done.meetups] == [first.id, second.id]


async def test_only_the_calendars_of_those_concerned_change_and_they_change_in_time_only(
    morocco, senegal
):
    await morocco.meetup(SATURDAY)
    await senegal.meetup(SATURDAY)
    links = await calendars(
        *((FeedScope.LEARNER, each.id) for each in (*morocco.learners, *senegal.learners)),
        (FeedScope.CENTRE, morocco.centre.id),
        (FeedScope.CENTRE, senegal.centre.id),
        (FeedScope.MENTOR, senegal.group.mentor.id),
        (FeedScope.ROOM, senegal.room.id),
    )
    before, versions = await bodies(links), await rows("SELECT * FROM feed_version")

    await rezone(NOW + HOUR)

    after = await bodies(links)
    changed = {name for name in links if before[name] != after[name]}
    concerned = {(FeedScope.LEARNER, each.id) for each in morocco.learners}
    assert changed == {*concerned, (FeedScope.CENTRE, morocco.centre.id)}
    body = after[FeedScope.LEARNER, morocco.learners[0].id].replace(b"\r\n ", b"")
    old = before[FeedScope.LEARNER, morocco.learners[0].id].replace(b"\r\n ", b"")
    changes = {
        was.partition(b":")[0].decode(): becomes.partition(b":")[2].decode()
        for was, becomes in zip(old.split(b"\r\n"), body.split(b"\r\n"), strict=True)
        if was != becomes
    }
    # By the stale instants, the description spoke of 8 h: never what the host or learner meant.
    assert changes.pop("DESCRIPTION").startswith("Samedi 9 janvier 2027\\, 9 h")
    assert changes == {
        "DTSTAMP": "20270104T090000Z",
        "LAST-MODIFIED": "20270104T090000Z",
        "SEQUENCE": "1",
        "DTSTART": "20270109T090000Z",
        "DTEND": "20270109T120000Z",
    }
    assert "Samedi 9 janvier 2027\\, 9 h – 12 h\\, heure de Casablanca (UTC+0)" in body.decode()
    counted = await rows("SELECT scope, subject FROM feed_version ORDER BY scope, subject")
    assert versions == []
    assert {(each["scope"], each["subject"]) for each in counted} == {
        *(("learner", each.id) for each in morocco.learners),
        ("mentor", morocco.group.mentor.id),
        ("cohort", morocco.group.cohort.id),
        ("room", morocco.room.id),
        ("centre", morocco.centre.id),
        ("country", morocco.country.id),
    }


async def test_a_second_run_changes_no_row_at_all(morocco, senegal):
    await morocco.meetup(SATURDAY)
    await senegal.meetup(SATURDAY)
    await rezone(NOW)
    before = await every_row()

    done = await rezone(NOW + HOUR)

    assert (done.slots, done.meetups, done.told) == ({}, (), 0)
    assert await every_row() == before


async def test_rows_of_other_countries_and_all_that_is_no_instant_stay_as_they_are(
    morocco, senegal
):
    moved = await morocco.meetup(SATURDAY)
    await senegal.meetup(SATURDAY)
    before = await every_row()

    await rezone(NOW)

    after = await every_row()
    touched = {name for name in before if before[name] != after[name]}
    written = {"zone_rules", "notice", "feed_version", "change"}
    written |= {"procrastinate_jobs", "procrastinate_events"}  # who is told, is told by a job
    assert touched == {"slot", "meetup", "booking", *written}
    for table, count in (("slot", 1), ("meetup", 1), ("booking", 2)):
        assert len(set(after[table]) - set(before[table])) == count
        assert len(after[table]) == len(before[table])
    kept = await rows(
        "SELECT to_jsonb(m) - 'starts_at' - 'ends_at' - 'slot_starts_at' - 'slot_ends_at'"
        " - 'sequence' - 'changed_at' - 'revision' AS rest FROM meetup m WHERE id = $1",
        moved.id,
    )
    assert json.loads(kept[0]["rest"])["starts_wall"] == "2027-01-09T09:00:00"


async def test_a_rehearsal_says_the_same_and_keeps_nothing(morocco):
    await morocco.meetup(SATURDAY)
    before = await every_row()

    rehearsed = await rezone_preview(NOW)

    assert await every_row() == before
    assert await rezone(NOW) == rehearsed


async def test_what_has_begun_is_not_touched_and_what_the_clock_has_yet_to_show_is(morocco):
    past = await morocco.meetup(SATURDAY - WEEK)
    begun = await morocco.meetup(SATURDAY)  # from 8:00 to 11:00 UTC by the old rule
    coming = await morocco.meetup(SATURDAY + 3 * HOUR)
    now = datetime(2027, 1, 9, 9, 30, tzinfo=UTC)

    done = await rezone(now)

    assert [each.meetup for each in done.meetups] == [coming.id]
    unchanged = [(each.starts_at, each.ends_at) for each in (past, begun)]
    assert (await instants())[:2] == unchanged


async def test_a_meetup_that_begins_at_the_new_hour_only_is_still_to_come(morocco):
    meetup = await morocco.meetup(SATURDAY)

    done = await rezone(datetime(2027, 1, 9, 8, 30, tzinfo=UTC))

    assert [each.meetup for each in done.meetups] == [meetup.id]


async def test_a_cancelled_meetup_is_struck_out_at_the_hour_people_remember_and_nobody_told(
    morocco,
):
    meetup = await morocco.meetup(SATURDAY)
    await rows(
        "UPDATE meetup SET state = 'cancelled', slot = NULL, slot_starts_at = NULL,"
        " slot_ends_at = NULL, cancel_reason = 'Examens' WHERE id = $1",
        meetup.id,
    )
    await rows("UPDATE booking SET state = 'cancelled'")

    done = await rezone(NOW)

    found = (await rows("SELECT state, sequence FROM meetup"))[0]
    assert (await instants(), found) == (
        [hours(SATURDAY)],
        {"state": "cancelled", "sequence": 1},
    )
    assert (done.meetups, done.told) == ((), 0)
    assert await rows("SELECT * FROM notice") == []


async def test_slots_back_to_back_move_forward_and_backward_without_colliding(database):
    places = [
        await planned("MA", "Africa/Casablanca", 1),
        await planned("TN", "Africa/Tunis", -1),
    ]
    for place in places:
        for hour in (0, 3, 6, 9):
            await place.meetup(SATURDAY + hour * HOUR)

    done = await rezone(NOW)

    assert (len(done.meetups), done.left) == (8, ())
    assert await instants() == [
        hours(SATURDAY + hour * HOUR, place.centre.zone)
        for place in places
        for hour in (0, 3, 6, 9)
    ]


ZONES = {
    "Africa/Dakar": 0,
    "Africa/Abidjan": 0,
    "Africa/Lagos": 1,
    "Africa/Tunis": 1,
    "Africa/Casablanca": 0,
    "Africa/Cairo": 2,
    "Indian/Antananarivo": 3,
    "Europe/Paris": 1,
    "Africa/Monrovia": 0,
}


@pytest.mark.parametrize(("zone", "winter"), ZONES.items())
async def test_in_every_zone_plans_made_an_hour_off_come_right_and_right_ones_stay(
    database, zone, winter
):
    summer = winter + (zone in {"Africa/Cairo", "Europe/Paris"})
    off = await planned("XX", zone, winter + 1)
    await off.meetup(SATURDAY)
    off.off = (summer - 1) * HOUR
    await off.meetup(datetime(2027, 7, 10, 9))
    off.off = summer * HOUR
    right = await off.meetup(datetime(2027, 7, 17, 9))

    done = await rezone(NOW)

    assert await instants() == [
        (
            datetime(2027, 1, 9, 9 - winter, tzinfo=UTC),
            datetime(2027, 1, 9, 12 - winter, tzinfo=UTC),
        ),
        (
            datetime(2027, 7, 10, 9 - summer, tzinfo=UTC),
            datetime(2027, 7, 10, 12 - summer, tzinfo=UTC),
        ),
        (right.starts_at, right.ends_at),
    ]
    assert (len(done.meetups), done.told) == (2, 3)


@pytest.mark.parametrize(
    ("zone", "skipped"),
    [
        ("Europe/Paris", datetime(2027, 3, 28, 2, 30)),
        ("Africa/Cairo", datetime(2027, 4, 30, 0, 30)),
    ],
)
async def test_an_hour_that_the_clocks_now_skip_is_left_for_people_to_decide(
    database, zone, skipped
):
    place = await planned("XX", zone, 2)
    meetup = await place.meetup(skipped + 2 * HOUR)
    for table in ("slot", "meetup"):
        await rows(
            f"UPDATE {table} SET starts_wall = starts_wall - interval '2 hours',"
            " ends_wall = ends_wall - interval '2 hours'"
        )
    before = await every_row()

    done = await rezone(NOW)

    assert [(each.meetup, each.trouble) for each in done.left] == [
        (meetup.id, Trouble.HOUR_SKIPPED)
    ]
    assert await every_row() == before


@pytest.mark.parametrize(
    ("zone", "twice", "first"),
    [
        ("Europe/Paris", datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (
            "Africa/Cairo",
            datetime(2027, 10, 28, 23, 30),
            datetime(2027, 10, 28, 20, 30, tzinfo=UTC),
        ),
    ],
)
async def test_an_hour_that_the_clocks_show_twice_counts_the_first_time(
    database, zone, twice, first
):
    place = await planned("XX", zone, 0)
    await place.meetup(twice)

    await rezone(NOW)

    # Three hours on the clock are four in the night in which one hour comes twice.
    assert await instants() == [(first, first + 4 * HOUR)]


async def test_a_mentor_of_two_zones_who_would_be_in_two_places_is_left_until_people_decide(
    morocco, senegal
):
    mentor = senegal.group.mentor
    meetup = await morocco.meetup(SATURDAY + 3 * HOUR, mentor=mentor)  # to become 12 to 15 UTC
    other = await senegal.meetup(SATURDAY + 5 * HOUR)  # 14 to 17 UTC
    free = await morocco.meetup(SATURDAY + WEEK)
    before = await every_row()

    done = await rezone(NOW)
    meanwhile = await every_row()
    await replan(meetup_ids=[meetup.id], reason="Mentor pris", now=NOW)
    again = await rezone(NOW)

    assert [(each.meetup, each.trouble, each.other_meetup) for each in done.left] == [
        (meetup.id, Trouble.MENTOR_ELSEWHERE, other.id)
    ]
    assert [each.meetup for each in done.meetups] == [free.id]
    assert len(set(meanwhile["meetup"]) - set(before["meetup"])) == 1
    assert [each.zone for each in await zone_drift(NOW) if each.out_of_line] == []
    assert (again.left, again.slots) == ((), {"Africa/Casablanca": 1})


async def test_an_hour_of_a_room_that_was_given_away_meanwhile_is_named(morocco):
    await morocco.slot(SATURDAY, 60)  # 8 to 9 UTC by the old rule
    right = await make_slot(morocco.room, SATURDAY, 60)  # 9 to 10 UTC, by the rules in force

    done = await rezone(NOW)

    assert [(each.trouble, each.other_slot, each.meetup) for each in done.left] == [
        (Trouble.ROOM_TAKEN, right.id, None)
    ]
    assert await instants("slot") == [
        (datetime(2027, 1, 9, 8 + n, tzinfo=UTC), datetime(2027, 1, 9, 9 + n, tzinfo=UTC))
        for n in (0, 1)
    ]


async def test_a_guest_who_would_be_in_two_places_gives_the_seat_back_to_whoever_waits(
    morocco, senegal
):
    meetup = await morocco.meetup(SATURDAY + 3 * HOUR)  # 11 to 14 UTC, to become 12 to 15
    guest = senegal.learners[0]
    await senegal.meetup(SATURDAY + 5 * HOUR)  # 14 to 17 UTC
    await book(meetup, guest, kind="guest")

    done = await rezone(NOW)

    seat = (
        await rows(
            "SELECT state, changes FROM booking WHERE meetup = $1 AND learner = $2",
            meetup.id,
            guest.id,
        )
    )[0]
    told = await rows("SELECT kind, sequence FROM notice WHERE learner = $1", guest.id)
    assert done.released == 1
    assert seat == {"state": "released", "changes": 1}
    assert told == [{"kind": "seat_released", "sequence": 2}]
    assert (await rows("SELECT seats_taken FROM meetup WHERE id = $1", meetup.id)) == [
        {"seats_taken": 2}
    ]


async def test_what_is_brought_in_line_is_noted_with_the_version_in_force(morocco):
    await morocco.meetup(SATURDAY)
    before = await zone_drift(NOW)

    await rezone(NOW)

    [drift] = before
    assert (drift.zone, drift.slots, drift.meetups) == ("Africa/Casablanca", 1, 1)
    assert (drift.first, drift.noted_with, drift.rules_changed) == (SATURDAY.date(), None, True)
    [after] = await zone_drift(NOW)
    assert (after.slots, after.meetups, after.rules_changed) == (0, 0, False)
    assert after.noted_with == tzdata_version()
    assert after.was == "+00:00"


async def test_a_zone_whose_rules_changed_is_named_even_where_nothing_is_planned(morocco):
    await rezone(NOW)
    await rows("UPDATE zone_rules SET offsets = '+01:00', tzdata = '2025.2'")

    [drift] = await zone_drift(NOW)

    assert (drift.rules_changed, drift.out_of_line) == (True, False)
    assert (drift.was, drift.becomes, drift.noted_with) == ("+01:00", "+00:00", "2025.2")


async def test_two_drills_at_once_tell_each_person_once(morocco):
    for week in range(3):
        await morocco.meetup(SATURDAY + week * WEEK)

    done = await asyncio.gather(rezone(NOW), rezone(NOW))

    assert sorted(len(each.meetups) for each in done) == [0, 3]
    assert [each["sequence"] for each in await rows("SELECT sequence FROM meetup")] == [1] * 3
    assert len(await rows("SELECT * FROM notice")) == 9


async def test_a_drill_and_a_move_at_once_are_done_one_after_the_other(morocco):
    meetup = await morocco.meetup(SATURDAY)
    free = await morocco.slot(SATURDAY + WEEK)

    await asyncio.gather(
        rezone(NOW), move_meetup(meetup_id=meetup.id, slot_id=free.id, reason="Panne", now=NOW)
    )
    await rezone(NOW)

    found = (await rows("SELECT starts_wall, sequence FROM meetup"))[0]
    assert await instants() == [hours(SATURDAY + WEEK)]
    assert found["starts_wall"] == SATURDAY + WEEK
    assert found["sequence"] in {1, 2}
    assert [each.out_of_line for each in await zone_drift(NOW)] == [False]
