"""Pure: why a period is unmet or displaced: a code with its figures, and a sentence.

The binding reason is the last thing that stood in the way: of the cells the period could have
used, none was published, or none long enough, or of those none large enough, and so on; among
people and rooms taken, what blocks most cells. Closures and holidays are the caller's to name.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from centres.language import phrase
from sessions.timetabling.instance import Cell, Group, Instance, Weights
from sessions.timetabling.ledger import Ledger, Obstacle
from sessions.timetabling.plan import Base, Plan, due_week, period_cost, week_shifts

Figure = int | float | str

SENTENCES: Mapping[str, str] = {
    "no_slot_that_week": phrase(
        "Aucun créneau n'est publié à cette période dans un centre proche du groupe."
    ),
    "usual_slot_missing": phrase("Le créneau habituel n'est pas publié cette semaine-là."),
    "closed": phrase("Le centre ou la salle est fermé ce jour-là : {closure}."),
    "holiday": phrase("C'est un jour férié : {holiday}."),
    "no_computers": phrase("Aucune salle publiée à moins de {km:.0f} km n'a {count} ordinateurs."),
    "too_short": phrase(
        "Les créneaux publiés durent au plus {longest} minutes ; il en faut {needed}."
    ),
    "rooms_too_small": phrase(
        "Les salles publiées ont au plus {seats} places ; le groupe compte {size} personnes."
    ),
    "no_equipment": phrase("Aucune salle publiée n'a l'équipement nécessaire : {missing}."),
    "taken_by": phrase("Les salles qui conviennent sont prises par : {groups}."),
    "mentor_busy": phrase("Le mentor est déjà pris ou absent à ces heures."),
    "mentor_with": phrase("Le mentor est à ces heures avec : {groups}."),
    "mentor_elsewhere": phrase("Le mentor est ce jour-là dans un autre centre."),
    "mentor_elsewhere_with": phrase(
        "Le mentor est ce jour-là dans un autre centre, avec : {groups}."
    ),
    "learners_busy": phrase("Des apprenants du groupe sont déjà pris à ces heures."),
    "learners_with": phrase("Des apprenants du groupe sont à ces heures avec : {groups}."),
    "dearer_than_drop": phrase(
        "Le meilleur créneau libre pèserait {cost:.0f} points, plus qu'une séance supprimée."
    ),
    "better_elsewhere": phrase(
        "Un autre créneau convient mieux au groupe que le créneau habituel."
    ),
    "home_unknown": phrase("On ne sait ni où habite cette personne ni quel est son centre."),
    "no_centre_at_all": phrase("Aucun centre n'a de salle assez grande pour un groupe."),
    "no_centre_near": phrase(
        "Le centre le plus proche qui convient est à {nearest:.0f} km, au-delà de {limit:.0f} km."
    ),
    "centres_full": phrase("Les centres proches sont complets."),
    "too_few_nearby": phrase(
        "Trop peu d'apprenants habitent à proximité pour former un groupe de {least}."
    ),
}
FITS = ("too_short", "rooms_too_small", "no_equipment")
IN_THE_WAY = tuple(code for code in SENTENCES if code.startswith(("taken", "mentor", "learners")))


@dataclass(frozen=True, slots=True)
class Reason:
    """A key of SENTENCES and the named figures its sentence needs, sorted by name."""

    code: str
    figures: tuple[tuple[str, Figure], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One unmet period (`cell` None) or one that is not at its base, and the binding reason."""

    group: int
    ordinal: int
    cell: int | None
    reason: Reason


def sentence(reason: Reason, gettext: Callable[[str], str]) -> str:
    """Return the reason in the language of `gettext`, whose message ids are French."""
    return gettext(SENTENCES[reason.code]).format_map(dict(reason.figures))


def explain(instance: Instance, weights: Weights, plans: Iterable[Plan]) -> tuple[Finding, ...]:
    """Return a finding for each planned period that is unmet or away from its base, in order."""
    listed = sorted(plans)
    ledger = Ledger(instance, listed)
    found: list[Finding] = []
    for plan in listed:
        group = instance.group_by_id[plan.group]
        for period in plan.periods:
            if period.cell is None:
                reason = _why_unmet(instance, weights, ledger, group, plan.base, period.ordinal)
            else:
                at = instance.cell_by_id[period.cell]
                if plan.base is None or _at_base(group, plan.base, period.ordinal, at):
                    continue
                ledger.remove(group, at)
                reason = _why_displaced(instance, ledger, group, plan.base, period.ordinal)
                ledger.add(group, at)
            found.append(Finding(group.id, period.ordinal, period.cell, reason))
    return tuple(found)


