"""Scenarios of site planning: asked for, worked out as a job, read, compared, handed out."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from api.access.caller import Caller
from api.briefs.document import as_pdf
from api.briefs.pictures import map_of
from api.briefs.tables import as_csv, as_geojson, as_xlsx
from api.clock import Now
from api.jobs import ask_for_scenario
from api.routes import READ, acting, creating, listing, reading, refusing
from api.wire import (
    After,
    Body,
    IdInPath,
    Instant,
    Iso2,
    Iso2Filter,
    Limit,
    Line,
    Page,
    View,
    after_id,
    page_of,
    revised,
    shown,
)
from centres.errors import InvalidInput
from centres.language import Language, negotiate
from centres.planning import scenarios
from centres.planning.asked import (
    USUAL_KINDS,
    Asked,
    Assumptions,
    DemandKind,
    Inputs,
)
from centres.planning.demand import Rates
from centres.planning.journeys import Rules
from centres.planning.outcome import Outcome
from centres.planning.prospects import make_prospect
from centres.planning.scenarios import Scenario, ScenarioState, get_inputs
from centres.planning.solving import (
    CurvePoint,
    Origin,
    Price,
    Proof,
    Stage,
)
from centres.planning.why import note_words, price_words, proof_words, reasons
from centres.siting.problem import Objective
from sessions.plan_reality import Reality, plan_reality

Key = Annotated[str, Meta(min_length=1, max_length=60, pattern=r"\A[^\x00]+\Z")]
Keys = Annotated[list[Key], Meta(max_length=200)]
Kind = Literal["host", "auf_site", "orange_digital_center", "partner", "own", "town"]
Mode = Literal["bus", "car", "moto", "bike", "walk"]
Season = Literal["dry", "rainy"]
RouterName = Literal["osrm", "valhalla", "openrouteservice"]
Share = Annotated[float, Meta(ge=0, le=100)]


class RatesBody(Body):
    """What turns people into learners: per 1,000 aged 18 to 30 who are online."""

    learners_per_1000: Annotated[float, Meta(ge=0, le=1000)] = 1.0
    internet_percent: dict[str, Share] = msgspec.field(default_factory=dict)
    fewest_per_cell: Annotated[int, Meta(ge=0, le=10_000_000)] = 0


class RulesBody(Body):
    """How journeys are reckoned: geodesic x detour / speed, unless something better is known."""

    mode: Mode = "bus"
    season: Season = "dry"
    detour: Annotated[float, Meta(ge=1, le=5)] = 1.38
    detours: dict[str, Annotated[float, Meta(ge=1, le=5)]] = msgspec.field(default_factory=dict)
    speed_km_h: Annotated[float, Meta(ge=1, le=200)] | None = None
    across_borders: bool = False


class AssumptionsBody(Body):
    """What nobody knows and the plan needs all the same."""

    seats: Annotated[int, Meta(ge=1, le=5000)] = 40
    rooms: Annotated[int, Meta(ge=1, le=50)] = 2
    hours_a_week: Annotated[float, Meta(ge=1, le=500)] = 24.0
    cost: Annotated[float, Meta(ge=0, le=1e12)] = 0.0
    draws: Annotated[int, Meta(ge=0, le=200)] = 100
    demand_spread: Annotated[float, Meta(ge=0, le=2)] = 0.3
    journey_spread: Annotated[float, Meta(ge=0, le=2)] = 0.2


class AskedBody(Body):
    """The question: how many new sites, for whom, among which candidates, under which rules."""

    countries: Annotated[list[Iso2], Meta(min_length=1, max_length=30)]
    new_sites: Annotated[int, Meta(ge=1, le=500)] = 5
    demand: DemandKind = DemandKind.LEARNERS
    objective: Objective = Objective.P_MEDIAN
    kinds: Annotated[list[Kind], Meta(min_length=1, max_length=6)] = msgspec.field(
        default_factory=lambda: list(USUAL_KINDS)  # type: ignore[arg-type]
    )
    rates: RatesBody = msgspec.field(default_factory=RatesBody)
    rules: RulesBody = msgspec.field(default_factory=RulesBody)
    assumptions: AssumptionsBody = msgspec.field(default_factory=AssumptionsBody)
    within_minutes: Annotated[float, Meta(ge=1, le=1440)] = 60.0
    keep_existing: bool = True
    forced: Keys = msgspec.field(default_factory=list)
    forbidden: Keys = msgspec.field(default_factory=list)
    most_new_per_country: Annotated[int, Meta(ge=1, le=500)] | None = None
    fewest_learners: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    seats_bind: bool = False
    budget: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    minute_cost: Annotated[float, Meta(ge=0, le=1e9)] = 1.0
    curve_to: Annotated[int, Meta(ge=0, le=50)] = 0
    router: RouterName | None = None
    seed: Annotated[int, Meta(ge=0, le=2**53)] = 1
    seconds: Annotated[float, Meta(ge=0.1, le=600)] = 60.0

    def chosen(self) -> Asked:
        """Return the question, checked as a whole."""
        given = {name: getattr(self, name) for name in AskedBody.__struct_fields__}
        given |= {
            "countries": tuple(sorted(set(self.countries))),
            "kinds": tuple(self.kinds),
            "forced": tuple(self.forced),
            "forbidden": tuple(self.forbidden),
            "rates": _made(Rates, self.rates),
            "rules": _made(Rules, self.rules),
            "assumptions": _made(Assumptions, self.assumptions),
        }
        return Asked(**given)


def _made(kind: Callable[..., Any], body: Body) -> Any:
    return kind(**{name: getattr(body, name) for name in body.__struct_fields__})


class ScenarioIn(AskedBody, kw_only=True):
    """A question under a name."""

    name: Line


class ScenarioCopy(Body):
    """A copy of a scenario, with other values for what is given: those of a new scenario."""

    name: Line
    changes: dict[str, Any] = msgspec.field(default_factory=dict)


class ProspectIn(Body):
    """A site that the scenario chose, by its key."""

    site: Key


class SiteView(View):
    """An open site: whom it serves, what would be without it, and why, in words."""

    key: str
    name: str
    kind: str
    country: str
    city: str
    latitude: float
    longitude: float
    precision: str
    agreement: str | None
    existing: bool
    forced: bool
    learners: float
    seats: float
    mean_minutes: float | None
    worst_minutes: float | None
    origins: list[Origin]
    places: int
    saved_minutes: float | None
    stranded: float
    next_best: str | None
    worse_by: float | None
    chosen_in: int | None
    why: list[str]


class AnswerView(View):
    """The answer: figures with today's centres alone and with the plan, and how good it is."""

    sites: list[SiteView]
    before: Outcome | None
    after: Outcome
    proof: Proof
    prices: list[Price]
    curve: list[CurvePoint]
    draws: int
    rivals: list[tuple[str, int]]
    words: list[str]
    notes: list[str]


