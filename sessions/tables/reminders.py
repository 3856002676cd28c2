"""Reminders of meetups: each once, to whoever asked for them."""

from piccolo.columns import ForeignKey, OnDelete, Serial, Timestamptz
from piccolo.constraints import Unique
from piccolo.table import Table

from centres.db import DB
from sessions.tables.learning import Learner
from sessions.tables.meetups import Meetup
from sessions.tables.messages import Message


class Reminder(Table, db=DB):
    """One learner reminded of one meetup, by this message."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.cascade)
    learner = ForeignKey(Learner, null=False, on_delete=OnDelete.cascade, index=True)
    message = ForeignKey(Message, null=False, on_delete=OnDelete.cascade, index=True)
    at = Timestamptz(default=None, null=False)

    learner_is_reminded_of_a_meetup_once = Unique(["meetup", "learner"])
