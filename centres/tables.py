"""Rows of places: columns and constraints, no rules, no queries.

What Piccolo cannot say (composite keys, triggers, exclusion) stands in the migrations named
`guards`, under the names that `centres.errors` refusals repeat.
"""

from piccolo.columns import (
    JSONB,
    Array,
    BigInt,
    BigSerial,
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


class Region(Table, db=DB):
    """A part of the network under one direction, in AUF's sense."""

    id: Serial
    code = Varchar(length=32, unique=True, default=None, null=False)
    name = Varchar(length=120, default=None, null=False)
    revision = Integer(default=1)


class Country(Table, db=DB):
    """A country: its zone, money, weekend and languages."""

    id: Serial
    iso2 = Varchar(length=2, unique=True, default=None, null=False)
    region = ForeignKey(Region, null=False, on_delete=OnDelete.restrict)
    name_fr = Varchar(length=80, default=None, null=False)
    name_en = Varchar(length=80, default=None, null=False)
    name_pt = Varchar(length=80, default=None, null=False)
    zone = Varchar(length=64, default=None, null=False)
    currency = Varchar(length=3, default=None, null=False)
    weekend_days = Array(base_column=Integer(), default=list, help_text="Monday = 0")
    languages = Array(base_column=Varchar(length=8), default=list)
    phone_prefix = Varchar(length=8, default=None, null=False)
    revision = Integer(default=1)


class Locality(Table, db=DB):
    """A populated place: where learners live, and the offline gazetteer."""

    id: Serial
    geonameid = Integer(unique=True, default=None, null=True)
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=200, default=None, null=False)
    admin1 = Varchar(length=200, default=None, null=True)
    population = Integer(default=None, null=True)
    latitude = DoublePrecision(default=None, null=False)
    longitude = DoublePrecision(default=None, null=False)


class Host(Table, db=DB):
    """An institution that lends rooms (établissement)."""

    id: Serial
    code = Varchar(length=40, unique=True, default=None, null=False)
    name = Varchar(length=200, default=None, null=False)
    kind = Varchar(length=40, default=None, null=False)
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    city = Varchar(length=120, default=None, null=True)
    website = Varchar(length=300, default=None, null=True)
    source = Text(default=None, null=True, help_text="where the fact comes from")
    note = Text(default=None, null=True)
    revision = Integer(default=1)

    host_kind_is_known = Check(
        "kind IN ('university', 'institute', 'school', 'auf_site', 'orange_digital_center',"
        " 'company', 'association', 'public_body', 'other')"
    )


class Centre(Table, db=DB):
    """A building where learners meet (implantation), lent by a host."""

    id: Serial
    code = Varchar(length=24, unique=True, default=None, null=False)
    host = ForeignKey(Host, null=False, on_delete=OnDelete.restrict, index=True)
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=200, default=None, null=False)
    city = Varchar(length=120, default=None, null=False)
    address = Text(default=None, null=True)
    directions = Text(default=None, null=True, help_text="in words, by landmarks")
    latitude = DoublePrecision(default=None, null=False)
    longitude = DoublePrecision(default=None, null=False)
    precision = Varchar(length=10, default=None, null=False)
    zone = Varchar(length=64, default=None, null=False)
    contact_role = Varchar(length=120, default=None, null=True)
    state = Varchar(length=10, default="planned", index=True)
    assumed = Text(default=None, null=True, help_text="what in this row is assumed, in words")
    source = Text(default=None, null=True)
    revision = Integer(default=1)

    centre_state_is_known = Check("state IN ('planned', 'open', 'suspended', 'closed')")
    centre_precision_is_known = Check(
        "precision IN ('site', 'street', 'city', 'region', 'country')"
    )
    centre_point_is_on_earth = Check(
        "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180"
        " AND NOT (latitude = 0 AND longitude = 0)"
    )


class Agreement(Table, db=DB):
    """What a host and the network promise each other for one centre (convention d'hébergement)."""

    id: Serial
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.restrict, index=True)
    state = Varchar(length=12, default="prospect")
    starts_on = Date(default=None, null=True)
    ends_on = Date(default=None, null=True, help_text="the last day, included")
    hours_a_week = Integer(default=None, null=True)
    host_pays = Text(default=None, null=True, help_text="what the host gives, in words")
    network_pays = Text(default=None, null=True, help_text="what the network gives, in words")
    monthly_fee_minor = BigInt(default=0, help_text="paid to the host, in minor units")
    currency = Varchar(length=3, default=None, null=False)
    note = Text(default=None, null=True)
    assumed = Text(default=None, null=True)
    revision = Integer(default=1)

    agreement_state_is_known = Check(
        "state IN ('prospect', 'negotiating', 'agreed', 'open', 'suspended', 'closed')"
    )
    agreement_ends_after_it_starts = Check("ends_on >= starts_on")
    agreement_in_force_has_dates_and_hours = Check(
        "state NOT IN ('agreed', 'open', 'suspended')"
        " OR (starts_on IS NOT NULL AND ends_on IS NOT NULL AND hours_a_week IS NOT NULL)"
    )
    agreement_hours_fit_a_week = Check("hours_a_week BETWEEN 1 AND 168")
    agreement_fee_is_not_negative = Check("monthly_fee_minor >= 0")
    agreement_dates_can_be_pointed_at = Unique(["id", "starts_on", "ends_on"])


