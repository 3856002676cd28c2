"""The demonstration's learners: invented people at real places, as many as live there. Pure."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from types import MappingProxyType

from centres.geo import distance_matrix_km
from seed.reference import Country, Locality
from seed.world.chance import apportioned, drawn, stream
from seed.world.names import invented_email, invented_name, invented_phone
from seed.world.values import Centre, Learner, Reference

LEARNERS = 3200
FEWEST_IN_A_TOWN = 34
# Journeys: people live further away the fewer of them there are, and trade distance for habit.
HOME_SCALE_KM = 20.0
FARTHEST_HOME_KM = 70.0
CHOICE_SCALE_KM = 12.0
CENTRES_CHOSEN_FROM = 5
SAME_TOWN_KM = 40.0

WITH_EMAIL = 0.65
WITH_PHONE = 0.97
WITH_CONSENT = 0.92
BIRTH_YEARS = (1988, 2007)
GENDERS: Mapping[str | None, float] = MappingProxyType(
    {"f": 0.46, "m": 0.46, "x": 0.01, None: 0.07}
)
OTHER_LANGUAGE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {"CM": {"fr": 0.8, "en": 0.2}, "GW": {"pt": 0.85, "fr": 0.15}, "MR": {"fr": 0.95, "en": 0.05}}
)


@dataclass(frozen=True, slots=True)
class Town:
    """Open centres of one country within reach of each other, whose learners mix."""

    country: str
    centres: tuple[Centre, ...]

    @property
    def name(self) -> str:
        """The code of its first centre."""
        return self.centres[0].code


def towns(centres: Sequence[Centre]) -> list[Town]:
    """Return the open centres by town, each centre with the first one within SAME_TOWN_KM."""
    found: list[list[Centre]] = []
    for centre in (each for each in centres if each.is_open):
        near = (
            town
            for town in found
            if town[0].country == centre.country
            and distance_matrix_km([town[0].point], [centre.point])[0, 0] <= SAME_TOWN_KM
        )
        town = next(near, None)
        if town is None:
            found.append([centre])
        else:
            town.append(centre)
    return [Town(each[0].country, tuple(each)) for each in found]


def invented_learners(
    reference: Reference, places: Sequence[Town], seed: int
) -> dict[str, list[Learner]]:
    """Return LEARNERS people by the name of their town, numbered throughout.

    Towns get learners by the root of the population within reach and of the rooms, for a capital
    fifty times as large does not send fifty times as many; within reach of a town homes are drawn
    by population.
    """
    countries = {each.iso2: each for each in reference.countries}
    homes = [_homes(reference.localities, town) for town in places]
    shares = [
        math.sqrt(sum(each.values()) * sum(len(centre.rooms) for centre in town.centres))
        for each, town in zip(homes, places, strict=True)
    ]
    sizes = apportioned(LEARNERS, shares, least=FEWEST_IN_A_TOWN)
    numbers = count(1)
    return {
        town.name: [
            _learner(
                stream(seed, "learner", town.name, str(index)),
                next(numbers),
                town,
                countries[town.country],
                home,
            )
            for index in range(size)
        ]
        for town, home, size in zip(places, homes, sizes, strict=True)
    }


def people_living_there(localities: Sequence[Locality]) -> dict[int, float]:
    """Return the population of each place by GeoNames id, without that of places inside it.

    Pikine is counted in Dakar as well; a place keeps at least a twentieth of its own figure.
    """
    inside: defaultdict[int, int] = defaultdict(int)
    for each in localities:
        if each.part_of is not None:
            inside[each.part_of] += each.place.population or 0
    return {
        each.place.code: max(population - inside[each.place.code], population / 20)
        for each in localities
        if (population := each.place.population)
    }


def _homes(localities: Sequence[Locality], town: Town) -> dict[Locality, float]:
    """Return the places from which people come to a town, with the weight of each."""
    people = people_living_there(localities)
    here = [
        each
        for each in localities
        if each.place.country_iso2 == town.country and each.place.code in people
    ]
    km = distance_matrix_km(
        [each.place.point for each in here], [each.point for each in town.centres]
    ).min(axis=1)
    return {
        each: people[each.place.code] * math.exp(-away / HOME_SCALE_KM)
        for each, away in zip(here, km, strict=True)
        if away <= FARTHEST_HOME_KM
    }


def _learner(
    chance: Random, number: int, town: Town, country: Country, homes: Mapping[Locality, float]
) -> Learner:
    gender = drawn(chance, GENDERS)
    name = invented_name(chance, country.iso2, gender or "x")
    home = drawn(chance, homes)
    has_phone = chance.random() < WITH_PHONE
    language = drawn(chance, OTHER_LANGUAGE.get(country.iso2, {country.page_language: 1.0}))
    return Learner(
        code=f"DEMO-{country.iso2}-{number:04d}",
        name=name,
        email=invented_email(name, number) if chance.random() < WITH_EMAIL else None,
        phone=invented_phone(country.phone_prefix, number) if has_phone else None,
        language=language,
        country=country.iso2,
        locality=home.place.code,
        centre=_home_centre(chance, home, town).code,
        consents=chance.random() < WITH_CONSENT,
        birth_year=chance.randint(*BIRTH_YEARS) if chance.random() < 0.9 else None,
        gender=gender,
    )


def _home_centre(chance: Random, home: Locality, town: Town) -> Centre:
    """Return a near centre: a logit on distance, weighed by the rooms there."""
    km = distance_matrix_km([home.place.point], [each.point for each in town.centres])[0]
    nearest = sorted(range(len(town.centres)), key=lambda i: (km[i], i))[:CENTRES_CHOSEN_FROM]
    return town.centres[
        drawn(
            chance,
            {
                i: len(town.centres[i].rooms)
                * math.exp(-(km[i] - km[nearest[0]]) / CHOICE_SCALE_KM)
                for i in nearest
            },
        )
    ]
