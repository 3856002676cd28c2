"""Addresses to points, with the service faked beyond the socket."""

import asyncio

import httpx
import pytest

from centres.gazetteer import Gazetteer, Locality, Precision
from centres.geo import Point
from centres.geocoding import (
    AddressNotFound,
    Geocoded,
    Geocoder,
    GeocodingSettings,
    Source,
)

THIES = Point(14.78908, -16.92605)
GAZETTEER = Gazetteer([Locality(1, "Thiès", "SN", "Thiès", 317_763, THIES)])
ADDRESS = "rue X, Thiès"


class Clock:
    """A clock that only sleeping moves, and that remembers each sleep."""

    def __init__(self):
        self.now = 1000.0
        self.slept = []

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def geocoder(answer, service=Source.NOMINATIM, clock=None, **settings):
    """Return a geocoder whose service is `answer`, and the list of requests it will get."""
    requests = []

    async def reply(request):
        requests.append(request)
        result = answer(request)
        return await result if asyncio.iscoroutine(result) else result

    clock = clock or Clock()
    made = Geocoder(
        gazetteer=GAZETTEER,
        settings=GeocodingSettings(service=service, **settings),
        transport=httpx.MockTransport(reply),
        clock=clock,
        sleep=clock.sleep,
    )
    return made, requests


def nominatim(**place):
    found = {"lat": "14.7911", "lon": "-16.9251", "display_name": "Lycée Malick Sy, Thiès", **place}
    return lambda _: httpx.Response(200, json=[found])


def photon(*features):
    return lambda _: httpx.Response(
        200,
        json={
            "features": [
                {"geometry": {"coordinates": [lon, lat]}, "properties": properties}
                for lon, lat, properties in features
            ]
        },
    )


async def test_by_default_nothing_leaves_the_machine():
    made, requests = geocoder(nominatim(), service=Source.GAZETTEER)

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert found == Geocoded(THIES, Precision.CITY, "Thiès", Source.GAZETTEER)
    assert found.credit == "© GeoNames, CC BY 4.0"
    assert requests == []


async def test_nominatim_is_asked_politely_and_for_one_country():
    made, requests = geocoder(
        nominatim(place_rank=30), user_agent="centres of Thies test", domain="osm.example"
    )

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert found == Geocoded(
        Point(14.7911, -16.9251), Precision.SITE, "Lycée Malick Sy, Thiès", Source.NOMINATIM
    )
    assert found.credit == "© OpenStreetMap contributors, ODbL"
    (request,) = requests
    assert request.url.host == "osm.example"
    assert request.url.params["q"] == ADDRESS
    assert request.url.params["countrycodes"] == "sn"
    assert request.headers["user-agent"] == "centres of Thies test"


@pytest.mark.parametrize(
    ("place", "precision"),
    [
        ({"place_rank": 4}, Precision.COUNTRY),
        ({"place_rank": 8}, Precision.REGION),
        ({"place_rank": 16}, Precision.CITY),
        ({"place_rank": 22}, Precision.CITY),
        ({"place_rank": 26}, Precision.STREET),
        ({"place_rank": 30}, Precision.SITE),
        ({}, Precision.CITY),
        ({"place_rank": "high"}, Precision.CITY),
    ],
)
async def test_nominatim_s_rank_becomes_a_precision(place, precision):
    made, _ = geocoder(nominatim(**place))

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert found.precision is precision


@pytest.mark.parametrize(
    ("kind", "precision"),
    [
        ("house", Precision.SITE),
        ("street", Precision.STREET),
        ("district", Precision.CITY),
        ("state", Precision.REGION),
        ("country", Precision.COUNTRY),
        (None, Precision.CITY),
    ],
)
async def test_photon_s_first_answer_in_the_country_counts(kind, precision):
    made, _ = geocoder(
        photon(
            (2.35, 48.85, {"countrycode": "FR", "name": "Paris", "type": "house"}),
            (-16.93, 14.79, {"countrycode": "SN", "name": "Lycée", "type": kind}),
        ),
        service=Source.PHOTON,
    )

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert found == Geocoded(Point(14.79, -16.93), precision, "Lycée", Source.PHOTON)


def too_slow(_):
    raise httpx.ReadTimeout("slow")


def unreachable(_):
    raise httpx.ConnectError("no route")


def broken(_):
    raise httpx.RemoteProtocolError("nonsense")


