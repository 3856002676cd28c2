"""Shell: keep marks, whenever and however often they arrive, and what they come to."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from centres.acting import current_actor
from centres.db import atomic, retried, rows
from centres.fields import INT4_MAX
from centres.language import Sentence
from centres.zones import to_wall
from sessions.attendance.marks import Mark, Subject, Value, Way, fault_of, subject_of, tidy_name
from sessions.attendance.merging import merged
from sessions.attendance.sheets import marks_of
from sessions.refusals import MeetupNotFound

MOST_MARKS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class MarkMade:
    """A mark as a device sends it: a learner by public code, or a walk-in by name."""

    id: UUID
    value: Value
    device: str
    device_at: datetime
    way: Way
    learner: str | None = None
    walk_in: str | None = None
    supersedes: frozenset[UUID] = frozenset()
    reason: str | None = None
    evidence: int | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class MarkRefused:
    """A mark that was not kept, and why; the others of its parcel are."""

    id: UUID
    detail: Sentence


@dataclass(frozen=True, slots=True)
class MarksKept:
    """What became of a parcel of marks: new ones, those that were here already, those refused."""

    kept: tuple[UUID, ...]
    known: tuple[UUID, ...]
    refused: tuple[MarkRefused, ...]


# One parcel at a time for one meetup: what the marks come to is written from all of them.
_LOCK = """
SELECT id, state, zone, starts_wall, cancel_reason FROM meetup WHERE id = $1 FOR NO KEY UPDATE
"""
_ON_THE_SHEET = """
SELECT l.code, l.id FROM booking b JOIN learner l ON l.id = b.learner WHERE b.meetup = $1
"""
_EVIDENCE = "SELECT id FROM attendance_evidence WHERE meetup = $1"
_ELSEWHERE = "SELECT mark FROM attendance_mark WHERE mark = ANY($1::uuid[]) AND meetup <> $2"
_INSERT = """
INSERT INTO attendance_mark (mark, meetup, learner, walk_in, value, device, device_at, received_at,
                             marked_by, way, evidence, proof, supersedes, reason)
SELECT m.mark, $1, m.learner, m.walk_in, m.value, m.device, m.device_at, $2, m.marked_by, m.way,
       m.evidence, m.proof, m.supersedes, m.reason
FROM jsonb_to_recordset($3::jsonb) AS m (mark uuid, learner int, walk_in text, value text,
     device text, device_at timestamptz, marked_by text, way text, evidence int, proof text,
     supersedes varchar[], reason text)
"""
_COMES_TO = """
INSERT INTO attendance (meetup, learner, walk_in, value, conflict, changed_at)
SELECT $1, a.learner, a.walk_in, a.value, a.value IS NULL, $2
FROM jsonb_to_recordset($3::jsonb) AS a (learner int, walk_in text, value text)
ON CONFLICT ON CONSTRAINT person_has_one_attendance_per_meetup
DO UPDATE SET value = excluded.value, conflict = excluded.conflict,
              changed_at = excluded.changed_at
