"""Pure: what follows from staying away without a word, by a policy that everybody can read.

Absences in a row count; coming once ends the row, an excuse neither counts nor ends it. Nobody is
ever excluded: after the last step the learner still has the page on which to take seats one by one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from sessions.attendance.marks import Value

MOST = 20


class Step(StrEnum):
    """What is done about it."""

    WARN = "warn"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Policy:
    """After how many absences in a row; `release_after` None releases no seats, ever."""

    warn_after: int = 2
    release_after: int | None = 3

    def __post_init__(self) -> None:
        """Refuse what the table would refuse."""
        if not 1 <= self.warn_after <= MOST or not (
            self.release_after is None or self.warn_after < self.release_after <= MOST
        ):
            raise ValueError("a warning comes first")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one meetup; `value` is None while nobody knows."""

    meetup: int
    value: Value | None


@dataclass(frozen=True, slots=True)
class Owed:
    """The step that is due, the absence that led to it, and how many there are in a row."""

    step: Step
    meetup: int
    absences: int


def step_owed(
    policy: Policy, outcomes: Iterable[Outcome], taken: Collection[tuple[int, Step]]
) -> Owed | None:
    """Return the step due to one learner, None for none.

    `outcomes` begin with the latest meetup; `taken` are the steps taken before, by the absence
    that led to them. A step is taken once in a row of absences; the later one makes the earlier
    one needless.
    """
    absent: list[int] = []
    for each in outcomes:
        if each.value is not None and each.value.came:
            break
        if each.value is Value.ABSENT:
            absent.append(each.meetup)
    done = {step for meetup, step in taken if meetup in absent}
    count = len(absent)
    if policy.release_after is not None and count >= policy.release_after:
        step = Step.RELEASE
    elif count >= policy.warn_after:
        step = Step.WARN
    else:
        return None
    if step in done or Step.RELEASE in done:
        return None
    return Owed(step, absent[0], count)