class ScenarioView(View):
    """A scenario; `answer` once it is solved, and in lists never."""

    id: int
    name: str
    state: ScenarioState
    asked: Asked
    inputs_hash: str | None
    progress: Stage | None
    stop_asked: bool
    copied_from: int | None
    asked_by: str
    asked_at: Instant
    solved_at: Instant | None
    failure: str | None
    revision: int
    answer: AnswerView | None = None


class ComparedView(View):
    """One scenario beside others; `hash` tells whether two hang on the same inputs."""

    id: int
    name: str
    hash: str
    new_sites: list[str]
    only_here: list[str]
    outcome: Outcome
    proof: Proof


class ProspectView(View):
    """A site in the agreement pipeline, with what was expected of it."""

    id: int
    scenario: int
    site: str
    centre: str
    centre_state: str
    agreement: int
    agreement_state: str
    expected_learners: int
    expected_minutes: float


class RealityView(View):
    """What was expected of a site, and its real use of the last 90 days once it is open."""

    prospect: ProspectView
    meetups: int | None
    seats_offered: int | None
    seats_booked: int | None
    released: int | None
    learners: int | None
    waiting: int | None
    share: float | None


def answer_view(scenario: Scenario, inputs: Inputs, language: Language) -> AnswerView:
    """Return the answer of a solved scenario with its words in this language."""
    result = scenario.answered()
    names = {each.key: each.name for each in inputs.candidates}
    sites = [
        shown(
            SiteView,
            site,
            **{
                name: getattr(inputs.candidates[site.number], name)
                for name in ("name", "kind", "country", "city", "precision", "agreement")
            },
            latitude=inputs.candidates[site.number].point.latitude,
            longitude=inputs.candidates[site.number].point.longitude,
            origins=list(site.origins),
            why=[each.in_language(language) for each in reasons(site, result, inputs)],
        )
        for site in result.sites
    ]
    words = [*proof_words(result.proof)]
    words += [price_words(each, lambda key: names.get(key, key)) for each in result.prices]
    return AnswerView(
        sites=sites,
        before=result.before,
        after=result.after,
        proof=result.proof,
        prices=list(result.prices),
        curve=list(result.curve),
        draws=result.draws,
        rivals=list(result.rivals),
        words=[each.in_language(language) for each in words],
        notes=[note_words(each).in_language(language) for each in result.notes],
    )


