import asyncio
import dataclasses
from datetime import UTC, datetime

import pytest

from centres.countries import NotTheCountrysZone
from centres.db import atomic, rows
from centres.errors import ChangedMeanwhile, InvalidInput
from centres.hosts import register_host
from centres.premises import (
    Centre,
    amend_centre,
    close_centre,
    list_centres,
    next_centre_code,
    open_centre,
    read_centre,
    register_centre,
    suspend_centre,
)
from centres.refusals import (
    CentreNotFound,
    CentreStillHoldsSlots,
    CodeNeverChanges,
    CodeUsedBefore,
    CountryNotFound,
    IllegalCentreStep,
)
from centres.tables import Centre as CentreRow
from centres.tables import Room
from sessions.tables.slots import Slot
from tests.counting import queries
from tests.factories import make_country, make_place, make_slot

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
DAKAR = {
    "host": "ucad",
    "country": "SN",
    "name": "Campus numérique",
    "city": "Dakar",
    "latitude": 14.68,
    "longitude": -17.46,
    "precision": "site",
}


@pytest.fixture
async def host(database):
    await make_country()
    return await register_host(code="ucad", name="UCAD", kind="university", country="SN")


async def room_with_slot(starts_wall: datetime = datetime(2027, 3, 6, 9)) -> tuple[Room, str]:
    room = await make_place(await make_country())
    await make_slot(room, starts_wall)
    return room, (await list_centres())[0].code


async def recode(centre_id: int, code: str) -> None:
    async with atomic():
        await CentreRow.update({CentreRow.code: code}).where(CentreRow.id == centre_id)


