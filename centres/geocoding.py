"""Turns an address into a point: offline from our own gazetteer, or by a service if one is chosen.

Every answer names its source and its precision, and says why the gazetteer spoke where a service
was meant to. Nothing leaves the machine unless the settings name a service.
"""

import asyncio
import json
import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ssl import SSLContext
from types import TracebackType
from typing import Self

import httpx
from geopy.adapters import AdapterHTTPError, BaseAsyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)
from geopy.geocoders import Nominatim, Photon

from centres.errors import InvalidInput, Refusal
from centres.gazetteer import Gazetteer, Precision, folded
from centres.geo import Point

LONGEST_ADDRESS = 300
PAUSE_AFTER_429_SECONDS = 60.0

# Where a service does not say what kind of thing it found, we claim no more than the city.
_PHOTON_PRECISION = {
    "house": Precision.SITE,
    "street": Precision.STREET,
    "county": Precision.REGION,
    "state": Precision.REGION,
    "country": Precision.COUNTRY,
}


class AddressNotFound(InvalidInput):
    """This address could not be found, not even its town."""


class Source(StrEnum):
    """Who answered."""

    GAZETTEER = "gazetteer"
    NOMINATIM = "nominatim"
    PHOTON = "photon"


@dataclass(frozen=True, slots=True)
class GeocodingSettings:
    """Which service to ask, and how gently. By default none: the gazetteer answers alone.

    `domain` is None for the service's public server, whose rules ask for at most one request a
    second and a `user_agent` that says who is calling. Raises ValueError for anything else.
    """

    service: Source = Source.GAZETTEER
    domain: str | None = None
    user_agent: str = "rendezvous-centres"
    timeout_seconds: float = 5.0
    seconds_between_requests: float = 1.0
    remembered_answers: int = 1000

    def __post_init__(self) -> None:
        if not 0 < self.timeout_seconds <= 60:
            raise ValueError("timeout_seconds must be more than 0 and at most 60")
        if not 0 <= self.seconds_between_requests <= 3600:
            raise ValueError("seconds_between_requests must be in 0..3600")
        if self.remembered_answers < 0:
            raise ValueError("remembered_answers must not be negative")
        if not self.user_agent.strip() or not self.user_agent.isascii():
            raise ValueError("user_agent must say, in ASCII, who is calling")


@dataclass(frozen=True, slots=True)
class Geocoded:
    """A point for an address. `fallback_reason` is "" unless a service was asked in vain."""

    point: Point
    precision: Precision
    label: str
    source: Source
    fallback_reason: str = ""

    @property
    def credit(self) -> str:
        """The credit to show beside the point."""
        if self.source is Source.GAZETTEER:
            return "© GeoNames, CC BY 4.0"
        return "© OpenStreetMap contributors, ODbL"


