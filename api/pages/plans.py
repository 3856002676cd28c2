"""Where to open next: ask for a plan, read why, compare, hand it out, open a site as a prospect."""

from dataclasses import replace

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from markupsafe import Markup

from api.access.caller import Caller
from api.briefs.document import figure_rows
from api.briefs.pictures import coverage_of, curve_of, map_of
from api.clock import Now
from api.jobs import ask_for_scenario
from api.pages.forms import Typed, posted, queried
from api.pages.login import see_other
from api.pages.manage import managed_countries
from api.pages.problem_pages import in_words
from api.pages.rendering import NEVER_KEPT, Decorated, language_of, page
from api.resources.scenarios import EXPORTS, exported
from centres.countries import list_countries
from centres.errors import NotFound, Refusal
from centres.language import Names, Sentence
from centres.planning import why
from centres.planning.applications import record_applications
from centres.planning.asked import KINDS, USUAL_KINDS, Asked, Assumptions, DemandKind
from centres.planning.demand import Rates
from centres.planning.journeys import MODES, SEASONS, Rules
from centres.planning.lists import applications_of, sites_of
from centres.planning.prospects import make_prospect
from centres.planning.scenarios import (
    Scenario,
    get_inputs,
    get_scenario,
    get_several,
    list_scenarios,
    stop_scenario,
)
from centres.planning.sites import add_sites
from centres.siting.problem import Objective
from sessions.plan_reality import plan_reality

USUAL = {
    "new_sites": "5", "rate": "1", "demand": "learners", "objective": "p_median", "mode": "bus",
    "season": "dry", "within": "60", "seats": "40", "curve_to": "8", "seconds": "60",
    "detour": "138",
}  # fmt: skip


@get("/manage/plans", include_in_schema=False)
async def plans(request: Decorated) -> Response[bytes]:
    """Show the scenarios so far and the form to ask for one; `copy` fills it from another."""
    typed = queried(request)
    number = typed["copy"]
    if number.isascii() and number.isdigit() and len(number) < 10:
        _fill(typed, await own_scenario(request, int(number)))
    return await _list(request, typed)


@post("/manage/plans", include_in_schema=False)
async def ask(request: Decorated, now: Now) -> Response[bytes]:
    """Queue a scenario and show how it comes along."""
    typed = await posted(request)
    mine = managed_countries(request.user)
    wanted = [each for each in typed.all("countries") if mine is None or each in mine]
    if not wanted:
        typed.wrong["countries"] = Sentence("Cochez au moins un pays.")
    name = typed.text("name", most=120)
    try:
        asked = _asked(typed, wanted) if wanted else None
    except Refusal as refusal:
        typed.refuse(refusal)
        asked = None
    if typed.wrong or asked is None or name is None:
        return await _list(request, typed, status=400)
    try:
        made = await ask_for_scenario(name=name, asked=asked, asked_by=request.user.actor, now=now)
    except Refusal as refusal:
        typed.refuse(refusal)
        return await _list(request, typed, status=409)
    return see_other(f"/manage/plans/{made}")


@get("/manage/plans/compare", include_in_schema=False)
async def compare(request: Decorated) -> Response[bytes]:
    """Show solved scenarios beside each other."""
    managed_countries(request.user)
    typed = queried(request)
    numbers = [
        int(each)
        for each in typed.all("with")
        if each.isascii() and each.isdigit() and len(each) < 10
    ]
    for number in numbers:
        await own_scenario(request, number)
    try:
        found = await get_several(scenario_ids=numbers)
    except NotFound:
        raise
    except Refusal as refusal:
        typed.refuse(refusal)
        return await _list(request, typed, status=409)
    language = language_of(request)
    columns = [figure_rows(None, each.answered().after, language) for each in found]
    opened: dict[str, tuple[str, dict[int, int]]] = {}
    for each in found:
        inputs = await get_inputs(scenario_id=each.id)
        new = [site for site in each.answered().sites if not site.existing]
        for number, site in enumerate(new, start=1):
            name = why.placed(inputs.candidates[site.number])
            opened.setdefault(site.key, (name, {}))[1][each.id] = number
    return page(
        request,
        "manage/compare.html",
        headers=NEVER_KEPT,
        scenarios=found,
        figures=[
            (rows[0][0], [row[2] for row in rows])
            for rows in zip(*(column[1:] for column in columns), strict=True)
        ],
        opened=sorted(opened.values(), key=lambda each: (-len(each[1]), each[0])),
        # Made from figures and escaped names by `drawing`, and nothing else.
        coverage=Markup(coverage_of(found, language)),  # noqa: S704
        why=why,
    )


