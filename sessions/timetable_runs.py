"""Shell: how far the making of a timetable is, told to whoever asks, and stopped by whoever may.

The worker writes what its search says once a second and looks whether it should end. Pages, API and
command line read the same row, so that it does not matter where the search runs.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from centres.db import atomic, rows
from centres.language import Sentence
from sessions.lifecycle import TimetableState
from sessions.refusals import TimetableNotBeingMade
from sessions.timetables import lock_timetable

TELL_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is: the country (ISO 3166) being solved, the best cost and the bound so far of
    all countries, in points, how many of the countries are done, and what the search is at.
    """

    country: str
    best: float
    bound: float
    done: int
    of: int
    phase: str | None = None

    @property
    def gap(self) -> float:
        """The share of the best cost that is not proven necessary, 0 to 1."""
        return max(0.0, (self.best - self.bound) / self.best) if self.best > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """What is stored of a run; `derived_from` is the draft that this one repairs, if any.

    `advised` says whether the remedies of the draft have been weighed.
    """

    step: Step | None
    stop_asked: bool
    stopped: bool
    derived_from: int | None
    advised: bool


async def begin_run(timetable_id: int, *, derived_from: int | None = None) -> None:
    """Store that a timetable is to be made, in the caller's transaction."""
    await rows(
        "INSERT INTO timetable_run (timetable, done, stopped, derived_from)"
        " VALUES ($1, 0, false, $2)",
        timetable_id,
        derived_from,
    )


async def read_run(*, timetable_id: int, of: int) -> Run:
    """Return how far a timetable of `of` countries is; one without a row has told nothing."""
    found = await rows(
        """SELECT country, phase, best, bound, done, told_at, stop_asked_at, stopped, derived_from,
                  advised_at FROM timetable_run WHERE timetable = $1""",
        timetable_id,
    )
    if not found:
        return Run(None, stop_asked=False, stopped=False, derived_from=None, advised=False)
    row = found[0]
    step = None
    if row["told_at"] is not None:
        step = Step(row["country"], row["best"], row["bound"], row["done"], of, row["phase"])
    return Run(
        step,
        stop_asked=row["stop_asked_at"] is not None,
        stopped=row["stopped"],
        derived_from=row["derived_from"],
        advised=row["advised_at"] is not None,
    )


async def ask_to_stop(*, timetable_id: int, now: datetime) -> None:
    """End the search for a timetable soon; the best found by then becomes the draft.

    Asking twice changes nothing. Raises TimetableNotFound, and TimetableNotBeingMade for one that
    neither waits nor is being solved.
    """
    async with atomic():
        asked = await lock_timetable(timetable_id=timetable_id)
        if asked.state not in (TimetableState.QUEUED, TimetableState.SOLVING):
            raise TimetableNotBeingMade(
                Sentence("Le planning {number} n'est pas en cours de calcul.", number=timetable_id)
            )
        await rows(
            """INSERT INTO timetable_run (timetable, done, stopped, stop_asked_at)
               VALUES ($1, 0, false, $2) ON CONFLICT ON CONSTRAINT timetable_has_one_run
               DO UPDATE SET stop_asked_at = coalesce(timetable_run.stop_asked_at, $2)""",
            timetable_id,
            now,
        )


class Watch:
    """Keeps the latest step of a run, and whether it should stop. Safe to call from threads."""

    def __init__(self, timetable_id: int) -> None:
        """Begin without a step."""
        self.timetable_id = timetable_id
        self.stopped = Event()
        self._latest: Step | None = None
        self._told: Step | None = None

    def take(self, step: Step) -> None:
        """Keep a step, to be stored with the next beat."""
        self._latest = step

    async def beat(self) -> None:
        """Store the latest step if it is new, and learn whether somebody asked for the end."""
        step = self._latest
        if step is not None and step is not self._told:
            self._told = step
            await rows(
                """UPDATE timetable_run SET country = $2, phase = $3, best = $4, bound = $5,
                          done = $6, told_at = now() WHERE timetable = $1""",
                self.timetable_id,
                step.country,
                step.phase,
                step.best,
                min(step.bound, step.best),
                step.done,
            )
        asked = await rows(
            "SELECT 1 FROM timetable_run WHERE timetable = $1 AND stop_asked_at IS NOT NULL",
            self.timetable_id,
        )
        if asked:
            self.stopped.set()


@asynccontextmanager
async def watching(timetable_id: int) -> AsyncIterator[Watch]:
    """Give a watch whose steps are stored once a second while the block runs, and at its end."""
    watch = Watch(timetable_id)
    await watch.beat()

    async def keep_telling() -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_SECONDS)
            await watch.beat()

    telling = asyncio.create_task(keep_telling())
    try:
        yield watch
    finally:
        telling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await telling
    await watch.beat()
