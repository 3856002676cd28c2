"""Shell: one meetup of a person as a file, for whoever has no program that subscribes."""

from datetime import datetime

from centres.db import rows
from centres.language import Language, Sentence
from sessions.feeds.calendar import FeedHead, render_calendar
from sessions.feeds.event import MeetupEntry
from sessions.feeds.links import Link
from sessions.feeds.loading import load_feed
from sessions.refusals import MeetupNotFound


async def meetup_file(*, link: Link, meetup_id: int, url_base: str, now: datetime) -> bytes:
    """Return a calendar that holds one meetup of those that a link shows; two queries.

    With the UID that the feed gives it: a later subscription finds it again. Raises
    MeetupNotFound for a meetup that the link does not show.
    """
    feed = await load_feed(link, url_base=url_base, now=now)
    found = await rows("SELECT uid::text AS uid FROM meetup WHERE id = $1", meetup_id)
    entries = [each for each in feed.entries if found and each.uid == found[0]["uid"]]
    if not entries:
        raise MeetupNotFound(Sentence("Cette séance n'est pas parmi les vôtres."))
    return render_calendar(feed.head, entries, feed.language, now)


def entry_file(entry: MeetupEntry, *, network: str, language: Language, now: datetime) -> bytes:
    """Return a calendar that holds this meetup alone, under its UID everywhere."""
    head = FeedHead(uid=entry.uid, name=network, opened_at=entry.created)
    return render_calendar(head, [entry], language, now)
