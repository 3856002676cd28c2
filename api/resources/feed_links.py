"""Calendar links: one secret for each device, named, shown once, revocable one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from litestar import Controller, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from api.access.caller import NOTHING_HERE, Caller
from api.clock import Now
from api.routes import acting, creating, listing
from api.settings import Settings
from api.wire import (
    Body,
    Code,
    CodeFilter,
    IdInPath,
    Instant,
    Iso2,
    LanguageCode,
    Line,
    View,
    shown,
)
from centres.db import rows
from centres.errors import InvalidInput, NotFound
from centres.language import Language, Sentence
from sessions import subscriptions
from sessions.feeds.links import FeedScope, Link

Countries = Annotated[list[Iso2], Meta(max_length=30)]


class FeedLinkIn(Body):
    """Whose meetups, by code (or countries), for which device; or a learner's own page."""

    scope: FeedScope
    device: Line
    code: Code | None = None
    countries: Countries = msgspec.field(default_factory=list)
    language: LanguageCode = "fr"
    page: bool = False


class FeedLinkView(View):
    """A link; its secret is never shown again."""

    id: int
    purpose: str
    scope: FeedScope
    countries: list[str]
    device: str
    language: str
    created_at: Instant
    last_fetched_at: Instant | None
    client_family: str | None


class NewFeedLinkView(FeedLinkView):
    """A link just made, with the address that is shown this once."""

    url: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose calendar it is, and which grants may hand it out."""

    id: int
    country: str
    centre: str | None = None
    mentor: str | None = None

    def require_own(self, caller: Caller) -> None:
        """Raise `NotFound` unless the caller may hand out this calendar."""
        if self.centre is not None:
            caller.require_host(self.centre, self.country)
        else:
            caller.require_leader(self.mentor, self.country)


_SUBJECTS = {
    FeedScope.LEARNER: "SELECT s.id, k.iso2, NULL AS centre, NULL AS mentor FROM learner s"
    " JOIN country k ON k.id = s.country",
    FeedScope.MENTOR: "SELECT s.id, k.iso2, NULL AS centre, s.code AS mentor FROM mentor s"
    " JOIN country k ON k.id = s.country",
    FeedScope.COHORT: "SELECT s.id, k.iso2, NULL AS centre, NULL AS mentor FROM cohort s"
    " JOIN country k ON k.id = s.country",
    FeedScope.ROOM: "SELECT s.id, k.iso2, c.code AS centre, NULL AS mentor FROM room s"
    " JOIN centre c ON c.id = s.centre JOIN country k ON k.id = c.country",
    FeedScope.CENTRE: "SELECT s.id, k.iso2, s.code AS centre, NULL AS mentor FROM centre s"
    " JOIN country k ON k.id = s.country",
}


async def _subject(scope: FeedScope, sql_end: str, key: object) -> Subject:
    found = await rows(f"{_SUBJECTS[scope]} WHERE {sql_end}", key)
    if not found:
        raise NotFound(NOTHING_HERE)
    row = found[0]
    return Subject(row["id"], row["iso2"], row["centre"], row["mentor"])


async def _own_subject(
    scope: FeedScope, code: str | None, countries: Sequence[str], caller: Caller
) -> int | None:
    caller.require_known()
    if scope is FeedScope.COUNTRIES:
        if not countries:
            raise InvalidInput(Sentence("Nommez au moins un pays."), field="countries")
        for country in countries:
            caller.require_manager(country)
        return None
    if code is None or countries:
        raise InvalidInput(Sentence("Donnez le code de ce que montre l'agenda."), field="code")
    subject = await _subject(scope, "s.code = $1", code)
    subject.require_own(caller)
    return subject.id


async def _own_link(link_id: int, caller: Caller) -> Link:
    caller.require_known()
    link = await subscriptions.get_link(link_id)
    if link.scope is FeedScope.COUNTRIES:
        for country in link.countries:
            caller.require_manager(country)
    else:
        (await _subject(link.scope, "s.id = $1", link.subject)).require_own(caller)
    return link


class FeedLinkController(Controller):
    """Calendars of learners, mentors, cohorts, rooms, centres and countries."""

    path = "/feed-links"
    tags = ("Feeds",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        of: Annotated[FeedScope, QueryParameter(name="scope")],
        code: CodeFilter = None,
        country: FromQuery[list[Iso2] | None] = None,
    ) -> list[FeedLinkView]:
        """The live links of one calendar, with when each was last fetched."""
        countries = country or []
        subject = await _own_subject(of, code, countries, caller)
        found = await subscriptions.list_links(scope=of, subject=subject, countries=countries)
        return [shown(FeedLinkView, each) for each in found]

    @creating()
    async def create(
        self,
        data: JSONBody[FeedLinkIn],
        caller: NamedDependency[Caller],
        settings: NamedDependency[Settings],
        now: Now,
    ) -> Response[NewFeedLinkView]:
        """Make a link for one device; its address is shown this once."""
        caller.require_writer()
        subject = await _own_subject(data.scope, data.code, data.countries, caller)
        if data.page:
            if data.scope is not FeedScope.LEARNER or subject is None:
                raise InvalidInput(
                    Sentence("Seuls les apprenants ont une page à eux."), field="page"
                )
            link, token = await subscriptions.open_page_link(
                learner_id=subject, device=data.device, now=now
            )
            url = f"{settings.base_url}/s/{token}"
        else:
            link, token = await subscriptions.open_feed_link(
                scope=data.scope,
                subject=subject,
                countries=data.countries,
                device=data.device,
                language=Language(data.language),
                now=now,
            )
            url = f"{settings.base_url}/feeds/{token}.ics"
        return Response(shown(NewFeedLinkView, link, url=url), status_code=201)

    @acting("/{link_id:int}/revoke", status=204)
    async def revoke(self, link_id: IdInPath, caller: NamedDependency[Caller], now: Now) -> None:
        """Revoke one link; the others go on."""
        caller.require_writer()
        link = await _own_link(link_id, caller)
        await subscriptions.revoke_link(link_id=link.id, now=now)
