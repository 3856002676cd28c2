"""Logging in and out by the form."""

from datetime import timedelta

import httpx
import pytest

from api.app import create_app
from api.pages.login import own_path
from api.settings import Settings
from tests.api.conftest import NOW, PASSWORD
from tests.api.pages.conftest import A_BROWSER
from tests.api.pages.world import HOST_EMAIL, MANAGER_EMAIL


def form(email: str = HOST_EMAIL, password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"email": email, "password": password, **more}


@pytest.mark.parametrize(
    ("email", "first_page"), [(HOST_EMAIL, "/host"), (MANAGER_EMAIL, "/manage")]
)
async def test_everybody_begins_on_their_own_page(visitor, world, email, first_page):
    answer = await visitor.post("/login", data=form(email))

    assert (answer.status_code, answer.headers["location"]) == (303, first_page)
    assert (await visitor.get(first_page)).status_code == 200


async def test_the_login_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor, world):
    cookie = (await visitor.post("/login", data=form())).headers.get_list("set-cookie")[0]

    assert cookie.startswith("rendezvous_login=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_never_travels_in_the_clear(world, clock):
    app = create_app(Settings(base_url="https://r.test", secure_cookies=True), clock)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://r.test", headers=A_BROWSER
    ) as browser:
        answer = await browser.post("/login", data=form())

    assert all("Secure" in each for each in answer.headers.get_list("set-cookie"))


async def test_a_wrong_password_is_said_beside_the_form_and_the_address_kept(visitor, world):
    answer = await visitor.post("/login", data=form(password="autre chose"))

    assert answer.status_code == 401
    assert "ne vont pas ensemble" in answer.text
    assert f'value="{HOST_EMAIL}"' in answer.text
    assert "autre chose" not in answer.text


async def test_an_unknown_address_reads_like_a_wrong_password(visitor, world):
    wrong = await visitor.post("/login", data=form(password="autre chose"))
    unknown = await visitor.post("/login", data=form("personne@example.org"))

    assert unknown.text.replace("personne@example.org", HOST_EMAIL) == wrong.text


async def test_after_many_tries_the_form_says_when_to_try_again(visitor, world, clock):
    for _ in range(8):
        await visitor.post("/login", data=form(password="autre chose"))

    answer = await visitor.post("/login", data=form())
    clock.now = NOW + timedelta(seconds=int(answer.headers["retry-after"]))
    later = await visitor.post("/login", data=form())

    assert answer.status_code == 429
    assert "Réessayez dans 15 min." in answer.text
    assert later.status_code == 303


async def test_an_empty_form_is_refused_field_by_field(visitor, world):
    answer = await visitor.post("/login", data={})

    assert answer.status_code == 400
    assert answer.text.count("Ce champ est vide. Complétez-le.") == 2


async def test_who_has_to_log_in_first_comes_back_to_where_they_wanted_to_go(visitor, world):
    asked = await visitor.get("/host/publish?room=x")
    shown = await visitor.get(asked.headers["location"])
    answer = await visitor.post("/login", data=form(next="/host/publish?room=x"))

    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/login?next=%2Fhost%2Fpublish%3Froom%3Dx",
    )
    assert 'name="next" value="/host/publish?room=x"' in shown.text
    assert answer.headers["location"] == "/host/publish?room=x"


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.test/x", "https://evil.test", "/\\evil.test", "evil", "/a\nb", "javascript:x", ""],
)
def test_a_login_never_leads_to_another_site(elsewhere):
    assert own_path(elsewhere) is None


async def test_a_form_of_another_site_cannot_log_anybody_in(visitor, world):
    answer = await visitor.post("/login", data=form(), headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


async def test_logging_out_ends_the_login_for_every_copy_of_the_cookie(host):
    page = (await host.get("/host")).text
    key = page.partition('name="form_key" value="')[2].partition('"')[0]
    copy = dict(host.cookies)

    answer = await host.post("/logout", data={"form_key": key})
    host.cookies.update(copy)
    after = await host.get("/host")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert after.headers["location"].startswith("/login")


@pytest.mark.parametrize("key", [{}, {"form_key": "0" * 32}])
async def test_no_form_counts_without_the_key_of_the_login(host, key):
    answer = await host.post("/logout", data=key)

    assert answer.status_code == 403
    assert (await host.get("/host")).status_code == 200


async def test_a_form_posted_after_the_login_ended_says_so(visitor, world):
    answer = await visitor.post("/host/publish", data={"form_key": "x"})

    assert answer.status_code == 401
    assert "Votre connexion a pris fin" in answer.text
