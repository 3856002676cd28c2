"""Who studies what: programmes, sponsors, mentors, cohorts, groups, learners, enrolments."""

from piccolo.columns import (
    Array,
    BigInt,
    Boolean,
    Date,
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
from centres.tables import Centre, Country, Locality

LANGUAGES = "('fr', 'en', 'pt')"


class Programme(Table, db=DB):
    """A course that leads somewhere: 3 to 18 months on a platform."""

    id: Serial
    code = Varchar(length=32, unique=True, default=None, null=False)
    title = Varchar(length=200, default=None, null=False)
    level = Varchar(length=40, default=None, null=True)
    months = Integer(default=None, null=False)
    price_minor = BigInt(default=0, help_text="in minor units of the currency")
    currency = Varchar(length=3, default="EUR")
    platform = Varchar(length=80, default=None, null=True)
    computers_needed = Boolean(default=False)
    source = Text(default=None, null=True)
    revision = Integer(default=1)

    programme_lasts_some_months = Check("months BETWEEN 1 AND 60")
    programme_price_is_not_negative = Check("price_minor >= 0")


class Sponsor(Table, db=DB):
    """Who pays for a cohort."""

    id: Serial
    code = Varchar(length=32, unique=True, default=None, null=False)
    name = Varchar(length=200, default=None, null=False)
    kind = Varchar(length=20, default=None, null=False)
    revision = Integer(default=1)

    sponsor_kind_is_known = Check(
        "kind IN ('employment_agency', 'donor', 'self_paying', 'company', 'state')"
    )


class Mentor(Table, db=DB):
    """A person who leads meetups."""

    id: Serial
    code = Varchar(length=32, unique=True, default=None, null=False)
    name = Varchar(length=200, default=None, null=False)
    email = Varchar(length=254, default=None, null=True)
    phone = Varchar(length=20, default=None, null=True, help_text="E.164")
    language = Varchar(length=2, default="fr")
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    revision = Integer(default=1)

    mentor_phone_is_e164 = Check("phone ~ '^\\+[1-9][0-9]{6,14}$'")
    mentor_language_is_known = Check(f"language IN {LANGUAGES}")


class Cohort(Table, db=DB):
    """A promotion: learners who follow one run of a programme together."""

    id: Serial
    code = Varchar(length=32, unique=True, default=None, null=False)
    programme = ForeignKey(Programme, null=False, on_delete=OnDelete.restrict, index=True)
    sponsor = ForeignKey(Sponsor, null=True, on_delete=OnDelete.restrict)
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    starts_on = Date(default=None, null=False)
    ends_on = Date(default=None, null=False)
    cadence_weeks = Integer(default=None, null=False)
    meetup_minutes = Integer(default=None, null=False)
    equipment_needed = Array(base_column=Varchar(length=24), default=list)
    language = Varchar(length=2, default="fr")
    revision = Integer(default=1)

    cohort_ends_after_it_starts = Check("ends_on > starts_on")
    cohort_cadence_is_1_2_or_4_weeks = Check("cadence_weeks IN (1, 2, 4)")
    cohort_meetups_last_30_minutes_to_10_hours = Check("meetup_minutes BETWEEN 30 AND 600")
    cohort_language_is_known = Check(f"language IN {LANGUAGES}")


class CohortGroup(Table, db=DB):
    """A part of a cohort that meets together: it fits a room and has one mentor."""

    id: Serial
    code = Varchar(length=40, unique=True, default=None, null=False)
    cohort = ForeignKey(Cohort, null=False, on_delete=OnDelete.restrict, index=True)
    number = Integer(default=None, null=False)
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.restrict, index=True)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.restrict, index=True)
    revision = Integer(default=1)

    group_number_is_unique_in_its_cohort = Unique(["cohort", "number"])


class Learner(Table, db=DB):
    """Somebody who studies online and comes to meetups."""

    id: Serial
    code = Varchar(length=24, unique=True, default=None, null=False)
    name = Varchar(length=200, default=None, null=False)
    email = Varchar(length=254, default=None, null=True)
    phone = Varchar(length=20, default=None, null=True, help_text="E.164")
    language = Varchar(length=2, default="fr")
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    locality = ForeignKey(Locality, null=True, on_delete=OnDelete.restrict)
    centre = ForeignKey(Centre, null=True, on_delete=OnDelete.restrict, index=True)
    consent_at = Timestamptz(default=None, null=True, help_text="to being told by mail and SMS")
    birth_year = Integer(default=None, null=True)
    gender = Varchar(length=1, default=None, null=True)
    revision = Integer(default=1)

    learner_phone_is_e164 = Check("phone ~ '^\\+[1-9][0-9]{6,14}$'")
    learner_language_is_known = Check(f"language IN {LANGUAGES}")
    learner_birth_year_is_plausible = Check("birth_year BETWEEN 1900 AND 2100")
    learner_gender_is_f_m_or_x = Check("gender IN ('f', 'm', 'x')")


class Enrolment(Table, db=DB):
    """A learner's place in a cohort."""

    id: Serial
    cohort = ForeignKey(Cohort, null=False, on_delete=OnDelete.restrict, index=True)
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.restrict, index=True)
    cohort_group = ForeignKey(CohortGroup, null=True, on_delete=OnDelete.restrict, index=True)
    state = Varchar(length=10, default="enrolled")
    enrolled_on = Date(default=None, null=False)
    left_out_reason = Text(default=None, null=True, help_text="why no group could take them")
    revision = Integer(default=1)

    enrolment_belongs_to_one_cohort_once = Unique(["cohort", "learner"])
    enrolment_state_is_known = Check("state IN ('enrolled', 'withdrawn', 'completed')")
