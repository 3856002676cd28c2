"""How many people an act would tell, by which way, and what the texts would take. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from centres.language import Language
from sessions.messages.ladder import Reach, Step, steps
from sessions.messages.sms_words import News, sms_words
from sessions.sms.text import sms_text

NAME = "Rendezvous"


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a notice is for: a learner or a mentor, and how they can be reached.

    `zone` is that of their country, whose nights are theirs; `country` is ISO 3166.
    """

    learner: int | None
    mentor: int | None
    name: str
    email: str | None
    phone: str | None
    language: Language
    country: str
    zone: str
    reach: Reach


@dataclass(frozen=True, slots=True)
class PersonalNews:
    """One notice for one person; `worth_a_text` is false for what they have just done."""

    notice: int
    meetup: int
    at: datetime
    starts_at: datetime
    person: Told
    news: News
    worth_a_text: bool


@dataclass(frozen=True, slots=True)
class Outreach:
    """People told: all, by mail, by text, and by neither; some by both.

    `parts` counts the parts of their texts by ISO 3166 country.
    """

    people: int = 0
    by_mail: int = 0
    by_sms: int = 0
    by_neither: int = 0
    parts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


NOBODY = Outreach()


def outreach(told: Iterable[PersonalNews], *, now: datetime) -> Outreach:
    """Return what telling these people takes; several changes for one of them are one text.

    The parts are an estimate: a network signs with its own name.
    """
    by_person: dict[Told, list[PersonalNews]] = defaultdict(list)
    for each in told:
        by_person[each.person].append(each)
    ways: Counter[Step] = Counter()
    parts: Counter[str] = Counter()
    neither = 0
    for person, news in by_person.items():
        taken = {
            step: [
                each.news
                for each in news
                if step in steps(person.reach, starts_at=each.starts_at, now=now)
                and (step is Step.MAIL or each.worth_a_text)
            ]
            for step in (Step.MAIL, Step.SMS)
        }
        ways.update(step for step, which in taken.items() if which)
        if taken[Step.SMS]:
            said = sms_text(sms_words(taken[Step.SMS], person.language, NAME))
            parts[person.country] += len(said.parts)
        neither += not any(taken.values())
    return Outreach(
        people=len(by_person),
        by_mail=ways[Step.MAIL],
        by_sms=ways[Step.SMS],
        by_neither=neither,
        parts=MappingProxyType(dict(sorted(parts.items()))),
    )
