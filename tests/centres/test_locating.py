import httpx
import pytest

from centres.db import atomic
from centres.errors import InvalidInput
from centres.gazetteer import Precision
from centres.geo import Point
from centres.geocoding import AddressNotFound, GeocodingSettings, Source
from centres.locating import forget_towns, locate, open_geocoder, towns
from centres.tables import Locality
from tests.counting import queries
from tests.factories import make_country


@pytest.fixture
async def places(database):
    forget_towns()
    country = await make_country()
    async with atomic():
        await Locality.insert(
            Locality(
                geonameid=2243940,
                country=country,
                name="Thiès",
                admin1="Thiès",
                population=320_000,
                latitude=14.79,
                longitude=-16.93,
            ),
            Locality(country=country, name="Keur Inventé", latitude=14.5, longitude=-16.5),
        )
    yield country
    forget_towns()


async def test_an_address_is_found_offline_to_its_town_and_says_so(places) -> None:
    async with await open_geocoder(settings=GeocodingSettings()) as geocoder:
        found = await locate(geocoder=geocoder, address="rue 12, Thies", country="SN")

    assert (found.point, found.precision) == (Point(14.79, -16.93), Precision.CITY)
    assert (found.label, found.source) == ("Thiès", Source.GAZETTEER)


async def test_a_town_without_a_geonames_number_is_known_too(places) -> None:
    found = (await towns()).find("Keur Inventé", "SN")

    assert [(each.name, each.admin1, each.code < 0) for each in found] == [
        ("Keur Inventé", "", True)
    ]


async def test_the_towns_are_read_once_until_they_are_forgotten(places) -> None:
    with queries() as asked:
        first = await towns()
        second = await towns()
    forget_towns()
    third = await towns()

    assert first is second
    assert third is not first
    assert len(asked) == 1


async def test_a_service_is_asked_when_the_settings_name_one(places) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        found = {"lat": "14.8", "lon": "-16.9", "display_name": "Rue 12", "place_rank": 30}
        return httpx.Response(200, json=[found])

    settings = GeocodingSettings(service=Source.NOMINATIM, seconds_between_requests=0)
    async with await open_geocoder(
        settings=settings, transport=httpx.MockTransport(answer)
    ) as geocoder:
        found = await locate(geocoder=geocoder, address="rue 12, Thiès", country="SN")

    assert (found.precision, found.source) == (Precision.SITE, Source.NOMINATIM)


async def test_only_addresses_of_the_networks_countries_are_looked_for(places) -> None:
    async with await open_geocoder(settings=GeocodingSettings()) as geocoder:
        with pytest.raises(InvalidInput) as refused:
            await locate(geocoder=geocoder, address="Bamako", country="ML")
        with pytest.raises(AddressNotFound):
            await locate(geocoder=geocoder, address="Atlantide", country="SN")

    assert refused.value.field == "country"