def scenario_view(
    row: Scenario, answer: AnswerView | None = None, language: Language = Language.FR
) -> ScenarioView:
    """Return a scenario as programs see it, its failure in this language."""
    names = [each for each in ScenarioView.__struct_fields__ if each not in ("answer", "failure")]
    return ScenarioView(
        **{name: getattr(row, name) for name in names},
        failure=row.failure_in(language),
        answer=answer,
    )


def _reality(each: Reality) -> RealityView:
    use = each.use
    figures = ("meetups", "seats_offered", "seats_booked", "released", "learners", "waiting")
    return RealityView(
        prospect=shown(ProspectView, each.prospect),
        share=each.share,
        **{name: None if use is None else getattr(use, name) for name in figures},
    )


def require_countries(caller: Caller, countries: tuple[str, ...]) -> None:
    """Raise unless the caller manages each of these countries."""
    caller.require_some_manager()
    for country in countries:
        caller.require_manager(country)


async def own_scenario(scenario_id: int, caller: Caller) -> Scenario:
    """Return a scenario all of whose countries the caller manages, or raise."""
    caller.require_some_manager()
    row = await scenarios.get_scenario(scenario_id=scenario_id)
    require_countries(caller, row.countries)
    return row


def varied_body(asked: Asked, changes: dict[str, Any]) -> AskedBody:
    """Return a stored question as a body with other values in it, checked as if it were sent."""
    stored = msgspec.to_builtins(asked)
    for name, value in changes.items():
        if isinstance(stored.get(name), dict) and isinstance(value, dict):
            stored[name] = {**stored[name], **value}
        else:
            stored[name] = value
    try:
        return msgspec.convert(stored, AskedBody)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error), field="changes") from error


