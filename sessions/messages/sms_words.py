"""What a text says of changes, short enough for one part where that is possible. Pure.

What to do comes first, then when and where in words with the zone; a text that tells of several
changes names the first and counts the rest, for each part is paid for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from babel.dates import format_date

from centres.language import LOCALES, Language, hour_words, hours_words, phrase, translator
from centres.zone_words import zone_words
from sessions.lifecycle import NoticeKind

REMINDER = "reminder"
LONGEST_PLACE = 60
LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class News:
    """One change of one meetup as its reader is told of it; times on the wall clock.

    `kind` is a NoticeKind or REMINDER. `starts_wall` to `ends_wall` and `place` are those in
    force; of a cancelled meetup the last ones. `was_wall` is when it was to begin before it moved.
    """

    kind: str
    starts_wall: datetime
    ends_wall: datetime
    zone: str
    place: str
    was_wall: datetime | None = None
    reason: str | None = None


_HEADS = {
    NoticeKind.PUBLISHED.value: phrase("Nouvelle séance : {when}, {place}."),
    NoticeKind.MOVED.value: phrase("Séance déplacée : {when}, {place}."),
    NoticeKind.CANCELLED.value: phrase("Séance ANNULÉE, ne venez pas : {when}, {place}."),
    NoticeKind.SEAT_GIVEN.value: phrase("Une place est à vous : {when}, {place}."),
    NoticeKind.SEAT_RELEASED.value: phrase("Vous n'avez plus de place, ne venez pas : {when}."),
    REMINDER: phrase("Rappel, demain : {when}, {place}."),
}


def sms_words(news: Sequence[News], language: Language, network: str) -> str:
    """Return the text that tells one person of one or several changes, the earliest in full.

    "Séance déplacée : samedi 12 décembre, 9 h - 12 h (heure de Dakar), Lycée X, salle B12. Avant :
    vendredi 11 décembre, 14 h. Rendezvous". Raises ValueError without any news.
    """
    if not news:
        raise ValueError("there is nothing to tell")
    first = min(news, key=lambda each: (each.starts_wall, each.kind))
    alone = len(news) == 1
    place = _cut(first.place, LONGEST_PLACE)
    reason = _cut(first.reason, LONGEST_REASON) if alone and first.reason else None
    pieces = _pieces(replace(first, place=place, reason=reason), language)
    if not alone:
        said = translator(language).ngettext(
            "Et {n} autre changement : voyez votre page.",
            "Et {n} autres changements : voyez votre page.",
            len(news) - 1,
        )
        pieces.append(said.format(n=len(news) - 1))
    return " ".join([*pieces, network])


def worth_a_text(kind: str, *, waited: bool, reason: str | None) -> bool:
    """Return whether a change is worth a text: not what somebody has just done themselves.

    A seat that was given is news to who waited for it, a seat that was taken back when somebody
    says why; whoever books or releases on their own page has seen it happen.
    """
    if kind == NoticeKind.SEAT_GIVEN:
        return waited
    if kind == NoticeKind.SEAT_RELEASED:
        return reason is not None
    return True


def share_words(news: News, language: Language, address: str) -> str:
    """Return a change in words for a group's conversation, with the public address to look at."""
    return " ".join([*_pieces(news, language), address])


def _pieces(news: News, language: Language) -> list[str]:
    spoken = translator(language)
    said = spoken.gettext(_HEADS[news.kind])
    pieces = [said.format(when=_when(news, language), place=news.place)]
    was = news.was_wall
    if news.kind == NoticeKind.MOVED and was is not None and was != news.starts_wall:
        moment = f"{_day(was.date(), language)}, {hour_words(was.time(), language)}"
        pieces.append(spoken.gettext(phrase("Avant : {moment}.")).format(moment=moment))
    if news.reason:
        said = spoken.gettext(phrase("Raison : {reason}")).format(reason=news.reason)
        pieces.append(said if said[-1] in ".!?" else f"{said}.")
    return pieces


def _when(news: News, language: Language) -> str:
    hours = hours_words(news.starts_wall.time(), news.ends_wall.time(), language)
    zone = zone_words(news.zone, language)
    return f"{_day(news.starts_wall.date(), language)}, {hours} ({zone})"


def _day(day: date, language: Language) -> str:
    # Texts are read within days: the year would cost five letters.
    pattern = "EEEE, d 'de' MMMM" if language is Language.PT else "EEEE d MMMM"
    if language is Language.FR and day.day == 1:
        pattern = "EEEE '1er' MMMM"
    return str(format_date(day, pattern, locale=LOCALES[language]))


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 3].rstrip() + "..."
