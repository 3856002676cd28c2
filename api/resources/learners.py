"""Learners and their enrolments: contacts leave the network to nobody but their managers."""

from datetime import date
from typing import Annotated

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
    Email,
    Id,
    IfMatch,
    Instant,
    Iso2,
    Iso2Filter,
    LanguageCode,
    Limit,
    Line,
    Page,
    Phone,
    StateFilter,
    View,
    after_id,
    page_of,
    revised,
    revision_of,
    shown,
)
from sessions.learning import cohorts, enrolments, learners

BirthYear = Annotated[int, Meta(ge=1900, le=2100)]
Gender = Annotated[str, Meta(pattern="^[fmx]$")]


class LearnerIn(Body):
    """Somebody to register; `locality` is a GeoNames id, `centre` the home centre's code."""

    name: Line
    country: Iso2
    email: Email | None = None
    phone: Phone | None = None
    language: LanguageCode = "fr"
    locality: Id | None = None
    centre: Code | None = None
    consent: bool = False
    birth_year: BirthYear | None = None
    gender: Gender | None = None


class LearnerChange(Body):
    """What may change of a learner; what is left out stays."""

    name: Line | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: LanguageCode | UnsetType = UNSET
    locality: Id | UnsetType | None = UNSET
    centre: Code | UnsetType | None = UNSET
    consent: bool | UnsetType = UNSET
    birth_year: BirthYear | UnsetType | None = UNSET
    gender: Gender | UnsetType | None = UNSET


class LearnerView(View):
    """A learner with contacts."""

    code: str
    name: str
    email: str | None
    phone: str | None
    language: str
    country: str
    locality: int | None
    locality_name: str | None
    centre: str | None
    consent_at: Instant | None
    birth_year: int | None
    gender: str | None
    revision: int


class LearnerController(Controller):
    """Learners; for the managers of their country and nobody else."""

    path = "/learners"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        cohort: CodeFilter = None,
        centre: CodeFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[LearnerView]:
        """The learners of your countries."""
        found = await learners.list_learners(
            countries=caller.countries_within(country),
            cohort=cohort,
            centre=centre,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(LearnerView, row), found, limit)

    @reading("/{code:str}")
    async def read(
        self, code: CodeInPath, caller: NamedDependency[Caller]
    ) -> Response[LearnerView]:
        """One learner."""
        caller.require_some_manager()
        row = await learners.get_learner(code=code)
        caller.require_manager(row.country)
        return revised(shown(LearnerView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[LearnerIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[LearnerView]:
        """Register a learner in one of your countries."""
        caller.require_writer()
        caller.require_manager(data.country)
        new = learners.NewLearner(**asdict(data))
        row = await learners.register_learner(learner=new, now=now)
        return revised(
            shown(LearnerView, row), row.revision, location=f"/api/v1/learners/{row.code}"
        )

    @changing("/{code:str}")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[LearnerChange],
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[LearnerView]:
        """Change a learner."""
        caller.require_writer()
        caller.require_manager((await learners.get_learner(code=code)).country)
        row = await learners.amend_learner(
            code=code, revision=revision_of(if_match), now=now, **asdict(data)
        )
        return revised(shown(LearnerView, row), row.revision)


class EnrolmentIn(Body):
    """A learner's place in a cohort; the best group is chosen unless one is named."""

    cohort: Code
    learner: Code
    group: Code | None = None


class EnrolmentView(View):
    """A learner's place in a cohort, its group, or the reason why there is none."""

    cohort: str
    learner: str
    group: str | None
    state: str
    enrolled_on: date
    left_out_reason: str | None
    revision: int


class EnrolmentController(Controller):
    """Who is in which cohort; for the managers of the country."""

    path = "/enrolments"
    tags = ("Learning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        cohort: CodeFilter = None,
        learner: CodeFilter = None,
        in_state: StateFilter = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[EnrolmentView]:
        """The enrolments of your countries."""
        found = await enrolments.list_enrolments(
            countries=caller.countries_within(country),
            cohort=cohort,
            learner=learner,
            state=in_state,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(EnrolmentView, row), found, limit)

    @reading("/{cohort:str}/{learner:str}")
    async def read(
        self, cohort: CodeInPath, learner: CodeInPath, caller: NamedDependency[Caller]
    ) -> Response[EnrolmentView]:
        """One enrolment."""
        caller.require_some_manager()
        caller.require_manager((await cohorts.get_cohort(code=cohort)).country)
        row = await enrolments.get_enrolment(cohort=cohort, learner=learner)
        return revised(shown(EnrolmentView, row), row.revision)

    @creating()
    async def create(
        self, data: JSONBody[EnrolmentIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[EnrolmentView]:
        """Enrol a learner; they get seats in their group's meetups to come."""
        caller.require_writer()
        caller.require_manager((await cohorts.get_cohort(code=data.cohort)).country)
        caller.require_manager((await learners.get_learner(code=data.learner)).country)
        done = await enrolments.enrol(
            cohort=data.cohort, learner=data.learner, group=data.group, now=now
        )
        row = done.enrolment
        return revised(
            shown(EnrolmentView, row),
            row.revision,
            location=f"/api/v1/enrolments/{row.cohort}/{row.learner}",
        )

    @acting("/{cohort:str}/{learner:str}/withdraw")
    async def withdraw(
        self,
        cohort: CodeInPath,
        learner: CodeInPath,
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[EnrolmentView]:
        """End an enrolment early; the seats to come go to who waits for them."""
        caller.require_writer()
        caller.require_manager((await cohorts.get_cohort(code=cohort)).country)
        row = await enrolments.withdraw(
            cohort=cohort, learner=learner, revision=revision_of(if_match), now=now
        )
        return revised(shown(EnrolmentView, row), row.revision)

    @acting("/{cohort:str}/{learner:str}/complete")
    async def complete(
        self,
        cohort: CodeInPath,
        learner: CodeInPath,
        caller: NamedDependency[Caller],
        now: Now,
        if_match: IfMatch = None,
    ) -> Response[EnrolmentView]:
        """Say that the learner has finished the programme."""
        caller.require_writer()
        caller.require_manager((await cohorts.get_cohort(code=cohort)).country)
        row = await enrolments.complete(
            cohort=cohort, learner=learner, revision=revision_of(if_match), now=now
        )
        return revised(shown(EnrolmentView, row), row.revision)
