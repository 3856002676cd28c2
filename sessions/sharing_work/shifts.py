"""Pure: an answer by giving jobs out at a regret, then shifting and swapping them.

Too much load is charged for, so that the way from one good sharing to the next may lead through
an overload; the charge follows what it achieves. Yagiura, Ibaraki & Glover (2004), INFORMS Journal
on Computing 16, in its simplest form; regrets: Martello & Toth (1981).
"""

import random
from collections.abc import Callable

import numpy as np

from centres.siting.arrays import Floats, Ints
from sessions.sharing_work.problem import Work

ROUNDS_A_KICK = 200
KICKED = 4


def by_regret(work: Work, value: Floats) -> Ints:
    """Return an agent for each job: dearest second choice first, overloads where nobody fits."""
    agent = np.full(work.jobs, -1, dtype=np.int64)
    left = work.most.copy()
    while (agent < 0).any():
        jobs = np.flatnonzero(agent < 0)
        cost = np.where(work.load[:, jobs] <= left[:, None] + 1e-9, value[:, jobs], np.inf)
        ranked = np.sort(cost, axis=0)
        second = ranked[1] if work.agents > 1 else np.full(len(jobs), np.inf)
        regret = np.full(len(jobs), -np.inf)
        fits = np.isfinite(ranked[0])
        regret[fits] = second[fits] - ranked[0, fits]
        pick = int(np.argmax(regret))
        job = int(jobs[pick])
        if np.isfinite(ranked[0, pick]):
            who = int(np.argmin(cost[:, pick]))
        else:
            who = int(np.argmin(work.load[:, job] - left))
        agent[job] = who
        left[who] -= work.load[who, job]
    return agent


def shifted(
    work: Work, start: Ints, seed: int, rounds: int, target: float, keep_going: Callable[[], bool]
) -> Ints | None:
    """Return the best sharing without overload met in `rounds` rounds, None where there is none.

    The same for the same work, start, seed and rounds. Ends at a cost of `target`.
    """
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    agent = start.copy()
    jobs = np.arange(work.jobs)
    used = _carried(work, agent)
    charge = np.full(work.agents, float(work.cost.std() / max(work.load.mean(), 1e-9)) + 1e-6)
    best: Ints | None = None
    best_cost = np.inf
    for turn in range(rounds):
        over = float(np.maximum(0.0, used - work.most).max(initial=0.0))
        cost = float(work.cost[agent, jobs].sum())
        if over <= 1e-9 and cost < best_cost - 1e-9:
            best, best_cost = agent.copy(), cost
            if best_cost <= target + 1e-9:
                break
        # Without any answer there is nothing to stop with yet; the rounds are few.
        if best is not None and not keep_going():
            break
        change, moved = _best_step(work, agent, used, charge)
        if change < -1e-9:
            for job, who in moved:
                used[agent[job]] -= work.load[agent[job], job]
                used[who] += work.load[who, job]
                agent[job] = who
            continue
        # A local optimum: overloads get dearer, idle limits cheaper, and some jobs are thrown.
        charge *= np.where(used > work.most + 1e-9, 1.3, 0.9)
        if turn % ROUNDS_A_KICK == ROUNDS_A_KICK - 1 and best is not None:
            agent = best.copy()
        for job in rng.sample(range(work.jobs), min(KICKED, work.jobs)):
            agent[job] = rng.randrange(work.agents)
        used = _carried(work, agent)
    return best


def _carried(work: Work, agent: Ints) -> Floats:
    load = work.load[agent, np.arange(work.jobs)]
    return np.bincount(agent, weights=load, minlength=work.agents).astype(np.float64)


def _best_step(
    work: Work, agent: Ints, used: Floats, charge: Floats
) -> tuple[float, list[tuple[int, int]]]:
    """Return the best change of cost and charge by one shift or swap, and who gets which job."""
    jobs = np.arange(work.jobs)
    mine, weight = work.cost[agent, jobs], work.load[agent, jobs]
    now = charge * np.maximum(0.0, used - work.most)
    given = charge[agent] * np.maximum(0.0, used[agent] - weight - work.most[agent]) - now[agent]
    got = used[:, None] + work.load - work.most[:, None]
    shift = work.cost - mine + given + charge[:, None] * np.maximum(0.0, got) - now[:, None]
    shift[agent, jobs] = np.inf
    who, job = np.unravel_index(int(np.argmin(shift)), shift.shape)
    best, steps = float(shift[who, job]), [(int(job), int(who))]
    # Entry (i, j): job i goes to the agent of j, and j to that of i.
    there = work.load[agent[None, :], jobs[:, None]]
    after = used[agent][None, :] - weight[None, :] + there - work.most[agent][None, :]
    side = work.cost[agent[None, :], jobs[:, None]] - mine[:, None]
    side = side + charge[agent][None, :] * np.maximum(0.0, after) - now[agent][None, :]
    swap = side + side.T
    swap[agent[:, None] == agent[None, :]] = np.inf
    one, two = np.unravel_index(int(np.argmin(swap)), swap.shape)
    if float(swap[one, two]) < best:
        best = float(swap[one, two])
        steps = [(int(one), int(agent[two])), (int(two), int(agent[one]))]
    return best, steps
