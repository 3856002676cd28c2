"""The demonstration's centres: real places, with invented rooms, hours and agreements. Pure."""

from collections.abc import Mapping
from random import Random
from types import MappingProxyType

from centres.agreement import AgreementState
from centres.gazetteer import Precision
from seed.world.chance import drawn, stream
from seed.world.sites import CLOSED_FOR_A_WEEK, ENDING_SOON, PIPELINE, Site, chosen_sites
from seed.world.values import Agreement, Centre, Closure, Hours, Reference, Room, Step

# A town's only centre has to take every cohort there, so one room is not enough.
ROOMS_OF_A_FIRST_CENTRE = {2: 0.4, 3: 0.35, 4: 0.25}
ROOMS_OF_A_FURTHER_CENTRE = {1: 0.4, 2: 0.35, 3: 0.25}
DIRECTIONS = (
    "Entrée principale, demander la salle au secrétariat (indication supposée).",
    "Par le portail côté bibliothèque, puis premier étage à gauche (indication supposée).",
    "Passer le gardien, longer le terrain de sport, dernier bâtiment (indication supposée).",
    "Au rez-de-chaussée, derrière l'accueil ; un panneau indique la salle (indication supposée).",
    "Descendre à l'arrêt devant le portail, entrer par la cour (indication supposée).",
    "Bâtiment à étages au fond de l'allée, escalier de droite (indication supposée).",
)
CONTACTS = {
    "auf_site": "Responsable du site",
    "orange_digital_center": "Accueil du centre",
    "university": "Secrétariat de la scolarité",
    "institute": "Secrétariat général",
}
CENTRE_STATES: Mapping[AgreementState, str] = MappingProxyType(
    {
        AgreementState.PROSPECT: "planned",
        AgreementState.NEGOTIATING: "planned",
        AgreementState.AGREED: "planned",
        AgreementState.OPEN: "open",
        AgreementState.SUSPENDED: "suspended",
        AgreementState.CLOSED: "closed",
    }
)
INVENTED_AGREEMENT = (
    "Convention inventée pour la démonstration : dates, heures, charges et redevance."
)
INVENTED_ROOM = "Salle inventée pour la démonstration : nom, places, équipement et accès."
# CFA francs have no minor unit; in other currencies the demonstration's rooms are lent for free.
FEES = {0: 0.6, 50_000: 0.2, 75_000: 0.15, 120_000: 0.05}
CFA_FRANCS = ("XOF", "XAF")


def invented_centres(reference: Reference, seed: int) -> tuple[Centre, ...]:
    """Return one centre per chosen site, in the order of the sites."""
    countries = {each.iso2: each for each in reference.countries}
    return tuple(
        _centre(site, stream(seed, "centre", site.code), countries[site.country].zone,
                countries[site.country].currency)
        for site in chosen_sites(reference)
    )  # fmt: skip


def _centre(site: Site, chance: Random, zone: str, currency: str) -> Centre:
    is_first = site.code.endswith("-01")
    count = drawn(chance, ROOMS_OF_A_FIRST_CENTRE if is_first else ROOMS_OF_A_FURTHER_CENTRE)
    rooms = tuple(_room(site, chance, number) for number in range(1, count + 1))
    agreement = _agreement(site, chance, count, currency)
    closed = CLOSED_FOR_A_WEEK.get(site.code)
    at_city = site.precision is Precision.CITY
    where = "le point est celui de la ville" if at_city else "le point est celui du site"
    return Centre(
        code=site.code,
        host_code=site.host_code,
        country=site.country,
        name=site.name,
        city=site.city,
        directions=chance.choice(DIRECTIONS),
        point=site.point,
        precision=site.precision,
        zone=zone,
        contact_role=CONTACTS[site.kind],
        state=CENTRE_STATES[agreement.state],
        assumed=(
            "L'établissement et la ville sont réels ; son rôle de centre, les salles, les places,"
            " les horaires, la convention, le contact et les indications d'accès sont supposés ;"
            f" {where}."
        ),
        source=site.source,
        rooms=rooms,
        hours=_hours(site.kind),
        agreement=agreement,
        closures=(Closure(*closed),) if closed else (),
    )


