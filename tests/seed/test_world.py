"""The demonstration's world, as generated: nothing here needs a database or a date."""

import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from centres.agreement import AgreementState, require_transition
from centres.gazetteer import Precision
from centres.geo import distance_km
from seed.load import read_reference
from seed.world.build import coming_monday, demo_world
from seed.world.chance import apportioned
from seed.world.offers import places_for
from seed.world.programmes import SHARES
from seed.world.values import HORIZON_WEEKS

MONDAY = date(2026, 11, 30)
# South, north, west and east in whole degrees, as an atlas shows them.
BOXES = {
    "SN": (12, 17, -18, -11), "ML": (10, 25, -13, 5), "CI": (4, 11, -9, -2),
    "GN": (7, 13, -16, -7), "GW": (10, 13, -17, -13), "BF": (9, 16, -6, 3),
    "SL": (6, 11, -14, -10), "LR": (4, 9, -12, -7), "BJ": (6, 13, 0, 4), "TG": (6, 12, -1, 2),
    "NE": (11, 24, 0, 16), "MR": (14, 28, -18, -4), "CV": (14, 18, -26, -22),
    "MA": (27, 36, -14, -1), "TN": (30, 38, 7, 12), "MG": (-26, -11, 43, 51),
    "CM": (1, 14, 8, 17),
}  # fmt: skip


@pytest.fixture(scope="module")
def reference():
    return read_reference()


@pytest.fixture(scope="module")
def world(reference):
    return demo_world(reference, 1)


def test_the_same_seed_gives_the_same_world_and_another_seed_another(reference, world):
    again = demo_world(read_reference(), 1)
    other = demo_world(reference, 2)

    assert again == world
    assert other.learners != world.learners
    assert [each.code for each in other.centres] == [each.code for each in world.centres]


def test_another_start_shifts_every_slot_by_as_much_and_changes_nothing_else(world):
    later = MONDAY + timedelta(weeks=7)

    here, there = list(world.slots(MONDAY)), list(world.slots(later))

    assert [each.rule for each in there] == [each.rule for each in here]
    assert {b.starts_wall - a.starts_wall for a, b in zip(here, there, strict=True)} == {
        timedelta(weeks=7)
    }


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 22), MONDAY - timedelta(days=7)),
        (date(2026, 11, 23), MONDAY),
        (date(2026, 11, 24), MONDAY),
        (date(2026, 11, 29), MONDAY),
    ],
)
def test_the_world_begins_on_the_first_monday_after_today(today, expected):
    assert coming_monday(today) == expected


def test_a_world_begins_on_no_other_day_than_a_monday(world):
    with pytest.raises(ValueError, match="is no Monday"):
        next(world.slots(date(2026, 12, 1)))


def test_the_world_is_as_large_as_was_promised(world):
    assert len(world.centres) == 48
    assert len({each.country for each in world.centres}) == 17
    assert len([each for each in world.centres if each.is_open]) == 43
    assert len(world.learners) == 3200
    assert len(world.cohorts) == 66
    assert len(world.programmes) == 14
    assert 150 < len(world.groups) < 250
    assert 2000 < sum(1 for _ in world.slots(MONDAY)) < 2600


def test_the_courses_of_2018_have_their_prices_and_every_course_has_a_source(world):
    prices = {each.title: each.price_minor for each in world.programmes}

    assert prices["Architecte data"] == 300_000
    assert prices["Chef de projet multimédia"] == 360_000
    assert prices["Expert en stratégie marketing"] == 600_000
    assert "Introduction au travail numérique" in prices
    assert all(each.source for each in world.programmes)
    assert sum(SHARES.values()) == pytest.approx(1)


def test_codes_are_unique_and_groups_of_a_cohort_are_numbered_from_one(world):
    kinds = (
        [each.code for each in world.centres],
        [room.code for each in world.centres for room in each.rooms],
        [each.code for each in world.programmes],
        [each.code for each in world.sponsors],
        [each.code for each in world.learners],
        [each.code for each in world.mentors],
        [each.code for each in world.cohorts],
        [each.code for each in world.groups],
    )

    for codes in kinds:
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", each) for each in codes)
    numbers = defaultdict(list)
    for group in world.groups:
        numbers[group.cohort].append(group.number)
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in numbers.values())


def test_every_centre_stands_in_its_country_at_the_point_and_precision_of_its_source(
    reference, world
):
    rows = [*reference.auf_sites, *reference.orange_centres, *reference.institutions]
    known = {each.id.replace(":", "-"): each for each in rows}

    for centre in world.centres:
        south, north, west, east = BOXES[centre.country]
        assert south <= centre.point.latitude <= north, centre.code
        assert west <= centre.point.longitude <= east, centre.code
        row = known[centre.host_code]
        assert (centre.point, centre.precision) == (row.point, row.precision)
        assert row.source in centre.source
    assert Counter(each.precision for each in world.centres) == {
        Precision.CITY: 42,
        Precision.SITE: 6,
    }


def test_what_is_invented_about_a_centre_says_so(world):
    for centre in world.centres:
        words = "la ville" if centre.precision is Precision.CITY else "du site"
        assert "supposés" in centre.assumed
        assert centre.assumed.endswith(f"{words}.")
        assert centre.directions.endswith("(indication supposée).")
        assert "inventée" in centre.agreement.assumed
        assert all("inventée" in room.assumed for room in centre.rooms)


