"""What site planning adds to the peopled world: candidates, a journey, two solved scenarios."""

from datetime import date

from centres.planning.applications import ApplicationsGiven, record_applications
from centres.planning.asked import Asked, Assumptions, DemandKind
from centres.planning.lists import SiteGiven
from centres.planning.overrides import JourneyGiven, add_journey
from centres.planning.scenarios import request_scenario
from centres.planning.sites import add_site
from sessions.site_plans import solve_scenario
from tests.factories import NOW


async def made_plans() -> dict[str, object]:
    """Return names of a candidate, a journey, and two scenarios of Senegal that chose it."""
    site = await add_site(
        site=SiteGiven("Lycée de Thiès", "SN", 14.791, -16.926, "site", "Thiès", seats=60)
    )
    await add_site(site=SiteGiven("Lycée de Mbour", "SN", 14.42, -16.96, city="Mbour"))
    journey = await add_journey(
        journey=JourneyGiven(
            "SN", "Gorée", 14.667, -17.3985, "extra", "chaloupe", date(2026, 11, 1), minutes=45
        ),
        now=NOW,
    )
    await record_applications(
        counts=[
            ApplicationsGiven("SN", "Thiès", 40, "campagne", date(2026, 11, 1), 25, 14.791, -16.926)
        ]
    )
    asked = Asked(
        ("SN",),
        1,
        demand=DemandKind.APPLICATIONS,
        assumptions=Assumptions(draws=2),
        forced=(site.code,),
        curve_to=1,
    )
    made = [
        await request_scenario(name=name, asked=asked, asked_by="test", now=NOW)
        for name in ("Un site", "Un autre")
    ]
    for each in made:
        await solve_scenario(scenario_id=each, now=NOW)
    return {
        "candidate": site.code,
        "journey": journey.line,
        "scenario": made[0],
        "scenario_too": made[1],
    }
