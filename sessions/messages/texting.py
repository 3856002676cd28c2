"""Shell: tell one person by text all that they are owed, and come back when something waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sessions.messages.people import Person
from sessions.messages.sms_planning import plan_sms
from sessions.messages.sms_sending import send_due_sms
from sessions.messages.telling import tell_again_at
from sessions.sms.port import SmsService
from sessions.sms.rates import Rate


@dataclass(frozen=True, slots=True)
class Texting:
    """What carries texts, in whose name, and what parts cost; `mail_works`: mail can be sent."""

    service: SmsService | None
    network: str
    mail_works: bool
    rates: Mapping[str, Rate] = field(default_factory=dict)


async def text_person(person: Person, *, by: Texting, clock: Callable[[], datetime]) -> None:
    """Plan and send what this person is owed by text; harmless to run again.

    Under the lock of the person's jobs. Without a service nothing is planned: the notices stay
    untold, and their reader is among those to be called.
    """
    if by.service is None:
        return
    now = clock()
    due = await plan_sms(
        person, network=by.network, mail_works=by.mail_works, rates=by.rates, now=now
    )
    done = await send_due_sms(person=person, service=by.service, clock=clock)
    for at in (due, done.again_at):
        if at is not None and at > now:
            await tell_again_at(person, at)
