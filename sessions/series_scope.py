"""Which slots of a series a change reaches, and what becomes of the series' rule. Pure.

A host changes or cancels *this* date, *this and the following* ones, or *all*. What has begun and
what was cancelled stays as it is, whatever the scope: attendance and audit hang on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from centres.errors import Refusal
from centres.language import Sentence
from sessions.recurrence import Rule, RuleYieldsNothing, occurrences, rule_dates


class NothingToChange(Refusal):
    """Every date meant by this change has passed or was cancelled."""


class Scope(StrEnum):
    """How much of a series a change is meant for."""

    THIS = "this"
    THIS_AND_FOLLOWING = "this_and_following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class SeriesSlot:
    """A slot of one series; `starts_at` carries its offset."""

    id: int
    starts_at: datetime
    cancelled: bool = False


def affected_slots(
    scope: Scope, chosen_id: int, slots: Iterable[SeriesSlot], now: datetime
) -> list[SeriesSlot]:
    """Return the slots that a change reaches, ascending by start.

    `slots` are all of the chosen slot's series, itself included. Slots that have begun or were
    cancelled are never reached; a chosen slot that is past still says from where its following
    ones count. Raises NothingToChange when none is left, ValueError when the chosen one is absent.
    """
    series = sorted(slots, key=lambda each: (each.starts_at, each.id))
    chosen = next((each for each in series if each.id == chosen_id), None)
    if chosen is None:
        raise ValueError(f"slot {chosen_id} is not in its own series")
    meant = {
        Scope.THIS: [chosen],
        Scope.THIS_AND_FOLLOWING: [each for each in series if each.starts_at >= chosen.starts_at],
        Scope.ALL: series,
    }[scope]
    reached = [each for each in meant if each.starts_at > now and not each.cancelled]
    if not reached:
        raise NothingToChange(
            Sentence("Toutes ces dates sont passées ou déjà annulées : il n'y a rien à changer.")
        )
    return reached


@dataclass(frozen=True, slots=True)
class SeriesDates:
    """How the dates of a series come about: a rule from `first_date`, dates added and excluded."""

    rule: Rule
    first_date: date
    added: frozenset[date] = frozenset()
    excluded: frozenset[date] = frozenset()

    def dates(self) -> list[date]:
        """Return the dates, ascending; none is an empty list here. Raises RuleTooLong."""
        try:
            return occurrences(self.rule, self.first_date, self.added, self.excluded)
        except RuleYieldsNothing:
            return []

    def without(self, day: date) -> Self:
        """Return the series with one date excluded: what *this* leaves behind."""
        return replace(self, excluded=self.excluded | {day})

    def before(self, day: date) -> Self | None:
        """Return the series cut short before `day`, by an `until`, or None when nothing is left.

        What *this and following* leaves behind; with `day` the first date reached, also *all*.
        """
        last = day - timedelta(days=1)
        until = min(self.rule.until or last, last)
        # A count may end the rule sooner than the new last day does, and must still do so.
        ruled = list(rule_dates(self.rule, self.first_date)) if self.rule.count else []
        count = self.rule.count if ruled and ruled[-1] <= last else None
        cut = replace(
            self,
            rule=replace(self.rule, until=None if count else until, count=count),
            added=frozenset(each for each in self.added if each < day),
            excluded=frozenset(each for each in self.excluded if each < day),
        )
        return cut if cut.dates() else None

    def from_day(self, day: date) -> Self | None:
        """Return the rest of the series from `day` on, or None when no date is left.

        Its rule begins on a date of the old one, so that "every second week" keeps its weeks, and
        a count becomes what the dates before `day` have left of it.
        """
        added = frozenset(each for each in self.added if each >= day)
        excluded = frozenset(each for each in self.excluded if each >= day)
        for passed, each in enumerate(rule_dates(self.rule, self.first_date)):
            if each >= day:
                count = self.rule.count - passed if self.rule.count else None
                rest = replace(
                    self,
                    rule=replace(self.rule, count=count),
                    first_date=each,
                    added=added,
                    excluded=excluded,
                )
                return rest if rest.dates() else None
        left = sorted(added - excluded)
        if not left:
            return None
        # The rule is spent and added dates remain: it ends on the first of them, which, being
        # also added, comes out once whether or not the rule would give it.
        spent = replace(self.rule, until=left[0], count=None)
        return replace(self, rule=spent, first_date=left[0], added=added, excluded=excluded)
