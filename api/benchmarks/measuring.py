"""One instance through the product's solver, under a clock, with what it took."""

import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from types import FrameType

from api.benchmarks.files import Address, read_address
from api.benchmarks.meetup_run import solve_meetup
from api.benchmarks.scored import Scored
from api.benchmarks.siting_files import FAMILIES, Solution
from centres.siting.solve import solve

SOLVERS = {"meetup": solve_meetup}


@dataclass(frozen=True, slots=True)
class Measured:
    """The score of one run; `seconds` and `cpu_seconds` count reading the file as well.

    `peak_mb` adds to this process's peak, for each worker beside it, that of the largest worker.
    """

    family: str
    instance: str
    cost: float
    bound: float
    gap: float
    proven: bool
    seconds: float
    cpu_seconds: float
    peak_mb: float
    seed: int


class _Stop:
    """Set by the first ctrl-C: the best answer so far is still wanted."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


@contextmanager
def _stopping() -> Iterator[_Stop]:
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def measure(family: str, instance: str, *, seconds: float, seed: int) -> tuple[Measured, Solution]:
    """Return the score and the solution of one instance in at most about `seconds`.

    Ctrl-C ends the run like the limit does. Raises the refusals of the reader and of `solve`.
    """
    wall, processor = time.monotonic(), _processor_seconds()
    with _stopping() as stop:
        scored = SOLVERS.get(family, partial(_solve_siting, family))(
            read_address(instance),
            seconds=seconds,
            seed=seed,
            keep_going=lambda: not stop.asked and time.monotonic() - wall < seconds,
        )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    measured = Measured(
        family=family,
        instance=instance,
        cost=scored.cost,
        bound=scored.bound,
        gap=scored.gap,
        proven=scored.proven,
        seconds=round(time.monotonic() - wall, 3),
        cpu_seconds=round(_processor_seconds() - processor, 3),
        peak_mb=round((own + scored.workers * largest) / 1024, 1),
        seed=seed,
    )
    return measured, scored.solution


def _solve_siting(
    family: str, address: Address, *, seconds: float, seed: int, keep_going: Callable[[], bool]
) -> Scored:
    kind = FAMILIES[family]
    problem = kind.read(address)
    answer = solve(problem, seed=seed, keep_going=keep_going)
    return Scored(answer.cost, answer.bound, answer.gap, answer.proven, kind.write(problem, answer))


def _processor_seconds() -> float:
    """Return the processor time of this process and of the workers that have ended."""
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