@get("/manage/plans/{number:int}", include_in_schema=False)
async def plan(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Show one scenario: how far it is, or its map, its sites and why."""
    scenario = await own_scenario(request, number)
    return await _one(request, scenario, now)


@post("/manage/plans/{number:int}/stop", include_in_schema=False)
async def stop(request: Decorated, number: FromPath[int]) -> Response[bytes]:
    """End the run and keep the best."""
    await posted(request)
    scenario = await own_scenario(request, number)
    await stop_scenario(scenario_id=scenario.id)
    return see_other(f"/manage/plans/{scenario.id}")


@post("/manage/plans/{number:int}/prospects", include_in_schema=False)
async def prospect(request: Decorated, number: FromPath[int], now: Now) -> Response[bytes]:
    """Put a chosen site into the agreement pipeline."""
    typed = await posted(request)
    scenario = await own_scenario(request, number)
    try:
        await make_prospect(scenario_id=scenario.id, site=typed["site"], now=now)
    except Refusal as refusal:
        return await _one(request, scenario, now, status=409, said=in_words(refusal))
    return see_other(f"/manage/plans/{scenario.id}#pipeline")


@get("/manage/plans/{number:int}/export/{kind:str}", include_in_schema=False)
async def export(request: Decorated, number: FromPath[int], kind: FromPath[str]) -> Response[bytes]:
    """Hand out a solved scenario as a file."""
    scenario = await own_scenario(request, number)
    if kind not in EXPORTS:
        raise NotFound(Sentence("Ce format n'existe pas."), field="kind")
    scenario.answered()
    return await exported(scenario, kind, language_of(request))


@post("/manage/plans/lists", include_in_schema=False)
async def upload(request: Decorated) -> Response[bytes]:
    """Take a manager's own list of candidates, or counts of applications, from a file."""
    typed = await posted(request)
    caller: Caller = request.user
    caller.require_some_manager()
    file = (await request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    try:
        if typed["kind"] == "applications":
            counts = applications_of(content)
            for each in counts:
                caller.require_manager(each.country)
            stored = len(await record_applications(counts=counts))
        else:
            sites = sites_of(content)
            for site in sites:
                caller.require_manager(site.country)
            stored = len(await add_sites(sites=sites))
    except Refusal as refusal:
        where = f"{refusal.field} : " if (refusal.field or "").startswith("row") else ""
        typed.wrong["file"] = f"{where}{in_words(refusal)}"
        return await _list(request, typed, status=400)
    return see_other(f"/manage/plans?stored={stored}")


async def own_scenario(request: Decorated, number: int) -> Scenario:
    """Return a scenario all of whose countries the reader manages, or raise NotFound."""
    mine = managed_countries(request.user)
    scenario = await get_scenario(scenario_id=number)
    if mine is not None and not set(scenario.countries) <= set(mine):
        raise NotFound(Sentence("Le scénario {number} n'existe pas.", number=number))
    return scenario


def _asked(typed: Typed, countries: list[str]) -> Asked:
    """Return the question of the form; what cannot be read is left in `typed.wrong`."""
    new_sites, within = typed.whole("new_sites", 1, 500), typed.whole("within", 1, 1440)
    curve_to, seats = typed.whole("curve_to", 0, 50), typed.whole("seats", 1, 5000)
    seconds = typed.whole("seconds", 1, 600)
    detour = typed.whole("detour", 100, 500)
    most = typed.whole("most_per_country", 1, 500, optional=True)
    fewest = typed.whole("fewest_learners", 1, 10**6, optional=True)
    budget = typed.whole("budget", 0, 10**12, optional=True)
    demand = typed.one_of("demand", list(DemandKind))
    objective = typed.one_of("objective", list(Objective))
    mode, season = typed.one_of("mode", MODES), typed.one_of("season", SEASONS)
    kinds = tuple(each for each in typed.all("kinds") if each in KINDS)
    if not kinds:
        typed.wrong["kinds"] = Sentence("Choisissez dans la liste.")
    try:
        rate = float(typed["rate"].replace(",", "."))
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1000:
        typed.wrong["rate"] = Sentence("Donnez un nombre de {least} à {most}.", least=0, most=1000)
    if typed.wrong:
        return Asked(tuple(countries))
    return Asked(
        countries=tuple(sorted(countries)),
        new_sites=new_sites or 1,
        demand=DemandKind(demand or "learners"),
        objective=Objective(objective or "p_median"),
        kinds=kinds,
        rates=Rates(learners_per_1000=rate),
        rules=Rules(mode=mode or "bus", season=season or "dry", detour=(detour or 138) / 100),
        assumptions=replace(Assumptions(), seats=seats or 40),
        within_minutes=float(within or 60),
        forced=tuple(typed["forced"].replace(",", " ").split()),
        forbidden=tuple(typed["forbidden"].replace(",", " ").split()),
        most_new_per_country=most,
        fewest_learners=float(fewest or 0),
        budget=None if budget is None else float(budget),
        seats_bind=typed["seats_bind"] == "yes",
        curve_to=curve_to or 0,
        seconds=float(seconds or 60),
    )


def _fill(typed: Typed, scenario: Scenario) -> None:
    asked = scenario.asked
    known = {
        "name": scenario.name,
        "new_sites": asked.new_sites,
        "rate": f"{asked.rates.learners_per_1000:g}",
        "demand": asked.demand.value,
        "objective": asked.objective.value,
        "mode": asked.rules.mode,
        "season": asked.rules.season,
        "detour": round(asked.rules.detour * 100),
        "within": round(asked.within_minutes),
        "seats": asked.assumptions.seats,
        "seats_bind": "yes" if asked.seats_bind else "",
        "curve_to": asked.curve_to,
        "seconds": round(asked.seconds),
        "forced": " ".join(asked.forced),
        "forbidden": " ".join(asked.forbidden),
        "most_per_country": asked.most_new_per_country or "",
        "fewest_learners": round(asked.fewest_learners) or "",
        "budget": "" if asked.budget is None else round(asked.budget),
    }
    typed.values.update({name: [str(value)] for name, value in known.items()})
    typed.values["countries"] = list(asked.countries)
    typed.values["kinds"] = list(asked.kinds)


async def _one(
    request: Decorated,
    scenario: Scenario,
    now: Now,
    *,
    status: int = 200,
    said: str | None = None,
) -> Response[bytes]:
    language = language_of(request)
    values: dict[str, object] = {"inputs": None}
    if scenario.result is not None:
        result = scenario.result
        inputs = await get_inputs(scenario_id=scenario.id)
        names = {each.key: each.name for each in inputs.candidates}
        values = {
            "inputs": inputs,
            "new": [each for each in result.sites if not each.existing],
            "kept": [each for each in result.sites if each.existing],
            # Made from figures and escaped names by `drawing`, and nothing else.
            "map": Markup(map_of(scenario, inputs, language)),  # noqa: S704
            "curve": Markup(curve_of(scenario, language)),  # noqa: S704
            "figures": figure_rows(result.before, result.after, language),
            "proof": why.proof_words(result.proof),
            "prices": [
                why.price_words(each, lambda key: names.get(key, key)) for each in result.prices
            ],
            "notes": [why.note_words(each) for each in result.notes if each.code != "fewer"],
            "fewer": [why.note_words(each) for each in result.notes if each.code == "fewer"],
            "reasons": {each.key: why.reasons(each, result, inputs) for each in result.sites},
            "rivals": [(names[key], count) for key, count in result.rivals],
            "reality": await plan_reality(scenario_id=scenario.id, now=now),
        }
    return page(
        request,
        "manage/plan.html",
        status=status,
        headers=NEVER_KEPT,
        language=language,
        scenario=scenario,
        said=said,
        why=why,
        **values,
    )


async def _list(request: Decorated, typed: Typed, *, status: int = 200) -> Response[bytes]:
    if "new_sites" not in typed:  # this form was not sent: it starts with what is usual
        for name, value in USUAL.items():
            typed.values.setdefault(name, [value])
        typed.values.setdefault("kinds", list(USUAL_KINDS))
    mine = managed_countries(request.user)
    countries = await list_countries(countries=mine)
    stored = typed["stored"]
    return page(
        request,
        "manage/plans.html",
        status=status,
        headers=NEVER_KEPT,
        typed=typed,
        stored=int(stored) if stored.isascii() and stored.isdigit() and len(stored) < 6 else None,
        countries=[
            (each.iso2, Names(each.name_fr, each.name_en, each.name_pt)) for each in countries
        ],
        scenarios=await list_scenarios(countries=mine, limit=30),
        why=why,
    )
