"""What several notices about the same meetups amount to, when they are told together. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sessions.lifecycle import NoticeKind
from sessions.messages.ladder import Step, steps
from sessions.messages.outreach import PersonalNews

_FIRST = frozenset({NoticeKind.PUBLISHED, NoticeKind.SEAT_GIVEN})
_GONE = frozenset({NoticeKind.CANCELLED, NoticeKind.SEAT_RELEASED})


def folded(told: Iterable[PersonalNews]) -> tuple[PersonalNews, ...]:
    """Return one piece of news for each meetup, by start, from the notices of one person.

    Twice moved is moved once, from where it was first. A meetup that was published and moved is
    new; one that was published and cancelled before anybody was told is not worth a word.
    """
    by_meetup: dict[int, list[PersonalNews]] = {}
    for each in sorted(told, key=lambda each: each.notice):
        by_meetup.setdefault(each.meetup, []).append(each)
    found = [_folded(news) for news in by_meetup.values()]
    kept = [each for each in found if each is not None]
    return tuple(sorted(kept, key=lambda each: (each.starts_at, each.meetup)))


def _folded(told: list[PersonalNews]) -> PersonalNews | None:
    first, last = told[0], told[-1]
    if not any(each.worth_a_text for each in told):
        return None
    kind, was = last.news.kind, last.news.was_wall
    if first.news.kind in _FIRST and len(told) > 1:
        if kind in _GONE:
            return None
        kind, was = first.news.kind, None
    elif kind == NoticeKind.MOVED:
        was = next((each.news.was_wall for each in told if each.news.was_wall), was)
    return replace(last, news=replace(last.news, kind=kind, was_wall=was), worth_a_text=True)


def climbs_to_sms(news: PersonalNews, *, mail_works: bool, mail_failed: bool) -> bool:
    """Return whether a notice is told by text, as things were when it was written.

    Whoever was told by mail in time is not told again by text because the day has come nearer.
    """
    reach = news.person.reach
    if not mail_works:
        reach = replace(reach, email=False)
    taken = steps(reach, starts_at=news.starts_at, now=news.at, mail_failed=mail_failed)
    return Step.SMS in taken


def soonest(told: Iterable[PersonalNews]) -> datetime:
    """Return when the first of these meetups starts; raises ValueError for none."""
    return min(each.starts_at for each in told)
