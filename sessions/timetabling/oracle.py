"""Pure: the cheapest plan of one group at given prices, exact. Everything else calls only this.

A plan is a base (phase, room, hour) and, for each period, the cheapest of: the base itself,
another suitable room (other_room), another hour of the due week in any room (other_hour), the
next week at the base's hour, or for a cadence of four the week before (other_week, and
other_room where that changes too), or nothing (drop). The windows of two periods never meet, so
each period is priced alone, and the sum over periods gives the price of every base at once:
O(weeks x rooms x hours) in whole-array steps.
"""

from dataclasses import dataclass

import numpy as np

from sessions.timetabling.instance import Weights
from sessions.timetabling.menu import Floats, Ints, Menu
from sessions.timetabling.plan import Base, Period, Plan


@dataclass(frozen=True, slots=True)
class Choice:
    """A priced plan: `cost` with the prices in it, `base` as indices (phase, room, hour), and per
    period the index of the option taken, -1 for none.
    """

    cost: float
    base: tuple[int, int, int] | None
    taken: tuple[int, ...]


def option_prices(menu: Menu, row_prices: Floats) -> Floats:
    """Return the price of each option of a menu: the sum over the rows it would use."""
    prices: Floats = row_prices.take(menu.rows).sum(axis=0)
    return prices


def cheapest(
    menu: Menu, weights: Weights, prices: Floats, jitter: np.random.Generator | None = None
) -> Choice:
    """Return the cheapest plan when option i costs `prices[i]` more (infinity: not to be had).

    Equal costs go to the earlier phase, room, hour and option, and to a meetup rather than a
    drop. With `jitter` the base is drawn near the best instead (up to one other_hour a period
    dearer), for searching; its periods are still the cheapest for it.
    """
    periods = menu.due.shape[1]
    if not menu.rooms:
        return Choice(float(weights.drop * periods), None, (-1,) * periods)
    values = menu.own + prices
    totals = _base_costs(menu, weights, values)
    if jitter is None:
        best = int(totals.argmin())
    else:
        spread = weights.other_hour * max(periods, 1) * 0.25
        best = int((totals + jitter.exponential(spread, totals.shape)).argmin())
    phase, room, hour = (int(i) for i in np.unravel_index(best, totals.shape))
    taken = _repairs(menu, weights, values, phase, room, hour)
    return Choice(float(totals[phase, room, hour]), (phase, room, hour), taken)


def _base_costs(menu: Menu, weights: Weights, values: Floats) -> Floats:
    """Return the cost of the best plan on each base, (phases, rooms, hours)."""
    shape = (menu.weeks, len(menu.rooms), len(menu.hours))
    grid = np.full(shape, np.inf)
    if len(values):
        at_spot = values if menu.heads is None else np.minimum.reduceat(values, menu.heads)
        grid.reshape(-1)[menu.spot] = at_spot
    cadence = menu.group.cadence
    totals = np.empty((cadence, *shape[1:]))
    for a, b in menu.scopes:
        part = grid[:, a:b]
        same_hour = np.minimum(part, part.min(axis=1, keepdims=True) + weights.other_room)
        # The base's own hour is among them, never too cheap: other_room <= other_hour.
        any_hour = part.min(axis=(1, 2), keepdims=True) + weights.other_hour
        best = np.minimum(same_hour, any_hour)
        if cadence > 1:
            np.minimum(best[:-1], same_hour[1:] + weights.other_week, out=best[:-1])
        if cadence > 2:
            np.minimum(best[1:], same_hour[:-1] + weights.other_week, out=best[1:])
        np.minimum(best, weights.drop + menu.standing[a:b], out=best)
        for phase in range(cadence):
            totals[phase, a:b] = best.take(menu.due[phase], axis=0).sum(axis=0)
    return totals if menu.held is None else totals + menu.held


def _repairs(
    menu: Menu, weights: Weights, values: Floats, phase: int, room: int, hour: int
) -> tuple[int, ...]:
    """Return the cheapest option of each period for one base."""
    shift = menu.shift[phase]
    moved = menu.hour != hour
    charged = values + np.where(moved, weights.other_hour, (menu.room != room) * weights.other_room)
    charged += (shift != 0) * weights.other_week
    charged[moved & (shift != 0)] = np.inf
    if len(menu.scopes) > 1:
        a, b = next(scope for scope in menu.scopes if scope[0] <= room < scope[1])
        charged[(menu.room < a) | (menu.room >= b)] = np.inf
    unmet = weights.drop + menu.standing[room, hour]
    taken: list[int] = []
    for a, b in menu.windows[phase]:
        best = a + int(charged[a:b].argmin()) if b > a else -1
        taken.append(best if best >= 0 and charged[best] <= unmet else -1)
    return tuple(taken)


def used_rows(menu: Menu, choice: Choice) -> Ints:
    """Return the ids of the rows a choice uses, once each, the padding row left out by callers."""
    met = [option for option in choice.taken if option >= 0]
    rows: Ints = menu.rows[:, met].ravel()
    return rows


def as_plan(menu: Menu, choice: Choice) -> Plan:
    """Return the choice as a plan in the instance's own ids."""
    base = None
    if choice.base is not None:
        phase, room, hour = choice.base
        base = Base(phase, *menu.rooms[room], *menu.hours[hour])
    periods = (
        Period(ordinal, None if option < 0 else int(menu.cells[option]))
        for ordinal, option in zip(menu.group.to_plan, choice.taken, strict=True)
    )
    return Plan(menu.group.id, base, tuple(periods))
