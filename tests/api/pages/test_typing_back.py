"""A sheet on paper: printed, typed back by rows, its photograph kept as evidence."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from centres.db import rows
from sessions.attendance.marks import Way
from sessions.attendance.sheets import marks_of, read_sheet
from tests.api.pages.conftest import key_in

NINE = datetime(2027, 1, 9, 9, 5, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture, let us say" * 10


@pytest.fixture
async def meetup(world, clock):
    clock.now = NINE
    return world.meetups[0].id


async def codes(meetup):
    return {each.name: each.row for each in (await read_sheet(meetup_id=meetup)).rows}


async def values(meetup):
    sheet = await read_sheet(meetup_id=meetup)
    return {each.name: each.standing and each.standing.value for each in sheet.rows}


async def test_the_sheet_is_a_pdf_and_comes_out_the_same_each_time(host, meetup):
    one = await host.get(f"/host/meetups/{meetup}/sheet.pdf")
    other = await host.get(f"/host/meetups/{meetup}/sheet.pdf")

    assert one.headers["content-type"] == "application/pdf"
    assert one.content.startswith(b"%PDF-")
    assert one.content == other.content


async def test_a_sheet_is_typed_back_at_once_with_its_photograph_as_evidence(host, meetup):
    at = f"/host/meetups/{meetup}"
    page = await host.get(f"{at}/grid")
    sent = await host.post(
        f"{at}/evidence", data=key_in(page), files={"photo": ("f.png", PNG, "image/png")}
    )
    photo = (await rows("SELECT id FROM attendance_evidence"))[0]["id"]
    code = await codes(meetup)
    text = f"{code['Awa Diop']} p\n{code['Binta Fall']} r {code['Fatou Sow']} A\n+ Aminata Ba p"

    done = await host.post(
        f"{at}/grid",
        data={**key_in(page), "rows": text, "way": "paper", "evidence": str(photo),
              "batch": str(uuid4())},
    )  # fmt: skip

    assert "La photo est gardée" in (await host.get(sent.headers["location"])).text
    assert done.headers["location"].endswith("?done=4")
    found = await values(meetup)
    assert {name: each for name, each in found.items() if each} == {
        "Awa Diop": "present", "Binta Fall": "late", "Fatou Sow": "absent", "Aminata Ba": "present",
    }  # fmt: skip
    assert {(each.way, each.evidence) for each in await marks_of(meetup)} == {(Way.PAPER, photo)}
    assert (await host.get(f"{at}/evidence/{photo}")).content == PNG


async def test_each_bad_line_is_named_what_was_typed_stays_and_nothing_is_half_written(
    host, meetup
):
    at = f"/host/meetups/{meetup}/grid"
    code = (await codes(meetup))["Awa Diop"]
    text = f"{code} p\nZZ p\n99Q a"

    refused = await host.post(at, data={**key_in(await host.get(at)), "rows": text})

    assert refused.status_code == 400
    assert "2 lignes sont à corriger" in refused.text
    assert "Ligne 2" in refused.text
    assert "Ligne 3" in refused.text
    assert f"{code} p\nZZ p\n99Q a</textarea>" in refused.text.replace("\r", "")
    assert await marks_of(meetup) == []


async def test_a_row_that_changes_an_earlier_mark_needs_its_reason(host, meetup):
    at = f"/host/meetups/{meetup}/grid"
    code = (await codes(meetup))["Awa Diop"]
    key = key_in(await host.get(at))

    await host.post(at, data={**key, "rows": f"{code} p", "batch": str(uuid4())})
    without = await host.post(at, data={**key, "rows": f"{code} a", "batch": str(uuid4())})
    with_it = await host.post(
        at,
        data={**key, "rows": f"{code} a", "reason": "Signature d'une autre", "batch": str(uuid4())},
    )

    assert (without.status_code, with_it.status_code) == (400, 303)
    assert "Awa Diop est déjà noté autrement" in without.text
    assert (await values(meetup))["Awa Diop"] == "absent"
    assert len(await marks_of(meetup)) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg onload=alert(1)>", "JPEG, PNG ou WebP"),
        (b"", "JPEG, PNG ou WebP"),
        (b"\xff\xd8\xff" + b"0" * 6_000_000, "6 Mo"),
    ],
)
async def test_what_is_no_photograph_is_refused_in_words(host, meetup, content, said):
    at = f"/host/meetups/{meetup}"
    key = key_in(await host.get(f"{at}/grid"))

    answer = await host.post(
        f"{at}/evidence", data=key, files={"photo": ("f.jpg", content, "image/jpeg")}
    )

    assert answer.status_code == 400
    assert said in answer.text
    assert await rows("SELECT 1 FROM attendance_evidence") == []


async def test_a_photograph_far_too_large_is_refused_before_it_is_read(host, meetup):
    at = f"/host/meetups/{meetup}"
    key = key_in(await host.get(f"{at}/grid"))

    answer = await host.post(
        f"{at}/evidence", data=key, files={"photo": ("f.jpg", b"0" * 7_000_000, "image/jpeg")}
    )

    assert answer.status_code == 413


async def test_the_same_photograph_twice_is_kept_once(host, meetup):
    at = f"/host/meetups/{meetup}"
    key = key_in(await host.get(f"{at}/grid"))

    for _ in range(2):
        await host.post(f"{at}/evidence", data=key, files={"photo": ("f.png", PNG, "image/png")})

    assert len(await rows("SELECT 1 FROM attendance_evidence")) == 1
