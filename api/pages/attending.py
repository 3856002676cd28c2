"""The list of a meetup on which a host marks who came; works as a form, and without network."""

import json
from collections.abc import Iterable
from functools import cache
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from litestar import MediaType, Response, get, post
from litestar.params import FromPath

from api.access.names import names_of
from api.clock import Now
from api.pages.forms import Typed, posted, queried
from api.pages.hosted import Hosting
from api.pages.login import see_other
from api.pages.rendering import (
    HERE,
    NEVER_KEPT,
    Decorated,
    page,
    static_mark,
    static_url,
)
from centres.language import Sentence, phrase
from centres.zones import to_wall
from sessions.attendance.keeping import MarkMade, keep_marks
from sessions.attendance.marks import VALUE_WORDS, WAY_WORDS, Value, Way
from sessions.attendance.sheets import (
    Sheet,
    SheetMeetup,
    SheetRow,
    meetups_of_day,
    read_sheet,
    sheet_meetup,
)
from sessions.host_calendar import HostedCentre

SHELL = "/host/attendance/shell"
DEVICE = "page"
REASONS = (
    phrase("Faute de frappe"),
    phrase("Arrivé plus tard"),
    phrase("Parti avant la fin"),
    phrase("Justificatif reçu"),
    phrase("Vu avec la personne"),
)
DONE = phrase("Présences enregistrées : {count}.")


def here_of(meetup: SheetMeetup) -> Hosting:
    """Return the centre of a meetup as the frame of a host's page wants it."""
    centre = HostedCentre(meetup.centre, meetup.centre_name, "", meetup.country, meetup.zone)
    return Hosting((centre,), centre)


async def own_meetup(request: Decorated, meetup_id: int) -> SheetMeetup:
    """Return the meetup if the caller hosts its centre; raises NotFound or LoginNeeded."""
    request.user.require_known()
    meetup = await sheet_meetup(meetup_id=meetup_id)
    request.user.require_host(meetup.centre, meetup.country)
    return meetup


@get("/host/meetups/{meetup_id:int}/attendance", include_in_schema=False)
async def attendance_page(
    request: Decorated, meetup_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Show the list of a meetup, to be marked."""
    await own_meetup(request, meetup_id)
    typed = queried(request)
    count = typed.whole("done", 0, 1000, optional=True)
    done = None if count is None else Sentence(DONE, count=count)
    return await _page(request, await read_sheet(meetup_id=meetup_id), Typed(()), now, done=done)


@post("/host/meetups/{meetup_id:int}/attendance", include_in_schema=False)
async def keep_attendance(
    request: Decorated, meetup_id: FromPath[int], now: Now
) -> Response[bytes]:
    """Keep what differs from what the page showed; corrections need their reason."""
    typed = await posted(request)
    await own_meetup(request, meetup_id)
    sheet = await read_sheet(meetup_id=meetup_id)
    marks = marks_of_form(typed, sheet, now)
    if any(each.supersedes for each in marks) and not typed["reason"]:
        typed.wrong["reason"] = Sentence(
            "Donnez la raison de la correction : l'ancienne marque est gardée."
        )
    if not typed.wrong:
        done = await keep_marks(meetup_id=meetup_id, marks=marks, now=now)
        for refused in done.refused:
            typed.wrong.setdefault("", refused.detail)
    if typed.wrong:
        return await _page(request, sheet, typed, now, status=400)
    return see_other(f"/host/meetups/{meetup_id}/attendance?done={len(done.kept)}")


def marks_of_form(typed: Typed, sheet: Sheet, now: Now) -> list[MarkMade]:
    """Return the marks that a form makes of those rows that differ from what it showed.

    Their ids come from the form's own number, so that a form sent twice marks once. What a mark
    corrects is what the form showed, not what has come in since: that becomes a conflict.
    """
    try:
        batch = UUID(typed["batch"])
    except ValueError:
        batch = uuid4()
    made = []

    def mark(key: str, value: Value, **more: object) -> MarkMade:
        own = uuid5(batch, f"{sheet.meetup.id} {key} {value}")
        plain = {"id": own, "value": value, "device": DEVICE, "device_at": now, "way": Way.LIST}
        return MarkMade(**{**plain, **more})  # type: ignore[arg-type]

    for row in sheet.rows:
        key = row_key(row)
        chosen = typed[f"v-{key}"]
        if chosen not in set(Value) or chosen == typed[f"was-{key}"]:
            continue
        seen = frozenset(_uuids(typed[f"seen-{key}"]))
        made.append(
            mark(
                key,
                Value(chosen),
                learner=row.learner,
                walk_in=None if row.learner else row.name,
                supersedes=seen,
                reason=typed["reason"] if seen else None,
            )
        )
    if typed["walk_in"]:
        made.append(mark(f"+{typed['walk_in']}", Value.PRESENT, walk_in=typed["walk_in"]))
    return made


def row_key(row: SheetRow) -> str:
    """Return what a row is called in forms: a learner's code, or the fold of a walk-in's name."""
    return row.learner or str(uuid5(NAMESPACE_URL, row.subject.walk_in or ""))


def _uuids(text: str) -> Iterable[UUID]:
    for each in text.split():
        try:
            yield UUID(each)
        except ValueError:
            continue


async def _page(
    request: Decorated,
    sheet: Sheet,
    typed: Typed,
    now: Now,
    *,
    status: int = 200,
    done: Sentence | None = None,
) -> Response[bytes]:
    meetup = sheet.meetup
    history = [mark for row in sheet.rows if row.standing for mark in row.standing.history]
    today = await meetups_of_day(centre=meetup.centre, day=meetup.day)
    return page(
        request,
        "host/attendance.html",
        status=status,
        headers=NEVER_KEPT,
        here=here_of(meetup),
        sheet=sheet,
        meetup=meetup,
        typed=typed,
        today=today,
        batch=typed["batch"] or str(uuid4()),
        key=row_key,
        marked_by=await names_of(mark.marked_by for mark in history),
        begun=to_wall(now, meetup.zone).date() >= meetup.day,
        values=list(Value),
        value_words=VALUE_WORDS,
        way_words=WAY_WORDS,
        reasons=REASONS,
        done=done,
    )


@get(SHELL, include_in_schema=False)
async def attendance_shell(request: Decorated) -> Response[bytes]:
    """Serve the list without a single name in it: what a device keeps to work without network."""
    return page(
        request,
        "host/attendance_shell.html",
        values=list(Value),
        value_words=VALUE_WORDS,
        reasons=REASONS,
    )


@cache
def worker_script() -> bytes:
    """Return the service worker with the addresses of what it keeps, marked by their bytes."""
    kept = [SHELL, static_url("style.css"), static_url("attendance.js"), static_url("icon.svg")]
    facts = {"mark": static_mark("attendance_worker.js"), "shell": SHELL, "kept": kept}
    script = (HERE / "static" / "attendance_worker.js").read_text(encoding="utf-8")
    return f"const FACTS = {json.dumps(facts)};\n{script}".encode()


@get("/host/worker.js", include_in_schema=False, media_type=MediaType.TEXT)
async def attendance_worker() -> Response[bytes]:
    """Serve the service worker; served from /host/ it has no say over any other page."""
    return Response(
        worker_script(), media_type="text/javascript", headers={"Cache-Control": "no-cache"}
    )
