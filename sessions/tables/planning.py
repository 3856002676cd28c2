"""What planning keeps besides drafts: progress, proofs, remedies; absences, pins, dear hours."""

from piccolo.columns import (
    Array,
    Boolean,
    Bytea,
    Date,
    DoublePrecision,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    SmallInt,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB
from centres.tables import Country, Room
from sessions.tables.learning import Mentor
from sessions.tables.meetups import Meetup
from sessions.tables.timetables import Timetable


class TimetableRun(Table, db=DB):
    """How far the making of a timetable is. Apart from it, so that progress is no new revision."""

    id: Serial
    timetable = ForeignKey(Timetable, null=False, on_delete=OnDelete.cascade)
    country = Varchar(length=2, default=None, null=True, help_text="being solved")
    phase = Varchar(length=20, default=None, null=True)
    best = DoublePrecision(default=None, null=True, help_text="points so far")
    bound = DoublePrecision(default=None, null=True, help_text="proven so far")
    done = Integer(default=0, help_text="countries solved")
    told_at = Timestamptz(default=None, null=True)
    stop_asked_at = Timestamptz(default=None, null=True)
    stopped = Boolean(default=False, help_text="the draft is the best of a run that was ended")
    derived_from = ForeignKey(
        Timetable,
        null=True,
        on_delete=OnDelete.cascade,
        help_text="what this one repairs",
    )
    advised_at = Timestamptz(default=None, null=True, help_text="its remedies were weighed")

    timetable_has_one_run = Unique(["timetable"])


class TimetableProof(Table, db=DB):
    """A country's problem as it was solved, and the prices from which its bound follows."""

    id: Serial
    timetable = ForeignKey(Timetable, null=False, on_delete=OnDelete.cascade)
    country = Varchar(length=2, default=None, null=False)
    instance = Bytea(default=None, null=False, help_text="zlib of JSON")
    plans = Bytea(default=None, null=False, help_text="zlib of JSON")
    prices = Bytea(default=None, null=False, help_text="zlib of JSON")
    cost = DoublePrecision(default=None, null=False, help_text="points, of the plans")
    price_bound = DoublePrecision(default=None, null=False, help_text="what the prices prove")

    country_is_proven_once_a_timetable = Unique(["timetable", "country"])


class TimetableRemedy(Table, db=DB):
    """Slots worth asking a host for: what they would save, found by solving with them."""

    id: Serial
    timetable = ForeignKey(Timetable, null=False, on_delete=OnDelete.cascade, index=True)
    room = ForeignKey(Room, null=False, on_delete=OnDelete.cascade)
    weekday = SmallInt(default=None, null=False)
    starts_minute = Integer(default=None, null=False)
    minutes = Integer(default=None, null=False)
    days = Array(base_column=Date(), default=list)
    estimate = DoublePrecision(default=None, null=False, help_text="points, by the prices")
    gain = DoublePrecision(default=None, null=False, help_text="points, by solving again")
    regained = Integer(default=None, null=False, help_text="fewer unmet periods")

    remedy_is_worth_something = Check("gain > 0")


class MentorAbsence(Table, db=DB):
    """Days, both ends included, on which a mentor leads nothing."""

    id: Serial
    mentor = ForeignKey(Mentor, null=False, on_delete=OnDelete.cascade, index=True)
    first_day = Date(default=None, null=False)
    last_day = Date(default=None, null=False, help_text="included")
    reason = Text(default=None, null=False)
    lifted = Boolean(default=False)
    revision = Integer(default=1)

    mentor_absence_ends_after_it_starts = Check("last_day >= first_day")


class MeetupPin(Table, db=DB):
    """A live meetup that no repair moves unless it is told to, or its place is lost."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.cascade)
    pinned_by = Varchar(length=120, default=None, null=False)
    pinned_at = Timestamptz(default=None, null=False)
    reason = Text(default=None, null=True)

    meetup_is_pinned_once = Unique(["meetup"])


class CostCalendar(Table, db=DB):
    """Hours that cost more for some weeks in a country, such as late afternoons in Ramadan."""

    id: Serial
    country = ForeignKey(Country, null=False, on_delete=OnDelete.restrict, index=True)
    name = Varchar(length=120, default=None, null=False)
    first_day = Date(default=None, null=False)
    last_day = Date(default=None, null=False, help_text="included")
    weekdays = Array(base_column=SmallInt(), default=list, help_text="none for all")
    starts_minute = Integer(default=None, null=False, help_text="on the centre's wall clock")
    ends_minute = Integer(default=None, null=False, help_text="not included")
    points = DoublePrecision(default=None, null=False, help_text="each meetup begun then")
    lifted = Boolean(default=False)
    revision = Integer(default=1)

    cost_calendar_ends_after_it_starts = Check("last_day >= first_day")
    cost_calendar_hours_lie_in_a_day = Check(
        "starts_minute >= 0 AND ends_minute > starts_minute AND ends_minute <= 1440"
    )
    cost_calendar_charges_something = Check("points > 0 AND points <= 1000")
