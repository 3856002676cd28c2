"""One instance through the product's solver, under a clock, with what it took."""

import math
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from api.benchmarks.families import NUMBERED, WITH_CAPACITY, Effort, family
from api.benchmarks.files import Address, UnreadableInstance, read_address


class WrongScore(AssertionError):
    """A solution that the checker scores otherwise: a defect of ours, never of the instance."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The score of one run; `seconds` and `cpu_seconds` count reading the file as well,
    compiling what the machine has not compiled yet not. `peak_mb` adds to this process's peak, for
    each process beside it, that of the largest."""

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


class Stop:
    """Set by the first ctrl-C: the best answer so far is still wanted."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


@contextmanager
def stopping() -> Iterator[Stop]:
    """Turn ctrl-C into a flag for as long as the block runs."""
    stop = Stop()
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _only_scores_on_standard_output() -> Iterator[None]:
    """HiGHS greets on standard output, where only a score is awaited: nothing else gets there."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def address_for(name: str, instance: str) -> Address:
    """Return the address of an instance of family `name`. Raises UnreadableInstance."""
    address = read_address(instance)
    if address.problem is not None and name not in NUMBERED:
        raise UnreadableInstance(f"{instance}: a {name} file holds one problem; leave # out.")
    if address.capacity is not None and name not in WITH_CAPACITY:
        raise UnreadableInstance(f"{instance}: a {name} file has its own capacities; leave @ out.")
    return address


def measure(
    name: str, instance: str, *, seconds: float, seed: int, workers: int = 1
) -> tuple[Measured, str]:
    """Return the score of one instance in at most about `seconds`, and its solution file's text.

    Ctrl-C ends the run like the limit does. Raises the refusals of the reader and of the solver,
    and WrongScore where the checker finds another cost than the solver.
    """
    address = address_for(name, instance)
    kind = family(name)
    with _only_scores_on_standard_output(), stopping() as stop:
        kind.prepare()
        wall, processor = time.monotonic(), _processor_seconds()

        def spent() -> float:
            if stop.asked or seconds <= 0:
                return 2.0
            return (time.monotonic() - wall) / seconds

        solved = kind.solve(address, Effort(seconds, seed, spent, workers))
    took, worked = time.monotonic() - wall, _processor_seconds() - processor
    score = kind.score(address, solved.text)
    if score.broken or not math.isclose(score.cost, solved.cost, rel_tol=1e-6, abs_tol=1e-6):
        raise WrongScore(f"{instance}: {score.cost} and not {solved.cost}; {score.broken}")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    measured = Measured(
        family=name,
        instance=instance,
        cost=solved.cost,
        bound=solved.bound,
        gap=solved.gap,
        proven=solved.proven,
        seconds=round(took, 3),
        cpu_seconds=round(worked, 3),
        peak_mb=round((own + solved.processes * largest) / 1024, 1),
        seed=seed,
    )
    return measured, solved.text


def _processor_seconds() -> float:
    """Return the processor time of this process and of the workers that have ended."""
    used = [resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
