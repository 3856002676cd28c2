"""Shell: a chosen site enters the agreement pipeline as a prospect, with the use expected of it."""

from dataclasses import dataclass
from datetime import datetime

from centres import fields
from centres.agreements import Agreement, list_agreements
from centres.db import atomic, rows
from centres.errors import Refusal
from centres.hosting import register_agreement
from centres.hosts import register_host
from centres.language import Sentence
from centres.planning.candidates import Candidate
from centres.planning.problem import UnknownSite
from centres.planning.scenarios import get_inputs, get_scenario
from centres.premises import register_centre

IN_PIPELINE = ("prospect", "negotiating", "agreed", "open", "suspended")


class HostToBeFound(Refusal):
    """This site is a town: nobody there has been asked yet."""


class ProspectMadeBefore(Refusal):
    """This site of this scenario is in the pipeline already."""

    constraints = ("prospect_is_made_once",)


@dataclass(frozen=True, slots=True)
class Prospect:
    """A site that entered the pipeline: its centre and agreement now, and what was expected."""

    id: int
    scenario: int
    site: str
    centre: str
    centre_name: str
    centre_state: str
    country: str
    agreement: int
    agreement_state: str
    expected_learners: int
    expected_minutes: float
    recorded_at: datetime


_PROSPECTS = """
SELECT p.id, p.scenario, p.site, c.code AS centre, c.name AS centre_name, c.state AS centre_state,
       k.iso2 AS country, a.id AS agreement, a.state AS agreement_state, p.expected_learners,
       p.expected_minutes, p.recorded_at
FROM scenario_prospect p JOIN agreement a ON a.id = p.agreement JOIN centre c ON c.id = a.centre
JOIN country k ON k.id = c.country
"""


async def make_prospect(*, scenario_id: int, site: str, now: datetime) -> Prospect:
    """Register host and centre where they are new, and a prospective agreement; return it all.

    Raises UnknownSite for a site that the scenario did not choose, HostToBeFound for a town, and
    ProspectMadeBefore.
    """
    scenario = await get_scenario(scenario_id=scenario_id)
    result = scenario.answered()
    chosen = next((each for each in result.sites if each.key == site and not each.existing), None)
    if chosen is None:
        raise UnknownSite(
            Sentence("Le scénario {number} n'a pas retenu ce site.", number=scenario_id),
            field="site",
        )
    candidate = (await get_inputs(scenario_id=scenario_id)).candidates[chosen.number]
    if candidate.kind == "town":
        raise HostToBeFound(
            Sentence(
                "Cherchez d'abord un établissement à {name}, puis ajoutez-le à la liste des sites.",
                name=candidate.name,
            ),
            field="site",
        )
    async with atomic():
        if await rows(
            "SELECT id FROM scenario_prospect WHERE scenario = $1 AND site = $2", scenario_id, site
        ):
            raise ProspectMadeBefore(
                Sentence("{name} est déjà un prospect de ce scénario.", name=candidate.name),
                field="site",
            )
        centre = await _centre(candidate, scenario_id, scenario.name)
        agreement = await _agreement(centre, scenario.name, round(chosen.learners), now)
        stored = await rows(
            """INSERT INTO scenario_prospect (scenario, site, agreement, expected_learners,
                                              expected_minutes, recorded_at)
               VALUES ($1, $2, $3, $4, $5, $6) RETURNING id""",
            scenario_id,
            site,
            agreement.id,
            round(chosen.learners),
            chosen.mean_minutes or 0.0,
            now,
        )
        found = await rows(f"{_PROSPECTS} WHERE p.id = $1", stored[0]["id"])
    return Prospect(**found[0])


async def list_prospects(*, scenario_id: int) -> list[Prospect]:
    """Return the sites of a scenario that entered the pipeline, by id."""
    found = await rows(f"{_PROSPECTS} WHERE p.scenario = $1 ORDER BY p.id", scenario_id)
    return [Prospect(**each) for each in found]


async def _centre(candidate: Candidate, scenario: int, name: str) -> str:
    """Return the code of the candidate's centre: the one it is, or a new one that is planned."""
    if candidate.kind == "centre":
        return candidate.key
    known = await rows("SELECT code FROM host WHERE code = $1", candidate.key)
    linked = await rows(
        "SELECT h.code FROM candidate_site s JOIN host h ON h.id = s.host WHERE s.code = $1",
        candidate.key,
    )
    if linked:
        host = str(linked[0]["code"])
    elif known:
        host = candidate.key
    else:
        made = await register_host(
            code=fields.code(candidate.key, longest=40),
            name=candidate.name,
            kind="other",
            country=candidate.country,
            city=candidate.city or None,
            source=candidate.source or None,
        )
        host = made.code
        await rows(
            "UPDATE candidate_site SET host = (SELECT id FROM host WHERE code = $1)"
            " WHERE code = $2",
            host,
            candidate.key,
        )
    centre = await register_centre(
        host=host,
        country=candidate.country,
        name=candidate.name,
        city=candidate.city or candidate.name[:120],
        latitude=candidate.point.latitude,
        longitude=candidate.point.longitude,
        precision=candidate.precision,
        source=f"scenario {scenario}: {name}",
    )
    return centre.code


async def _agreement(centre: str, scenario: str, learners: int, now: datetime) -> Agreement:
    live = [each for each in await list_agreements(centres=[centre]) if each.state in IN_PIPELINE]
    if live:
        return live[-1]
    return await register_agreement(
        centre=centre,
        now=now,
        note=str(
            Sentence(
                "Proposé par le scénario « {name} » : {learners} apprenants attendus.",
                name=scenario,
                learners=learners,
            )
        ),
    )
