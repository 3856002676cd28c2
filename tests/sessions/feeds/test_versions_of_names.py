"""What shows in a calendar counts its version up, even when no meetup changes."""

from datetime import UTC, datetime

import pytest

from centres.db import atomic, rows
from sessions.feeds.loading import find_public_calendar
from tests.factories import make_centre, make_country

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "change", ["directions = 'Derrière la pharmacie'", "name = 'Lycée Y'", "city = 'Thiès'"]
)
async def test_a_centre_that_is_described_anew_makes_a_new_version(database, change):
    await make_centre(await make_country(), code="SN-DKR-01", state="open")
    before = (await find_public_calendar("SN-DKR-01")).version

    async with atomic():
        await rows(f"UPDATE centre SET {change} WHERE code = 'SN-DKR-01'")

    assert (await find_public_calendar("SN-DKR-01")).version == before + 1
