"""Pure: a plan in words that a partner understands: why this site, at what price, how sure."""

from collections.abc import Callable, Mapping

from centres.language import Sentence, phrase
from centres.planning.asked import Inputs, Note
from centres.planning.candidates import Candidate
from centres.planning.solving import Price, Proof, Result, SiteChosen

FEW = 5  # fewer learners than this of one place are not counted out to partners
NAMED_ORIGINS = 4

NOTES: Mapping[str, str] = {
    "money_mixed": phrase(
        "Les coûts d'ouverture sont en plusieurs monnaies ({names}) : ils ne sont pas additionnés."
    ),
    "population": phrase(
        "Demande estimée, non constatée : {rate} apprenant pour 1 000 personnes de 18 à 30 ans qui"
        " ont internet, réparties comme la population de la grille de 20 km."
    ),
    "places_not_grid": phrase(
        "{country} : hors de la grille ; ses localités la remplacent, ramenées au total du pays."
    ),
    "no_population": phrase("{country} : aucune donnée de population ; ce pays n'est pas compté."),
    "gathered": phrase(
        "{before} points de demande rassemblés en {after} ; personne n'est déplacé de plus de"
        " {km} km."
    ),
    "rhythm_assumed": phrase(
        "Aucune promotion en cours : une séance de deux heures toutes les deux semaines est"
        " supposée."
    ),
    "duplicates": phrase(
        "Candidats à moins de 200 m d'un autre, comptés avec lui : {count}. Un point de ville ne"
        " distingue pas deux établissements."
    ),
    "nowhere": phrase("Apprenants sans localité connue, laissés de côté : {count}."),
    "misplaced": phrase(
        "Points en mer ou hors de leur pays, laissés de côté : {places} ({learners} apprenants ;"
        " {names})."
    ),
    "released": phrase(
        "Places rendues ces 90 derniers jours dans les centres ouverts : {percent} % sur {booked}"
        " prises."
    ),
    "seats_assumed": phrase(
        "Taille supposée des sites qui n'en disent pas : {seats} places, soit {learners}"
        " apprenants à tour de rôle."
    ),
    "fewer": phrase(
        "{opened} sites suffisent sur les {wanted} permis : un de plus ne raccourcirait aucun"
        " trajet."
    ),
    "unreachable": phrase(
        "Lieux d'où aucun candidat ne peut être atteint : {places} ({learners} apprenants ;"
        " {names})."
    ),
}
KINDS: Mapping[str, str] = {
    "centre": phrase("centre du réseau"),
    "host": phrase("établissement du réseau"),
    "auf_site": phrase("site de l'AUF"),
    "orange_digital_center": phrase("Orange Digital Center"),
    "partner": phrase("établissement partenaire"),
    "own": phrase("liste de la direction"),
    "town": phrase("ville sans établissement connu"),
}
SEED_SOURCES = (
    phrase(
        "supposé : une traversée d'environ 20 minutes et l'attente de la chaloupe ; corrigez avec"
        " ce que vous savez"
    ),
    phrase("supposé : pas de bateau chaque jour ; corrigez avec ce que vous savez"),
    phrase("supposé : une traversée et son attente ; corrigez avec ce que vous savez"),
)
PRECISIONS: Mapping[str, str] = {
    "site": phrase("point du bâtiment"),
    "street": phrase("point de la rue"),
    "city": phrase("point de la ville seulement"),
    "region": phrase("point de la région seulement"),
    "country": phrase("point du pays seulement"),
}
STAGES: Mapping[str, str] = {
    "solving": phrase("recherche des meilleurs sites"),
    "prices": phrase("prix de chaque choix"),
    "curve": phrase("courbe du nombre de sites"),
    "draws": phrase("essais avec d'autres chiffres"),
}
OBJECTIVES: Mapping[str, str] = {
    "p_median": phrase("trajet moyen le plus court"),
    "maximal_covering": phrase("le plus d'apprenants à portée"),
    "p_center": phrase("trajet le plus long aussi court que possible"),
    "set_covering": phrase("le moins de sites pour que tous soient à portée"),
    "facility_location": phrase("trajets et coûts d'ouverture ensemble"),
}
DEMANDS: Mapping[str, str] = {
    "learners": phrase("apprenants inscrits et en attente"),
    "enrolled": phrase("apprenants inscrits"),
    "waiting": phrase("apprenants en attente"),
    "applications": phrase("candidatures"),
    "population": phrase("population de 18 à 30 ans qui a internet"),
}
MODES: Mapping[str, str] = {
    "bus": phrase("en transport collectif"),
    "car": phrase("en voiture"),
    "moto": phrase("à moto"),
    "bike": phrase("à vélo"),
    "walk": phrase("à pied"),
}
SEASONS: Mapping[str, str] = {
    "dry": phrase("saison sèche"),
    "rainy": phrase("saison des pluies"),
}


def note_words(note: Note) -> Sentence:
    """Return what a note says."""
    return Sentence(NOTES[note.code], **note.values)


def reasons(site: SiteChosen, result: Result, inputs: Inputs) -> list[Sentence]:
    """Return why this site: whom it serves, from where, what they save, what else, how sure."""
    candidate = inputs.candidates[site.number]
    said = [_serves(site)]
    if site.origins:
        said.append(_origins(site, candidate))
    said += _saving(site)
    if not site.existing:
        said += _alternative(site, result, inputs)
        said += _sure(site, result)
    return said


