"""What a host typed, turned into dated periods of the wall clock. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from centres.language import Sentence
from centres.zones import WallTimeExpected
from sessions.publishing_context import ProposedSlot
from sessions.recurrence import MOST_DATES, Rule, RuleTooLong, RuleYieldsNothing, occurrences
from sessions.refusals import SlotEndsBeforeItStarts, SlotLengthNotAllowed

SHORTEST_MINUTES = 15
LONGEST_MINUTES = 24 * 60


def proposed_dates(
    *,
    rule: Rule | None,
    first_date: date | None,
    added: Collection[date] = (),
    excluded: Collection[date] = (),
) -> list[date]:
    """Return the dates of a rule with those added and without those excluded, ascending.

    Without a rule the added dates are all there is. Raises RuleYieldsNothing, also for a rule
    without its first date, and RuleTooLong for more than 500 dates.
    """
    if rule is not None and first_date is not None:
        return occurrences(rule, first_date, added, excluded)
    dates = sorted(set(added) - set(excluded))
    if rule is not None or not dates:
        raise RuleYieldsNothing(Sentence("Donnez au moins une date."), field="first_date")
    if len(dates) > MOST_DATES:
        raise RuleTooLong(
            Sentence("Publiez au plus {limit} dates à la fois.", limit=MOST_DATES), field="added"
        )
    return dates


def proposed_slots(dates: Sequence[date], starts: time, minutes: int) -> list[ProposedSlot]:
    """Return one proposed slot per date, from `starts` on the wall clock for `minutes`.

    Raises WallTimeExpected for a time with an offset or seconds, SlotEndsBeforeItStarts and
    SlotLengthNotAllowed.
    """
    if starts.tzinfo is not None:
        raise WallTimeExpected(
            f"{starts.isoformat()} carries an offset: give the time on the centre's wall clock"
            " alone.",
            field="starts",
        )
    if starts.second or starts.microsecond:
        raise WallTimeExpected(
            Sentence("Donnez l'heure à la minute près, sans secondes."), field="starts"
        )
    require_length(minutes)
    length = timedelta(minutes=minutes)
    begins = [datetime.combine(day, starts) for day in dates]
    return [ProposedSlot(each, each + length) for each in begins]


def require_length(minutes: int) -> None:
    """Raise SlotEndsBeforeItStarts or SlotLengthNotAllowed unless a slot may last so long."""
    if minutes <= 0:
        raise SlotEndsBeforeItStarts(Sentence("La fin doit venir après le début."), field="minutes")
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise SlotLengthNotAllowed(
            Sentence(
                "Un créneau dure de {least} minutes à {most} heures.",
                least=SHORTEST_MINUTES,
                most=LONGEST_MINUTES // 60,
            ),
            field="minutes",
        )
