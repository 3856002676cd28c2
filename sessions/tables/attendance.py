"""Who came: marks as they were made, what they come to, and the evidence they rest on."""

from piccolo.columns import (
    UUID,
    Array,
    Boolean,
    Bytea,
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
from sessions.tables.learning import Learner
from sessions.tables.meetups import Meetup

VALUES = "('present', 'late', 'excused', 'absent')"
ONE_SUBJECT = "(learner IS NULL) <> (walk_in IS NULL)"


class AttendanceEvidence(Table, db=DB):
    """A photograph of a signed sheet, kept as it was sent."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.restrict)
    media_type = Varchar(length=20, default=None, null=False)
    sha256 = Bytea(default=None, null=False)
    content = Bytea(default=None, null=False)
    added_by = Varchar(length=120, default=None, null=False, help_text="as the audit trail has it")
    added_at = Timestamptz(default=None, null=False)

    evidence_is_a_photo_of_at_most_6_mb = Check(
        "media_type IN ('image/jpeg', 'image/png', 'image/webp')"
        " AND octet_length(content) BETWEEN 1 AND 6000000 AND octet_length(sha256) = 32"
    )
    evidence_is_kept_once_per_meetup = Unique(["meetup", "sha256"])
    evidence_can_be_pointed_at = Unique(["id", "meetup"])


class AttendanceMark(Table, db=DB):
    """One mark of one person, as a device made it; never changed, only superseded by another."""

    id: Serial
    mark = UUID(unique=True, default=None, null=False, help_text="made on the device")
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.restrict, index=True)
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.restrict, index=True)
    walk_in = Varchar(length=120, default=None, null=True, help_text="a name, of whom has no seat")
    value = Varchar(length=8, default=None, null=False)
    device = Varchar(length=64, default=None, null=False)
    device_at = Timestamptz(default=None, null=False, help_text="by the device's own clock")
    received_at = Timestamptz(default=None, null=False)
    marked_by = Varchar(length=120, default=None, null=False, help_text="as the audit trail has it")
    way = Varchar(length=8, default=None, null=False)
    evidence = Integer(default=None, null=True, help_text="a photograph of the same meetup")
    proof = Varchar(length=200, default=None, null=True, help_text="what else it rests on")
    supersedes = Array(base_column=Varchar(length=36), default=list, help_text="earlier marks")
    reason = Text(default=None, null=True, help_text="of a correction")

    mark_is_of_one_person = Check(ONE_SUBJECT)
    mark_value_is_known = Check(f"value IN {VALUES}")
    mark_way_is_known = Check("way IN ('list', 'self', 'paper', 'grid', 'workbook')")
    mark_names_its_device = Check("device ~ '^[A-Za-z0-9_.:-]{1,64}$'")
    mark_of_a_walk_in_has_a_name = Check("walk_in IS NULL OR btrim(walk_in) <> ''")
    mark_that_corrects_gives_a_reason = Check(
        "supersedes = '{}' OR (reason IS NOT NULL AND btrim(reason) <> '')"
    )


class Attendance(Table, db=DB):
    """What the marks of one person in one meetup come to; rewritten with each mark, by the rule."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.restrict)
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.restrict, index=True)
    walk_in = Varchar(length=120, default=None, null=True, help_text="the name, folded")
    value = Varchar(length=8, default=None, null=True)
    conflict = Boolean(default=False, help_text="devices disagree; somebody has to settle it")
    changed_at = Timestamptz(default=None, null=False)

    attendance_is_of_one_person = Check(ONE_SUBJECT)
    attendance_value_is_known = Check(f"value IN {VALUES}")
    attendance_has_a_value_unless_in_conflict = Check("(value IS NULL) = conflict")
    person_has_one_attendance_per_meetup = Unique(
        ["meetup", "learner", "walk_in"], nulls_distinct=False
    )


class CheckinSecret(Table, db=DB):
    """What the changing codes on the wall of one meetup are made from."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, unique=True, on_delete=OnDelete.cascade)
    secret = Bytea(default=None, null=False)

    checkin_secret_has_32_bytes = Check("octet_length(secret) = 32")
