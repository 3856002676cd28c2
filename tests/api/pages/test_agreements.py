"""Agreements as a board, one with its terms and history, and the trail of every change."""

import html

from centres.db import rows
from tests.api.pages.conftest import key_in
from tests.counting import queries
from tests.factories import make_agreement, make_centre


def words(answer) -> str:
    return html.unescape(answer.text)


async def prospect_for(world) -> int:
    centre = await make_centre(world.country, code="SN-THI-09", name="Lycée de Thiès")
    return (await make_agreement(centre, state="prospect")).id


async def test_each_agreement_stands_in_the_column_of_its_state(manager, world):
    made = await prospect_for(world)

    with queries() as asked:
        answer = await manager.get("/manage/agreements")

    columns = words(answer).split('<section aria-labelledby="state-')[1:]
    holding = [each.partition('"')[0] for each in columns if f"/manage/agreements/{made}" in each]
    assert holding == ["prospect"]
    assert len(asked) == 2  # who asks, and the agreements


async def test_a_prospect_is_negotiated_and_signed_step_by_step(manager, world):
    made = await prospect_for(world)
    address = f"/manage/agreements/{made}"
    form = await manager.get(address)
    key = key_in(form)

    begun = await manager.post(
        f"{address}/move",
        data={"state": "negotiating", "revision": "1", "step_note": "Visite faite", **key},
    )
    too_soon = await manager.post(f"{address}/move", data={"state": "open", "revision": "2", **key})

    assert begun.status_code == 303
    assert too_soon.status_code == 409
    assert "ne devient pas" in words(too_soon)
    assert "Visite faite" in words(await manager.get(address))
    assert await rows("SELECT state FROM agreement WHERE id = $1", made) == [
        {"state": "negotiating"}
    ]


async def test_terms_that_make_no_sense_are_shown_again_with_what_was_typed(manager, world):
    made = await prospect_for(world)
    address = f"/manage/agreements/{made}"
    key = key_in(await manager.get(address))

    answer = await manager.post(
        address,
        data={
            "starts_on": "2027-05-01",
            "ends_on": "2027-04-01",
            "host_pays": "l'eau",
            "revision": "1",
            **key,
        },
    )

    assert answer.status_code == 409
    assert "avant de commencer" in words(answer)
    assert 'value="2027-04-01"' in words(answer)
    assert 'value="l\'eau"' in words(answer)


async def test_a_centre_that_is_not_there_begins_no_agreement(manager, world):
    key = key_in(await manager.get("/manage/agreements"))
    before = await rows("SELECT count(*) AS agreements FROM agreement")

    answer = await manager.post("/manage/agreements", data={"centre": "SN-XXX-01", **key})

    assert answer.status_code == 409
    assert 'id="centre-wrong"' in answer.text
    assert await rows("SELECT count(*) AS agreements FROM agreement") == before


async def test_the_trail_says_who_changed_what_from_what_to_what(manager, world):
    made = await prospect_for(world)
    address = f"/manage/agreements/{made}"
    key = key_in(await manager.get(address))
    await manager.post(address, data={"hours_a_week": "12", "revision": "1", **key})

    with queries() as asked:
        text = words(await manager.get(f"/manage/history?table=agreement&row={made}"))

    newest = text.split('<section class="card"')[1]
    name = (await rows("SELECT name FROM account WHERE id = 2"))[0]["name"]
    assert name in newest
    assert "<code>hours_a_week</code>" in newest
    assert '<td data-label="Après">12</td>' in newest
    assert len(asked) == 3  # who asks, the trail, the names


async def test_a_trail_that_is_not_kept_is_said_to_be_unknown(manager):
    answer = await manager.get("/manage/history?table=learner")

    assert answer.status_code == 400
    assert 'id="table-wrong"' in answer.text
