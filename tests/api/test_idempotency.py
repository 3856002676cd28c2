"""A POST with an Idempotency-Key acts once: its answer and its change are kept together or not."""

import asyncio

import pytest

from api.access.accounts import Grant
from api.access.caller import Role
from centres.db import rows
from tests.api.asking import make_asking
from tests.api.conftest import ADMIN
from tests.factories import make_country

KEY = {"Idempotency-Key": "7f3a"}
NORTH = {"code": "nord", "name": "Nord"}


async def count(table: str) -> int:
    return (await rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"]


async def test_racing_requests_with_one_key_act_once_and_hear_one_answer(client_as):
    async with client_as(ADMIN) as admin:
        answers = await asyncio.gather(
            *(admin.post("/api/v1/regions", json=NORTH, headers=KEY) for _ in range(8))
        )

    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    assert {(each.headers["etag"], each.headers["location"]) for each in answers} == {
        ('"1"', "/api/v1/regions/nord")
    }
    assert sum("idempotent-replayed" in each.headers for each in answers) == 7
    assert await count("region") == 1
    assert await count("idempotent_reply") == 1


async def test_racing_requests_with_different_bodies_act_once_and_refuse_the_rest(client_as):
    async with client_as(ADMIN) as admin:
        answers = await asyncio.gather(
            *(
                admin.post("/api/v1/regions", json={"code": f"r{n}", "name": "R"}, headers=KEY)
                for n in range(4)
            )
        )

    assert sorted(each.status_code for each in answers) == [201, 422, 422, 422]
    assert await count("region") == 1


async def test_the_key_of_another_caller_is_another_key(client_as):
    country = await make_country()
    async with (
        client_as(ADMIN) as one,
        client_as(ADMIN, Grant(Role.MANAGER, country.iso2)) as other,
    ):
        first = await one.post("/api/v1/regions", json=NORTH, headers=KEY)
        refused = await other.post("/api/v1/regions", json=NORTH, headers=KEY)
        made = await other.post("/api/v1/regions", json=NORTH | {"code": "sud"}, headers=KEY)

    assert (first.status_code, refused.status_code, made.status_code) == (201, 409, 201)
    assert "idempotent-replayed" not in made.headers


async def test_a_commit_that_fails_keeps_neither_the_change_nor_the_answer(client_as):
    """A deferred trigger lets the handler finish, and refuses at COMMIT."""
    await rows("""CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no'; END $$""")
    await rows("""CREATE CONSTRAINT TRIGGER refuse_at_commit AFTER INSERT ON region
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_at_commit()""")
    try:
        async with client_as(ADMIN) as admin:
            failed = await admin.post("/api/v1/regions", json=NORTH, headers=KEY)
            kept = (await count("region"), await count("idempotent_reply"))
            await rows("DROP TRIGGER refuse_at_commit ON region")
            again = await admin.post("/api/v1/regions", json=NORTH, headers=KEY)
    finally:
        await rows("DROP FUNCTION IF EXISTS refuse_at_commit CASCADE")

    assert failed.status_code == 500
    assert failed.headers["content-type"] == "application/problem+json"
    assert kept == (0, 0)
    assert again.status_code == 201
    assert "idempotent-replayed" not in again.headers


async def test_a_refusal_at_commit_is_answered_as_what_it_is(client_as):
    """The database names a constraint when the handler is long done."""
    await rows("""CREATE FUNCTION refuse_at_commit() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'unique_violation',
        CONSTRAINT = 'code_is_never_reused'; END $$""")
    await rows("""CREATE CONSTRAINT TRIGGER refuse_at_commit AFTER INSERT ON region
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_at_commit()""")
    try:
        async with client_as(ADMIN) as admin:
            refused = await admin.post("/api/v1/regions", json=NORTH, headers=KEY)
    finally:
        await rows("DROP FUNCTION refuse_at_commit CASCADE")

    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:rendezvous:problem:CodeUsedBefore",
    )
    assert await count("region") == 0


async def test_a_timetable_asked_for_twice_is_queued_once(app, client):
    asking, _ = await make_asking(app)
    client.headers["Authorization"] = f"Bearer {asking.accounts['manager']['writes']}"
    before = await count("procrastinate_jobs"), await count("timetable")
    body = {"countries": ["SN"], "first_day": "2027-02-01", "weeks": 2, "seconds": 1}

    answers = await asyncio.gather(
        *(client.post("/api/v1/timetables", json=body, headers=KEY) for _ in range(3))
    )

    after = await count("procrastinate_jobs"), await count("timetable")
    assert {(each.status_code, each.text) for each in answers} == {(202, answers[0].text)}
    assert after == (before[0] + 1, before[1] + 1)


@pytest.mark.parametrize("path", ["/api/v1/regions?x=1", "/api/v1/sponsors"])
async def test_a_key_belongs_to_its_address_too(client_as, path):
    async with client_as(ADMIN) as admin:
        await admin.post("/api/v1/regions", json=NORTH, headers=KEY)
        other = await admin.post(path, json=NORTH, headers=KEY)

    assert (other.status_code, other.json()["type"]) == (
        422,
        "urn:rendezvous:problem:KeyUsedForAnother",
    )
