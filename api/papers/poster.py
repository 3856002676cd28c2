"""A poster for the wall of a centre: A4, readable from three metres, one code to scan."""

from datetime import datetime

from api.papers.setting import set_in_type
from centres.language import Language, Sentence, day_words, hours_words
from centres.zone_words import zone_words
from sessions.public_calendar import CentrePage

SHOWN = 4


def poster_pdf(
    centre: CentrePage, language: Language, *, network: str, url: str, today: datetime
) -> bytes:
    """Return the poster as PDF: the centre, its next meetups, and a QR code of its page."""
    facts = {
        "lang": language.value,
        "network": network,
        "headline": _in(language, Sentence("Étudiez en ligne. Retrouvez-vous ici.")),
        "name": centre.name,
        "city": f"{centre.city}, {centre.country.in_language(language)}",
        "directions": centre.directions or "",
        "next": _in(language, Sentence("Prochaines séances")),
        "zone": zone_words(centre.zone, language),
        "meetups": [
            {
                "day": _capital(day_words(each.starts_wall.date(), language)),
                "hours": hours_words(each.starts_wall.time(), each.ends_wall.time(), language),
                "title": each.title,
                "room": each.room,
            }
            for each in centre.meetups[:SHOWN]
        ],
        "none": _in(language, Sentence("Les premières séances seront bientôt annoncées.")),
        "scan": _in(
            language, Sentence("Scannez pour voir toutes les séances et les mettre à votre agenda")
        ),
        "address": url.partition("://")[2],
        "printed": _in(language, Sentence("Imprimé le {day}", day=today.date())),
    }
    return set_in_type("poster.typ", facts, qr=url, timestamp=today)


def _in(language: Language, sentence: Sentence) -> str:
    return sentence.in_language(language)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
