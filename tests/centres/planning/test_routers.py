"""Minutes from routing services, over a real socket, in each service's own words.

With `RENDEZVOUS_TEST_VALHALLA` naming a real Valhalla, that is asked too.
"""

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx
import numpy as np
import pytest

from centres.geo import Point, distance_matrix_km
from centres.planning.routers import Router, RouterUnavailable, routed_minutes

PLACES = [Point(14 + n / 100, -16 - n / 200) for n in range(60)]


class Service:
    """A routing service that drives straight at 60 km/h, in three dialects; it may be busy."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.key: list[str] = []
        self.busy = 0
        self.says: bytes | None = None

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.busy:
            self.busy -= 1
            return 503, b"busy"
        if self.says is not None:
            return 200, self.says
        address = urlsplit(path)
        if address.path.startswith("/table/v1/"):
            profile, places = re.fullmatch(r"/table/v1/(\w+)/(.*)", address.path).groups()
            assert profile == "driving"
            points = [tuple(map(float, each.split(","))) for each in places.split(";")]
            query = parse_qs(address.query)
            assert query["annotations"] == ["duration"]
            chosen = [
                [points[int(n)] for n in query[name][0].split(";")]
                for name in ("sources", "destinations")
            ]
            table = self.seconds(*chosen)
            return 200, json.dumps({"code": "Ok", "durations": table}).encode()
        sent = json.loads(body)
        if address.path == "/sources_to_targets":
            assert sent["costing"] == "auto"
            ends = [[(e["lon"], e["lat"]) for e in sent[name]] for name in ("sources", "targets")]
            table = [[{"time": time} for time in row] for row in self.seconds(*ends)]
            return 200, json.dumps({"sources_to_targets": table}).encode()
        assert address.path == "/v2/matrix/driving-car"
        self.key.append(headers["authorization"])
        ends = [[sent["locations"][n] for n in sent[name]] for name in ("sources", "destinations")]
        return 200, json.dumps({"durations": self.seconds(*ends)}).encode()

    def seconds(self, origins, destinations) -> list[list[float | None]]:
        km = distance_matrix_km(
            [Point(y, x) for x, y in origins], [Point(y, x) for x, y in destinations]
        )
        return [[None if each > 60 else each * 60 for each in row] for row in km.tolist()]


@asynccontextmanager
async def serving(service: Service) -> AsyncIterator[str]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        headers = {k.lower(): v for k, v in (e.split(": ", 1) for e in lines[1:] if e)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        status, said = service.answer(lines[0].split(" ")[1], headers, body)
        top = f"HTTP/1.1 {status} X\r\ncontent-length: {len(said)}\r\nconnection: close\r\n\r\n"
        writer.write(top.encode() + said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def asked(kind: str, url: str, cache=None, places=PLACES):
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        return await routed_minutes(
            Router(kind, url, "secret"), "car", places, places[:30], client=client,
            cache={} if cache is None else cache, wait_seconds=0.01,
        )  # fmt: skip


@pytest.mark.parametrize(("kind", "tiles"), [("osrm", 2), ("valhalla", 2), ("openrouteservice", 6)])
async def test_each_service_is_asked_in_tiles_and_puts_every_pair_in_its_place(kind, tiles):
    service = Service()

    async with serving(service) as url:
        found = await asked(kind, url)

    km = distance_matrix_km(PLACES, PLACES[:30])
    assert len(service.asked) == tiles
    np.testing.assert_allclose(found, np.where(km > 60, np.nan, km), rtol=1e-6, atol=1e-3)
    assert np.isnan(found).any()
    assert set(service.key) == ({"secret"} if kind == "openrouteservice" else set())


async def test_a_tile_is_asked_for_once():
    service, cache = Service(), {}

    async with serving(service) as url:
        first = await asked("osrm", url, cache)
        again = await asked("osrm", url, cache)

    assert len(service.asked) == 2
    np.testing.assert_array_equal(first, again)


async def test_a_busy_service_is_asked_again_and_a_dead_one_is_said_to_be():
    service = Service()
    service.busy = 2
    async with serving(service) as url:
        found = await asked("valhalla", url, places=PLACES[:30])
        assert (found.shape, len(service.asked)) == ((30, 30), 3)
        service.busy = 99
        with pytest.raises(RouterUnavailable) as refused:
            await asked("valhalla", url, places=PLACES[:30])

    assert refused.value.field == "router"
    with pytest.raises(RouterUnavailable):
        await asked("valhalla", url, places=PLACES[:30])


@pytest.mark.parametrize(
    "says", [b"<html>", b"{}", b'{"durations": [[1]]}', b'{"code": "Ok", "durations": [["x"]]}']
)
async def test_an_answer_that_is_no_table_is_refused(says):
    service = Service()
    service.says = says

    async with serving(service) as url:
        for kind in ("osrm", "valhalla", "openrouteservice"):
            with pytest.raises(RouterUnavailable):
                await asked(kind, url, places=PLACES[:2])


@pytest.mark.skipif(
    "RENDEZVOUS_TEST_VALHALLA" not in os.environ,
    reason="RENDEZVOUS_TEST_VALHALLA names no Valhalla",
)
async def test_a_real_valhalla_answers_with_minutes():
    places = [Point(14.6937, -17.4441), Point(14.791, -16.926)]

    async with httpx.AsyncClient(timeout=30) as client:
        found = await routed_minutes(
            Router("valhalla", os.environ["RENDEZVOUS_TEST_VALHALLA"]), "car", places, places,
            client=client, cache={},
        )  # fmt: skip

    assert 40 < found[0, 1] < 180
