"""A certificate of attendance: A4, what somebody came to, and where that can be checked."""

from datetime import datetime

from api.papers.setting import set_in_type
from centres.language import Language, Sentence, day_words
from sessions.attendance.certificates import Certificate

MOST_LINES = 200


def certificate_pdf(
    made: Certificate, language: Language, *, network: str, url: str, now: datetime
) -> bytes:
    """Return the certificate as PDF; its code opens the page that says whether it holds."""
    shown = made.meetups[-MOST_LINES:]
    hours, minutes = divmod(made.minutes, 60)
    told = f"{hours} h" if not minutes else f"{hours} h {minutes:02d}"
    facts = {
        "lang": language.value,
        "network": network,
        "title": _in(language, Sentence("Attestation de présence")),
        "says": _in(language, Sentence("{network} atteste que", network=network)),
        "name": made.name,
        "came": _in(
            language,
            Sentence(
                "a participé à {count} séances du {first} au {last}, soit {hours} en tout.",
                count=len(made.meetups),
                first=made.meetups[0].day,
                last=made.meetups[-1].day,
                hours=told,
            ),
        ),
        "where": ""
        if made.centre is None
        else _in(language, Sentence("Au centre {centre}", centre=made.centre)),
        "columns": [
            _in(language, each)
            for each in (Sentence("Jour"), Sentence("Séance"), Sentence("Lieu"), Sentence("Durée"))
        ],
        "rows": [
            [day_words(each.day, language), each.title, each.centre, f"{each.minutes} min"]
            for each in shown
        ],
        "code": " ".join(made.code[at : at + 4] for at in range(0, 16, 4)),
        "address": url.partition("://")[2],
        "check": _in(
            language,
            Sentence(
                "Pour vérifier cette attestation, scannez le code ou ouvrez l'adresse : la page dit"
                " si elle est valable, et rien d'autre."
            ),
        ),
        "printed": _in(language, Sentence("Fait le {day}", day=now.date())),
        "sign": _in(language, Sentence("Cachet et signature")),
    }
    return set_in_type("certificate.typ", facts, qr=url, timestamp=now)


def _in(language: Language, sentence: Sentence) -> str:
    return sentence.in_language(language)
