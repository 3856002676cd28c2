"""Hosts publish slots: each date has its verdict first, then all kept dates are stored or none."""

import asyncio
from datetime import date, datetime, time, timedelta

import pytest

from centres.acting import acting_as
from centres.db import atomic, rows
from centres.errors import Refusal
from centres.refusals import RoomNotFound
from centres.tables import Centre, Room
from centres.zones import InstantExpected, WallTimeExpected
from sessions.recurrence import RuleTooLong, RuleYieldsNothing
from sessions.refusals import (
    AgreementNotInForce,
    DateNotProposed,
    DateNotPublishable,
    NotTheCentresZone,
    RoomNotOffered,
    RoomTaken,
    SeatsDoNotFit,
    SlotEndsBeforeItStarts,
    SlotLengthNotAllowed,
)
from sessions.slot_publishing import preview_slots, publish_slots
from sessions.tables.slots import Series, Slot
from tests.factories import (
    NOW,
    make_agreement,
    make_centre,
    make_closure,
    make_cohort,
    make_country,
    make_group,
    make_holiday,
    make_hours,
    make_meetup,
    make_place,
    make_room,
    make_slot,
)

SATURDAYS = {
    "rule": "FREQ=WEEKLY;BYDAY=SA;COUNT=4",
    "first_date": date(2027, 1, 9),
    "starts": time(9),
    "minutes": 180,
    "now": NOW,
}
JAN_9, JAN_16, JAN_23, JAN_30 = (date(2027, 1, 9) + timedelta(7 * n) for n in range(4))


@pytest.fixture
async def room(database):
    return await make_place()


async def centre_of(room: Room) -> Centre:
    centre = await Centre.objects().get(Centre.id == room.centre)
    assert centre is not None
    return centre


async def stored_slots() -> list[tuple[date, int, bool]]:
    found = await rows("SELECT starts_wall, seats, despite_holiday FROM slot ORDER BY starts_wall")
    return [(each["starts_wall"].date(), each["seats"], each["despite_holiday"]) for each in found]


async def test_a_host_sees_each_date_with_its_verdict_and_nothing_is_stored(room):
    centre = await centre_of(room)
    country = await centre.get_related(Centre.country)
    await make_holiday(country, JAN_16)
    await make_closure(centre, JAN_23, JAN_23)
    taken = await make_slot(room, datetime(2027, 1, 30, 11), 120)

    preview = await preview_slots(room_code=room.code, **SATURDAYS)

    assert [each.kind.value for each in preview.verdicts] == ["ok", "holiday", "closed", "overlaps"]
    assert preview.verdicts[3].findings[0].slot_id == taken.id
    assert (preview.publishable, preview.holidays) == ((JAN_9,), (JAN_16,))
    assert (preview.seats, preview.zone) == (20, "Africa/Dakar")
    assert await Slot.count() == 1
    assert await Series.count() == 0


async def test_the_verdict_names_what_meets_in_the_slot_in_the_way(room):
    centre = await centre_of(room)
    country = await centre.get_related(Centre.country)
    group = await make_group(await make_cohort(country), centre)
    await make_meetup(group, await make_slot(room, datetime(2027, 1, 9, 11), 120))

    preview = await preview_slots(room_code=room.code, **SATURDAYS)

    assert str(preview.verdicts[0].findings[0].sentence) == (
        "Cette salle est déjà prise le samedi 9 janvier 2027, de 11 h à 13 h, par Introduction au"
        f" travail numérique ({group.code}). Choisissez une autre heure ou une autre salle."
    )


async def test_a_preview_takes_five_queries_for_one_date_as_for_fifty(room):
    counts = []
    for dates in (1, 50):
        asked = []
        rule = f"FREQ=WEEKLY;BYDAY=SA;COUNT={dates}"
        async with atomic() as connection:
            with connection.query_logger(asked.append):
                await preview_slots(room_code=room.code, **{**SATURDAYS, "rule": rule})
        counts.append(len(asked))

    assert counts == [5, 5]


