"""Which group of a cohort a learner joins. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sessions.timetabling.grouping import GroupSize

LIMITS = GroupSize()


class LeftOut(StrEnum):
    """Why an enrolment has no group, in the words of `sessions.timetabling.grouping`."""

    NO_GROUP_YET = "no_group_yet"
    NO_CENTRE_NEAR = "no_centre_near"
    CENTRES_FULL = "centres_full"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A group as one learner sees it: `km` from home to its centre, None when home is unknown.

    `places` is what the largest suitable room of its centre holds; `clashes` counts the group's
    meetups to come at which the learner is already expected elsewhere.
    """

    id: int
    members: int
    places: int
    at_home_centre: bool
    km: float | None
    clashes: int


def best_group(candidates: Iterable[Candidate]) -> int | LeftOut:
    """Return the id of the group to join, or the reason why there is none.

    Groups count that have room, and no more than a mentor can teach, within an hour's way: of
    those the one with fewest clashes, then the home centre's, then the nearest centre's, then the
    smallest, then the oldest.
    """
    listed = list(candidates)
    if not listed:
        return LeftOut.NO_GROUP_YET
    near = [
        each for each in listed if each.at_home_centre or (each.km or 0.0) <= LIMITS.furthest_km
    ]
    if not near:
        return LeftOut.NO_CENTRE_NEAR
    free = [each for each in near if each.members < min(each.places, LIMITS.most)]
    if not free:
        return LeftOut.CENTRES_FULL
    return min(
        free,
        key=lambda each: (
            each.clashes,
            not each.at_home_centre,
            0.0 if each.km is None else round(each.km, 3),
            each.members,
            each.id,
        ),
    ).id
