"""Drafts of a timetable: which slot each group's period would take, and why not a better one."""

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
from sessions.tables.learning import CohortGroup, Mentor
from sessions.tables.slots import Slot


class Timetable(Table, db=DB):
    """One run of the scheduler over some countries: its cost, its bound, its state."""

    id: Serial
    state = Varchar(length=10, default="queued", index=True)
    countries = Array(base_column=Varchar(length=2), default=list)
    first_day = Date(default=None, null=False)
    weeks = Integer(default=None, null=False)
    seed = BigInt(default=1)
    seconds = DoublePrecision(default=None, null=False, help_text="the limit that was asked for")
    weights = JSONB(default=None, null=False)
    cost = DoublePrecision(default=None, null=True)
    bound = DoublePrecision(default=None, null=True)
    cost_parts = JSONB(default=None, null=True)
    iterations = BigInt(default=None, null=True)
    instance_hash = Varchar(length=64, default=None, null=True)
    asked_by = Varchar(length=120, default=None, null=False)
    asked_at = Timestamptz(default=None, null=False)
    solved_at = Timestamptz(default=None, null=True)
    published_at = Timestamptz(default=None, null=True)
    failure = Text(default=None, null=True)
    revision = Integer(default=1)

    timetable_state_is_known = Check(
        "state IN ('queued', 'solving', 'draft', 'published', 'discarded', 'failed')"
    )
    timetable_covers_some_weeks = Check("weeks BETWEEN 1 AND 104")
    timetable_bound_is_below_its_cost = Check("bound <= cost + 0.000001")


class PlannedMeetup(Table, db=DB):
    """One period of one group in a timetable: its slot, or the reason why it has none."""

    id: Serial
    timetable = ForeignKey(Timetable, null=False, on_delete=OnDelete.cascade)
    cohort_group = ForeignKey(CohortGroup, null=False, on_delete=OnDelete.cascade, index=True)
    ordinal = Integer(default=None, null=False, help_text="0 for the group's first period")
    due_on = Date(default=None, null=False, help_text="Monday of the week it is due in")
    slot = ForeignKey(Slot, null=True, on_delete=OnDelete.restrict)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.restrict)
    pinned = Boolean(default=False, help_text="live before this run; kept as it is")
    cost = DoublePrecision(default=0.0)
    reason = JSONB(default=None, null=True, help_text="code and parameters of a compromise")

    period_is_planned_once = Unique(["timetable", "cohort_group", "ordinal"])
