import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.countries import (
    amend_country,
    list_countries,
    read_country,
    register_country,
    zone_in_country,
)
from centres.errors import InvalidInput
from centres.refusals import CodeUsedBefore, CountryNotFound, NotTheCountrysZone
from centres.regions import register_region
from centres.zones import UnknownZone
from tests.counting import queries

SENEGAL = {
    "iso2": "SN",
    "region": "AO",
    "name_fr": "Sénégal",
    "name_en": "Senegal",
    "name_pt": "Senegal",
    "zone": "Africa/Dakar",
    "currency": "XOF",
    "phone_prefix": "+221",
}


@pytest.fixture
async def region(database):
    return await register_region(code="AO", name="Afrique de l'Ouest")


async def test_a_country_carries_its_zone_money_weekend_and_languages(region) -> None:
    country = await register_country(**SENEGAL, weekend_days=[6, 5, 5], languages=["fr", "wo"])

    assert dataclasses.asdict(country) == {
        **SENEGAL,
        "id": 1,
        "weekend_days": (5, 6),
        "languages": ("fr", "wo"),
        "revision": 1,
    }
    assert await read_country(iso2="SN") == country


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"iso2": "sn"}, "iso2"),
        ({"region": "??"}, "region"),
        ({"name_fr": ""}, "name_fr"),
        ({"zone": "Dakar"}, "zone"),
        ({"currency": "F CFA"}, "currency"),
        ({"phone_prefix": "221"}, "phone_prefix"),
        ({"weekend_days": [7]}, "weekend_days"),
        ({"languages": ["français"]}, "languages"),
    ],
)
async def test_a_country_that_cannot_be_is_refused_by_field(region, wrong, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register_country(**{**SENEGAL, **wrong})

    assert refused.value.field == field
    assert await list_countries() == []


async def test_a_country_is_registered_once(region) -> None:
    await register_country(**SENEGAL)

    with pytest.raises(CodeUsedBefore):
        await register_country(**SENEGAL)


async def test_only_what_is_given_changes(region) -> None:
    before = await register_country(**SENEGAL)
    await register_region(code="OI", name="Océan Indien")

    after = await amend_country(iso2="SN", revision=1, region="OI", weekend_days=[4, 5])

    changed = {"region": "OI", "weekend_days": (4, 5), "revision": 2}
    assert after == dataclasses.replace(before, **changed)


async def test_an_unknown_country_is_not_found(region) -> None:
    with pytest.raises(CountryNotFound):
        await read_country(iso2="XX")
    with pytest.raises(CountryNotFound):
        await amend_country(iso2="XX", revision=None, name_fr="Y")


async def test_lists_are_cut_to_countries_and_regions_with_one_query(region) -> None:
    await register_region(code="OI", name="Océan Indien")
    for iso2, home in (("SN", "AO"), ("ML", "AO"), ("MG", "OI")):
        await register_country(**{**SENEGAL, "iso2": iso2, "region": home})

    with queries() as asked:
        west = await list_countries(region="AO")
    two = await list_countries(countries=frozenset({"MG", "SN"}))

    assert [each.iso2 for each in west] == ["SN", "ML"]
    assert [each.iso2 for each in two] == ["SN", "MG"]
    assert await list_countries(countries=[]) == []
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("zone", "elsewhere", "kept"),
    [
        (None, False, "Europe/Lisbon"),
        ("Europe/Lisbon", False, "Europe/Lisbon"),
        ("Atlantic/Azores", False, "Atlantic/Azores"),
        ("Africa/Dakar", True, "Africa/Dakar"),
    ],
)
def test_a_centre_keeps_a_zone_of_its_country_or_one_named_on_purpose(
    zone, elsewhere, kept
) -> None:
    assert zone_in_country(zone, iso2="PT", usual="Europe/Lisbon", elsewhere=elsewhere) == kept


def test_another_countrys_zone_is_taken_for_a_mistake() -> None:
    with pytest.raises(NotTheCountrysZone, match="Africa/Dakar") as refused:
        zone_in_country("Africa/Porto-Novo", iso2="SN", usual="Africa/Dakar", elsewhere=False)

    assert refused.value.field == "zone"


@given(st.text(max_size=20), st.booleans())
def test_no_text_is_kept_as_a_zone_unless_it_is_one(text, elsewhere) -> None:
    with pytest.raises((UnknownZone, NotTheCountrysZone)):
        zone_in_country(f"{text}?", iso2="SN", usual="Africa/Dakar", elsewhere=elsewhere)
