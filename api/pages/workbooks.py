"""The workbook: download it, send it back, look at what would change, say yes, or take it back."""

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from api.clock import Now
from api.pages.forms import Typed, posted
from api.pages.login import see_other
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from api.workbooks.guarding import LARGEST
from api.workbooks.taking import agree, roster_of, scope_of, take, workbook_of
from centres.errors import Refusal
from sessions.workbook.comparing import Outcome
from sessions.workbook.imports import (
    Import,
    answer_of,
    get_import,
    list_imports,
    undo_import,
)
from sessions.workbook.sheets import BY_NAME, sheets_for
from sessions.workbook.undoing import Holding

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/workbook", include_in_schema=False)
async def workbook(request: Decorated) -> Response[bytes]:
    """Show where to download the workbook, where to send it back, and what was sent before."""
    return await _front(request, Typed(()))


@get("/workbook/rendezvous.xlsx", include_in_schema=False)
async def download(request: Decorated, now: Now) -> Response[bytes]:
    """Hand out the workbook of all that the caller may see."""
    scope = scope_of(request.user)
    content = await workbook_of(
        scope=scope,
        language=language_of(request),
        now=now,
        network=request.app.state.settings.network_name,
    )
    return _file(content, f"rendezvous-{now:%Y-%m-%d}.xlsx")


@get("/workbook/oneroster.zip", include_in_schema=False)
async def download_roster(request: Decorated, now: Now) -> Response[bytes]:
    """Hand out centres, cohorts, learners and enrolments as OneRoster 1.2, to managers."""
    content = await roster_of(
        scope=scope_of(request.user),
        now=now,
        network=request.app.state.settings.network_name,
    )
    return _file(content, f"oneroster-{now:%Y-%m-%d}.zip", "application/zip")


@post("/workbook", include_in_schema=False, request_max_body_size=LARGEST + 100_000)
async def send(request: Decorated, now: Now) -> Response[bytes]:
    """Take a file that came back and show how its check comes along."""
    typed = await posted(request)
    scope = scope_of(request.user)
    file = (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    name = file.filename if isinstance(file, UploadFile) else ""
    try:
        number = await take(
            content=content,
            file_name=name or "classeur.xlsx",
            language=language_of(request),
            scope=scope,
            sent_by=request.user.actor,
            now=now,
        )
    except Refusal as refusal:
        typed.wrong["file"] = refusal.detail
        return await _front(request, typed, status=400)
    return see_other(f"/workbook/imports/{number}")


@get("/workbook/imports/{number:int}", include_in_schema=False)
async def sent(request: Decorated, number: FromPath[int]) -> Response[bytes]:
    """Show what would become, or became, of each row of a file."""
    scope_of(request.user)
    return _one(request, await get_import(import_id=number, sent_by=request.user.actor))


@post("/workbook/imports/{number:int}/confirm", include_in_schema=False)
async def say_yes(request: Decorated, number: FromPath[int]) -> Response[bytes]:
    """Store what was checked."""
    await posted(request)
    scope_of(request.user)
    await agree(import_id=number, sent_by=request.user.actor)
    return see_other(f"/workbook/imports/{number}")


@post("/workbook/imports/{number:int}/undo", include_in_schema=False)
async def take_back(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Take a stored file back whole, or show what depends on it."""
    await posted(request)
    scope_of(request.user)
    held = await undo_import(import_id=number, sent_by=request.user.actor, now=now)
    if not held:
        return see_other(f"/workbook/imports/{number}")
    found = await get_import(import_id=number, sent_by=request.user.actor)
    return _one(request, found, status=409, held=held)


@get("/workbook/imports/{number:int}/marked", include_in_schema=False)
async def marked_file(request: Decorated, number: FromPath[int]) -> Response[bytes]:
    """Hand back the file with its faults marked."""
    scope_of(request.user)
    name, content = await answer_of(import_id=number, sent_by=request.user.actor)
    stem = "".join(each for each in name.rpartition(".")[0] if each.isascii() and each.isalnum())
    return _file(content, f"{stem or 'classeur'}-a-corriger.xlsx")


def _file(content: bytes, name: str, media_type: str = EXCEL) -> Response[bytes]:
    headers = {**NEVER_KEPT, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _front(request: Decorated, typed: Typed, status: int = 200) -> Response[bytes]:
    scope = scope_of(request.user)
    return page(
        request,
        "workbook.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        sheets=sheets_for(manager=scope.manager),
        has_roster=scope.manager,
        imports=await list_imports(sent_by=request.user.actor),
        outcomes=Outcome,
    )


def _one(
    request: Decorated, found: Import, *, status: int = 200, held: tuple[Holding, ...] = ()
) -> Response[bytes]:
    headings = {
        name: {column.field: column.heading for column in sheet.columns}
        for name, sheet in BY_NAME.items()
    }
    return page(
        request,
        "workbook_import.html",
        status=status,
        headers=NEVER_KEPT,
        found=found,
        sheets=BY_NAME,
        headings=headings,
        outcomes=Outcome,
        held=held,
        waits=found.state in ("waiting", "confirmed"),
    )
