"""Shell: slots worth asking hosts for, found from a draft, verified by solving, and stored.

Only slots that their hosts could publish are proposed: within the agreement, the opening hours and
the agreed hours of a week, on no holiday or closure, in a room that is free.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from time import monotonic
from typing import Any

from centres.db import atomic, rows
from centres.errors import Refusal
from sessions.lifecycle import TimetableState
from sessions.slot_publishing import preview_slots
from sessions.timetable_facts import monday_of
from sessions.timetable_problem import computers_for
from sessions.timetable_proofs import Proof, load_proofs
from sessions.timetables import Timetable, get_timetable
from sessions.timetabling.instance import Cell, Instance, Weights
from sessions.timetabling.plan import Plan
from sessions.timetabling.remedies import Offer, Remedy, estimates, verified
from sessions.timetabling.solve import solve

MOST_LOOKED_AT = 12  # offers by estimate whose dates are checked against agreement and hours
MOST_VERIFIED = 5
MOST_DAYS = 200
SECONDS = 30.0
ITERATIONS_A_GROUP = 100


@dataclass(frozen=True, slots=True)
class Advice:
    """Slots to ask a host for, and what they are worth: `gain` in points, verified by solving.

    Days are dates on the centre's wall clock, `starts` a time on it. `regained` unmet periods find
    a place.
    """

    id: int
    room: str
    room_name: str
    centre: str
    centre_name: str
    weekday: int
    starts: time
    minutes: int
    days: tuple[date, ...]
    estimate: float
    gain: float
    regained: int


async def advice(*, timetable_id: int) -> tuple[Advice, ...]:
    """Return the remedies of a draft, the best gain first; none while they are being weighed."""
    found = await rows(
        """SELECT a.id, r.code AS room, r.name AS room_name, z.code AS centre,
                  z.name AS centre_name, a.weekday, a.starts_minute, a.minutes, a.days, a.estimate,
                  a.gain, a.regained
           FROM timetable_remedy a JOIN room r ON r.id = a.room JOIN centre z ON z.id = r.centre
           WHERE a.timetable = $1 ORDER BY a.gain DESC, a.id""",
        timetable_id,
    )
    return tuple(
        Advice(starts=_clock(each.pop("starts_minute")), days=tuple(each.pop("days")), **each)
        for each in found
    )


async def advise(*, timetable_id: int, now: datetime, seconds: float = SECONDS) -> None:
    """Weigh and store the remedies of a draft; doing it twice leaves one set.

    Raises TimetableNotFound; a timetable that is no draft, or has no proof, is passed over.
    """
    draft = await get_timetable(timetable_id=timetable_id)
    if draft.state is not TimetableState.DRAFT:
        return
    until = monotonic() + seconds
    weighed: list[tuple[date, Remedy]] = []
    try:
        proofs = await load_proofs(timetable_id=timetable_id)
    except Refusal:
        proofs = []
    for proof in proofs:
        found = await _weigh(draft, proof, now, until)
        weighed += [(monday_of(draft.first_day), each) for each in found]
    async with atomic():
        await rows("DELETE FROM timetable_remedy WHERE timetable = $1", timetable_id)
        for monday, each in weighed:
            await rows(
                """INSERT INTO timetable_remedy (timetable, room, weekday, starts_minute, minutes,
                                                 days, estimate, gain, regained)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
                timetable_id,
                each.offer.room,
                each.offer.weekday,
                each.offer.start_minute,
                each.offer.minutes,
                [_day(monday, cell) for cell in each.offer.cells if cell.id in each.used],
                each.estimate,
                each.gain,
                each.regained,
            )
        await rows(
            "UPDATE timetable_run SET advised_at = $2 WHERE timetable = $1", timetable_id, now
        )


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _day(monday: date, cell: Cell) -> date:
    return monday + timedelta(weeks=cell.week, days=cell.weekday)


async def _weigh(draft: Timetable, proof: Proof, now: datetime, until: float) -> tuple[Remedy, ...]:
    if not any(proof.plans):
        return ()
    rooms = await _rooms(proof.country)
    monday = monday_of(draft.first_day)
    offers = _offers(proof.instance, proof.plans, rooms, monday, now)
    guessed = estimates(proof.instance, draft.weights, proof.plans, proof.prices, offers)
    best = sorted(zip(offers, guessed, strict=True), key=lambda each: (-each[1], each[0].room))
    possible = []
    for offer, guess in best[:MOST_LOOKED_AT]:
        if guess > 0:
            trimmed = await _publishable(offer, rooms[offer.room], draft, proof, now)
            if trimmed is not None:
                possible.append(trimmed)
    possible.sort(key=lambda each: (-each[1], each[0].room))
    return await asyncio.to_thread(
        _verify, proof, draft.weights, draft.seed, possible[:MOST_VERIFIED], until
    )


