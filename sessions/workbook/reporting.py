"""Pure: what became of the rows of a workbook, counted by sheet, for a person to look through."""

from collections.abc import Mapping, Sequence
from typing import Any

from centres.language import Language
from sessions.workbook.comparing import Compared, Outcome

MOST_SHOWN = 200  # rows of each sheet that a report lists one by one


def report_of(found: Mapping[str, Sequence[Compared]], language: Language) -> dict[str, Any]:
    """Return what became of the rows, counted by sheet, with those that a person should look at."""
    sheets = []
    for name, members in found.items():
        counts: dict[str, int] = {}
        for each in members:
            counts[each.outcome.value] = counts.get(each.outcome.value, 0) + 1
        telling = [each for each in members if each.outcome is not Outcome.UNCHANGED]
        telling += [
            each for each in members if each.outcome is Outcome.UNCHANGED and each.meanwhile
        ]
        telling.sort(key=lambda each: (each.outcome is not Outcome.REFUSED, each.number))
        sheets.append(
            {
                "name": name,
                "counts": counts,
                "refused": [each.number for each in members if each.outcome is Outcome.REFUSED],
                "rows": [_told(each, language) for each in telling[:MOST_SHOWN]],
                "more": max(0, len(telling) - MOST_SHOWN),
            }
        )
    return {"sheets": sheets}


def _told(row: Compared, language: Language) -> dict[str, Any]:
    return {
        "number": row.number,
        "outcome": row.outcome.value,
        "key": row.key,
        "faults": [
            {"field": each.field, "what": each.what.in_language(language)} for each in row.faults
        ],
        "changes": [
            {"field": name, "was": row.before.get(name), "now": value}
            for name, value in row.values.items()
        ],
        "meanwhile": [
            {"field": each.field, "was": each.was, "now": each.now} for each in row.meanwhile
        ],
    }


def refused_rows(found: Mapping[str, Sequence[Compared]]) -> set[tuple[str, int]]:
    """Return the rows that were refused, by sheet and number."""
    return {
        (name, each.number)
        for name, members in found.items()
        for each in members
        if each.outcome is Outcome.REFUSED
    }