"""


@retried
async def keep_marks(*, meetup_id: int, marks: Sequence[MarkMade], now: datetime) -> MarksKept:
    """Keep those marks that can be kept, in the name of whoever acts, and what they come to.

    Each mark stands for itself: one that is refused keeps no other waiting on a telephone. A mark
    that was kept before changes nothing. Raises MeetupNotFound.
    """
    async with atomic():
        found = await rows(_LOCK, min(meetup_id, INT4_MAX))
        if not found:
            raise MeetupNotFound(Sentence("Cette séance n'existe pas."))
        meetup = found[0]
        learners = {each["code"]: each["id"] for each in await rows(_ON_THE_SHEET, meetup["id"])}
        photos = {each["id"] for each in await rows(_EVIDENCE, meetup["id"])}
        before = {each.id: each for each in await marks_of(meetup["id"])}
        elsewhere = await rows(_ELSEWHERE, [each.id for each in marks], meetup["id"])
        taken = {each["mark"] for each in elsewhere}
        told: dict[UUID, MarkRefused] = {}
        new: dict[UUID, Mark] = {}
        known: dict[UUID, None] = {}
        shut = _shut(meetup, now)
        for made in marks:
            mark = _mark(made, learners)
            fault = _fault(made, mark, photos)
            if mark is not None and made.id in before and _same(before[made.id], mark):
                known[made.id] = None
            elif made.id in new and mark is not None and _same(new[made.id], mark):
                continue
            elif made.id in before or made.id in taken or made.id in new:
                told[made.id] = MarkRefused(
                    made.id, Sentence("Ce numéro est celui d'une autre marque ; elle est gardée.")
                )
            elif shut is not None or fault is not None or mark is None:
                told[made.id] = MarkRefused(made.id, shut or fault or _NOT_HERE)
            else:
                new[made.id] = mark
        await _store(meetup["id"], list(new.values()), before.values(), now)
    return MarksKept(tuple(new), tuple(known), tuple(told.values()))


_NOT_HERE = Sentence("Cette personne n'a jamais eu de place dans cette séance.")


def _shut(meetup: Mapping[str, Any], now: datetime) -> Sentence | None:
    if meetup["state"] == "cancelled":
        return Sentence(
            "Cette séance a été annulée : {reason}. Personne ne peut y être noté.",
            reason=meetup["cancel_reason"],
        )
    day = meetup["starts_wall"].date()
    if to_wall(now, meetup["zone"]).date() < day:
        return Sentence("La séance est le {day} : on note les présences à partir de ce jour.",
                        day=day)  # fmt: skip
    return None


def _mark(made: MarkMade, learners: Mapping[str, int]) -> Mark | None:
    """Return the mark as it would be stored; None for a learner who is not on the sheet."""
    if (made.learner is None) == (made.walk_in is None):
        return None
    if made.learner is not None and made.learner not in learners:
        return None
    name = None if made.walk_in is None else tidy_name(made.walk_in)
    learner = None if made.learner is None else learners[made.learner]
    return Mark(
        id=made.id,
        subject=subject_of(learner, name),
        value=made.value,
        device=made.device,
        device_at=made.device_at,
        marked_by=current_actor(),
        way=made.way,
        supersedes=made.supersedes,
        reason=made.reason,
        name=name,
        evidence=made.evidence,
        proof=made.proof,
    )


def _fault(made: MarkMade, mark: Mark | None, photos: set[int]) -> Sentence | None:
    if mark is None:
        return _NOT_HERE
    if made.evidence is not None and made.evidence not in photos:
        return Sentence("Cette photo n'est pas de cette séance.")
    return fault_of(mark)


def _same(stored: Mark, sent: Mark) -> bool:
    """Say whether a mark is one that was kept, sent again; whoever carries it does not matter."""
    return (stored.subject, stored.value, stored.supersedes) == (
        sent.subject,
        sent.value,
        sent.supersedes,
    )


async def _store(meetup: int, new: list[Mark], before: Iterable[Mark], now: datetime) -> None:
    if not new:
        return
    sent = [
        {
            "mark": str(each.id),
            "learner": each.subject.learner,
            "walk_in": each.name,
            "value": each.value,
            "device": each.device,
            "device_at": each.device_at.isoformat(),
            "marked_by": each.marked_by,
            "way": each.way,
            "evidence": each.evidence,
            "proof": each.proof,
            "supersedes": sorted(str(one) for one in each.supersedes),
            "reason": each.reason,
        }
        for each in new
    ]
    await rows(_INSERT, meetup, now, json.dumps(sent))
    touched = {each.subject for each in new}
    standings = merged([*before, *new])
    await rows(_COMES_TO, meetup, now, json.dumps([_result(each, standings) for each in touched]))


def _result(subject: Subject, standings: Mapping[Subject, Any]) -> dict[str, object]:
    value = standings[subject].value
    return {"learner": subject.learner, "walk_in": subject.walk_in, "value": value}
