"""A plan as GeoJSON, CSV and Excel: the sites, where learners come from, and every assumption."""

import csv
import io
import json
from typing import Any

import msgspec
from openpyxl import Workbook
from openpyxl.styles import Font

from centres.language import Language
from centres.planning.asked import Inputs
from centres.planning.scenarios import Scenario
from centres.planning.why import note_words, reasons

SITE_COLUMNS = (
    "number", "key", "name", "kind", "country", "city", "latitude", "longitude", "precision",
    "existing", "learners", "seats", "mean_minutes", "worst_minutes", "saved_minutes",
    "next_best", "worse_by", "chosen_in", "draws", "agreement", "source", "why",
)  # fmt: skip
FLOW_COLUMNS = (
    "place", "country", "latitude", "longitude", "learners", "site", "minutes", "season", "mode",
    "journey_source",
)  # fmt: skip
# What begins like a formula would be run by a spreadsheet that opens the file.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def site_rows(scenario: Scenario, inputs: Inputs, language: Language) -> list[dict[str, Any]]:
    """Return one row a site, new ones first under their number on the map."""
    result = scenario.answered()
    made = []
    ordered = sorted(result.sites, key=lambda each: each.existing)
    for number, site in enumerate(ordered, start=1):
        each = inputs.candidates[site.number]
        made.append(
            {
                "number": None if site.existing else number,
                "key": each.key,
                "name": each.name,
                "kind": each.kind,
                "country": each.country,
                "city": each.city,
                "latitude": each.point.latitude,
                "longitude": each.point.longitude,
                "precision": each.precision,
                "existing": site.existing,
                "learners": round(site.learners, 1),
                "seats": round(site.seats, 1),
                "mean_minutes": _rounded(site.mean_minutes),
                "worst_minutes": _rounded(site.worst_minutes),
                "saved_minutes": _rounded(site.saved_minutes),
                "next_best": site.next_best,
                "worse_by": _rounded(site.worse_by),
                "chosen_in": site.chosen_in,
                "draws": result.draws,
                "agreement": each.agreement,
                "source": each.source,
                "why": " ".join(
                    said.in_language(language) for said in reasons(site, result, inputs)
                ),
            }
        )
    return made


def flow_rows(scenario: Scenario, inputs: Inputs) -> list[dict[str, Any]]:
    """Return one row for each place and the site its learners go to, with the figure's source."""
    result = scenario.answered()
    rules = scenario.asked.rules
    by_rule = f"geodesic x {rules.detour:g} / {rules.speed:g} km/h"

    def source_of(number: int) -> str:
        if number >= 2:
            known = inputs.overrides[number - 2]
            return f"{known.source} ({known.observed_on.isoformat()}, version {known.version})"
        return scenario.asked.router or by_rule if number else by_rule

    return [
        {
            "place": inputs.demand[point].name,
            "country": inputs.demand[point].country,
            "latitude": inputs.demand[point].point.latitude,
            "longitude": inputs.demand[point].point.longitude,
            "learners": round(learners, 3),
            "site": inputs.candidates[site].key,
            "minutes": round(minutes, 1),
            "season": rules.season,
            "mode": rules.mode,
            "journey_source": source_of(source),
        }
        for point, site, learners, minutes, source in result.flow
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def as_geojson(scenario: Scenario, inputs: Inputs, language: Language) -> bytes:
    """Return the sites as a GeoJSON FeatureCollection (RFC 7946)."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]},
            "properties": {
                name: value for name, value in row.items() if name not in ("latitude", "longitude")
            },
        }
        for row in site_rows(scenario, inputs, language)
    ]
    found = {"type": "FeatureCollection", "features": features}
    return json.dumps(found, ensure_ascii=False).encode()


def as_csv(scenario: Scenario, inputs: Inputs, language: Language) -> bytes:
    """Return the sites as CSV in UTF-8, marked as such for Excel."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(SITE_COLUMNS)
    for row in site_rows(scenario, inputs, language):
        writer.writerow([_safe(row[name]) for name in SITE_COLUMNS])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def as_xlsx(scenario: Scenario, inputs: Inputs, language: Language) -> bytes:
    """Return a workbook: sites, who goes where, and what was asked and assumed."""
    book = Workbook()
    sheet = book.active
    sheet.title = "sites"
    sheet.append(list(SITE_COLUMNS))
    for row in site_rows(scenario, inputs, language):
        sheet.append([_safe(row[name]) for name in SITE_COLUMNS])
    flows = book.create_sheet("journeys")
    flows.append(list(FLOW_COLUMNS))
    for row in flow_rows(scenario, inputs):
        flows.append([_safe(row[name]) for name in FLOW_COLUMNS])
    asked = book.create_sheet("assumptions")
    asked.append(["name", "value"])
    for name, value in assumption_rows(scenario):
        asked.append([name, _safe(value)])
    for note in scenario.answered().notes:
        asked.append(["note", note_words(note).in_language(language)])
    for each in book.worksheets:
        each.freeze_panes = "A2"
        for cell in each[1]:
            cell.font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def assumption_rows(scenario: Scenario) -> list[tuple[str, str]]:
    """Return what was asked and assumed, each figure under its name."""
    made: list[tuple[str, str]] = []

    def add(prefix: str, value: object) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                add(f"{prefix}.{name}" if prefix else str(name), inner)
        elif isinstance(value, list):
            made.append((prefix, ", ".join(str(each) for each in value)))
        else:
            made.append((prefix, "" if value is None else str(value)))

    add("", msgspec.to_builtins(scenario.asked))
    made.append(("inputs_hash", scenario.inputs_hash or ""))
    return made


def _safe(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULAS):
        return "'" + value
    return value
