"""The list of a meetup, as a form: marks, corrections with their reason, conflicts settled."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from centres.db import rows
from sessions.attendance.keeping import keep_marks
from sessions.attendance.marks import Value
from sessions.attendance.sheets import read_sheet
from tests.api.pages.conftest import key_in
from tests.sessions.attendance.attendance_world import made

NINE = datetime(2027, 1, 9, 9, 5, tzinfo=UTC)


@pytest.fixture
def at_nine(clock):
    clock.now = NINE
    return clock


@pytest.fixture
def at(world):
    return f"/host/meetups/{world.meetups[0].id}/attendance"


async def values(world):
    sheet = await read_sheet(meetup_id=world.meetups[0].id)
    return {each.name: each.standing and each.standing.value for each in sheet.rows}


def seen_in(page, code):
    """What the form shows of a learner, to be sent back with it."""

    def field(name):
        return page.text.partition(f'name="{name}-{code}" value="')[2].partition('"')[0]

    return {f"was-{code}": field("was"), f"seen-{code}": field("seen")}


async def test_the_list_shows_everybody_with_a_seat_and_marks_are_kept(host, world, at, at_nine):
    page = await host.get(at)
    sent = await host.post(at, data={**key_in(page), "v-AWA": "present", "batch": str(uuid4())})

    assert "Samedi 9 janvier 2027" in page.text
    assert page.text.count('class="person"') == 6 + 1  # and the one to copy
    assert sent.status_code == 303
    assert "Présences enregistrées : 1." in (await host.get(sent.headers["location"])).text
    assert (await values(world))["Awa Diop"] == "present"


async def test_a_form_sent_twice_marks_once(host, world, at, at_nine):
    data = {**key_in(await host.get(at)), "v-AWA": "late", "walk_in": "Aminata Ba",
            "batch": str(uuid4())}  # fmt: skip

    await host.post(at, data=data)
    await host.post(at, data=data)

    assert (await rows("SELECT count(*) AS n FROM attendance_mark"))[0]["n"] == 2


async def test_a_correction_needs_a_reason_and_keeps_what_was_typed(host, world, at, at_nine):
    first = await host.get(at)
    await host.post(at, data={**key_in(first), "v-AWA": "present", "batch": str(uuid4())})
    page = await host.get(at)
    change = {**key_in(page), **seen_in(page, "AWA"), "v-AWA": "absent", "batch": str(uuid4())}

    refused = await host.post(at, data=change)
    done = await host.post(at, data={**change, "reason": "Faute de frappe"})

    assert refused.status_code == 400
    assert "Donnez la raison" in refused.text
    assert 'value="absent" checked' in refused.text
    assert done.status_code == 303
    after = (await host.get(at)).text
    assert "Faute de frappe" in after
    assert "2 marques" in after
    assert (await values(world))["Awa Diop"] == "absent"


async def test_what_another_device_marked_meanwhile_is_not_overwritten_but_shown_to_be_settled(
    host, world, at, at_nine
):
    page = await host.get(at)
    await keep_marks(meetup_id=world.meetups[0].id, marks=[made(world.awa, Value.ABSENT)], now=NINE)
    await host.post(
        at,
        data={**key_in(page), **seen_in(page, "AWA"), "v-AWA": "present", "batch": str(uuid4())},
    )
    apart = await host.get(at)
    await host.post(
        at,
        data={**key_in(apart), **seen_in(apart, "AWA"), "v-AWA": "late", "batch": str(uuid4()),
              "reason": "Vu avec elle"},
    )  # fmt: skip

    assert apart.text.count("à trancher</span>") == 1
    assert (await values(world))["Awa Diop"] == "late"


async def test_nobody_can_be_marked_before_the_day(host, world, at):
    page = await host.get(at)
    sent = await host.post(at, data={**key_in(page), "v-AWA": "present", "batch": str(uuid4())})

    assert sent.status_code == 400
    assert "samedi 9 janvier 2027" in sent.text
    assert 'value="present" checked' in sent.text


async def test_the_shell_that_devices_keep_names_nobody(host, visitor, world):
    shell = await host.get("/host/attendance/shell")

    assert shell.text == (await visitor.get("/host/attendance/shell")).text
    assert "Awa" not in shell.text
    assert "Mariama" not in shell.text


async def test_the_script_that_keeps_pages_rules_over_nothing_but_a_host_s_own(visitor):
    script = await visitor.get("/host/worker.js")

    assert script.headers["content-type"].startswith("text/javascript")
    assert "service-worker-allowed" not in script.headers
    assert "/static/attendance.js?v=" in script.text
