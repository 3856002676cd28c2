"""What a host has agreed to: the states of an agreement, its dates, its hours a week. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple

from centres.errors import Refusal
from centres.language import Sentence


class AgreementState(StrEnum):
    """How far a host has come, from a name on a list to a centre that has closed."""

    PROSPECT = "prospect"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class IllegalAgreementStep(Refusal):
    """An agreement cannot go from its present state to that one."""


# A closed agreement stays closed: its dates and terms are evidence. A host who comes back signs a
# new one. A suspended one reopens, or ends.
TRANSITIONS: Mapping[AgreementState, tuple[AgreementState, ...]] = MappingProxyType(
    {
        AgreementState.PROSPECT: (AgreementState.NEGOTIATING, AgreementState.CLOSED),
        AgreementState.NEGOTIATING: (
            AgreementState.PROSPECT,
            AgreementState.AGREED,
            AgreementState.CLOSED,
        ),
        AgreementState.AGREED: (
            AgreementState.OPEN,
            AgreementState.SUSPENDED,
            AgreementState.CLOSED,
        ),
        AgreementState.OPEN: (AgreementState.SUSPENDED, AgreementState.CLOSED),
        AgreementState.SUSPENDED: (AgreementState.OPEN, AgreementState.CLOSED),
        AgreementState.CLOSED: (),
    }
)


_WORDS = {
    AgreementState.PROSPECT: Sentence("envisagée"),
    AgreementState.NEGOTIATING: Sentence("en négociation"),
    AgreementState.AGREED: Sentence("signée"),
    AgreementState.OPEN: Sentence("en vigueur"),
    AgreementState.SUSPENDED: Sentence("suspendue"),
    AgreementState.CLOSED: Sentence("close"),
}


def next_states(state: AgreementState) -> tuple[AgreementState, ...]:
    """Return the states that may follow, in the order of the pipeline; none after closed."""
    return TRANSITIONS[state]


def require_transition(now: AgreementState, then: AgreementState) -> None:
    """Raise IllegalAgreementStep unless `then` may follow `now`; staying is no step."""
    allowed = next_states(now)
    if then not in allowed:
        if not allowed:
            said = Sentence("Une convention close le reste : signez-en une nouvelle.")
        else:
            said = Sentence(
                "Une convention {now} ne devient pas {then} ; elle peut devenir {choices}.",
                now=_WORDS[now],
                then=_WORDS[then],
                choices=reduce(_or, [_WORDS[each] for each in allowed]),
            )
        raise IllegalAgreementStep(said, field="state")


def _or(some: Sentence, more: Sentence) -> Sentence:
    return Sentence("{some} ou {more}", some=some, more=more)


def allows_slots(state: AgreementState) -> bool:
    """Return whether a host may publish slots: from the signature on, and not while suspended."""
    return state in (AgreementState.AGREED, AgreementState.OPEN)


def covers(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Return whether an agreement is in force on `day`; both its dates count, None is no end."""
    return starts_on <= day and (ends_on is None or day <= ends_on)


class IsoWeek(NamedTuple):
    """A week from Monday to Sunday, numbered as in ISO 8601."""

    year: int
    week: int


def hours_used_per_week(slots: Iterable[tuple[datetime, datetime]]) -> dict[IsoWeek, float]:
    """Return hours by week, weeks ascending, of slots given as (start, end) on the wall clock.

    Two rooms in use at once count twice, for the host lights and cleans both. A slot that runs
    past Sunday midnight is shared between its weeks.
    """
    used: defaultdict[IsoWeek, timedelta] = defaultdict(timedelta)
    for starts_wall, ends_wall in slots:
        start = starts_wall
        while start < ends_wall:
            next_monday = datetime.combine(
                start.date() + timedelta(days=7 - start.weekday()), time(0)
            )
            end = min(ends_wall, next_monday)
            year, week, _ = start.isocalendar()
            used[IsoWeek(year, week)] += end - start
            start = end
    return {week: used[week] / timedelta(hours=1) for week in sorted(used)}


def weeks_over(
    hours_a_week: float | None, slots: Iterable[tuple[datetime, datetime]]
) -> list[IsoWeek]:
    """Return the weeks, ascending, in which slots take more hours than agreed; None is no limit."""
    if hours_a_week is None:
        return []
    return [week for week, hours in hours_used_per_week(slots).items() if hours > hours_a_week]