@pytest.mark.parametrize("service", [Source.NOMINATIM, Source.PHOTON])
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (too_slow, "took too long"),
        (unreachable, "cannot be reached"),
        (broken, "nonsense"),
        (lambda _: httpx.Response(429), "status 429"),
        (lambda _: httpx.Response(500, text="oops"), "status 500"),
        (lambda _: httpx.Response(302, headers={"location": "/x"}), "status 302"),
        (lambda _: httpx.Response(200, text="<html>"), "not JSON"),
        (lambda _: httpx.Response(200, text='{"features": [{}]}'), "do not understand"),
        (lambda _: httpx.Response(200, json=[{"lat": "north", "lon": 1}]), "do not understand"),
        (lambda _: httpx.Response(200, json=7), "do not understand"),
    ],
)
async def test_when_the_service_fails_the_gazetteer_answers_and_says_why(answer, reason, service):
    made, _ = geocoder(answer, service=service)

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert (found.point, found.precision, found.source) == (
        THIES,
        Precision.CITY,
        Source.GAZETTEER,
    )
    assert found.fallback_reason.startswith(f"{service}: ")
    assert reason in found.fallback_reason


async def test_a_service_that_never_ends_its_answer_is_given_up():
    made, _ = geocoder(lambda _: asyncio.sleep(60), timeout_seconds=0.05)

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert found.fallback_reason == "nominatim: the service took too long"


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        (Source.NOMINATIM, lambda _: httpx.Response(200, json=[])),
        (Source.PHOTON, photon()),
        (Source.PHOTON, photon((2.35, 48.85, {"countrycode": "FR"}))),
    ],
)
async def test_an_address_that_the_service_does_not_know_may_still_have_a_known_town(
    service, answer
):
    made, _ = geocoder(answer, service=service)

    async with made:
        found = await made.geocode(address=ADDRESS, country="SN")

    assert found == Geocoded(
        THIES,
        Precision.CITY,
        "Thiès",
        Source.GAZETTEER,
        f"{service}: does not know this address",
    )


@pytest.mark.parametrize("address", ["Nulle part", "", "   ", "x" * 301])
async def test_an_address_that_nobody_knows_is_refused(address):
    made, _ = geocoder(lambda _: httpx.Response(200, json=[]))

    async with made:
        with pytest.raises(AddressNotFound) as refused:
            await made.geocode(address=address, country="SN")

    assert refused.value.field == "address"


async def test_requests_keep_a_second_apart_even_when_asked_at_once():
    clock = Clock()
    made, requests = geocoder(nominatim(), clock=clock)

    async with made:
        await asyncio.gather(
            *(made.geocode(address=f"rue {number}, Thiès", country="SN") for number in range(3))
        )

    assert len(requests) == 3
    assert clock.slept == [1.0, 1.0]


async def test_an_answer_is_remembered_however_it_is_spelt():
    made, requests = geocoder(nominatim())

    async with made:
        found = await asyncio.gather(
            *(made.geocode(address=text, country="SN") for text in (ADDRESS, "RUE X - THIES"))
        )

    assert found[0] == found[1]
    assert len(requests) == 1


async def test_the_oldest_answer_is_forgotten_when_memory_is_full():
    made, requests = geocoder(nominatim(), remembered_answers=2)

    async with made:
        for address in ("rue A", "rue B", "rue A", "rue C", "rue A", "rue B"):
            await made.geocode(address=address, country="SN")

    assert [request.url.params["q"] for request in requests] == ["rue A", "rue B", "rue C", "rue B"]


async def test_a_failure_is_not_remembered():
    answers = iter([httpx.Response(503), nominatim()(None)])
    made, _ = geocoder(lambda _: next(answers))

    async with made:
        found = [await made.geocode(address=ADDRESS, country="SN") for _ in range(2)]

    assert [each.source for each in found] == [Source.GAZETTEER, Source.NOMINATIM]


async def test_after_too_many_requests_the_service_is_left_alone_as_long_as_it_asks():
    clock = Clock()
    answers = iter([httpx.Response(429, headers={"retry-after": "30"}), nominatim()(None)])
    made, requests = geocoder(lambda _: next(answers), clock=clock)

    async with made:
        sources = []
        for seconds in (0, 29, 1):
            clock.now += seconds
            sources.append((await made.geocode(address=ADDRESS, country="SN")).source)

    assert sources == [Source.GAZETTEER, Source.GAZETTEER, Source.NOMINATIM]
    assert len(requests) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout_seconds": 0},
        {"seconds_between_requests": -1},
        {"remembered_answers": -1},
        {"user_agent": " "},
        {"user_agent": "Thiès"},
    ],
)
def test_settings_that_cannot_work_are_a_mistake(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        GeocodingSettings(**wrong)
