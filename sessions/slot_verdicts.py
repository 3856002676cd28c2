"""What stands in the way of each date that a host wants to publish. Pure.

A host sees every date of a rule with its verdict before anything is stored. A verdict collects
findings, worst first. Only a holiday may be published on, when the host does so on purpose; a day
that may turn out to be a holiday, once the moon is sighted, is a warning and refuses nothing.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, StrEnum

from centres.agreement import IsoWeek, allows_slots, covers, hours_used_per_week
from centres.language import Language, Sentence
from centres.opening import is_open
from centres.zones import WallTimeDoesNotExist, to_instant
from sessions.publishing_context import (
    AgreedTerms,
    ExistingSlot,
    ProposedSlot,
    PublishingContext,
)

_DAY = timedelta(days=1)


class Force(Enum):
    """How far a finding stands in the way."""

    REFUSED = "cannot be published"
    UNLESS_ON_PURPOSE = "published only when the host chooses this date on purpose"
    WARNING = "may be published; the host should know"


class VerdictKind(StrEnum):
    """What was found about a date, worst first."""

    IN_THE_PAST = "in_the_past"
    WALL_TIME_DOES_NOT_EXIST = "wall_time_does_not_exist"
    OUTSIDE_AGREEMENT = "outside_agreement"
    OVERLAPS = "overlaps"
    OVERLAPS_ANOTHER_DATE_OF_THIS_RULE = "overlaps_another_date_of_this_rule"
    CLOSED = "closed"
    OUTSIDE_OPENING_HOURS = "outside_opening_hours"
    OVER_AGREED_HOURS = "over_agreed_hours"
    HOLIDAY = "holiday"
    PERHAPS_HOLIDAY = "perhaps_holiday"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a date, how far it stands in the way, and the words for it.

    `slot_id` is the slot in the way, where there is one.
    """

    kind: VerdictKind
    force: Force
    sentence: Sentence
    slot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A proposed slot and its findings, worst first; none means that nothing is in the way."""

    slot: ProposedSlot
    findings: tuple[Finding, ...] = ()

    @property
    def kind(self) -> VerdictKind:
        """The worst finding's kind, or OK."""
        return self.findings[0].kind if self.findings else VerdictKind.OK

    @property
    def publishable(self) -> bool:
        """Whether it can be published as it stands, warnings or not."""
        return all(each.force is Force.WARNING for each in self.findings)

    @property
    def publishable_on_purpose(self) -> bool:
        """Whether it can be published once the host chooses its holiday on purpose."""
        return all(each.force is not Force.REFUSED for each in self.findings)

    def sentences(self, language: Language) -> list[str]:
        """Return what the host reads, worst first; never empty."""
        if not self.findings:
            return [Sentence("Rien ne s'y oppose.").in_language(language)]
        return [each.sentence.in_language(language) for each in self.findings]


def verdicts(occurrences: Sequence[ProposedSlot], context: PublishingContext) -> list[Verdict]:
    """Return one verdict per proposed slot, in the order given.

    Slots are judged in the order of their start, each against those before it that can be
    published: the later of two that overlap is at fault, and the agreed hours of a week, counted
    as in `centres.agreement`, go to the earlier dates.
    """
    room = sorted(
        (each for each in context.existing if each.in_same_room),
        key=lambda each: (each.starts_wall, each.id),
    )
    used = defaultdict(
        float, hours_used_per_week((each.starts_wall, each.ends_wall) for each in context.existing)
    )
    kept: list[ProposedSlot] = []
    judged: dict[int, Verdict] = {}
    for index in sorted(range(len(occurrences)), key=lambda i: occurrences[i].starts_wall):
        slot = occurrences[index]
        adds = hours_used_per_week([(slot.starts_wall, slot.ends_wall)])
        findings = (
            *_about_the_clock(slot, context),
            *_about_the_agreement(slot, context.agreement),
            *_about_other_slots(slot, room, kept),
            *_about_the_centre(slot, context),
            *_about_agreed_hours(adds, used, context.agreement),
            *_about_holidays(slot, context),
        )
        worst_first = sorted(findings, key=lambda each: _WORST.index(each.kind))
        judged[index] = Verdict(slot, tuple(worst_first))
        if judged[index].publishable:
            kept.append(slot)
            for week, hours in adds.items():
                used[week] += hours
    return [judged[index] for index in range(len(occurrences))]


_WORST = list(VerdictKind)


def _refused(kind: VerdictKind, sentence: Sentence, slot_id: int | None = None) -> Finding:
    return Finding(kind, Force.REFUSED, sentence, slot_id)


def _about_the_clock(slot: ProposedSlot, context: PublishingContext) -> Iterator[Finding]:
    for wall in (slot.starts_wall, slot.ends_wall):
        try:
            instant = to_instant(wall, context.zone)
        except WallTimeDoesNotExist:
            sentence = Sentence(
                "Le {day}, les horloges avancent et ne montrent jamais {hour}. Choisissez une"
                " autre heure.",
                day=wall.date(),
                hour=wall.time(),
            )
            yield _refused(VerdictKind.WALL_TIME_DOES_NOT_EXIST, sentence)
            return
        if wall == slot.starts_wall and instant <= context.now:
            sentence = Sentence("Ce moment est déjà passé.")
            yield _refused(VerdictKind.IN_THE_PAST, sentence)


