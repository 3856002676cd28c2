"""Site planning against the database: gathered, worked out, stored, and made real."""

from dataclasses import replace
from datetime import date

import pytest

from centres.agreements import list_agreements
from centres.db import rows
from centres.errors import ChangedMeanwhile, InvalidInput
from centres.planning.applications import ApplicationsGiven, list_applications, record_applications
from centres.planning.asked import Asked, Assumptions, DemandKind
from centres.planning.lists import SiteGiven
from centres.planning.money import MixedMoney
from centres.planning.overrides import (
    JourneyGiven,
    add_journey,
    correct_journey,
    journey_versions,
    overrides_of,
)
from centres.planning.places import NotInItsCountry
from centres.planning.problem import NoCandidates
from centres.planning.prospects import ProspectMadeBefore, make_prospect
from centres.planning.scenarios import (
    ScenarioState,
    get_inputs,
    get_scenario,
    request_scenario,
    stop_scenario,
)
from centres.planning.sites import add_site, add_sites, list_sites
from centres.planning.solving import work_out
from centres.siting.problem import Objective
from centres.tables import Locality
from sessions.demand import learners_demand, real_use
from sessions.plan_reality import plan_reality
from sessions.site_plans import gather_inputs, solve_scenario
from tests.factories import NOW, make_learner
from tests.sessions.networks import make_network

THIES = SiteGiven("Lycée de Thiès", "SN", 14.791, -16.926, "site", "Thiès", seats=60)
MBOUR = SiteGiven("Lycée de Mbour", "SN", 14.42, -16.96, "city", "Mbour")
GOREE = JourneyGiven(
    "SN", "Gorée", 14.667, -17.3985, "extra", "chaloupe", date(2026, 11, 1), minutes=45
)
ASKED = Asked(
    ("SN",), 1, demand=DemandKind.APPLICATIONS, assumptions=Assumptions(draws=3), curve_to=2
)


def applied(place: str, latitude: float, longitude: float, applicants: int) -> ApplicationsGiven:
    return ApplicationsGiven(
        "SN", place, applicants, "campagne", date(2026, 11, 1), None, latitude, longitude
    )


@pytest.fixture
async def world(database):
    network = await make_network(learners=0)
    await add_sites(sites=[THIES, MBOUR])
    await record_applications(
        counts=[applied("Thiès", 14.79, -16.93, 80), applied("Mbour", 14.42, -16.96, 20)]
    )
    return network


async def solved(asked: Asked = ASKED) -> int:
    made = await request_scenario(name="Un site", asked=asked, asked_by="test", now=NOW)
    await solve_scenario(scenario_id=made, now=NOW)
    return made


async def test_a_scenario_is_worked_out_stored_and_comes_again_to_the_digit(world):
    scenario = await get_scenario(scenario_id=await solved())

    result = scenario.answered()
    assert scenario.state is ScenarioState.SOLVED
    assert [each.key for each in result.sites if not each.existing] == ["own-sn-001"]
    inputs = await get_inputs(scenario_id=scenario.id)
    assert work_out(scenario.asked, inputs, lambda share: True) == result


async def test_a_job_delivered_twice_changes_nothing(world):
    made = await solved()
    before = await get_scenario(scenario_id=made)

    await solve_scenario(scenario_id=made, now=NOW)

    assert await get_scenario(scenario_id=made) == before


async def test_what_cannot_be_answered_is_stored_with_its_reason(world):
    asked = Asked(("SN",), 50, demand=DemandKind.APPLICATIONS)

    with pytest.raises(NoCandidates, match="50 sites à ouvrir"):
        await solved(asked)

    found = await rows("SELECT state, failure FROM scenario")
    assert found[0]["state"] == "failed"
    assert found[0]["failure"].startswith("50 sites à ouvrir, mais seulement")


async def test_a_scenario_stopped_before_it_starts_still_keeps_an_answer(world):
    made = await request_scenario(name="A", asked=ASKED, asked_by="test", now=NOW)
    await stop_scenario(scenario_id=made)

    await solve_scenario(scenario_id=made, now=NOW)

    assert (await get_scenario(scenario_id=made)).state is ScenarioState.SOLVED


async def test_a_chosen_site_becomes_a_prospect_once_and_reality_waits_for_its_opening(world):
    made = await solved()

    prospect = await make_prospect(scenario_id=made, site="own-sn-001", now=NOW)

    [agreement] = await list_agreements(centres=[prospect.centre])
    assert (agreement.state, agreement.id) == ("prospect", prospect.agreement)
    assert f"{prospect.expected_learners} apprenants attendus" in (agreement.note or "")
    with pytest.raises(ProspectMadeBefore):
        await make_prospect(scenario_id=made, site="own-sn-001", now=NOW)
    [reality] = await plan_reality(scenario_id=made, now=NOW)
    assert (reality.use, reality.share) == (None, None)


