"""The doors: how often one may try a password, who may send a form, and what the logs tell."""

import contextlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from api.access.accounts import Grant, create_account
from api.access.caller import Role
from api.access.logins import TRIES, TRIES_OF_AN_ADDRESS, log_in
from api.access.middleware import COOKIE
from api.access.rate_limit import TooManyTries
from centres.db import rows
from tests.api.api_table import API
from tests.api.asking import make_asking
from tests.api.conftest import ADMIN, NOW, PASSWORD
from tests.api.page_table import PAGES

EMAIL = "accueil@network.example"
WRONG = {"email": EMAIL, "password": "pas celui-ci du tout"}


@pytest.fixture
async def account(database):
    return await create_account(
        email=EMAIL, name="Accueil", password=PASSWORD, grants=[ADMIN], now=NOW
    )


async def test_too_many_wrong_passwords_are_answered_429_until_the_window_ends(
    client, account, clock
):
    tried = [(await client.post("/login", data=WRONG)).status_code for _ in range(TRIES)]
    refused = await client.post("/login", data=WRONG)
    right = await client.post("/login", data=WRONG | {"password": PASSWORD})
    clock.now += timedelta(seconds=int(refused.headers["retry-after"]))
    later = await client.post("/login", data=WRONG | {"password": PASSWORD})

    assert tried == [401] * TRIES
    assert (refused.status_code, right.status_code, later.status_code) == (429, 429, 303)
    assert 1 <= int(refused.headers["retry-after"]) <= 901


async def test_many_addresses_tried_from_one_place_are_stopped_too(database):
    await rows(
        "INSERT INTO rate_window (key, window_start, uses) VALUES ($1, $2, $3)",
        "login-from:10.0.0.1",
        NOW,
        TRIES_OF_AN_ADDRESS,
    )

    with pytest.raises(TooManyTries):
        await log_in(email="new@b.example", password="x", address="10.0.0.1", now=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://rendezvous.test"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
async def test_a_login_sent_from_another_site_is_refused(client, account, headers):
    refused = await client.post("/login", data=WRONG | {"password": PASSWORD}, headers=headers)

    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers
    assert await rows("SELECT 1 FROM login") == []


async def test_a_cookie_does_not_carry_a_change_that_another_site_sends(client, account):
    login = await log_in(email=EMAIL, password=PASSWORD, address="here", now=NOW)
    client.cookies.set(COOKIE, login.secret)
    body = {"code": "nord", "name": "Nord"}

    forged = await client.post(
        "/api/v1/regions", json=body, headers={"Origin": "https://evil.example"}
    )
    without_key = await client.post("/logout")
    own = await client.post(
        "/api/v1/regions", json=body, headers={"Origin": "http://rendezvous.test"}
    )

    assert (forged.status_code, without_key.status_code, own.status_code) == (403, 403, 201)


async def test_a_token_made_inactive_with_its_account_or_expired_opens_nothing(
    client, client_as, account, clock
):
    async with client_as(Grant(Role.ADMIN)) as admin:
        made = (
            await admin.post(
                "/api/v1/tokens", json={"name": "x", "expires_at": "2027-01-05T00:00:00Z"}
            )
        ).json()
        bearer = {"Authorization": f"Bearer {made['token']}"}
        before = await client.get("/api/v1/tokens", headers=bearer)
        clock.now += timedelta(days=1)
        after = await client.get("/api/v1/tokens", headers=bearer)

    assert (before.status_code, after.status_code) == (200, 401)


@contextlib.contextmanager
def logged() -> Iterator[list[str]]:
    """Collect the lines that the application would write to its log."""
    processors = list(structlog.get_config()["processors"])
    lines: list[str] = []
    with capture_logs() as entries:
        yield lines
    for entry in entries:
        line: Any = entry
        for process in processors:
            line = process(None, entry["log_level"], line)
        lines.append(line)


async def test_the_log_tells_no_secret_and_nothing_of_a_person(app):
    """Every address is asked for, one learner is refused by a bug that quotes them."""
    asking, contacts = await make_asking(app)
    await rows("""CREATE FUNCTION quote_the_learner() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'no %', NEW.name USING DETAIL = NEW.email; END $$""")
    await rows("""CREATE TRIGGER quote_the_learner BEFORE UPDATE ON learner
        FOR EACH ROW EXECUTE FUNCTION quote_the_learner()""")
    try:
        with logged() as lines:
            for key, row in {**API, **PAGES}.items():
                method, form = key.partition(" ")[0], key in PAGES
                at = asking.fill(f"/{row.at}")[1:] if form else asking.fill(f"api/v1/{row.at}")
                if not form and method != "GET":
                    await asking.learn_tag(at)
                for caller in ("admin", "learner"):
                    await asking.ask(caller, method, at, asking.fill(row.body), form=form)
    finally:
        await rows("DROP FUNCTION quote_the_learner CASCADE")

    written = "\n".join(lines)
    secrets = [asking.names["page"], asking.names["feed"], PASSWORD, "Élève", "Oumou", "Aya"]
    secrets += [each for found in contacts.values() for each in found]
    for each in asking.accounts.values():
        secrets += [each["writes"], each["reads"], each["cookie"], each["form_key"]]
    assert len(lines) > len(API) + len(PAGES)
    assert '"event": "bug"' in written
    assert [each for each in secrets if each in written] == []
    assert [each for each in secrets if json.dumps(each)[1:-1] in written] == []
    assert "@" not in written
