"""Pure: which cells a group could meet in, if nobody else were planned."""

from collections import defaultdict

from sessions.timetabling.instance import Cell, Group, Instance
from sessions.timetabling.plan import due_week, week_shifts


def suitable_cells(instance: Instance, group: Group) -> list[Cell]:
    """Return the cells the group could meet in if nobody else met: by room, time and people."""
    centres = sorted({group.home, *group.centres_away})
    earliest = group.first_week if group.earliest_week is None else group.earliest_week
    taken, spent = standing_times(instance, group)
    wanted = reachable_weeks(group)
    return [
        cell
        for centre in centres
        for cell in instance.cells_in.get(centre, ())
        if cell.week >= earliest
        and cell.week in wanted
        and cell.seats >= group.size
        and cell.ends_at - cell.starts_at >= group.minutes
        and group.equipment <= cell.equipment
        and not any(a < cell.starts_at + group.minutes and cell.starts_at < b for a, b in taken)
        and spent.get(day_of(cell), {cell.centre}) == {cell.centre}
    ]


def reachable_weeks(group: Group) -> frozenset[int]:
    """Return every week in which some phase and shift could put a period still to plan."""
    return frozenset(
        due_week(group, phase, q) + shift
        for q in group.to_plan
        for phase in range(group.cadence)
        for shift in week_shifts(group.cadence)
    )


def standing_times(
    instance: Instance, group: Group
) -> tuple[list[tuple[int, int]], dict[int, set[int]]]:
    """Return when the group cannot meet whatever is planned, and where its mentor's days are.

    The times are those of the group, of those who share learners with it, and of its mentor:
    busy times and pinned meetups alike. The days map week * 7 + weekday to centres.
    """
    friends = {group.id} | {a + b - group.id for a, b in instance.shares if group.id in (a, b)}
    taken: list[tuple[int, int]] = []
    spent: dict[int, set[int]] = defaultdict(set)
    for other in instance.groups:
        mentored = group.mentor is not None and other.mentor == group.mentor
        if other.id in friends or mentored:
            taken.extend((held.starts_at, held.ends_at) for held in other.pinned)
        if mentored and instance.one_centre_a_day:
            for held in other.pinned:
                spent[held.week * 7 + held.weekday].add(held.centre)
    for each in instance.busy:
        mentored = each.mentor is not None and each.mentor == group.mentor
        if mentored or each.group in friends:
            taken.append((each.starts_at, each.ends_at))
        travels = mentored and instance.one_centre_a_day
        if travels and each.centre is not None and each.day is not None:
            spent[each.day].add(each.centre)
    return taken, spent


def day_of(cell: Cell) -> int:
    """Return the local day as one number, week * 7 + weekday, as `Busy.day` counts."""
    return cell.week * 7 + cell.weekday
