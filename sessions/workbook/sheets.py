"""Pure: the sheets of the workbook and their columns, in the order in which they are stored."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from centres.language import phrase
from sessions.attendance.marks import VALUE_WORDS


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    YES_NO = "yes_no"
    DAY = "day"
    CLOCK = "clock"
    CHOICE = "choice"
    LIST = "list"


class Edit(StrEnum):
    """When a column may be filled in: on any row, on new rows only, or never."""

    ALWAYS = "always"
    NEW = "new"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `heading` and the words of `choices` (by value) are French message ids.

    `required` is for new rows; `width` is in characters.
    """

    field: str
    heading: str
    kind: Kind = Kind.TEXT
    edit: Edit = Edit.ALWAYS
    required: bool = False
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `grows` says that rows may be added; `contacts` that it names how to reach people.

    `natural` are the columns whose values, joined by "/", are the id that a row hides.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    natural: tuple[str, ...] = ("code",)
    grows: bool = True
    for_hosts: bool = False
    contacts: bool = False

    def column(self, name: str) -> Column:
        """Return the column of this field name; raises KeyError."""
        return next(each for each in self.columns if each.field == name)


CODE = Column("code", phrase("Code"), edit=Edit.NEVER, width=14)
PRECISIONS = {
    "site": phrase("bâtiment"),
    "street": phrase("rue"),
    "city": phrase("ville"),
    "region": phrase("région"),
    "country": phrase("pays"),
}
LANGUAGES = {"fr": phrase("français"), "en": phrase("anglais"), "pt": phrase("portugais")}
GENDERS = {"f": phrase("femme"), "m": phrase("homme"), "x": phrase("autre")}
ENROLMENTS = {
    "enrolled": phrase("inscrit"),
    "completed": phrase("terminé"),
    "withdrawn": phrase("retiré"),
}
MARKS = {value.value: words for value, words in VALUE_WORDS.items()}

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "centres",
        phrase("Centres"),
        (
            CODE,
            Column("name", phrase("Nom"), required=True, width=34),
            Column("country", phrase("Pays"), edit=Edit.NEW, required=True, width=8),
            Column("host", phrase("Code de l'établissement"), required=True, width=18),
            Column("city", phrase("Ville"), required=True),
            Column("address", phrase("Adresse"), width=30),
            Column("directions", phrase("Chemin à suivre"), width=40),
            Column("latitude", phrase("Latitude"), Kind.DECIMAL, required=True, width=11),
            Column("longitude", phrase("Longitude"), Kind.DECIMAL, required=True, width=11),
            Column(
                "precision", phrase("Point connu"), Kind.CHOICE, required=True, choices=PRECISIONS
            ),
            Column("contact_role", phrase("À qui s'adresser"), width=24),
            Column("state", phrase("État"), edit=Edit.NEVER, width=12),
        ),
    ),
    Sheet(
        "rooms",
        phrase("Salles"),
        (
            CODE,
            Column("centre", phrase("Centre"), edit=Edit.NEW, required=True, width=14),
            Column("name", phrase("Nom"), required=True, width=26),
            Column("seats", phrase("Places"), Kind.WHOLE, required=True, width=9),
            Column("computers", phrase("Ordinateurs"), Kind.WHOLE, width=12),
            Column("equipment", phrase("Équipement"), Kind.LIST, width=30),
            Column("step_free", phrase("Sans marche"), Kind.YES_NO, width=12),
            Column("access_note", phrase("Accès"), width=30),
        ),
        for_hosts=True,
    ),
    Sheet(
        "slots",
        phrase("Créneaux"),
        (
            Column("code", phrase("Numéro"), edit=Edit.NEVER, width=10),
            Column("room", phrase("Salle"), edit=Edit.NEW, required=True, width=18),
            Column("day", phrase("Date"), Kind.DAY, required=True, width=12),
            Column("starts", phrase("Début"), Kind.CLOCK, required=True, width=9),
            Column("minutes", phrase("Minutes"), Kind.WHOLE, required=True, width=9),
            Column("seats", phrase("Places"), Kind.WHOLE, width=9),
            Column("zone", phrase("Fuseau"), edit=Edit.NEVER, width=18),
            Column("group", phrase("Groupe"), edit=Edit.NEVER, width=18),
        ),
        for_hosts=True,
    ),
    Sheet(
        "programmes",
        phrase("Parcours"),
        (
            CODE,
            Column("title", phrase("Titre"), edit=Edit.NEVER, width=36),
            Column("level", phrase("Niveau"), edit=Edit.NEVER),
            Column("months", phrase("Mois"), Kind.WHOLE, Edit.NEVER, width=8),
            Column("computers_needed", phrase("Ordinateurs requis"), Kind.YES_NO, Edit.NEVER),
        ),
        grows=False,
    ),
    Sheet(
        "cohorts",
        phrase("Promotions"),
        (
            Column("code", phrase("Code"), edit=Edit.NEW, required=True, width=18),
            Column("programme", phrase("Parcours"), edit=Edit.NEW, required=True),
            Column("country", phrase("Pays"), edit=Edit.NEW, required=True, width=8),
            Column("starts_on", phrase("Premier jour"), Kind.DAY, required=True, width=13),
            Column("ends_on", phrase("Dernier jour"), Kind.DAY, required=True, width=13),
            Column("cadence_weeks", phrase("Semaines entre séances"), Kind.WHOLE, required=True),
            Column("meetup_minutes", phrase("Minutes par séance"), Kind.WHOLE, required=True),
            Column("sponsor", phrase("Financeur")),
            Column("language", phrase("Langue"), Kind.CHOICE, choices=LANGUAGES, width=12),
        ),
    ),
    Sheet(
        "learners",
        phrase("Élèves"),
        (
            CODE,
            Column("name", phrase("Nom"), required=True, width=28),
            Column("country", phrase("Pays"), edit=Edit.NEW, required=True, width=8),
            Column("email", phrase("Courriel"), width=28),
            Column("phone", phrase("Téléphone"), width=18),
            Column("language", phrase("Langue"), Kind.CHOICE, choices=LANGUAGES, width=12),
            Column("centre", phrase("Centre habituel"), width=14),
            Column("consent", phrase("Accepte d'être prévenu"), Kind.YES_NO),
            Column("birth_year", phrase("Année de naissance"), Kind.WHOLE),
            Column("gender", phrase("Genre"), Kind.CHOICE, choices=GENDERS, width=10),
            Column("cohort", phrase("À inscrire dans la promotion"), edit=Edit.NEW, width=22),
        ),
        contacts=True,
    ),
    Sheet(
        "enrolments",
        phrase("Inscriptions"),
        (
            Column("cohort", phrase("Promotion"), edit=Edit.NEW, required=True, width=18),
            Column("learner", phrase("Code de l'élève"), edit=Edit.NEW, required=True),
            Column("name", phrase("Nom"), edit=Edit.NEVER, width=28),
            Column("group", phrase("Groupe"), edit=Edit.NEVER, width=20),
            Column("state", phrase("État"), Kind.CHOICE, choices=ENROLMENTS, width=12),
        ),
        natural=("cohort", "learner"),
    ),
    Sheet(
        "attendance",
        phrase("Présences"),
        (
            Column("meetup", phrase("Séance"), edit=Edit.NEVER, width=10),
            Column("day", phrase("Date"), Kind.DAY, Edit.NEVER, width=12),
            Column("starts", phrase("Début"), Kind.CLOCK, Edit.NEVER, width=9),
            Column("group", phrase("Groupe"), edit=Edit.NEVER, width=20),
            Column("learner", phrase("Code de l'élève"), edit=Edit.NEVER),
            Column("name", phrase("Nom"), edit=Edit.NEVER, width=28),
            Column("value", phrase("Présence"), Kind.CHOICE, choices=MARKS, width=12),
            Column("reason", phrase("Raison de la correction"), width=36),
        ),
        natural=("meetup", "learner"),
        grows=False,
        for_hosts=True,
    ),
)
BY_NAME = {each.name: each for each in SHEETS}


def sheets_for(*, manager: bool) -> tuple[Sheet, ...]:
    """Return the sheets that a manager, or else a host, may see."""
    return tuple(each for each in SHEETS if manager or each.for_hosts)
