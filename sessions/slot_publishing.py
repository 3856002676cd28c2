"""Show a host what a rule would publish, then publish the dates the host keeps."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from centres.agreement import allows_slots
from centres.db import atomic, retried, rows
from centres.language import Sentence
from centres.zones import require_instant, to_instant
from sessions.recurrence import Rule, RuleYieldsNothing, parse_rrule, print_rrule
from sessions.refusals import (
    AgreementNotInForce,
    DateNotProposed,
    DateNotPublishable,
    NotTheCentresZone,
    RoomTaken,
)
from sessions.slot_context import RoomOnOffer, load_context, lock_centre_of, room_on_offer
from sessions.slot_proposals import proposed_dates, proposed_slots
from sessions.slot_verdicts import Verdict, VerdictKind, verdicts


@dataclass(frozen=True, slots=True)
class SlotPreview:
    """What a host would publish: each date with its verdict, ascending; nothing is stored."""

    room_code: str
    centre_code: str
    centre_name: str
    zone: str
    seats: int
    rrule: str | None
    verdicts: tuple[Verdict, ...]

    @property
    def publishable(self) -> tuple[date, ...]:
        """The dates that can be published as they stand."""
        return tuple(_day(each) for each in self.verdicts if each.publishable)

    @property
    def holidays(self) -> tuple[date, ...]:
        """The dates that only a public holiday stands against, publishable on purpose."""
        return tuple(
            _day(each)
            for each in self.verdicts
            if each.publishable_on_purpose and not each.publishable
        )


@dataclass(frozen=True, slots=True)
class PublishedSlot:
    """A slot as it was stored."""

    id: int
    starts_wall: datetime
    ends_wall: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """The series made for a rule, None for single dates, and its slots, ascending."""

    series: int | None
    slots: tuple[PublishedSlot, ...]


async def preview_slots(
    *,
    room_code: str,
    starts: time,
    minutes: int,
    rule: Rule | str | None = None,
    first_date: date | None = None,
    added: Collection[date] = (),
    excluded: Collection[date] = (),
    seats: int | None = None,
    zone: str | None = None,
    despite_holidays: Collection[date] = (),
    now: datetime,
) -> SlotPreview:
    """Return every date of a rule, or every single date in `added`, with its verdict.

    `starts` is on the centre's wall clock, `rule` an RRULE or what it means, `zone` only a check.
    Five queries, whatever the number of dates. Raises RoomNotFound, RoomNotOffered, SeatsDoNotFit,
    NotTheCentresZone, SlotEndsBeforeItStarts, SlotLengthNotAllowed, and what rules refuse.
    """
    require_instant(now)
    parsed = parse_rrule(rule, field="rule") if isinstance(rule, str) else rule
    dates = proposed_dates(rule=parsed, first_date=first_date, added=added, excluded=excluded)
    proposed = proposed_slots(dates, starts, minutes)
    room = await room_on_offer(room_code, on_day=dates[0])
    require_zone(room, zone)
    context = await load_context(
        room, first_day=dates[0], last_day=dates[-1], now=now, on_purpose=despite_holidays
    )
    return SlotPreview(
        room_code=room.code,
        centre_code=room.centre_code,
        centre_name=room.centre_name,
        zone=room.zone,
        seats=room.seats_for(seats),
        rrule=print_rrule(parsed) if parsed else None,
        verdicts=tuple(verdicts(proposed, context)),
    )


@retried
async def publish_slots(
    *,
    room_code: str,
    starts: time,
    minutes: int,
    rule: Rule | str | None = None,
    first_date: date | None = None,
    added: Collection[date] = (),
    excluded: Collection[date] = (),
    seats: int | None = None,
    zone: str | None = None,
    keep: Collection[date] | None = None,
    despite_holidays: Collection[date] = (),
    note: str | None = None,
    now: datetime,
) -> Published:
    """Publish the dates in `keep`, by default all of them, or nothing at all.

    Everything is checked again under the centre's lock. Holidays are published on only where
    `despite_holidays` names them. Raises what `preview_slots` raises, and AgreementNotInForce,
    DateNotProposed, RoomTaken or DateNotPublishable, which name the first date at fault.
    """
    require_instant(now)
    parsed = parse_rrule(rule, field="rule") if isinstance(rule, str) else rule
    dates = proposed_dates(rule=parsed, first_date=first_date, added=added, excluded=excluded)
    kept = _kept(dates, keep)
    proposed = proposed_slots(kept, starts, minutes)
    async with atomic():
        await lock_centre_of(room_code)
        room = await room_on_offer(room_code, on_day=kept[0])
        require_zone(room, zone)
        offered = room.seats_for(seats)
        require_agreement(room)
        context = await load_context(
            room, first_day=kept[0], last_day=kept[-1], now=now, on_purpose=despite_holidays
        )
        judged = verdicts(proposed, context)
        require_publishable(judged)
        series = None
        if parsed is not None and first_date is not None:
            left_out = (set(dates) | set(excluded)) - set(kept)
            series = await _store_series(
                room, parsed, first_date, starts, minutes, added, left_out, note
            )
        stored = await _store_slots(room, series, judged, offered)
    return Published(series, stored)


def require_zone(room: RoomOnOffer, zone: str | None) -> None:
    """Raise NotTheCentresZone when a zone is given and is not the centre's."""
    if zone is not None and zone != room.zone:
        raise NotTheCentresZone(
            Sentence(
                "Le centre {centre} vit à l'heure de {zone}, et non de {given}.",
                centre=room.centre_code,
                zone=room.zone,
                given=zone[:60],
            ),
            field="zone",
        )


