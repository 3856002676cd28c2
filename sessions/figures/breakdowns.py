"""Pure: the same figures by gender, age, country and so on, with small counts hidden by one rule.

A group of 1 to 4 learners is hidden, and so is one of which 1 to 4 came, or 1 to 4 never did: to
whoever knows the group, that would be about somebody. When it would be the only one hidden, the
smallest of the others is hidden with it: otherwise the total would give it away. A total of 1 to 4
learners, or of whom 1 to 4 came, hides everything. What two reports differ by is not guarded.
Cell suppression as in Hundepool et al. (2012), Statistical Disclosure Control, 4.2.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sessions.figures.indicators import Figures, Seat, figures

FEWEST = 5
UNKNOWN = ""
_AGES = ((18, "-17"), (25, "18-24"), (35, "25-34"), (50, "35-49"))
_OLDEST = "50+"


class By(StrEnum):
    """What seats are told apart by."""

    GENDER = "gender"
    AGE = "age"
    COUNTRY = "country"
    SPONSOR = "sponsor"
    FUNDING = "funding"
    PROGRAMME = "programme"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a breakdown; `figures` is None when hidden, `key` is "" for unknown."""

    key: str
    figures: Figures | None


def key_of(seat: Seat, by: By) -> str:
    """Return the group of a seat; age is that reached in the year of the meetup."""
    match by:
        case By.GENDER:
            return seat.gender or UNKNOWN
        case By.AGE:
            return _age(seat)
        case By.COUNTRY:
            return seat.learner_country
        case By.SPONSOR:
            return seat.sponsor or UNKNOWN
        case By.FUNDING:
            return seat.funding or UNKNOWN
        case By.PROGRAMME:
            return seat.programme
        case By.MONTH:
            return seat.day.strftime("%Y-%m")


def _age(seat: Seat) -> str:
    if seat.birth_year is None:
        return UNKNOWN
    age = seat.day.year - seat.birth_year
    return next((band for below, band in _AGES if age < below), _OLDEST)


def masked(total: Figures) -> bool:
    """Whether so few learners stand behind a total that it would be about somebody."""
    return _few(total.learners) or _few(total.met)


def _few(count: int) -> bool:
    return 0 < count < FEWEST


def parts(seats: Iterable[Seat], by: By) -> tuple[Part, ...]:
    """Return the figures of each group by its key, hidden ones without."""
    groups: dict[str, list[Seat]] = {}
    for each in seats:
        groups.setdefault(key_of(each, by), []).append(each)
    found = {key: figures(groups[key]) for key in sorted(groups)}
    hidden = {key for key, its in found.items() if masked(its) or _few(its.learners - its.met)}
    if len(hidden) == 1 and len(found) > 1:
        others = [key for key in found if key not in hidden]
        hidden.add(min(others, key=lambda key: (found[key].learners, key)))
    return tuple(Part(key, None if key in hidden else its) for key, its in found.items())