def test_agreements_took_legal_steps_in_order_and_most_are_open(world):
    for centre in world.centres:
        steps = centre.agreement.steps
        assert steps[0].state is AgreementState.PROSPECT
        for before, after in pairwise(steps):
            require_transition(before.state, after.state)
            assert before.week < after.week
        assert steps[-1].week < 0
    assert Counter(each.agreement.state for each in world.centres) == {
        AgreementState.OPEN: 43,
        AgreementState.NEGOTIATING: 2,
        AgreementState.PROSPECT: 1,
        AgreementState.AGREED: 1,
        AgreementState.SUSPENDED: 1,
    }


def test_nobody_invented_could_be_written_to_or_called(reference, world):
    prefixes = {each.iso2: each.phone_prefix for each in reference.countries}
    people = [*world.learners, *world.mentors]

    for person in people:
        assert person.code.startswith("DEMO-")
        assert person.email is None or re.fullmatch(r"[a-z.]+\.\d+@example\.org", person.email)
        number = re.escape(prefixes[person.country]) + r"000\d{6}"
        assert person.phone is None or re.fullmatch(number, person.phone)
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", person.phone or "+22100000000")
    reached = [each.email for each in people if each.email]
    assert len(set(reached)) == len(reached)
    called = [each.phone for each in people if each.phone]
    assert len(set(called)) == len(called)
    assert 0.3 < sum(each.email is None for each in world.learners) / len(world.learners) < 0.4


def test_learners_live_near_their_centre_and_mostly_where_most_people_do(reference, world):
    homes = {each.place.code: each.place for each in reference.localities}
    centres = {each.code: each for each in world.centres}

    for learner in world.learners:
        home, centre = homes[learner.locality], centres[learner.centre]
        assert home.country_iso2 == learner.country == centre.country
        assert distance_km(home.point, centre.point) < 120
        assert centre.is_open
    in_dakar = Counter(
        homes[each.locality].name for each in world.learners if each.centre.startswith("SN-DKR")
    )
    assert {name for name, _ in in_dakar.most_common(2)} == {"Dakar", "Pikine"}


def test_learners_are_in_one_cohort_or_in_two_and_in_a_group_or_left_out_with_a_reason(world):
    enrolled = Counter(code for each in world.cohorts for code in each.learners)
    placed = Counter((each.cohort, code) for each in world.groups for code in each.learners)
    left_out = Counter((each.cohort, each.learner) for each in world.left_out)

    assert set(enrolled) == {each.code for each in world.learners}
    assert set(enrolled.values()) == {1, 2}
    assert 20 < sum(1 for each in enrolled.values() if each == 2) < 160
    assert placed + left_out == Counter(
        (each.code, code) for each in world.cohorts for code in each.learners
    )
    assert len(left_out) < 0.02 * len(placed)
    assert all(each.reason for each in world.left_out)


def test_groups_fit_a_room_of_their_centre_and_mentors_lead_eight_at_most(world):
    cohorts = {each.code: each for each in world.cohorts}
    centres = {each.code: each for each in world.centres}

    for group in world.groups:
        cohort, rooms = cohorts[group.cohort], centres[group.centre].rooms
        assert 8 <= len(group.learners) <= max(places_for(cohort, room) for room in rooms)
        assert centres[group.centre].country == cohort.country
    led = Counter(each.mentor for each in world.groups)
    assert set(led) == {each.code for each in world.mentors}
    assert max(led.values()) <= 8


def test_rules_stay_inside_the_horizon_the_opening_hours_and_the_agreed_hours(world):
    centres = {room.code: each for each in world.centres for room in each.rooms}
    minutes = Counter()

    for rule in world.rules:
        centre = centres[rule.room]
        opening = [each for each in centre.hours if each.weekday == rule.weekday]
        assert 0 <= rule.first_week <= rule.last_week < HORIZON_WEEKS
        assert set(rule.withdrawn) <= set(range(rule.first_week, rule.last_week + 1))
        assert any(
            each.opens_minute <= rule.starts_minute
            and rule.starts_minute + rule.minutes <= each.closes_minute
            for each in opening
        )
        assert rule.last_week <= centre.agreement.last_week
        for week in rule.weeks:
            minutes[centre.code, week] += rule.minutes
    agreed = {each.code: each.agreement.hours_a_week for each in world.centres}
    assert all(minutes[code, week] <= 60 * agreed[code] for code, week in minutes)


def test_a_room_is_never_offered_twice_at_once(world):
    taken = defaultdict(list)
    for slot in world.slots(MONDAY):
        taken[slot.rule.room].append((slot.starts_wall, slot.ends_wall))

    for periods in taken.values():
        assert all(a[1] <= b[0] for a, b in pairwise(sorted(periods)))


def test_learners_are_shared_out_by_the_largest_remainder():
    assert apportioned(10, [1, 1, 1]) == [4, 3, 3]
    assert apportioned(100, [90, 9, 1], least=5) == [81, 13, 6]
    with pytest.raises(ValueError, match="too little"):
        apportioned(3, [1, 1], least=2)
