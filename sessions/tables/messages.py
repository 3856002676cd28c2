"""How people are told: what they prefer, each message that goes out, and each invitation."""

from piccolo.columns import (
    BigInt,
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
from sessions.tables.learning import LANGUAGES, Learner, Mentor
from sessions.tables.meetups import Meetup, Notice

ONE_PERSON = "(learner IS NULL) <> (mentor IS NULL)"


class ContactPreference(Table, db=DB):
    """How one person wants to be told, and what became of it; no row stands for the defaults."""

    id: Serial
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.cascade)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.cascade, index=True)
    calendar_by = Varchar(length=8, default="feed", help_text="so nobody sees a meetup twice")
    reminders = Boolean(default=False, help_text="the day before each meetup")
    sms_opted_out_at = Timestamptz(default=None, null=True)
    mail_bounced_at = Timestamptz(default=None, null=True)
    mail_bounced = Varchar(length=254, default=None, null=True, help_text="the address that did")
    mail_failure = Text(default=None, null=True, help_text="what the mail server said")
    reply_token = Varchar(length=32, unique=True, default=None, null=False)
    secret = Varchar(length=43, default=None, null=False, help_text="signs links to answer")
    revision = Integer(default=1)

    contact_preference_is_of_one_person = Check(ONE_PERSON)
    person_has_one_contact_preference = Unique(["learner", "mentor"], nulls_distinct=False)
    contact_preference_calendar_is_known = Check("calendar_by IN ('feed', 'invites')")
    contact_preference_bounce_is_complete = Check(
        "(mail_bounced_at IS NULL) = (mail_bounced IS NULL)"
    )
    contact_preference_reply_token_is_unguessable = Check(
        "reply_token ~ '^[a-z2-7]{26,32}$' AND secret ~ '^[A-Za-z0-9_-]{43}$'"
    )


class Message(Table, db=DB):
    """One message to one person on one channel; `body` holds what is sent, until it is sent."""

    id: Serial
    channel = Varchar(length=4, default=None, null=False)
    purpose = Varchar(length=8, default=None, null=False)
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.cascade, index=True)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.cascade, index=True)
    address = Varchar(length=254, default=None, null=False, help_text="mail address or E.164")
    language = Varchar(length=2, default="fr")
    state = Varchar(length=10, default="queued")
    subject = Text(default=None, null=True)
    message_id = Varchar(length=200, unique=True, default=None, null=True, help_text="RFC 5322")
    body = Bytea(default=None, null=True, help_text="the mail as sent, or the text of the SMS")
    created_at = Timestamptz(default=None, null=False)
    due_at = Timestamptz(default=None, null=False, help_text="not to be tried sooner")
    attempts = Integer(default=0)
    sent_at = Timestamptz(default=None, null=True)
    settled_at = Timestamptz(default=None, null=True, help_text="delivered, failed or superseded")
    failure = Text(default=None, null=True, help_text="what the server said the last time")
    provider_ref = Varchar(length=120, default=None, null=True)
    parts = Integer(default=None, null=True, help_text="SMS parts")
    cost_minor = BigInt(default=None, null=True, help_text="in minor units of the currency")
    currency = Varchar(length=3, default=None, null=True)

    message_has_one_reader = Check(ONE_PERSON)
    message_channel_is_known = Check("channel IN ('mail', 'sms')")
    message_purpose_is_known = Check("purpose IN ('change', 'reminder', 'calendar')")
    message_language_is_known = Check(f"language IN {LANGUAGES}")
    message_state_is_known = Check(
        "state IN ('queued', 'sending', 'sent', 'delivered', 'failed', 'unknown', 'superseded')"
    )
    message_by_mail_has_a_message_id = Check("channel <> 'mail' OR message_id IS NOT NULL")
    message_waiting_to_be_sent_has_a_body = Check(
        "state NOT IN ('queued', 'sending') OR body IS NOT NULL"
    )
    message_cost_is_complete = Check("(cost_minor IS NULL) = (currency IS NULL)")
    message_channel_can_be_pointed_at = Unique(["id", "channel"])
    provider_answers_for_one_message = Unique(["channel", "provider_ref"])


class MessageNotice(Table, db=DB):
    """Which notices a message tells; `channel` is the message's own."""

    id: Serial
    message = ForeignKey(Message, null=False, on_delete=OnDelete.cascade, index=True)
    notice = ForeignKey(Notice, null=False, on_delete=OnDelete.cascade)
    channel = Varchar(length=4, default=None, null=False)

    notice_is_told_once_per_channel = Unique(["notice", "channel"])


class Invite(Table, db=DB):
    """What one person's calendar was last asked to show of a meetup, and what they answered."""

    id: Serial
    meetup = ForeignKey(Meetup, null=False, on_delete=OnDelete.cascade)
    learner = ForeignKey(Learner, null=True, on_delete=OnDelete.cascade, index=True)
    mentor = ForeignKey(Mentor, null=True, on_delete=OnDelete.cascade, index=True)
    method = Varchar(length=8, default=None, null=True, help_text="of the last iTIP message")
    sequence = Integer(default=None, null=True, help_text="of the last iTIP message")
    stamp = Timestamptz(default=None, null=True, help_text="its DTSTAMP")
    partstat = Varchar(length=12, default="NEEDS-ACTION", help_text="RFC 5545, 3.2.12")
    reply_sequence = Integer(default=None, null=True, help_text="of the reply that set it")
    reply_stamp = Timestamptz(default=None, null=True, help_text="DTSTAMP of that reply")
    replied_at = Timestamptz(default=None, null=True)

    invite_is_of_one_person = Check(ONE_PERSON)
    person_has_one_invite_per_meetup = Unique(["meetup", "learner", "mentor"], nulls_distinct=False)
    invite_method_is_known = Check("method IN ('REQUEST', 'CANCEL')")
    invite_sent_is_complete = Check(
        "(method IS NULL) = (sequence IS NULL) AND (method IS NULL) = (stamp IS NULL)"
    )
    invite_answer_is_known = Check(
        "partstat IN ('NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE')"
    )
