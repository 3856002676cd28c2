"""What learners wish: reminders the day before, texts or none, invitations or a feed."""

from litestar import Controller
from litestar.di import NamedDependency
from litestar.params import JSONBody

from api.access.caller import Caller
from api.clock import Now
from api.routes import acting, reading
from api.wire import Body, CodeInPath, View, shown
from sessions.learning import learners
from sessions.messages import wishes


class WishesView(View):
    """`reminders` the day before, `sms` unless stopped, `invites` instead of a feed; whether there
    is a way to either.
    """

    reminders: bool
    sms: bool
    invites: bool
    by_mail: bool
    by_sms: bool


class WishesIn(Body):
    """What changes; what is left out stays."""

    reminders: bool | None = None
    sms: bool | None = None
    invites: bool | None = None


class WishesController(Controller):
    """For the managers of the learner's country; learners use their own page."""

    path = "/learners/{code:str}/wishes"
    tags = ("Learning",)

    @reading("")
    async def read(self, code: CodeInPath, caller: NamedDependency[Caller]) -> WishesView:
        """What one learner wishes."""
        learner = await _own(code, caller)
        return shown(WishesView, await wishes.wishes_of(learner_id=learner.id))

    @acting("")
    async def change(
        self,
        code: CodeInPath,
        data: JSONBody[WishesIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> WishesView:
        """Say for a learner of yours what they told you."""
        caller.require_writer()
        learner = await _own(code, caller)
        found = await wishes.set_wishes(
            learner_id=learner.id,
            reminders=data.reminders,
            sms=data.sms,
            invites=data.invites,
            now=now,
        )
        return shown(WishesView, found)


async def _own(code: str, caller: Caller) -> learners.Learner:
    caller.require_some_manager()
    learner = await learners.get_learner(code=code)
    caller.require_manager(learner.country)
    return learner
