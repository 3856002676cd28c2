"""The sheet of a meetup to be signed on paper: A4, short row codes, 20 blank lines."""

from api.papers.setting import set_in_type
from centres.language import Language, Sentence, day_words, hours_words
from centres.zone_words import zone_words
from sessions.attendance.sheets import Sheet

BLANK_LINES = 20


def sheet_pdf(sheet: Sheet, language: Language, *, network: str, grid_url: str) -> bytes:
    """Return the sheet as PDF; its QR code opens the page where it is typed back."""
    meetup = sheet.meetup
    facts = {
        "lang": language.value,
        "network": network,
        "title": _in(language, Sentence("Feuille de présence")),
        "when": f"{day_words(meetup.day, language)}, "
        f"{hours_words(meetup.starts_wall.time(), meetup.ends_wall.time(), language)}"
        f" ({zone_words(meetup.zone, language)})",
        "where": f"{meetup.centre_name}, {meetup.room}",
        "what": f"{meetup.title} ({meetup.group})",
        "who": ""
        if meetup.mentor is None
        else _in(language, Sentence("Mentor : {name}", name=meetup.mentor)),
        "code": _in(language, Sentence("Séance n° {number}", number=meetup.id)),
        "columns": [
            _in(language, each)
            for each in (
                Sentence("Code"),
                Sentence("Nom"),
                Sentence("Signature"),
                Sentence("Marque"),
                Sentence("Téléphone"),
            )
        ],
        "legend": _in(
            language,
            Sentence(
                "Marque : P présent, R retard, E excusé, A absent. Au retour, tapez le code et la"
                " marque, comme « 7K p » ; pour une ligne ajoutée, « + Nom p »."
            ),
        ),
        "guests": _in(language, Sentence("Personnes qui ne sont pas sur la liste")),
        "rows": [[each.row, each.name] for each in sheet.seated],
        "blanks": [f"N{number}" for number in range(1, BLANK_LINES + 1)],
        "sign": _in(language, Sentence("Nom et signature de la personne responsable")),
    }
    return set_in_type("sheet.typ", facts, qr=grid_url, timestamp=meetup.starts_at)


def _in(language: Language, sentence: Sentence) -> str:
    return sentence.in_language(language)
