"""A file that came back: checked by a job, agreed to by its sender, stored by another job."""

import asyncio
from datetime import UTC, datetime

from api.access.caller import Caller
from api.workbooks.guarding import UnreadableWorkbook, require_safe, require_safe_zip
from api.workbooks.marking import marked
from api.workbooks.reading import Sent, read_file
from api.workbooks.rosters import is_roster, read_roster, write_roster
from api.workbooks.writing import write_workbook
from centres.acting import acting_as
from centres.db import atomic
from centres.errors import NotAllowed
from centres.language import Language, Sentence
from sessions.deferring import defer
from sessions.workbook.comparing import Values
from sessions.workbook.current import Scope, current_rows
from sessions.workbook.imports import (
    Import,
    check,
    confirm,
    content_of,
    fail,
    keep_check,
    receive,
    store,
)
from sessions.workbook.roster_files import roster_files
from sessions.workbook.roster_reading import sheets_of_roster
from sessions.workbook.sheets import BY_NAME, sheets_for

CHECK_WORKBOOK = "check_workbook"
STORE_WORKBOOK = "store_workbook"


def scope_of(caller: Caller) -> Scope:
    """Return what a caller's workbook holds; raises LoginNeeded, NotAllowed for mentors."""
    caller.require_known()
    if not (caller.admin or caller.countries or caller.centres):
        caller.require_some_manager()
    return Scope(caller.admin, caller.countries, caller.centres)


async def workbook_of(*, scope: Scope, language: Language, now: datetime, network: str) -> bytes:
    """Return the workbook of all that this scope may see, as an Excel file."""
    found = {}
    for sheet in sheets_for(manager=scope.manager):
        members = await current_rows(sheet=sheet, scope=scope, now=now)
        found[sheet.name] = {key: each.values for key, each in members.items()}
    return await asyncio.to_thread(
        write_workbook, found, language=language, now=now, network=network
    )


async def roster_of(*, scope: Scope, now: datetime, network: str) -> bytes:
    """Return the centres, cohorts, learners and enrolments of this scope as OneRoster 1.2, a zip.

    Raises NotAllowed for whoever manages no country: a roster holds contacts.
    """
    if not scope.manager:
        raise NotAllowed(Sentence("Ce n'est pas de votre ressort."))
    files = roster_files(await _rostered(scope, now), system=network)
    return await asyncio.to_thread(write_roster, files)


async def _rostered(scope: Scope, now: datetime) -> dict[str, dict[str, Values]]:
    found = {}
    for name in ("centres", "programmes", "cohorts", "learners", "enrolments"):
        members = await current_rows(sheet=BY_NAME[name], scope=scope, now=now)
        found[name] = {key: each.values for key, each in members.items()}
    return found


async def _read(about: Import, content: bytes, now: datetime) -> tuple[Sent, Sent | None]:
    """Return the rows of a file, and once more where they come from a roster."""
    if not is_roster(content):
        return await asyncio.to_thread(read_file, content, about.file_name), None
    files = await asyncio.to_thread(read_roster, content)
    known = await _rostered(about.scope, now)
    sent = await asyncio.to_thread(sheets_of_roster, files, known)
    if not sent:
        raise UnreadableWorkbook(Sentence("Ce fichier est vide."))
    return sent, sent


async def take(
    *,
    content: bytes,
    file_name: str,
    language: Language,
    scope: Scope,
    sent_by: str,
    now: datetime,
    by_job: bool = True,
) -> int:
    """Keep a file and queue its check, both or neither; return the import's id.

    Without `by_job` the caller checks it. Raises UnreadableWorkbook for what need not be read to
    be refused.
    """
    if not content:
        raise UnreadableWorkbook(Sentence("Choisissez un fichier."), field="file")
    if is_roster(content):
        await asyncio.to_thread(require_safe_zip, content)
    elif content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0":
        await asyncio.to_thread(require_safe, content)
    async with atomic():
        number = await receive(
            file_name=file_name,
            content=content,
            language=language,
            scope=scope,
            sent_by=sent_by,
            now=now,
        )
        if by_job:
            await defer(task=CHECK_WORKBOOK, arguments={"import_id": number})
    return number


async def agree(*, import_id: int, sent_by: str) -> None:
    """Queue the storing of a checked import; raises NotFound, ImportNotReady."""
    async with atomic():
        await confirm(import_id=import_id, sent_by=sent_by)
        await defer(task=STORE_WORKBOOK, arguments={"import_id": import_id})


async def check_workbook(import_id: int) -> None:
    """Check a file that came back; running it twice changes nothing."""
    about, content = await content_of(import_id=import_id)
    if about.state != "waiting":
        return
    with acting_as(about.sent_by):
        now = datetime.now(UTC)
        try:
            sent, roster = await _read(about, content, now)
        except UnreadableWorkbook as refusal:
            await fail(import_id=import_id, why=_said(refusal, about.language))
            return
        checked = await check(about=about, sent=sent, now=now)
        answer = await asyncio.to_thread(marked, content, checked.rows, about.language, roster)
        await keep_check(about=about, checked=checked, answer=answer)


async def store_workbook(import_id: int) -> None:
    """Store a confirmed file in one transaction; running it twice changes nothing."""
    about, content = await content_of(import_id=import_id)
    if about.state != "confirmed":
        return
    with acting_as(about.sent_by):
        now = datetime.now(UTC)
        sent, roster = await _read(about, content, now)
        done = await store(about=about, sent=sent, now=now)
        again, _ = await content_of(import_id=import_id)
        if done is not None and again.state == "confirmed":
            answer = await asyncio.to_thread(marked, content, done.rows, about.language, roster)
            await keep_check(about=about, checked=done, answer=answer)


def _said(refusal: UnreadableWorkbook, language: Language) -> str:
    detail = refusal.detail
    return detail.in_language(language) if isinstance(detail, Sentence) else str(detail)