def require_agreement(room: RoomOnOffer) -> None:
    """Raise AgreementNotInForce unless the room's agreement allows slots in its present state."""
    if room.terms is None or not allows_slots(room.terms.state):
        raise AgreementNotInForce(
            Sentence(
                "Aucune convention en vigueur ne permet de publier au centre {centre}.",
                centre=room.centre_code,
            ),
            field="room_code",
        )


def require_publishable(judged: Sequence[Verdict], field: str = "keep") -> None:
    """Raise for the first verdict that stands in the way: RoomTaken or DateNotPublishable."""
    for verdict in judged:
        if verdict.publishable:
            continue
        worst = verdict.findings[0]
        if worst.kind is VerdictKind.OVERLAPS:
            raise RoomTaken(worst.sentence, field=field)
        raise DateNotPublishable(
            Sentence(
                "Rien n'est enregistré, à cause du {day}. {finding}",
                day=_day(verdict),
                finding=worst.sentence,
            ),
            field=field,
        )


def _kept(dates: Sequence[date], keep: Collection[date] | None) -> list[date]:
    if keep is None:
        return list(dates)
    unknown = sorted(set(keep) - set(dates))
    if unknown:
        raise DateNotProposed(
            Sentence("Le {day} n'est pas une date de cette règle.", day=unknown[0]), field="keep"
        )
    if not keep:
        raise RuleYieldsNothing(Sentence("Donnez au moins une date."), field="keep")
    return sorted(set(keep))


async def _store_series(
    room: RoomOnOffer,
    rule: Rule,
    first_date: date,
    starts: time,
    minutes: int,
    added: Collection[date],
    left_out: Collection[date],
    note: str | None,
) -> int:
    stored = await rows(
        "INSERT INTO series (room, rrule, first_date, starts_minute, minutes, added_dates,"
        " excluded_dates, note, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1) RETURNING id",
        room.id,
        print_rrule(rule),
        first_date,
        starts.hour * 60 + starts.minute,
        minutes,
        sorted(set(added)),
        sorted(left_out),
        note,
    )
    return int(stored[0]["id"])


_STORE_SLOTS = """
INSERT INTO slot (room, centre, agreement, series, starts_wall, ends_wall, zone, starts_at, ends_at,
                  seats, room_seats, agreement_starts_on, agreement_ends_on, state,
                  despite_holiday, revision)
SELECT $1, $2, $3, $4, each.starts_wall, each.ends_wall, $5, each.starts_at, each.ends_at, $6, $7,
       $8, $9, 'open', each.despite_holiday, 1
FROM unnest($10::timestamp[], $11::timestamp[], $12::timestamptz[], $13::timestamptz[], $14::bool[])
     AS each (starts_wall, ends_wall, starts_at, ends_at, despite_holiday)
RETURNING id, starts_wall, ends_wall, starts_at, ends_at
"""


async def _store_slots(
    room: RoomOnOffer, series: int | None, judged: Sequence[Verdict], seats: int
) -> tuple[PublishedSlot, ...]:
    assert room.terms is not None
    periods = [each.slot for each in judged]
    stored = await rows(
        _STORE_SLOTS,
        room.id,
        room.centre_id,
        room.agreement_id,
        series,
        room.zone,
        seats,
        room.seats,
        room.terms.starts_on,
        room.terms.ends_on,
        [each.starts_wall for each in periods],
        [each.ends_wall for each in periods],
        [to_instant(each.starts_wall, room.zone) for each in periods],
        [to_instant(each.ends_wall, room.zone) for each in periods],
        [on_a_holiday(each) for each in judged],
    )
    return tuple(
        sorted((PublishedSlot(**each) for each in stored), key=lambda each: each.starts_at)
    )


def on_a_holiday(verdict: Verdict) -> bool:
    """Return whether the slot falls on a public holiday, which its host then keeps on purpose."""
    return any(each.kind is VerdictKind.HOLIDAY for each in verdict.findings)


def _day(verdict: Verdict) -> date:
    return verdict.slot.starts_wall.date()
