"""Write the demonstration's centres and their agreements in bulk, inside an open transaction."""

from datetime import date, datetime, timedelta
from typing import Any

from centres.db import copy_rows
from centres.tables import (
    Agreement,
    AgreementStep,
    Centre,
    Closure,
    Country,
    Host,
    OpeningHours,
    Room,
)
from seed.load import ids_by
from seed.world.build import World, week_starts


async def write_network(world: World, *, monday: date, now: datetime) -> None:
    """Write centres with their rooms, hours, closures, agreements and the agreements' history.

    Week 0 begins on `monday`. The hosts have to be there.
    """
    hosts, countries = await ids_by(Host, "code"), await ids_by(Country, "iso2")
    await copy_rows(
        Centre,
        [
            "code", "host", "country", "name", "city", "directions", "latitude", "longitude",
            "precision", "zone", "contact_role", "state", "assumed", "source",
        ],
        [
            (
                each.code,
                hosts[each.host_code],
                countries[each.country],
                each.name,
                each.city,
                each.directions,
                each.point.latitude,
                each.point.longitude,
                each.precision.value,
                each.zone,
                each.contact_role,
                each.state,
                each.assumed,
                each.source,
            )
            for each in world.centres
        ],
    )  # fmt: skip
    centres = await ids_by(Centre, "code")
    await _write_rooms(world, centres)
    await copy_rows(
        OpeningHours,
        ["centre", "weekday", "opens_minute", "closes_minute"],
        [
            (centres[each.code], hours.weekday, hours.opens_minute, hours.closes_minute)
            for each in world.centres
            for hours in each.hours
        ],
    )
    await copy_rows(
        Closure,
        ["centre", "first_day", "last_day", "reason"],
        [
            (
                centres[each.code],
                week_starts(monday, closure.week),
                week_starts(monday, closure.week + 1) - timedelta(days=1),
                closure.reason,
            )
            for each in world.centres
            for closure in each.closures
        ],
    )
    await _write_agreements(world, centres, monday=monday, now=now)


async def _write_rooms(world: World, centres: dict[str, int]) -> None:
    await copy_rows(
        Room,
        [
            "code", "centre", "name", "seats", "computers", "equipment", "step_free",
            "access_note", "assumed",
        ],
        [
            (
                room.code,
                centres[each.code],
                room.name,
                room.seats,
                room.computers,
                list(room.equipment),
                room.step_free,
                room.access_note,
                room.assumed,
            )
            for each in world.centres
            for room in each.rooms
        ],
    )  # fmt: skip


async def _write_agreements(
    world: World, centres: dict[str, int], *, monday: date, now: datetime
) -> None:
    records: list[tuple[Any, ...]] = []
    for each in world.centres:
        terms = each.agreement
        starts = None if terms.first_week is None else week_starts(monday, terms.first_week)
        ends = None
        if terms.last_week is not None:
            ends = week_starts(monday, terms.last_week + 1) - timedelta(days=1)
        records.append(
            (
                centres[each.code],
                terms.state.value,
                starts,
                ends,
                terms.hours_a_week,
                terms.host_pays,
                terms.network_pays,
                terms.fee_minor,
                terms.currency,
                terms.note,
                terms.assumed,
            )
        )
    await copy_rows(
        Agreement,
        [
            "centre", "state", "starts_on", "ends_on", "hours_a_week", "host_pays",
            "network_pays", "monthly_fee_minor", "currency", "note", "assumed",
        ],
        records,
    )  # fmt: skip
    agreements = await ids_by(Agreement, "centre")
    await copy_rows(
        AgreementStep,
        ["agreement", "state", "on_date", "note", "actor", "recorded_at"],
        [
            (
                agreements[centres[each.code]],
                step.state.value,
                week_starts(monday, step.week),
                step.note,
                "seed",
                now,
            )
            for each in world.centres
            for step in each.agreement.steps
        ],
    )
