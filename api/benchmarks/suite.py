"""The chosen set of instances with their published values and limits, and spopt beside us.

Values: OR-Library's lists (pmedopt, capopt, the header of pmedcap); SJC and p3038 as quoted in
the sources of the benchmark folder. Instances that are not there are left out.
"""

import importlib.util
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.benchmarks.files import read_address
from api.benchmarks.measuring import Measured, measure
from api.benchmarks.siting_files import FAMILIES
from centres.siting.problem import SitingProblem

PMED = (
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255,
    7696, 6634, 4374, 2968, 1729, 8162, 6999, 4809, 2845, 1789,
    9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989,
    10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060, 9423, 5128,
)  # fmt: skip
SMALL_CAP = {
    "cap41": 1040444.375, "cap43": 1153000.450, "cap61": 932615.750, "cap63": 1014062.050,
    "cap71": 932615.750, "cap73": 1010641.450, "cap81": 838499.288, "cap83": 975889.563,
    "cap91": 796648.438, "cap93": 896617.538, "cap101": 796648.437, "cap103": 893782.112,
    "cap111": 826124.713, "cap113": 970567.750, "cap121": 793439.563, "cap123": 895302.325,
    "cap131": 793439.562, "cap133": 893076.712,
}  # fmt: skip
SJC = {"SJC1": 17288.99, "SJC3a": 45335.16, "SJC4a": 61925.51}
MEETUP = {"S1": (2315, 10), "S2": (1037, 10), "M1": (58040, 60)}  # a prototype's, and our limits
PMEDCAP = {1: 713, 3: 751, 5: 664, 7: 787, 9: 715, 11: 1006, 13: 1026, 15: 1091, 17: 1034, 19: 1031}


@dataclass(frozen=True, slots=True)
class Entry:
    """One instance: its family, its file in the folder, what is published, and our limit."""

    family: str
    file: str
    published: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """What is published, what we reached, and the peer where one is installed and can."""

    entry: Entry
    ours: Measured
    peer_cost: float | None
    peer_seconds: float | None


def entries(folder: Path) -> list[Entry]:
    """Return the instances of the set that are in `folder`, small families first."""
    wanted = [
        *(Entry("cap", f"cap/{name}.txt", value, 10) for name, value in SMALL_CAP.items()),
        *(
            Entry("pmedcap", f"pmedcap/pmedcap1_odd.txt#{at}", value, 20)
            for at, value in enumerate(PMEDCAP.values(), 1)
        ),
        *(Entry("pmed", f"pmed/pmed{at}.txt.gz", v, 30) for at, v in enumerate(PMED, 1)),
        *(Entry("cpmp", f"cpmp/{name}.dat", value, 60) for name, value in SJC.items()),
        *(Entry("meetup", f"meetup/{name}.json.gz", *them) for name, them in MEETUP.items()),
    ]
    return [each for each in wanted if read_address(str(folder / each.file)).path.exists()]


def run(folder: Path, *, seconds: float | None, seed: int) -> Iterator[Row]:
    """Yield one row after another; `seconds`, where given, replaces each limit."""
    for entry in entries(folder):
        instance = str(folder / entry.file)
        limit = entry.seconds if seconds is None else seconds
        measured, _ = measure(entry.family, instance, seconds=limit, seed=seed)
        cost, spent = None, None
        if entry.family == "pmed":
            cost, spent = _peer(FAMILIES["pmed"].read(read_address(instance)), limit)
        yield Row(entry, measured, cost, spent)


def _peer(problem: SitingProblem, seconds: float) -> tuple[float | None, float | None]:
    """Return what spopt with HiGHS reaches on a p-median, and how long it took."""
    if importlib.util.find_spec("spopt") is None or importlib.util.find_spec("pulp") is None:
        return None, None
    pulp = importlib.import_module("pulp")
    locate = importlib.import_module("spopt.locate")
    start = time.monotonic()
    model = locate.PMedian.from_cost_matrix(
        problem.distances, problem.learners, p_facilities=problem.p
    )
    model.solve(pulp.HiGHS(msg=False, timeLimit=seconds, threads=1))
    # Its status says "Optimal" of a run that was cut short, so only the value is shown.
    value = pulp.value(model.problem.objective)
    return (None if value is None else float(value)), round(time.monotonic() - start, 2)
