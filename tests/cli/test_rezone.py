"""The zone-rule drill as an operator runs it: look, do, look again; about 3 s."""

import json
from datetime import datetime, time

import pytest

from centres.db import rows
from centres.zones import to_instant, tzdata_version
from tests.coming import coming_meetup, coming_network, saturday
from tests.processes import rendezvous

ZONE = "Africa/Casablanca"


@pytest.fixture
async def stale(database):
    """A meetup to come that was planned when Morocco was at UTC+1."""
    network = await coming_network(country={"iso2": "MA", "zone": ZONE})
    meetup = await coming_meetup(network, 0)
    hour = "starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour'"
    await rows(
        "WITH s AS (UPDATE slot SET " + hour + ") UPDATE meetup SET " + hour + ","
        " slot_starts_at = slot_starts_at - interval '1 hour',"
        " slot_ends_at = slot_ends_at - interval '1 hour'"
    )
    return meetup.id


async def test_the_doctor_sends_to_rezone_which_shows_moves_and_then_has_nothing_to_do(
    stale, database_dsn
):
    def run(*arguments: str):
        return rendezvous(*arguments, DATABASE_URL=database_dsn)

    ill = run("doctor")
    shown = run("rezone", "--dry-run")
    kept = await rows("SELECT sequence FROM meetup")
    done = run("rezone", "--json")
    again = run("rezone")
    well = run("doctor", "--json")

    day = saturday(0)
    starts_at = to_instant(datetime.combine(day, time(9)), ZONE)
    assert ill.returncode == 1
    assert [line for line in ill.stdout.splitlines() if line.startswith("WRONG")] == [
        f"WRONG  The rules of {ZONE} have changed since 1 slot(s) and 1 meetup(s) to come were"
        f" planned, the first on {day}: calendars show them at another hour than people were told."
        " See who is affected with rendezvous rezone --dry-run, then run rendezvous rezone."
    ]
    assert shown.returncode == 0
    assert f"keeps {day} 09:00 ({ZONE}): 08:00Z becomes 09:00Z; 2 learner(s)." in shown.stdout
    assert shown.stdout.splitlines()[-2:] == [
        f"{ZONE}: 1 slot(s) and 1 meetup(s) would move.",
        "2 people would be told.",
    ]
    assert kept == [{"sequence": 0}]
    account = json.loads(done.stdout)
    assert (account["tzdata"], account["slots"]) == (tzdata_version(), {ZONE: 1})
    assert [each["meetup"] for each in account["meetups"]] == [stale]
    assert await rows("SELECT sequence, starts_at FROM meetup") == [
        {"sequence": 1, "starts_at": starts_at}
    ]
    assert again.stdout == f"Every slot and meetup to come agrees with tzdata {tzdata_version()}.\n"
    found = json.loads(well.stdout)
    assert (well.returncode, found["wrong"], found["zones changed"]) == (0, [], [])
    assert found["tzdata"] == tzdata_version()


async def test_what_cannot_keep_its_hour_is_named_with_what_to_do(stale, database_dsn):
    await rows(
        "INSERT INTO slot (room, centre, agreement, starts_wall, ends_wall, zone, starts_at,"
        " ends_at, seats, room_seats, agreement_starts_on, agreement_ends_on, state,"
        " despite_holiday, revision) SELECT room, centre, agreement, starts_wall"
        " + interval '2 hours', ends_wall + interval '2 hours', zone, starts_at"
        " + interval '3 hours', ends_at + interval '3 hours', seats, room_seats,"
        " agreement_starts_on, agreement_ends_on, 'open', false, 1 FROM slot"
    )

    done = rendezvous("rezone", DATABASE_URL=database_dsn)

    other = (await rows("SELECT max(id) AS id FROM slot"))[0]["id"]
    assert (done.returncode, done.stderr) == (1, "")
    [left] = [line for line in done.stdout.splitlines() if line.startswith("LEFT")]
    assert left.startswith(f"LEFT  meetup {stale} at ")
    assert left.endswith(
        f"cannot keep its hour: its room holds another slot then (slot {other}). Run rendezvous"
        f' replan {stale} --reason "...", then rezone again.'
    )
