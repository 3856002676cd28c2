"""Whatever cannot be done is refused clearly, and nothing of it is written."""

import httpx
import pytest

from centres.db import rows
from tests.api.asking import Asking, make_asking
from tests.api.bad_requests import BAD_REQUESTS
from tests.api.bad_values import BAD_VALUES

RAW = [
    ("malformed JSON", b'{"name": ', "application/json", 400),
    ("invalid UTF-8", b'{"code": "x", "name": "\xff\xfe"}', "application/json", 400),
    ("a lone surrogate", b'{"code": "x", "name": "\\ud800"}', "application/json", 400),
    ("NaN", b'{"code": "x", "name": NaN}', "application/json", 400),
    ("deep nesting", b"[" * 100_000, "application/json", 400),
    ("a form", b"code=x&name=Nord", "application/x-www-form-urlencoded", 400),
    ("plain text", b"Nord", "text/plain", 400),
    ("no body", b"", "application/json", 400),
    ("10 MB", b'{"name": "' + b"x" * 10_000_000 + b'"}', "application/json", 413),
]


async def counts() -> dict[str, int]:
    """Return the number of rows of every table."""
    names = await rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    return {
        each["name"]: (await rows(f'SELECT count(*) AS n FROM "{each["name"]}"'))[0]["n"]
        for each in names
    }


@pytest.fixture
async def asking(app) -> Asking:
    return (await make_asking(app))[0]


@pytest.fixture
async def admin(client, asking):
    client.headers["Authorization"] = f"Bearer {asking.accounts['admin']['writes']}"
    return client


def said(answer: httpx.Response) -> tuple[int, str, str | None]:
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["type"].rpartition(":")[2], problem.get("field")


async def test_each_bad_value_is_refused_with_its_field_and_nothing_is_written(admin, asking):
    before, wrong = await counts(), []

    for case in (*BAD_REQUESTS, *BAD_VALUES):
        at = asking.fill(f"api/v1/{case.at}")
        if case.method != "GET":
            await asking.learn_tag(at)
        headers = {"If-Match": asking.tags.get(at) or '"1"'}
        body = asking.fill(case.body)
        sent = {} if body is None else {"json": body}
        answer = await admin.request(case.method, f"/{at}", headers=headers, **sent)
        expected = (case.status, case.kind, case.field)
        if answer.status_code < 400 or said(answer) != expected:
            wrong.append(f"{case.what}: {expected}, but {answer.status_code} {answer.text[:330]}")
        if await counts() != before:
            wrong.append(f"{case.what}: wrote something")
            before = await counts()

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("what", "body", "media_type", "status"), RAW, ids=[r[0] for r in RAW])
async def test_a_body_that_is_no_json_object_is_refused(admin, what, body, media_type, status):
    before = await counts()

    answer = await admin.post("/api/v1/regions", content=body, headers={"Content-Type": media_type})

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await counts() == before


@pytest.mark.parametrize(
    ("header", "value", "status", "kind"),
    [
        ("Authorization", b"Bearer a\x00b", 401, "LoginNeeded"),
        ("Authorization", b"Bearer \xff\xfe", 401, "LoginNeeded"),
        ("If-Match", b"\x00", 400, "InvalidInput"),
        ("If-Match", b'"99999999999999999999"', 400, "InvalidInput"),
        ("If-Match", b"*", 400, "InvalidInput"),
        ("If-Match", b'W/"1"', 400, "InvalidInput"),
        ("If-Match", b'"7"', 412, "ChangedMeanwhile"),
        ("If-Match", b"", 400, "InvalidInput"),
    ],
)
async def test_a_header_that_cannot_be_read_is_refused(admin, asking, header, value, status, kind):
    before = await counts()

    answer = await admin.patch(
        f"/api/v1/rooms/{asking.names['room']}",
        json={"name": "Autre"},
        headers=[(header.encode(), value)],
    )

    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, kind)
    assert await counts() == before


@pytest.mark.parametrize("key", [b"a\x00b", b"", b"x" * 201, b"\xff\xfe"])
async def test_an_idempotency_key_that_cannot_be_kept_is_refused(admin, key):
    before = await counts()

    answer = await admin.post(
        "/api/v1/regions",
        json={"code": "nord", "name": "Nord"},
        headers=[(b"Idempotency-Key", key)],
    )

    assert said(answer) == (400, "InvalidInput", "Idempotency-Key")
    assert await counts() == before
