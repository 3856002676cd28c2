"""Mentors: people who lead meetups."""

from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.routes import changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeInPath,
    Email,
    IfMatch,
    Iso2,
    Iso2Filter,
    LanguageCode,
    Limit,
    Line,
    Page,
    Phone,
    View,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from sessions.describing import describe_mentor
from sessions.learning import mentors


class MentorIn(Body):
    """A new mentor."""

    code: Code
    name: Line
    country: Iso2
    email: Email | None = None
    phone: Phone | None = None
    language: LanguageCode = "fr"


class MentorChange(Body):
    """What may change of a mentor; what is left out stays."""

    name: Line | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: LanguageCode | UnsetType = UNSET


class MentorView(View):
    """A mentor with contacts, for the managers of the country."""

    code: str
    name: str
    email: str | None
    phone: str | None
    language: str
    country: str
    revision: int


class MentorController(Controller):
    """People who lead meetups; for the managers of their country."""

    path = "/mentors"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[MentorView]:
        """The mentors of your countries."""
        found = await mentors.list_mentors(
            countries=caller.countries_within(country), after_id=after_id(after), limit=limit + 1
        )
        return page_of(lambda row: shown(MentorView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> Response[MentorView]:
        """One mentor."""
        caller.require_known()
        row = await mentors.get_mentor(code=code)
        caller.require_manager(row.country)
        return revised(shown(MentorView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[MentorIn], caller: NamedDependency[Caller]
    ) -> Response[MentorView]:
        """Add a mentor to one of your countries."""
        caller.require_writer()
        caller.require_manager(data.country)
        row = await mentors.register_mentor(**asdict(data))
        return revised(shown(MentorView, row), row.revision, location=f"/api/v1/mentors/{row.code}")

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[MentorChange],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[MentorView]:
        """Change a mentor."""
        caller.require_writer()
        caller.require_manager((await mentors.get_mentor(code=code)).country)
        row = await describe_mentor(
            code=code, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(MentorView, row), row.revision)
