"""The chosen set of instances with their published values and limits, and peers beside us.

The values and where they are from are in `published.csv`. Each instance runs in a process of its
own, so that the memory shown is that of one instance.
"""

import csv
import importlib.util
import multiprocessing
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TypeVar

from api.benchmarks.families import MODULES
from api.benchmarks.files import read_address
from api.benchmarks.measuring import Measured, measure
from api.benchmarks.siting_files import read_pmed
from centres.errors import Refusal

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Entry:
    """One instance: its family, its file in the folder, what is published by whom, our limit."""

    family: str
    file: str
    best: float
    seconds: float
    source: str


@dataclass(frozen=True, slots=True)
class Peer:
    """What another program reached, and in how many seconds; `cost` None: nothing."""

    name: str
    cost: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """What is published, what we reached (None: nothing, for the reason `refused`), and the peer
    where one is installed and can.
    """

    entry: Entry
    ours: Measured | None
    peer: Peer | None
    refused: str = ""


def published() -> list[Entry]:
    """Return the whole set, small families first."""
    text = resources.files("api.benchmarks").joinpath("published.csv").read_text("utf-8")
    return [
        Entry(
            each["family"],
            each["file"],
            float(each["best"]),
            float(each["seconds"]),
            each["source"],
        )
        for each in csv.DictReader(text.splitlines())
        if each["family"] in MODULES
    ]


def entries(folder: Path, families: Collection[str] = ()) -> list[Entry]:
    """Return the instances of these families (none: all) whose files are in `folder`."""
    return [
        each
        for each in published()
        if (not families or each.family in families)
        and read_address(str(folder / each.file)).path.exists()
    ]


def missing(folder: Path, families: Collection[str] = ()) -> list[str]:
    """Return the families wanted of which no file is in `folder`."""
    there = {each.family for each in entries(folder, families)}
    return [each for each in MODULES if (not families or each in families) and each not in there]


def run(
    folder: Path,
    *,
    families: Collection[str] = (),
    seconds: float | None = None,
    limits: Mapping[str, float] | None = None,
    seed: int,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Row]:
    """Yield one row after another until `stopped`.

    `seconds` replaces each entry's limit, `limits` that of a family. An instance that is refused
    or without an answer in its time has a row that says so.
    """
    for entry in entries(folder, families):
        if stopped():
            return
        instance = str(folder / entry.file)
        limit = (limits or {}).get(entry.family, entry.seconds if seconds is None else seconds)
        try:
            measured = _apart(_ours, entry.family, instance, limit, seed)
        except Refusal as refusal:
            yield Row(entry, None, None, refusal.detail)
            continue
        peer = None
        if entry.family == "pmed" and _installed("spopt", "pulp") and not stopped():
            peer = _apart(_spopt, instance, limit)
        yield Row(entry, measured, peer)


def _apart(work: Callable[..., _Result], *arguments: object) -> _Result:
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=fresh) as pool:
        return pool.submit(work, *arguments).result()


def _ours(family: str, instance: str, seconds: float, seed: int) -> Measured:
    return measure(family, instance, seconds=seconds, seed=seed)[0]


def _installed(*names: str) -> bool:
    return all(importlib.util.find_spec(each) is not None for each in names)


def _spopt(instance: str, seconds: float) -> Peer:
    """Return what spopt with HiGHS reaches on a p-median, and how long it took."""
    pulp = importlib.import_module("pulp")
    locate = importlib.import_module("spopt.locate")
    problem = read_pmed(read_address(instance))
    start = time.monotonic()
    model = locate.PMedian.from_cost_matrix(
        problem.distances, problem.learners, p_facilities=problem.p
    )
    model.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=1))
    # Its status says "Optimal" of a run that was cut short, so only the value is shown.
    value = pulp.value(model.problem.objective)
    cost = None if value is None else float(value)
    return Peer("spopt", cost, round(time.monotonic() - start, 2))
