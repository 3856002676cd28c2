"""One instance through the product's solver, under a clock, with what it took."""

import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from api.benchmarks.files import read_address
from api.benchmarks.siting_files import FAMILIES, Solution
from centres.siting.solve import solve


@dataclass(frozen=True, slots=True)
class Measured:
    """The score of one run; `seconds` and `cpu_seconds` count reading the file as well."""

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
    wall, processor = time.monotonic(), time.process_time()
    kind = FAMILIES[family]
    with _stopping() as stop:
        problem = kind.read(read_address(instance))
        answer = solve(
            problem,
            seed=seed,
            keep_going=lambda: not stop.asked and time.monotonic() - wall < seconds,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    measured = Measured(
        family=family,
        instance=instance,
        cost=answer.cost,
        bound=answer.bound,
        gap=answer.gap,
        proven=answer.proven,
        seconds=round(time.monotonic() - wall, 3),
        cpu_seconds=round(time.process_time() - processor, 3),
        peak_mb=round(peak, 1),
        seed=seed,
    )
    return measured, kind.write(problem, answer)