def _about_the_agreement(slot: ProposedSlot, terms: AgreedTerms | None) -> Iterator[Finding]:
    if terms is None or not allows_slots(terms.state):
        sentence = Sentence(
            "Aucune convention n'est en vigueur pour ce centre. Demandez à la direction régionale."
        )
        yield _refused(VerdictKind.OUTSIDE_AGREEMENT, sentence)
    elif not all(
        covers(terms.starts_on, terms.ends_on, day)
        for day in (slot.starts_wall.date(), _last_day(slot))
    ):
        sentence = Sentence(
            "La convention va du {first} au {last} : cette date est en dehors.",
            first=terms.starts_on,
            last=terms.ends_on,
        )
        yield _refused(VerdictKind.OUTSIDE_AGREEMENT, sentence)


def _about_other_slots(
    slot: ProposedSlot, room: Sequence[ExistingSlot], kept: Sequence[ProposedSlot]
) -> Iterator[Finding]:
    for other in room:
        if not _overlap(slot, other):
            continue
        sentence = Sentence(
            "Cette salle est déjà proposée le {day}, de {start} à {end}. Choisissez une autre"
            " heure ou une autre salle.",
            **_period(other),
        )
        if other.meets:
            sentence = Sentence(
                "Cette salle est déjà prise le {day}, de {start} à {end}, par {meets}. Choisissez"
                " une autre heure ou une autre salle.",
                **_period(other),
                meets=other.meets,
            )
        yield _refused(VerdictKind.OVERLAPS, sentence, other.id)
    for earlier in kept:
        if _overlap(slot, earlier):
            sentence = Sentence(
                "Cette date chevauche une autre date de la même règle : le {day}, de {start} à"
                " {end}.",
                **_period(earlier),
            )
            yield _refused(VerdictKind.OVERLAPS_ANOTHER_DATE_OF_THIS_RULE, sentence)
            return


def _about_the_centre(slot: ProposedSlot, context: PublishingContext) -> Iterator[Finding]:
    for closed in context.closures:
        if closed.first_day <= _last_day(slot) and slot.starts_wall.date() <= closed.last_day:
            reason = closed.reason.rstrip(" .")
            sentence = Sentence(
                "Fermé du {first} au {last} : {reason}.",
                first=closed.first_day,
                last=closed.last_day,
                reason=reason,
            )
            if closed.first_day == closed.last_day:
                sentence = Sentence(
                    "Fermé le {day} : {reason}.", day=closed.first_day, reason=reason
                )
            yield _refused(VerdictKind.CLOSED, sentence)
    if not is_open(context.opening, slot.starts_wall, slot.ends_wall):
        today = [each for each in context.opening if each.weekday == slot.starts_wall.weekday()]
        sentence = Sentence("Le centre n'est pas ouvert pendant tout ce temps.")
        if not today:
            sentence = Sentence("Le centre n'ouvre pas ce jour de la semaine.")
        elif len(today) == 1:
            sentence = Sentence(
                "Ce jour-là, le centre ouvre à {opens} et ferme à {closes}.",
                opens=today[0].opens,
                closes=today[0].closes,
            )
        yield _refused(VerdictKind.OUTSIDE_OPENING_HOURS, sentence)


def _about_agreed_hours(
    adds: dict[IsoWeek, float], used: Mapping[IsoWeek, float], terms: AgreedTerms | None
) -> Iterator[Finding]:
    over = [
        used.get(week, 0) + hours
        for week, hours in adds.items()
        if terms and used.get(week, 0) + hours > terms.hours_a_week
    ]
    if terms and over:
        sentence = Sentence(
            "La convention prévoit {agreed} h par semaine ; avec cette date, cette semaine-là en"
            " compterait {total}.",
            agreed=float(terms.hours_a_week),
            total=max(over),
        )
        yield _refused(VerdictKind.OVER_AGREED_HOURS, sentence)


def _about_holidays(slot: ProposedSlot, context: PublishingContext) -> Iterator[Finding]:
    first, last = slot.starts_wall.date(), _last_day(slot)
    for holiday in context.holidays:
        if holiday.tentative:
            if first - _DAY <= holiday.day <= last + _DAY:
                sentence = Sentence(
                    "Peut-être férié : {name}, attendu le {day}, à un jour près.",
                    name=holiday.names,
                    day=holiday.day,
                )
                yield Finding(VerdictKind.PERHAPS_HOLIDAY, Force.WARNING, sentence)
        elif first <= holiday.day <= last:
            chosen = holiday.day in context.on_purpose
            force = Force.WARNING if chosen else Force.UNLESS_ON_PURPOSE
            sentence = Sentence("Jour férié : {name}.", name=holiday.names)
            yield Finding(VerdictKind.HOLIDAY, force, sentence)


_Period = ProposedSlot | ExistingSlot


def _overlap(one: _Period, other: _Period) -> bool:
    # Both are in one room, so on one clock. In an hour that clocks show twice `to_instant` takes
    # the first, so wall times and instants order alike and comparing the former is enough.
    return one.starts_wall < other.ends_wall and other.starts_wall < one.ends_wall


def _period(slot: _Period) -> dict[str, object]:
    return {
        "day": slot.starts_wall.date(),
        "start": slot.starts_wall.time(),
        "end": slot.ends_wall.time(),
    }


def _last_day(slot: ProposedSlot) -> date:
    """The last day that the slot touches: one that ends at midnight does not touch the next."""
    return (slot.ends_wall - timedelta(microseconds=1)).date()
