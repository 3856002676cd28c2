"""Shell: agreements with hosts, from prospect to closed, and their dated history.

Only an agreement that is agreed or open lets slots be published. Suspended, it lets nothing new
be published, and what was published stays until its host cancels it or registers a closure. It
closes only once no slot lies ahead, and then stays as it is: a host who comes back signs another.
"""

from datetime import date, datetime
from typing import Any

from msgspec import UNSET, UnsetType

from centres import fields, tables
from centres.acting import current_actor
from centres.agreement import AgreementState, require_transition, weeks_over
from centres.agreements import IN_FORCE, Agreement, read_agreement
from centres.db import atomic, retried, rows
from centres.heldslots import (
    hold_calendar,
    retire_past_slots,
    slots_of_agreement,
    slots_outside,
    walls_of_agreement,
)
from centres.language import Sentence
from centres.records import add, change, given, lock, referred
from centres.refusals import (
    AgreementEndsBeforeItStarts,
    AgreementIncomplete,
    AgreementIsClosed,
    AgreementNotFound,
    AgreementsOverlap,
    AgreementStillHoldsSlots,
    CentreNotFound,
    StepOutOfOrder,
)
from centres.zones import to_wall

MOST_FEE = 9_000_000_000_000


async def register_agreement(
    *,
    centre: str,
    now: datetime,
    on_date: date | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    hours_a_week: int | None = None,
    host_pays: str | None = None,
    network_pays: str | None = None,
    monthly_fee_minor: int = 0,
    currency: str | None = None,
    note: str | None = None,
    assumed: str | None = None,
) -> Agreement:
    """Add a prospect, with whatever is known of its terms; the money is the country's by default.

    Its history begins `on_date`, today at the centre by default. Raises InvalidInput.
    """
    _require_order(starts_on, ends_on)
    values = given(
        state=AgreementState.PROSPECT.value,
        starts_on=starts_on,
        ends_on=ends_on,
        hours_a_week=_hours(hours_a_week),
        host_pays=fields.words(host_pays, "host_pays"),
        network_pays=fields.words(network_pays, "network_pays"),
        monthly_fee_minor=fields.between(monthly_fee_minor, 0, MOST_FEE, "monthly_fee_minor"),
        note=fields.words(note, "note"),
        assumed=fields.words(assumed, "assumed"),
    )
    async with atomic():
        home = await referred(tables.Centre, centre, "centre")
        values["centre"] = home["id"]
        values["currency"] = (
            await _money_of(home["country"]) if currency is None else fields.currency(currency)
        )
        agreement_id = await add(tables.Agreement, values)
        day = _step_date(on_date, since=None, today=to_wall(now, home["zone"]).date())
        await _record(agreement_id, AgreementState.PROSPECT, day, None, now)
        return await read_agreement(agreement_id=agreement_id)


@retried
async def amend_agreement(
    *,
    agreement_id: int,
    revision: int | None,
    now: datetime,
    starts_on: date | UnsetType | None = UNSET,
    ends_on: date | UnsetType | None = UNSET,
    hours_a_week: int | UnsetType | None = UNSET,
    host_pays: str | UnsetType | None = UNSET,
    network_pays: str | UnsetType | None = UNSET,
    monthly_fee_minor: int | UnsetType = UNSET,
    currency: str | UnsetType = UNSET,
    note: str | UnsetType | None = UNSET,
    assumed: str | UnsetType | None = UNSET,
) -> Agreement:
    """Change what is given, if the agreement still has this revision and is not closed.

    Raises AgreementStillHoldsSlots if a slot that lies ahead would be left outside the days, or a
    week over the hours; AgreementsOverlap, AgreementIncomplete, AgreementEndsBeforeItStarts.
    """
    values = given(
        starts_on=starts_on,
        ends_on=ends_on,
        hours_a_week=hours_a_week if hours_a_week is UNSET else _hours(hours_a_week),
        host_pays=host_pays if host_pays is UNSET else fields.words(host_pays, "host_pays"),
        network_pays=UNSET if network_pays is UNSET else fields.words(network_pays, "network_pays"),
        monthly_fee_minor=UNSET
        if monthly_fee_minor is UNSET
        else fields.between(monthly_fee_minor, 0, MOST_FEE, "monthly_fee_minor"),
        currency=currency if currency is UNSET else fields.currency(currency),
        note=note if note is UNSET else fields.words(note, "note"),
        assumed=assumed if assumed is UNSET else fields.words(assumed, "assumed"),
    )
    async with atomic():
        before = await _lock(agreement_id, revision)
        if before["state"] == AgreementState.CLOSED:
            raise AgreementIsClosed(
                Sentence("Cette convention est close : signez-en une nouvelle."), field="state"
            )
        after = {**before, **values}
        _require_order(after["starts_on"], after["ends_on"])
        _require_terms(after)
        await _require_alone(after)
        await _require_room_for_slots(before, after, now)
        await change(tables.Agreement, agreement_id, values)
        return await read_agreement(agreement_id=agreement_id)


