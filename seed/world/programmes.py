"""The demonstration's courses and who pays for them. Pure.

The first three with their prices were on offer in 2018 and the fourth was named beside them; their
lengths, and everything about the others, are invented. Sponsors are invented and say so.
"""

from collections.abc import Mapping
from types import MappingProxyType

from seed.world.values import Programme, Sponsor

OFFERED_IN_2018 = (
    "Offre de 2018 d'une école en ligne, Jeune Afrique, mars 2018 (niveau et plateforme supposés)"
)
INVENTED = "Inventé pour la démonstration"


def _programme(
    code: str,
    title: str,
    level: str,
    months: int,
    euros: int,
    *,
    computers: bool = False,
    source: str = INVENTED,
) -> Programme:
    return Programme(
        code=code,
        title=title,
        level=level,
        months=months,
        price_minor=euros * 100,
        platform="Plateforme en ligne",
        computers_needed=computers,
        source=source,
    )


PROGRAMMES: tuple[Programme, ...] = (
    _programme("DATA", "Architecte data", "Bac + 5", 12, 3000, computers=True,
               source=OFFERED_IN_2018),
    _programme("MULTI", "Chef de projet multimédia", "Bac + 3", 12, 3600, source=OFFERED_IN_2018),
    _programme("MKTG", "Expert en stratégie marketing", "Bac + 5", 18, 6000,
               source=OFFERED_IN_2018),
    _programme("INTRO", "Introduction au travail numérique", "Sans prérequis", 3, 0,
               source="Cours nommé dans l'offre de 2018 (durée, prix et niveau supposés)"),
    _programme("WEB", "Développement web", "Bac + 2", 9, 2400, computers=True),
    _programme("MOBILE", "Développement mobile", "Bac + 3", 9, 2700, computers=True),
    _programme("RESEAU", "Technicien réseaux et sécurité", "Bac + 2", 12, 2200, computers=True),
    _programme("COMPTA", "Comptabilité et gestion numérique", "Bac + 2", 9, 1500),
    _programme("COMM", "Animation de communautés en ligne", "Bac", 6, 1200),
    _programme("DESIGN", "Conception d'interfaces", "Bac + 2", 9, 2400, computers=True),
    _programme("AGRI", "Services numériques pour l'agriculture", "Bac", 6, 900),
    _programme("SUPPORT", "Relation client à distance", "Bac", 6, 1000),
    _programme("PROJET", "Gestion de projet et entrepreneuriat", "Bac + 2", 9, 1800),
    _programme("ANALYSE", "Analyse de données pour débutants", "Bac", 6, 1300, computers=True),
)  # fmt: skip

# Months of courses .2 .3 .2 .2 .1 for 3, 6, 9, 12 and 18, shared between courses of one length.
SHARES: Mapping[str, float] = MappingProxyType(
    {
        each.code: {3: 0.2, 6: 0.3, 9: 0.2, 12: 0.2, 18: 0.1}[each.months]
        / sum(1 for other in PROGRAMMES if other.months == each.months)
        for each in PROGRAMMES
    }
)

SPONSORS: tuple[Sponsor, ...] = (
    Sponsor("EMPLOI-SN", "Agence de l'emploi du Sénégal (inventée)", "employment_agency", ("SN",)),
    Sponsor("EMPLOI-CI", "Agence de l'emploi ivoirienne (inventée)", "employment_agency", ("CI",)),
    Sponsor("EMPLOI-MA", "Agence de l'emploi marocaine (inventée)", "employment_agency", ("MA",)),
    Sponsor("EMPLOI-TN", "Agence de l'emploi tunisienne (inventée)", "employment_agency", ("TN",)),
    Sponsor("FONDS-HORIZON", "Fonds Horizon Jeunes (bailleur inventé)", "donor"),
    Sponsor("FONDATION-SAVANE", "Fondation Savane (bailleur inventé)", "donor"),
    Sponsor("COOP-ATLANTIQUE", "Coopération Atlantique (bailleur inventé)", "donor"),
    Sponsor("ENTREPRISE-BAOBAB", "Baobab Services (entreprise inventée)", "company"),
    Sponsor("LIBRE", "Apprenants qui paient eux-mêmes", "self_paying"),
)
KINDS: Mapping[str, float] = MappingProxyType(
    {"employment_agency": 0.35, "donor": 0.35, "self_paying": 0.22, "company": 0.08}
)


def sponsors_of(country: str) -> Mapping[str, float]:
    """Return the codes of those who pay in a country, with the share of cohorts of each."""
    here = [each for each in SPONSORS if not each.countries or country in each.countries]
    count = {kind: sum(1 for each in here if each.kind == kind) for kind in KINDS}
    return {each.code: KINDS[each.kind] / count[each.kind] for each in here}
