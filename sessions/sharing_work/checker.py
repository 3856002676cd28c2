"""Pure: the audit of shared work, slowly and plainly, apart from what makes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sessions.sharing_work.problem import Work


@dataclass(frozen=True, slots=True)
class WorkAudit:
    """The total cost and a sentence for each broken rule."""

    cost: float
    broken: tuple[str, ...]


def audit_work(work: Work, agent: Sequence[int]) -> WorkAudit:
    """Return the audit of an agent (from 0) for each job."""
    if len(agent) != work.jobs:
        return WorkAudit(0.0, (f"{len(agent)} jobs are given of {work.jobs}.",))
    broken = [
        f"Job {job + 1} is given to agent {who + 1}, who does not exist."
        for job, who in enumerate(agent)
        if not 0 <= who < work.agents
    ]
    if broken:
        return WorkAudit(0.0, tuple(broken))
    for who in range(work.agents):
        carried = sum(float(work.load[who, job]) for job, a in enumerate(agent) if a == who)
        if carried > float(work.most[who]) * (1 + 1e-12):
            broken.append(f"Agent {who + 1} carries {carried:g} of {work.most[who]:g}.")
    cost = sum(float(work.cost[who, job]) for job, who in enumerate(agent))
    return WorkAudit(cost, tuple(broken))
