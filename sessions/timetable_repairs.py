"""Shell: what has changed since a timetable was drafted, and a draft that makes up for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import rows
from sessions.timetable_loading import load_instances
from sessions.timetable_problem import minute_of
from sessions.timetable_proofs import Proof, load_proofs
from sessions.timetables import get_timetable
from sessions.timetabling.changes import changes
from sessions.timetabling.instance import Instance
from sessions.timetabling.mending import mend
from sessions.timetabling.plan import Period, Plan


@dataclass(frozen=True, slots=True)
class SlotChange:
    """A slot that is not what it was: `how` is cancelled, taken, begun, changed or new.

    `by` is the group that meets in it now; `planned` the group that the timetable would put there.
    """

    slot: int
    room: str
    centre: str
    starts_wall: datetime
    how: str
    by: str | None
    planned: str | None


@dataclass(frozen=True, slots=True)
class GroupChanged:
    """A group that is not what it was: `what` is new, gone, or the names of what differs."""

    group: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Staleness:
    """What has changed since a timetable was drafted.

    `slots_new` counts slots published since. `busy_mentors` have times taken since, by code, such
    as an absence or a meetup abroad. `lost` counts planned periods that cannot stay where they are.
    """

    slots: tuple[SlotChange, ...]
    slots_new: int
    groups: tuple[GroupChanged, ...]
    busy_mentors: tuple[str, ...]
    lost: int

    @property
    def any(self) -> bool:
        """Whether anything has changed."""
        return bool(self.slots or self.slots_new or self.groups or self.busy_mentors)


async def staleness(*, timetable_id: int, now: datetime) -> Staleness:
    """Return what has changed in the countries and weeks of a timetable since it was solved.

    By comparing the problem that was solved with today's, part by part. Raises TimetableNotFound
    and TimetableWithoutProof.
    """
    asked = await get_timetable(timetable_id=timetable_id)
    proofs = await load_proofs(timetable_id=timetable_id)
    problem = await load_instances(
        countries=asked.countries, first_day=asked.first_day, weeks=asked.weeks, now=now
    )
    today = dict(problem.instances)
    slots: list[SlotChange] = []
    groups: list[GroupChanged] = []
    mentors: set[int] = set()
    new = lost = 0
    for proof in proofs:
        after = today[proof.country]
        begun = {
            cell.id for cell in proof.instance.cells if cell.starts_at <= minute_of(now)
        } - after.cell_by_id.keys()
        found = changes(proof.instance, after, over=begun)
        planned = _planned_in(proof)
        gone = [each.id for each in found.cells_gone]
        gone += sorted(begun & planned.keys())
        facts = await _slot_facts([*gone, *(each.id for each in found.cells_changed)])
        slots += [_slot_change(facts[each], planned.get(each), now) for each in gone]
        slots += [
            _slot_change(facts[each.id], planned.get(each.id), now, "changed")
            for each in found.cells_changed
        ]
        new += len(found.cells_new)
        groups += [GroupChanged(each.code, ("new",)) for each in found.groups_new]
        groups += [GroupChanged(each.code, ("gone",)) for each in found.groups_gone]
        groups += [GroupChanged(each.group.code, each.names) for each in found.groups_changed]
        mentors |= {each.mentor for each in found.busy_new if each.mentor is not None}
        lost += len(mend(after, asked.weights, proof.plans, _nowhere).lost)
    codes = await rows(
        "SELECT code FROM mentor WHERE id = ANY($1::int[]) ORDER BY code", [*mentors]
    )
    return Staleness(
        slots=tuple(sorted(slots, key=lambda each: (each.starts_wall, each.slot))),
        slots_new=new,
        groups=tuple(sorted(groups, key=lambda each: each.group)),
        busy_mentors=tuple(each["code"] for each in codes),
        lost=lost,
    )


def _nowhere(rest: Instance) -> Sequence[Plan]:
    return [
        Plan(each.id, None, tuple(Period(ordinal, None) for ordinal in each.to_plan))
        for each in rest.groups
    ]


def _planned_in(proof: Proof) -> dict[int, str]:
    """Return the group code planned in each slot id."""
    return {
        period.cell: proof.instance.group_by_id[plan.group].code
        for plan in proof.plans
        for period in plan.periods
        if period.cell is not None
    }


_SLOT_FACTS = """
SELECT s.id, r.code AS room, z.code AS centre, s.starts_wall, s.starts_at, s.state,
       g.code AS by
FROM slot s JOIN room r ON r.id = s.room JOIN centre z ON z.id = s.centre
LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
LEFT JOIN cohort_group g ON g.id = m.cohort_group
WHERE s.id = ANY($1::int[])
"""


async def _slot_facts(ids: Sequence[int]) -> Mapping[int, dict[str, Any]]:
    return {each["id"]: each for each in await rows(_SLOT_FACTS, sorted(set(ids)))}


def _slot_change(
    facts: Mapping[str, Any], planned: str | None, now: datetime, how: str | None = None
) -> SlotChange:
    if how is None:
        how = "taken" if facts["by"] else "begun" if facts["starts_at"] <= now else "cancelled"
    return SlotChange(
        slot=facts["id"],
        room=facts["room"],
        centre=facts["centre"],
        starts_wall=facts["starts_wall"],
        how=how,
        by=facts["by"],
        planned=planned,
    )
