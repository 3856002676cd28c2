"""The gap family through the rule that shares work. Profits are shown above 0, as published."""

import json

from api.benchmarks.families import Effort, Family, Score, Solved
from api.benchmarks.files import Address
from api.benchmarks.work_files import is_profit, read_work, write_sharing
from sessions.sharing_work.checker import audit_work
from sessions.sharing_work.solve import share


class WorkFamily:
    """Generalised assignment."""

    def prepare(self) -> None:
        """Do nothing: everything is loaded with this module."""

    def solve(self, address: Address, effort: Effort) -> Solved:
        """Return the answer of the solver; bound and cost change their sign for profits."""
        found = share(read_work(address), seed=effort.seed, keep_going=effort.keep_going)
        text = json.dumps(write_sharing(found)) + "\n"
        sign = -1.0 if is_profit(address) else 1.0
        return Solved(text, sign * found.cost, sign * found.bound, found.gap, found.proven)

    def score(self, address: Address, text: str) -> Score:
        """Return what a solution is worth."""
        agents = [int(each) - 1 for each in json.loads(text)["assign"]]
        audit = audit_work(read_work(address), agents)
        return Score(-audit.cost if is_profit(address) else audit.cost, audit.broken)


FAMILIES: dict[str, Family] = {"gap": WorkFamily()}
