"""Pure: the answer: one annealed chain over lecture moves and swaps.

Temperatures and shares follow Bellio, Ceschia, Di Gaspero, Schaerf & Urli (2016), "Feature-based
tuning of simulated annealing applied to the curriculum-based course timetabling problem",
Computers & Operations Research 65 (arXiv 1409.7186): one stage, rivals as a penalty, cut-offs by
accepted moves, what they save spent on the colder levels.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sessions.timetabling.curriculum.arrays import Ints, Week
from sessions.timetabling.curriculum.first import first_state
from sessions.timetabling.curriculum.moves import State, anneal, anneal_compiled

HOTTEST = 10.0
COLDEST = 0.08
COOLING = 0.99
ACCEPTED_SHARE = 0.034
SWAPS, SAME_ROOM = 300, 512  # of 1024
LEAST_CHANCE = 1e-9
QUENCH_LEVELS, QUENCH_MOVES = 20, 250_000
SETTLING = (30.0, 25.0, 20.0, 15.0, 10.0)
SETTLING_TURNS, SETTLING_MOVES = 50, 100_000
NEVER = int(np.iinfo(np.int64).max)
LEVELS = math.ceil(math.log(COLDEST / HOTTEST) / math.log(COOLING)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The best placement without rivals at once (`cost` None: there was none) and its effort."""

    period: Ints
    room: Ints
    cost: int | None
    moves: int


def chances(temperature: float) -> Ints:
    """Return, for each rise of the cost that is ever accepted, its chances out of 2 ** 32."""
    rises = np.arange(1 + int(-math.log(LEAST_CHANCE) * temperature))
    return np.asarray(np.exp(-rises / temperature) * 2.0**32).astype(np.int64)


def annealed(
    week: Week,
    *,
    seed: int,
    moves: int,
    target: int,
    spent: Callable[[], float],
    compiled: bool = True,
) -> Chain:
    """Return the best of `moves` moves: the same for the same week, seed and moves.

    `spent` says which share of the time is gone: a chain that would be cut cools faster instead,
    and ends at 1. It ends early at a cost of `target`.
    """
    state = first_state(week, seed)
    step = anneal_compiled if compiled else anneal
    shares = np.array([SWAPS, SAME_ROOM], dtype=np.int64)
    done = _settled(step, week, state, shares, moves)
    level = 0
    while level < LEVELS and not _finished(state, target):
        gone = spent()
        if gone >= 1.0:
            break
        # With the clock ahead of the moves, levels are left out so that the cold ones get theirs.
        level = max(level, int(gone * LEVELS))
        samples = max(1, (moves - done) // (LEVELS - level))
        ample = max(1, moves // LEVELS)
        enough = max(1, int(ACCEPTED_SHARE * ample))
        heat = chances(HOTTEST * COOLING**level)
        done += step(week, state, heat, shares, samples, enough, target)
        level += 1
    if level < LEVELS and not _finished(state, target):
        # Cut short while warm: half a second of quick cooling finds what lies just below.
        for cold in np.linspace(level, LEVELS, QUENCH_LEVELS):
            heat = chances(HOTTEST * COOLING ** float(cold))
            samples = min(moves, QUENCH_MOVES)
            done += step(week, state, heat, shares, samples, samples, target)
    done += _settled(step, week, state, shares, moves)
    cost = int(state.score[2]) if state.score[2] < NEVER else None
    return Chain(state.best_period, state.best_room, cost, done)


def _settled(
    step: Callable[[Week, State, Ints, Ints, int, int, int], int],
    week: Week,
    state: State,
    shares: Ints,
    moves: int,
) -> int:
    """Look for a first placement without rivals at once, warmer and colder; return the moves."""
    done, samples = 0, min(moves, SETTLING_MOVES)
    for turn in range(SETTLING_TURNS):
        if state.score[2] < NEVER:
            break
        heat = chances(SETTLING[turn % len(SETTLING)])
        done += step(week, state, heat, shares, samples, samples, NEVER - 1)
    return done


def _finished(state: State, target: int) -> bool:
    return bool(state.score[2] <= target)
