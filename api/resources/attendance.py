"""Who came to a meetup: its sheet, and marks that telephones send when they can."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta, field

from api.access.caller import Caller
from api.access.names import names_of
from api.clock import Now
from api.resources.meetups import visible_meetup
from api.routes import acting, reading
from api.wire import NO_NUL, Body, Code, IdInPath, Instant, View, WallTime, shown
from centres.language import negotiate, say
from sessions.attendance.checking_in import hours_of, secret_of
from sessions.attendance.keeping import MOST_MARKS_AT_ONCE, MarkMade, keep_marks
from sessions.attendance.marks import LONGEST_NAME, LONGEST_REASON, Mark, Value, Way
from sessions.attendance.sheets import Sheet, SheetRow, read_sheet, sheet_meetup
from sessions.attendance.wall_codes import SECONDS, offline_key

WalkIn = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=NO_NUL)]
Reason = Annotated[str, Meta(max_length=LONGEST_REASON, pattern=NO_NUL)]
Device = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


class MarkIn(Body):
    """One mark as a device made it: of a learner by code, or of a walk-in by name.

    `mark` is a UUID made on the device, under which the mark may be sent again without harm;
    `supersedes` names the marks that were seen and are corrected by this one, with a `reason`.
    """

    mark: UUID
    value: Value
    device: Device
    device_at: Instant
    learner: Code | None = None
    walk_in: WalkIn | None = None
    supersedes: Annotated[list[UUID], Meta(max_length=50)] = field(default_factory=list)
    reason: Reason | None = None


class MarksIn(Body):
    """A parcel of marks, each of which stands for itself."""

    marks: Annotated[list[MarkIn], Meta(min_length=1, max_length=MOST_MARKS_AT_ONCE)]


class MarkView(View):
    """A mark that was kept; `speaks` until another one supersedes it."""

    mark: UUID
    value: Value
    device: str
    device_at: Instant
    marked_by: str
    way: Way
    reason: str | None
    proof: str | None
    speaks: bool


class PersonView(View):
    """One person of the sheet; `value` is null for nobody marked, and for a conflict."""

    row: str | None
    learner: str | None
    name: str
    seated: bool
    value: Value | None
    conflict: bool
    shared_telephone: bool
    marks: list[MarkView]


class CountsView(View):
    """People with a seat by what became of them; walk-ins apart."""

    seats: int
    present: int
    late: int
    excused: int
    absent: int
    unmarked: int
    conflicts: int
    walk_ins: int


class SheetView(View):
    """The sheet of a meetup: those with a seat by name, then others who were marked."""

    meetup: int
    title: str
    group: str
    centre: str
    room: str
    zone: str
    starts_wall: WallTime
    ends_wall: WallTime
    state: str
    people: list[PersonView]
    counts: CountsView


class RefusedMarkView(View):
    """A mark that was not kept, and why."""

    mark: UUID
    detail: str


class MarksKeptView(View):
    """What became of a parcel, and the sheet after it."""

    kept: list[UUID]
    known: list[UUID]
    refused: list[RefusedMarkView]
    sheet: SheetView


class OfflineKeyView(View):
    """What a host's device needs to show codes without network; `now` sets its clock right."""

    key: str
    seconds: int
    opens_at: Instant
    closes_at: Instant
    now: Instant


class AttendanceController(Controller):
    """For the hosts of the meetup's centre and the mentor who leads it."""

    path = "/meetups/{meetup_id:int}/attendance"
    tags = ("Attendance",)

    @reading("")
    async def read(self, meetup_id: IdInPath, caller: NamedDependency[Caller]) -> SheetView:
        """Who is on the sheet, who was marked by whom, and what that comes to."""
        await visible_meetup(meetup_id, caller)
        return await sheet_view(await read_sheet(meetup_id=meetup_id))

    @acting("")
    async def keep(
        self,
        meetup_id: IdInPath,
        data: JSONBody[MarksIn],
        caller: NamedDependency[Caller],
        now: Now,
        request: Request[Any, Any, Any],
    ) -> MarksKeptView:
        """Keep marks; what cannot be kept comes back under `refused`, the others are kept."""
        caller.require_writer()
        await visible_meetup(meetup_id, caller)
        language = negotiate(request.headers.get("accept-language"))
        done = await keep_marks(
            meetup_id=meetup_id, marks=[_made(each) for each in data.marks], now=now
        )
        return MarksKeptView(
            kept=list(done.kept),
            known=list(done.known),
            refused=[
                RefusedMarkView(mark=each.id, detail=say(each.detail, language))
                for each in done.refused
            ],
            sheet=await sheet_view(await read_sheet(meetup_id=meetup_id)),
        )

    @reading("/offline-key")
    async def offline_key(
        self, meetup_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> OfflineKeyView:
        """The key, in hexadecimal digits, of codes that learners note and type in later.

        It makes no code that would count on a wall.
        """
        caller.require_writer()
        await visible_meetup(meetup_id, caller)
        hours = hours_of(await sheet_meetup(meetup_id=meetup_id))
        return OfflineKeyView(
            key=offline_key(await secret_of(meetup_id=meetup_id)).hex(),
            seconds=SECONDS,
            opens_at=hours.opens_at,
            closes_at=hours.ends_at,
            now=now,
        )


def _made(sent: MarkIn) -> MarkMade:
    return MarkMade(
        id=sent.mark,
        value=sent.value,
        device=sent.device,
        device_at=sent.device_at,
        way=Way.LIST,
        learner=sent.learner,
        walk_in=sent.walk_in,
        supersedes=frozenset(sent.supersedes),
        reason=sent.reason,
    )


async def sheet_view(sheet: Sheet) -> SheetView:
    """Return a sheet as it crosses the wire, with the names of those who marked."""
    history = [mark for row in sheet.rows if row.standing for mark in row.standing.history]
    names = await names_of(mark.marked_by for mark in history)
    return shown(
        SheetView,
        sheet.meetup,
        meetup=sheet.meetup.id,
        people=[_person(each, names) for each in sheet.rows],
        counts=shown(CountsView, sheet.counts),
    )


def _person(row: SheetRow, names: dict[str, str]) -> PersonView:
    standing = row.standing
    heads = {each.id for each in standing.heads} if standing else set()
    return PersonView(
        row=row.row,
        learner=row.learner,
        name=row.name,
        seated=row.seated,
        value=standing.value if standing else None,
        conflict=standing is not None and standing.conflict,
        shared_telephone=row.shared_telephone,
        marks=[
            _mark(each, names, each.id in heads) for each in (standing.history if standing else ())
        ],
    )


def _mark(mark: Mark, names: dict[str, str], speaks: bool) -> MarkView:
    return shown(
        MarkView,
        mark,
        mark=mark.id,
        marked_by=names.get(mark.marked_by, mark.marked_by.partition(":")[0]),
        speaks=speaks,
    )