EXPORTS: dict[str, tuple[str, Callable[[Scenario, Inputs, Language], bytes]]] = {
    "geojson": ("application/geo+json", as_geojson),
    "csv": ("text/csv", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "pdf": ("application/pdf", as_pdf),
    "svg": ("image/svg+xml", lambda row, inputs, said: map_of(row, inputs, said).encode()),
}


class ScenarioController(Controller):
    """Where to open next; for managers of all the scenario's countries."""

    path = "/scenarios"
    tags = ("Site planning",)

    @listing()
    async def list_all(
        self,
        caller: NamedDependency[Caller],
        country: Iso2Filter = None,
        in_state: Annotated[ScenarioState | None, QueryParameter(name="state")] = None,
        limit: Limit = 50,
        after: After = None,
    ) -> Page[ScenarioView]:
        """Scenarios of your countries, newest first, without their answers."""
        found = await scenarios.list_scenarios(
            countries=caller.countries_within(country),
            state=in_state,
            before_id=after_id(after) or None,
            limit=limit + 1,
        )
        return page_of(scenario_view, found, limit)

    @get("/compare", responses=refusing(*READ, 409))
    async def compare(
        self,
        caller: NamedDependency[Caller],
        scenario: Annotated[
            list[Annotated[int, Meta(ge=1, le=2**31 - 1)]],
            QueryParameter(description="Two to six solved scenarios.", min_items=1, max_items=20),
        ],
    ) -> list[ComparedView]:
        """Scenarios beside each other: what each opens that no other does, and its figures."""
        caller.require_some_manager()
        for each in scenario:
            await own_scenario(each, caller)
        return await compared(scenario)

    @reading("/{scenario_id:int}")
    async def read(
        self,
        scenario_id: IdInPath,
        caller: NamedDependency[Caller],
        request: Request[Caller, Any, Any],
    ) -> Response[ScenarioView]:
        """One scenario, with its answer once it is solved."""
        row = await own_scenario(scenario_id, caller)
        answer = None
        language = negotiate(request.headers.get("accept-language"))
        if row.result is not None:
            answer = answer_view(row, await get_inputs(scenario_id=row.id), language)
        return revised(scenario_view(row, answer, language), row.revision)

    @creating(status_code=202)
    async def create(
        self, data: JSONBody[ScenarioIn], caller: NamedDependency[Caller], now: Now
    ) -> Response[ScenarioView]:
        """Ask a question; it is worked out as a job: read it until its state is `solved`."""
        caller.require_writer()
        asked = data.chosen()
        require_countries(caller, asked.countries)
        made = await ask_for_scenario(name=data.name, asked=asked, asked_by=caller.actor, now=now)
        return await _asked_for(made)

    @acting("/{scenario_id:int}/copy", status=202)
    async def copy(
        self,
        scenario_id: IdInPath,
        data: JSONBody[ScenarioCopy],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> Response[ScenarioView]:
        """Ask the same question again, with other values for what `changes` names."""
        caller.require_writer()
        row = await own_scenario(scenario_id, caller)
        asked = varied_body(row.asked, data.changes).chosen()
        require_countries(caller, asked.countries)
        made = await ask_for_scenario(
            name=data.name, asked=asked, asked_by=caller.actor, now=now, copied_from=row.id
        )
        copied = await scenarios.get_scenario(scenario_id=made)
        return Response(
            scenario_view(copied), status_code=202, headers={"ETag": f'"{copied.revision}"'}
        )

    @acting("/{scenario_id:int}/stop")
    async def stop(
        self, scenario_id: IdInPath, caller: NamedDependency[Caller]
    ) -> Response[ScenarioView]:
        """End the run and keep the best that it has; nothing happens once it is solved."""
        caller.require_writer()
        await own_scenario(scenario_id, caller)
        row = await scenarios.stop_scenario(scenario_id=scenario_id)
        return revised(scenario_view(row), row.revision)

    @acting("/{scenario_id:int}/prospects", status=201)
    async def open_prospect(
        self,
        scenario_id: IdInPath,
        data: JSONBody[ProspectIn],
        caller: NamedDependency[Caller],
        now: Now,
    ) -> ProspectView:
        """Put a chosen site into the agreement pipeline, with the use expected of it."""
        caller.require_writer()
        await own_scenario(scenario_id, caller)
        made = await make_prospect(scenario_id=scenario_id, site=data.site, now=now)
        return shown(ProspectView, made)

    @get("/{scenario_id:int}/reality", responses=refusing(*READ))
    async def reality(
        self, scenario_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> list[RealityView]:
        """What was expected of each site, and its real use once it is open."""
        await own_scenario(scenario_id, caller)
        return [_reality(each) for each in await plan_reality(scenario_id=scenario_id, now=now)]

    @get(
        "/{scenario_id:int}/export/{kind:str}",
        responses=refusing(*READ, 409),
        media_type="application/octet-stream",
    )
    async def export(
        self,
        scenario_id: IdInPath,
        kind: FromPath[Literal["geojson", "csv", "xlsx", "pdf", "svg"]],
        caller: NamedDependency[Caller],
        request: Request[Caller, Any, Any],
    ) -> Response[bytes]:
        """A solved scenario as GeoJSON, CSV, Excel, a brief of two pages, or its map."""
        row = await own_scenario(scenario_id, caller)
        row.answered()
        language = negotiate(request.headers.get("accept-language"))
        found = await exported(row, kind, language)
        # One media type for every kind, so that the schema can tell the truth of all of them.
        return Response(found.content, media_type="application/octet-stream", headers=found.headers)


async def exported(row: Scenario, kind: str, language: Language) -> Response[bytes]:
    """Return a solved scenario as a file of this kind."""
    media, make = EXPORTS[kind]
    inputs = await get_inputs(scenario_id=row.id)
    return Response(
        make(row, inputs, language),
        media_type=media,
        headers={
            "Content-Disposition": f'attachment; filename="plan-{row.id}.{kind}"',
            "Cache-Control": "private, no-store",
            "Content-Language": language.value,
        },
    )


async def compared(numbers: list[int]) -> list[ComparedView]:
    """Return solved scenarios beside each other, in the order given."""
    found = await scenarios.get_several(scenario_ids=numbers)
    opened = {
        each.id: [site.key for site in each.answered().sites if not site.existing] for each in found
    }
    return [
        ComparedView(
            id=each.id,
            name=each.name,
            hash=each.inputs_hash or "",
            new_sites=opened[each.id],
            only_here=[
                key
                for key in opened[each.id]
                if not any(key in opened[other.id] for other in found if other.id != each.id)
            ],
            outcome=each.answered().after,
            proof=each.answered().proof,
        )
        for each in found
    ]


async def _asked_for(scenario_id: int) -> Response[ScenarioView]:
    row = await scenarios.get_scenario(scenario_id=scenario_id)
    return Response(
        scenario_view(row),
        status_code=202,
        headers={"ETag": f'"{row.revision}"', "Location": f"/api/v1/scenarios/{row.id}"},
    )