async def test_the_dates_kept_become_slots_of_one_series(room):
    published = await publish_slots(room_code=room.code, keep=[JAN_9, JAN_30], **SATURDAYS)

    series = await Series.objects().get(Series.id == published.series)
    assert [each.starts_wall for each in published.slots] == [
        datetime(2027, 1, 9, 9),
        datetime(2027, 1, 30, 9),
    ]
    assert await stored_slots() == [(JAN_9, 20, False), (JAN_30, 20, False)]
    assert (series.rrule, series.starts_minute, series.minutes) == (
        "FREQ=WEEKLY;BYDAY=SA;COUNT=4",
        540,
        180,
    )
    assert series.excluded_dates == [JAN_16, JAN_23]


async def test_single_dates_become_slots_without_a_series(room):
    published = await publish_slots(
        room_code=room.code, starts=time(14), minutes=90, added=[JAN_16, JAN_9], seats=12, now=NOW
    )

    assert published.series is None
    assert await stored_slots() == [(JAN_9, 12, False), (JAN_16, 12, False)]


async def test_a_holiday_is_published_on_purpose_only(room):
    country = await (await centre_of(room)).get_related(Centre.country)
    await make_holiday(country, JAN_16)
    with pytest.raises(DateNotPublishable, match=r"samedi 16 janvier 2027\. Jour férié"):
        await publish_slots(room_code=room.code, **SATURDAYS)

    await publish_slots(room_code=room.code, despite_holidays=[JAN_16], **SATURDAYS)

    assert [each[2] for each in await stored_slots()] == [False, True, False, False]


async def test_one_date_that_cannot_be_published_keeps_all_from_being_stored(room):
    await make_closure(await centre_of(room), JAN_30, JAN_30)

    with pytest.raises(DateNotPublishable) as refused:
        await publish_slots(room_code=room.code, **SATURDAYS)

    assert str(refused.value) == (
        "Rien n'est enregistré, à cause du samedi 30 janvier 2027."
        " Fermé le samedi 30 janvier 2027 : Examens."
    )
    assert (await Slot.count(), await Series.count()) == (0, 0)


async def test_a_taken_room_is_named_with_the_slot_in_the_way(room):
    await make_slot(room, datetime(2027, 1, 16, 8), 120)

    with pytest.raises(RoomTaken, match=r"samedi 16 janvier 2027, de 8 h à 10 h"):
        await publish_slots(room_code=room.code, **SATURDAYS)

    assert await Slot.count() == 1


