import asyncio

import pytest

from centres.errors import ChangedMeanwhile, InvalidInput
from centres.refusals import CodeUsedBefore, RegionNotFound
from centres.regions import Region, amend_region, list_regions, read_region, register_region


async def test_a_registered_region_is_read_by_its_code(database) -> None:
    registered = await register_region(code="AO", name="  Afrique de l'Ouest ")

    assert registered == Region(id=1, code="AO", name="Afrique de l'Ouest", revision=1)
    assert await read_region(code="AO") == registered


async def test_a_code_belongs_to_one_region(database) -> None:
    await register_region(code="AO", name="Afrique de l'Ouest")

    with pytest.raises(CodeUsedBefore):
        await register_region(code="AO", name="Océan")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "A O", "name": "Ouest"}, "code"),
        ({"code": "", "name": "Ouest"}, "code"),
        ({"code": "AO\0", "name": "Ouest"}, "code"),
        ({"code": "AO", "name": "   "}, "name"),
        ({"code": "AO", "name": "x" * 121}, "name"),
        ({"code": "AO", "name": "Ouest\0"}, "name"),
    ],
)
async def test_a_region_that_cannot_be_named_is_refused(database, values, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register_region(**values)

    assert refused.value.field == field
    assert await list_regions() == []


async def test_only_what_is_given_changes(database) -> None:
    before = await register_region(code="AO", name="Ouest")

    same = await amend_region(code="AO", revision=1)
    after = await amend_region(code="AO", revision=None, name="Afrique de l'Ouest")

    assert same == before
    assert after == Region(id=before.id, code="AO", name="Afrique de l'Ouest", revision=2)


async def test_of_two_racing_changes_to_one_revision_exactly_one_wins(database) -> None:
    await register_region(code="AO", name="Ouest")

    outcomes = await asyncio.gather(
        *(amend_region(code="AO", revision=1, name=f"Nom {n}") for n in range(8)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["ChangedMeanwhile"] * 7 + ["Region"]
    assert (await read_region(code="AO")).revision == 2


async def test_an_unknown_region_is_not_found(database) -> None:
    with pytest.raises(RegionNotFound):
        await read_region(code="X\0")
    with pytest.raises(RegionNotFound):
        await amend_region(code="X", revision=None, name="Y")


async def test_a_stale_change_says_what_changed(database) -> None:
    await register_region(code="AO", name="Ouest")

    with pytest.raises(ChangedMeanwhile, match="AO"):
        await amend_region(code="AO", revision=7, name="Y")


async def test_regions_come_in_pages(database) -> None:
    for number in range(5):
        await register_region(code=f"R{number}", name="Région")

    first = await list_regions(limit=3)
    rest = await list_regions(after_id=first[-1].id, limit=3)

    assert [each.code for each in first + rest] == ["R0", "R1", "R2", "R3", "R4"]


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"after_id": -1}, "after_id"),
        ({"after_id": 2**31}, "after_id"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(database, page, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        await list_regions(**page)

    assert refused.value.field == field
