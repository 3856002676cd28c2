"""A host types a rule, sees each date with its verdict, and publishes those kept."""

import html
from datetime import date, datetime

import pytest

from centres.db import rows
from tests.api.pages.conftest import key_in
from tests.counting import queries
from tests.factories import make_holiday, make_place

OPEN_SLOTS = (
    "SELECT starts_wall, seats, despite_holiday FROM slot WHERE series IS NOT NULL ORDER BY 1"
)
HOST_BYTES = 60_000
FORM = {
    "centre": "SN-KLK-01",
    "room": "SN-KLK-01-CDI",
    "repeat": "weekly",
    "every": "1",
    "weekday": "3",
    "first_date": "2027-01-07",
    "until": "",
    "count": "4",
    "starts": "14:00",
    "minutes": "120",
    "added": "",
    "excluded": "",
    "seats": "",
}


async def previewed(host, **change: str):
    return await host.get("/host/publish", params={**FORM, "preview": "1", **change})


def ticked(text: str) -> list[str]:
    boxes = [part.partition(">")[0] for part in text.split('name="keep" value="')[1:]]
    return [each[:10] for each in boxes if "checked" in each]


async def test_the_form_begins_with_what_most_hosts_want(host):
    text = (await host.get("/host/publish")).text

    assert 'value="weekly" checked' in text
    assert 'value="09:00"' in text
    assert "Salle B12 (24 places)" in text


async def test_each_date_is_shown_with_its_verdict_before_anything_is_stored(host, world):
    await make_holiday(world.country, date(2027, 1, 14), name_fr="Fête du quartier")
    before = await rows("SELECT count(*) FROM slot")

    text = html.unescape((await previewed(host, added="10/01/2027")).text)

    assert ticked(text) == ["2027-01-07", "2027-01-21", "2027-01-28"]
    assert "Jour férié : Fête du quartier." in text
    assert 'value="2027-01-14">' in text.replace(" checked", "")
    assert 'value="2027-01-10" disabled' in text
    assert "Le centre n'ouvre pas ce jour de la semaine." in text
    assert await rows("SELECT count(*) FROM slot") == before


async def test_only_the_ticked_dates_are_published(host, world):
    answer = await host.post(
        "/host/publish",
        data={
            **FORM,
            **key_in(await previewed(host)),
            "keep": ["2027-01-07", "2027-01-21"],
        },
    )
    after = await host.get(answer.headers["location"])

    assert answer.headers["location"] == "/host?centre=SN-KLK-01&from=2027-01-07&published=2"
    assert "Créneaux publiés : 2." in after.text
    assert [each["starts_wall"] for each in await rows(OPEN_SLOTS)] == [
        datetime(2027, 1, 7, 14),
        datetime(2027, 1, 21, 14),
    ]


async def test_a_holiday_is_published_on_when_the_host_ticks_it(host, world):
    await make_holiday(world.country, date(2027, 1, 14))
    key = key_in(await previewed(host))

    await host.post("/host/publish", data={**FORM, **key, "keep": ["2027-01-14"]})

    assert await rows(OPEN_SLOTS) == [
        {"starts_wall": datetime(2027, 1, 14, 14), "seats": 16, "despite_holiday": True}
    ]


async def test_a_date_taken_meanwhile_brings_the_preview_back_with_the_reason(host, world):
    page = await previewed(host)
    data = {**FORM, **key_in(page), "keep": ["2027-01-07"]}
    await host.post("/host/publish", data=data)

    answer = await host.post("/host/publish", data=data)

    assert answer.status_code == 409
    assert "Cette salle est déjà proposée le jeudi 7 janvier 2027" in html.unescape(answer.text)
    assert 'name="count" value="4"' in answer.text
    assert len(await rows(OPEN_SLOTS)) == 1


async def test_nothing_ticked_publishes_nothing_and_says_so(host, world):
    answer = await host.post("/host/publish", data={**FORM, **key_in(await previewed(host))})

    assert answer.status_code == 409
    assert "Donnez au moins une date." in answer.text
    assert await rows(OPEN_SLOTS) == []


async def test_what_is_amiss_is_said_beside_each_field_and_the_rest_kept(host):
    text = html.unescape((await previewed(host, starts="plus tard", count="0")).text)

    assert "2 points sont à corriger" in text
    assert 'id="starts-wrong">Donnez une heure, comme 14:30.' in text
    assert 'id="count-wrong">Donnez un nombre de 1 à 500.' in text
    assert 'href="#starts"' in text
    assert 'value="plus tard"' in text
    assert 'name="first_date" type="date" value="2027-01-07"' in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seats": "17"}, "La salle SN-KLK-01-CDI a 16 places"),
        ({"count": "", "until": "2026-01-01"}, "Cette règle ne donne aucune date"),
        ({"count": "500", "added": "01/02/2031"}, "plus de 500 dates"),
    ],
)
async def test_what_the_rules_refuse_is_said_in_the_form(host, change, words):
    answer = await previewed(host, **change)

    assert words in html.unescape(answer.text)
    assert "Publier les dates cochées" not in answer.text


async def test_a_host_sees_and_publishes_only_in_their_own_rooms(host, world):
    other = await make_place(world.country)
    key = key_in(await previewed(host))

    seen = await previewed(host, room=other.code)
    centre = await host.get("/host/publish", params={"centre": other.centre.code})
    posted = await host.post(
        "/host/publish", data={**FORM, **key, "room": other.code, "keep": ["2027-01-07"]}
    )

    assert [seen.status_code, centre.status_code, posted.status_code] == [404] * 3
    assert await rows(OPEN_SLOTS) == []


async def test_a_forged_form_publishes_nothing(host, world):
    answer = await host.post("/host/publish", data={**FORM, "keep": ["2027-01-07"]})

    assert answer.status_code == 403
    assert await rows(OPEN_SLOTS) == []


async def test_the_preview_asks_as_often_for_four_dates_as_for_fifty(host):
    counts = []
    for count in ("4", "50"):
        with queries() as asked:
            await previewed(host, count=count)
        counts.append(len(asked))

    assert counts == [8, 8]


async def test_host_pages_are_light(host):
    style = await host.get("/static/style.css")
    page = await previewed(host, count="100")

    total = sum(int(each.headers["content-length"]) for each in (style, page))
    assert total <= HOST_BYTES