async def test_a_centre_is_planned_on_the_zone_of_its_country_under_the_next_code(host) -> None:
    centre = await register_centre(**DAKAR, directions="Face à la pharmacie\nDeuxième porte")

    assert centre == Centre(
        **DAKAR,
        id=1,
        code="SN-DKR-01",
        host_name="UCAD",
        address=None,
        directions="Face à la pharmacie\nDeuxième porte",
        zone="Africa/Dakar",
        contact_role=None,
        state="planned",
        assumed=None,
        source=None,
        revision=1,
    )
    assert await read_centre(code="SN-DKR-01") == centre


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"code": "DKR-01"}, "code"),
        ({"code": "ML-DKR-01"}, "code"),
        ({"host": "nobody"}, "host"),
        ({"country": "XX"}, "country"),
        ({"name": " "}, "name"),
        ({"city": ""}, "city"),
        ({"latitude": 91}, "latitude"),
        ({"latitude": float("nan")}, "latitude"),
        ({"latitude": 0, "longitude": 0}, "latitude"),
        ({"precision": "exact"}, "precision"),
        ({"zone": "Africa/Nowhere"}, "zone"),
        ({"zone": "Africa/Porto-Novo"}, "zone"),
        ({"directions": "\0"}, "directions"),
    ],
)
async def test_a_centre_that_cannot_be_is_refused_by_field(host, wrong, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register_centre(**{**DAKAR, **wrong})

    assert refused.value.field == field
    assert await list_centres() == []


async def test_another_zone_is_kept_when_it_is_meant(host) -> None:
    centre = await register_centre(**DAKAR, zone="Africa/Porto-Novo", zone_elsewhere=True)

    assert centre.zone == "Africa/Porto-Novo"


async def test_a_code_that_was_ever_given_is_neither_proposed_nor_given_again(host) -> None:
    await register_centre(**DAKAR, code="SN-DKR-07")
    await rows("DELETE FROM centre")

    with pytest.raises(CodeUsedBefore):
        await register_centre(**DAKAR, code="SN-DKR-07")

    assert await next_centre_code(country="SN", city="Dakar") == "SN-DKR-08"


async def test_a_code_stays_for_good(host) -> None:
    centre = await register_centre(**DAKAR)

    with pytest.raises(CodeNeverChanges):
        await recode(centre.id, "SN-DKR-99")


async def test_the_letters_of_a_city_are_those_that_it_already_has(host) -> None:
    await register_centre(**{**DAKAR, "city": "Saint-Louis"}, code="SN-STL-01")

    assert await next_centre_code(country="SN", city="ST LOUIS") == "SN-STL-02"
    assert await next_centre_code(country="SN", city="Thiès") == "SN-THS-01"
    with pytest.raises(CountryNotFound):
        await next_centre_code(country="XX", city="Dakar")


async def test_centres_registered_at_once_get_numbers_of_their_own(host) -> None:
    made = await asyncio.gather(*(register_centre(**DAKAR) for _ in range(5)))

    assert sorted(each.code for each in made) == [f"SN-DKR-0{n}" for n in range(1, 6)]


async def test_only_what_is_given_changes(host) -> None:
    before = await register_centre(**DAKAR)

    after = await amend_centre(
        code="SN-DKR-01", revision=1, now=NOW, address="Rue 12", longitude=-17.4
    )

    assert after == dataclasses.replace(before, address="Rue 12", longitude=-17.4, revision=2)


async def test_coordinates_are_judged_together_with_what_stays(host) -> None:
    await register_centre(**{**DAKAR, "latitude": 0.0})

    with pytest.raises(InvalidInput):
        await amend_centre(code="SN-DKR-01", revision=1, now=NOW, longitude=0.0)


async def test_of_racing_changes_to_one_revision_exactly_one_wins(host) -> None:
    await register_centre(**DAKAR)

    outcomes = await asyncio.gather(
        *(
            amend_centre(code="SN-DKR-01", revision=1, now=NOW, name=f"Centre {n}")
            for n in range(6)
        ),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["Centre"] + ["ChangedMeanwhile"] * 5


async def test_a_centre_opens_is_suspended_closes_and_may_open_again(host) -> None:
    await register_centre(**DAKAR)

    states = [
        (await step(code="SN-DKR-01", revision=number, now=NOW)).state
        for number, step in enumerate(
            (open_centre, suspend_centre, open_centre, close_centre, open_centre), start=1
        )
    ]

    assert states == ["open", "suspended", "open", "closed", "open"]


async def test_a_step_that_leads_nowhere_is_refused_in_words(host) -> None:
    await register_centre(**DAKAR)

    with pytest.raises(IllegalCentreStep, match="est prévu : il ne peut pas être suspendu"):
        await suspend_centre(code="SN-DKR-01", revision=None, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        await open_centre(code="SN-DKR-01", revision=9, now=NOW)


async def test_a_centre_does_not_close_while_slots_lie_ahead(database) -> None:
    room, code = await room_with_slot()

    with pytest.raises(CentreStillHoldsSlots) as refused:
        await close_centre(code=code, revision=None, now=NOW)

    assert str(refused.value) == (
        "Créneaux encore offerts : 1, à commencer par :"
        f" {room.code}, samedi 6 mars 2027, 9 h. Annulez-les ou déplacez-les d'abord."
    )
    assert (await read_centre(code=code)).state == "open"


async def test_a_centre_closes_once_its_slots_are_over_or_cancelled(database) -> None:
    room, code = await room_with_slot(datetime(2027, 1, 2, 9))
    await make_slot(room, datetime(2027, 3, 6, 9), state="cancelled", cancel_reason="Examens")

    closed = await close_centre(code=code, revision=None, now=NOW)

    assert closed.state == "closed"


async def test_suspending_leaves_what_was_published(database) -> None:
    _, code = await room_with_slot()

    await suspend_centre(code=code, revision=None, now=NOW)

    assert await Slot.count().where(Slot.state == "open") == 1


async def test_the_zone_stays_while_slots_lie_ahead(database) -> None:
    _, code = await room_with_slot()

    with pytest.raises(CentreStillHoldsSlots) as refused:
        await amend_centre(
            code=code, revision=None, now=NOW, zone="Africa/Lagos", zone_elsewhere=True
        )
    with pytest.raises(NotTheCountrysZone):
        await amend_centre(code=code, revision=None, now=NOW, zone="Africa/Lagos")

    assert refused.value.field == "zone"
    after = datetime(2027, 3, 7, tzinfo=UTC)
    moved = await amend_centre(
        code=code, revision=None, now=after, zone="Africa/Lagos", zone_elsewhere=True
    )
    assert moved.zone == "Africa/Lagos"


async def test_an_unknown_centre_is_not_found(database) -> None:
    for asked in (read_centre(code="X"), close_centre(code="X", revision=None, now=NOW)):
        with pytest.raises(CentreNotFound):
            await asked


async def test_lists_of_centres_are_cut_by_scope_with_one_query(host) -> None:
    for _ in range(3):
        await register_centre(**DAKAR)
    await open_centre(code="SN-DKR-02", revision=None, now=NOW)

    with queries() as asked:
        everywhere = await list_centres(countries=frozenset({"SN"}))

    assert [each.code for each in everywhere] == ["SN-DKR-01", "SN-DKR-02", "SN-DKR-03"]
    assert len(asked) == 1
    assert [each.code for each in await list_centres(state="open")] == ["SN-DKR-02"]
    assert [each.code for each in await list_centres(centres=["SN-DKR-03"])] == ["SN-DKR-03"]
    assert [each.code for each in await list_centres(host="ucad", limit=1)] == ["SN-DKR-01"]
    assert await list_centres(countries=["ML"]) == []
