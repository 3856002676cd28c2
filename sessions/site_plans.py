"""Shell: gather what a scenario hangs on, work it out off the event loop, store the answer."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

import httpx
import numpy as np

from centres.errors import InvalidInput, Refusal
from centres.geo import Point, distance_matrix_km
from centres.language import Sentence
from centres.planning.applications import applications_demand
from centres.planning.asked import Asked, DemandKind, Inputs, Note
from centres.planning.basemap import countries as shapes
from centres.planning.borders import misplaced
from centres.planning.candidates import Candidate, without_duplicates
from centres.planning.capacity import Rhythm, learners_of_hours, learners_of_slots
from centres.planning.demand import Demand, gathered, population_demand
from centres.planning.money import moneys, require_one_money
from centres.planning.overrides import overrides_of
from centres.planning.population import read_cells, read_facts, read_largest, read_towns
from centres.planning.routers import Router, routed_minutes
from centres.planning.scenarios import (
    Scenario,
    begin_scenario,
    fail_scenario,
    get_scenario,
    note_progress,
    store_result,
)
from centres.planning.sites import SiteListed, hosts_without_centre, list_sites
from centres.planning.solving import Result, Stage, work_out
from centres.siting.problem import Objective
from sessions.demand import (
    SLOT_WEEKS,
    CentreNow,
    learners_demand,
    read_centres,
    read_rhythm,
    real_use,
)

MOST_CANDIDATES = 1200
TOWN_PEOPLE = 15_000
PROGRESS_SECONDS = 1.0
ROUTER_SECONDS = 30.0


async def gather_inputs(*, asked: Asked, now: datetime, routers: Sequence[Router] = ()) -> Inputs:
    """Return all that an answer to `asked` hangs on, as it is now.

    Raises a refusal for a routing service that is not set up or does not answer.
    """
    demand, notes = await _demand(asked, now)
    drawn = gathered(_believed(demand, notes))
    if drawn.cell_degrees is not None:
        notes.append(
            Note(
                "gathered",
                {"before": drawn.before, "after": len(drawn.demand), "km": round(drawn.most_km)},
            )
        )
    rhythm, real = await read_rhythm(countries=asked.countries, now=now)
    if not real:
        notes.append(Note("rhythm_assumed", {}))
    everything = await _candidates(asked, rhythm, now, notes)
    candidates, duplicates = without_duplicates(
        everything,
        one_per_point=not asked.seats_bind,
        always={*asked.forced, *asked.forbidden},
    )
    if duplicates:
        notes.append(Note("duplicates", {"count": len(duplicates)}))
    overrides = await overrides_of(countries=asked.countries)
    routed = None
    if asked.router is not None:
        routed = await _routed(asked, drawn.demand, candidates, routers)
    return Inputs(
        demand=drawn.demand,
        candidates=tuple(candidates),
        overrides=tuple(overrides),
        rhythm=rhythm,
        duplicates=tuple(duplicates),
        gathered_from=drawn.before,
        routed=routed,
        notes=tuple(notes),
    )


async def solve_scenario(
    *,
    scenario_id: int,
    now: datetime,
    routers: Sequence[Router] = (),
    on_stage: Callable[[Stage], None] = lambda _: None,
) -> Scenario:
    """Work out a queued scenario, store its answer and return it.

    One that is solved or has failed is returned as it stands, so that a job may be delivered
    twice. A refusal is stored as its failure, in every language, and goes on.
    """
    scenario = await begin_scenario(scenario_id=scenario_id)
    if scenario is None:
        return await get_scenario(scenario_id=scenario_id)
    began = monotonic()
    try:
        inputs = await gather_inputs(asked=scenario.asked, now=now, routers=routers)
        result = await _worked_out(scenario, inputs, on_stage)
        done = now + timedelta(seconds=monotonic() - began)
        await store_result(scenario_id=scenario_id, inputs=inputs, result=result, now=done)
    except Exception as error:
        said = (
            error.detail
            if isinstance(error, Refusal)
            else Sentence(
                "Le calcul s'est arrêté par un défaut ({name}).", name=type(error).__name__
            )
        )
        await fail_scenario(scenario_id=scenario_id, failure=said)
        raise
    return await get_scenario(scenario_id=scenario_id)


async def _worked_out(
    scenario: Scenario, inputs: Inputs, on_stage: Callable[[Stage], None]
) -> Result:
    """Return the answer from a thread; progress and the wish to stop pass every second."""
    began, stopped = monotonic(), Event()
    latest: list[Stage] = [Stage("solving", 0.0)]

    def keep_going(share: float) -> bool:
        return not stopped.is_set() and monotonic() - began < scenario.asked.seconds * share

    def note(stage: Stage) -> None:
        latest[0] = stage

    async def watch() -> None:
        while True:
            on_stage(latest[0])
            if await note_progress(scenario_id=scenario.id, stage=latest[0]):
                stopped.set()
            await asyncio.sleep(PROGRESS_SECONDS)

    watching = asyncio.create_task(watch())
    try:
        return await asyncio.to_thread(work_out, scenario.asked, inputs, keep_going, note)
    finally:  # to cancel the waiting does not end the thread, and a process waits for it
        stopped.set()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _demand(asked: Asked, now: datetime) -> tuple[list[Demand], list[Note]]:
    notes: list[Note] = []
    if asked.demand is DemandKind.APPLICATIONS:
        return await applications_demand(countries=asked.countries), notes
    if asked.demand is not DemandKind.POPULATION:
        counted = await learners_demand(countries=asked.countries, kind=asked.demand, now=now)
        if counted.nowhere:
            notes.append(Note("nowhere", {"count": counted.nowhere}))
        return list(counted.demand), notes
    cells = await read_cells(countries=asked.countries)
    facts = await read_facts(countries=asked.countries)
    demand = population_demand(cells, facts, asked.rates)
    notes.append(Note("population", {"rate": asked.rates.learners_per_1000}))
    for country in asked.countries:
        there = [each for each in cells if each.country == country]
        if not there or country not in facts:
            notes.append(Note("no_population", {"country": country}))
        elif "GeoNames" in there[0].source:
            notes.append(Note("places_not_grid", {"country": country}))
    return await _named(demand, asked.countries), notes


async def _named(demand: list[Demand], countries: Sequence[str]) -> list[Demand]:
    """Return cells under the name of the nearest place of their country."""
    towns = await read_towns(countries=countries)
    named: list[Demand] = []
    for country in sorted({each.country for each in demand}):
        mine = [each for each in demand if each.country == country]
        known = towns.get(country, [])
        if not known:
            named += mine
            continue
        km = distance_matrix_km([each.point for each in mine], [point for _, point in known])
        for each, at in zip(mine, np.argmin(km, axis=1).tolist(), strict=True):
            named.append(_renamed(each, known[at][0]))
    return named


def _renamed(each: Demand, name: str) -> Demand:
    return Demand(each.key, name, each.country, each.point, each.learners, each.women, each.source)


def _believed(demand: list[Demand], notes: list[Note]) -> list[Demand]:
    """Return the demand without points in the sea or abroad, which are named in the notes."""
    known = shapes()
    lost = [each for each in demand if misplaced(each.point, each.country, known) is not None]
    if lost:
        names = ", ".join(each.name for each in lost[:3])
        notes.append(
            Note(
                "misplaced",
                {
                    "places": len(lost),
                    "learners": round(sum(each.learners for each in lost)),
                    "names": names,
                },
            )
        )
    gone = {each.key for each in lost}
    return [each for each in demand if each.key not in gone]


async def _candidates(
    asked: Asked, rhythm: Rhythm, now: datetime, notes: list[Note]
) -> list[Candidate]:
    """Return existing centres, then candidates, best known first."""
    guess = asked.assumptions
    usual = learners_of_hours(guess.seats, guess.rooms, guess.hours_a_week, rhythm)
    centres = await read_centres(countries=asked.countries, now=now)
    made = [_of_centre(each, rhythm, usual) for each in centres]
    use = await real_use(centres=[each.code for each in centres], now=now)
    booked = sum(each.seats_booked for each in use.values())
    released = sum(each.released for each in use.values())
    if booked:
        share = round(100 * released / (booked + released))
        notes.append(Note("released", {"percent": share, "booked": booked}))
    listed: list[SiteListed] = []
    while len(listed) < MOST_CANDIDATES:
        last = listed[-1].id if listed else None
        more = await list_sites(after_id=last, limit=500, countries=asked.countries)
        listed += more
        if len(more) < 500:
            break
    wanted = {*asked.forced, *asked.forbidden}
    kept = [each for each in listed if each.kind in asked.kinds or each.code in wanted]
    order = {"own": 0, "auf_site": 1, "orange_digital_center": 2, "partner": 3}
    exact = {"site": 0, "street": 1}
    kept.sort(
        key=lambda each: (
            each.code not in wanted, order[each.kind], exact.get(each.precision, 2), each.id,
        )
    )  # fmt: skip
    kept = _in_one_money(asked, kept, notes)
    made += [_of_site(each, guess.rooms, guess.hours_a_week, rhythm, usual) for each in kept]
    if any(each.learners == usual and not each.existing for each in made):
        notes.append(Note("seats_assumed", {"seats": guess.seats, "learners": round(usual)}))
    for host in await hosts_without_centre(countries=asked.countries):
        if "host" not in asked.kinds and host.code not in wanted:
            continue
        made.append(
            Candidate(
                key=host.code,
                name=host.name,
                kind="host",
                country=host.country,
                city=host.city,
                point=host.point,
                precision="city",
                seats=None,
                learners=usual,
                cost=None,
                agreement=None,
                existing=False,
                source=host.source,
            )
        )
    if "town" in asked.kinds:
        for place in await read_largest(countries=asked.countries, fewest=TOWN_PEOPLE):
            made.append(
                Candidate(
                    key=f"town-{place.code}",
                    name=place.name,
                    kind="town",
                    country=place.country,
                    city=place.name,
                    point=place.point,
                    precision="city",
                    seats=None,
                    learners=usual,
                    cost=None,
                    agreement=None,
                    existing=False,
                    source="GeoNames",
                )
            )
    return made


def _in_one_money(asked: Asked, sites: list[SiteListed], notes: list[Note]) -> list[SiteListed]:
    """Return the candidates with costs that may be added up, or raise MixedMoney if they must."""
    currencies = [each.currency for each in sites if each.cost_minor is not None]
    found = moneys(currencies)
    if len(found) < 2:
        return sites
    if asked.budget is not None or asked.objective is Objective.FACILITY_LOCATION:
        require_one_money(currencies)
    notes.append(Note("money_mixed", {"names": ", ".join(found)}))
    return [replace(each, cost_minor=None) for each in sites]


def _of_centre(each: CentreNow, rhythm: Rhythm, usual: float) -> Candidate:
    learners = learners_of_slots(each.slots, SLOT_WEEKS, rhythm)
    if not learners and each.hours_a_week and each.seats:
        learners = learners_of_hours(each.seats, each.rooms, each.hours_a_week, rhythm)
    return Candidate(
        key=each.code,
        name=each.name,
        kind="centre",
        country=each.country,
        city=each.city,
        point=each.point,
        precision=each.precision,
        seats=each.seats or None,
        learners=learners or usual,
        cost=None,
        agreement=each.agreement,
        existing=each.state == "open",
        source="network",
    )


def _of_site(
    each: SiteListed, rooms: int, hours_a_week: float, rhythm: Rhythm, usual: float
) -> Candidate:
    learners = usual
    if each.seats is not None:
        learners = learners_of_hours(each.seats, rooms, hours_a_week, rhythm)
    return Candidate(
        key=each.code,
        name=each.name,
        kind=each.kind,
        country=each.country,
        city=each.city or "",
        point=Point(each.latitude, each.longitude),
        precision=each.precision,
        seats=each.seats,
        learners=learners,
        cost=None if each.cost_minor is None else float(each.cost_minor),
        agreement=None,
        existing=False,
        source=each.source or "",
    )


async def _routed(
    asked: Asked,
    demand: Sequence[Demand],
    candidates: Sequence[Candidate],
    routers: Sequence[Router],
) -> tuple[tuple[float | None, ...], ...]:
    chosen = next((each for each in routers if each.kind == asked.router), None)
    if chosen is None:
        raise InvalidInput(
            Sentence(
                "Le service d'itinéraires {name} n'est pas réglé sur ce serveur.",
                name=asked.router or "",
            ),
            field="router",
        )
    async with httpx.AsyncClient(timeout=ROUTER_SECONDS) as client:
        minutes = await routed_minutes(
            chosen,
            asked.rules.mode,
            [each.point for each in demand],
            [each.point for each in candidates],
            client=client,
            cache={},
        )
    return tuple(
        tuple(None if np.isnan(each) else float(each) for each in row) for row in minutes.tolist()
    )
