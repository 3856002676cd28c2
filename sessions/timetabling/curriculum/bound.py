"""Pure: what no week can avoid: rooms and seats on one side, days and hours on the other.

The four costs fall into two pairs that share no term, so the sum of two bounds is a bound:
Cacchiani, Caprara, Roberti & Toth (2013), Computers & Operations Research 40. Rooms: how many
lectures of a course in each room, exact by HiGHS. Hours: courses in periods with the rooms only
counted, one pattern for each curriculum and day: after Lach & Luebbecke (2012), Annals of
Operations Research 194.
"""

from collections.abc import Callable

import numpy as np

from centres.siting.linear import Model, Outcome, Rows, minimise
from sessions.timetabling.curriculum.arrays import DAY_COST, Week

KeepGoing = Callable[[], bool]
MOST_PATTERNS = 20_000


def rooms_bound(week: Week, keep_going: KeepGoing) -> int:
    """Return the least cost of seats and of extra rooms, whatever the hours; 0 if not known."""
    return _least(_rooms_model(week), keep_going)


def hours_bound(week: Week, keep_going: KeepGoing) -> int:
    """Return a lower bound on missing days and isolated lectures; 0 where it takes too long."""
    patterns = week.inside.shape[1] * week.days * len(week.alone)
    if patterns > MOST_PATTERNS or not keep_going():
        return _least(_hours_model(week, patterned=False), keep_going)
    return _least(_hours_model(week, patterned=True), keep_going)


def _least(model: Model, keep_going: KeepGoing) -> int:
    solved = minimise(model, 0, keep_going, grain=1.0)
    if solved.outcome is Outcome.INFEASIBLE or not np.isfinite(solved.bound):
        return 0
    return max(0, int(np.ceil(solved.bound - 1e-6)))


def _rooms_model(week: Week) -> Model:
    """Lectures of a course in a room (whole), and whether it is used (0 or 1)."""
    courses, rooms = week.short.shape
    lectures = np.bincount(week.course, minlength=courses)
    course, room = np.divmod(np.arange(courses * rooms), rooms)
    count, used = np.arange(courses * rooms), np.arange(courses * rooms) + courses * rooms
    rows, ones = Rows(), np.ones(courses * rooms)
    rows.add(course, count, ones, lectures.astype(float), lectures.astype(float))
    rows.add(room, count, ones, np.zeros(rooms), np.full(rooms, float(week.days * week.hours)))
    most = np.minimum(lectures, week.opens.sum(axis=1))[course].astype(float)
    row = np.concatenate([count, count])
    column = np.concatenate([count, used])
    values = np.concatenate([ones, -most])
    rows.add(row, column, values, np.full(len(count), -np.inf), np.zeros(len(count)))
    taught = np.flatnonzero(lectures)
    # The first room of a course is free: one row makes it open one, and a constant takes it off.
    high = np.concatenate([most, ones, [1.0]])
    cost = np.concatenate([week.short.ravel().astype(float), ones, [-float(len(taught))]])
    low = np.concatenate([np.zeros(2 * courses * rooms), [1.0]])
    chosen = np.isin(course, taught)
    at = np.searchsorted(taught, course[chosen])
    rows.add(at, used[chosen], ones[chosen], np.ones(len(taught)), np.full(len(taught), np.inf))
    return rows.model(cost, low, high, np.ones(len(cost), dtype=bool))


def _hours_model(week: Week, *, patterned: bool) -> Model:
    """Whether a course meets in a period and on a day, and the hours of a curriculum's day."""
    courses, periods = week.opens.shape
    curricula, hours = week.inside.shape[1], week.hours
    lectures = np.bincount(week.course, minlength=courses).astype(float)
    meets = np.arange(courses * periods).reshape(courses, periods)
    on_day = courses * periods + np.arange(courses * week.days).reshape(courses, week.days)
    missing = courses * (periods + week.days) + np.arange(courses)
    first = int(missing[-1]) + 1 if courses else 0
    rows = Rows()
    every = np.ones(courses * periods)
    rows.add(np.repeat(np.arange(courses), periods), meets.ravel(), every, lectures, lectures)
    rooms = np.full(periods, float(week.short.shape[1]))
    rows.add(np.tile(np.arange(periods), courses), meets.ravel(), every, np.zeros(periods), rooms)
    for c in range(courses):
        for d in range(week.days):
            column = np.append(meets[c, d * hours : (d + 1) * hours], on_day[c, d])
            rows.add_one(column, np.append(np.ones(hours), -1.0), 0.0, np.inf)
        column = np.append(on_day[c], missing[c])
        rows.add_one(column, np.ones(len(column)), float(week.least[c]), np.inf)
    for clique in _cliques(week):
        for t in range(periods):
            rows.add_one(meets[clique, t], np.ones(len(clique)), -np.inf, 1.0)
    masks = len(week.alone) if patterned else hours
    cost: list[float] = []
    for q in range(curricula):
        its = np.flatnonzero(week.inside[:, q])
        if not len(its):
            continue
        for d in range(week.days):
            columns = first + len(cost) + np.arange(masks)
            for h in range(hours):
                t = d * hours + h
                if patterned:
                    there = columns[(np.arange(masks) >> h) & 1 == 1]
                    signs = np.concatenate([-np.ones(len(there)), np.ones(len(its))])
                    rows.add_one(np.concatenate([there, meets[its, t]]), signs, 0.0, 0.0)
                else:
                    beside = [t + by for by in (-1, 1) if 0 <= h + by < hours]
                    near = meets[its][:, beside].ravel()
                    column = np.concatenate([meets[its, t], near, columns[h : h + 1]])
                    signs = np.concatenate([np.ones(len(its)), -np.ones(len(near) + 1)])
                    rows.add_one(column, signs, -np.inf, 0.0)
            if patterned:
                rows.add_one(columns, np.ones(masks), 1.0, 1.0)
                cost.extend(week.alone.astype(float).tolist())
            else:
                cost.extend([float(week.alone[1])] * hours)
    head = np.zeros(first)
    head[missing] = DAY_COST
    high = np.concatenate([week.opens.ravel().astype(float), np.ones(on_day.size)])
    high = np.concatenate([high, week.least.astype(float), np.ones(len(cost))])
    whole = np.zeros(len(high), dtype=bool)
    whole[: courses * periods] = True
    return rows.model(np.concatenate([head, cost]), np.zeros(len(high)), high, whole)


def _cliques(week: Week) -> list["np.ndarray[tuple[int], np.dtype[np.int64]]"]:
    """Return sets of courses that never meet at once: each curriculum and rivals by teacher."""
    cliques = [np.flatnonzero(column) for column in week.inside.T]
    covered = (week.inside @ week.inside.T) > 0
    for c in range(len(week.least)):
        for other in np.flatnonzero(week.clashing[c]).tolist():
            if other > c and not covered[c, other]:
                clique = [c, other]
                for more in np.flatnonzero(week.clashing[c]).tolist():
                    if more not in clique and week.clashing[more, clique].all():
                        clique.append(more)
                covered[np.ix_(clique, clique)] = True
                cliques.append(np.array(sorted(clique)))
    return [each for each in cliques if len(each) > 1]
