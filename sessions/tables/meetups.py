"""What happens in slots: meetups, bookings, waiting lists, and what people were told."""

from piccolo.columns import (
    JSONB,
    UUID,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB
from centres.tables import Centre, Room
from sessions.tables.learning import CohortGroup, Learner, Mentor
from sessions.tables.slots import Slot
from sessions.tables.timetables import Timetable


class Meetup(Table, db=DB):
    """One meeting of one group (séance), in a slot for as long as it is live."""

    id: Serial
    uid = UUID(unique=True, default=None, null=False, help_text="iCalendar UID, for life")
    cohort_group = ForeignKey(CohortGroup, null=False, on_delete=OnDelete.restrict)
    ordinal = Integer(default=None, null=False)
    slot = ForeignKey(Slot, null=True, on_delete=OnDelete.restrict)
    slot_starts_at = Timestamptz(default=None, null=True)
    slot_ends_at = Timestamptz(default=None, null=True)
    room = ForeignKey(Room, null=False, on_delete=OnDelete.restrict, index=True)
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.restrict)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.restrict, index=True)
    timetable = ForeignKey(Timetable, null=True, on_delete=OnDelete.restrict, index=True)
    starts_wall = Timestamp(default=None, null=False)
    ends_wall = Timestamp(default=None, null=False)
    zone = Varchar(length=64, default=None, null=False)
    starts_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(default=None, null=False)
    seats = Integer(default=None, null=False)
    seats_taken = Integer(default=0, help_text="kept by a trigger on booking")
    state = Varchar(length=10, default="live")
    sequence = Integer(default=0, help_text="iCalendar SEQUENCE: +1 per change of time or place")
    note = Text(default=None, null=True, help_text="what learners should know, in words")
    cancel_reason = Text(default=None, null=True)
    created_at = Timestamptz(default=None, null=False)
    changed_at = Timestamptz(default=None, null=False, help_text="last visible change; DTSTAMP")
    revision = Integer(default=1)

    meetup_state_is_known = Check("state IN ('live', 'cancelled')")
    meetup_ends_after_it_starts = Check("ends_at > starts_at AND ends_wall > starts_wall")
    meetup_is_never_overbooked = Check(
        "seats_taken >= 0 AND (state <> 'live' OR seats_taken <= seats)"
    )
    meetup_live_has_a_slot_and_lies_inside_it = Check(
        "state <> 'live' OR (slot IS NOT NULL AND slot_starts_at IS NOT NULL"
        " AND slot_ends_at IS NOT NULL AND starts_at >= slot_starts_at"
        " AND ends_at <= slot_ends_at)"
    )
    meetup_cancelled_leaves_its_slot_and_says_why = Check(
        "state <> 'cancelled' OR (slot IS NULL AND cancel_reason IS NOT NULL)"
    )
    meetup_period_can_be_pointed_at = Unique(["id", "starts_at", "ends_at"])


class Booking(Table, db=DB):
    """One learner's seat in one meetup; the row stays when the seat is released."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.restrict)
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.restrict, index=True)
    kind = Varchar(length=8, default=None, null=False, help_text="group member or guest")
    state = Varchar(length=10, default="booked")
    starts_at = Timestamptz(default=None, null=False, help_text="follows the meetup")
    ends_at = Timestamptz(default=None, null=False, help_text="follows the meetup")
    changes = Integer(default=0, help_text="times released or booked again; adds to SEQUENCE")
    booked_at = Timestamptz(default=None, null=False)
    changed_at = Timestamptz(default=None, null=False)
    revision = Integer(default=1)

    booking_kind_is_known = Check("kind IN ('group', 'guest')")
    booking_state_is_known = Check("state IN ('booked', 'released', 'cancelled')")
    learner_has_one_booking_per_meetup = Unique(["meetup", "learner"])


class WaitingEntry(Table, db=DB):
    """A learner's place in the queue for a full meetup."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.restrict)
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.restrict, index=True)
    asked_at = Timestamptz(default=None, null=False)
    state = Varchar(length=10, default="waiting")
    settled_at = Timestamptz(default=None, null=True)
    revision = Integer(default=1)

    waiting_state_is_known = Check("state IN ('waiting', 'promoted', 'left', 'closed')")


class Notice(Table, db=DB):
    """What one person has to be told of one change, once, whatever the channels."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.cascade)
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.cascade, index=True)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.cascade, index=True)
    kind = Varchar(length=16, default=None, null=False)
    sequence = Integer(default=None, null=False, help_text="as this person's feed shows it")
    at = Timestamptz(default=None, null=False)
    before = JSONB(default=None, null=True)
    after = JSONB(default=None, null=True)
    reason = Text(default=None, null=True)

    notice_kind_is_known = Check(
        "kind IN ('published', 'moved', 'cancelled', 'seat_given', 'seat_released')"
    )
    notice_has_one_reader = Check("(learner IS NULL) <> (mentor IS NULL)")
    person_hears_of_a_change_once = Unique(
        ["meetup", "learner", "mentor", "sequence"], nulls_distinct=False
    )
