"""Rooms of centres."""

from typing import Annotated

import msgspec
from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.resources.centres import visible_centre
from api.resources.consequences import DisruptionView, disruption_view
from api.routes import acting, changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeInPath,
    CodeInQuery,
    IfMatch,
    Limit,
    Line,
    Page,
    View,
    Words,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from centres import rooms
from sessions.describing import describe_room
from sessions.disruptions import lose_room, lose_room_preview

Seats = Annotated[int, Meta(ge=1, le=2000)]
Computers = Annotated[int, Meta(ge=0, le=2000)]
Equipment = Annotated[list[Code], Meta(max_length=10)]
RoomCode = Annotated[str, Meta(pattern=r"^[A-Z]{2}-[A-Z]{3}-[0-9]{2,3}-[A-Z0-9]{1,8}$")]


class RoomIn(Body):
    """A new room; its code is proposed when it is left out."""

    centre: Code
    name: Line
    seats: Seats
    code: RoomCode | None = None
    computers: Computers = 0
    equipment: Equipment = msgspec.field(default_factory=list)
    step_free: bool | None = None
    access_note: Words | None = None


class RoomChange(Body):
    """What may change of a room; what is left out stays."""

    name: Line | UnsetType = UNSET
    seats: Seats | UnsetType = UNSET
    computers: Computers | UnsetType = UNSET
    equipment: Equipment | UnsetType = UNSET
    step_free: bool | UnsetType | None = UNSET
    access_note: Words | UnsetType | None = UNSET


class RoomView(View):
    """A bookable room; `step_free` is null where nobody has said."""

    code: str
    centre: str
    country: str
    name: str
    seats: int
    computers: int
    equipment: list[str]
    step_free: bool | None
    access_note: str | None
    open: bool
    assumed: str | None
    revision: int


class Reason(Body):
    """Why, in words that the people affected will read.

    A room cannot be lost while a meetup that is pinned, or begins in the coming 48 hours, stays:
    `even_pinned` and `even_soon` let these go too.
    """

    reason: Words
    even_pinned: bool = False
    even_soon: bool = False


class RoomController(Controller):
    """Rooms; read by anybody where the centre is open, changed by its people."""

    path = "/rooms"
    tags = ("Network",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        centre: CodeInQuery,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[RoomView]:
        """The rooms of one centre."""
        await visible_centre(centre, caller)
        found = await rooms.list_rooms(centres=[centre], after_id=after_id(after), limit=limit + 1)
        return page_of(lambda row: shown(RoomView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> Response[RoomView]:
        """One room."""
        row = await rooms.read_room(code=code)
        await visible_centre(row.centre, caller)
        return revised(shown(RoomView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[RoomIn], caller: NamedDependency[Caller]
    ) -> Response[RoomView]:
        """Add a room to one of your centres."""
        caller.require_writer()
        centre = await visible_centre(data.centre, caller)
        caller.require_host(centre.code, centre.country)
        row = await rooms.register_room(**asdict(data))
        return revised(shown(RoomView, row), row.revision, location=f"/api/v1/rooms/{row.code}")

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[RoomChange],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[RoomView]:
        """Change a room; seats cannot fall below those of its slots to come."""
        caller.require_writer()
        before = await rooms.read_room(code=code)
        caller.require_host(before.centre, before.country)
        row = await describe_room(
            code=code, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(RoomView, row), row.revision)

    @acting("/{code:str}/open")
    async def open(
        self, code: CodeInPath, caller: NamedDependency[Caller], if_match: IfMatch = None
    ) -> Response[RoomView]:
        """Offer a room again."""
        caller.require_writer()
        before = await rooms.read_room(code=code)
        caller.require_host(before.centre, before.country)
        row = await rooms.open_room(code=code, revision=revision_of(if_match))
        return revised(shown(RoomView, row), row.revision)

    @acting("/{code:str}/lose-preview")
    async def lose_preview(
        self,
        code: CodeInPath,
        data: JSONBody[Reason],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> DisruptionView:
        """What losing this room would do to its slots and meetups; nothing is changed."""
        before = await rooms.read_room(code=code)
        caller.require_host(before.centre, before.country)
        found = await lose_room_preview(
            room=code,
            reason=data.reason,
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(found)

    @acting("/{code:str}/lose")
    async def lose(
        self,
        code: CodeInPath,
        data: JSONBody[Reason],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> DisruptionView:
        """Close a room: its slots are cancelled, their meetups find another place or end."""
        caller.require_writer()
        before = await rooms.read_room(code=code)
        caller.require_host(before.centre, before.country)
        done = await lose_room(
            room=code,
            reason=data.reason,
            revision=revision_of(if_match),
            even_pinned=data.even_pinned,
            even_soon=data.even_soon,
            now=now,
        )
        return disruption_view(done)
