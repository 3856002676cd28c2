"""The one geocoder of this process, so that its rate limit and memory are shared by requests."""

import asyncio
from contextlib import AsyncExitStack

from api.settings import Settings
from centres.geocoding import Geocoder, GeocodingSettings, Source
from centres.locating import open_geocoder


class SharedGeocoder:
    """Opens the configured geocoder when it is first asked for, and closes it with the app."""

    def __init__(self, settings: Settings) -> None:
        """Keep the settings; nothing is opened yet."""
        self.settings = GeocodingSettings(
            service=Source(settings.geocoder), domain=settings.geocoder_url or None
        )
        self._stack = AsyncExitStack()
        self._made: Geocoder | None = None
        self._making = asyncio.Lock()

    async def get(self) -> Geocoder:
        """Return the geocoder."""
        async with self._making:
            if self._made is None:
                opened = await open_geocoder(settings=self.settings)
                self._made = await self._stack.enter_async_context(opened)
            return self._made

    async def close(self) -> None:
        """Close its connections."""
        self._made = None
        await self._stack.aclose()
