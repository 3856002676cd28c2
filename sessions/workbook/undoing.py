"""Shell: an import taken back, row by row in reverse, as long as nothing depends on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from centres.db import atomic, rows
from centres.errors import Refusal, StillInUse
from centres.language import Sentence, phrase
from sessions.workbook.applying import Change
from sessions.workbook.comparing import Compared, Outcome, Values
from sessions.workbook.current import Scope, current_rows
from sessions.workbook.sheets import BY_NAME
from sessions.workbook.storing import Storing, begin, store_row


class ImportDependedOn(StillInUse):
    """Something has come to depend on this import, so that it cannot be undone."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A row that cannot be taken back, and why."""

    sheet: str
    key: str
    why: Sentence


_TABLES = {
    "centres": ("centre", "code"),
    "rooms": ("room", "code"),
    "slots": ("slot", "id::text"),
    "cohorts": ("cohort", "code"),
    "learners": ("learner", "code"),
}
_POINTING = """
SELECT c.conrelid::regclass::text AS "table", a.attname AS "column"
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
WHERE c.contype = 'f' AND c.confrelid = $1::regclass ORDER BY 1
"""
# What people call the tables that a row of ours may hold; any other goes by its name.
_WORDS = {
    "room": phrase("salles"),
    "slot": phrase("créneaux"),
    "meetup": phrase("séances"),
    "booking": phrase("places en séance"),
    "enrolment": phrase("inscriptions"),
    "cohort_group": phrase("groupes"),
    "notice": phrase("nouvelles envoyées"),
    "agreement": phrase("conventions"),
    "attendance": phrase("présences"),
    "planned_meetup": phrase("plannings"),
    "learner": phrase("élèves"),
}
_SEATS = """
SELECT count(*)::int AS seats FROM booking b JOIN meetup m ON m.id = b.meetup
JOIN cohort_group g ON g.id = m.cohort_group JOIN cohort o ON o.id = g.cohort
JOIN learner l ON l.id = b.learner WHERE o.code = $1 AND l.code = $2
"""
_UNENROL = """
DELETE FROM enrolment e USING cohort o, learner l
WHERE o.id = e.cohort AND l.id = e.learner AND o.code = $1 AND l.code = $2
"""


async def undo(
    *, changes: Sequence[Change], scope: Scope, now: datetime, mark: str
) -> tuple[Holding, ...]:
    """Take all changes back, the last first; return what holds on to them, and then nothing was.

    New rows go, changed cells say again what they said before. One transaction.
    """
    held: list[Holding] = []
    try:
        async with atomic():
            by = await begin(scope=scope, now=now, mark=mark)
            for change in reversed(changes):
                try:
                    async with atomic():
                        await _take_back(change, by)
                except Refusal as refusal:
                    detail = refusal.detail
                    why = detail if isinstance(detail, Sentence) else Sentence(str(detail))
                    held.append(Holding(change.sheet, change.key, why))
            if held:
                raise ImportDependedOn(held[0].why)
    except ImportDependedOn:
        return tuple(held)
    return ()


async def _take_back(change: Change, by: Storing) -> None:
    if change.outcome is Outcome.NEW:
        if change.sheet == "enrolments":
            await _unenrol(change.key)
        else:
            await _delete(change)
        return
    sheet = BY_NAME[change.sheet]
    found = await current_rows(sheet=sheet, scope=by.scope, now=by.now, keys=[change.key])
    if change.key not in found:
        raise ImportDependedOn(Sentence("Cette ligne n'est plus de votre ressort."))
    now = found[change.key]
    fields = [each for each in change.after if each != "reason"]
    for name in fields:
        if now.values.get(name) != change.after[name]:
            raise ImportDependedOn(
                Sentence(
                    "Quelqu'un y a écrit « {value} » depuis.", value=str(now.values.get(name))
                ),
                field=name,
            )
    back: Values = {name: change.before.get(name) for name in fields}
    if change.sheet == "attendance":
        if back.get("value") is None:
            raise ImportDependedOn(
                Sentence("Une présence ne s'efface pas : corrigez-la sur la liste de la séance.")
            )
        back = {**back, "reason": str(Sentence("Import annulé"))}
    row = Compared(0, Outcome.CHANGED, change.key, values=back, before=change.after)
    await store_row(change.sheet, row, now.revision, now.values, by)


async def _unenrol(key: str) -> None:
    cohort, _, learner = key.partition("/")
    seats = (await rows(_SEATS, cohort, learner))[0]["seats"]
    if seats:
        raise ImportDependedOn(
            Sentence(
                "{learner} a des places en séance ({count}) : retirez-le de la promotion.",
                learner=learner,
                count=seats,
            )
        )
    await rows(_UNENROL, cohort, learner)


async def _delete(change: Change) -> None:
    table, column = _TABLES[change.sheet]
    found = await rows(f"SELECT id FROM {table} WHERE {column} = $1 FOR UPDATE", change.key)
    if not found:
        return
    row = found[0]["id"]
    for each in await rows(_POINTING, table):
        counted = await rows(
            f'SELECT count(*)::int AS n FROM {each["table"]} WHERE "{each["column"]}" = $1', row
        )
        if counted[0]["n"]:
            name = each["table"]
            words = _WORDS.get(name)
            raise ImportDependedOn(
                Sentence(
                    "En dépendent : {what} ({count}).",
                    what=Sentence(words) if words else name,
                    count=counted[0]["n"],
                )
            )
    await rows(f"DELETE FROM {table} WHERE id = $1", row)