def binding_reason(ledger: Ledger, group: Group, cells: Sequence[Cell]) -> Reason | None:
    """Return what keeps the group out of all these cells, or None if one is free for it."""
    if not cells:
        return Reason("no_slot_that_week")
    in_the_way = {cell.id: ledger.obstacles(group, cell) for cell in cells}
    if not all(in_the_way.values()):
        return None
    left = list(cells)
    for code in FITS:
        fitting = [cell for cell in left if Obstacle(code) not in in_the_way[cell.id]]
        if not fitting:
            return Reason(code, _figures(code, group, left))
        left = fitting
    blocked = Counter(
        code for cell in left for code in sorted({each.code for each in in_the_way[cell.id]})
    )
    code = min(blocked, key=lambda each: (-blocked[each], IN_THE_WAY.index(each)))
    names = {each.who for cell in left for each in in_the_way[cell.id] if each.code == code}
    listed = ", ".join(sorted(names - {""}))
    return Reason(code, (("groups", listed),) if listed else ())


def _why_unmet(
    instance: Instance,
    weights: Weights,
    ledger: Ledger,
    group: Group,
    base: Base | None,
    ordinal: int,
) -> Reason:
    cells = _within_reach(instance, group, base, ordinal)
    reason = binding_reason(ledger, group, cells)
    if reason is not None:
        return reason
    free = [cell for cell in cells if not ledger.obstacles(group, cell)]
    costs = [
        period_cost(group, weights, base or _base_at(cell), ordinal, cell).total for cell in free
    ]
    return Reason("dearer_than_drop", (("cost", min(costs)),))


def _why_displaced(
    instance: Instance, ledger: Ledger, group: Group, base: Base, ordinal: int
) -> Reason:
    week = due_week(group, base.phase, ordinal)
    usual = [
        cell
        for cell in instance.cells_in.get(base.centre, ())
        if cell.week == week and _base_at(cell, base.phase) == base
    ]
    if not usual:
        return Reason("usual_slot_missing")
    return binding_reason(ledger, group, usual) or Reason("better_elsewhere")


def _within_reach(instance: Instance, group: Group, base: Base | None, ordinal: int) -> list[Cell]:
    """Return the cells whose week and hour this period may use; any phase without a base."""
    phases = range(group.cadence) if base is None else (base.phase,)
    due = {due_week(group, phase, ordinal) for phase in phases}
    near = {week + shift for week in due for shift in week_shifts(group.cadence)}
    earliest = group.first_week if group.earliest_week is None else group.earliest_week
    centres = {group.home, *group.centres_away}
    if base is not None and not instance.roaming:
        centres = {base.centre}

    def usual_hour(cell: Cell) -> bool:
        if base is None:
            return True
        return (cell.weekday, cell.start_minute) == (base.weekday, base.start_minute)

    return [
        cell
        for centre in sorted(centres)
        for cell in instance.cells_in.get(centre, ())
        if cell.week >= earliest and (cell.week in due or (cell.week in near and usual_hour(cell)))
    ]


def _base_at(cell: Cell, phase: int = 0) -> Base:
    return Base(phase, cell.centre, cell.room, cell.weekday, cell.start_minute)


def _at_base(group: Group, base: Base, ordinal: int, at: Cell) -> bool:
    on_time = at.week == due_week(group, base.phase, ordinal)
    return on_time and _base_at(at, base.phase) == base


def _figures(code: str, group: Group, cells: Sequence[Cell]) -> tuple[tuple[str, Figure], ...]:
    if code == "too_short":
        longest = max(cell.ends_at - cell.starts_at for cell in cells)
        return (("longest", longest), ("needed", group.minutes))
    if code == "rooms_too_small":
        return (("seats", max(cell.seats for cell in cells)), ("size", group.size))
    missing = min((sorted(group.equipment - cell.equipment) for cell in cells), key=_short_first)
    return (("missing", ", ".join(missing)),)


def _short_first(names: list[str]) -> tuple[int, list[str]]:
    return (len(names), names)
