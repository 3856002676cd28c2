"""Pure: the audit of a grouping; it shares no rule with what makes one."""

from collections import Counter
from collections.abc import Sequence

from centres.geo import distance_matrix_km
from sessions.timetabling.grouping import CohortLearner, GroupCentre, Grouping, GroupSize


def grouping_faults(
    grouping: Grouping,
    learners: Sequence[CohortLearner],
    centres: Sequence[GroupCentre],
    size: GroupSize,
) -> list[str]:
    """Return what is wrong with a grouping, in words for the log; an empty list is right."""
    faults = []
    listed = [member for each in grouping.groups for member in each.members]
    listed.extend(each.learner for each in grouping.left_out)
    if Counter(listed) != Counter(each.id for each in learners):
        faults.append("a learner is missing, unknown or given twice")
    place = {each.id: each for each in centres}
    person = {each.id: each for each in learners}
    held = Counter(each.centre for each in grouping.groups)
    for group in grouping.groups:
        centre = place[group.centre]
        if not size.least <= len(group.members) <= min(size.most, centre.seats):
            faults.append(f"{len(group.members)} members at centre {centre.id}")
        starts = []
        for member in group.members:
            home = person[member].home
            start = place[home].point if home in place else person[member].point
            if start is None:
                faults.append(f"learner {member} starts from nowhere")
            else:
                starts.append(start)
        ways: list[float] = []
        if starts:
            ways = distance_matrix_km(starts, [centre.point])[:, 0].tolist()
        if any(way > size.furthest_km for way in ways):
            faults.append(f"somebody travels too far to centre {centre.id}")
        if abs(sum(ways) - group.km) > 1e-6 * max(1.0, group.km):
            faults.append(f"the journeys to centre {centre.id} are not {group.km} km")
    for centre in centres:
        sizes = [len(each.members) for each in grouping.groups if each.centre == centre.id]
        if held[centre.id] > centre.weekly_capacity * size.cadence:
            faults.append(f"centre {centre.id} has no room for {held[centre.id]} groups")
        if sizes and max(sizes) - min(sizes) > 1:
            faults.append(f"groups of uneven size at centre {centre.id}")
    return faults
