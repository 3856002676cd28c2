import asyncio
import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from centres.acting import acting_as
from centres.agreement import AgreementState, IllegalAgreementStep
from centres.agreements import Agreement, list_agreement_steps, read_agreement
from centres.errors import InvalidInput
from centres.hosting import amend_agreement, move_agreement, register_agreement
from centres.refusals import (
    AgreementIncomplete,
    AgreementIsClosed,
    AgreementNotFound,
    AgreementsOverlap,
    AgreementStillHoldsSlots,
    StepOutOfOrder,
)
from sessions.tables.slots import Slot
from tests.factories import make_agreement, make_centre, make_country, make_room, make_slot

NOW = datetime(2027, 1, 4, 8, tzinfo=UTC)
MARCH = datetime(2027, 3, 6, 9)
TERMS = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31), "hours_a_week": 20}
OPEN = (AgreementState.NEGOTIATING, AgreementState.AGREED, AgreementState.OPEN)


@pytest.fixture
async def centre(database):
    return await make_centre(await make_country(), code="SN-DKR-01")


async def move(agreement_id: int, *states: AgreementState, **more) -> None:
    for state in states:
        await move_agreement(agreement_id=agreement_id, revision=None, state=state, now=NOW, **more)


async def test_an_agreement_begins_as_a_prospect_in_the_countrys_money(centre) -> None:
    agreement = await register_agreement(centre="SN-DKR-01", now=NOW, host_pays="électricité")

    assert agreement == Agreement(
        id=1,
        centre="SN-DKR-01",
        host=agreement.host,
        country="SN",
        state="prospect",
        starts_on=None,
        ends_on=None,
        hours_a_week=None,
        host_pays="électricité",
        network_pays=None,
        monthly_fee_minor=0,
        currency="XOF",
        note=None,
        assumed=None,
        revision=1,
    )
    assert await read_agreement(agreement_id=1) == agreement


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"centre": "X"}, "centre"),
        ({"ends_on": date(2026, 12, 31)}, "ends_on"),
        ({"hours_a_week": 169}, "hours_a_week"),
        ({"monthly_fee_minor": -1}, "monthly_fee_minor"),
        ({"currency": "CFA franc"}, "currency"),
        ({"on_date": date(2027, 1, 5)}, "on_date"),
    ],
)
async def test_an_agreement_that_cannot_be_is_refused_by_field(centre, wrong, field) -> None:
    with pytest.raises(InvalidInput) as refused:
        await register_agreement(**{"centre": "SN-DKR-01", "now": NOW, **TERMS, **wrong})

    assert refused.value.field == field


async def test_each_step_is_dated_signed_and_kept(centre) -> None:
    with acting_as("account:7"):
        await register_agreement(centre="SN-DKR-01", now=NOW, on_date=date(2026, 11, 2), **TERMS)
        await move(1, AgreementState.NEGOTIATING, on_date=date(2026, 12, 1), note="Visite faite")
    await move(1, AgreementState.AGREED)

    history = await list_agreement_steps(agreement_id=1)

    assert [(each.state, each.on_date, each.note, each.actor) for each in history] == [
        ("prospect", date(2026, 11, 2), None, "account:7"),
        ("negotiating", date(2026, 12, 1), "Visite faite", "account:7"),
        ("agreed", date(2027, 1, 4), None, "system"),
    ]
    assert {each.recorded_at for each in history} == {NOW}


@pytest.mark.parametrize("day", [date(2026, 12, 31), date(2027, 1, 5)])
async def test_a_step_comes_after_the_last_and_not_in_the_future(centre, day) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW, on_date=date(2027, 1, 1))

    with pytest.raises(StepOutOfOrder) as refused:
        await move(1, AgreementState.NEGOTIATING, on_date=day)

    assert refused.value.field == "on_date"


