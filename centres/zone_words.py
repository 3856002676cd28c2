"""What a time zone is called in each language, as people there say it. Pure."""

from datetime import datetime, timedelta
from functools import lru_cache

from babel.dates import get_timezone_location

from centres.language import LOCALES, Language, phrase, translator
from centres.zones import zone

_ZONE_WORDS = {
    "Africa/Abidjan": phrase("heure d'Abidjan"),
    "Africa/Bamako": phrase("heure de Bamako"),
    "Africa/Bissau": phrase("heure de Bissau"),
    "Africa/Cairo": phrase("heure du Caire"),
    "Africa/Casablanca": phrase("heure de Casablanca"),
    "Africa/Conakry": phrase("heure de Conakry"),
    "Africa/Dakar": phrase("heure de Dakar"),
    "Africa/Douala": phrase("heure de Douala"),
    "Africa/Freetown": phrase("heure de Freetown"),
    "Africa/Lome": phrase("heure de Lomé"),
    "Africa/Monrovia": phrase("heure de Monrovia"),
    "Africa/Niamey": phrase("heure de Niamey"),
    "Africa/Nouakchott": phrase("heure de Nouakchott"),
    "Africa/Ouagadougou": phrase("heure de Ouagadougou"),
    "Africa/Porto-Novo": phrase("heure de Porto-Novo"),
    "Africa/Tunis": phrase("heure de Tunis"),
    "Atlantic/Cape_Verde": phrase("heure du Cap-Vert"),
    "Indian/Antananarivo": phrase("heure d'Antananarivo"),
}


@lru_cache(maxsize=1024)
def zone_words(zone_name: str, language: Language) -> str:
    """Return a zone in words, as in "heure de Dakar"; raises UnknownZone for no IANA zone.

    The countries of the network are named as people there say it; elsewhere Babel (CLDR) names
    the zone's city.
    """
    here = zone(zone_name)
    gettext = translator(language).gettext
    if zone_name in _ZONE_WORDS:
        return gettext(_ZONE_WORDS[zone_name])
    # By the ZoneInfo, never by name: given a name, Babel would ask pytz when that is installed.
    place = get_timezone_location(here, locale=LOCALES[language], return_city=True)
    if place[0].lower() in "aeéèêiîoôuy":
        return gettext("heure d'{place}").format(place=place)
    return gettext("heure de {place}").format(place=place)


def zone_words_with_offset(zone_name: str, instant: datetime, language: Language) -> str:
    """Return a zone in words with its offset at `instant`: "heure de Casablanca (UTC+0)"."""
    return zone_words_at(zone_name, instant.astimezone(zone(zone_name)).utcoffset(), language)


@lru_cache(maxsize=1024)
def zone_words_at(zone_name: str, offset: timedelta | None, language: Language) -> str:
    """Return a zone in words with an offset that is known: "heure de Casablanca (UTC+0)"."""
    minutes = round(offset.total_seconds() / 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    written = f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"
    return f"{zone_words(zone_name, language)} ({written})"
