"""Words of pages that the whole network does not share: weekdays, counts, lengths of time. Pure."""

from datetime import date, datetime, time

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal

from centres.language import Language, day_words, hour_words, translator
from sessions.sms.rates import SmsCost

_LOCALES = {Language.FR: "fr", Language.EN: "en_GB", Language.PT: "pt_PT"}


def number_words(number: float, language: Language) -> str:
    """Return a number with the language's own separators, as in "12 345,5"."""
    return str(format_decimal(number, locale=_LOCALES[language]))


def weekday_words(weekday: int, language: Language) -> str:
    """Return the name of a weekday, Monday being 0."""
    return str(get_day_names("wide", locale=_LOCALES[language])[weekday])


def short_day_words(day: date, language: Language) -> str:
    """Return a day of this year or next in few letters: "sam. 12 déc.", "Sat 12 Dec"."""
    pattern = "EEE, d 'de' MMM" if language is Language.PT else "EEE d MMM"
    return str(format_date(day, pattern, locale=_LOCALES[language]))


def minute_words(minute: int, language: Language) -> str:
    """Return minutes after midnight as an hour; 1440 is the end of the day."""
    return (
        hour_words(time(minute // 60 % 24, minute % 60), language)
        if minute < 1440
        else (translator(language).gettext("minuit"))
    )


def length_words(minutes: int, language: Language) -> str:
    """Return a length of time: "45 min", "3 h", "2 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def sms_cost_words(cost: SmsCost, language: Language) -> str:
    """Return what texts take: "environ 12 parties, environ 240 XOF", or without a stated price."""
    words = translator(language)
    parts = words.ngettext("environ {n} partie", "environ {n} parties", cost.parts)
    said = [parts.format(n=number_words(cost.parts, language))]
    said += [
        words.gettext("environ {amount} {currency}").format(
            amount=number_words(float(amount), language), currency=currency
        )
        for currency, amount in cost.amounts.items()
    ]
    if cost.unpriced:
        said.append(words.gettext("prix non indiqué"))
    return ", ".join(said)


def moment_words(moment: datetime, language: Language) -> str:
    """Return a moment of the wall clock: "lundi 4 janvier 2027, 8 h"."""
    return f"{day_words(moment.date(), language)}, {hour_words(moment.time(), language)}"


def short_moment_words(moment: datetime, language: Language) -> str:
    """Return a moment of these weeks in few letters: "sam. 12 déc., 9 h 05"."""
    return f"{short_day_words(moment.date(), language)}, {hour_words(moment.time(), language)}"


def language_words(spoken: str, language: Language) -> str:
    """Return what a language is called: "français", "anglais", "portugais"."""
    return str(Locale.parse(spoken).get_display_name(_LOCALES[language]))


def telephone_words(number: str) -> str:
    """Return a number of E.164 in groups that can be dialled from paper: "+221 77 123 45 67"."""
    digits = number.removeprefix("+")
    if len(digits) < 8:
        return number
    rest = digits[3:]
    first = rest[:2] if len(rest) % 2 == 0 else rest[:3]
    if len(rest) == 9:
        groups = [rest[:2], rest[2:5], rest[5:7], rest[7:]]
    else:
        tail = rest[len(first) :]
        groups = [first, *(tail[at : at + 2] for at in range(0, len(tail), 2))]
    return " ".join([f"+{digits[:3]}", *groups])
