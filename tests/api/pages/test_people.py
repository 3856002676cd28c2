"""People and roles: who may do what in a manager's countries, hosts let in and out."""

import html
import re

import pytest

from api.access.logins import log_in
from api.access.tables import Account, RoleGrant
from centres.db import rows
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in, logged_in
from tests.api.pages.world import HOST_EMAIL, make_account
from tests.factories import stored


def words(answer) -> str:
    return html.unescape(answer.text)


async def roles_of(email: str) -> list[tuple[str, str | None]]:
    found = await rows(
        "SELECT g.role, e.code FROM role_grant g JOIN account a ON a.id = g.account"
        " LEFT JOIN centre e ON e.id = g.centre WHERE a.email = $1 ORDER BY e.code",
        email,
    )
    return [(each["role"], each["code"]) for each in found]


async def test_a_manager_sees_who_may_do_what_in_their_countries(manager):
    text = words(await manager.get("/manage/people"))

    hosts, _, managers = text.partition('id="managers"')
    assert "Mariama Cissé" in hosts
    assert "Lycée Valdiodio-Ndiaye, Kaolack" in hosts
    assert "aucune connexion récente" in hosts
    assert "dernière connexion le" in managers
    assert "Guinée-Bissau" in managers


async def test_a_new_host_gets_a_password_that_is_shown_once_and_opens_only_the_centre(
    manager, app
):
    key = key_in(await manager.get("/manage/people"))
    asked = {**key, "centre": "SN-DKR-01", "email": "Campus@example.org", "name": "Aïda Ba"}

    answer = await manager.post("/manage/people", data=asked)
    password = re.search(r"<code>([\w-]{16})</code>", answer.text)[1]

    assert await roles_of("campus@example.org") == [("host", "SN-DKR-01")]
    assert password not in (await manager.get("/manage/people")).text
    assert await log_in(email="campus@example.org", password=password, address="10.0.0.1", now=NOW)
    async with logged_in(app, "campus@example.org") as host:
        assert (await host.get("/host", params={"centre": "SN-DKR-01"})).status_code == 200
        assert (await host.get("/host", params={"centre": "SN-KLK-01"})).status_code == 404


async def test_a_known_person_keeps_their_password_and_gets_one_centre_more(manager):
    key = key_in(await manager.get("/manage/people"))
    asked = {**key, "centre": "SN-DKR-01", "email": HOST_EMAIL}

    once, twice = [await manager.post("/manage/people", data=asked) for _ in range(2)]

    assert once.status_code == 200
    assert "<code>" not in once.text
    assert twice.status_code == 400
    assert "accueille déjà ce centre" in words(twice)
    assert await roles_of(HOST_EMAIL) == [("host", "SN-DKR-01"), ("host", "SN-KLK-01")]


async def test_a_role_that_is_taken_back_ends_at_the_next_click(manager, host):
    account = (await Account.objects().get(Account.email == HOST_EMAIL)).id
    key = key_in(await manager.get("/manage/people"))

    ended = await manager.post(
        "/manage/people/end", data={**key, "centre": "SN-KLK-01", "account": account}
    )

    assert ended.status_code == 303
    assert await roles_of(HOST_EMAIL) == []
    assert (await host.get("/host")).status_code == 404


@pytest.mark.parametrize(
    ("email", "name", "said"),
    [
        ("neuve@example.org", "", "donnez aussi le nom"),
        ("pas une adresse", "Aïda Ba", "adresse"),
        ("ancienne@example.org", "Aïda Ba", "Ce compte est fermé"),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(manager, email, name, said):
    closed = await make_account("ancienne@example.org", "Aïda Ba")
    await rows("UPDATE account SET active = false WHERE id = $1", closed.id)
    key = key_in(await manager.get("/manage/people"))

    answer = await manager.post(
        "/manage/people", data={**key, "centre": "SN-DKR-01", "email": email, "name": name}
    )

    assert answer.status_code == 400
    assert said in words(answer)
    assert await roles_of(email) == []


async def test_a_manager_touches_no_host_of_another_country(app, world):
    abroad = await make_account("bissau@example.org", "Domingos Té")
    bissau = (await rows("SELECT id FROM country WHERE iso2 = 'GW'"))[0]["id"]
    await stored(RoleGrant(account=abroad, role="manager", country=bissau))
    account = (await Account.objects().get(Account.email == HOST_EMAIL)).id
    async with logged_in(app, "bissau@example.org") as manager:
        page = await manager.get("/manage/people")
        asked = {**key_in(page), "centre": "SN-KLK-01", "account": account, "email": HOST_EMAIL}
        answers = [
            (await manager.post(path, data=asked)).status_code
            for path in ("/manage/people", "/manage/people/end")
        ]

    assert HOST_EMAIL not in page.text
    assert answers == [404, 404]
    assert await roles_of(HOST_EMAIL) == [("host", "SN-KLK-01")]
