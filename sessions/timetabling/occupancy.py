"""Which rows and mentor days the groups placed so far use: the one mutable thing of the search."""

import numpy as np

from sessions.timetabling.menu import Floats, Menu, Menus
from sessions.timetabling.oracle import Choice, option_prices, used_rows

NOWHERE = -1


class Occupancy:
    """Rows taken (infinite price) and, for each mentor's day, the centre and how many meet there.

    Groups come and go by their index in `menus`; whoever is placed keeps to free options, so a
    row is never taken twice.
    """

    def __init__(self, menus: Menus) -> None:
        """Begin with everything free."""
        self._row_prices = np.zeros(len(menus.rows) + 1, dtype=np.float64)
        self._centre = np.full(menus.days + 1, NOWHERE, dtype=np.int64)
        self._meetups = np.zeros(menus.days + 1, dtype=np.int64)
        self._unused_day = menus.days

    def prices(self, menu: Menu) -> Floats:
        """Return 0 for each free option of the menu and infinity for each that is taken."""
        prices = option_prices(menu, self._row_prices)
        if self._unused_day:
            spent = self._centre.take(menu.day)
            prices[(spent != NOWHERE) & (spent != menu.centre)] = np.inf
        return prices

    def place(self, menu: Menu, choice: Choice) -> None:
        """Take what the choice uses."""
        self._mark(menu, choice, np.inf, 1)

    def remove(self, menu: Menu, choice: Choice) -> None:
        """Give back what the choice used."""
        self._mark(menu, choice, 0.0, -1)

    def _mark(self, menu: Menu, choice: Choice, price: float, meetups: int) -> None:
        self._row_prices[used_rows(menu, choice)] = price
        self._row_prices[-1] = 0.0
        if not self._unused_day:
            return
        for option in choice.taken:
            day = int(menu.day[option]) if option >= 0 else self._unused_day
            if day != self._unused_day:
                self._meetups[day] += meetups
                there = int(menu.centre[option]) if self._meetups[day] else NOWHERE
                self._centre[day] = there
