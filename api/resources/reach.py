"""Whom the last change of a meetup has reached, and telephone calls to the others."""

from typing import Annotated

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Meta

from api.access.caller import Caller
from api.clock import Now
from api.routes import acting, reading
from api.wire import Body, Id, IdInPath, Instant, View, shown
from sessions import reach
from sessions.lifecycle import NoticeKind
from sessions.messages.ladder import MailState, SmsState, Standing


class CallView(View):
    """A telephone call: reached or not_reached, by whom, when."""

    outcome: str
    called_by: str
    at: Instant


class PersonReachView(View):
    """One person and the last change that they are to hear of.

    `phone` is there only while they have to be called; that it was shown is kept in the history.
    """

    notice: int
    name: str
    mentor: bool
    language: str
    kind: NoticeKind
    told_at: Instant
    standing: Standing
    feed_at: Instant | None
    mail: MailState
    mail_at: Instant | None
    mail_failure: str | None
    sms: SmsState
    sms_at: Instant | None
    sms_failure: str | None
    partstat: str | None
    phone: str | None
    call: CallView | None


class MeetupReachView(View):
    """Who knows; those to be called come first."""

    meetup: int
    centre: str
    state: str
    starts_at: Instant
    people: list[PersonReachView]


class CallIn(Body):
    """A call about one notice."""

    notice: Id
    outcome: Annotated[str, Meta(pattern="^(reached|not_reached)$")]


class ReachController(Controller):
    """For the hosts of the meetup's centre and the managers of its country."""

    path = "/meetups/{meetup_id:int}"
    tags = ("Meetups",)

    @reading("/reach")
    async def read(
        self, meetup_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> MeetupReachView:
        """Who knows of its last change, by which way, and who has to be called."""
        return await _view(meetup_id, caller, now)

    @acting("/calls")
    async def call(
        self,
        meetup_id: IdInPath,
        data: JSONBody[CallIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> MeetupReachView:
        """Keep that somebody was called, and return who is left."""
        caller.require_writer()
        await _require_own(meetup_id, caller)
        await reach.mark_call(
            meetup_id=meetup_id, notice_id=data.notice, outcome=data.outcome, now=now
        )
        return await _view(meetup_id, caller, now)


async def _require_own(meetup_id: int, caller: Caller) -> None:
    caller.require_known()
    centre = await reach.centre_of_meetup(meetup_id=meetup_id)
    caller.require_host(centre.code, centre.country)


async def _view(meetup_id: int, caller: Caller, now: Now) -> MeetupReachView:
    await _require_own(meetup_id, caller)
    found = await reach.reach_of_meetup(meetup_id=meetup_id, now=now)
    people = [
        shown(PersonReachView, each, call=None if each.call is None else shown(CallView, each.call))
        for each in found.people
    ]
    return shown(MeetupReachView, found, people=people)
