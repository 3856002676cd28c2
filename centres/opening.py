"""Weekly opening hours minus closures: when a centre is open, on its own wall clock. Pure.

Everything here is naive: a school that opens at eight opens at eight, whatever the clocks do.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from centres.errors import InvalidInput
from centres.language import Sentence
from centres.zones import require_wall_time

MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)


class UnusableOpeningHours(InvalidInput):
    """These opening hours cannot be kept."""


@dataclass(frozen=True, slots=True, order=True)
class OpeningHours:
    """One stretch of the week, from `opens` until just before `closes`; Monday is weekday 0.

    A day may have several. Python and a clock face know no 24:00, so `closes` at 00:00 means the
    end of the day, and 00:00 to 00:00 the whole of it. Hours past midnight are two stretches.
    """

    weekday: int
    opens: time
    closes: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise UnusableOpeningHours(
                Sentence(
                    "Le jour {weekday} n'existe pas : lundi est 0 et dimanche 6.",
                    weekday=self.weekday,
                ),
                field="weekday",
            )
        for name, clock in (("opens", self.opens), ("closes", self.closes)):
            require_wall_time(clock, field=name)
        if self.closes != MIDNIGHT and self.closes <= self.opens:
            raise UnusableOpeningHours(
                Sentence(
                    "De {opens} à {closes} : la fermeture doit suivre l'ouverture. Donnez au"
                    " lendemain les heures après minuit.",
                    opens=self.opens,
                    closes=self.closes,
                ),
                field="closes",
            )

    @classmethod
    def from_minutes(cls, weekday: int, opens_minute: int, closes_minute: int) -> Self:
        """Return the hours between two counts of minutes after midnight, the later up to 1440.

        Raises UnusableOpeningHours for a count outside the day or a stretch that is not one.
        """
        for name, minute, most in (
            ("opens_minute", opens_minute, 1439),
            ("closes_minute", closes_minute, 1440),
        ):
            if not 0 <= minute <= most:
                raise UnusableOpeningHours(
                    Sentence("Donnez un nombre de {least} à {most}.", least=0, most=most),
                    field=name,
                )
        if closes_minute <= opens_minute:
            raise UnusableOpeningHours(
                Sentence("La fermeture doit suivre l'ouverture."), field="closes_minute"
            )
        return cls(weekday, _clock(opens_minute), _clock(closes_minute % 1440))

    def on(self, day: date) -> "OpenPeriod":
        """Return these hours on one date, whatever its weekday."""
        ends_on = day + ONE_DAY if self.closes == MIDNIGHT else day
        return OpenPeriod(datetime.combine(day, self.opens), datetime.combine(ends_on, self.closes))


@dataclass(frozen=True, slots=True, order=True)
class OpenPeriod:
    """A stretch of wall clock, naive, from `starts_wall` until just before `ends_wall`."""

    starts_wall: datetime
    ends_wall: datetime


def open_periods(
    hours: Iterable[OpeningHours], closures: Collection[date], first_date: date, last_date: date
) -> list[OpenPeriod]:
    """Return when a centre is open from `first_date` to `last_date`, both included, ascending.

    Stretches that touch or overlap come as one, across midnight too. A closure takes its whole
    date away. Nothing comes back if the dates run backwards.
    """
    weekly = sorted(hours)
    merged: list[OpenPeriod] = []
    for number in range((last_date - first_date).days + 1):
        day = first_date + timedelta(days=number)
        if day in closures:
            continue
        for stretch in weekly:
            if stretch.weekday != day.weekday():
                continue
            period = stretch.on(day)
            if merged and period.starts_wall <= merged[-1].ends_wall:
                last = merged.pop()
                period = OpenPeriod(last.starts_wall, max(last.ends_wall, period.ends_wall))
            merged.append(period)
    return merged


def is_open(
    hours: Iterable[OpeningHours],
    starts_wall: datetime,
    ends_wall: datetime,
    closures: Collection[date] = (),
) -> bool:
    """Return whether a centre is open for the whole of a stretch of its wall clock.

    A centre without hours is never open. Raises WallTimeExpected if a time carries an offset.
    """
    for name, wall in (("starts_at", starts_wall), ("ends_at", ends_wall)):
        require_wall_time(wall, field=name)
    return any(
        period.starts_wall <= starts_wall and ends_wall <= period.ends_wall
        for period in open_periods(hours, closures, starts_wall.date(), ends_wall.date())
    )


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)
