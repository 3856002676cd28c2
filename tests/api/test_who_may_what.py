"""Every route with every caller, inside and outside what is theirs; nobody's contacts get out.

Each try happens in a transaction that is undone, so that all of them start from one world.
"""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from tests.api.access_rules import CALLERS, NONE, OK
from tests.api.api_table import ACROSS_BORDERS, API, Try
from tests.api.asking import Asking, make_asking
from tests.api.page_table import NO_SUCH_SECRET, PAGES

ROWS = {
    **{key.replace(" ", " /api/v1", 1): each for key, each in API.items()},
    **PAGES,
}
READS_CONTACTS = {"manager": "SN", "manager, reading token": "SN", "abroad": "ML"}
# What is held about a learner goes to whoever has the learner's own secret, whole.
READS_THEIR_OWN = frozenset({"GET /s/{token:str}/my-data.json"})


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


def expected_of(said: str | int, answer: httpx.Response) -> bool:
    if isinstance(said, int):
        return answer.status_code == said
    done = answer.status_code < 400
    return done and (said == OK or ("SN" not in answer.text and said == NONE))


def leaks(
    key: str, caller: str, answer: httpx.Response, contacts: dict[str, list[str]]
) -> list[str]:
    """Return the contacts of learners in an answer that this caller must not read."""
    if caller.startswith("admin"):
        return []
    hidden = [
        each
        for country, found in contacts.items()
        for each in found
        if READS_CONTACTS.get(caller) != country
    ]
    if key in READS_THEIR_OWN and answer.is_success:
        own = answer.json()["person"]
        hidden = [each for each in hidden if each not in {own["email"], own["phone"]}]
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
        wrong += [f"{key} tells {caller} {each}" for each in leaks(key, caller, answer, contacts)]
    return wrong


@pytest.fixture
async def asking(app):
    return await make_asking(app)


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
