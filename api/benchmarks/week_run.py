"""The ctt family through the engine for weeks of lectures."""

from api.benchmarks.families import Effort, Family, Score, Solved
from api.benchmarks.files import Address
from api.benchmarks.week_files import read_lectures, read_week, write_week
from sessions.timetabling.curriculum.checker import audit_week
from sessions.timetabling.curriculum.instance import Course, LectureRoom, WeekInstance
from sessions.timetabling.curriculum.solve import solve_week

# So few that a quiet core is done before the clock: equal seeds then give equal answers. Where a
# machine is slower, chains cool faster instead of being cut.
MOVES_A_SECOND = 15_000_000


class WeekFamily:
    """Curriculum-based course timetabling."""

    def prepare(self) -> None:
        """Compile the moves, once for each machine: about 15 seconds."""
        tiny = WeekInstance("", 1, 2, (Course("a", "t", 1, 1, 1),), (LectureRoom("r", 1),), ())
        solve_week(tiny, seed=0, moves=1, spent=lambda: 0.0)

    def solve(self, address: Address, effort: Effort) -> Solved:
        """Return the answer of the solver."""
        answer = solve_week(
            read_week(address),
            seed=effort.seed,
            moves=int(effort.seconds * MOVES_A_SECOND),
            spent=effort.spent,
            chains=effort.workers,
        )
        text = write_week(answer.lectures)
        return Solved(text, answer.cost.total, answer.bound, answer.gap, answer.proven)

    def score(self, address: Address, text: str) -> Score:
        """Return what a solution is worth."""
        audit = audit_week(read_week(address), read_lectures(text))
        return Score(audit.cost.total, audit.broken)


FAMILIES: dict[str, Family] = {"ctt": WeekFamily()}
