"""Around attendance: rooms made ready, what follows from missing, and certificates handed out."""

from piccolo.columns import (
    Boolean,
    Bytea,
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
from centres.tables import Centre, Country, Room
from sessions.tables.learning import Learner
from sessions.tables.meetups import Meetup


class RoomCheck(Table, db=DB):
    """What a host found in a room for one day; a later check speaks, earlier ones are kept."""

    id: Serial
    room = ForeignKey(Room, null=False, on_delete=OnDelete.restrict, index=True)
    day = Date(default=None, null=False)
    power = Boolean(default=None, null=False)
    connection = Boolean(default=None, null=False)
    computers = Integer(default=None, null=False, help_text="that work")
    key = Boolean(default=None, null=False)
    note = Text(default=None, null=True)
    checked_by = Varchar(length=120, default=None, null=False)
    checked_at = Timestamptz(default=None, null=False)

    room_check_counts_computers = Check("computers BETWEEN 0 AND 1000")


class NoShowPolicy(Table, db=DB):
    """What a country does about absences in a row; no row stands for the network's own rule."""

    id: Serial
    country = ForeignKey(Country, null=False, unique=True, on_delete=OnDelete.cascade)
    warn_after = Integer(default=None, null=False)
    release_after = Integer(default=None, null=True, help_text="NULL: seats are never released")
    changed_by = Varchar(length=120, default=None, null=False)
    changed_at = Timestamptz(default=None, null=False)

    no_show_policy_warns_before_it_releases = Check(
        "warn_after BETWEEN 1 AND 20 AND release_after > warn_after AND release_after <= 20"
    )


class NoShowStep(Table, db=DB):
    """A warning, or seats released, after this many absences in a row, the last of them here."""

    id: Serial
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade)
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.cascade, index=True)
    step = Varchar(length=8, default=None, null=False)
    absences = Integer(default=None, null=False)
    seats = Integer(default=0, help_text="released")
    at = Timestamptz(default=None, null=False)

    no_show_step_is_known = Check("step IN ('warn', 'release')")
    absence_leads_to_a_step_once = Unique(["learner", "meetup", "step"])


class AttendanceCertificate(Table, db=DB):
    """A certificate handed out: what its code is, and the hash of what it says."""

    id: Serial
    code = Varchar(length=16, unique=True, default=None, null=False)
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade)
    centre = ForeignKey(Centre, null=True, on_delete=OnDelete.restrict, index=True)
    until = Date(default=None, null=False, help_text="meetups after this day are not in it")
    sha256 = Bytea(default=None, null=False)
    issued_by = Varchar(length=120, default=None, null=False)
    issued_at = Timestamptz(default=None, null=False)

    certificate_code_is_unguessable = Check("code ~ '^[ACDEFHJKMNPRTUVWXY34679]{16}$'")
    same_certificate_has_one_code = Unique(["learner", "centre", "sha256"], nulls_distinct=False)
