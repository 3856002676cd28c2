"""Shell: many independent tasks on other processes or machines, and what if one of them dies.

A pool of processes on this machine, or a Dask cluster where an address is given. A task is a
function at module level and a value; its result is the same wherever and however often it runs.
"""

import gc
import importlib
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing.synchronize import Event
from typing import TypeVar

from centres.errors import RendezvousError

Given = TypeVar("Given")
Result = TypeVar("Result")

ATTEMPTS = 3
LOOK = 0.2  # seconds between two looks at whether to go on


class WorkerLost(RendezvousError):
    """The processes that work out timetables keep dying: perhaps there is too little memory."""


class _Stopping:
    """In a worker: whether the tasks should hand in what they have."""

    event: Event | None = None

    @classmethod
    def asked(cls) -> bool:
        return cls.event is not None and cls.event.is_set()


def process_pool(workers: int, stop: Event | None = None) -> ProcessPoolExecutor:
    """Return a pool of processes that leave ctrl-C to this one.

    Forked while nothing else runs in this process, which is quick; else started afresh.
    """
    how = "fork" if threading.active_count() == 1 else "spawn"
    if how == "fork":
        gc.freeze()  # or each look for garbage would copy what they share
    context = multiprocessing.get_context(how)
    return ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(stop,))


@contextmanager
def dask_executor(address: str) -> Iterator[Executor]:
    """Lend an executor on the Dask cluster at this address, which needs `distributed`.

    Its connection is closed afterwards: left open, it would go on looking for a cluster that ended.
    """
    distributed = importlib.import_module("distributed")
    with distributed.Client(address, set_as_default=False) as client:
        executor: Executor = client.get_executor()
        with executor:
            yield executor


def run_all(
    function: Callable[..., Result],
    tasks: Sequence[Given],
    *,
    workers: int = 2,
    dask: str | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> list[Result]:
    """Return the result of each task, in the order of the tasks.

    `function` takes a task and, by the name `is_stopped`, a call that says when to hand in what it
    has. The tasks of a worker that was killed are done again, by new workers if need be. Raises
    WorkerLost if that happens three times over.
    """
    done: dict[int, Result] = {}
    for _ in range(ATTEMPTS):
        left = [i for i in range(len(tasks)) if i not in done]
        if not left:
            break
        if dask is not None:
            with dask_executor(dask) as executor:
                futures = {executor.submit(function, tasks[i]): i for i in left}
                _collect(futures, done, lambda: None, keep_going)
            continue
        stop = multiprocessing.get_context("spawn").Event()
        with process_pool(min(workers, len(left)), stop) as pool:
            futures = {pool.submit(partial(_stoppable, function), tasks[i]): i for i in left}
            _collect(futures, done, stop.set, keep_going)
    if len(done) < len(tasks):
        raise WorkerLost(
            f"{len(tasks) - len(done)} of {len(tasks)} tasks lost their worker {ATTEMPTS} times."
        )
    return [done[i] for i in range(len(tasks))]


def _collect(
    futures: dict[Future[Result], int],
    done: dict[int, Result],
    stop: Callable[[], None],
    keep_going: Callable[[], bool],
) -> None:
    """Fill `done` with what the futures bring; those of a broken pool bring nothing."""
    waiting = set(futures)
    while waiting:
        ended, waiting = wait(waiting, timeout=LOOK, return_when=FIRST_COMPLETED)
        for future in ended:
            try:
                done[futures[future]] = future.result()
            except BrokenProcessPool:
                continue
            except Exception as error:
                if type(error).__name__ != "KilledWorker":
                    raise
        if not keep_going():
            stop()


def _begin(stop: Event | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Stopping.event = stop


def _stoppable(function: Callable[..., Result], task: Given) -> Result:
    return function(task, is_stopped=_Stopping.asked)
