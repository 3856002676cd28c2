"""What a person still has to be told, folded to one item for each meetup. Pure.

Several changes that come together are told as what they amount to: a meetup moved twice was moved
from where the person last knew it, one that was moved and then cancelled is cancelled. One that
was published and cancelled before the person was told of it owes nothing at all: nobody has made
plans, a feed shows it as cancelled anyway, and an invitation was never sent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sessions.feeds.event import MeetupEntry
from sessions.lifecycle import NoticeKind

GONE = frozenset({NoticeKind.CANCELLED, NoticeKind.SEAT_RELEASED})
FIRST = frozenset({NoticeKind.PUBLISHED, NoticeKind.SEAT_GIVEN})


class News(StrEnum):
    """What has become of a meetup for one person.

    INVITED and UNINVITED are no change of the meetup: the person has chosen invitations or the feed
    for their calendar, which takes up, or gives back, what is to come.
    """

    NEW = "new"
    MOVED = "moved"
    CANCELLED = "cancelled"
    RELEASED = "released"
    INVITED = "invited"
    UNINVITED = "uninvited"


class Method(StrEnum):
    """What an iTIP message asks for (RFC 5546, 1.4)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a person's calendar was last asked to show of a meetup."""

    method: Method
    sequence: int
    stamp: datetime


@dataclass(frozen=True, slots=True)
class Untold:
    """A notice that a person has not been told, with the meetup as it is now.

    `entry` has the SEQUENCE of the person's own calendar; `known` says that they were told of this
    meetup before, `sent` what their calendar was last asked, `declined` that they answered it so
    from their calendar.
    """

    notice: int
    kind: NoticeKind
    at: datetime
    meetup: int
    entry: MeetupEntry
    before: Mapping[str, Any] | None
    reason: str | None
    known: bool
    sent: Sent | None
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One meetup's news: all the notices it settles, and where the meetup was before a move."""

    news: News
    meetup: int
    entry: MeetupEntry
    notices: tuple[int, ...]
    before: Mapping[str, Any] | None
    reason: str | None
    sent: Sent | None


def digest(untold: Iterable[Untold]) -> tuple[Item, ...]:
    """Return what the notices amount to, by the meetups' starts."""
    by_meetup: dict[int, list[Untold]] = defaultdict(list)
    for each in sorted(untold, key=lambda each: each.notice):
        by_meetup[each.meetup].append(each)
    items = [item for each in by_meetup.values() if (item := _item(each)) is not None]
    return tuple(sorted(items, key=lambda item: (item.entry.starts_at, item.meetup)))


def _item(told: list[Untold]) -> Item | None:
    first, last = told[0], told[-1]
    known = last.known or first.kind not in FIRST
    if last.kind in GONE and not known:
        return None
    if last.kind is NoticeKind.SEAT_RELEASED and last.declined:
        # It is their own doing and their calendar knows; a CANCEL would take away the entry on
        # which they may still change their mind.
        return None
    if last.kind is NoticeKind.CANCELLED:
        news = News.CANCELLED
    elif last.kind is NoticeKind.SEAT_RELEASED:
        news = News.RELEASED
    elif last.kind is NoticeKind.MOVED and known:
        news = News.MOVED
    else:
        news = News.NEW
    moves = [each.before for each in told if each.kind is NoticeKind.MOVED and each.before]
    return Item(
        news=news,
        meetup=last.meetup,
        entry=last.entry,
        notices=tuple(each.notice for each in told),
        before=moves[0] if moves and news is News.MOVED else None,
        reason=last.reason,
        sent=last.sent,
    )


def method_owed(item: Item) -> Method | None:
    """Return which iTIP message the news owe to a calendar that is filled by invitations.

    A CANCEL only to whom a REQUEST was sent: there is nothing to take away otherwise.
    """
    if item.news in (News.CANCELLED, News.RELEASED, News.UNINVITED):
        return Method.CANCEL if item.sent and item.sent.method is Method.REQUEST else None
    return Method.REQUEST


def next_sequence(current: int, sent: Sent | None) -> int:
    """Return the SEQUENCE of the next message: the meetup's, and more than was sent before.

    RFC 5546, 2.1.4. The meetup's own is enough after each change; a switch between feed and
    invitations changes nothing of the meetup, and still has to win over what was sent.
    """
    return current if sent is None else max(current, sent.sequence + 1)


def next_stamp(now: datetime, sent: Sent | None) -> datetime:
    """Return the DTSTAMP of the next message, in whole seconds, later than the one before."""
    stamp = now.replace(microsecond=0)
    return stamp if sent is None else max(stamp, sent.stamp + timedelta(seconds=1))
