"""What hosts offer: series and their dated slots."""

from piccolo.columns import (
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamp,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check
from piccolo.table import Table

from centres.db import DB
from centres.tables import Agreement, Centre, Room


class Series(Table, db=DB):
    """The rule that a host typed, kept so that its slots can be changed together."""

    id: Serial
    room = ForeignKey(Room, null=False, on_delete=OnDelete.restrict, index=True)
    rrule = Text(default=None, null=False, help_text="RFC 5545 subset, on the wall clock")
    first_date = Date(default=None, null=False)
    starts_minute = Integer(default=None, null=False, help_text="minutes after midnight")
    minutes = Integer(default=None, null=False)
    added_dates = Array(base_column=Date(), default=list)
    excluded_dates = Array(base_column=Date(), default=list)
    note = Text(default=None, null=True)
    revision = Integer(default=1)

    series_starts_within_a_day = Check("starts_minute BETWEEN 0 AND 1439")
    series_lasts_up_to_a_day = Check("minutes BETWEEN 15 AND 1440")


class Slot(Table, db=DB):
    """One dated period `[starts_at, ends_at)` in one room, offered by its host."""

    id: Serial
    room = ForeignKey(Room, null=False, on_delete=OnDelete.restrict, index=True)
    centre = ForeignKey(Centre, null=False, on_delete=OnDelete.restrict)
    agreement = ForeignKey(Agreement, null=False, on_delete=OnDelete.restrict, index=True)
    series = ForeignKey(Series, null=True, on_delete=OnDelete.restrict, index=True)
    starts_wall = Timestamp(default=None, null=False)
    ends_wall = Timestamp(default=None, null=False)
    zone = Varchar(length=64, default=None, null=False)
    starts_at = Timestamptz(default=None, null=False)
    ends_at = Timestamptz(default=None, null=False)
    seats = Integer(default=None, null=False)
    room_seats = Integer(default=None, null=False, help_text="follows the room")
    agreement_starts_on = Date(default=None, null=False, help_text="follows the agreement")
    agreement_ends_on = Date(default=None, null=False, help_text="follows the agreement")
    state = Varchar(length=10, default="open")
    despite_holiday = Boolean(default=False, help_text="the host keeps it on a public holiday")
    cancel_reason = Text(default=None, null=True)
    revision = Integer(default=1)

    slot_state_is_known = Check("state IN ('open', 'past', 'cancelled')")
    slot_ends_after_it_starts = Check("ends_at > starts_at AND ends_wall > starts_wall")
    slot_seats_are_positive_and_fit_the_room = Check(
        "seats > 0 AND (state <> 'open' OR seats <= room_seats)"
    )
    slot_lies_inside_its_agreement = Check(
        "state <> 'open' OR (starts_wall >= agreement_starts_on"
        " AND ends_wall <= agreement_ends_on + 1)"
    )
    slot_cancelled_has_a_reason = Check("state <> 'cancelled' OR cancel_reason IS NOT NULL")
