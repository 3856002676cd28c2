"""Pages of where to open next: candidates and journeys by hand, and what they do to a plan."""

import html
import re

import pytest

from api.pages.plans import USUAL
from centres.db import rows
from centres.planning.asked import Asked, Assumptions, DemandKind
from centres.planning.overrides import read_journey
from centres.planning.problem import NothingToPlanFor
from centres.planning.scenarios import get_scenario, request_scenario
from centres.planning.sites import list_sites
from centres.planning.towns import known_point
from centres.tables import Country, Locality
from sessions.site_plans import solve_scenario
from tests.api.conftest import NOW
from tests.api.pages.conftest import key_in
from tests.api.planned_sites import made_plans
from tests.factories import stored

SITE = {
    "country": "SN", "name": "Lycée de Thiès", "latitude": "14,791", "longitude": "-16,926",
    "precision": "site", "seats": "60", "cost": "250000", "city": "", "source": "visite",
}  # fmt: skip
JOURNEY = {
    "country": "SN", "from_name": "Gorée", "from_latitude": "14.667", "from_longitude": "-17.3985",
    "to_name": "", "kind": "extra", "minutes": "45", "season": "", "mode": "",
    "source": "horaires de la chaloupe", "observed_on": "2026-11-01",
}  # fmt: skip
PLAN = Asked(
    ("SN",), 1, demand=DemandKind.APPLICATIONS, assumptions=Assumptions(draws=1), kinds=("own",)
)


def text(answer) -> str:
    return html.unescape(answer.text)


async def the_town_of(name: str, latitude: float, longitude: float) -> None:
    senegal = await Country.objects().get(Country.iso2 == "SN")
    await stored(
        Locality(
            geonameid=int(1000 * latitude), country=senegal, name=name, latitude=latitude,
            longitude=longitude, population=1000,
        )
    )  # fmt: skip


async def test_a_manager_adds_one_candidate_by_hand(manager):
    seen = await manager.get("/manage/candidates")

    answer = await manager.post("/manage/candidates", data={**SITE, **key_in(seen)})
    shown = text(await manager.get(answer.headers["location"]))

    (site,) = await list_sites(kind="own")
    assert (site.name, site.latitude, site.longitude) == ("Lycée de Thiès", 14.791, -16.926)
    assert (site.seats, site.cost_minor, site.precision) == (60, 250000, "site")
    assert "Enregistré sous le code own-sn-001." in shown
    assert "Lycée de Thiès" in shown


async def test_a_candidate_without_coordinates_stands_at_the_point_of_its_town(manager):
    key = key_in(await manager.get("/manage/candidates"))
    await the_town_of("Mbour", 14.42, -16.96)
    there = SITE | {"latitude": "", "longitude": "", "city": "mbour"}

    answer = await manager.post("/manage/candidates", data={**there, **key})

    (site,) = await list_sites(kind="own")
    assert answer.status_code == 303
    assert (site.latitude, site.longitude, site.precision) == (14.42, -16.96, "city")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"latitude": "14,7x"}, "Donnez un nombre, comme 14,72."),
        ({"latitude": "", "longitude": ""}, "ou une ville que le réseau connaît"),
        ({"latitude": "-16.926", "longitude": "14.791"}, "en mer"),
        ({"name": ""}, "Ce champ est vide."),
        ({"seats": "0"}, "Donnez un nombre de 1 à 5000."),
        ({"country": "ML"}, "Choisissez dans la liste."),
    ],
)
async def test_a_candidate_that_cannot_be_is_refused_with_what_was_typed(manager, change, said):
    key = key_in(await manager.get("/manage/candidates"))

    answer = await manager.post("/manage/candidates", data={**SITE, **change, **key})

    assert answer.status_code in (400, 409)
    assert said in text(answer)
    assert 'value="visite"' in text(answer)
    assert await list_sites(kind="own") == []


async def test_a_journey_is_told_corrected_and_withdrawn_and_every_version_stays(manager):
    key = key_in(await manager.get("/manage/journeys"))

    await manager.post("/manage/journeys", data={**JOURNEY, **key})
    listed = text(await manager.get("/manage/journeys"))
    line = (await rows("SELECT line FROM journey_override"))[0]["line"]
    path = f"/manage/journeys/{line}"
    form = text(await manager.get(path))
    better = {**JOURNEY, **key, "version": "1", "minutes": "30", "season": "rainy"}
    corrected = await manager.post(path, data=better)
    stale = await manager.post(path, data=better | {"minutes": "20"})
    gone = await manager.post(path, data=better | {"version": "2", "withdrawn": "yes"})
    after = text(await manager.get(path))

    assert "Gorée – partout ailleurs : 45 minutes de plus" in listed
    assert "horaires de la chaloupe, dimanche 1" in listed
    assert 'name="minutes" type="number" value="45"' in form
    assert [each.status_code for each in (corrected, stale, gone)] == [303, 409, 303]
    assert (await read_journey(line=line)).version == 3
    assert "45 minutes de plus" in after
    assert "30 minutes de plus" in after
    assert "retiré" in after


