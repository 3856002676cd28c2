"""Finds a town by its name without asking anybody, and says how little that tells. Pure.

An address such as "rue 12, Thiès" is found as the town of Thiès with the precision `city`. Whoever
shows the point must then not draw it as if it were the building.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from centres.geo import Point

EXACT = 1.0
PART_IN_ITS_REGION = 0.95
LAST_PART = 0.9
EARLIER_PART = 0.8
LAST_WORDS = 0.7
EARLIER_WORDS = 0.6
BEGINNING = 0.5
MISSPELT = 0.4
REGION_ONLY = 0.3

_Offer = Callable[[str, float], None]

_APOSTROPHES = re.compile(r"['’ʼ`´]")
_MOST_WORDS = 60
_LEAST_LETTERS = 3


class Precision(StrEnum):
    """What a point stands for, from the building itself to no more than its country."""

    SITE = "site"
    STREET = "street"
    CITY = "city"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Locality:
    """A populated place. `code` is its GeoNames number; `population` is None where not known."""

    code: int
    name: str
    country_iso2: str
    admin1: str
    population: int | None
    point: Point


@dataclass(frozen=True, slots=True)
class Found:
    """A place that a text may mean. `score` is 1 for its exact name and falls towards 0.

    With precision `region`, the point is that of the region's largest town, `name`.
    """

    code: int
    name: str
    admin1: str
    country_iso2: str
    point: Point
    precision: Precision
    score: float


def folded(text: str) -> str:
    """Return words in small letters, without accents, hyphens or apostrophes, one space apart.

    "Saint-Louis" and "ST LOUIS" fold alike, as do "M'bour" and "Mbour".
    """
    # Case goes between two decompositions: each can bring out letters for the other.
    small = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    plain = unicodedata.normalize("NFKD", small.replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    words = re.sub(r"[^\w]+|_", " ", _APOSTROPHES.sub("", letters)).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


class Gazetteer:
    """Towns by folded name, built once from a list of localities and then only read."""

    def __init__(self, localities: Iterable[Locality]) -> None:
        """Index `localities`; of equal names in a country the largest comes first."""
        self._by_name: defaultdict[str, list[Locality]] = defaultdict(list)
        self._by_region: defaultdict[str, list[Locality]] = defaultdict(list)
        for place in sorted(localities, key=_largest_first):
            self._by_name[folded(place.name)].append(place)
            if place.admin1:
                self._by_region[folded(place.admin1)].append(place)
        self._most_words = max((name.count(" ") + 1 for name in self._by_name), default=0)

    def find(self, text: str, country: str | None = None, limit: int = 5) -> list[Found]:
        """Return what `text`, a name or an address, may mean, the likeliest first.

        Only in the country of this ISO code, if one is given. Equal scores go to the larger
        population. Spelling is guessed at, and a region accepted, only if no town matches.
        """
        scores: dict[int, float] = {}
        places: dict[int, Locality] = {}

        def offer(name: str, score: float) -> None:
            for place in self._by_name.get(name, ()):
                if country in (None, place.country_iso2):
                    places[place.code] = place
                    scores[place.code] = max(score, scores.get(place.code, 0))

        parts = [part for part in (folded(each) for each in re.split(r"[,;\n]", text)) if part]
        offer(folded(text), EXACT)
        self._offer_parts(parts, offer, places, scores)
        self._offer_words(" ".join(parts).split()[-_MOST_WORDS:], offer, country)
        if not places and parts:
            self._offer_guesses(parts, offer)
        if not places:
            return self._regions(parts, country)[:limit]
        ranked = sorted(
            places.values(), key=lambda place: (-scores[place.code], _largest_first(place))
        )
        return [_found(place, Precision.CITY, scores[place.code]) for place in ranked[:limit]]

    def _offer_parts(
        self,
        parts: list[str],
        offer: _Offer,
        places: dict[int, Locality],
        scores: dict[int, float],
    ) -> None:
        """Offer what stands between two commas; in an address the town stands near the end."""
        last_known = True
        for number in reversed(range(len(parts))):
            if parts[number] in self._by_name:
                offer(parts[number], LAST_PART if last_known else EARLIER_PART)
                last_known = False
            # "Mbour, Thiès" means Mbour in the region of Thiès and not the town of Thiès.
            after = set(parts[number + 1 :])
            for place in self._by_name.get(parts[number], ()):
                if place.code in places and folded(place.admin1) in after:
                    scores[place.code] = max(PART_IN_ITS_REGION, scores[place.code])

    def _offer_words(self, words: list[str], offer: _Offer, country: str | None) -> None:
        """Offer names inside the text, the longest at each place, those at the end first."""
        end, score = len(words), LAST_WORDS
        while end > 0:
            for length in range(min(self._most_words, end), 0, -1):
                name = " ".join(words[end - length : end])
                if len(name) >= _LEAST_LETTERS and any(
                    country in (None, place.country_iso2) for place in self._by_name.get(name, ())
                ):
                    offer(name, score)
                    score = EARLIER_WORDS
                    end -= length - 1
                    break
            end -= 1

    def _offer_guesses(self, parts: list[str], offer: _Offer) -> None:
        """Offer names that begin with the last part, as somebody types, or nearly spell it."""
        last = parts[-1]
        if len(last) < _LEAST_LETTERS:
            return
        for name in self._by_name:
            if name.startswith(last):
                offer(name, BEGINNING)
        for name in get_close_matches(last, self._by_name, n=5, cutoff=0.85):
            offer(name, MISSPELT)

    def _regions(self, parts: list[str], country: str | None) -> list[Found]:
        """Return the largest town of each region that a part names, as a stand-in for it."""
        found = []
        for part in reversed(parts):
            countries: set[str] = set()
            for place in self._by_region.get(part, ()):
                if country in (None, place.country_iso2) and place.country_iso2 not in countries:
                    countries.add(place.country_iso2)
                    found.append(_found(place, Precision.REGION, REGION_ONLY))
        return found


def _largest_first(place: Locality) -> tuple[int, int]:
    return (-(place.population or 0), place.code)


def _found(place: Locality, precision: Precision, score: float) -> Found:
    return Found(
        code=place.code,
        name=place.name,
        admin1=place.admin1,
        country_iso2=place.country_iso2,
        point=place.point,
        precision=precision,
        score=score,
    )