class HttpxAdapter(BaseAsyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Lets geopy speak over httpx, and httpx's errors come out as geopy's."""

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None = None,
        ssl_context: SSLContext | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Open a client. Proxies come from the environment, as everywhere in httpx."""
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._client = httpx.AsyncClient(transport=transport, verify=ssl_context or True)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self._client.aclose()

    async def get_json(
        self,
        url: str,
        *,
        timeout: float,  # noqa: ASYNC109  # the name is geopy's
        headers: Mapping[str, str],
    ) -> object:
        """Return the parsed JSON at `url`, or raise as `get_text` does or GeocoderParseError."""
        text = await self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except ValueError as error:
            raise GeocoderParseError("the answer is not JSON") from error

    async def get_text(
        self,
        url: str,
        *,
        timeout: float,  # noqa: ASYNC109  # the name is geopy's
        headers: Mapping[str, str],
    ) -> str:
        """Return the text at `url`.

        Raises GeocoderTimedOut once `timeout` seconds are over in all, GeocoderUnavailable if the
        host cannot be reached, AdapterHTTPError for a status that is no success, and
        GeocoderServiceError for the rest.
        """
        try:
            # httpx times each step, so a server that trickles could hold us for ever.
            async with asyncio.timeout(timeout):
                response = await self._client.get(url, headers=dict(headers), timeout=timeout)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise GeocoderTimedOut("the service took too long") from error
        except httpx.NetworkError as error:
            raise GeocoderUnavailable("the service cannot be reached") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GeocoderServiceError(str(error)) from error
        if not response.is_success:
            raise AdapterHTTPError(
                f"status {response.status_code}",
                status_code=response.status_code,
                headers=response.headers,
                text=response.text,
            )
        return response.text


class Geocoder:
    """Finds addresses, remembering what a service answered. Use it in `async with`.

    One per process: it holds the rate limit. `clock` counts seconds and `sleep` waits for some.
    """

    def __init__(
        self,
        *,
        gazetteer: Gazetteer,
        settings: GeocodingSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare to ask the service that `settings` name, through `transport` if one is given."""
        self._gazetteer = gazetteer
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._next_request_at = -math.inf
        self._paused_until = -math.inf
        self._remembered: OrderedDict[tuple[str, str], Geocoded | None] = OrderedDict()
        self._service: Nominatim | Photon | None = None
        if settings.service is not Source.GAZETTEER:
            make = Nominatim if settings.service is Source.NOMINATIM else Photon
            options = {} if settings.domain is None else {"domain": settings.domain}
            self._service = make(
                user_agent=settings.user_agent,
                timeout=settings.timeout_seconds,
                adapter_factory=lambda **given: HttpxAdapter(transport=transport, **given),
                **options,
            )

    async def __aenter__(self) -> Self:
        """Return the geocoder itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection to the service, if there is one."""
        if self._service is not None:
            await self._service.__aexit__(kind, error, trace)

    async def geocode(self, *, address: str, country: str) -> Geocoded:
        """Return the best point for an address in the country of this ISO code.

        A service that fails, refuses or does not know is replaced by the gazetteer, and the answer
        says so. Failures are not remembered. Raises AddressNotFound if neither knows.
        """
        if not address.strip() or len(address) > LONGEST_ADDRESS:
            raise AddressNotFound(
                f"Give an address of 1 to {LONGEST_ADDRESS} characters.", field="address"
            )
        reason = ""
        if self._service is not None:
            try:
                answer = await self._from_memory_or(self._service, address, country)
            except (GeocoderServiceError, _NotUnderstood) as error:
                reason = f"{self._settings.service}: {error}"
            else:
                if answer is not None:
                    return answer
                reason = f"{self._settings.service}: does not know this address"
        return self._offline(address, country, reason)

    def _offline(self, address: str, country: str, reason: str) -> Geocoded:
        found = self._gazetteer.find(address, country, limit=1)
        if not found:
            raise AddressNotFound(
                f"No town is known in {address[:80]!r} ({country}): add the name of a town, or"
                " give the coordinates.",
                field="address",
            )
        best = found[0]
        return Geocoded(best.point, best.precision, best.name, Source.GAZETTEER, reason)

    async def _from_memory_or(
        self, service: Nominatim | Photon, address: str, country: str
    ) -> Geocoded | None:
        key = (folded(address), country)
        if key not in self._remembered:
            async with self._turn:
                # Whoever held the turn before may have asked the same.
                if key not in self._remembered:
                    answer = await self._ask(service, address, country)
                    self._remembered[key] = answer
                    if len(self._remembered) > self._settings.remembered_answers:
                        self._remembered.popitem(last=False)
                    return answer
        self._remembered.move_to_end(key)
        return self._remembered[key]

    async def _ask(
        self, service: Nominatim | Photon, address: str, country: str
    ) -> Geocoded | None:
        """Ask the service in our turn, at most once in the agreed interval."""
        if self._clock() < self._paused_until:
            raise GeocoderServiceError("asked us to wait")
        wait = self._next_request_at - self._clock()
        if wait > 0:
            await self._sleep(wait)
        self._next_request_at = self._clock() + self._settings.seconds_between_requests
        try:
            if self._settings.service is Source.NOMINATIM:
                return await _ask_nominatim(service, address, country)
            return await _ask_photon(service, address, country)
        except GeocoderRateLimited as error:
            pause = error.retry_after or PAUSE_AFTER_429_SECONDS
            self._paused_until = self._clock() + pause
            raise
        except GeocoderServiceError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, Refusal) as error:
            # geopy reads the answer without checking its shape.
            raise _NotUnderstood("answered in a form we do not understand") from error


class _NotUnderstood(Exception):
    """The service answered something else than it should."""


async def _ask_nominatim(service: Nominatim, address: str, country: str) -> Geocoded | None:
    found = await service.geocode(address, country_codes=country.lower())
    if found is None:
        return None
    rank = found.raw.get("place_rank")
    return Geocoded(
        Point(found.latitude, found.longitude),
        _nominatim_precision(rank if isinstance(rank, int) else None),
        str(found.address),
        Source.NOMINATIM,
    )


async def _ask_photon(service: Photon, address: str, country: str) -> Geocoded | None:
    # Photon cannot be asked for one country, so more is asked for and the rest left.
    several = await service.geocode(address, exactly_one=False, limit=10)
    for found in several or ():
        told = found.raw["properties"]
        if str(told.get("countrycode", "")).upper() == country:
            return Geocoded(
                Point(found.latitude, found.longitude),
                _PHOTON_PRECISION.get(str(told.get("type")), Precision.CITY),
                str(found.address),
                Source.PHOTON,
            )
    return None


def _nominatim_precision(place_rank: int | None) -> Precision:
    """Return what a Nominatim place rank stands for: 4 country, 16 city, 26 street, 30 house."""
    if place_rank is None:
        return Precision.CITY
    for highest, precision in (
        (4, Precision.COUNTRY),
        (12, Precision.REGION),
        (25, Precision.CITY),
        (27, Precision.STREET),
    ):
        if place_rank <= highest:
            return precision
    return Precision.SITE
