"""Shell: files that came back: received, checked without storing anything, stored, undone."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import atomic, copy_rows, rows
from centres.errors import NotFound, Refusal
from centres.fields import INT4_MAX
from centres.language import Language, Sentence
from sessions.rehearsal import rehearse
from sessions.tables.workbooks import WorkbookChange
from sessions.workbook.applying import Applied, Change, Tell, apply
from sessions.workbook.comparing import Incoming, Outcome
from sessions.workbook.current import Scope
from sessions.workbook.reporting import refused_rows, report_of
from sessions.workbook.undoing import Holding, undo


class ImportNotReady(Refusal):
    """This import is not in a state in which that can be done."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: `report` is what became of its rows, by sheet; `failure` why there is none."""

    id: int
    state: str
    file_name: str
    language: Language
    scope: Scope
    progress: float
    report: Mapping[str, Any] | None
    failure: str | None
    sent_by: str
    sent_at: datetime
    stored_at: datetime | None
    undone_at: datetime | None
    has_answer: bool

    def count(self, outcome: Outcome) -> int:
        """Return how many rows of all sheets this became of."""
        sheets = (self.report or {}).get("sheets", [])
        return sum(each["counts"].get(outcome.value, 0) for each in sheets)


_IMPORT = """
SELECT id, state, file_name, language, scope, progress, report, failure, sent_by, sent_at,
       stored_at, undone_at, answer IS NOT NULL AS has_answer FROM workbook_import
"""


async def receive(
    *,
    file_name: str,
    content: bytes,
    language: Language,
    scope: Scope,
    sent_by: str,
    now: datetime,
) -> int:
    """Keep a file to be checked and return the import's id."""
    kept = {
        "admin": scope.admin,
        "countries": sorted(scope.countries),
        "centres": sorted(scope.centres),
    }
    stored = await rows(
        """INSERT INTO workbook_import (state, file_name, content, language, scope, progress,
                                        sent_by, sent_at)
           VALUES ('waiting', $1, $2, $3, $4, 0, $5, $6) RETURNING id""",
        file_name[:200],
        content,
        language.value,
        json.dumps(kept),
        sent_by,
        now,
    )
    return int(stored[0]["id"])


async def get_import(*, import_id: int, sent_by: str) -> Import:
    """Return an import of this sender; raises NotFound."""
    found = await rows(f"{_IMPORT} WHERE id = $1 AND sent_by = $2", _number(import_id), sent_by)
    if not found:
        raise NotFound(Sentence("Cet import n'existe pas."))
    return _import(found[0])


async def list_imports(*, sent_by: str, limit: int = 20) -> list[Import]:
    """Return the latest imports of this sender, the newest first."""
    found = await rows(f"{_IMPORT} WHERE sent_by = $1 ORDER BY id DESC LIMIT $2", sent_by, limit)
    return [_import(each) for each in found]


async def content_of(*, import_id: int) -> tuple[Import, bytes]:
    """Return an import with its file, for a job; raises NotFound."""
    found = await rows(f"{_IMPORT} WHERE id = $1", import_id)
    if not found:
        raise NotFound(Sentence("Cet import n'existe pas."))
    content = await rows("SELECT content FROM workbook_import WHERE id = $1", import_id)
    return _import(found[0]), bytes(content[0]["content"])


async def answer_of(*, import_id: int, sent_by: str) -> tuple[str, bytes]:
    """Return the name and the bytes of the file with its faults marked; raises NotFound."""
    found = await rows(
        "SELECT file_name, answer FROM workbook_import"
        " WHERE id = $1 AND sent_by = $2 AND answer IS NOT NULL",
        _number(import_id),
        sent_by,
    )
    if not found:
        raise NotFound(Sentence("Cet import n'existe pas."))
    return found[0]["file_name"], bytes(found[0]["answer"])


async def fail(*, import_id: int, why: str) -> None:
    """Say that a file cannot be used at all, and why."""
    await rows(
        "UPDATE workbook_import SET state = 'failed', failure = $2 WHERE id = $1"
        " AND state IN ('waiting', 'confirmed')",
        import_id,
        why,
    )


async def check(*, about: Import, sent: Mapping[str, Sequence[Incoming]], now: datetime) -> Applied:
    """Return what would become of each row, by doing all of it and rolling it back."""
    return await rehearse(
        lambda: apply(
            sent=sent, scope=about.scope, now=now, mark=_mark(about), tell=_teller(about.id)
        )
    )


async def keep_check(*, about: Import, checked: Applied, answer: bytes | None) -> None:
    """Keep what a check found, with the marked file, unless it was stored meanwhile."""
    await rows(
        """UPDATE workbook_import SET state = 'checked', progress = 1, report = $2, answer = $3
           WHERE id = $1 AND state IN ('waiting', 'checked', 'confirmed')""",
        about.id,
        json.dumps(report_of(checked.rows, about.language)),
        answer,
    )


