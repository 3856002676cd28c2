"""What a host reads beside each date before publishing."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centres.agreement import AgreementState
from centres.language import Language, Names
from centres.opening import OpeningHours
from sessions.publishing_context import (
    AgreedTerms,
    ClosedDays,
    ExistingSlot,
    HolidayOn,
    ProposedSlot,
    PublishingContext,
)
from sessions.slot_verdicts import Force, VerdictKind, verdicts

SATURDAY = date(2026, 12, 12)
CONTEXT = PublishingContext(
    zone="Africa/Dakar",
    now=datetime(2026, 11, 23, 8, tzinfo=UTC),
    agreement=AgreedTerms(AgreementState.OPEN, date(2026, 9, 1), date(2027, 6, 30), 12),
    opening=tuple(OpeningHours(weekday, time(8), time(18)) for weekday in range(6)),
)


def slot(day: date = SATURDAY, start: int = 9, hours: float = 3) -> ProposedSlot:
    starts = datetime.combine(day, time(start))
    return ProposedSlot(starts, starts + timedelta(hours=hours))


def existing(
    slot_id: int, day: date = SATURDAY, start: int = 9, hours: float = 3, **more: object
) -> ExistingSlot:
    period = slot(day, start, hours)
    return ExistingSlot(slot_id, period.starts_wall, period.ends_wall, **more)  # type: ignore[arg-type]


def kinds(proposed: ProposedSlot, context: PublishingContext) -> list[VerdictKind]:
    [verdict] = verdicts([proposed], context)
    return [each.kind for each in verdict.findings]


def words(proposed: ProposedSlot, context: PublishingContext) -> list[str]:
    [verdict] = verdicts([proposed], context)
    return verdict.sentences(Language.FR)


def test_nothing_stands_in_the_way_of_a_good_date() -> None:
    [verdict] = verdicts([slot()], CONTEXT)

    assert verdict.kind is VerdictKind.OK
    assert verdict.publishable
    assert verdict.sentences(Language.PT) == ["Nada o impede."]


def test_what_has_begun_cannot_be_offered() -> None:
    begun = replace(CONTEXT, now=datetime(2026, 12, 12, 9, tzinfo=UTC))

    assert words(slot(), begun) == ["Ce moment est déjà passé."]


def test_the_past_is_told_by_the_clock_of_the_centre() -> None:
    # 09:00 in Antananarivo is 06:00 in UTC.
    now = datetime(2026, 12, 12, 7, tzinfo=UTC)

    assert kinds(slot(), replace(CONTEXT, now=now)) == []
    assert kinds(slot(), replace(CONTEXT, now=now, zone="Indian/Antananarivo")) == [
        VerdictKind.IN_THE_PAST
    ]


def test_an_hour_that_clocks_skip_cannot_be_offered() -> None:
    cairo = replace(
        CONTEXT,
        zone="Africa/Cairo",
        opening=(OpeningHours(4, time(0), time(0)),),
    )

    found = words(slot(date(2027, 4, 30), 0, 3), cairo)

    assert found == [
        "Le vendredi 30 avril 2027, les horloges avancent et ne montrent jamais 0 h."
        " Choisissez une autre heure."
    ]


@pytest.mark.parametrize("state", ["prospect", "negotiating", "suspended", "closed"])
def test_no_slot_without_an_agreement_in_force(state: str) -> None:
    assert CONTEXT.agreement is not None
    terms = replace(CONTEXT.agreement, state=AgreementState(state))

    assert kinds(slot(), replace(CONTEXT, agreement=terms)) == [VerdictKind.OUTSIDE_AGREEMENT]


def test_no_slot_without_any_agreement() -> None:
    assert words(slot(), replace(CONTEXT, agreement=None)) == [
        "Aucune convention n'est en vigueur pour ce centre. Demandez à la direction régionale."
    ]


def test_the_last_day_of_the_agreement_counts_and_the_next_does_not() -> None:
    assert CONTEXT.agreement is not None
    terms = replace(CONTEXT.agreement, ends_on=SATURDAY)
    all_night = tuple(OpeningHours(day, time(0), time(0)) for day in range(7))
    context = replace(CONTEXT, agreement=terms, opening=all_night)

    assert kinds(slot(start=21, hours=3), context) == []
    assert words(slot(start=21, hours=4), context) == [
        "La convention va du mardi 1er septembre 2026 au samedi 12 décembre 2026 : cette date"
        " est en dehors."
    ]


def test_a_taken_room_says_when_and_by_whom() -> None:
    context = replace(CONTEXT, existing=(existing(7, start=9, hours=2, meets="Data 3"),))

    [verdict] = verdicts([slot(start=10)], context)

    assert verdict.findings[0].slot_id == 7
    assert not verdict.publishable_on_purpose
    assert verdict.sentences(Language.FR) == [
        "Cette salle est déjà prise le samedi 12 décembre 2026, de 9 h à 11 h, par Data 3."
        " Choisissez une autre heure ou une autre salle."
    ]
    assert verdict.sentences(Language.EN) == [
        "This room is already taken on Saturday 12 December 2026, from 9:00 to 11:00, by"
        " Data 3. Choose another time or another room."
    ]


def test_every_slot_in_the_way_is_named_in_order() -> None:
    context = replace(CONTEXT, existing=(existing(2, start=11), existing(1, start=8, hours=2)))

    [verdict] = verdicts([slot(start=9)], context)

    assert [each.slot_id for each in verdict.findings] == [1, 2]


def test_slots_that_touch_or_lie_in_another_room_are_not_in_the_way() -> None:
    context = replace(
        CONTEXT,
        existing=(
            existing(1, start=8, hours=1),
            existing(2, start=12, hours=1),
            existing(3, start=9, in_same_room=False),
        ),
    )

    assert kinds(slot(start=9), context) == []


def test_the_later_of_two_overlapping_dates_is_at_fault() -> None:
    late, early = slot(start=10), slot(start=9)

    judged = verdicts([late, early], CONTEXT)

    assert [each.slot for each in judged] == [late, early]
    assert [each.kind for each in judged] == [
        VerdictKind.OVERLAPS_ANOTHER_DATE_OF_THIS_RULE,
        VerdictKind.OK,
    ]


def test_a_closure_gives_its_reason() -> None:
    exams = ClosedDays(date(2026, 12, 7), date(2026, 12, 12), "examens.")
    works = ClosedDays(SATURDAY, SATURDAY, "travaux")

    assert words(slot(), replace(CONTEXT, closures=(exams, works))) == [
        "Fermé du lundi 7 décembre 2026 au samedi 12 décembre 2026 : examens.",
        "Fermé le samedi 12 décembre 2026 : travaux.",
    ]


def test_a_closure_of_other_days_changes_nothing() -> None:
    before = ClosedDays(date(2026, 12, 7), date(2026, 12, 11), "examens")
    after = ClosedDays(date(2026, 12, 13), date(2026, 12, 20), "congés")

    assert kinds(slot(), replace(CONTEXT, closures=(before, after))) == []


def test_opening_hours_are_said_when_a_slot_leaves_them() -> None:
    pause = (OpeningHours(5, time(8), time(12)), OpeningHours(5, time(14), time(18)))

    assert words(slot(start=7), CONTEXT) == ["Ce jour-là, le centre ouvre à 8 h et ferme à 18 h."]
    assert words(slot(date(2026, 12, 13)), CONTEXT) == [
        "Le centre n'ouvre pas ce jour de la semaine."
    ]
    assert words(slot(start=11), replace(CONTEXT, opening=pause)) == [
        "Le centre n'est pas ouvert pendant tout ce temps."
    ]


def test_the_agreed_hours_of_a_week_go_to_its_earlier_dates() -> None:
    week = [slot(date(2026, 12, 7) + timedelta(days=n)) for n in range(6)]

    judged = verdicts(list(reversed(week)), CONTEXT)

    assert [each.publishable for each in reversed(judged)] == [True] * 4 + [False] * 2
    assert judged[0].sentences(Language.FR) == [
        "La convention prévoit 12 h par semaine ; avec cette date, cette semaine-là en"
        " compterait 15."
    ]


def test_hours_already_given_in_other_rooms_count() -> None:
    given_away = existing(1, start=8, hours=9.5, in_same_room=False)

    assert words(slot(), replace(CONTEXT, existing=(given_away,))) == [
        "La convention prévoit 12 h par semaine ; avec cette date, cette semaine-là en"
        " compterait 12,5."
    ]


def test_hours_of_a_date_that_cannot_be_published_are_free_for_another() -> None:
    assert CONTEXT.agreement is not None
    holiday = HolidayOn(date(2026, 12, 8), Names("Immaculée Conception"))
    context = replace(
        CONTEXT, agreement=replace(CONTEXT.agreement, hours_a_week=3), holidays=(holiday,)
    )
    dates = [slot(date(2026, 12, 8)), slot(date(2026, 12, 10))]

    left_out = verdicts(dates, context)
    kept = verdicts(dates, replace(context, on_purpose=frozenset({date(2026, 12, 8)})))

    assert [each.publishable for each in left_out] == [False, True]
    assert [each.publishable for each in kept] == [True, False]


def test_a_holiday_is_published_on_only_on_purpose() -> None:
    christmas = HolidayOn(date(2026, 12, 25), Names("Noël", en="Christmas"))
    context = replace(CONTEXT, holidays=(christmas,))
    friday = slot(date(2026, 12, 25))

    [proposed] = verdicts([friday], context)
    [chosen] = verdicts([friday], replace(context, on_purpose=frozenset({christmas.day})))

    assert (proposed.publishable, proposed.publishable_on_purpose) == (False, True)
    assert proposed.sentences(Language.EN) == ["Public holiday: Christmas."]
    assert (chosen.kind, chosen.publishable) == (VerdictKind.HOLIDAY, True)


@pytest.mark.parametrize(
    ("days_off", "warned"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_holiday_set_by_the_moon_warns_a_day_on_both_sides(days_off: int, warned: bool) -> None:
    tabaski = HolidayOn(SATURDAY + timedelta(days=days_off), Names("Tabaski"), tentative=True)

    [verdict] = verdicts([slot()], replace(CONTEXT, holidays=(tabaski,)))

    assert [each.force for each in verdict.findings] == [Force.WARNING] * warned
    assert verdict.publishable


def test_the_worst_comes_first() -> None:
    context = replace(
        CONTEXT,
        now=datetime(2026, 12, 12, 10, tzinfo=UTC),
        agreement=None,
        opening=(),
        closures=(ClosedDays(SATURDAY, SATURDAY, "travaux"),),
        holidays=(
            HolidayOn(SATURDAY, Names("Tabaski"), tentative=True),
            HolidayOn(SATURDAY, Names("Fête")),
        ),
        existing=(existing(1),),
    )

    assert kinds(slot(), context) == [
        VerdictKind.IN_THE_PAST,
        VerdictKind.OUTSIDE_AGREEMENT,
        VerdictKind.OVERLAPS,
        VerdictKind.CLOSED,
        VerdictKind.OUTSIDE_OPENING_HOURS,
        VerdictKind.HOLIDAY,
        VerdictKind.PERHAPS_HOLIDAY,
    ]


hours_of_a_week = st.integers(0, 14 * 24).map(
    lambda hour: datetime(2026, 12, 7) + timedelta(hours=hour)
)
slots = st.builds(
    lambda start, hours: ProposedSlot(start, start + timedelta(hours=hours)),
    hours_of_a_week,
    st.integers(1, 30),
)


@given(st.lists(slots, max_size=12), st.lists(slots, max_size=6), st.integers(1, 168))
def test_what_is_publishable_can_all_be_published_together(
    proposed: list[ProposedSlot], taken: list[ProposedSlot], hours_a_week: int
) -> None:
    assert CONTEXT.agreement is not None
    context = replace(
        CONTEXT,
        opening=tuple(OpeningHours(day, time(0), time(0)) for day in range(7)),
        agreement=replace(CONTEXT.agreement, hours_a_week=hours_a_week),
        existing=tuple(
            ExistingSlot(n, each.starts_wall, each.ends_wall) for n, each in enumerate(taken)
        ),
    )

    good = [each.slot for each in verdicts(proposed, context) if each.publishable]

    assert all(each.publishable for each in verdicts(good, context))
    for index, one in enumerate(good):
        for other in [*good[:index], *taken]:
            assert one.ends_wall <= other.starts_wall or other.ends_wall <= one.starts_wall


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        (datetime(2026, 12, 12, 9), datetime(2026, 12, 12, 9)),
        (datetime(2026, 12, 12, 9, tzinfo=UTC), datetime(2026, 12, 12, 10, tzinfo=UTC)),
    ],
)
def test_a_proposed_slot_is_a_stretch_of_wall_clock(starts: datetime, ends: datetime) -> None:
    with pytest.raises(ValueError, match="slot"):
        ProposedSlot(starts, ends)


def test_now_says_its_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        replace(CONTEXT, now=datetime(2026, 11, 23))
