"""Shell: agreements with hosts and their dated history, as they are read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from centres import fields
from centres.agreement import AgreementState
from centres.db import rows
from centres.language import Sentence
from centres.records import page, sought, wanted
from centres.refusals import AgreementNotFound

IN_FORCE = (AgreementState.AGREED, AgreementState.OPEN, AgreementState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a host and the network promise each other; both days count, the fee is monthly."""

    id: int
    centre: str
    host: str
    country: str
    state: str
    starts_on: date | None
    ends_on: date | None
    hours_a_week: int | None
    host_pays: str | None
    network_pays: str | None
    monthly_fee_minor: int
    currency: str
    note: str | None
    assumed: str | None
    revision: int


@dataclass(frozen=True, slots=True)
class AgreementStep:
    """One step of an agreement: the state it reached, on which day, and who recorded it."""

    id: int
    agreement: int
    state: str
    on_date: date
    note: str | None
    actor: str
    recorded_at: datetime


_AGREEMENTS = """
SELECT a.id, c.code AS centre, h.code AS host, k.iso2 AS country, a.state, a.starts_on, a.ends_on,
       a.hours_a_week, a.host_pays, a.network_pays, a.monthly_fee_minor, a.currency, a.note,
       a.assumed, a.revision
FROM agreement a JOIN centre c ON c.id = a.centre JOIN host h ON h.id = c.host
JOIN country k ON k.id = c.country
"""
_STEPS = "SELECT id, agreement, state, on_date, note, actor, recorded_at FROM agreement_step"


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """One agreement on the way: with whom, what is agreed so far, and its state since which day."""

    id: int
    state: str
    since: date | None
    centre: str
    centre_name: str
    city: str
    country: str
    host_name: str
    starts_on: date | None
    ends_on: date | None
    hours_a_week: int | None


async def pipeline(*, countries: Collection[str] | None = None) -> list[PipelineRow]:
    """Return every agreement that is not closed, those that wait longest in their state first."""
    found = await rows(
        """SELECT a.id, a.state, s.since, c.code AS centre, c.name AS centre_name, c.city,
                  k.iso2 AS country, h.name AS host_name, a.starts_on, a.ends_on, a.hours_a_week
           FROM agreement a JOIN centre c ON c.id = a.centre JOIN host h ON h.id = c.host
           JOIN country k ON k.id = c.country
           LEFT JOIN LATERAL (SELECT on_date AS since FROM agreement_step
                              WHERE agreement = a.id ORDER BY id DESC LIMIT 1) s ON true
           WHERE a.state <> 'closed' AND ($1::text[] IS NULL OR k.iso2 = ANY($1))
           ORDER BY s.since, a.id""",
        wanted(countries),
    )
    return [PipelineRow(**each) for each in found]


async def agreement_of(*, centre: str, day: date) -> Agreement:
    """Return the agreement in force at a centre on a day, suspended ones included.

    Raises AgreementNotFound if there is none.
    """
    found = await rows(
        f"""{_AGREEMENTS} WHERE c.code = $1 AND a.state = ANY($2)
            AND $3 BETWEEN a.starts_on AND a.ends_on""",  # at most one, by constraint
        fields.searched(centre),
        [each.value for each in IN_FORCE],
        day,
    )
    if not found:
        raise AgreementNotFound(
            Sentence(
                "Aucune convention avec le centre {centre} n'est en vigueur le {day}.",
                centre=fields.searched(centre)[:40],
                day=day,
            ),
            field="centre",
        )
    return Agreement(**found[0])


async def read_agreement(*, agreement_id: int) -> Agreement:
    """Return one agreement, or raise AgreementNotFound."""
    found = await rows(f"{_AGREEMENTS} WHERE a.id = $1::bigint", agreement_id)
    if not found:
        raise AgreementNotFound(fields.unknown(agreement_id), field="id")
    return Agreement(**found[0])


async def list_agreements(
    *,
    after_id: int | None = None,
    limit: int = 100,
    countries: Collection[str] | None = None,
    centres: Collection[str] | None = None,
    host: str | None = None,
    state: str | None = None,
    day: date | None = None,
) -> list[Agreement]:
    """Return agreements by id: of these countries, centres, one host or state, covering `day`."""
    found = await rows(
        f"""{_AGREEMENTS} WHERE a.id > $1 AND ($3::text[] IS NULL OR k.iso2 = ANY($3))
            AND ($4::text[] IS NULL OR c.code = ANY($4)) AND ($5::text IS NULL OR h.code = $5)
            AND ($6::text IS NULL OR a.state = $6)
            AND ($7::date IS NULL OR $7 BETWEEN a.starts_on AND a.ends_on)
            ORDER BY a.id LIMIT $2""",
        *page(after_id, limit),
        wanted(countries),
        wanted(centres),
        sought(host),
        sought(state),
        day,
    )
    return [Agreement(**each) for each in found]


async def list_agreement_steps(*, agreement_id: int) -> list[AgreementStep]:
    """Return the history of an agreement, oldest step first, or raise AgreementNotFound."""
    found = await rows(f"{_STEPS} WHERE agreement = $1::bigint ORDER BY id", agreement_id)
    if not found:
        await read_agreement(agreement_id=agreement_id)
    return [AgreementStep(**each) for each in found]
