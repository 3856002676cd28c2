"""Shell: the problem, plans and prices behind a draft, kept so that anybody can check it."""

from collections.abc import Sequence
from dataclasses import dataclass

from centres.db import copy_rows, rows
from centres.language import Sentence
from sessions.refusals import TimetableWithoutProof
from sessions.tables.planning import TimetableProof
from sessions.timetable_draft import Solved
from sessions.timetable_storage import (
    pack_instance,
    pack_plans,
    pack_prices,
    unpack_instance,
    unpack_plans,
    unpack_prices,
)
from sessions.timetabling.bound import RowPrice, bound_from_prices
from sessions.timetabling.checker import audit
from sessions.timetabling.instance import Instance, Weights
from sessions.timetabling.plan import Plan

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Proof:
    """What a country (ISO 3166) was solved for, its plans, and prices that prove a bound."""

    country: str
    instance: Instance
    plans: tuple[Plan, ...]
    prices: tuple[RowPrice, ...]
    cost: float
    price_bound: float


@dataclass(frozen=True, slots=True)
class Verified:
    """A country's figures as stored and as worked out again from what is kept, in points.

    `broken` counts hard rules that the plans break; a sound draft has none.
    """

    country: str
    cost: float
    cost_again: float
    bound: float
    bound_again: float
    broken: int

    @property
    def sound(self) -> bool:
        """Whether everything comes out as stored, and no rule is broken."""
        scale = TOLERANCE * max(1.0, self.cost)
        cost_holds = abs(self.cost - self.cost_again) <= scale
        return not self.broken and cost_holds and self.bound <= self.bound_again + scale


_COLUMNS = ["timetable", "country", "instance", "plans", "prices", "cost", "price_bound"]


async def store_proofs(timetable_id: int, solved: Sequence[Solved]) -> None:
    """Keep what proves the figures of a draft, in the caller's transaction."""
    await rows("DELETE FROM timetable_proof WHERE timetable = $1", timetable_id)
    records = [
        (
            timetable_id,
            each.country,
            pack_instance(each.instance),
            pack_plans(each.answer.plans),
            pack_prices(each.answer.prices),
            each.answer.cost.total,
            each.answer.price_bound,
        )
        for each in solved
    ]
    await copy_rows(TimetableProof, _COLUMNS, records)


async def load_proofs(*, timetable_id: int) -> list[Proof]:
    """Return the proofs by country; raises TimetableWithoutProof for a draft that has none."""
    found = await rows(
        "SELECT country, instance, plans, prices, cost, price_bound FROM timetable_proof"
        " WHERE timetable = $1 ORDER BY country",
        timetable_id,
    )
    if not found:
        raise TimetableWithoutProof(
            Sentence("Le planning {number} n'a pas de calcul à vérifier.", number=timetable_id)
        )
    return [
        Proof(
            country=each["country"],
            instance=unpack_instance(each["instance"]),
            plans=unpack_plans(each["plans"]),
            prices=unpack_prices(each["prices"]),
            cost=each["cost"],
            price_bound=each["price_bound"],
        )
        for each in found
    ]


async def earlier_proofs(timetable_id: int) -> dict[str, Proof]:
    """Return by country what a timetable that repairs another starts from; nothing for others."""
    found = await rows("SELECT derived_from FROM timetable_run WHERE timetable = $1", timetable_id)
    earlier = found[0]["derived_from"] if found else None
    if earlier is None:
        return {}
    return {each.country: each for each in await load_proofs(timetable_id=earlier)}


def verify(proof: Proof, weights: Weights) -> Verified:
    """Return a country's cost, worked out by the checker, and its bound, by one pass of prices."""
    report = audit(proof.instance, weights, proof.plans)
    return Verified(
        country=proof.country,
        cost=proof.cost,
        cost_again=report.cost.total,
        bound=proof.price_bound,
        bound_again=bound_from_prices(proof.instance, weights, proof.prices),
        broken=len(report.broken),
    )
