"""Pure: the 0/1 knapsack, exactly, by fixing what the continuous one settles.

Dantzig (1957), Operations Research 5; the core that stays open between the continuous and the
greedy value is small: Balas & Zemel (1980), Operations Research 28; Martello & Toth (1990).
"""

import numpy as np

from centres.siting.arrays import Flags, Floats, Ints


def fill_whole(gain: Floats, load: Ints, room: int) -> tuple[float, Flags]:
    """Return the least total `gain` (all below 0) of items that fit `room`, and which they are.

    Items come best rate first, that is by ascending gain / load.
    """
    taken = np.zeros(len(gain), dtype=bool)
    if not len(gain):
        return 0.0, taken
    used = np.cumsum(load)
    if used[-1] <= room:
        taken[:] = True
        return float(gain.sum()), taken
    cut = int(np.searchsorted(used, room, side="right"))
    rate = gain[cut] / load[cut]
    base = float(gain[:cut].sum())
    free = room - (int(used[cut - 1]) if cut else 0)
    relaxed = base + rate * free
    greedy, left = base, free
    taken[:cut] = True
    for each in range(cut, len(gain)):
        if load[each] <= left:
            taken[each] = True
            greedy += float(gain[each])
            left -= int(load[each])
            if not left:
                break
    # An item whose flip costs more than greedy loses keeps its place.
    regret = np.abs(gain - rate * load)
    core = np.flatnonzero(regret < greedy - relaxed - 1e-9)
    if not len(core):
        return greedy, taken
    fixed = np.zeros(len(gain), dtype=bool)
    fixed[:cut] = True
    fixed[core] = False
    space = room - int(load[fixed].sum())
    start = float(gain[fixed].sum())
    total, inside = _exact(gain[core], load[core], space)
    if start + total < greedy - 1e-12:
        fixed[core[inside]] = True
        return start + total, fixed
    return greedy, taken


def _exact(gain: Floats, load: Ints, room: int) -> tuple[float, list[int]]:
    """Return the least total gain and the items, by dynamic programming over the room."""
    best = np.zeros(room + 1)
    took = np.zeros((len(gain), room + 1), dtype=bool)
    for each in range(len(gain)):
        size = int(load[each])
        if size > room:
            continue
        trial = best[: room + 1 - size] + gain[each]
        better = trial < best[size:]
        took[each, size:] = better
        # The slices overlap, so the new row is written only after it was worked out.
        best[size:] = np.where(better, trial, best[size:])
    at = room
    inside: list[int] = []
    for each in range(len(gain) - 1, -1, -1):
        if took[each, at]:
            inside.append(each)
            at -= int(load[each])
    return float(best[room]), inside
