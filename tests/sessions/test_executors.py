"""Tasks on other processes and machines: a killed worker's tasks are done again, or it says so."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from sessions.executors import WorkerLost, run_all


def square(task: int, is_stopped: Callable[[], bool] = bool) -> int:
    """Return the square."""
    return task * task


def dies_once(task: tuple[str, int], is_stopped: Callable[[], bool] = bool) -> int:
    """Return the number, unless nobody has died yet: then this worker is the one."""
    folder, number = task
    mark = Path(folder) / "died"
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def dies_always(task: int, is_stopped: Callable[[], bool] = bool) -> int:
    """Return nothing, ever."""
    os.kill(os.getpid(), signal.SIGKILL)
    return task


def waits_until_stopped(task: int, is_stopped: Callable[[], bool] = bool) -> int:
    """Return the task once somebody asks for what there is."""
    while not is_stopped():
        pass
    return task


def test_results_come_in_the_order_of_the_tasks_for_any_number_of_workers() -> None:
    for workers in (1, 2, 3):
        assert run_all(square, [3, 1, 2], workers=workers) == [9, 1, 4]


def test_the_tasks_of_a_killed_worker_are_done_again(tmp_path: Path) -> None:
    tasks = [(str(tmp_path), number) for number in range(4)]

    assert run_all(dies_once, tasks) == [0, 1, 2, 3]
    assert (tmp_path / "died").exists()


def test_workers_that_keep_dying_are_given_up_with_a_sentence() -> None:
    with pytest.raises(WorkerLost, match="1 of 1 tasks lost their worker 3 times"):
        run_all(dies_always, [1])


def test_asking_to_stop_brings_in_what_each_task_has() -> None:
    assert run_all(waits_until_stopped, [1, 2], keep_going=lambda: False) == [1, 2]


@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_does_the_same_and_survives_a_killed_worker(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, processes=True
    )
    tasks = [(str(tmp_path), number) for number in range(4)]
    with cluster:
        assert run_all(square, [3, 1, 2], dask=cluster.scheduler_address) == [9, 1, 4]
        assert run_all(dies_once, tasks, dask=cluster.scheduler_address) == [0, 1, 2, 3]
