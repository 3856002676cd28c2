"""Synthetic periodic meetups in, plans out. Ids count from 0.

A slot of the week is a weekday and an hour; a whole Saturday is a cell of its own beside its two
halves, in the same room. Countries share nothing, so each is an instance of its own.
"""

import gc
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from api.benchmarks.files import Address, UnreadableInstance, read_text
from sessions.timetabling.instance import Cell, Group, Instance, Reach, Unwelcome, Weights
from sessions.timetabling.plan import Plan

DAY = 24 * 60
HOURS = ((0, 1080), (1, 1080), (2, 1080), (3, 1080), (4, 1080), (2, 840), (5, 480), (5, 840))
HALF, WHOLE = 240, 600  # minutes: the two halves of a Saturday do not touch
SATURDAY = (6, 7)


@dataclass(frozen=True, slots=True)
class MeetupProblem:
    """A file's countries as instances, with its weights, and what each cell id stands for."""

    weights: Weights
    countries: tuple[tuple[str, Instance], ...]
    slots: int
    weeks: int

    def where(self, cell: int) -> list[int]:
        """Return room, week and slot of a cell."""
        rest, slot = divmod(cell, self.slots + 1)
        room, week = divmod(rest, self.weeks)
        return [room, week, SATURDAY[0] if slot == self.slots else slot]


def read_meetup(address: Address) -> MeetupProblem:
    """Return the instances of a file. Raises UnreadableInstance for another format."""
    try:
        data = json.loads(read_text(address.path))
        if data["format"] != "meetup-1" or data["slots"] != len(HOURS):
            raise UnreadableInstance(f"{address.path} is not in the format meetup-1.")
        with _nothing_collected():
            return _problem(data)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise UnreadableInstance(f"{address.path}: {error!r} is missing or wrong.") from error


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Spare the collector the half million cells that are made here and that all stay."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def write_meetup(problem: MeetupProblem, plans: Sequence[Plan]) -> dict[str, object]:
    """Return `groups`: of each its centre, room, slot, phase and sessions, null where dropped."""
    slot_of = {hour: slot for slot, hour in enumerate(HOURS)}
    groups: dict[str, object] = {}
    members = {each.id: each for _, one in problem.countries for each in one.groups}
    rooms = {cell.centre: cell.room for _, one in problem.countries for cell in reversed(one.cells)}
    for plan in sorted(plans):
        home = members[plan.group].home
        base = plan.base
        usual, _ = _without_a_room(members[plan.group])
        groups[str(plan.group)] = {
            "centre": home if base is None else base.centre,
            "room": rooms.get(home, 0) if base is None else base.room,
            "slot": usual if base is None else slot_of[base.weekday, base.start_minute],
            "phase": 0 if base is None else base.phase,
            "sessions": [None if q.cell is None else problem.where(q.cell) for q in plan.periods],
        }
    return {"groups": groups}


def without_a_room(problem: MeetupProblem, plans: Sequence[Plan]) -> float:
    """Return what the format charges for the hours of groups that no room suits.

    To the engine they have no hour; the format asks for one, and charges it for each session.
    """
    members = {each.id: each for _, one in problem.countries for each in one.groups}
    left = [members[plan.group] for plan in plans if plan.base is None]
    return sum(_without_a_room(each)[1] * each.periods for each in left)


def _without_a_room(group: Group) -> tuple[int, float]:
    """Return the slot that a group would like best, and its cost."""
    cost = {(each.weekday, each.hour): each.cost for each in group.unwelcome}
    slots = SATURDAY[:1] if group.minutes == WHOLE else range(len(HOURS))
    costs = [(cost.get((HOURS[each][0], HOURS[each][1] // 60), 0.0), each) for each in slots]
    least, slot = min(costs)
    return slot, least


def _problem(data: dict[str, Any]) -> MeetupProblem:
    cost, weeks, slots = data["cost"], data["weeks"], data["slots"]
    weights = Weights(
        other_room=cost["other_room"],
        other_hour=cost["other_slot"],
        other_week=cost["other_week"],
        other_centre=cost["other_centre"],
        drop=cost["drop"],
        changed=0.0,
        spread=0.0,
        mentor_load=0.0,
        host_load=0.0,
    )
    country = {each["id"]: str(each["country"]) for each in data["centres"]}
    cells: dict[str, list[Cell]] = defaultdict(list)
    for room in data["rooms"]:
        cells[country[room["centre"]]].extend(_cells(room, weeks, slots))
    groups: dict[str, list[Group]] = defaultdict(list)
    lands = {}
    for each in data["groups"]:
        lands[each["id"]] = country[each["centre"]]
        groups[country[each["centre"]]].append(_group(each))
    shares: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for a, b in data["shared"]:
        shares[lands[a]].append((a, b))
    instances = [
        (
            name,
            Instance(
                weeks=weeks,
                cells=tuple(cells[name]),
                groups=tuple(groups[name]),
                shares=tuple(shares[name]),
                roaming=False,
            ),
        )
        for name in sorted(groups, key=int)
    ]
    return MeetupProblem(weights, tuple(instances), slots, weeks)


def _cells(room: dict[str, Any], weeks: int, slots: int) -> list[Cell]:
    kit = frozenset(room["equipment"])
    number, centre, seats = room["id"], room["centre"], room["capacity"]
    opened = room["open"]
    found = []
    for week in range(weeks):
        first = (number * weeks + week) * (slots + 1)
        for slot in range(slots):
            if opened[slot][week] == "1":
                day, minute = HOURS[slot]
                at = (week * 7 + day) * DAY + minute
                until = at + HALF
                found.append(
                    Cell(first + slot, number, centre, at, until, week, day, minute, seats, kit)
                )
        if all(opened[slot][week] == "1" for slot in SATURDAY):
            day, minute = HOURS[SATURDAY[0]]
            at = (week * 7 + day) * DAY + minute
            until = at + WHOLE
            found.append(
                Cell(first + slots, number, centre, at, until, week, day, minute, seats, kit)
            )
    return found


def _group(each: dict[str, Any]) -> Group:
    hours = [(*HOURS[slot], cost) for slot, cost in enumerate(each["slot_cost"]) if cost]
    return Group(
        id=each["id"],
        code=str(each["id"]),
        home=each["centre"],
        size=each["size"],
        minutes=WHOLE if each["length"] == 2 else HALF,
        cadence=each["period"],
        first_week=each["start"],
        periods=each["sessions"],
        reach=tuple(Reach(centre, 0.0) for centre in each["other_centres"]),
        equipment=frozenset(each["equipment"]),
        mentor=each["mentor"],
        unwelcome=tuple(Unwelcome(day, minute // 60, cost) for day, minute, cost in hours),
    )
