"""Telephone calls to people whom nothing else has reached."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from centres.db import DB
from sessions.tables.meetups import Notice


class PhoneCall(Table, db=DB):
    """One call about one notice, by whom and when, and whether somebody answered."""

    id: Serial
    notice = ForeignKey(Notice, null=False, on_delete=OnDelete.cascade, index=True)
    outcome = Varchar(length=12, default=None, null=False)
    called_by = Varchar(length=120, default=None, null=False, help_text="as the audit trail has it")
    at = Timestamptz(default=None, null=False)

    call_outcome_is_known = Check("outcome IN ('reached', 'not_reached')")
    call_is_kept_once = Unique(["notice", "called_by", "at"])
