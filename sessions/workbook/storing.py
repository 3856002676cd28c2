"""Shell: one row of the workbook stored by the service that pages and the API store it by."""

import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from centres.db import rows
from centres.errors import InvalidInput, NotAllowed, Refusal
from centres.fields import unknown
from centres.hosts import read_host
from centres.language import Sentence
from centres.premises import amend_centre, register_centre
from centres.rooms import amend_room, register_room
from sessions.attendance.keeping import MarkMade, keep_marks
from sessions.attendance.marks import Value, Way
from sessions.attendance.merging import merged
from sessions.attendance.sheets import marks_of
from sessions.learning.cohorts import amend_cohort, register_cohort
from sessions.learning.enrolments import complete, enrol, withdraw
from sessions.learning.learners import NewLearner, amend_learner, register_learner
from sessions.slot_changes import change_slots
from sessions.slot_consequences import SlotChange
from sessions.slot_publishing import publish_slots
from sessions.workbook.comparing import Compared, Outcome, Values
from sessions.workbook.current import Scope


@dataclass(frozen=True, slots=True)
class Storing:
    """Who stores, when, under which import, and what the codes they name belong to."""

    scope: Scope
    now: datetime
    mark: str
    centres: dict[str, str]
    cohorts: dict[str, str]
    prefixes: dict[str, str]


async def begin(*, scope: Scope, now: datetime, mark: str) -> Storing:
    """Return what storing needs to know; `mark` names the import in what it leaves behind."""
    centres = await rows("SELECT c.code, k.iso2 FROM centre c JOIN country k ON k.id = c.country")
    cohorts = await rows("SELECT o.code, k.iso2 FROM cohort o JOIN country k ON k.id = o.country")
    countries = await rows("SELECT iso2, phone_prefix FROM country")
    return Storing(
        scope,
        now,
        mark,
        {each["code"]: each["iso2"] for each in centres},
        {each["code"]: each["iso2"] for each in cohorts},
        {each["iso2"]: each["phone_prefix"] for each in countries},
    )


async def store_row(
    sheet: str, row: Compared, revision: int | None, current: Values, by: Storing
) -> str:
    """Store a new or changed row and return its key. Raises the refusal of the rule it breaks."""
    store = _NEW[sheet] if row.outcome is Outcome.NEW else _CHANGED[sheet]
    return await store(row, revision, current, by)


def words(value: object) -> list[str]:
    """Return the words of a list column."""
    return [each for each in str(value or "").split(", ") if each]


