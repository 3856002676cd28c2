"""What a solution of a meetup file costs and breaks, from the words of its format alone.

Shares no code with the reader, the engine or its checker: an answer is worth what this says.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from api.benchmarks.families import Score

DAY_OF_SLOT = (0, 1, 2, 3, 4, 2, 5, 5)
SATURDAY = (6, 7)

Numbers = Mapping[str, Any]


def score_meetups(data: Numbers, solution: Numbers) -> Score:
    """Return the total cost of a solution, and a sentence for every rule that it breaks."""
    groups = {str(each["id"]): each for each in data["groups"]}
    planned = solution["groups"]
    broken = [f"group {each} has no plan" for each in sorted(groups.keys() - planned.keys())]
    broken += [f"there is no group {each}" for each in sorted(planned.keys() - groups.keys())]
    cost = 0
    rooms: Counter[tuple[int, int, int]] = Counter()
    mentors: Counter[tuple[int, int, int]] = Counter()
    places: dict[tuple[int, int, int], set[int]] = {}
    busy: dict[str, set[tuple[int, int]]] = {}
    day_of = data.get("day_of_slot", DAY_OF_SLOT)
    for name in sorted(groups.keys() & planned.keys(), key=int):
        group, plan = groups[name], planned[name]
        broken += [f"group {name}: {said}" for said in _wrong(data, group, plan)]
        cost += _cost(data, group, plan)
        busy[name] = set()
        for room, week, slot in (each for each in plan["sessions"] if each):
            for half in _slots(group, slot):
                rooms[room, week, half] += 1
                mentors[group["mentor"], week, half] += 1
                busy[name].add((week, half))
                day = (group["mentor"], week, day_of[half])
                places.setdefault(day, set()).add(plan["centre"])
    broken += [f"room, week, slot {each} taken {n} times" for each, n in rooms.items() if n > 1]
    broken += [f"mentor, week, slot {each} taken {n} times" for each, n in mentors.items() if n > 1]
    broken += [
        f"mentor, week, day {each} in two centres" for each, at in places.items() if len(at) > 1
    ]
    for one, other in data["shared"]:
        if busy.get(str(one), set()) & busy.get(str(other), set()):
            broken.append(f"groups {one} and {other} share a learner and meet at once")
    return Score(float(cost), tuple(broken))


def _slots(group: Numbers, slot: int) -> tuple[int, ...]:
    return SATURDAY if group["length"] == 2 else (slot,)


def _due(group: Numbers, plan: Numbers, number: int) -> int:
    return int(group["start"] + plan["phase"] + group["period"] * number)


def _wrong(data: Numbers, group: Numbers, plan: Numbers) -> Iterator[str]:
    rooms = {each["id"]: each for each in data["rooms"]}
    if plan["centre"] not in (group["centre"], *group["other_centres"]):
        yield f"meets at {plan['centre']}, which is none of its centres"
    if not 0 <= plan["phase"] < group["period"]:
        yield f"has phase {plan['phase']} of {group['period']}"
    if group["slot_cost"][plan["slot"]] is None:
        yield f"cannot meet in slot {plan['slot']}"
    if len(plan["sessions"]) != group["sessions"]:
        yield f"has {len(plan['sessions'])} sessions instead of {group['sessions']}"
    for number, session in enumerate(plan["sessions"]):
        if session is None:
            continue
        room, week, slot = session
        held = rooms[room]
        if held["centre"] != plan["centre"]:
            yield f"room {room} is not in centre {plan['centre']}"
        if held["capacity"] < group["size"]:
            yield f"room {room} is too small"
        if not set(group["equipment"]) <= set(held["equipment"]):
            yield f"room {room} lacks equipment"
        if not 0 <= week < data["weeks"] or any(
            held["open"][half][week] != "1" for half in _slots(group, slot)
        ):
            yield f"room {room} is closed in week {week}, slot {slot}"
        late = week - _due(group, plan, number)
        allowed = {1: (0,), 4: (-1, 0, 1)}.get(group["period"], (0, 1))
        if late not in allowed or (late and slot != plan["slot"]):
            yield f"session {number} is moved to week {week}, slot {slot}"
        if slot != plan["slot"] and group["length"] == 2:
            yield f"session {number} of a whole Saturday has slot {slot}"


def _cost(data: Numbers, group: Numbers, plan: Numbers) -> int:
    price, base = data["cost"], group["slot_cost"][plan["slot"]] or 0
    total = len(plan["sessions"]) * base
    if plan["centre"] != group["centre"]:
        total += len(plan["sessions"]) * price["other_centre"]
    for number, session in enumerate(plan["sessions"]):
        if session is None:
            total += price["drop"]
            continue
        room, week, slot = session
        if room != plan["room"] and slot == plan["slot"]:
            total += price["other_room"]  # in another hour the room is free to choose
        if week != _due(group, plan, number):
            total += price["other_week"]
        if slot != plan["slot"]:
            total += price["other_slot"] + (group["slot_cost"][slot] or 0) - base
    return int(total)
