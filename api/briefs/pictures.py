"""A plan's map and curve with their words in the reader's language."""

from collections.abc import Sequence

from centres.language import Language, Sentence
from centres.planning.asked import Inputs
from centres.planning.basemap import countries, rivers
from centres.planning.coverage_drawing import coverage_chart
from centres.planning.drawing import curve_chart, plan_map
from centres.planning.scenarios import Scenario


def map_of(scenario: Scenario, inputs: Inputs, language: Language) -> str:
    """Return the map of a solved scenario as SVG."""
    result = scenario.answered()
    title = Sentence(
        "Carte : {sites} nouveaux sites numérotés, centres du réseau en carrés, apprenants en"
        " cercles.",
        sites=sum(1 for each in result.sites if not each.existing),
    )
    return plan_map(
        inputs,
        result,
        scenario.countries,
        countries(),
        rivers(),
        title.in_language(language),
    )


def coverage_of(scenarios: Sequence[Scenario], language: Language) -> str:
    """Return as SVG which share of each scenario's learners is within 30, 60 and 90 minutes."""
    return coverage_chart(
        [(each.name, each.answered().after.within) for each in scenarios],
        Sentence("Part des apprenants à moins de 30, 60 et 90 minutes").in_language(language),
    )


def curve_of(scenario: Scenario, language: Language) -> str:
    """Return the mean journey against the number of sites as SVG, "" where it was not asked."""
    return curve_chart(
        scenario.answered().curve,
        Sentence("Trajet moyen selon le nombre de nouveaux sites").in_language(language),
        Sentence("nouveaux sites").in_language(language),
        Sentence("minutes de trajet, en moyenne").in_language(language),
    )
