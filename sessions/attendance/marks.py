"""Pure: a mark of somebody's presence, and what may be said by it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from centres.language import Sentence, phrase

LONGEST_NAME = 120
LONGEST_REASON = 400
_DEVICE = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_BLANKS = re.compile(r"\s+")


class Value(StrEnum):
    """What a mark says of a person."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def came(self) -> bool:
        """Whether the person was there."""
        return self in (Value.PRESENT, Value.LATE)


class Way(StrEnum):
    """How a mark was taken."""

    LIST = "list"
    SELF = "self"
    PAPER = "paper"
    GRID = "grid"
    WORKBOOK = "workbook"


VALUE_WORDS = {
    Value.PRESENT: phrase("présent"),
    Value.LATE: phrase("retard"),
    Value.EXCUSED: phrase("excusé"),
    Value.ABSENT: phrase("absent"),
}
WAY_WORDS = {
    Way.LIST: phrase("sur la liste"),
    Way.SELF: phrase("par son propre code"),
    Way.PAPER: phrase("d'après la feuille signée"),
    Way.GRID: phrase("au clavier"),
    Way.WORKBOOK: phrase("par le classeur"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a mark is about: a learner by id, or a walk-in by name, folded."""

    learner: int | None = None
    walk_in: str | None = None

    def __post_init__(self) -> None:
        if (self.learner is None) == (self.walk_in is None):
            raise ValueError("a mark is about a learner or about a walk-in")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark as a device made it; `name` is a walk-in's, as typed.

    `device_at` is what the device's own clock said: clocks of cheap telephones lie, so that
    nothing is ever decided by it. `supersedes` are the marks that whoever made this one had seen
    and meant to replace.
    """

    id: UUID
    subject: Subject
    value: Value
    device: str
    device_at: datetime
    marked_by: str
    way: Way
    supersedes: frozenset[UUID] = frozenset()
    reason: str | None = None
    name: str | None = None
    evidence: int | None = None
    proof: str | None = None


def folded_name(name: str) -> str:
    """Return a name without accents, capitals and odd blanks, so that spellings of one meet."""
    plain = unicodedata.normalize("NFKD", name)
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return _BLANKS.sub(" ", bare.casefold()).strip()


def subject_of(learner: int | None, walk_in: str | None) -> Subject:
    """Return whom a mark is about: the learner, or the walk-in of that name."""
    if learner is not None:
        return Subject(learner=learner)
    return Subject(walk_in=folded_name(walk_in or ""))


def tidy_name(name: str) -> str:
    """Return a name with single blanks and nothing unprintable in it; "" for nothing left."""
    shown = "".join(each if each.isprintable() else " " for each in name)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", shown)).strip()


def fault_of(mark: Mark) -> Sentence | None:
    """Return what is wrong with a mark whatever the meetup, None for an honest one."""
    if not _DEVICE.fullmatch(mark.device):
        return Sentence("Donnez à l'appareil un nom de 64 lettres ou chiffres au plus.")
    if mark.name is not None and not 0 < len(tidy_name(mark.name)) <= LONGEST_NAME:
        return Sentence("Écrivez le nom de la personne, en {most} signes au plus.", most=120)
    if mark.supersedes and not (mark.reason or "").strip():
        return Sentence("Donnez la raison de la correction : l'ancienne marque est gardée.")
    if len(mark.reason or "") > LONGEST_REASON:
        return Sentence("Donnez la raison en {most} signes au plus.", most=LONGEST_REASON)
    if mark.id in mark.supersedes:
        return Sentence("Une marque ne se corrige pas elle-même.")
    return None
