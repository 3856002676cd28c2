"""The public codes of centres and rooms, such as SN-DKR-01 and SN-DKR-01-R1. Pure.

A code stands on posters and in calendars, so it says where it is, is short enough to be read out
on the telephone, and is never given twice.
"""

import re
from collections.abc import Iterable

from centres.errors import InvalidInput
from centres.gazetteer import folded
from centres.language import Sentence

_CENTRE = re.compile(r"(?P<country>[A-Z]{2})-[A-Z0-9]{3}-[0-9]{2,3}")
_MOST = 999
_VOWELS = "aeiouy"


def centre_code(value: str, country: str, field: str = "code") -> str:
    """Return the code of a centre in a country (ISO 3166): country, city, number."""
    kept = value.strip().upper()
    match = _CENTRE.fullmatch(kept)
    if match is None or match["country"] != country:
        raise InvalidInput(
            Sentence(
                "Un centre porte un code comme {example} : pays, ville en trois lettres, numéro.",
                example=f"{country}-DKR-01",
            ),
            field=field,
        )
    return kept


def room_code(value: str, centre: str, field: str = "code") -> str:
    """Return the code of a room: its centre's, then R and a number."""
    kept = value.strip().upper()
    if not re.fullmatch(rf"{re.escape(centre)}-R[1-9][0-9]{{0,2}}", kept):
        raise InvalidInput(
            Sentence(
                "Une salle de ce centre porte un code comme {example}.", example=f"{centre}-R1"
            ),
            field=field,
        )
    return kept


def city_letters(city: str, field: str = "city") -> str:
    """Return three letters for a city: its first, then consonants; DKR for Dakar, LOM for Lomé.

    Raises InvalidInput for a name without a Latin letter.
    """
    letters = re.sub(r"[^a-z0-9]", "", folded(city))
    if not letters:
        raise InvalidInput(Sentence("Donnez le nom de la ville en lettres latines."), field=field)
    bones = letters[0] + "".join(each for each in letters[1:] if each not in _VOWELS)
    chosen = bones if len(bones) >= 3 else letters
    return chosen[:3].ljust(3, "x").upper()


def next_code(prefix: str, issued: Iterable[str], digits: int, field: str = "code") -> str:
    """Return `prefix` with the number after the highest ever issued under it.

    Raises InvalidInput once 999 have been.
    """
    numbers = [
        int(tail)
        for tail in (code.removeprefix(prefix) for code in issued if code.startswith(prefix))
        if tail.isdecimal()
    ]
    number = max(numbers, default=0) + 1
    if number > _MOST:
        raise InvalidInput(
            Sentence("Tous les numéros après {prefix} sont pris.", prefix=prefix), field=field
        )
    return f"{prefix}{number:0{digits}d}"