async def confirm(*, import_id: int, sent_by: str) -> None:
    """Ask for what was checked to be stored; raises NotFound, ImportNotReady."""
    async with atomic():
        found = await _locked(import_id, sent_by)
        if found.state != "checked" or not (
            found.count(Outcome.NEW) or found.count(Outcome.CHANGED)
        ):
            raise ImportNotReady(Sentence("Il n'y a rien à enregistrer dans cet import."))
        await rows(
            "UPDATE workbook_import SET state = 'confirmed', progress = 0 WHERE id = $1", found.id
        )


async def store(
    *, about: Import, sent: Mapping[str, Sequence[Incoming]], now: datetime
) -> Applied | None:
    """Store what was checked, in one transaction; return None if it is stored already.

    Where a row is refused that was not when its sender confirmed, nothing is stored: what would
    now become of the rows is returned for them to look at again (`was_stored` says which).
    """
    expected = {
        (sheet["name"], number)
        for sheet in (about.report or {}).get("sheets", [])
        for number in sheet["refused"]
    }
    done: list[Applied] = []
    try:
        async with atomic():
            again = await rows(
                "SELECT state FROM workbook_import WHERE id = $1 FOR UPDATE", about.id
            )
            if again[0]["state"] != "confirmed":
                return None
            tell = _teller(about.id)
            applied = await apply(
                sent=sent, scope=about.scope, now=now, mark=_mark(about), tell=tell
            )
            done.append(applied)
            if not refused_rows(applied.rows) <= expected:
                raise ImportNotReady(Sentence("Des lignes sont refusées depuis la vérification."))
            await copy_rows(
                WorkbookChange,
                ["workbook_import", "ordinal", "sheet", "key", "outcome", "before", "after"],
                [
                    (
                        about.id,
                        number,
                        each.sheet,
                        each.key,
                        each.outcome.value,
                        json.dumps(dict(each.before)),
                        json.dumps(dict(each.after)),
                    )
                    for number, each in enumerate(applied.changes)
                ],
            )
            await rows(
                """UPDATE workbook_import SET state = 'stored', stored_at = $2, report = $3,
                          progress = 1 WHERE id = $1""",
                about.id,
                now,
                json.dumps(report_of(applied.rows, about.language)),
            )
    except ImportNotReady:
        pass
    return done[0]


async def undo_import(*, import_id: int, sent_by: str, now: datetime) -> tuple[Holding, ...]:
    """Take a stored import back whole; return what depends on it, and then nothing was taken back.

    Raises NotFound, ImportNotReady.
    """
    async with atomic():
        about = await _locked(import_id, sent_by)
        if about.state != "stored":
            raise ImportNotReady(Sentence("Cet import n'est pas enregistré."))
        found = await rows(
            "SELECT sheet, key, outcome, before, after FROM workbook_change"
            " WHERE workbook_import = $1 ORDER BY ordinal",
            about.id,
        )
        changes = [
            Change(
                each["sheet"],
                each["key"],
                Outcome(each["outcome"]),
                json.loads(each["before"]),
                json.loads(each["after"]),
            )
            for each in found
        ]
        held = await undo(changes=changes, scope=about.scope, now=now, mark=f"{_mark(about)}-undo")
        if not held:
            await rows(
                "UPDATE workbook_import SET state = 'undone', undone_at = $2 WHERE id = $1",
                about.id,
                now,
            )
    return held


async def _locked(import_id: int, sent_by: str) -> Import:
    found = await rows(
        f"{_IMPORT} WHERE id = $1 AND sent_by = $2 FOR UPDATE", _number(import_id), sent_by
    )
    if not found:
        raise NotFound(Sentence("Cet import n'existe pas."))
    return _import(found[0])


def _teller(import_id: int) -> Tell:
    """Return a call that shows the progress at once, outside of the transaction that is open."""

    async def write(share: float) -> None:
        await rows(
            "UPDATE workbook_import SET progress = $2 WHERE id = $1 AND state = 'waiting'",
            import_id,
            min(1.0, share),
        )

    async def tell(share: float) -> None:
        await asyncio.create_task(write(share), context=Context())

    return tell


def _mark(about: Import) -> str:
    return f"workbook-{about.id}"


def _number(import_id: int) -> int:
    return min(max(import_id, 0), INT4_MAX)


def _import(row: Mapping[str, Any]) -> Import:
    scope = json.loads(row["scope"])
    kept = Scope(scope["admin"], frozenset(scope["countries"]), frozenset(scope["centres"]))
    report = None if row["report"] is None else json.loads(row["report"])
    return Import(**{**row, "scope": kept, "report": report, "language": Language(row["language"])})
