"""Accounts, timetables and the state of the installation from the command line; about 8 s."""

import json
from datetime import UTC, datetime

from api.access.caller import Role
from api.access.logins import caller_of_token
from centres.db import rows
from centres.zones import tzdata_version
from tests.coming import coming_group, monday
from tests.factories import make_country
from tests.processes import rendezvous, rendezvous_anew

PASSWORD = "un mot de passe assez long"


async def test_an_account_is_made_listed_and_given_a_token(database, database_dsn):
    await make_country()
    add = ["user", "add", "Awa@Example.org", "--name", "Awa D.", "--role", "manager:SN"]

    made = rendezvous(*add, given=f"{PASSWORD}\n{PASSWORD}\n", DATABASE_URL=database_dsn)
    again = rendezvous(*add, "--password", PASSWORD, DATABASE_URL=database_dsn)
    listed = rendezvous("user", "list", "--json", DATABASE_URL=database_dsn)
    token = rendezvous("user", "token", "awa@example.org", DATABASE_URL=database_dsn)

    assert made.returncode == 0, made.stderr
    assert made.stdout.endswith("Account 1 made for Awa@Example.org.\n")
    assert PASSWORD not in made.stdout + made.stderr
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("Refused: There is already an account")
    assert [
        (each["email"], each["name"], each["grants"]) for each in json.loads(listed.stdout)
    ] == [("awa@example.org", "Awa D.", [{"role": "manager", "scope": "SN"}])]
    caller = await caller_of_token(token=token.stdout.strip(), now=datetime.now(UTC))
    assert (caller.countries, caller.may_write) == (frozenset({"SN"}), False)
    assert token.stdout.strip() not in str(await rows("SELECT * FROM access_token"))
    assert not caller.admin
    assert Role.MANAGER in Role


async def test_a_password_that_is_too_short_is_refused(database, database_dsn):
    add = ["user", "add", "awa@example.org", "--name", "Awa", "--role", "admin"]

    done = rendezvous(*add, "--password", "court", DATABASE_URL=database_dsn)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Refused: ")
    assert "Traceback" not in done.stderr
    assert await rows("SELECT id FROM account") == []


async def test_a_timetable_is_scheduled_published_and_replanned(database, database_dsn):
    group = await coming_group(learners=3, weeks=2)
    wanted = ["--country", "SN", "--from", str(monday()), "--weeks", "2", "--seconds", "5"]

    made = rendezvous("schedule", *wanted, "--json", DATABASE_URL=database_dsn)
    live = rendezvous("publish", "1", "--json", DATABASE_URL=database_dsn)
    twice = rendezvous("publish", "1", DATABASE_URL=database_dsn)
    first = (await rows("SELECT id, slot FROM meetup ORDER BY starts_at"))[0]
    moved = rendezvous(
        "replan", first["id"], "--reason", "Coupure de courant", "--json", DATABASE_URL=database_dsn
    )
    shown = rendezvous("schedule", *wanted, DATABASE_URL=database_dsn)

    draft = json.loads(made.stdout)
    assert (made.returncode, draft["id"], draft["state"]) == (0, 1, "draft")
    assert draft["bound"] <= draft["cost"]
    assert draft["unmet"] == []
    assert [each["planned"] for each in draft["countries"]] == [2]
    assert json.loads(live.stdout) == {"timetable": 1, "meetups": 2, "bookings": 6}
    assert (twice.returncode, twice.stdout) == (1, "")
    assert twice.stderr.startswith("Refused: ")
    change = json.loads(moved.stdout)
    assert [each["meetup"] for each in change["moved"]] == [first["id"]]
    assert (change["cancelled"], change["told"]) == ([], 3)
    after = (await rows("SELECT slot, sequence FROM meetup WHERE id = $1", first["id"]))[0]
    assert (after["slot"] != first["slot"], after["sequence"]) == (True, 1)
    assert shown.returncode == 0
    assert "Timetable 2: draft." in shown.stdout
    assert "Publish it with: rendezvous publish 2" in shown.stdout
    assert group.id


async def test_the_doctor_names_the_engine_and_the_zone_data(database, database_dsn):
    done = rendezvous("doctor", "--json", DATABASE_URL=database_dsn)

    found = json.loads(done.stdout)
    assert (done.returncode, found["wrong"]) == (0, [])
    assert found["engine"] == "server at DATABASE_URL"
    assert found["tzdata"] == tzdata_version()
    assert found["PostgreSQL"] >= 15


async def test_the_doctor_warns_of_old_zone_data(database, database_dsn, tmp_path):
    old = tmp_path / "tzdata-2024.1.dist-info"
    old.mkdir()
    (old / "METADATA").write_text("Metadata-Version: 2.1\nName: tzdata\nVersion: 2024.1\n")

    done = rendezvous_anew("doctor", DATABASE_URL=database_dsn, PYTHONPATH=str(tmp_path))

    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 1
    assert "tzdata 2024.1" in wrong[0]