async def test_a_journey_between_known_towns_needs_no_coordinates(manager):
    key = key_in(await manager.get("/manage/journeys"))
    await the_town_of("Mbour", 14.42, -16.96)
    await the_town_of("Fatick", 14.34, -16.41)
    road = JOURNEY | {"from_name": "Mbour", "to_name": "fatick", "kind": "minutes"}

    answer = await manager.post(
        "/manage/journeys", data={**road, **key, "from_latitude": "", "from_longitude": ""}
    )

    assert answer.status_code == 303
    (journey,) = await rows("SELECT from_latitude, to_longitude, minutes FROM journey_override")
    assert journey == {"from_latitude": 14.42, "to_longitude": -16.41, "minutes": 45.0}
    assert await known_point(country="ML", name="Mbour") is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to_name": "Nulle-Part"}, "Le lieu Nulle-Part n'est pas connu"),
        ({"minutes": ""}, "Donnez des minutes, sauf pour dire qu'il n'y a pas de trajet."),
        ({"source": ""}, "Ce champ est vide."),
        ({"observed_on": "hier"}, "Donnez une date"),
        ({"from_latitude": "95"}, "n'est pas entre -90 et 90 degrés"),
        ({"season": "spring"}, "Choisissez dans la liste."),
    ],
)
async def test_a_journey_that_cannot_be_is_refused_beside_its_field(manager, change, said):
    key = key_in(await manager.get("/manage/journeys"))

    answer = await manager.post("/manage/journeys", data={**JOURNEY, **change, **key})

    assert answer.status_code in (400, 409)
    assert said in text(answer)
    assert await rows("SELECT id FROM journey_override") == []


async def test_scenarios_beside_each_other_show_figures_coverage_and_who_chose_which_site(manager):
    made = await made_plans()
    numbers = made["scenario"], made["scenario_too"]

    shown = text(await manager.get("/manage/plans/compare?with={}&with={}".format(*numbers)))
    unknown = await manager.get(f"/manage/plans/compare?with={numbers[0]}&with=999")

    assert re.findall(r'<a href="/manage/plans/(\d+)">(.*?)</a>', shown) == [
        (str(numbers[0]), "Un site"),
        (str(numbers[1]), "Un autre"),
    ]
    assert shown.count("<title>Part des apprenants à moins de 30, 60 et 90 minutes</title>") == 1
    assert shown.count("≤ 60 min") == 2
    assert shown.count("oui, n° 1") == 2
    assert "Lycée de Thiès" in shown
    assert unknown.status_code == 404


async def test_a_question_keeps_its_least_number_of_learners_and_budget_when_it_is_copied(manager):
    key = key_in(await manager.get("/manage/plans"))
    asked = {
        **key, **USUAL, "name": "Peu de sites", "countries": "SN", "kinds": "own",
        "fewest_learners": "30", "budget": "500000",
    }  # fmt: skip

    answer = await manager.post("/manage/plans", data=asked)
    made = answer.headers["location"].rpartition("/")[2]
    copied = text(await manager.get(f"/manage/plans?copy={made}"))
    bad = await manager.post("/manage/plans", data={**asked, "fewest_learners": "-3"})

    kept = (await get_scenario(scenario_id=int(made))).asked
    assert (kept.fewest_learners, kept.budget) == (30.0, 500000.0)
    assert 'name="fewest_learners" type="number" value="30"' in copied
    assert bad.status_code == 400
    assert "Donnez un nombre de 1 à 1000000." in text(bad)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Aucun apprenant dans ces pays"),
        ("en", "No learner in these countries"),
        ("pt", "Nenhum formando nestes países"),
    ],
)
async def test_why_there_is_no_answer_is_said_in_the_readers_language(manager, language, said):
    made = await request_scenario(name="Rien", asked=PLAN, asked_by="test", now=NOW)
    with pytest.raises(NothingToPlanFor):
        await solve_scenario(scenario_id=made, now=NOW)

    shown = await manager.get(f"/manage/plans/{made}", headers={"Accept-Language": language})

    assert said in text(shown)
