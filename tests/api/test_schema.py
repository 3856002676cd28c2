"""The schema is true: whatever is sent, what comes back is what the schema says."""

import asyncio
import re

import httpx
import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from api.problems import problem_type, status_of
from api.routes import MEANINGS
from centres.errors import every_refusal
from tests.api.api_table import API
from tests.api.asking import make_asking, undone

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = 4
GIVEN = {
    "agreement_id": "agreement",
    "closure_id": "closure",
    "holiday_id": "tentative",
    "slot_id": "slot",
    "timetable_id": "timetable",
    "scenario_id": "scenario",
    "absence_id": "absence",
    "calendar_id": "dear",
    "line": "journey",
    "meetup_id": "meetup",
    "link_id": "link",
    "account_id": "account",
    "token_id": "token",
    "cohort": "cohort",
    "learner": "learner",
}
WITH_AN_ADDRESS = {
    "accounts",
    "agreements",
    "candidate-sites",
    "centres",
    "cohorts",
    "cost-calendars",
    "countries",
    "enrolments",
    "holidays",
    "hosts",
    "journeys",
    "learners",
    "mentor-absences",
    "mentors",
    "programmes",
    "regions",
    "rooms",
    "scenarios",
    "sponsors",
    "timetables",
    "timetables/{timetable_id:int}/repair",
}
CODED = {
    f"{each}s"
    for each in (
        "region",
        "host",
        "centre",
        "room",
        "programme",
        "sponsor",
        "mentor",
        "cohort",
        "group",
        "learner",
    )
}


@pytest.fixture
async def asking(app):
    return (await make_asking(app))[0]


def read_schema(app):
    return schemathesis.openapi.from_dict(app.app.openapi_schema.to_schema())


def existing(path: str, names: dict[str, object]) -> dict[str, object]:
    """Return parameters of the path under which there is something."""
    wanted = re.findall(r"{(\w+)}", path)
    resource = path.split("/")[3] if path.startswith("/api/v1/") else ""
    coded = {"candidate-sites": "candidate"}.get(resource, resource[:-1])
    is_coded = resource in CODED or coded == "candidate"
    known = {"iso2": "SN", "code": names[coded] if is_coded else None, "kind": "csv"}
    known |= {key: names[name] for key, name in GIVEN.items()}
    return {key: known[key] for key in wanted}


async def sent(app, case: schemathesis.Case, token: str) -> httpx.Response:
    """Send a generated request to the application in this event loop, and undo what it did."""
    wanted = {"method", "url", "headers", "params", "json", "data", "cookies"}
    given = case.as_transport_kwargs(base_url="http://rendezvous.test")
    asked = requests.Request(**{key: given[key] for key in wanted & given.keys()}).prepare()
    headers = [(name, value) for name, value in asked.headers.items() if name != "Authorization"]
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport) as client, undone():
        return await client.send(
            httpx.Request(
                asked.method or "GET",
                asked.url or "",
                headers=[*headers, ("Authorization", f"Bearer {token}")],
                content=asked.body,
            )
        )


def try_operation(operation, mode, fixed, send) -> str | None:
    """Return what is not as the schema says, or None."""

    @hypothesis.given(operation.as_strategy(mode, path_parameters=fixed))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def conforms(case):
        case.validate_response(send(case), checks=CHECKS)

    try:
        conforms()
    except (FailureGroup, Failure) as error:
        return f"{operation.label}: {getattr(error, 'exceptions', error)}"
    return None


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
async def test_whatever_is_sent_the_answer_is_one_that_the_schema_knows(app, asking, mode):
    """The requests are made in a thread of their own, and answered in the database's loop."""
    loop = asyncio.get_running_loop()
    token = asking.accounts["admin"]["writes"]

    def send(case):
        return asyncio.run_coroutine_threadsafe(sent(app, case, token), loop).result(30)

    def everything():
        found = []
        for each in read_schema(app).get_all_operations():
            operation = each.ok()
            found.append(
                try_operation(operation, mode, existing(operation.path, asking.names), send)
            )
        return [each for each in found if each]

    wrong = await asyncio.to_thread(everything)

    assert not wrong, "\n".join(wrong)


async def test_what_is_done_answers_as_the_schema_says(app, asking):
    schema = read_schema(app)
    wrong, tags, places = [], set(), set()
    for key, row in API.items():
        method, _, path = key.partition(" ")
        at = asking.fill(f"api/v1/{row.at}")
        if method != "GET":
            await asking.learn_tag(at)
        caller = "manager" if "tokens" in at else "admin"
        answer = await asking.ask(caller, method, at, asking.fill(row.body), form=False)
        if "etag" in answer.headers:
            tags.add(key)
        if "location" in answer.headers:
            places.add(key)
        try:
            operation = schema[f"/api/v1{re.sub(':[a-z]+}', '}', path)}"][method]
            operation.validate_response(answer)
        except (FailureGroup, Failure) as error:
            wrong.append(f"{key}: {getattr(error, 'exceptions', error)}")

    assert not wrong, "\n".join(wrong)
    assert {key for key in API if key.startswith("PATCH ")} <= tags
    assert places == {f"POST /{each}" for each in WITH_AN_ADDRESS}


async def test_the_catalogue_lists_every_refusal_with_a_status_that_the_schema_explains(client):
    listed = (await client.get("/api/v1/problems")).json()

    assert {each["type"]: each["status"] for each in listed} == {
        problem_type(each): status_of(each) for each in every_refusal()
    }
    assert {each["status"] for each in listed} <= set(MEANINGS)
    assert [each["type"] for each in listed if not each["title"].endswith(".")] == []


async def test_the_schema_is_openapi_3_1_and_tells_of_the_headers_that_matter(client):
    schema = (await client.get("/schema/openapi.json")).json()
    posts = {
        path: {each["name"] for each in item["post"].get("parameters", [])}
        for path, item in schema["paths"].items()
        if "post" in item
    }
    patches = {
        path: {each["name"] for each in item["patch"].get("parameters", [])}
        for path, item in schema["paths"].items()
        if "patch" in item
    }

    assert schema["openapi"].startswith("3.1.")
    assert [path for path, names in posts.items() if "Idempotency-Key" not in names] == []
    assert [path for path, names in patches.items() if "If-Match" not in names] == []
    assert [
        (path, method, status)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        for status, response in operation["responses"].items()
        if 400 <= int(status) < 500 and list(response["content"]) != ["application/problem+json"]
    ] == []


@pytest.mark.parametrize("page", ["/schema", "/schema/swagger"])
async def test_the_documentation_page_needs_no_other_host(client, page):
    answer = await client.get(page)
    links = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)""", answer.text)
    files = {each: (await client.get(each)).status_code for each in links if each[:1] == "/"}

    assert answer.status_code == 200
    assert [each for each in links if not each.startswith(("/", "data:"))] == []
    assert set(files.values()) == {200}
    assert {each.rpartition("/")[2] for each in files} == {
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
        "swagger-ui.css",
    }
    assert "default-src 'self'" in answer.headers["content-security-policy"]
