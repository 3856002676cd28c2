"""The host's page of who knows, and the same by the API: numbers, calls, and a link to share."""

from datetime import timedelta

from api.access.accounts import Grant
from api.access.caller import Role
from centres.db import rows
from tests.factories import make_centre
from tests.sessions.messages.reached_world import reached_world


async def a_change_two_hours_ago(clock):
    world = await reached_world()
    clock.now = world.meetup.starts_at - timedelta(hours=40)
    await world.tell(clock.now)
    clock.now += timedelta(hours=2)
    return world


async def test_a_host_reads_whom_to_call_with_links_that_dial_and_one_that_shares(
    app, clock, client_as
):
    world = await a_change_two_hours_ago(clock)

    async with client_as(Grant(Role.HOST, world.centre.code)) as host:
        page = await host.get(f"/host/meetups/{world.meetup.id}/reach")
        home = await host.get("/host")

    assert page.status_code == 200
    assert page.text.count('href="tel:+2217700000') == 5
    assert "7 personnes à appeler." in page.text
    assert 'href="https://wa.me/?text=' in page.text
    assert f"/host/meetups/{world.meetup.id}/reach#call" in home.text
    assert "no-store" in page.headers["cache-control"]


async def test_a_call_marked_by_a_program_takes_the_number_off_the_list(app, clock, client_as):
    world = await a_change_two_hours_ago(clock)
    at = f"/api/v1/meetups/{world.meetup.id}"

    async with client_as(Grant(Role.HOST, world.centre.code)) as host:
        people = (await host.get(f"{at}/reach")).json()["people"]
        first = next(each for each in people if each["name"].startswith("Eva"))
        body = {"notice": first["notice"], "outcome": "reached"}
        answer = await host.post(f"{at}/calls", json=body)
        wrong = await host.post(f"{at}/calls", json={**body, "outcome": "perhaps"})

    after = next(each for each in answer.json()["people"] if each["notice"] == first["notice"])
    assert (first["standing"], first["phone"]) == ("call", "+221770000005")
    assert (after["standing"], after["phone"]) == ("reached", None)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "outcome")


async def test_a_host_elsewhere_sees_nothing_and_nothing_is_written_down(app, clock, client_as):
    world = await a_change_two_hours_ago(clock)
    elsewhere = await make_centre(world.centre.country)

    async with client_as(Grant(Role.HOST, elsewhere.code)) as stranger:
        page = await stranger.get(f"/host/meetups/{world.meetup.id}/reach")

    assert page.status_code == 404
    assert "+2217700000" not in page.text
    assert await rows("SELECT 1 FROM change WHERE after ? 'phone_numbers_shown'") == []