async def _new_centre(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    values = dict(row.values)
    _require_manager(str(values["country"]), by.scope)
    _require_manager((await read_host(code=str(values["host"]))).country, by.scope)
    made = await register_centre(**_named(values))
    by.centres[made.code] = made.country
    return made.code


async def _centre(row: Compared, revision: int | None, current: Values, by: Storing) -> str:
    values = _named(row.values)
    if "host" in values:
        _require_manager((await read_host(code=values["host"])).country, by.scope)
    changed = await amend_centre(code=str(row.key), revision=revision, now=by.now, **values)
    del current
    return changed.code


async def _new_room(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    values = _named(row.values)
    centre = values["centre"]
    if centre not in by.centres:
        raise InvalidInput(unknown(centre), field="centre")
    if not by.scope.hosts(centre, by.centres[centre]):
        raise NotAllowed(_NOT_YOURS, field="centre")
    if "equipment" in values:
        values["equipment"] = words(values["equipment"])
    return (await register_room(**values)).code


async def _room(row: Compared, revision: int | None, _: Values, by: Storing) -> str:
    values = _named(row.values)
    if "equipment" in values:
        values["equipment"] = words(values["equipment"])
    if values.get("computers", 0) is None:
        values["computers"] = 0
    return (await amend_room(code=str(row.key), revision=revision, now=by.now, **values)).code


async def _new_slot(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    values = _named(row.values)
    found = await rows(
        "SELECT c.code FROM room r JOIN centre c ON c.id = r.centre WHERE r.code = $1",
        values["room"],
    )
    if not found:
        raise InvalidInput(unknown(values["room"]), field="room")
    centre = found[0]["code"]
    if not by.scope.hosts(centre, by.centres[centre]):
        raise NotAllowed(_NOT_YOURS, field="room")
    published = await publish_slots(
        room_code=values["room"],
        starts=time.fromisoformat(values["starts"]),
        minutes=values["minutes"],
        first_date=date.fromisoformat(values["day"]),
        seats=values.get("seats"),
        now=by.now,
    )
    return str(published.slots[0].id)


async def _slot(row: Compared, revision: int | None, current: Values, by: Storing) -> str:
    if current.get("group") is not None:
        raise InvalidInput(
            Sentence(
                "Le groupe {group} s'y réunit : changez ce créneau sur sa page, où l'on voit qui"
                " sera prévenu.",
                group=str(current["group"]),
            )
        )
    day, starts = row.values.get("day"), row.values.get("starts")
    change = SlotChange(
        day=None if day is None else date.fromisoformat(str(day)),
        starts=None if starts is None else time.fromisoformat(str(starts)),
        minutes=_whole(row.values.get("minutes")),
        seats=_whole(row.values.get("seats")),
    )
    await change_slots(slot_id=int(str(row.key)), change=change, revision=revision, now=by.now)
    return str(row.key)


async def _new_cohort(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    values = _dated(row.values)
    _require_manager(values["country"], by.scope)
    made = await register_cohort(**values)
    by.cohorts[made.code] = made.country
    return made.code


async def _cohort(row: Compared, revision: int | None, _: Values, by: Storing) -> str:
    del by
    changed = await amend_cohort(code=str(row.key), revision=revision or 0, **_dated(row.values))
    return changed.code


async def _new_learner(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    made = await register_learner(learner=learner_of(row, by), now=by.now)
    if row.values.get("cohort") is not None:
        await _enrol(str(row.values["cohort"]), made.code, by)
    return made.code


def learner_of(row: Compared, by: Storing) -> NewLearner:
    """Return the learner of a new row. Raises the refusal of a value, or of another's country."""
    values = {name: value for name, value in _named(row.values).items() if name != "cohort"}
    _require_manager(values["country"], by.scope)
    if values.get("centre") is not None and values["centre"] not in by.centres:
        raise InvalidInput(unknown(values["centre"]), field="centre")
    return NewLearner(**_reachable(values, values["country"], by))


async def _learner(row: Compared, revision: int | None, current: Values, by: Storing) -> str:
    values = _reachable(_named(row.values), str(current["country"]), by)
    changed = await amend_learner(code=str(row.key), revision=revision or 0, now=by.now, **values)
    return changed.code


async def _new_enrolment(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    if row.values.get("state", "enrolled") != "enrolled":
        raise InvalidInput(Sentence("Une inscription nouvelle est « inscrit »."), field="state")
    cohort, learner = str(row.values["cohort"]), str(row.values["learner"])
    await _enrol(cohort, learner, by)
    return f"{cohort}/{learner}"


async def _enrol(cohort: str, learner: str, by: Storing) -> None:
    if cohort not in by.cohorts:
        raise InvalidInput(unknown(cohort), field="cohort")
    _require_manager(by.cohorts[cohort], by.scope, "cohort")
    home = await rows(
        "SELECT k.iso2 FROM learner l JOIN country k ON k.id = l.country WHERE l.code = $1", learner
    )
    if not home:
        raise InvalidInput(unknown(learner), field="learner")
    _require_manager(home[0]["iso2"], by.scope, "learner")
    await enrol(cohort=cohort, learner=learner, now=by.now)


async def _enrolment(row: Compared, revision: int | None, __: Values, by: Storing) -> str:
    cohort, _, learner = str(row.key).partition("/")
    state = row.values.get("state")
    if state == "enrolled":
        await _enrol(cohort, learner, by)
    elif state is None:
        raise InvalidInput(Sentence("Ce champ est vide. Complétez-le."), field="state")
    else:
        end = withdraw if state == "withdrawn" else complete
        await end(cohort=cohort, learner=learner, revision=revision or 0, now=by.now)
    return str(row.key)


async def _attendance(row: Compared, _: int | None, __: Values, by: Storing) -> str:
    refused = (await keep_attendance([row], by)).get(str(row.key))
    if refused is not None:
        raise InvalidInput(refused, field="value")
    return str(row.key)


async def keep_attendance(found: Collection[Compared], by: Storing) -> dict[str, Sentence]:
    """Keep the marks of rows of one meetup; return, by key, why some were not kept.

    An earlier mark stays beside the new one, which says what it replaces and why.
    """
    meetup = int(str(next(iter(found)).key).partition("/")[0])
    seated = await rows(
        "SELECT l.code, l.id FROM booking b JOIN learner l ON l.id = b.learner"
        " WHERE b.meetup = $1", meetup,
    )  # fmt: skip
    ids = {each["code"]: each["id"] for each in seated}
    standings = merged(await marks_of(meetup))
    heads = {each.learner: one.heads for each, one in standings.items() if each.learner}
    told: dict[str, Sentence] = {}
    marks = {}
    for row in found:
        learner = str(row.key).partition("/")[2]
        value, reason = row.values.get("value"), row.values.get("reason")
        if value is None:
            told[str(row.key)] = Sentence("Une présence ne s'efface pas. Écrivez la bonne.")
            continue
        mark = MarkMade(
            id=uuid5(NAMESPACE_OID, f"{by.mark} {row.key}"),
            value=Value(str(value)),
            device=by.mark,
            device_at=by.now,
            way=Way.WORKBOOK,
            learner=learner,
            supersedes=frozenset(each.id for each in heads.get(ids.get(learner, 0), ())),
            reason=None if reason is None else str(reason),
        )
        marks[mark.id] = (row, mark)
    kept = await keep_marks(
        meetup_id=meetup, marks=[mark for _, mark in marks.values()], now=by.now
    )
    for each in kept.refused:
        told[str(marks[each.id][0].key)] = each.detail
    return told


_NOT_YOURS = Sentence("Ce n'est pas de votre ressort.")


def _require_manager(country: str, scope: Scope, field: str = "country") -> None:
    if not scope.manages(country):
        raise NotAllowed(_NOT_YOURS, field=field)


def _named(values: Values) -> dict[str, Any]:
    return dict(values)


def _reachable(values: dict[str, Any], country: str, by: Storing) -> dict[str, Any]:
    """Return the values with the "+" of a telephone number that a spreadsheet took for a sum."""
    prefix = by.prefixes.get(country) or ""
    number = re.sub(r"[\s.()-]", "", str(values.get("phone") or ""))
    if len(number) > len(prefix) + 6 and number.isdigit() and number.startswith(prefix[1:]):
        return {**values, "phone": f"+{number}"}
    return values


def _dated(values: Values) -> dict[str, Any]:
    days = ("starts_on", "ends_on")
    return {
        name: date.fromisoformat(str(value)) if name in days and value is not None else value
        for name, value in values.items()
    }


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


async def _never(row: Compared, revision: int | None, current: Values, by: Storing) -> str:
    del row, revision, current, by
    raise Refusal(Sentence("Cette feuille se lit seulement."))


Stores = Callable[[Compared, int | None, Values, Storing], Awaitable[str]]
_NEW: dict[str, Stores] = {
    "centres": _new_centre,
    "rooms": _new_room,
    "slots": _new_slot,
    "programmes": _never,
    "cohorts": _new_cohort,
    "learners": _new_learner,
    "enrolments": _new_enrolment,
    "attendance": _never,
}
_CHANGED: dict[str, Stores] = {
    "centres": _centre,
    "rooms": _room,
    "slots": _slot,
    "programmes": _never,
    "cohorts": _cohort,
    "learners": _learner,
    "enrolments": _enrolment,
    "attendance": _attendance,
}