@retried
async def move_agreement(
    *,
    agreement_id: int,
    revision: int | None,
    state: AgreementState,
    now: datetime,
    on_date: date | None = None,
    note: str | None = None,
) -> Agreement:
    """Take an agreement one step further and write the step into its history.

    `on_date` is the day it happened, today at the centre by default. Raises IllegalAgreementStep,
    AgreementIncomplete, AgreementsOverlap, StepOutOfOrder, and AgreementStillHoldsSlots for one
    that cannot close yet.
    """
    said = fields.words(note, "note")
    async with atomic():
        before = await _lock(agreement_id, revision)
        require_transition(AgreementState(before["state"]), state)
        last = await rows(
            "SELECT on_date FROM agreement_step WHERE agreement = $1 ORDER BY id DESC LIMIT 1",
            agreement_id,
        )
        day = _step_date(
            on_date,
            since=last[0]["on_date"] if last else None,
            today=to_wall(now, before["zone"]).date(),
        )
        after = {**before, "state": state.value}
        _require_terms(after)
        await _require_alone(after)
        if state is AgreementState.CLOSED:
            held = await slots_of_agreement(agreement_id, now=now)
            if held:
                raise AgreementStillHoldsSlots(held.sentence(), field="state")
        await change(tables.Agreement, agreement_id, {"state": state.value})
        await _record(agreement_id, state, day, said, now)
        return await read_agreement(agreement_id=agreement_id)


async def _lock(agreement_id: int, revision: int | None) -> dict[str, Any]:
    """Return the agreement with the zone and code of its centre, its calendar held.

    The centre comes first, so that two agreements with it cannot both come into force at once;
    then its agreements in the order that publishing takes; then this one against new slots.
    """
    home = await rows(
        "SELECT c.id, c.code, c.zone FROM centre c JOIN agreement a ON a.centre = c.id"
        " WHERE a.id = $1::bigint",
        agreement_id,
    )
    if not home:
        raise AgreementNotFound(fields.unknown(agreement_id), field="id")
    await lock(tables.Centre, home[0]["code"], None, CentreNotFound)
    await hold_calendar(home[0]["id"])
    row = await lock(
        tables.Agreement,
        agreement_id,
        revision,
        AgreementNotFound,
        column="id",
        against_pointing=True,
    )
    return {**row, "zone": home[0]["zone"]}


async def _require_alone(after: dict[str, Any]) -> None:
    if after["state"] not in IN_FORCE:
        return
    others = await rows(
        """SELECT id, starts_on, ends_on FROM agreement
           WHERE centre = $1 AND id <> $2 AND state = ANY($3)
             AND starts_on <= $5 AND ends_on >= $4 ORDER BY id LIMIT 1""",
        after["centre"],
        after["id"],
        [each.value for each in IN_FORCE],
        after["starts_on"],
        after["ends_on"],
    )
    if others:
        raise AgreementsOverlap(
            Sentence(
                "La convention {other} court du {first} au {last} : terminez-la d'abord, ou"
                " choisissez d'autres jours.",
                other=others[0]["id"],
                first=others[0]["starts_on"],
                last=others[0]["ends_on"],
            ),
            field="starts_on",
        )


async def _require_room_for_slots(
    before: dict[str, Any], after: dict[str, Any], now: datetime
) -> None:
    """Refuse days or hours that slots already published do not keep to; what is over is let be."""
    days = (after["starts_on"], after["ends_on"])
    if days != (before["starts_on"], before["ends_on"]):
        await retire_past_slots(centre_id=before["centre"], now=now)
        held = (
            await slots_of_agreement(before["id"], now=now)
            if None in days
            else await slots_outside(before["id"], starts_on=days[0], ends_on=days[1], now=now)
        )
        if held:
            raise AgreementStillHoldsSlots(
                held.sentence(),
                field="ends_on" if days[1] != before["ends_on"] else "starts_on",
            )
    hours, hours_before = after["hours_a_week"], before["hours_a_week"]
    if hours is not None and (hours_before is None or hours < hours_before):
        today = to_wall(now, before["zone"]).date()
        over = weeks_over(hours, await walls_of_agreement(before["id"], since=today))
        if over:
            raise AgreementStillHoldsSlots(
                Sentence(
                    "Des créneaux publiés prennent plus de {hours} h par semaine, dès la semaine"
                    " du {monday} ; semaines concernées : {number}.",
                    hours=hours,
                    monday=date.fromisocalendar(over[0].year, over[0].week, 1),
                    number=len(over),
                ),
                field="hours_a_week",
            )


async def _record(
    agreement_id: int, state: AgreementState, day: date, note: str | None, now: datetime
) -> None:
    values = given(
        agreement=agreement_id,
        state=state.value,
        on_date=day,
        note=note,
        actor=current_actor(),
        recorded_at=now,
    )
    await add(tables.AgreementStep, values)


async def _money_of(country_id: int) -> str:
    return str(
        (await rows("SELECT currency FROM country WHERE id = $1", country_id))[0]["currency"]
    )


def _require_terms(after: dict[str, Any]) -> None:
    missing = [name for name in ("starts_on", "ends_on", "hours_a_week") if after[name] is None]
    if after["state"] in IN_FORCE and missing:
        raise AgreementIncomplete(
            Sentence(
                "Complétez d'abord la convention : premier jour, dernier jour et heures par"
                " semaine."
            ),
            field=missing[0],
        )


def _require_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise AgreementEndsBeforeItStarts(
            Sentence(
                "La convention finit le {last}, avant de commencer le {first}.",
                first=starts_on,
                last=ends_on,
            ),
            field="ends_on",
        )


def _step_date(on_date: date | None, *, since: date | None, today: date) -> date:
    """Return the day of a step, today by default, if it comes after the last and has come."""
    day = today if on_date is None else on_date
    if day > today or (since is not None and day < since):
        raise StepOutOfOrder(
            Sentence("Donnez un jour du {first} au {last}.", first=since or day, last=today)
            if since is not None
            else Sentence("Ce jour n'est pas encore venu."),
            field="on_date",
        )
    return day


def _hours(hours_a_week: int | None) -> int | None:
    return None if hours_a_week is None else fields.between(hours_a_week, 1, 168, "hours_a_week")
