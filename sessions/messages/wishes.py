"""Shell: what a learner wishes: a calendar by feed or by invitations, reminders, texts or none."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.language import Sentence
from sessions.messages.people import CalendarBy, Person
from sessions.messages.readers import load_reader
from sessions.messages.sms_replies import set_opt_out
from sessions.messages.telling import tell_again_at
from sessions.refusals import LearnerNotFound


@dataclass(frozen=True, slots=True)
class Wishes:
    """`reminders`: the day before each meetup; `sms`: texts may be sent; `invites`: the calendar is
    filled by invitations instead of a feed, so that no meetup is seen twice.

    `by_mail` and `by_sms` say whether the network has a way and the learner's agreement to it,
    texts being stopped or not.
    """

    reminders: bool
    sms: bool
    invites: bool
    by_mail: bool
    by_sms: bool

    @property
    def any_way(self) -> bool:
        """Whether a reminder would arrive."""
        return self.by_mail or (self.by_sms and self.sms)


_WISHES = """
SELECT l.consent_at IS NOT NULL AND l.email IS NOT NULL
       AND q.mail_bounced IS DISTINCT FROM l.email AS by_mail,
       l.consent_at IS NOT NULL AND l.phone IS NOT NULL AS by_sms,
       coalesce(q.reminders, false) AS reminders,
       coalesce(q.calendar_by = 'invites', false) AS invites, q.sms_opted_out_at IS NULL AS sms
FROM learner l LEFT JOIN contact_preference q ON q.learner = l.id AND q.mentor IS NULL
WHERE l.id = $1
"""
_REMIND = """
UPDATE contact_preference SET reminders = $2
WHERE learner = $1 AND mentor IS NULL AND reminders <> $2
"""
_CALENDAR_BY = """
UPDATE contact_preference SET calendar_by = $2
WHERE learner = $1 AND mentor IS NULL AND calendar_by <> $2 RETURNING 1
"""
# Who changes their mind at once, or by a slip of the thumb, is sent nothing.
SETTLED_AFTER = timedelta(minutes=1)


async def wishes_of(*, learner_id: int) -> Wishes:
    """Return what a learner wishes; who never said gets no reminders, and texts. One query."""
    found = await rows(_WISHES, learner_id)
    if not found:
        raise LearnerNotFound("There is no such learner.")
    return Wishes(**found[0])


async def set_wishes(
    *,
    learner_id: int,
    reminders: bool | None = None,
    sms: bool | None = None,
    invites: bool | None = None,
    now: datetime,
) -> Wishes:
    """Change what is given and return all of it.

    Raises LearnerNotFound, and InvalidInput for invitations to whom no mail arrives.
    After a switch between feed and invitations one mail invites to all that is to come, or takes
    the invitations back.
    """
    person = Person("learner", learner_id)
    async with atomic():
        reader = await load_reader(person)
        if reader is None:
            raise LearnerNotFound("There is no such learner.")
        if reminders is not None:
            await rows(_REMIND, learner_id, reminders)
        if sms is not None:
            await set_opt_out(person=person, opted_out_at=None if sms else now)
        if invites and reader.mail is None:
            raise InvalidInput(
                Sentence("Une invitation a besoin d'une adresse de courriel qui marche."),
                field="invites",
            )
        if invites is not None:
            wished = CalendarBy.INVITES if invites else CalendarBy.FEED
            if await rows(_CALENDAR_BY, learner_id, wished):
                await tell_again_at(person, now + SETTLED_AFTER)
        return await wishes_of(learner_id=learner_id)
