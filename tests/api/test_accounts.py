import asyncio

from tests.api.conftest import ADMIN, PASSWORD

NEW = {"email": "Awa@Example.org", "name": "Awa", "password": PASSWORD, "language": "fr"}


async def test_an_administrator_makes_an_account_and_reads_it_back(client_as):
    async with client_as(ADMIN) as admin:
        made = await admin.post("/api/v1/accounts", json=NEW | {"grants": [{"role": "admin"}]})
        read = await admin.get(made.headers["Location"])

    assert made.status_code == 201, made.text
    assert read.json() == made.json()
    assert read.headers["ETag"] == '"1"'
    assert read.json()["email"] == "awa@example.org"
    assert read.json()["grants"] == [{"role": "admin", "scope": None}]


async def test_nobody_else_sees_the_accounts(client, client_as):
    async with client_as() as nobody:
        refused = await nobody.get("/api/v1/accounts")
    anonymous = await client.get("/api/v1/accounts")

    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:rendezvous:problem:NotAllowed",
    )
    assert (anonymous.status_code, anonymous.json()["type"]) == (
        401,
        "urn:rendezvous:problem:LoginNeeded",
    )
    assert anonymous.headers["content-type"] == "application/problem+json"


async def test_a_change_needs_the_revision_that_was_read(client_as):
    async with client_as(ADMIN) as admin:
        url = (await admin.post("/api/v1/accounts", json=NEW)).headers["Location"]
        without = await admin.patch(url, json={"name": "Awa D."})
        first = await admin.patch(url, json={"name": "Awa D."}, headers={"If-Match": '"1"'})
        late = await admin.patch(url, json={"name": "Awa N."}, headers={"If-Match": '"1"'})

    assert without.status_code == 428
    assert (first.status_code, first.headers["ETag"]) == (200, '"2"')
    assert (late.status_code, late.json()["type"]) == (
        412,
        "urn:rendezvous:problem:ChangedMeanwhile",
    )


async def test_a_repeated_post_acts_once_and_gets_the_same_answer(client_as):
    async with client_as(ADMIN) as admin:
        headers = {"Idempotency-Key": "k-1"}
        answers = await asyncio.gather(
            *(admin.post("/api/v1/accounts", json=NEW, headers=headers) for _ in range(4))
        )
        listed = await admin.get("/api/v1/accounts")

    assert [each.status_code for each in answers] == [201] * 4
    assert len({each.text for each in answers}) == 1
    assert sorted(each.headers.get("idempotent-replayed", "no") for each in answers) == [
        "no",
        "true",
        "true",
        "true",
    ]
    assert [each["email"] for each in listed.json()["items"]][1:] == ["awa@example.org"]


async def test_a_key_of_another_request_is_refused(client_as):
    async with client_as(ADMIN) as admin:
        headers = {"Idempotency-Key": "k-1"}
        await admin.post("/api/v1/accounts", json=NEW, headers=headers)
        other = await admin.post("/api/v1/accounts", json=NEW | {"name": "Binta"}, headers=headers)

    assert (other.status_code, other.json()["type"]) == (
        422,
        "urn:rendezvous:problem:KeyUsedForAnother",
    )


async def test_a_refused_post_keeps_nothing_so_that_its_key_can_try_again(client_as):
    async with client_as(ADMIN) as admin:
        headers = {"Idempotency-Key": "k-1"}
        refused = await admin.post(
            "/api/v1/accounts",
            json=NEW | {"grants": [{"role": "host", "scope": "XX-XXX-01"}]},
            headers=headers,
        )
        again = await admin.post("/api/v1/accounts", json=NEW, headers=headers)

    assert (refused.status_code, refused.json()["field"]) == (400, "grants")
    assert again.status_code == 201


async def test_each_faulty_field_is_named(client_as):
    async with client_as(ADMIN) as admin:
        refused = await admin.post("/api/v1/accounts", json=NEW | {"password": "court"})
        unknown = await admin.post("/api/v1/accounts", json=NEW | {"colour": "red"})
        nul = await admin.post("/api/v1/accounts", json=NEW | {"name": "A\x00wa"})
        large = await admin.post("/api/v1/accounts", content=b"[" * 10_000_000)
        beyond = await admin.get("/api/v1/accounts/99999999999")

    assert (refused.status_code, refused.json()["field"]) == (400, "password")
    assert unknown.status_code == 400
    assert (nul.status_code, nul.json()["field"]) == (400, "name")
    assert large.status_code == 413
    assert beyond.status_code == 400


async def test_a_token_is_shown_once_reads_only_unless_stated_and_can_be_revoked(client, client_as):
    async with client_as(ADMIN) as admin:
        made = (await admin.post("/api/v1/tokens", json={"name": "report"})).json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        reads = await client.get("/api/v1/accounts", headers=bearer)
        writes = await client.post("/api/v1/accounts", json=NEW, headers=bearer)
        listed = (await admin.get("/api/v1/tokens")).json()["items"]
        await admin.post(f"/api/v1/tokens/{made['id']}/revoke")
        after = await client.get("/api/v1/accounts", headers=bearer)

    assert reads.status_code == 200
    assert writes.status_code == 403
    assert [sorted(each) for each in listed] == [sorted(set(made) - {"token"})] * 2
    assert after.status_code == 401