async def test_twenty_hosts_racing_for_one_hour_make_one_slot(room):
    outcomes = await asyncio.gather(
        *(publish_slots(room_code=room.code, **SATURDAYS) for _ in range(20)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["Published"] + ["RoomTaken"] * 19
    assert (await Slot.count(), await Series.count()) == (4, 1)


async def test_rooms_of_one_centre_racing_for_its_agreed_hours_stay_within_them(room):
    centre = await centre_of(room)
    await rows("UPDATE agreement SET hours_a_week = 6 WHERE centre = $1", centre.id)
    others = [await make_room(centre) for _ in range(4)]

    outcomes = await asyncio.gather(
        *(publish_slots(room_code=each.code, **SATURDAYS) for each in (room, *others)),
        return_exceptions=True,
    )

    assert sorted(type(each).__name__ for each in outcomes) == (
        ["DateNotPublishable"] * 3 + ["Published"] * 2
    )


async def test_dakar_and_lagos_keep_their_own_clocks(database):
    nigeria = await make_country(iso2="NG", zone="Africa/Lagos")
    lagos = await make_place(nigeria)

    published = await publish_slots(room_code=lagos.code, **SATURDAYS)

    first = published.slots[0]
    assert first.starts_wall == datetime(2027, 1, 9, 9)
    assert first.starts_at.isoformat() == "2027-01-09T08:00:00+00:00"


async def test_publishing_says_who_did_it(room):
    with acting_as("account:7"):
        await publish_slots(room_code=room.code, **SATURDAYS)

    written = await rows("SELECT DISTINCT table_name, actor FROM change WHERE actor <> 'system'")
    assert sorted((each["table_name"], each["actor"]) for each in written) == [
        ("series", "account:7"),
        ("slot", "account:7"),
    ]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"room_code": "SN-NOWHERE-R1"}, RoomNotFound),
        ({"minutes": 0}, SlotEndsBeforeItStarts),
        ({"minutes": -60}, SlotEndsBeforeItStarts),
        ({"minutes": 10}, SlotLengthNotAllowed),
        ({"minutes": 1500}, SlotLengthNotAllowed),
        ({"seats": 21}, SeatsDoNotFit),
        ({"seats": 0}, SeatsDoNotFit),
        ({"zone": "Africa/Lagos"}, NotTheCentresZone),
        ({"starts": time(9, tzinfo=NOW.tzinfo)}, WallTimeExpected),
        ({"starts": time(9, 0, 30)}, WallTimeExpected),
        ({"now": NOW.replace(tzinfo=None)}, InstantExpected),
        ({"first_date": None}, RuleYieldsNothing),
        ({"rule": None}, RuleYieldsNothing),
        ({"rule": "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270108"}, RuleYieldsNothing),
        ({"rule": "FREQ=WEEKLY;BYDAY=SA"}, RuleTooLong),
        ({"rule": None, "added": [JAN_9 + timedelta(n) for n in range(501)]}, RuleTooLong),
        ({"keep": [date(2027, 1, 10)]}, DateNotProposed),
        ({"keep": []}, RuleYieldsNothing),
        ({"starts": time(7)}, DateNotPublishable),
        ({"now": NOW + timedelta(30)}, DateNotPublishable),
        ({"first_date": date(2028, 1, 8)}, DateNotPublishable),
    ],
    ids=str,
)
async def test_what_cannot_be_published_is_refused_and_leaves_nothing(room, change, refusal):
    with pytest.raises(refusal) as refused:
        await publish_slots(**{"room_code": room.code, **SATURDAYS, **change})

    assert type(refused.value) is refusal
    assert (await Slot.count(), await Series.count()) == (0, 0)


@pytest.mark.parametrize(
    ("table", "change", "refusal"),
    [
        ("room", "open = false", RoomNotOffered),
        ("centre", "state = 'suspended'", RoomNotOffered),
        ("agreement", "state = 'suspended'", AgreementNotInForce),
        ("agreement", "state = 'negotiating'", AgreementNotInForce),
    ],
)
async def test_a_shut_room_centre_or_agreement_publishes_nothing(room, table, change, refusal):
    await rows(f"UPDATE {table} SET {change}")

    with pytest.raises(refusal):
        await publish_slots(room_code=room.code, **SATURDAYS)

    assert await Slot.count() == 0


async def test_the_agreement_that_covers_the_dates_speaks_for_the_room(database):
    centre = await make_centre()
    await make_hours(centre)
    old = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "state": "closed"}
    await make_agreement(centre, **old)
    now_in_force = await make_agreement(centre)
    next_year = {"starts_on": date(2028, 1, 1), "ends_on": date(2028, 12, 31), "state": "agreed"}
    await make_agreement(centre, **next_year)
    room = await make_room(centre)

    await publish_slots(room_code=room.code, **SATURDAYS)

    used = await rows("SELECT DISTINCT agreement FROM slot")
    assert [each["agreement"] for each in used] == [now_in_force.id]


def test_every_refusal_of_publishing_says_what_it_is_in_a_sentence():
    for refusal in (AgreementNotInForce, DateNotProposed, DateNotPublishable, RoomNotOffered):
        assert issubclass(refusal, Refusal)
        assert (refusal.__doc__ or "").endswith(".")
