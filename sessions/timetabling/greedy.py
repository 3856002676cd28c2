"""Pure: a first full timetable, the most constrained groups first."""

from collections.abc import Sequence

from sessions.timetabling.menu import Menu, Menus
from sessions.timetabling.occupancy import Occupancy
from sessions.timetabling.oracle import Choice, cheapest


def scarcity_order(menus: Menus) -> list[int]:
    """Return group indices, those with the fewest options for each period to plan first.

    Ties go to the longer meetup, the larger group, then the lower id.
    """

    def key(index: int) -> tuple[float, int, int, int]:
        menu = menus.menus[index]
        return (_room_to_choose(menu), -menu.group.minutes, -menu.group.size, menu.group.id)

    return sorted(range(len(menus.menus)), key=key)


def greedy(menus: Menus, order: Sequence[int]) -> tuple[list[Choice], Occupancy]:
    """Return each group's cheapest plan on what those before it left, and the occupancy after it.

    Choices stand in the order of the menus. Whatever the order, every answer keeps the hard rules.
    """
    taken = Occupancy(menus)
    chosen: dict[int, Choice] = {}
    for index in order:
        menu = menus.menus[index]
        chosen[index] = cheapest(menu, menus.weights, taken.prices(menu))
        taken.place(menu, chosen[index])
    return [chosen[index] for index in range(len(menus.menus))], taken


def _room_to_choose(menu: Menu) -> float:
    return len(menu.cells) / max(1, len(menu.group.to_plan))
