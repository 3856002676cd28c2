"""Shell: minutes by road from a routing service, in tiles, each asked for once and kept.

Three services speak their own language: OSRM (`/table/v1/{profile}/lon,lat;...`, seconds, rows of
`durations`), Valhalla (`/sources_to_targets`, a matrix of `{time, distance}` in seconds) and
openrouteservice (`/v2/matrix/{profile}`, seconds, key in `Authorization`). A pair without a road
comes back as NaN, and the rule then stands in.
"""

import asyncio
import hashlib
import json
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass

import httpx
import numpy as np

from centres.errors import Refusal
from centres.geo import Matrix, Point
from centres.language import Sentence

TRIES = 3
PROFILES = {
    "osrm": {"car": "driving", "bus": "driving", "moto": "driving", "bike": "cycling",
             "walk": "foot"},
    "valhalla": {"car": "auto", "bus": "auto", "moto": "motorcycle", "bike": "bicycle",
                 "walk": "pedestrian"},
    "openrouteservice": {"car": "driving-car", "bus": "driving-car", "moto": "driving-car",
                         "bike": "cycling-regular", "walk": "foot-walking"},
}  # fmt: skip
TILES = {"osrm": 50, "valhalla": 50, "openrouteservice": 25}


class RouterUnavailable(Refusal):
    """The routing service gave no answer that can be used."""


@dataclass(frozen=True, slots=True)
class Router:
    """A routing service: `kind` is a key of `PROFILES`, `url` its root, `key` if it wants one."""

    kind: str
    url: str
    key: str | None = None


async def routed_minutes(
    router: Router,
    mode: str,
    origins: Sequence[Point],
    destinations: Sequence[Point],
    *,
    client: httpx.AsyncClient,
    cache: MutableMapping[str, list[list[float | None]]],
    wait_seconds: float = 0.5,
) -> Matrix:
    """Return minutes of all pairs, NaN where the service knows no way.

    A tile that fails by time-out, 429 or 5xx is asked for `TRIES` times in all, ever later. Raises
    RouterUnavailable if it still fails, or answers something else.
    """
    size = TILES[router.kind]
    minutes = np.full((len(origins), len(destinations)), np.nan)
    for top in range(0, len(origins), size):
        for left in range(0, len(destinations), size):
            some, there = origins[top : top + size], destinations[left : left + size]
            tile = await _tile(router, mode, some, there, client, cache, wait_seconds)
            minutes[top : top + len(some), left : left + len(there)] = [
                [np.nan if each is None else each / 60 for each in row] for row in tile
            ]
    return minutes


async def _tile(
    router: Router,
    mode: str,
    origins: Sequence[Point],
    destinations: Sequence[Point],
    client: httpx.AsyncClient,
    cache: MutableMapping[str, list[list[float | None]]],
    wait_seconds: float,
) -> list[list[float | None]]:
    named = repr((router.kind, router.url, mode, tuple(origins), tuple(destinations)))
    key = hashlib.sha256(named.encode()).hexdigest()
    kept = cache.get(key)
    if kept is not None:
        return kept
    for attempt in range(TRIES):
        if attempt:
            await asyncio.sleep(wait_seconds * 2 ** (attempt - 1))
        try:
            answer = await client.send(_request(router, mode, origins, destinations, client))
        except httpx.TransportError:
            continue
        if answer.status_code == 429 or answer.status_code >= 500:
            continue
        tile = _read(router, answer, len(origins), len(destinations))
        cache[key] = tile
        return tile
    raise RouterUnavailable(
        Sentence(
            "Le service d'itinéraires {name} ne répond pas : recommencez plus tard, ou calculez"
            " sans lui.",
            name=router.kind,
        ),
        field="router",
    )


def _request(
    router: Router,
    mode: str,
    origins: Sequence[Point],
    destinations: Sequence[Point],
    client: httpx.AsyncClient,
) -> httpx.Request:
    profile = PROFILES[router.kind][mode]
    root = router.url.rstrip("/")
    both = [*origins, *destinations]
    sources = range(len(origins))
    targets = range(len(origins), len(both))
    if router.kind == "osrm":
        places = ";".join(f"{each.longitude:.5f},{each.latitude:.5f}" for each in both)
        return client.build_request(
            "GET",
            f"{root}/table/v1/{profile}/{places}",
            params={
                "sources": ";".join(map(str, sources)),
                "destinations": ";".join(map(str, targets)),
                "annotations": "duration",
            },
        )
    if router.kind == "valhalla":
        body = {
            "sources": [{"lat": each.latitude, "lon": each.longitude} for each in origins],
            "targets": [{"lat": each.latitude, "lon": each.longitude} for each in destinations],
            "costing": profile,
        }
        return client.build_request("POST", f"{root}/sources_to_targets", json=body)
    return client.build_request(
        "POST",
        f"{root}/v2/matrix/{profile}",
        json={
            "locations": [[each.longitude, each.latitude] for each in both],
            "sources": list(sources),
            "destinations": list(targets),
            "metrics": ["duration"],
        },
        headers={"Authorization": router.key} if router.key else {},
    )


def _read(
    router: Router, answer: httpx.Response, origins: int, destinations: int
) -> list[list[float | None]]:
    try:
        if answer.status_code != 200:
            raise ValueError
        found = json.loads(answer.content)
        if router.kind == "valhalla":
            tile = [[pair["time"] for pair in row] for row in found["sources_to_targets"]]
        elif router.kind == "osrm" and found.get("code") != "Ok":
            raise ValueError
        else:
            tile = found["durations"]
        whole = len(tile) == origins and all(len(row) == destinations for row in tile)
        figures = all(
            each is None or (isinstance(each, int | float) and each >= 0)
            for row in tile
            for each in row
        )
        if not whole or not figures:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RouterUnavailable(
            Sentence(
                "Le service d'itinéraires {name} a répondu autre chose qu'un tableau de trajets"
                " ({status}).",
                name=router.kind,
                status=answer.status_code,
            ),
            field="router",
        ) from error
    return tile
