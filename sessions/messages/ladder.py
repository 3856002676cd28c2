"""The steps that a notice climbs until its reader has heard of it. Pure.

The feed shows a change at once. A mail follows; a text when the meetup is near or no mail can
arrive; and whom nothing has provably reached has to be called. What is asked of a person here is
only: how can they be reached, what do they allow, and what is known to have arrived.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from centres.zones import to_instant, to_wall
from sessions.messages.people import Channel, Reader

NEAR = timedelta(hours=48)  # a mail read once a week comes too late
TOO_NEAR_FOR_QUIET = timedelta(hours=12)
QUIET_FROM, QUIET_UNTIL = time(21), time(7)  # on the reader's wall clock
RECEIPTS_TAKE = timedelta(hours=1)  # what a phone network needs to say that a text arrived
CALL_AT_THE_LATEST = timedelta(hours=3)  # before the meetup, whatever is still under way
REMINDED_AT = time(18)  # the day before


class Step(StrEnum):
    """One rung: how a notice goes out."""

    FEED = "feed"
    MAIL = "mail"
    SMS = "sms"


_CHANNELS = {Step.MAIL: Channel.MAIL, Step.SMS: Channel.SMS}


class MailState(StrEnum):
    """What is known of the mail about a change."""

    NONE = "none"
    UNDER_WAY = "under_way"
    ACCEPTED = "accepted"
    FAILED = "failed"


class SmsState(StrEnum):
    """What is known of the text about a change."""

    NONE = "none"
    UNDER_WAY = "under_way"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person can be reached, and what they allow.

    `consents` is to being told by mail and text at all; `mail_stopped` and `sms_stopped` are
    opt-outs of one of them.
    """

    email: bool
    phone: bool
    consents: bool
    mail_stopped: bool = False
    sms_stopped: bool = False

    @property
    def takes_mail(self) -> bool:
        """Whether a mail may be sent."""
        return self.email and self.consents and not self.mail_stopped

    @property
    def takes_sms(self) -> bool:
        """Whether a text may be sent."""
        return self.phone and self.consents and not self.sms_stopped


def steps(
    reach: Reach, *, starts_at: datetime, now: datetime, mail_failed: bool = False
) -> tuple[Step, ...]:
    """Return the steps of a notice for one person, in order; the feed is always the first.

    Somebody with a mail address and a telephone who consents gets a mail for a meetup in five
    days, a mail and a text for one in 40 hours, and once the mail has failed a text for either.
    Of a meetup that has begun nobody is told by mail or text.
    """
    if starts_at <= now:
        return (Step.FEED,)
    mailed = reach.takes_mail
    near = starts_at - now <= NEAR
    texted = reach.takes_sms and (near or mail_failed or not mailed)
    return (
        Step.FEED,
        *((Step.MAIL,) if mailed else ()),
        *((Step.SMS,) if texted else ()),
    )


def channels(
    reader: Reader, *, starts_at: datetime, now: datetime, mail_works: bool
) -> frozenset[Channel]:
    """Return the channels on which a notice about a meetup that begins at `starts_at` is told.

    `mail_works` says that a mail server is configured. A meetup that has begun is not told of:
    nobody could act on it any more.
    """
    reach = Reach(
        email=mail_works and reader.mail is not None,
        phone=reader.phone is not None,
        consents=True,  # else the reader has neither address
        sms_stopped=reader.sms_opted_out_at is not None,
    )
    taken = steps(reach, starts_at=starts_at, now=now)
    return frozenset(channel for step, channel in _CHANNELS.items() if step in taken)


def is_quiet(moment: datetime, zone: str) -> bool:
    """Return whether a moment lies between 21 h and 7 h on a zone's wall clock; 7 h does not."""
    at = to_wall(moment, zone).time()
    return at >= QUIET_FROM or at < QUIET_UNTIL


def sms_moment(*, now: datetime, starts_at: datetime, zone: str) -> datetime:
    """Return the first moment from `now` on at which a text may ring somebody's telephone.

    At night that is 7 h on the reader's wall clock, or twelve hours before the meetup if that is
    earlier. A change at 22 h in Dakar of a meetup at 9 h is texted at once; of one at 14 h at 2 h,
    and of one in three days at 7 h.
    """
    if not is_quiet(now, zone):
        return now
    wall = to_wall(now, zone)
    day = wall.date() + timedelta(days=1 if wall.time() >= QUIET_FROM else 0)
    morning = to_instant(datetime.combine(day, QUIET_UNTIL), zone)
    return max(now, min(morning, starts_at - TOO_NEAR_FOR_QUIET))


def reminder_moment(*, starts_at: datetime, zone: str) -> datetime:
    """Return when learners are reminded of a meetup: 18 h on the day before, where it takes place.

    Of a meetup on Saturday at 9 h in Dakar that is Friday, 18 h.
    """
    day = to_wall(starts_at, zone).date() - timedelta(days=1)
    return to_instant(datetime.combine(day, REMINDED_AT), zone)


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known, about one person and one change, of its arrival.

    `feed_fetched` and `answered` are about the time since the change; `sms_at` is when the text
    was handed over; `called` is whether somebody spoke to them on the telephone.
    """

    told_at: datetime
    starts_at: datetime
    feed_fetched: bool = False
    answered: bool = False
    called: bool = False
    mail: MailState = MailState.NONE
    sms: SmsState = SmsState.NONE
    sms_at: datetime | None = None


class Standing(StrEnum):
    """Where a person stands: it has arrived, it is under way, or they must be called."""

    REACHED = "reached"
    UNDER_WAY = "under_way"
    CALL = "call"


def standing(heard: Heard, *, now: datetime) -> Standing:
    """Return whether a change has provably arrived, is under way, or has to be told by telephone.

    Proof is a calendar fetched since, an answer, a text that the network confirmed, a call. A mail
    that a server took counts for as much only if it was sent more than 48 hours ahead: later it
    may be read after the meetup. Whoever has mail or text still under way is waited for, a text
    that was handed over for an hour; three hours before the meetup nobody is.
    """
    if heard.feed_fetched or heard.answered or heard.called or heard.sms is SmsState.DELIVERED:
        return Standing.REACHED
    if heard.mail is MailState.ACCEPTED and heard.starts_at - heard.told_at > NEAR:
        return Standing.REACHED
    if heard.starts_at - now <= CALL_AT_THE_LATEST:
        return Standing.CALL
    receipt_is_due = heard.sms_at is None or now - heard.sms_at > RECEIPTS_TAKE
    waiting = (
        heard.mail is MailState.UNDER_WAY and heard.starts_at - heard.told_at > NEAR,
        heard.sms is SmsState.UNDER_WAY,
        heard.sms is SmsState.ACCEPTED and not receipt_is_due,
    )
    return Standing.UNDER_WAY if any(waiting) else Standing.CALL


class Keyword(StrEnum):
    """What a text that we get asks for."""

    STOP = "stop"
    START = "start"


_KEYWORDS = {
    "STOP": Keyword.STOP,
    "ARRET": Keyword.STOP,
    "ARRETER": Keyword.STOP,
    "PARAR": Keyword.STOP,
    "START": Keyword.START,
    "REPRENDRE": Keyword.START,
    "RETOMAR": Keyword.START,
}


def keyword_of(text: str) -> Keyword | None:
    """Return what the first word of a text asks for: STOP, ARRET, PARAR or START; None for others.

    "Arrêt svp" and "stop!" stop; "Je ne peux pas m'arrêter" does not.
    """
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each)
    )
    words = re.findall(r"[A-Z]+", bare.upper())
    return _KEYWORDS.get(words[0]) if words else None
