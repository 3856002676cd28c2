"""A sheet on paper and back: printed, signed, typed in by rows, its photograph kept."""

from uuid import UUID, uuid4, uuid5

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from api.clock import Now
from api.pages.addresses import base_of
from api.pages.attending import here_of, own_meetup
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from api.papers.sheet import sheet_pdf
from centres.errors import Refusal
from centres.language import Sentence, phrase
from sessions.attendance.evidence import LARGEST_PHOTO, add_photo, photos_of, read_photo
from sessions.attendance.keeping import MarkMade, keep_marks
from sessions.attendance.marks import Way
from sessions.attendance.row_codes import row_of
from sessions.attendance.sheets import Sheet, SheetRow, read_sheet
from sessions.attendance.typed_rows import BadLine, TypedRow, read_rows

WAYS = (
    (Way.PAPER, phrase("la feuille signée")),
    (Way.GRID, phrase("un autre registre, ou la mémoire")),
)
DEVICE = "keyboard"
PHOTO_KEPT = phrase("La photo est gardée avec cette séance.")


@get("/host/meetups/{meetup_id:int}/sheet.pdf", include_in_schema=False)
async def sheet(request: Decorated, meetup_id: FromPath[int]) -> Response[bytes]:
    """Serve the sheet to be printed and signed."""
    await own_meetup(request, meetup_id)
    settings = request.app.state.settings
    body = sheet_pdf(
        await read_sheet(meetup_id=meetup_id),
        language_of(request),
        network=settings.network_name,
        grid_url=f"{base_of(request, settings)}/host/meetups/{meetup_id}/grid",
    )
    name = f'inline; filename="presence-{meetup_id}.pdf"'
    headers = {**NEVER_KEPT, "Content-Disposition": name}
    return Response(body, media_type="application/pdf", headers=headers)


@get("/host/meetups/{meetup_id:int}/grid", include_in_schema=False)
async def grid_page(request: Decorated, meetup_id: FromPath[int]) -> Response[bytes]:
    """Show where a sheet is typed back, and its photographs."""
    await own_meetup(request, meetup_id)
    kept = "photo" in queried(request)
    return await _page(request, meetup_id, Typed(()), photo_kept=kept)


@post("/host/meetups/{meetup_id:int}/grid", include_in_schema=False)
async def keep_grid(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Keep all rows typed, or none while one of them cannot be taken; what was typed stays."""
    typed = await posted(request)
    await own_meetup(request, meetup_id)
    found = await read_sheet(meetup_id=meetup_id)
    rows, bad = read_rows(
        typed["rows"], meetup_id, sum(each.row is not None for each in found.rows)
    )
    photos = {str(each.id): each.id for each in await photos_of(meetup_id=meetup_id)}
    way = Way.PAPER if typed["way"] == Way.PAPER else Way.GRID
    marks = [
        _mark(each, found, typed, way=way, evidence=photos.get(typed["evidence"]), now=now)
        for each in rows
    ]
    if not rows and not bad:
        typed.wrong["rows"] = Sentence("Tapez au moins une ligne, comme « 7K p ».")
    if any(each.supersedes for each in marks) and not typed["reason"]:
        again = [row for row, mark in zip(rows, marks, strict=True) if mark.supersedes]
        bad += [_already_marked(each, found, typed["rows"]) for each in again]
    done = None
    if not bad and not typed.wrong:
        done = await keep_marks(meetup_id=meetup_id, marks=marks, now=now)
        refused = {each.id: each.detail for each in done.refused}
        bad = [
            BadLine(row.line, _line(typed["rows"], row.line), refused[mark.id])
            for row, mark in zip(rows, marks, strict=True)
            if mark.id in refused
        ]
    if done is None or bad:
        bad = sorted({each.line: each for each in reversed(bad)}.values(), key=lambda x: x.line)
        return await _page(request, meetup_id, typed, bad=bad, status=400)
    return see_other(f"/host/meetups/{meetup_id}/attendance?done={len(done.kept)}")


@post(
    "/host/meetups/{meetup_id:int}/evidence",
    include_in_schema=False,
    request_max_body_size=LARGEST_PHOTO + 100_000,
)
async def keep_photo(request: Decorated, meetup_id: FromPath[int], now: Now) -> Response[bytes]:
    """Keep a photograph of the signed sheet."""
    typed = await posted(request)
    await own_meetup(request, meetup_id)
    sent = (await request.form()).get("photo")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    try:
        await add_photo(meetup_id=meetup_id, content=content, now=now)
    except Refusal as refusal:
        typed.refuse(refusal)
        return await _page(request, meetup_id, typed, status=400)
    return see_other(f"/host/meetups/{meetup_id}/grid?photo=1#photos")


@get("/host/meetups/{meetup_id:int}/evidence/{photo_id:int}", include_in_schema=False)
async def photo(
    request: Decorated, meetup_id: FromPath[int], photo_id: FromPath[int]
) -> Response[bytes]:
    """Serve a photograph of the meetup's sheet."""
    await own_meetup(request, meetup_id)
    media_type, content = await read_photo(meetup_id=meetup_id, photo_id=photo_id)
    return Response(content, media_type=media_type, headers=NEVER_KEPT)


def _row(typed_row: TypedRow, sheet: Sheet) -> SheetRow | None:
    return next(
        (
            each
            for each in sheet.rows
            if each.row is not None and row_of(sheet.meetup.id, each.row) == typed_row.row
        ),
        None,
    )


def _mark(
    row: TypedRow, sheet: Sheet, typed: Typed, *, way: Way, evidence: int | None, now: Now
) -> MarkMade:
    """Return the mark of a row; it corrects what was marked otherwise, and agrees with the rest."""
    person = _row(row, sheet)
    differing = frozenset(
        mark.id
        for mark in (person.standing.heads if person and person.standing else ())
        if mark.value is not row.value
    )
    try:
        batch = UUID(typed["batch"])
    except ValueError:
        batch = uuid4()
    return MarkMade(
        id=uuid5(batch, f"{sheet.meetup.id} {row.row} {row.name} {row.value}"),
        value=row.value,
        device=DEVICE,
        device_at=now,
        way=way,
        learner=person.learner if person else None,
        walk_in=row.name,
        supersedes=differing,
        reason=typed["reason"] or None,
        evidence=evidence,
        proof=person.row if person else None,
    )


def _already_marked(row: TypedRow, sheet: Sheet, text: str) -> BadLine:
    person = _row(row, sheet)
    said = Sentence(
        "{name} est déjà noté autrement : écrivez plus bas la raison de la correction, ou retirez"
        " cette ligne.",
        name=person.name if person else row.name,
    )
    return BadLine(row.line, _line(text, row.line), said)


def _line(text: str, number: int) -> str:
    return text.splitlines()[number - 1].strip()


async def _page(
    request: Decorated,
    meetup_id: int,
    typed: Typed,
    *,
    bad: list[BadLine] | None = None,
    status: int = 200,
    photo_kept: bool = False,
) -> Response[bytes]:
    found = await read_sheet(meetup_id=meetup_id)
    return page(
        request,
        "host/grid.html",
        status=status,
        headers=NEVER_KEPT,
        here=here_of(found.meetup),
        meetup=found.meetup,
        sheet=found,
        typed=typed,
        bad=bad or [],
        ways=WAYS,
        photos=await photos_of(meetup_id=meetup_id),
        batch=typed["batch"] or str(uuid4()),
        done=Sentence(PHOTO_KEPT) if photo_kept else None,
    )
