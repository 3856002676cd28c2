"""Pure: what somebody changed in a sheet, against what it said when it was downloaded and says now.

Each cell has three states: as it was downloaded, as it came back, as it is now. Whoever changed it,
alone, is right; where both did, and not to the same, neither is overwritten: a person decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from centres.fields import unknown
from centres.language import Sentence
from sessions.workbook.cells import CellFault, Value, read_cell
from sessions.workbook.sheets import Edit, Sheet

Values = Mapping[str, Value]


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A row as it came back. `key` is its hidden id, None for a row that somebody added; `base`
    what it said when it was downloaded, None where that is not known; `cells` are those of the
    columns that the file has, as its program stored them.
    """

    number: int
    key: str | None
    cells: Mapping[str, object]
    base: Values | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, or with the row where `field` is None, and what to do."""

    field: str | None
    what: Sentence


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A cell that somebody else changed since the download."""

    field: str
    was: Value
    now: Value


@dataclass(frozen=True, slots=True)
class Compared:
    """One row: what is to be stored (`values`, by field), what it replaces, and what is amiss."""

    number: int
    outcome: Outcome
    key: str | None
    values: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    meanwhile: tuple[Meanwhile, ...] = ()

    def refused(self, *faults: Fault) -> "Compared":
        """Return the row as refused for these reasons too."""
        return replace(self, outcome=Outcome.REFUSED, faults=(*self.faults, *faults))


def compare(
    sheet: Sheet, incoming: Iterable[Incoming], current: Mapping[str, Values]
) -> list[Compared]:
    """Return what becomes of each row, in their order; rows without anything in them are left out.

    Rows of `current` that did not come back stay as they are: a workbook takes nothing away.
    """
    found: list[Compared] = []
    seen: dict[str, int] = {}
    for row in incoming:
        if row.key is None:
            row = replace(row, key=_natural_key(sheet, row, current))
        if row.key is None:
            compared = _new(sheet, row)
            if compared is not None:
                found.append(compared)
        elif row.key in seen:
            twice = Sentence("C'est déjà la ligne {number}. Effacez l'une des deux.",
                             number=seen[row.key])  # fmt: skip
            found.append(_refused(row, twice))
        elif row.key not in current:
            gone = Sentence("Cette ligne n'est plus, ou pas, de votre ressort. Effacez-la ici.")
            found.append(_refused(row, gone))
        else:
            seen[row.key] = row.number
            found.append(_known(sheet, row, current[row.key]))
    return found


def _natural_key(sheet: Sheet, row: Incoming, current: Mapping[str, Values]) -> str | None:
    """Return the id of a row that names what is there already, though it hides no id."""
    parts = []
    for name in sheet.natural:
        try:
            value = read_cell(sheet.column(name), row.cells.get(name))
        except CellFault:
            return None
        if value is None:
            return None
        parts.append(str(value))
    key = "/".join(parts)
    return key if key in current else None


def _refused(row: Incoming, what: Sentence) -> Compared:
    return Compared(row.number, Outcome.REFUSED, row.key, faults=(Fault(None, what),))


def _new(sheet: Sheet, row: Incoming) -> Compared | None:
    values, faults = _read(sheet, row)
    values = {name: value for name, value in values.items() if value is not None}
    if not values and not faults:
        return None
    if not sheet.grows:
        what = Sentence("Cette feuille ne prend pas de nouvelle ligne. Effacez celle-ci.")
        return Compared(row.number, Outcome.REFUSED, None, faults=(Fault(None, what),))
    for column in sheet.columns:
        if column.edit is Edit.NEVER and column.field in values:
            what = Sentence("Laissez cette cellule vide : elle se remplit d'elle-même.")
            if column.field in sheet.natural:
                what = unknown(str(values[column.field]))
            faults.append(Fault(column.field, what))
        elif column.required and column.field not in {*values, *(each.field for each in faults)}:
            faults.append(Fault(column.field, Sentence("Ce champ est vide. Complétez-le.")))
    outcome = Outcome.REFUSED if faults else Outcome.NEW
    return Compared(row.number, outcome, None, values=values, faults=tuple(faults))


def _known(sheet: Sheet, row: Incoming, now: Values) -> Compared:
    read, faults = _read(sheet, row)
    base = now if row.base is None else row.base
    values: dict[str, Value] = {}
    meanwhile: list[Meanwhile] = []
    for name, value in read.items():
        column = sheet.column(name)
        was, current = base.get(name), now.get(name)
        mine, theirs = value != was, current != was
        if theirs and not mine:
            meanwhile.append(Meanwhile(name, was, current))
        if not mine or value == current:
            continue
        if column.edit is not Edit.ALWAYS:
            what = Sentence("Cette cellule ne se change pas ici. Remettez ce qui y était.")
            faults.append(Fault(name, what))
        elif theirs:
            meanwhile.append(Meanwhile(name, was, current))
            faults.append(Fault(name, _changed_meanwhile(current)))
        elif column.required and value is None:
            faults.append(Fault(name, Sentence("Ce champ est vide. Complétez-le.")))
        else:
            values[name] = value
    outcome = Outcome.CHANGED if values else Outcome.UNCHANGED
    return Compared(
        row.number,
        Outcome.REFUSED if faults else outcome,
        row.key,
        values=values,
        before={name: now.get(name) for name in values},
        faults=tuple(faults),
        meanwhile=tuple(meanwhile),
    )


def _changed_meanwhile(current: Value) -> Sentence:
    if current is None:
        return Sentence("Quelqu'un a vidé cette cellule depuis : téléchargez de nouveau.")
    return Sentence(
        "Quelqu'un y a écrit « {value} » depuis : gardez-le, ou téléchargez de nouveau.",
        value=str(current),
    )


def _read(sheet: Sheet, row: Incoming) -> tuple[dict[str, Value], list[Fault]]:
    values: dict[str, Value] = {}
    faults = []
    for column in sheet.columns:
        if column.field not in row.cells:
            continue
        try:
            values[column.field] = read_cell(column, row.cells[column.field])
        except CellFault as fault:
            faults.append(Fault(column.field, fault.what))
    return values, faults
