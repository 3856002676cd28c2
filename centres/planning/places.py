"""Shell: is a point where it is said to be? Refused with where it lies instead."""

from centres.errors import InvalidInput
from centres.geo import Point
from centres.language import Sentence
from centres.planning.basemap import countries
from centres.planning.borders import misplaced


class NotInItsCountry(InvalidInput):
    """This point lies in the sea or in another country."""


def require_in_country(point: Point, country: str, field: str = "latitude") -> None:
    """Raise NotInItsCountry unless the point may lie in its country."""
    found = misplaced(point, country, countries())
    if found is None:
        return
    where = f"{point.latitude:.4f}, {point.longitude:.4f}"
    if found.country is None:
        said = Sentence(
            "Le point {where} est en mer ou hors carte, à {km} km de {country} : vérifiez la"
            " latitude et la longitude, et leur ordre.",
            where=where,
            km=round(found.km),
            country=country,
        )
    else:
        said = Sentence(
            "Le point {where} est en {there}, à {km} km de {country} : vérifiez les coordonnées"
            " ou le pays.",
            where=where,
            there=found.country,
            km=round(found.km),
            country=country,
        )
    raise NotInItsCountry(said, field=field)
