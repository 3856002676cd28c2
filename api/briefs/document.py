"""A plan as a brief of two pages for partners: map and figures, then each site and why.

Typst sets it; its fonts come in its wheel. All texts go in as data, never as markup.
"""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from babel import Locale

from api.briefs.pictures import map_of
from centres.language import LOCALES, Language, Sentence
from centres.planning.asked import Inputs
from centres.planning.outcome import Outcome
from centres.planning.scenarios import Scenario
from centres.planning.why import (
    DEMANDS,
    MODES,
    OBJECTIVES,
    PRECISIONS,
    SEASONS,
    note_words,
    price_words,
    proof_words,
    reasons,
)

TEMPLATE = Path(__file__).parent / "brief.typ"
SITES_TOLD = 6
SITES_TABLED = 14


def as_pdf(scenario: Scenario, inputs: Inputs, language: Language) -> bytes:
    """Return the brief as PDF; the same scenario gives the same bytes."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "brief.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "map.svg").write_text(map_of(scenario, inputs, language), encoding="utf-8")
        facts = json.dumps(_facts(scenario, inputs, language), ensure_ascii=False)
        (root / "facts.json").write_text(facts, encoding="utf-8")
        made = typst.compile(
            str(root / "brief.typ"),
            root=str(root),
            ignore_system_fonts=True,
            timestamp=int((scenario.solved_at or scenario.asked_at).timestamp()),
        )
    assert isinstance(made, bytes)  # one document, so no list of pages
    return made


def _facts(scenario: Scenario, inputs: Inputs, language: Language) -> dict[str, object]:
    result = scenario.answered()

    new = [each for each in result.sites if not each.existing]
    names = {each.key: each.name for each in inputs.candidates}
    asked = scenario.asked
    rule = Sentence(
        "Trajets {mode}, {season} : ligne droite × {detour} à {speed} km/h, de porte à porte"
        " (estimation).",
        mode=Sentence(MODES[asked.rules.mode]),
        season=Sentence(SEASONS[asked.rules.season]),
        detour=asked.rules.detour,
        speed=asked.rules.speed,
    )
    goal = Sentence(
        "But : {goal}. Demande : {demand}.",
        goal=Sentence(OBJECTIVES[asked.objective.value]),
        demand=Sentence(DEMANDS[asked.demand.value]),
    )
    return {
        "lang": language.value,
        "size": 10.5 if len(new) <= SITES_TOLD - 1 else 8.8,
        "title": scenario.name,
        "lead": Sentence(
            "{sites} nouveaux sites pour {countries}",
            sites=len(new),
            countries=", ".join(_country(each, language) for each in scenario.countries),
        ).in_language(language),
        "headings": [
            each.in_language(language)
            for each in (
                Sentence("Nouveaux sites"),
                Sentence("Pourquoi ces sites"),
                Sentence("Ce qui est supposé"),
                Sentence("Prix des choix"),
            )
        ],
        "columns": [
            each.in_language(language)
            for each in (
                Sentence("N°"),
                Sentence("Site"),
                Sentence("Ville"),
                Sentence("Apprenants"),
                Sentence("Minutes en moyenne"),
                Sentence("Point"),
            )
        ],
        "figures": figure_rows(result.before, result.after, language),
        "proof": [each.in_language(language) for each in proof_words(result.proof)],
        "sites": [
            [
                str(number),
                inputs.candidates[each.number].name,
                inputs.candidates[each.number].city,
                str(round(each.learners)),
                "–" if each.mean_minutes is None else str(round(each.mean_minutes)),
                Sentence(PRECISIONS[inputs.candidates[each.number].precision]).in_language(
                    language
                ),
            ]
            for number, each in enumerate(new[:SITES_TABLED], start=1)
        ],
        "why": [
            [
                f"{number}. {inputs.candidates[each.number].name}",
                " ".join(said.in_language(language) for said in reasons(each, result, inputs)),
            ]
            for number, each in enumerate(new[:SITES_TOLD], start=1)
        ],
        "prices": [
            price_words(each, lambda key: names.get(key, key)).in_language(language)
            for each in result.prices
        ],
        "assumed": [
            goal.in_language(language),
            rule.in_language(language),
            *(note_words(each).in_language(language) for each in result.notes),
        ],
        "foot": Sentence(
            "Scénario {number}, calculé le {day}. Empreinte des données : {hash}. Made with Natural"
            " Earth. Lieux © GeoNames, CC BY 4.0 ; population WorldPop 2020, CC BY 4.0.",
            number=scenario.id,
            day=(scenario.solved_at or scenario.asked_at).date(),
            hash=(scenario.inputs_hash or "")[:12],
        ).in_language(language),
    }


def _country(iso2: str, language: Language) -> str:
    return str(Locale.parse(LOCALES[language]).territories.get(iso2, iso2))


def figure_rows(
    before: Outcome | None, after: Outcome, language: Language
) -> list[tuple[str, str, str]]:
    """Return the figures of a plan in words: what, with today's centres alone, with the plan."""

    def minutes(value: float | None) -> str:
        return "–" if value is None else f"{round(value)} min"

    def percent(value: float) -> str:
        return f"{round(100 * value)} %"

    def row(name: Sentence, was: str | None, will: str) -> tuple[str, str, str]:
        return name.in_language(language), "–" if was is None else was, will

    made = [row(Sentence("Chiffre"), Sentence("Centres d'aujourd'hui").in_language(language),
                Sentence("Avec ce plan").in_language(language))]  # fmt: skip
    figures: tuple[tuple[Sentence, Callable[[Outcome], str]], ...] = (
        (Sentence("Trajet moyen"), lambda each: minutes(each.mean_minutes)),
        (Sentence("Neuf sur dix en moins de"), lambda each: minutes(each.p90_minutes)),
        (Sentence("Trajet le plus long"), lambda each: minutes(each.worst_minutes)),
        (Sentence("À moins de 30 minutes"), lambda each: percent(each.within[0])),
        (Sentence("À moins de 60 minutes"), lambda each: percent(each.within[1])),
        (Sentence("À moins de 90 minutes"), lambda each: percent(each.within[2])),
        (Sentence("Apprenants sans centre"), lambda each: str(round(each.left_out))),
        (Sentence("Apprenants en tout"), lambda each: str(round(each.learners))),
    )
    for name, read in figures:
        made.append(row(name, None if before is None else read(before), read(after)))
    return made
