"""The pages served to real browsers, and to clients that are logged in by the form."""

import asyncio
import contextlib
import shutil
import socket
from collections.abc import AsyncIterator

import httpx
import pytest
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, async_playwright

from api.access.logins import LOGIN_LASTS
from api.access.middleware import COOKIE
from api.access.secrets import digest, new_secret
from api.access.tables import Account, Login
from tests.api.conftest import NOW
from tests.api.pages.world import HOST_EMAIL, MANAGER_EMAIL, make_world
from tests.factories import stored
from tests.keeping import once

BASE = "http://rendezvous.test"
A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "fr"}


@pytest.fixture
async def world(database):
    return await once(make_world)


@contextlib.asynccontextmanager
async def logged_in(app, email: str) -> AsyncIterator[httpx.AsyncClient]:
    secret = new_secret()
    account = await Account.objects().get(Account.email == email)
    await stored(
        Login(
            key_hash=digest(secret), account=account, created_at=NOW, expires_at=NOW + LOGIN_LASTS
        )
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=BASE, headers=A_BROWSER
    ) as made:
        made.cookies.set(COOKIE, secret, domain="rendezvous.test")
        yield made


def key_in(page: httpx.Response) -> dict[str, str]:
    """Return what each form of this page carries: the key of the login."""
    return {"form_key": page.text.partition('name="form_key" value="')[2].partition('"')[0]}


@pytest.fixture
async def visitor(app) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in French, logged in as nobody."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=BASE, headers=A_BROWSER
    ) as made:
        yield made


@pytest.fixture
async def host(app, world) -> AsyncIterator[httpx.AsyncClient]:
    """The secretary of the school in Kaolack."""
    async with logged_in(app, HOST_EMAIL) as made:
        yield made


@pytest.fixture
async def manager(app, world) -> AsyncIterator[httpx.AsyncClient]:
    """The regional manager of Senegal and Guinea-Bissau."""
    async with logged_in(app, MANAGER_EMAIL) as made:
        yield made


@pytest.fixture
async def address(app) -> AsyncIterator[str]:
    """The application on a real port, in this event loop and on the test's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(
        app, address="127.0.0.1", port=port, interface=Interfaces.ASGINL, log_enabled=False
    )
    serving = asyncio.create_task(server.serve())
    base = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient() as probe:
        for _ in range(100):
            with contextlib.suppress(httpx.TransportError):
                await probe.get(f"{base}/health/live")
                break
            await asyncio.sleep(0.05)
    yield base
    server.stop()
    await serving


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's chromium is not installed")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        await browser.close()
