"""Shell: find out why somebody cannot have a seat, and say so."""

from datetime import datetime

from centres.db import rows
from centres.language import Sentence
from sessions.refusals import (
    AlreadyBooked,
    LearnerElsewhere,
    LearnerNotFound,
    MeetupBegun,
    MeetupNotFound,
    MeetupNotLive,
)

_FACTS = """
SELECT m.id AS meetup, m.state, m.starts_at > $3 AS to_come, m.seats - m.seats_taken AS free,
       l.id AS learner,
       EXISTS (SELECT 1 FROM booking b WHERE b.meetup = m.id AND b.learner = $2
               AND b.state = 'booked') AS booked,
       EXISTS (SELECT 1 FROM booking b WHERE b.meetup <> m.id AND b.learner = $2
               AND b.state = 'booked' AND b.starts_at < m.ends_at AND m.starts_at < b.ends_at)
       AS elsewhere
FROM (VALUES ($1::int)) asked (meetup)
LEFT JOIN meetup m ON m.id = asked.meetup
LEFT JOIN learner l ON l.id = $2
"""


async def require_bookable(*, meetup_id: int, learner_id: int, now: datetime) -> int:
    """Return how many seats are free, once nothing but that can keep the learner from one.

    Raises MeetupNotFound, LearnerNotFound, MeetupNotLive, MeetupBegun, AlreadyBooked or
    LearnerElsewhere, in this order. One query.
    """
    facts = (await rows(_FACTS, meetup_id, learner_id, now))[0]
    if facts["meetup"] is None:
        raise meetup_not_found(meetup_id)
    if facts["learner"] is None:
        raise LearnerNotFound(
            Sentence("Il n'y a pas d'apprenant {learner}.", learner=learner_id), field="learner"
        )
    _require_to_come(state=facts["state"], to_come=facts["to_come"])
    if facts["booked"]:
        raise AlreadyBooked(Sentence("Cette personne a déjà une place dans cette séance."))
    if facts["elsewhere"]:
        raise LearnerElsewhere(
            Sentence(
                "Cette personne a une autre séance à cette heure : rendez d'abord l'autre place."
            )
        )
    return int(facts["free"])


async def require_meetup_to_come(*, meetup_id: int, now: datetime) -> None:
    """Raise MeetupNotFound, MeetupNotLive or MeetupBegun unless the meetup is still to come."""
    found = await rows(
        "SELECT state, starts_at > $2 AS to_come FROM meetup WHERE id = $1", meetup_id, now
    )
    if not found:
        raise meetup_not_found(meetup_id)
    _require_to_come(**found[0])


def meetup_not_found(meetup_id: int) -> MeetupNotFound:
    """Return the refusal for a meetup that does not exist."""
    return MeetupNotFound(
        Sentence("Il n'y a pas de séance {meetup}.", meetup=meetup_id), field="meetup"
    )


def _require_to_come(*, state: str, to_come: bool) -> None:
    if state != "live":
        raise MeetupNotLive(Sentence("Cette séance est annulée."))
    if not to_come:
        raise MeetupBegun(Sentence("Cette séance a commencé : ses places ne changent plus."))