def _serves(site: SiteChosen) -> Sentence:
    if site.mean_minutes is None:
        return Sentence("Personne n'y irait : un autre site est plus proche de chacun.")
    return Sentence(
        "Il servirait {learners} apprenants, à {mean} minutes en moyenne et {worst} au plus.",
        learners=round(site.learners),
        mean=round(site.mean_minutes),
        worst=round(site.worst_minutes or 0),
    )


def _origins(site: SiteChosen, candidate: Candidate) -> Sentence:
    named = [f"{each.name} ({counted(each.learners)})" for each in site.origins[:NAMED_ORIGINS]]
    if site.places > len(named):
        return Sentence(
            "Ils viennent surtout de {names}, et d'autres lieux ({places} en tout).",
            names=", ".join(named),
            places=site.places,
        )
    return Sentence("Ils viennent de {names}.", names=", ".join(named))


def counted(learners: float) -> str:
    """Return a count fit to be shown outside: few learners of one place are not counted out."""
    return f"< {FEW}" if learners < FEW else str(round(learners))


def source_words(source: str) -> str:
    """Return a journey's source; the seed's own can be said in every language, others stand."""
    return Sentence(source) if source in SEED_SOURCES else source


def placed(candidate: Candidate) -> str:
    """Return a candidate's name with its town, unless that is its name."""
    if candidate.city and candidate.city not in candidate.name:
        return f"{candidate.name}, {candidate.city}"
    return candidate.name


def _saving(site: SiteChosen) -> list[Sentence]:
    said = []
    if site.saved_minutes is not None:
        said.append(
            Sentence(
                "Sans lui, ils mettraient {minutes} minutes de plus chacun pour aller au plus"
                " proche des autres.",
                minutes=round(site.saved_minutes),
            )
        )
    if site.stranded >= 1:
        said.append(
            Sentence(
                "Sans lui, {learners} apprenants ne pourraient aller nulle part.",
                learners=round(site.stranded),
            )
        )
    return said


def _alternative(site: SiteChosen, result: Result, inputs: Inputs) -> list[Sentence]:
    if site.next_best is None:
        return [Sentence("Aucun autre candidat ne pourrait le remplacer.")]
    other = next(each for each in inputs.candidates if each.key == site.next_best)
    name = placed(other)
    if site.worse_by is None:
        return [
            Sentence(
                "À défaut : {name}, mais des apprenants n'auraient alors aucun centre.", name=name
            )
        ]
    if result.proof.objective in ("maximal_covering", "set_covering"):
        return [
            Sentence(
                "À défaut : {name}, avec {learners} apprenants de moins à portée.",
                name=name,
                learners=round(site.worse_by),
            )
        ]
    if abs(site.worse_by) < 0.05:
        return [Sentence("À défaut : {name}, à très peu près aussi bon.", name=name)]
    return [
        Sentence(
            "À défaut : {name}, avec {minutes} minutes de plus par apprenant du plan.",
            name=name,
            minutes=round(site.worse_by, 1),
        )
    ]


def _sure(site: SiteChosen, result: Result) -> list[Sentence]:
    if site.forced:
        return [Sentence("Ce site est imposé : il n'a pas été choisi par le calcul.")]
    if site.chosen_in is None or not result.draws:
        return []
    return [
        Sentence(
            "Choisi dans {chosen} essais sur {draws} où la demande et les trajets étaient un peu"
            " autres.",
            chosen=site.chosen_in,
            draws=result.draws,
        )
    ]


def proof_words(proof: Proof) -> list[Sentence]:
    """Return how good the plan is, never more than what is proven."""
    said = []
    if proof.proven:
        said.append(Sentence("Il est prouvé qu'aucun autre choix ne fait mieux."))
    elif proof.gap is not None:
        said.append(
            Sentence(
                "Au mieux, un autre choix ferait {percent} % de mieux : le meilleur n'est pas"
                " prouvé.",
                percent=round(100 * proof.gap, 2),
            )
        )
    else:
        said.append(Sentence("Rien n'est prouvé sur ce qu'un autre choix pourrait faire."))
    if proof.ended_early:
        said.append(Sentence("Le calcul s'est arrêté avant la fin ; le meilleur trouvé est gardé."))
    return said


def price_words(price: Price, name_of: Callable[[str], str]) -> Sentence:
    """Return what a choice costs, as "Imposer Kayes coûte 4,2 minutes par apprenant"."""
    values: dict[str, object] = {
        "name": name_of(price.subject) if price.subject else "",
        "minutes": round(price.minutes, 1) + 0.0,
        "left_out": round(price.left_out),
    }
    patterns = {
        "forced": phrase("Imposer {name} : {minutes} minutes de plus par apprenant."),
        "forbidden": phrase("Exclure {name} : {minutes} minutes de plus par apprenant."),
        "most_new_per_country": phrase(
            "Limiter le nombre de sites par pays : {minutes} minutes de plus par apprenant."
        ),
        "fewest_learners": phrase(
            "Exiger un minimum d'apprenants par site : {minutes} minutes de plus par apprenant."
        ),
        "budget": phrase("Tenir le budget : {minutes} minutes de plus par apprenant."),
        "seats_bind": phrase("Tenir compte des places : {minutes} minutes de plus par apprenant."),
    }
    said = Sentence(patterns[price.choice], **values)
    if abs(price.left_out) < 1:
        return said
    return Sentence(
        "{said} Apprenants sans place en plus : {left_out}.", said=said, left_out=values["left_out"]
    )