async def test_today_is_the_centres_own(database) -> None:
    await make_centre(await make_country(zone="Pacific/Auckland"), code="SN-DKR-01")
    late = datetime(2027, 1, 4, 20, tzinfo=UTC)

    await register_agreement(centre="SN-DKR-01", now=late)

    assert (await list_agreement_steps(agreement_id=1))[0].on_date == date(2027, 1, 5)


async def test_no_state_is_skipped(centre) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW, **TERMS)

    with pytest.raises(IllegalAgreementStep):
        await move(1, AgreementState.OPEN)

    assert len(await list_agreement_steps(agreement_id=1)) == 1


async def test_nothing_is_agreed_without_days_and_hours(centre) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW, starts_on=TERMS["starts_on"])
    await move(1, AgreementState.NEGOTIATING)

    with pytest.raises(AgreementIncomplete) as refused:
        await move(1, AgreementState.AGREED)
    await amend_agreement(agreement_id=1, revision=None, now=NOW, **TERMS)
    await move(1, AgreementState.AGREED)

    assert refused.value.field == "ends_on"
    with pytest.raises(AgreementIncomplete):
        await amend_agreement(agreement_id=1, revision=None, now=NOW, hours_a_week=None)


async def test_only_what_is_given_changes(centre) -> None:
    before = await register_agreement(centre="SN-DKR-01", now=NOW, **TERMS)

    after = await amend_agreement(
        agreement_id=1, revision=1, now=NOW, monthly_fee_minor=5_000_000, starts_on=None
    )

    assert after == dataclasses.replace(
        before, monthly_fee_minor=5_000_000, starts_on=None, revision=2
    )


async def test_of_racing_changes_to_one_revision_exactly_one_wins(centre) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW, **TERMS)

    outcomes = await asyncio.gather(
        *(amend_agreement(agreement_id=1, revision=1, now=NOW, note=f"Note {n}") for n in range(6)),
        return_exceptions=True,
    )

    names = sorted(type(each).__name__ for each in outcomes)
    assert names == ["Agreement"] + ["ChangedMeanwhile"] * 5


async def test_of_racing_equal_steps_exactly_one_is_taken(centre) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW)

    outcomes = await asyncio.gather(
        *(move(1, AgreementState.NEGOTIATING) for _ in range(6)), return_exceptions=True
    )

    assert [type(each) for each in outcomes].count(IllegalAgreementStep) == 5
    assert len(await list_agreement_steps(agreement_id=1)) == 2


async def test_two_agreements_in_force_never_share_a_day_however_they_race(database) -> None:
    country = await make_country()
    pairs = []
    for _ in range(6):
        centre = await make_centre(country)
        pairs.append([await make_agreement(centre, state="negotiating") for _ in range(2)])

    outcomes = await asyncio.gather(
        *(move(each.id, AgreementState.AGREED) for pair in pairs for each in pair),
        return_exceptions=True,
    )

    names = [type(each).__name__ for each in outcomes]
    assert [sorted(pair) for pair in zip(names[::2], names[1::2], strict=True)] == [
        ["AgreementsOverlap", "NoneType"]
    ] * 6


async def test_a_renewal_starts_the_day_after(centre) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW, **TERMS)
    await move(1, *OPEN)
    await register_agreement(
        centre="SN-DKR-01",
        now=NOW,
        starts_on=date(2028, 1, 1),
        ends_on=date(2028, 12, 31),
        hours_a_week=10,
    )

    await move(2, AgreementState.NEGOTIATING, AgreementState.AGREED)

    with pytest.raises(AgreementsOverlap, match="La convention 1 court du"):
        await amend_agreement(agreement_id=2, revision=None, now=NOW, starts_on=date(2027, 12, 31))


