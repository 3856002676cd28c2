"""The words of a mail about meetups: what has happened, when, where, and how to answer. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape

from centres.language import Language, day_words, hours_words, translator
from centres.zones import to_wall
from sessions.feeds.event import MeetupEntry, description
from sessions.messages.digest import Item, News
from sessions.messages.mail import Letter
from sessions.messages.people import CalendarBy

AnswerLink = Callable[[int], str]


def letter(
    items: Sequence[Item],
    *,
    network: str,
    name: str,
    language: Language,
    calendar_by: CalendarBy,
    answer_link: AnswerLink,
) -> Letter:
    """Return the mail's words: one paragraph for each meetup, links to answer, and a last line."""
    gettext = translator(language).gettext
    greeting = gettext("Bonjour {name},").format(name=name.split()[0] if name.split() else name)
    blocks = [_Block(item, language, answer_link) for item in items]
    ending = [
        gettext("Cette invitation vient aussi dans votre agenda : répondez une fois, il suivra.")
        if calendar_by is CalendarBy.INVITES
        else gettext(
            "Si vous avez relié votre agenda, il montrera ce changement dans quelques heures."
        ),
        gettext("Vous pouvez aussi répondre à ce message, qui est lu par {network}.").format(
            network=network
        ),
    ]
    plain = "\n\n".join([greeting, *(each.plain() for each in blocks), "\n".join(ending)])
    html = "".join(
        [
            f'<!DOCTYPE html><html lang="{language.value}"><meta charset="utf-8">',
            f"<body><p>{escape(greeting)}</p>",
            *(each.html() for each in blocks),
            *(f"<p>{escape(each)}</p>" for each in ending),
            "</body></html>",
        ]
    )
    return Letter(subject(items, language), f"{plain}\n", f"{html}\n", language)


def subject(items: Sequence[Item], language: Language) -> str:
    """Return the subject: the one thing that happened, or how many."""
    if len(items) == 1:
        return f"{heading(items[0].news, language)} : {when(items[0].entry, language)}".replace(
            " : ", ": " if language is not Language.FR else " : "
        )
    words = translator(language)
    kinds = {each.news for each in items}
    if len(kinds) == 1 and kinds <= {News.INVITED, News.UNINVITED}:
        return heading(items[0].news, language) + f" ({len(items)})"
    return words.ngettext(
        "Vos séances : {n} nouvelle", "Vos séances : {n} nouvelles", len(items)
    ).format(n=len(items))


def heading(news: News, language: Language) -> str:
    """Return what has happened, in a few words."""
    gettext = translator(language).gettext
    return {
        News.NEW: gettext("Séance prévue"),
        News.MOVED: gettext("Séance déplacée"),
        News.CANCELLED: gettext("Séance annulée"),
        News.RELEASED: gettext("Place rendue"),
        News.INVITED: gettext("Invitation à une séance"),
        News.UNINVITED: gettext("Séance dans votre agenda relié"),
    }[news]


def when(entry: MeetupEntry, language: Language) -> str:
    """Return day and hours on the meetup's wall clock."""
    starts, ends = to_wall(entry.starts_at, entry.zone), to_wall(entry.ends_at, entry.zone)
    hours = hours_words(starts.time(), ends.time(), language)
    return f"{day_words(starts.date(), language)}, {hours}"


class _Block:
    """One meetup's paragraph, the same in both spellings."""

    def __init__(self, item: Item, language: Language, answer_link: AnswerLink) -> None:
        self.title = f"{heading(item.news, language)} – {item.entry.title.in_language(language)}"
        self.lines = list(_lines(item, language))
        gettext = translator(language).gettext
        self.link = (
            (
                gettext("Dire si je viens"),
                answer_link(item.meetup),
            )
            if item.news in (News.NEW, News.MOVED, News.INVITED)
            else None
        )

    def plain(self) -> str:
        linked = [f"{self.link[0]} :\n{self.link[1]}"] if self.link else []
        return "\n".join([self.title, *self.lines, *linked])

    def html(self) -> str:
        words = "<br>".join(escape(each) for each in self.lines)
        linked = ""
        if self.link:
            linked = f'<p><a href="{escape(self.link[1])}">{escape(self.link[0])}</a></p>'
        return f"<h2>{escape(self.title)}</h2><p>{words}</p>{linked}"


def _lines(item: Item, language: Language) -> Iterator[str]:
    gettext = translator(language).gettext
    if item.news is News.RELEASED:
        yield gettext("Vous n'avez plus de place dans cette séance.")
    if item.news is News.UNINVITED:
        yield gettext(
            "La séance a lieu comme prévu : seule l'invitation est retirée, pour ne pas la montrer"
            " deux fois."
        )
    if item.before and item.before.get("starts_wall"):
        if _same_on_the_clock(item):
            yield gettext("Même heure sur l'horloge du centre : c'est l'heure légale qui change.")
        else:
            yield gettext("Avant : {when}").format(when=_before(item.before, language))
    yield from description(item.entry, language).split("\n")
    if item.reason and item.news is not News.CANCELLED:
        yield gettext("Raison : {reason}").format(reason=item.reason)


def _same_on_the_clock(item: Item) -> bool:
    """Whether a move left wall time and room as they were: a government has changed its rules."""
    entry, before = item.entry, item.before or {}
    walls = [to_wall(each, entry.zone).isoformat() for each in (entry.starts_at, entry.ends_at)]
    return [before.get("starts_wall"), before.get("ends_wall"), before.get("room_name")] == [
        *walls,
        entry.room_name,
    ]


def _before(before: object, language: Language) -> str:
    facts = dict(before) if isinstance(before, dict) else {}
    starts, ends = (
        datetime.fromisoformat(str(facts[name])) for name in ("starts_wall", "ends_wall")
    )
    hours = hours_words(starts.time(), ends.time(), language)
    place = ", ".join(str(facts[name]) for name in ("centre_name", "room_name") if facts.get(name))
    return ", ".join(filter(None, [day_words(starts.date(), language), hours, place]))
