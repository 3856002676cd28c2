"""Shell: what was expected of the sites of a plan, beside what really happens there."""

from dataclasses import dataclass
from datetime import datetime

from centres.planning.prospects import Prospect, list_prospects
from sessions.demand import RealUse, real_use


@dataclass(frozen=True, slots=True)
class Reality:
    """One site: what was expected, and its real use of the last 90 days once it is open."""

    prospect: Prospect
    use: RealUse | None

    @property
    def share(self) -> float | None:
        """Real learners as a share of those expected; None until the centre is open."""
        if self.use is None or not self.prospect.expected_learners:
            return None
        return self.use.learners / self.prospect.expected_learners


async def plan_reality(*, scenario_id: int, now: datetime) -> list[Reality]:
    """Return each site of a scenario that entered the pipeline, by when it did."""
    prospects = await list_prospects(scenario_id=scenario_id)
    used = await real_use(centres=[each.centre for each in prospects], now=now)
    return [
        Reality(each, used.get(each.centre) if each.centre_state == "open" else None)
        for each in prospects
    ]