class AgreementStep(Table, db=DB):
    """One dated step of an agreement's history."""

    id: Serial
    agreement = ForeignKey(Agreement, null=False, on_delete=OnDelete.cascade, index=True)
    state = Varchar(length=12, default=None, null=False)
    on_date = Date(default=None, null=False)
    note = Text(default=None, null=True)
    actor = Varchar(length=120, default=None, null=False)
    recorded_at = Timestamptz(default=None, null=False)


class Room(Table, db=DB):
    """One bookable room of a centre."""

    id: Serial
    code = Varchar(length=32, unique=True, default=None, null=False)
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=120, default=None, null=False)
    seats = Integer(default=None, null=False)
    computers = Integer(default=0)
    equipment = Array(base_column=Varchar(length=24), default=list)
    step_free = Boolean(default=None, null=True, help_text="reached without a step; unknown = null")
    access_note = Text(default=None, null=True)
    open = Boolean(default=True)
    assumed = Text(default=None, null=True)
    revision = Integer(default=1)

    room_has_seats = Check("seats BETWEEN 1 AND 2000")
    room_computers_are_not_negative = Check("computers BETWEEN 0 AND 2000")
    room_equipment_is_known = Check(
        "equipment <@ ARRAY['projector', 'computers', 'internet', 'whiteboard', 'power_backup',"
        " 'air_conditioning', 'sound']::varchar[]"
    )
    room_seats_can_be_pointed_at = Unique(["id", "seats"])


class OpeningHours(Table, db=DB):
    """One weekly opening of a centre, on its wall clock."""

    id: Serial
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.cascade, index=True)
    weekday = Integer(default=None, null=False, help_text="Monday = 0")
    opens_minute = Integer(default=None, null=False, help_text="minutes after midnight")
    closes_minute = Integer(default=None, null=False, help_text="up to 1440")

    opening_is_within_a_day = Check(
        "weekday BETWEEN 0 AND 6 AND opens_minute >= 0 AND closes_minute <= 1440"
    )
    opening_ends_after_it_starts = Check("closes_minute > opens_minute")


class Closure(Table, db=DB):
    """Days on which a centre, or one of its rooms, is shut."""

    id: Serial
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.cascade, index=True)
    room = ForeignKey(Room, null=True, on_delete=OnDelete.cascade)
    first_day = Date(default=None, null=False)
    last_day = Date(default=None, null=False, help_text="included")
    reason = Text(default=None, null=False)
    lifted = Boolean(default=False)
    revision = Integer(default=1)

    closure_ends_after_it_starts = Check("last_day >= first_day")


class PublicHoliday(Table, db=DB):
    """A day off of a country; tentative while the moon has not been sighted."""

    id: Serial
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    key = Varchar(length=80, default=None, null=False)
    year = Integer(default=None, null=False, help_text="the civil year it was calculated for")
    date = Date(default=None, null=False, index=True)
    calculated_date = Date(default=None, null=False)
    name_fr = Varchar(length=120, default=None, null=False)
    name_en = Varchar(length=120, default=None, null=False)
    name_pt = Varchar(length=120, default=None, null=False)
    kind = Varchar(length=12, default=None, null=False)
    tentative = Boolean(default=False)
    observed = Boolean(default=True, help_text="false: struck off the list by a manager")
    source = Text(default=None, null=True)
    revision = Integer(default=1)

    holiday_is_listed_once = Unique(["country", "key", "year"])


class Change(Table, db=DB):
    """Who changed what, when, from which values to which: written by triggers only."""

    id = BigSerial(primary_key=True)
    table_name = Varchar(length=40, default=None, null=False)
    row_id = Integer(default=None, null=False)
    actor = Varchar(length=120, default=None, null=False)
    at = Timestamptz(default=None, null=False, index=True)
    before = JSONB(default=None, null=True)
    after = JSONB(default=None, null=True)