async def test_days_that_slots_ahead_need_cannot_be_cut_off(centre) -> None:
    agreement = await make_agreement(centre)
    room = await make_room(centre)
    for week in range(5):
        await make_slot(room, MARCH + timedelta(weeks=week))

    with pytest.raises(AgreementStillHoldsSlots) as refused:
        await amend_agreement(
            agreement_id=agreement.id, revision=1, now=NOW, ends_on=date(2027, 3, 6)
        )
    last_day = date(2027, 4, 3)
    kept = await amend_agreement(agreement_id=agreement.id, revision=1, now=NOW, ends_on=last_day)

    assert refused.value.field == "ends_on"
    assert refused.value.detail.startswith("Créneaux encore offerts : 4, à commencer par :")
    assert "samedi 13 mars 2027, 9 h" in refused.value.detail
    assert kept.ends_on == last_day
    assert await Slot.count().where(Slot.agreement_ends_on == last_day) == 5


async def test_slots_that_are_over_stay_under_the_days_they_had(centre) -> None:
    agreement = await make_agreement(centre)
    over = await make_slot(await make_room(centre), datetime(2027, 1, 2, 9))

    await amend_agreement(
        agreement_id=agreement.id, revision=1, now=NOW, starts_on=date(2027, 2, 1)
    )

    assert (await Slot.objects().get(Slot.id == over.id)).state == "past"


async def test_a_slot_and_a_shorter_agreement_that_race_never_both_come_through(database) -> None:
    country = await make_country()
    for turn in range(6):
        centre = await make_centre(country)
        agreement = await make_agreement(centre)
        room = await make_room(centre)
        outcomes = await asyncio.gather(
            make_slot(room, MARCH),
            amend_agreement(
                agreement_id=agreement.id, revision=1, now=NOW, ends_on=date(2027, 3, 5)
            ),
            return_exceptions=True,
        )

        held = await Slot.count().where(Slot.room == room.id)
        ends_on = (await read_agreement(agreement_id=agreement.id)).ends_on
        assert (held, ends_on) in ((1, date(2027, 12, 31)), (0, date(2027, 3, 5))), (turn, outcomes)


async def test_hours_that_published_weeks_need_cannot_be_cut_off(centre) -> None:
    agreement = await make_agreement(centre)
    room = await make_room(centre)
    for day in (6, 7, 13):
        await make_slot(room, MARCH.replace(day=day), minutes=240)

    with pytest.raises(AgreementStillHoldsSlots, match="lundi 1er mars 2027") as refused:
        await amend_agreement(agreement_id=agreement.id, revision=1, now=NOW, hours_a_week=7)
    kept = await amend_agreement(agreement_id=agreement.id, revision=1, now=NOW, hours_a_week=8)

    assert refused.value.field == "hours_a_week"
    assert kept.hours_a_week == 8


async def test_an_agreement_closes_only_once_no_slot_lies_ahead(centre) -> None:
    agreement = await make_agreement(centre)
    await make_slot(await make_room(centre), MARCH)

    with pytest.raises(AgreementStillHoldsSlots) as refused:
        await move(agreement.id, AgreementState.CLOSED)
    await move(agreement.id, AgreementState.SUSPENDED)
    closed = await move_agreement(
        agreement_id=agreement.id,
        revision=None,
        state=AgreementState.CLOSED,
        now=NOW + timedelta(days=90),
    )

    assert refused.value.field == "state"
    assert closed.state == "closed"


async def test_a_closed_agreement_is_evidence(centre) -> None:
    await register_agreement(centre="SN-DKR-01", now=NOW)
    await move(1, AgreementState.CLOSED)

    with pytest.raises(AgreementIsClosed):
        await amend_agreement(agreement_id=1, revision=None, now=NOW, note="Perdu")


async def test_an_unknown_agreement_is_not_found(centre) -> None:
    for asked in (
        read_agreement(agreement_id=9),
        list_agreement_steps(agreement_id=9),
        amend_agreement(agreement_id=9, revision=None, now=NOW),
        move_agreement(agreement_id=2**31, revision=None, state=AgreementState.OPEN, now=NOW),
    ):
        with pytest.raises(AgreementNotFound):
            await asked
