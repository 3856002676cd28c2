"""Every route with every caller, inside and outside what is theirs; nobody's contacts get out.

Each try happens in a transaction that is undone, so that all of them start from one world.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from litestar import Litestar

from api.access.middleware import COOKIE
from centres.db import DB
from tests.api.access_rules import CALLERS, NONE, OK
from tests.api.api_table import ACROSS_BORDERS, API, Try
from tests.api.conftest import PASSWORD
from tests.api.page_table import NO_SUCH_SECRET, PAGES
from tests.api.peopled_world import make_accounts, make_peopled_world

ROWS = {
    **{key.replace(" ", " /api/v1", 1): each for key, each in API.items()},
    **PAGES,
}
READS_CONTACTS = {"manager": "SN", "manager, reading token": "SN", "abroad": "ML"}
NOWHERE = "x" * 43


def operations(application: Litestar) -> set[str]:
    """Return `METHOD /path` of all that can be asked; HEAD is GET, OPTIONS only names methods."""
    return {
        f"{method} {route.path}"
        for route in application.routes
        for method in getattr(route, "methods", ("WEBSOCKET",))
        if method not in {"HEAD", "OPTIONS"}
    }


def test_every_route_has_a_row_in_the_table(app):
    assert sorted(ROWS) == sorted(operations(app.app))


@contextlib.asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """Undo whatever is written in the block, that of its requests included."""
    async with DB.transaction() as transaction:
        yield
        await transaction.rollback()


class Asking:
    """The world, and one client that becomes each caller in turn."""

    def __init__(self, app, names: dict[str, Any], accounts: dict[str, dict[str, str]]) -> None:
        self.app = app
        self.names = names | {"password": PASSWORD, "nobody": NOWHERE}
        self.accounts = accounts
        self.tags: dict[str, str | None] = {}

    def fill(self, given: Any) -> Any:
        """Put the world's names into an address or a body; `"{slot}"` becomes a number."""
        if isinstance(given, dict):
            return {key: self.fill(each) for key, each in given.items()}
        if isinstance(given, list):
            return [self.fill(each) for each in given]
        if isinstance(given, str) and given[:1] == "{" and given[1:-1] in self.names:
            return self.names[given[1:-1]]
        return given.format_map(self.names) if isinstance(given, str) else given

    async def ask(
        self, caller: str, method: str, at: str, body: dict[str, Any] | None, *, form: bool
    ) -> httpx.Response:
        """Ask as `caller`: by token for the API, by cookie and form key for pages."""
        account, _, reading = caller.partition(", ")
        secrets = self.accounts.get(account, {})
        headers, cookies, data = {}, {}, dict(body or {})
        if caller == "learner":
            headers["Authorization"] = f"Bearer {self.names['page']}"
        elif secrets and (reading or not form):
            headers["Authorization"] = f"Bearer {secrets['reads' if reading else 'writes']}"
        elif secrets:
            cookies[COOKIE] = secrets["cookie"]
            data["form_key"] = secrets["form_key"]
        sent: dict[str, Any] = {}
        if method != "GET":
            sent = {"data": data} if form else {} if body is None else {"json": body}
        tag = self.tags.get(at)
        if tag is not None and method != "GET":
            headers["If-Match"] = tag
        async with (
            httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app, raise_app_exceptions=False),
                base_url="http://rendezvous.test",
                headers=headers,
                cookies=cookies,
            ) as client,
            undone(),
        ):
            return await client.request(method, f"/{at}", **sent)

    async def learn_tag(self, at: str) -> None:
        """Find the ETag that a change at this address needs, of itself or of what it acts on."""
        for address in (at, at.rpartition("/")[0]):
            found = await self.ask("admin", "GET", address, None, form=False)
            if found.status_code == 200 and "etag" in found.headers:
                self.tags[at] = found.headers["etag"]
                return


def expected_of(said: str | int, answer: httpx.Response) -> bool:
    if isinstance(said, int):
        return answer.status_code == said
    done = answer.status_code < 400
    return done and (said == OK or ("SN" not in answer.text and said == NONE))


def leaks(caller: str, answer: httpx.Response, contacts: dict[str, list[str]]) -> list[str]:
    """Return the contacts of learners in an answer that this caller must not read."""
    if caller.startswith("admin"):
        return []
    hidden = [
        each
        for country, found in contacts.items()
        for each in found
        if READS_CONTACTS.get(caller) != country
    ]
    said = answer.text + str(answer.headers)
    return [each for each in [*hidden, "$argon2id$"] if each in said]


async def tried(asking: Asking, key: str, row: Try, contacts: Any) -> list[str]:
    """Try one route with every caller; return a line for each answer that is not the rule's."""
    method, _, path = key.partition(" ")
    form = not path.startswith("/api/")
    at = asking.fill(f"/{row.at}")[1:] if form else asking.fill(f"api/v1/{row.at}")
    body = asking.fill(row.body)
    if method != "GET" and not form:
        await asking.learn_tag(at)
    wrong = []
    for caller in CALLERS:
        answer = await asking.ask(caller, method, at, body, form=form)
        said = row.rule[caller]
        if form and said == OK and method == "POST" and answer.status_code in {400, 409}:
            continue  # let in, and told what is amiss in the form
        if not expected_of(said, answer):
            wrong.append(f"{key} as {caller}: {said}, but {answer.status_code} {answer.text[:200]}")
        wrong += [f"{key} tells {caller} {each}" for each in leaks(caller, answer, contacts)]
    return wrong


@pytest.fixture
async def asking(app, database):
    names, contacts = await make_peopled_world()
    accounts = await make_accounts()
    names |= {"account": accounts["host"]["id"], "token": accounts["manager"]["reads_id"]}
    return Asking(app, names, accounts), contacts


async def test_everybody_is_answered_what_their_role_allows_and_no_contact_gets_out(asking):
    world, contacts = asking

    wrong = [line for key, row in ROWS.items() for line in await tried(world, key, row, contacts)]

    assert not wrong, "\n".join(wrong)


async def test_the_contacts_that_could_get_out_are_read_by_their_own_managers(asking):
    world, contacts = asking

    ours = await world.ask("manager", "GET", "api/v1/learners", None, form=False)
    theirs = await world.ask("abroad", "GET", "api/v1/learners", None, form=False)

    assert [each for each in contacts["SN"] if each not in ours.text] == []
    assert [each for each in contacts["ML"] if each not in theirs.text] == []


async def test_a_secret_that_nobody_has_opens_nothing_to_anybody(asking):
    world, _ = asking

    answers = {
        f"{method} {at} as {caller}": (
            await world.ask(caller, method, world.fill(f"/{at}")[1:], {"x": "y"}, form=True)
        ).status_code
        for method, addresses in NO_SUCH_SECRET.items()
        for at in addresses
        for caller in ("anonymous", "admin", "manager")
    }

    assert {key: status for key, status in answers.items() if status != 404} == {}


async def test_a_manager_reaches_nothing_abroad_by_way_of_what_is_theirs(asking):
    world, _ = asking

    done = {}
    for address, body in ACROSS_BORDERS.items():
        at = world.fill(f"api/v1/{address}")
        await world.learn_tag(at)
        answer = await world.ask("manager", "POST", at, world.fill(body), form=False)
        if answer.status_code not in {400, 403, 404, 409}:
            done[address] = answer.text

    assert done == {}
