"""Networks whose slots and meetups were planned by other zone rules than those in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from centres.db import rows
from centres.language import Language
from centres.tables import Centre, Country, Room
from sessions.feeds.links import FeedScope
from sessions.feeds.loading import load_feed
from sessions.subscriptions import get_link, open_feed_link
from sessions.tables.learning import CohortGroup, Learner
from sessions.tables.meetups import Meetup
from sessions.tables.slots import Slot
from tests.factories import (
    NOW,
    make_agreement,
    make_centre,
    make_cohort,
    make_country,
    make_group,
    make_hours,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
)

HOUR = timedelta(hours=1)


@dataclass
class Planned:
    """A centre in one zone; its plans were made when clocks were `off` ahead of UTC."""

    country: Country
    centre: Centre
    room: Room
    group: CohortGroup
    learners: list[Learner]
    off: timedelta
    ordinals: int = 0
    meetups: list[Meetup] = field(default_factory=list)

    async def slot(self, wall: datetime, minutes: int = 180, **values: Any) -> Slot:
        starts_at = wall.replace(tzinfo=UTC) - self.off
        instants = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
        return await make_slot(
            values.pop("room", self.room), wall, minutes, **{**instants, **values}
        )

    async def meetup(
        self, wall: datetime, learners: Sequence[Learner] | None = None, **values: Any
    ) -> Meetup:
        slot = await self.slot(wall)
        seated = self.learners if learners is None else learners
        made = await make_meetup(
            values.pop("group", self.group), slot, self.ordinals, seated, **values
        )
        self.ordinals += 1
        self.meetups.append(made)
        return made


async def planned(
    iso2: str, zone: str, off: float, *, mentor: bool = True, learners: int = 2
) -> Planned:
    """A centre with a room, and a group with a mentor, planned at `off` hours ahead of UTC."""
    country = await make_country(iso2=iso2, zone=zone)
    centre = await make_centre(country)
    await make_agreement(centre)
    await make_hours(centre)
    room = await make_room(centre)
    group = await make_group(
        await make_cohort(country),
        centre,
        mentor=await make_mentor(country) if mentor else None,
    )
    members = [await make_learner(country, group) for _ in range(learners)]
    return Planned(country, centre, room, group, members, off * HOUR)


async def calendars(*subjects: tuple[FeedScope, int]) -> dict[tuple[FeedScope, int], int]:
    """A link for each calendar; returns their ids."""
    return {
        (scope, subject): (
            await open_feed_link(
                scope=scope, subject=subject, device="tél", language=Language.FR, now=NOW
            )
        )[0].id
        for scope, subject in subjects
    }


async def bodies(links: dict[Any, int], now: datetime = NOW) -> dict[Any, bytes]:
    """What each calendar says, in bytes."""
    return {
        name: (
            await load_feed(await get_link(link), url_base="https://rendezvous.example", now=now)
        ).render(now)
        for name, link in links.items()
    }


async def every_row() -> dict[str, list[str]]:
    """All rows of all tables, as texts."""
    tables = await rows(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return {
        name: [
            each["row"]
            for each in await rows(f"SELECT t::text AS row FROM {name} AS t ORDER BY t::text")
        ]
        for name in (each["tablename"] for each in tables)
    }