def _verify(
    proof: Proof,
    weights: Weights,
    seed: int,
    offers: Sequence[tuple[Offer, float]],
    until: float,
) -> tuple[Remedy, ...]:
    iterations = 500 + ITERATIONS_A_GROUP * len(proof.instance.groups)

    def keep_going() -> bool:
        return monotonic() < until

    def solve_again(instance: Instance) -> Sequence[Plan]:
        return solve(
            instance,
            weights,
            seed,
            iterations,
            keep_going,
            lambda _: None,
            nodes=0,
            explained=False,
        ).plans

    return verified(proof.instance, weights, proof.plans, offers, solve_again, keep_going)


_ROOMS = """
SELECT r.id, r.code, r.centre, r.seats, r.equipment, r.computers FROM room r
JOIN centre z ON z.id = r.centre JOIN country k ON k.id = z.country
WHERE k.iso2 = $1 AND r.open AND z.state = 'open' ORDER BY r.id
"""


async def _rooms(country: str) -> dict[int, dict[str, Any]]:
    return {each["id"]: each for each in await rows(_ROOMS, country)}


def _offers(
    instance: Instance,
    plans: Sequence[Plan],
    rooms: Mapping[int, Mapping[str, Any]],
    monday: date,
    now: datetime,
) -> list[Offer]:
    """Return for each room each hour that its centre knows, on the dates when the room has none."""
    hours: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    shift: dict[int, int] = {}  # of a centre: UTC minutes of its local midnights, about
    for cell in instance.cells:
        length = cell.ends_at - cell.starts_at
        hours[cell.centre].add((cell.weekday, cell.start_minute, length))
        wall = (cell.week * 7 + cell.weekday) * 24 * 60 + cell.start_minute
        shift.setdefault(cell.centre, cell.starts_at - wall)
    for plan in plans:
        if plan.base is not None and any(each.cell is None for each in plan.periods):
            minutes = instance.group_by_id[plan.group].minutes
            hours[plan.base.centre].add((plan.base.weekday, plan.base.start_minute, minutes))
    in_room: dict[int, list[Cell]] = defaultdict(list)
    for cell in instance.cells:
        in_room[cell.room].append(cell)
    sizes = {each.size for each in instance.groups if computers_for(each.size) in each.equipment}
    number = count(-1, -1)
    today = now.date()
    offers = []
    for room_id, room in rooms.items():
        equipment = frozenset(room["equipment"]) | {
            computers_for(size)
            for size in sizes
            if "computers" in room["equipment"] and room["computers"] >= size
        }
        for weekday, start_minute, minutes in sorted(hours[room["centre"]]):
            if room["centre"] not in shift:
                continue
            cells = []
            for week in range(instance.weeks):
                wall = (week * 7 + weekday) * 24 * 60 + start_minute
                starts_at = wall + shift[room["centre"]]
                cell = Cell(
                    id=next(number),
                    room=room_id,
                    centre=room["centre"],
                    starts_at=starts_at,
                    ends_at=starts_at + minutes,
                    week=week,
                    weekday=weekday,
                    start_minute=start_minute,
                    seats=room["seats"],
                    equipment=equipment,
                )
                taken = any(
                    each.starts_at < cell.ends_at and cell.starts_at < each.ends_at
                    for each in in_room[room_id]
                )
                if not taken and _day(monday, cell) > today:
                    cells.append(cell)
            if cells:
                offers.append(
                    Offer(room_id, room["centre"], weekday, start_minute, minutes, tuple(cells))
                )
    return offers


async def _publishable(
    offer: Offer, room: Mapping[str, Any], draft: Timetable, proof: Proof, now: datetime
) -> tuple[Offer, float] | None:
    """Return the part of an offer that its host could publish and that helps, with its worth."""
    monday = monday_of(draft.first_day)
    by_day = {_day(monday, cell): cell for cell in offer.cells[:MOST_DAYS]}
    try:
        shown = await preview_slots(
            room_code=room["code"],
            starts=_clock(offer.start_minute),
            minutes=offer.minutes,
            added=sorted(by_day),
            now=now,
        )
    except Refusal:
        return None
    singly = [replace(offer, cells=(by_day[day],)) for day in shown.publishable if day in by_day]
    worth = estimates(proof.instance, draft.weights, proof.plans, proof.prices, singly)
    useful = [
        (each.cells[0], value) for each, value in zip(singly, worth, strict=True) if value > 0
    ]
    if not useful:
        return None
    cells = tuple(cell for cell, _ in useful)
    return replace(offer, cells=cells), round(sum(value for _, value in useful), 1)
