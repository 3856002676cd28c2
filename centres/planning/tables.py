"""Rows of site planning: what demand, candidates and journeys are made of, and scenarios."""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    Boolean,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB
from centres.tables import Agreement, Country, Host

ON_EARTH = (
    "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"
    " AND NOT (latitude = 0 AND longitude = 0)"
)


class PopulationCell(Table, db=DB):
    """How many people lived in a cell of about 20 km, by one source."""

    id: Serial
    country = ForeignKey(Country, null=False, on_delete=OnDelete.cascade, index=True)
    latitude = DoublePrecision(default=None, null=False)
    longitude = DoublePrecision(default=None, null=False)
    people = Integer(default=None, null=False)
    source = Text(default=None, null=False)

    cell_has_people = Check("people > 0")
    cell_is_counted_once = Unique(["country", "latitude", "longitude"])


class CountryIndicator(Table, db=DB):
    """What is known of a country as a whole: people in 2026, aged 18 to 30, share online."""

    id: Serial
    country = ForeignKey(Country, null=False, unique=True, on_delete=OnDelete.cascade)
    population = Integer(default=None, null=False)
    aged_18_30 = Integer(default=None, null=False)
    internet_percent = DoublePrecision(default=None, null=False)
    internet_year = Integer(default=None, null=True)
    source = Text(default=None, null=False)

    indicator_is_a_share_of_people = Check(
        "population > 0 AND aged_18_30 BETWEEN 0 AND population"
        " AND internet_percent BETWEEN 0 AND 100"
    )


class CandidateSite(Table, db=DB):
    """A place that might become a centre, from the reference data or a manager's own list."""

    id: Serial
    code = Varchar(length=40, unique=True, default=None, null=False)
    name = Varchar(length=200, default=None, null=False)
    kind = Varchar(length=24, default=None, null=False)
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    host = ForeignKey(Host, null=True, on_delete=OnDelete.set_null)
    city = Varchar(length=120, default=None, null=True)
    latitude = DoublePrecision(default=None, null=False)
    longitude = DoublePrecision(default=None, null=False)
    precision = Varchar(length=10, default=None, null=False)
    seats = Integer(default=None, null=True, help_text="in all rooms; unknown = null")
    cost_minor = BigInt(default=None, null=True, help_text="to open, in minor units")
    currency = Varchar(length=3, default=None, null=True)
    source = Text(default=None, null=True)
    note = Text(default=None, null=True)
    revision = Integer(default=1)

    candidate_kind_is_known = Check(
        "kind IN ('auf_site', 'orange_digital_center', 'partner', 'own')"
    )
    candidate_point_is_on_earth = Check(ON_EARTH)
    candidate_precision_is_known = Check(
        "precision IN ('site', 'street', 'city', 'region', 'country')"
    )
    candidate_figures_are_not_negative = Check("seats BETWEEN 1 AND 5000 AND cost_minor >= 0")


class JourneyOverride(Table, db=DB):
    """What is known of the journeys between two places, better than by rule; kept in versions."""

    id: Serial
    line = Integer(default=None, null=False, help_text="the same for all versions of one journey")
    version = Integer(default=1)
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    from_name = Varchar(length=120, default=None, null=False)
    from_latitude = DoublePrecision(default=None, null=False)
    from_longitude = DoublePrecision(default=None, null=False)
    from_km = DoublePrecision(default=5.0, help_text="how far around the place it holds")
    to_name = Varchar(length=120, default=None, null=True, help_text="null: everywhere else")
    to_latitude = DoublePrecision(default=None, null=True)
    to_longitude = DoublePrecision(default=None, null=True)
    to_km = DoublePrecision(default=5.0)
    kind = Varchar(length=8, default=None, null=False)
    minutes = DoublePrecision(default=None, null=True)
    season = Varchar(length=6, default=None, null=True, help_text="null: both")
    mode = Varchar(length=8, default=None, null=True, help_text="null: every mode")
    source = Text(default=None, null=False)
    observed_on = Date(default=None, null=False)
    withdrawn = Boolean(default=False)
    actor = Varchar(length=120, default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)

    journey_has_one_row_per_version = Unique(["line", "version"])
    journey_kind_is_known = Check("kind IN ('minutes', 'extra', 'none')")
    journey_says_minutes_unless_there_is_none = Check(
        "(kind = 'none') = (minutes IS NULL) AND COALESCE(minutes, 0) BETWEEN 0 AND 10080"
    )
    journey_season_is_known = Check("season IN ('dry', 'rainy')")
    journey_reaches_some_distance = Check("from_km BETWEEN 0 AND 500 AND to_km BETWEEN 0 AND 500")
    journey_end_is_a_place_or_everywhere = Check(
        "(to_name IS NULL) = (to_latitude IS NULL) AND (to_name IS NULL) = (to_longitude IS NULL)"
    )


class ApplicationCount(Table, db=DB):
    """How many people of one place applied, in one list; never who."""

    id: Serial
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    place = Varchar(length=200, default=None, null=False)
    latitude = DoublePrecision(default=None, null=False)
    longitude = DoublePrecision(default=None, null=False)
    applicants = Integer(default=None, null=False)
    women = Integer(default=None, null=True)
    source = Varchar(length=200, default=None, null=False)
    counted_on = Date(default=None, null=False)

    applications_are_counted = Check("applicants > 0 AND women BETWEEN 0 AND applicants")
    applications_of_a_place_are_counted_once = Unique(["country", "place", "source", "counted_on"])
    application_point_is_on_earth = Check(ON_EARTH)


class Scenario(Table, db=DB):
    """One question of where to open, with all that its answer hangs on, and the answer."""

    id: Serial
    name = Varchar(length=120, default=None, null=False)
    state = Varchar(length=10, default="queued", index=True)
    countries = Array(base_column=Varchar(length=2), default=list)
    asked = JSONB(default=None, null=False)
    inputs = JSONB(default=None, null=True)
    inputs_hash = Varchar(length=64, default=None, null=True)
    progress = JSONB(default=None, null=True)
    result = JSONB(default=None, null=True)
    stop_asked = Boolean(default=False)
    copied_from = Integer(default=None, null=True)
    asked_by = Varchar(length=120, default=None, null=False)
    asked_at = Timestamptz(default=None, null=False)
    solved_at = Timestamptz(default=None, null=True)
    failure = Text(default=None, null=True)
    failure_said = JSONB(default=None, null=True, help_text="the same, by language")
    revision = Integer(default=1)

    scenario_state_is_known = Check("state IN ('queued', 'solving', 'solved', 'failed')")
    scenario_result_has_its_inputs = Check(
        "state <> 'solved' OR (result IS NOT NULL AND inputs IS NOT NULL"
        " AND inputs_hash IS NOT NULL)"
    )


class ScenarioProspect(Table, db=DB):
    """A site of a scenario that entered the agreement pipeline, with the use expected of it."""

    id: Serial
    scenario = ForeignKey(Scenario, null=False, on_delete=OnDelete.restrict, index=True)
    site = Varchar(length=60, default=None, null=False)
    agreement = ForeignKey(Agreement, null=False, on_delete=OnDelete.restrict, index=True)
    expected_learners = Integer(default=None, null=False)
    expected_minutes = DoublePrecision(default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)

    prospect_is_made_once = Unique(["scenario", "site"])
    prospect_expects_some_use = Check("expected_learners >= 0 AND expected_minutes >= 0")
