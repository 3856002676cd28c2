"""The demonstration's world in the database."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from centres.db import rows
from centres.tables import Centre
from seed.demo import NetworkIsNotEmpty, load_demo
from seed.load import read_reference
from seed.world.build import demo_world
from sessions.publishing_context import ProposedSlot
from sessions.slot_context import load_context, room_on_offer
from sessions.slot_verdicts import verdicts
from tests.factories import make_centre

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
TABLES = (
    *("region", "country", "locality", "host", "public_holiday", "change"),
    *("centre", "room", "opening_hours", "closure", "agreement", "agreement_step"),
    *("programme", "sponsor", "mentor", "learner", "cohort", "cohort_group", "enrolment"),
    *("series", "slot"),
)


@pytest.fixture(scope="module")
async def demo(pool, emptying):
    """The world of seed 1, loaded once for this module."""
    steps = []
    loaded = await load_demo(
        seed=1, today=TODAY, now=NOW, progress=lambda *each: steps.append(each)
    )
    yield loaded, steps
    await rows("SELECT empty_all_tables()")


async def contents():
    found = {}
    for table in TABLES:
        counted = await rows(f"SELECT count(*) AS n, md5(string_agg(t::text, '|' ORDER BY id)) AS"
                             f" digest FROM {table} t")  # fmt: skip
        found[table] = (counted[0]["n"], counted[0]["digest"])
    return found


async def test_the_world_is_loaded_as_it_was_generated(demo):
    loaded, steps = demo
    world = demo_world(read_reference(), 1)

    assert loaded.created
    assert loaded.first_monday == date(2026, 11, 30)
    assert (loaded.centres, loaded.learners) == (len(world.centres), len(world.learners))
    assert (loaded.cohorts, loaded.groups) == (len(world.cohorts), len(world.groups))
    assert loaded.learner.startswith("DEMO-SN-")
    assert loaded.centre.startswith("SN-")
    assert list(dict.fromkeys(name for name, _, _ in steps)) == [
        "reference",
        "world",
        "network",
        "learning",
        "slots",
    ]
    assert steps[-1] == ("slots", len(world.rules), len(world.rules))


async def test_every_slot_is_fine_by_the_verdicts_that_a_host_sees(demo):
    slots = await rows(
        "SELECT s.id, r.code, s.starts_wall, s.ends_wall FROM slot s JOIN room r ON r.id = s.room"
        " ORDER BY s.starts_wall, s.id"
    )
    by_room = {}
    for each in slots:
        by_room.setdefault(each["code"], []).append(each)

    bad = []
    for code, here in by_room.items():
        first, last = here[0]["starts_wall"].date(), here[-1]["starts_wall"].date()
        room = await room_on_offer(code, on_day=first)
        context = await load_context(
            room,
            first_day=first,
            last_day=last,
            now=NOW,
            without_slots=[each["id"] for each in here],
        )
        proposed = [ProposedSlot(each["starts_wall"], each["ends_wall"]) for each in here]
        bad += [each for each in verdicts(proposed, context) if not each.publishable]
    assert len(slots) > 2000
    assert bad == []


async def test_rules_leave_gaps_on_holidays_and_in_the_week_of_a_closure(demo):
    world = demo_world(read_reference(), 1)
    offered = Counter(slot.rule.room[:9] for slot in world.slots(date(2026, 11, 30)))
    stored = {
        each["code"]: each["slots"]
        for each in await rows(
            "SELECT z.code, count(*) AS slots FROM slot s JOIN centre z ON z.id = s.centre"
            " GROUP BY z.code"
        )
    }

    lost = {code: offered[code] - stored[code] for code in offered}
    assert sum(lost.values()) > 50
    assert min(lost.values()) >= 0
    closed = await rows(
        """SELECT c.reason, (SELECT count(*) FROM slot s WHERE s.centre = c.centre
               AND s.starts_wall::date BETWEEN c.first_day AND c.last_day) AS slots
           FROM closure c"""
    )
    assert closed == [{"reason": "Examens du semestre (fermeture supposée)", "slots": 0}]
    excluded = await rows("SELECT sum(cardinality(excluded_dates)) AS days FROM series")
    assert excluded[0]["days"] >= sum(lost.values())


async def test_demand_is_tight_but_fits_what_is_offered_in_every_country(demo):
    world = demo_world(read_reference(), 1)
    cohorts = {each.code: each for each in world.cohorts}
    due = Counter()
    for group in world.groups:
        due[group.centre[:2]] += len(cohorts[group.cohort].weeks_due)
    offered = {
        each["iso2"]: each["slots"]
        for each in await rows(
            """SELECT k.iso2, count(*) AS slots FROM slot s JOIN centre z ON z.id = s.centre
               JOIN country k ON k.id = z.country GROUP BY k.iso2"""
        )
    }

    ratios = {country: due[country] / offered[country] for country in offered}
    assert set(ratios) == {each.iso2 for each in read_reference().countries}
    assert all(0.82 <= each <= 0.97 for each in ratios.values()), ratios
    assert 0.85 <= due.total() / sum(offered.values()) <= 0.95


async def test_only_open_centres_offer_slots_and_all_of_them_do(demo):
    found = await rows(
        """SELECT z.state, a.state AS agreement, bool_or(s.id IS NOT NULL) AS offers,
                  count(DISTINCT z.id) AS centres
           FROM centre z JOIN agreement a ON a.centre = z.id LEFT JOIN slot s ON s.centre = z.id
           GROUP BY z.state, a.state ORDER BY z.state, a.state"""
    )

    assert [tuple(each.values()) for each in found] == [
        ("open", "open", True, 43),
        ("planned", "agreed", False, 1),
        ("planned", "negotiating", False, 2),
        ("planned", "prospect", False, 1),
        ("suspended", "suspended", False, 1),
    ]
    silent = await rows(
        "SELECT code FROM centre z WHERE state = 'open'"
        " AND NOT EXISTS (SELECT 1 FROM slot s WHERE s.centre = z.id)"
    )
    assert silent == []


async def test_loading_again_on_another_day_keeps_everything_that_was_changed(demo):
    loaded, _ = demo
    await Centre.update({Centre.name: "Le centre au nom changé"}).where(Centre.code == "SN-DKR-01")
    before = await contents()

    again = await load_demo(seed=2, today=date(2026, 12, 24), now=NOW.replace(month=12, day=24))

    assert not again.created
    assert again.first_monday == loaded.first_monday
    assert (again.learner, again.centre) == (loaded.learner, loaded.centre)
    assert await contents() == before


async def test_a_network_of_somebody_else_is_refused_and_left_alone(demo):
    await rows("SELECT empty_all_tables()")
    await make_centre()
    before = await contents()

    with pytest.raises(NetworkIsNotEmpty):
        await load_demo(seed=1, today=TODAY, now=NOW)

    assert await contents() == before
