"""Asks any address as any caller, with what a caller who may would send, and undoes it."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx

from api.access.middleware import COOKIE
from centres.db import DB
from tests.api.conftest import PASSWORD
from tests.api.peopled_world import make_accounts, make_peopled_world
from tests.keeping import once

NOWHERE = "x" * 43


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


async def _peopled() -> tuple[dict[str, Any], dict[str, list[str]], dict[str, dict[str, str]]]:
    names, contacts = await make_peopled_world()
    return names, contacts, await make_accounts()


async def make_asking(app) -> tuple[Asking, dict[str, list[str]]]:
    """Return a way to ask in a peopled world, and the contacts of its learners."""
    names, contacts, accounts = await once(_peopled)
    names |= {"account": accounts["host"]["id"], "token": accounts["manager"]["reads_id"]}
    return Asking(app, names, accounts), contacts
