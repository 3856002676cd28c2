"""The application in this event loop, with a clock that tests can set, and clients by role."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import httpx
import pytest
from litestar import Litestar

from api.access.accounts import Grant, create_account
from api.access.caller import Role
from api.access.tokens import make_token
from api.app import create_app
from api.edges import AtTheEdge
from api.feed_door import FeedDoor
from api.feed_fetches import Fetches
from api.feed_shelf import Shelf
from api.settings import Settings

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
PASSWORD = "un mot de passe assez long"


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def wired(pool) -> tuple[Litestar, SetClock]:
    """The application and the clock it was given, wired once: its routes take half a second."""
    clock = SetClock()
    application = create_app(Settings(base_url="http://rendezvous.test"), clock).app
    gc.collect()
    gc.freeze()  # it stays; looking through it again and again takes longer than most tests
    return application, clock


@pytest.fixture
def clock(wired) -> SetClock:
    _, clock = wired
    clock.now = NOW
    return clock


@pytest.fixture
async def app(database, wired, clock) -> AtTheEdge:
    """The application as it is after a start: nothing is kept of what other tests have asked."""
    application, _ = wired
    shelf, fetches = Shelf(), Fetches()
    application.state.update({"shelf": shelf, "fetches": fetches})
    return AtTheEdge(application, FeedDoor(shelf, fetches, clock))


@pytest.fixture
async def client(app) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://rendezvous.test") as made:
        yield made


@pytest.fixture
def client_as(app) -> Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]:
    """`async with client_as(Grant(Role.MANAGER, "SN")) as manager:` a program with those grants."""

    @asynccontextmanager
    async def made(*grants: Grant, may_write: bool = True) -> AsyncIterator[httpx.AsyncClient]:
        token = await token_for(grants, may_write=may_write)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://rendezvous.test",
            headers={"Authorization": f"Bearer {token}"},
        ) as client:
            yield client

    return made


async def token_for(grants: Sequence[Grant], *, may_write: bool = True) -> str:
    """Make an account with these grants and return a token of it."""
    name = "-".join(f"{grant.role}{grant.scope or ''}" for grant in grants) or "nobody"
    account = await create_account(
        email=f"{name}-{may_write}@example.org",
        name=name,
        password=PASSWORD,
        grants=grants,
        now=NOW,
    )
    _, token = await make_token(account_id=account.id, name="test", may_write=may_write, now=NOW)
    return token


ADMIN = Grant(Role.ADMIN)
