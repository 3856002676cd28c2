"""Shell: read timetables and what they plan; put a draft aside."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from centres.db import atomic, rows
from centres.fields import INT4_MAX
from centres.language import Language, Sentence, translator
from centres.records import page, require_revision, sought, wanted
from sessions.lifecycle import TimetableState, require_transition
from sessions.refusals import TimetableNotFound
from sessions.timetable_draft import Results
from sessions.timetabling.instance import Weights
from sessions.timetabling.reasons import Figure, Reason, sentence


@dataclass(frozen=True, slots=True)
class Timetable:
    """One run of the scheduler: what was asked for, and what came out once it is a draft.

    `weeks` from the Monday of `first_day`; `seconds` is the time limit; `cost` and `bound` in
    points: no timetable of these slots costs less than `bound`. `failure` says what went wrong.
    """

    id: int
    state: TimetableState
    countries: tuple[str, ...]
    first_day: date
    weeks: int
    seed: int
    seconds: float
    weights: Weights
    cost: float | None
    bound: float | None
    results: Results | None
    iterations: int | None
    instance_hash: str | None
    asked_by: str
    asked_at: datetime
    solved_at: datetime | None
    published_at: datetime | None
    failure: str | None
    revision: int

    @property
    def gap(self) -> float | None:
        """The share of the cost that is not proven necessary, 0 to 1, once solved."""
        if self.cost is None or self.bound is None:
            return None
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Planned:
    """One period of one group in a timetable, by codes; without a slot it is unmet.

    `due_on` is the Monday of the week it is due in; wall times are the centre's. `reason` explains
    an unmet period or a departure from the group's usual place and hour; `perhaps_holiday` names
    the holiday (in French) that may fall on that day, once the moon is sighted.
    """

    id: int
    group: str
    cohort: str
    country: str
    ordinal: int
    due_on: date
    slot: int | None
    room: str | None
    centre: str | None
    starts_wall: datetime | None
    ends_wall: datetime | None
    zone: str | None
    mentor: str | None
    pinned: bool
    cost: float
    reason: Reason | None
    perhaps_holiday: str | None


_TIMETABLES = """
SELECT id, state, countries, first_day, weeks, seed, seconds, weights, cost, bound,
       cost_parts AS results, iterations, instance_hash, asked_by, asked_at, solved_at,
       published_at, failure, revision
FROM timetable
"""
_PLANNED = """
SELECT p.id, g.code AS group, c.code AS cohort, k.iso2 AS country, p.ordinal, p.due_on, p.slot,
       r.code AS room, z.code AS centre, s.starts_wall,
       s.starts_wall + make_interval(mins => c.meetup_minutes) AS ends_wall, s.zone,
       m.code AS mentor, p.pinned, p.cost, p.reason
FROM planned_meetup p JOIN cohort_group g ON g.id = p.cohort_group JOIN cohort c ON c.id = g.cohort
JOIN country k ON k.id = c.country LEFT JOIN slot s ON s.id = p.slot
LEFT JOIN room r ON r.id = s.room LEFT JOIN centre z ON z.id = s.centre
LEFT JOIN mentor m ON m.id = p.mentor
"""


async def get_timetable(*, timetable_id: int) -> Timetable:
    """Return one timetable, or raise TimetableNotFound."""
    found = []
    if 0 < timetable_id <= INT4_MAX:
        found = await rows(f"{_TIMETABLES} WHERE id = $1", timetable_id)
    if not found:
        raise TimetableNotFound(Sentence("Le planning {number} n'existe pas.", number=timetable_id))
    return _timetable(found[0])


async def list_timetables(
    *,
    countries: Sequence[str] | None = None,
    state: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> tuple[Timetable, ...]:
    """Return timetables, the newest first, with ids below `before_id`; all of whose countries are
    among these (ISO 3166).
    """
    found = await rows(
        f"""{_TIMETABLES} WHERE id < $1 AND ($3::text[] IS NULL OR countries <@ $3::varchar[])
            AND ($4::text IS NULL OR state = $4) ORDER BY id DESC LIMIT $2""",
        *page(INT4_MAX if before_id is None else before_id, limit),
        wanted(countries),
        sought(state),
    )
    return tuple(_timetable(each) for each in found)


async def planned(
    *,
    timetable_id: int,
    country: str | None = None,
    group: str | None = None,
    unmet_only: bool = False,
    after_id: int = 0,
    limit: int = 100,
) -> tuple[Planned, ...]:
    """Return the periods of a timetable by id; of one country or group; or raise
    TimetableNotFound.
    """
    await get_timetable(timetable_id=timetable_id)
    found = await rows(
        f"""{_PLANNED} WHERE p.timetable = $1 AND p.id > $2
            AND ($4::text IS NULL OR k.iso2 = $4) AND ($5::text IS NULL OR g.code = $5)
            AND (NOT $6 OR p.slot IS NULL) ORDER BY p.id LIMIT $3""",
        timetable_id,
        *page(after_id, limit),
        *(sought(each) for each in (country, group)),
        unmet_only,
    )
    return tuple(_planned(each) for each in found)


async def unmet(
    *, timetable_id: int, country: str | None = None, after_id: int = 0, limit: int = 100
) -> tuple[Planned, ...]:
    """Return the periods for which no slot was found, by id, each with its reason."""
    return await planned(
        timetable_id=timetable_id,
        country=country,
        unmet_only=True,
        after_id=after_id,
        limit=limit,
    )


async def discard_timetable(*, timetable_id: int, revision: int) -> Timetable:
    """Put a timetable aside that waits or is a draft; raises IllegalChangeOfState otherwise."""
    async with atomic():
        before = await lock_timetable(timetable_id=timetable_id, revision=revision)
        require_transition(before.state, TimetableState.DISCARDED)
        await rows("UPDATE timetable SET state = 'discarded' WHERE id = $1", timetable_id)
        return await get_timetable(timetable_id=timetable_id)


async def lock_timetable(*, timetable_id: int, revision: int | None = None) -> Timetable:
    """Return a timetable, locked until the transaction ends, if it has this revision, if given."""
    await get_timetable(timetable_id=timetable_id)
    found = await rows(f"{_TIMETABLES} WHERE id = $1 FOR NO KEY UPDATE", timetable_id)
    require_revision(timetable_id, found[0]["revision"], revision)
    return _timetable(found[0])


def reason_words(reason: Reason, language: Language) -> str:
    """Return the reason as a sentence in this language."""
    return sentence(reason, translator(language).gettext)


def _timetable(row: dict[str, Any]) -> Timetable:
    results = row["results"]
    return Timetable(
        **{
            **row,
            "state": TimetableState(row["state"]),
            "countries": tuple(row["countries"]),
            "weights": msgspec.json.decode(row["weights"], type=Weights),
            "results": None if results is None else msgspec.json.decode(results, type=Results),
        }
    )


def _planned(row: dict[str, Any]) -> Planned:
    stored = {} if row["reason"] is None else json.loads(row["reason"])
    reason = None
    if stored.get("code"):
        params: dict[str, Figure] = stored.get("params", {})
        reason = Reason(stored["code"], tuple(sorted(params.items())))
    return Planned(**{**row, "reason": reason, "perhaps_holiday": stored.get("perhaps_holiday")})