def _hours(kind: str) -> tuple[Hours, ...]:
    opens = {"orange_digital_center": 9 * 60, "auf_site": 8 * 60 + 30}.get(kind, 7 * 60 + 30)
    weekdays = tuple(Hours(day, opens, 20 * 60 + 30) for day in range(5))
    return (*weekdays, Hours(5, min(opens, 8 * 60 + 30), 18 * 60 + 30))


def _room(site: Site, chance: Random, number: int) -> Room:
    # The first room takes any group, so that no cohort asks for what its town does not have.
    kind = "lab" if number == 1 else drawn(chance, {"class": 0.65, "lab": 0.2, "hall": 0.15})
    if kind == "lab":
        name, seats = "Salle informatique", chance.randrange(18, 27, 2)
        computers = seats
        wanted = {"projector": 0.9, "computers": 1.0, "internet": 1.0, "whiteboard": 0.7}
    elif kind == "class":
        name, seats, computers = "Salle de cours", chance.randrange(20, 37, 2), 0
        wanted = {"projector": 0.9, "internet": 0.75, "whiteboard": 0.95}
    else:
        name, seats, computers = "Amphithéâtre", chance.randrange(60, 121, 10), 0
        wanted = {"projector": 0.95, "internet": 0.5, "sound": 0.9}
    if number == 1:
        wanted["projector"] = 1.0
    wanted |= {"power_backup": 0.4, "air_conditioning": 0.45}
    step_free = drawn(chance, {None: 0.4, True: 0.35, False: 0.25})
    return Room(
        code=f"{site.code}-R{number}",
        name=f"{name} {number}",
        seats=seats,
        computers=computers,
        equipment=tuple(each for each, share in wanted.items() if chance.random() < share),
        step_free=step_free,
        access_note="Deux marches à l'entrée (supposé)." if step_free is False else None,
        assumed=INVENTED_ROOM,
    )


def _agreement(site: Site, chance: Random, rooms: int, currency: str) -> Agreement:
    state = PIPELINE.get(site.code, AgreementState.OPEN)
    signed = chance.randint(-60, -20)
    last_week = ENDING_SOON.get(site.code, chance.randint(44, 130))
    fee = drawn(chance, FEES) if currency in CFA_FRANCS else 0
    binding = state not in (AgreementState.PROSPECT, AgreementState.NEGOTIATING)
    return Agreement(
        steps=_steps(state, signed, chance),
        first_week=(6 if state is AgreementState.AGREED else signed) if binding else None,
        last_week=last_week if binding else None,
        hours_a_week=10 * rooms + chance.choice((6, 10, 14)) if binding else None,
        host_pays="La salle, l'électricité, le gardien et le ménage.",
        network_pays="La connexion, le petit matériel, l'assurance"
        + (" et la redevance." if fee else "."),
        fee_minor=fee if binding else 0,
        currency=currency,
        note="Prend fin bientôt : renouvellement à discuter." if site.code in ENDING_SOON else None,
        assumed=INVENTED_AGREEMENT,
    )


def _steps(state: AgreementState, signed: int, chance: Random) -> tuple[Step, ...]:
    known = Step(AgreementState.PROSPECT, signed - chance.randint(12, 30))
    talks = Step(AgreementState.NEGOTIATING, signed - chance.randint(3, 11), "Première visite.")
    agreed = Step(AgreementState.AGREED, signed - 2, "Convention signée.")
    opened = Step(AgreementState.OPEN, signed)
    match state:
        case AgreementState.PROSPECT:
            return (known,)
        case AgreementState.NEGOTIATING:
            return (known, talks)
        case AgreementState.AGREED:
            return (known, talks, Step(AgreementState.AGREED, -2, "Convention signée."))
        case AgreementState.SUSPENDED:
            travaux = Step(AgreementState.SUSPENDED, -3, "Travaux de toiture (supposés).")
            return (known, talks, agreed, opened, travaux)
    if chance.random() < 0.1 and signed < -24:
        pause = chance.randint(signed + 6, -12)
        return (
            known,
            talks,
            agreed,
            opened,
            Step(AgreementState.SUSPENDED, pause, "Coupure d'internet prolongée (supposée)."),
            Step(AgreementState.OPEN, pause + 4, "Connexion rétablie (supposé)."),
        )
    return (known, talks, agreed, opened)