async def test_learners_are_counted_where_they_live_each_once(world):
    thies = Locality(country=world.country, name="Thiès", latitude=14.79, longitude=-16.93)
    await thies.save()
    for number in range(3):
        await make_learner(
            world.country, world.group, locality=thies, gender="f" if number else "m"
        )
    await make_learner(world.country, world.group)

    found = await learners_demand(countries=["SN"], kind=DemandKind.LEARNERS, now=NOW)

    assert [(each.learners, each.women) for each in found.demand] == [(3.0, 2.0)]
    assert found.nowhere == 1


async def test_real_use_counts_what_was_offered_taken_and_given_back(world):
    found = await real_use(centres=[world.centre.code], now=NOW)

    use = found[world.centre.code]
    assert (use.meetups, use.seats_booked, use.released_share) == (0, 0, None)


async def test_an_open_centre_is_existing_and_takes_what_its_slots_take(world):
    inputs = await gather_inputs(asked=ASKED, now=NOW)

    [centre] = [each for each in inputs.candidates if each.existing]
    assert centre.key == world.centre.code
    assert centre.learners is not None


async def test_a_list_with_one_bad_row_stores_nothing_and_names_the_row(world):
    before = await list_sites()

    with pytest.raises(InvalidInput) as refused:
        await add_sites(sites=[THIES, SiteGiven("Mer", "SN", 14.0, -20.0)])

    assert refused.value.field == "row 3: latitude"
    assert await list_sites() == before


async def test_a_candidate_in_another_country_is_refused_with_where_it_is(world):
    with pytest.raises(NotInItsCountry) as refused:
        await add_site(site=SiteGiven("Bamako", "SN", 12.65, -8.0))

    assert "est en ML" in refused.value.detail


async def test_a_correction_adds_a_version_and_the_last_one_holds(world):
    first = await add_journey(journey=GOREE, now=NOW)

    slower = JourneyGiven(**{**_fields(GOREE), "minutes": 60.0})
    second = await correct_journey(line=first.line, version=1, journey=slower, now=NOW)

    assert [each.minutes for each in await journey_versions(line=first.line)] == [45, 60]
    assert [each.minutes for each in await overrides_of(countries=["SN"])] == [60]
    with pytest.raises(ChangedMeanwhile):
        await correct_journey(line=first.line, version=1, journey=slower, now=NOW)
    gone = JourneyGiven(**{**_fields(GOREE), "withdrawn": True})
    await correct_journey(line=first.line, version=second.version, journey=gone, now=NOW)
    assert await overrides_of(countries=["SN"]) == []


def _fields(journey: JourneyGiven) -> dict[str, object]:
    return {name: getattr(journey, name) for name in JourneyGiven.__slots__}


async def test_a_count_sent_again_replaces_its_figure(world):
    await record_applications(counts=[applied("Thiès", 14.79, -16.93, 90)])

    counts = {each.place: each.applicants for each in await list_applications()}
    assert counts == {"Thiès": 90, "Mbour": 20}


PAID = SiteGiven("Lycée de Fatick", "SN", 14.34, -16.41, cost=250_000)
PAID_TOO = SiteGiven("Lycée de Louga", "SN", 15.61, -16.22, cost=40_000)
COSTED = Asked(("SN",), 1, demand=DemandKind.APPLICATIONS, assumptions=Assumptions(draws=0))


async def costs(asked: Asked) -> tuple[dict[str, float | None], list[str]]:
    inputs = await gather_inputs(asked=asked, now=NOW)
    known = {each.name: each.cost for each in inputs.candidates if each.kind == "own"}
    return known, [each.code for each in inputs.notes]


async def test_costs_in_the_two_francs_are_added_up(world):
    await add_sites(sites=[PAID, PAID_TOO])
    await rows("UPDATE candidate_site SET currency = 'XAF' WHERE cost_minor = 40000")

    known, notes = await costs(replace(COSTED, budget=300_000.0))

    assert known["Lycée de Fatick"] == 250_000
    assert known["Lycée de Louga"] == 40_000
    assert "money_mixed" not in notes


@pytest.mark.parametrize(
    "change", [{"budget": 300_000.0}, {"objective": Objective.FACILITY_LOCATION}]
)
async def test_costs_in_moneys_without_a_fixed_rate_are_refused_where_they_count(world, change):
    await add_sites(sites=[PAID, PAID_TOO])
    await rows("UPDATE candidate_site SET currency = 'GNF' WHERE cost_minor = 40000")

    with pytest.raises(MixedMoney, match="GNF, XOF"):
        await gather_inputs(asked=replace(COSTED, **change), now=NOW)


async def test_costs_in_two_moneys_are_left_out_where_they_do_not_count_and_it_is_said(world):
    await add_sites(sites=[PAID, PAID_TOO])
    await rows("UPDATE candidate_site SET currency = 'GNF' WHERE cost_minor = 40000")

    known, notes = await costs(COSTED)

    assert (known["Lycée de Fatick"], known["Lycée de Louga"]) == (None, None)
    assert "money_mixed" in notes
