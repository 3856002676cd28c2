"""Pure: is a room ready for a day's meetups, by what its host found the day before?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from centres.language import Sentence, phrase

ASKED_FROM = time(8)  # of the day before, on the centre's wall clock
CONFIRMED_BY = time(18)


class Readiness(StrEnum):
    """How a room stands for a day."""

    TO_COME = "to_come"
    ASKED = "asked"
    READY = "ready"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"


READINESS_WORDS = {
    Readiness.TO_COME: phrase("à confirmer la veille"),
    Readiness.ASKED: phrase("à confirmer avant 18 h la veille"),
    Readiness.READY: phrase("salle prête"),
    Readiness.FAILED: phrase("salle pas prête"),
    Readiness.UNCONFIRMED: phrase("pas confirmée"),
}


@dataclass(frozen=True, slots=True)
class Needs:
    """What the meetups of a day need of the room: a connection, and how many computers."""

    connection: bool
    computers: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a host found in the room."""

    power: bool
    connection: bool
    computers: int
    key: bool


def faults(found: Found, needs: Needs) -> list[Sentence]:
    """Return what keeps the meetups from taking place, in words; [] for a room that is ready."""
    amiss = []
    if not found.power:
        amiss.append(Sentence("pas de courant"))
    if needs.connection and not found.connection:
        amiss.append(Sentence("pas de connexion"))
    if found.computers < needs.computers:
        amiss.append(
            Sentence(
                "{found} ordinateurs marchent, il en faut {needed}",
                found=found.computers,
                needed=needs.computers,
            )
        )
    if not found.key:
        amiss.append(Sentence("personne n'a la clé"))
    return amiss


def readiness(found: Found | None, needs: Needs, day: date, now_wall: datetime) -> Readiness:
    """Return how a room stands at a moment of its own wall clock; the last check speaks."""
    if found is not None:
        return Readiness.FAILED if faults(found, needs) else Readiness.READY
    eve = day - timedelta(days=1)
    if now_wall < datetime.combine(eve, ASKED_FROM):
        return Readiness.TO_COME
    if now_wall < datetime.combine(eve, CONFIRMED_BY):
        return Readiness.ASKED
    return Readiness.UNCONFIRMED
