"""What was sent to people by mail and SMS, and what could not be: no addresses and no texts."""

from typing import Annotated, Literal

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.access.caller import Caller
from api.routes import listing
from api.wire import (
    After,
    CodeFilter,
    Instant,
    Iso2Filter,
    Limit,
    Page,
    View,
    after_id,
    page_of,
    shown,
)
from sessions.messages import outbox

State = Literal["queued", "sending", "sent", "delivered", "failed", "unknown", "superseded"]


class MessageView(View):
    """One message to one learner or mentor; `failure` is what the server said the last time."""

    id: int
    channel: str
    purpose: str
    state: str
    learner: str | None
    mentor: str | None
    subject: str | None
    created_at: Instant
    due_at: Instant
    sent_at: Instant | None
    settled_at: Instant | None
    attempts: int
    failure: str | None
    parts: int | None


class MessageController(Controller):
    """What the network has written to people; for the managers of their country."""

    path = "/messages"
    tags = ("Meetups",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        learner: CodeFilter = None,
        message_state: Annotated[State | None, QueryParameter(name="state")] = None,
        channel: Annotated[Literal["mail", "sms"] | None, QueryParameter()] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[MessageView]:
        """Mails and texts to the people of your countries, oldest first."""
        found = await outbox.list_messages(
            countries=caller.countries_within(country),
            learner=learner,
            state=message_state,
            channel=channel,
            after_id=after_id(after),
            limit=limit + 1,
        )
        return page_of(lambda row: shown(MessageView, row), found, limit)
