"""Shell: the UIDs of new meetups, which they keep for life.

Each is a UUID of version 8: what this network drew once, then a serial number. Random ones would
make up more than half of a compressed feed.
"""

from uuid import UUID

from centres.db import rows


async def new_uids(count: int) -> list[UUID]:
    """Return that many UIDs which no meetup has had; a rollback leaves some unused."""
    found = await rows("SELECT next_meetup_uid() AS uid FROM generate_series(1, $1::int)", count)
    return [UUID(str(each["uid"])) for each in found]
