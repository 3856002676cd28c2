"""Cohorts, and the groups that they meet in."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from api.access.caller import Caller
from api.clock import Now
from api.routes import acting, changing, creating, listing, reading
from api.wire import (
    After,
    Body,
    Code,
    CodeFilter,
    CodeInPath,
    IfMatch,
    Iso2,
    Iso2Filter,
    LanguageCode,
    Limit,
    Page,
    View,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from sessions.forming_groups import form_groups
from sessions.learning import cohorts, groups

Cadence = Annotated[int, Meta(ge=1, le=4)]
Minutes = Annotated[int, Meta(ge=30, le=600)]
Equipment = Annotated[list[Code], Meta(max_length=10)]


class CohortIn(Body):
    """A new cohort: it meets every 1, 2 or 4 weeks for some minutes."""

    code: Code
    programme: Code
    country: Iso2
    starts_on: date
    ends_on: date
    cadence_weeks: Cadence
    meetup_minutes: Minutes
    sponsor: Code | None = None
    equipment_needed: Equipment = msgspec.field(default_factory=list)
    language: LanguageCode = "fr"


class CohortChange(Body):
    """What may change of a cohort; what is left out stays."""

    sponsor: Code | UnsetType | None = UNSET
    starts_on: date | UnsetType = UNSET
    ends_on: date | UnsetType = UNSET
    cadence_weeks: Cadence | UnsetType = UNSET
    meetup_minutes: Minutes | UnsetType = UNSET
    equipment_needed: Equipment | UnsetType = UNSET
    language: LanguageCode | UnsetType = UNSET


class CohortView(View):
    """A cohort (promotion)."""

    code: str
    programme: str
    sponsor: str | None
    country: str
    starts_on: date
    ends_on: date
    cadence_weeks: int
    meetup_minutes: int
    equipment_needed: list[str]
    language: str
    revision: int


class GroupsFormed(View):
    """What forming groups did: the new groups, how many learners have a place, how many do not."""

    new_groups: list[str]
    placed: int
    left_out: int


class CohortController(Controller):
    """Learners who follow one run of a programme together; for the managers of the country."""

    path = "/cohorts"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        programme: CodeFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[CohortView]:
        """The cohorts of your countries."""
        found = await cohorts.list_cohorts(
            countries=caller.countries_within(country),
            programme=programme,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(CohortView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> Response[CohortView]:
        """One cohort."""
        caller.require_known()
        row = await cohorts.get_cohort(code=code)
        caller.require_manager(row.country)
        return revised(shown(CohortView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[CohortIn], caller: NamedDependency[Caller]
    ) -> Response[CohortView]:
        """Add a cohort to one of your countries."""
        caller.require_writer()
        caller.require_manager(data.country)
        row = await cohorts.register_cohort(**asdict(data))
        return revised(shown(CohortView, row), row.revision, location=f"/api/v1/cohorts/{row.code}")

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[CohortChange],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[CohortView]:
        """Change a cohort; its first day and cadence stay once it has meetups."""
        caller.require_writer()
        caller.require_manager((await cohorts.get_cohort(code=code)).country)
        row = await cohorts.amend_cohort(code=code, revision=revision_of(if_match), **asdict(data))
        return revised(shown(CohortView, row), row.revision)

    @acting("/{code:str}/form-groups")
    async def form(
        self, code: CodeInPath, caller: NamedDependency[Caller], now: Now
    ) -> GroupsFormed:
        """Split the learners who have no group yet into groups that fit rooms near them."""
        caller.require_writer()
        caller.require_manager((await cohorts.get_cohort(code=code)).country)
        return shown(GroupsFormed, await form_groups(cohort_code=code, now=now))


class GroupView(View):
    """A part of a cohort that meets together."""

    code: str
    cohort: str
    number: int
    country: str
    centre: str
    mentor: str | None
    members: int
    revision: int


class GroupCentre(Body):
    """The code of another home centre."""

    centre: Code


class GroupMentor(Body):
    """The code of a mentor, or null for nobody."""

    mentor: Code | None


class MemberView(View):
    """A member of a group, by name only."""

    code: str
    name: str
    country: str
    centre: str | None


class GroupController(Controller):
    """Groups; for the managers of the country, and read by the mentor who leads them."""

    path = "/groups"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        cohort: CodeFilter = None,
        centre: CodeFilter = None,
        mentor: CodeFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[GroupView]:
        """The groups of your countries; a mentor asks with `mentor=` their own code."""
        caller.require_known()
        own = mentor is not None and mentor in caller.mentors and country is None
        found = await groups.list_groups(
            countries=None if own else caller.countries_within(country),
            cohort=cohort,
            centre=centre,
            mentor=mentor,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(GroupView, row), found, limit)

    @reading("/{code:str}")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> Response[GroupView]:
        """One group."""
        caller.require_known()
        row = await groups.get_group(code=code)
        caller.require_leader(row.mentor, row.country)
        return revised(shown(GroupView, row), row.revision)

    @reading("/{code:str}/members")
    async def members(
        self,
        code: CodeInPath,
        caller: NamedDependency[Caller],
        limit: Limit = 50,
        after: After = None,
    ) -> Page[MemberView]:
        """Who is in the group, by name only."""
        caller.require_known()
        row = await groups.get_group(code=code)
        caller.require_leader(row.mentor, row.country)
        found = await groups.group_members(code=code, after_id=after_id(after), limit=limit + 1)
        return page_of(lambda row: shown(MemberView, row), found, limit)

    @acting("/{code:str}/change-centre")
    async def change_centre(
        self,
        code: CodeInPath,
        data: JSONBody[GroupCentre],
        caller: NamedDependency[Caller],
        if_match: IfMatch = None,
    ) -> Response[GroupView]:
        """Give a group another home centre; meetups already published stay where they are."""
        caller.require_writer()
        caller.require_manager((await groups.get_group(code=code)).country)
        row = await groups.change_centre(
            code=code, revision=revision_of(if_match), centre=data.centre
        )
        return revised(shown(GroupView, row), row.revision)

    @acting("/{code:str}/assign-mentor")
    async def assign_mentor(
        self,
        code: CodeInPath,
        data: JSONBody[GroupMentor],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[GroupView]:
        """Give a group another mentor, in its meetups to come too; both mentors are told."""
        caller.require_writer()
        caller.require_manager((await groups.get_group(code=code)).country)
        row = await groups.assign_mentor(
            code=code, revision=revision_of(if_match), mentor=data.mentor, now=now
        )
        return revised(shown(GroupView, row), row.revision)
