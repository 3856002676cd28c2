"""What the database itself refuses of site planning, each under its own name.

Each statement is refused under the name of its constraint, and goes through once that is gone.
"""

import asyncpg
import pytest

from centres.db import DB, rows
from tests.factories import make_country

CELL = "INSERT INTO population_cell (country, latitude, longitude, people, source) VALUES"
FACTS = """INSERT INTO country_indicator
    (country, population, aged_18_30, internet_percent, source) VALUES"""
SITE = """INSERT INTO candidate_site
    (code, name, kind, country, latitude, longitude, precision, seats) VALUES"""
JOURNEY = """INSERT INTO journey_override
    (line, version, country, from_name, from_latitude, from_longitude, from_km, to_name, kind,
     minutes, season, source, observed_on, actor, recorded_at, withdrawn, to_km) VALUES"""
COUNT = """INSERT INTO application_count
    (country, place, latitude, longitude, applicants, women, source, counted_on) VALUES"""
SCENARIO = """INSERT INTO scenario
    (name, state, countries, asked, stop_asked, asked_by, asked_at, revision) VALUES"""
CASES = {
    "cell_has_people": f"{CELL} ({{k}}, 14, -16, 0, 's')",
    "cell_is_counted_once": f"{CELL} ({{k}}, 14, -16, 5, 's'), ({{k}}, 14, -16, 6, 's')",
    "indicator_is_a_share_of_people": f"{FACTS} ({{k}}, 10, 11, 50, 's')",
    "candidate_kind_is_known": f"{SITE} ('a', 'A', 'x', {{k}}, 14, -16, 'site', 9)",
    "candidate_point_is_on_earth": f"{SITE} ('a', 'A', 'own', {{k}}, 0, 0, 'site', 9)",
    "candidate_precision_is_known": f"{SITE} ('a', 'A', 'own', {{k}}, 14, -16, 'x', 9)",
    "candidate_figures_are_not_negative": f"{SITE} ('a', 'A', 'own', {{k}}, 14, -16, 'site', 0)",
    "journey_has_one_row_per_version": (
        f"{JOURNEY} (1, 1, {{k}}, 'A', 14, -16, 5, NULL, 'extra', 5, NULL, 's', now(), 'x', now(),"
        " false, 5), (1, 1, {k}, 'A', 14, -16, 5, NULL, 'extra', 6, NULL, 's', now(), 'x', now(),"
        " false, 5)"
    ),
    "journey_kind_is_known": (
        f"{JOURNEY} (1, 1, {{k}}, 'A', 14, -16, 5, NULL, 'x', 5, NULL, 's', now(), 'x', now(),"
        " false, 5)"
    ),
    "journey_says_minutes_unless_there_is_none": (
        f"{JOURNEY} (1, 1, {{k}}, 'A', 14, -16, 5, NULL, 'none', 5, NULL, 's', now(), 'x', now(),"
        " false, 5)"
    ),
    "journey_season_is_known": (
        f"{JOURNEY} (1, 1, {{k}}, 'A', 14, -16, 5, NULL, 'extra', 5, 'cold', 's', now(), 'x',"
        " now(), false, 5)"
    ),
    "journey_reaches_some_distance": (
        f"{JOURNEY} (1, 1, {{k}}, 'A', 14, -16, -5, NULL, 'extra', 5, NULL, 's', now(), 'x',"
        " now(), false, 5)"
    ),
    "journey_end_is_a_place_or_everywhere": (
        f"{JOURNEY} (1, 1, {{k}}, 'A', 14, -16, 5, 'B', 'extra', 5, NULL, 's', now(), 'x', now(),"
        " false, 5)"
    ),
    "applications_are_counted": f"{COUNT} ({{k}}, 'A', 14, -16, 5, 6, 's', now())",
    "applications_of_a_place_are_counted_once": (
        f"{COUNT} ({{k}}, 'A', 14, -16, 5, 1, 's', now()), ({{k}}, 'A', 14, -16, 6, 1, 's', now())"
    ),
    "application_point_is_on_earth": f"{COUNT} ({{k}}, 'A', 99, -16, 5, 1, 's', now())",
    "scenario_state_is_known": (
        f"{SCENARIO} ('A', 'x', '{{{{SN}}}}', '{{{{}}}}', false, 'x', now(), 1)"
    ),
    "scenario_result_has_its_inputs": (
        f"{SCENARIO} ('A', 'solved', '{{{{SN}}}}', '{{{{}}}}', false, 'x', now(), 1)"
    ),
}


@pytest.mark.parametrize("constraint", CASES)
async def test_the_database_refuses_it_under_its_name_and_only_for_that_reason(
    database, constraint
):
    country = await make_country()
    statement = CASES[constraint].format(k=country.id)

    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await rows(statement)

    assert refused.value.constraint_name == constraint
    table = refused.value.table_name
    async with DB.transaction() as transaction:
        await rows(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
        await rows(statement)
        await transaction.rollback()
