"""What a draft says of itself: progress, proof, causes, remedies, changes since, differences."""

import asyncio
from datetime import date
from typing import Annotated, Any

from litestar import Controller, Request, Response
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from api.access.caller import Caller
from api.clock import Now
from api.jobs import ask_for_repair
from api.resources.timetables import TimetableView, own_timetable, timetable_view
from api.routes import acting, creating, listing
from api.wire import GREATEST_ID, ClockTime, IdInPath, View, WallTime, shown
from centres.language import negotiate, translator
from sessions.lifecycle import TimetableState
from sessions.timetable_advice import advice
from sessions.timetable_comparison import Line
from sessions.timetable_proofs import Proof, Verified, load_proofs, verify
from sessions.timetable_repairs import staleness
from sessions.timetable_reports import comparison, explained
from sessions.timetable_runs import ask_to_stop, read_run
from sessions.timetables import get_timetable, reason_words
from sessions.timetabling.instance import Weights
from sessions.weight_words import weighed


class WeightView(View):
    """A weight, its usual value in points, and what it means."""

    name: str
    usual: float
    words: str


class ProgressView(View):
    """How far a timetable is: points so far of all countries, 0 to 1 for the gap.

    `phase` is what the search is at; `stopped` says that the draft is the best of a run that was
    ended; `advised` that its remedies have been weighed; `derived_from` which one it repairs.
    """

    state: TimetableState
    country: str | None
    phase: str | None
    best: float | None
    bound: float | None
    gap: float | None
    done: int
    of: int
    stop_asked: bool
    stopped: bool
    advised: bool
    derived_from: int | None


class VerifiedView(View):
    """A country's cost and bound as stored, and as worked out again from problem and prices."""

    country: str
    cost: float
    cost_again: float
    bound: float
    bound_again: float
    broken: int
    sound: bool


class ExplanationView(View):
    """Periods of one group with one cause; weeks by their Mondays."""

    group: str
    unmet: bool
    reason: str
    words: str
    weeks: list[date]
    points: float


class RemedyView(View):
    """Slots worth asking a host for, and what they gain, verified by solving with them."""

    room: str
    room_name: str
    centre: str
    centre_name: str
    weekday: int
    starts: ClockTime
    minutes: int
    days: list[date]
    estimate: float
    gain: float
    regained: int


class RemediesView(View):
    """The remedies of a draft, the best first; `advised` is false while they are weighed."""

    advised: bool
    items: list[RemedyView]


class SlotChangeView(View):
    """A slot that is not what it was: cancelled, taken, begun or changed."""

    slot: int
    room: str
    centre: str
    starts_wall: WallTime
    how: str
    by: str | None
    planned: str | None


class GroupChangedView(View):
    """A group that is not what it was."""

    group: str
    what: list[str]


class StalenessView(View):
    """What has changed since a timetable was drafted; `lost` periods cannot stay where they are."""

    any: bool
    lost: int
    slots: list[SlotChangeView]
    slots_new: int
    groups: list[GroupChangedView]
    busy_mentors: list[str]


class PlaceView(View):
    """Where and when one of the two puts a period; without a slot it is unmet."""

    slot: int | None
    room: str | None
    centre: str | None
    starts_wall: WallTime | None


class DifferingView(View):
    """One period that differs: `kind` is moved, added or dropped."""

    group: str
    ordinal: int
    kind: str
    learners: int
    before: PlaceView | None
    after: PlaceView | None


class PartView(View):
    """Points of one part of the cost in both."""

    name: str
    before: float
    after: float


class ComparisonView(View):
    """How the second timetable differs from the first, for how many groups and learners."""

    before: int
    after: int
    moved: int
    added: int
    dropped: int
    same: int
    groups: int
    learners: int
    parts: list[PartView]
    differing: list[DifferingView]


WithAnother = Annotated[
    int, QueryParameter(name="with", ge=1, le=GREATEST_ID, description="The other timetable.")
]


class TimetableReportController(Controller):
    """What to know of a draft before it is published; for managers of all its countries."""

    path = "/timetables"
    tags = ("Timetables",)

    @listing("/weights")
    async def weights(
        self, caller: NamedDependency[Caller], request: Request[Caller, Any, Any]
    ) -> list[WeightView]:
        """What can be weighed for a timetable, with the usual values."""
        caller.require_some_manager()
        spoken = translator(negotiate(request.headers.get("accept-language")))
        return [
            WeightView(name=each.name, usual=each.usual, words=spoken.gettext(each.words))
            for each in weighed()
        ]

    @listing("/{timetable_id:int}/progress")
    async def progress(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller]
    ) -> ProgressView:
        """How far its making is: the best so far, the bound, the gap."""
        row = await own_timetable(timetable_id, caller)
        run = await read_run(timetable_id=timetable_id, of=len(row.countries))
        step = run.step
        return ProgressView(
            state=row.state,
            country=None if step is None else step.country,
            phase=None if step is None else step.phase,
            best=None if step is None else step.best,
            bound=None if step is None else step.bound,
            gap=None if step is None else step.gap,
            done=0 if step is None else step.done,
            of=len(row.countries),
            stop_asked=run.stop_asked,
            stopped=run.stopped,
            advised=run.advised,
            derived_from=run.derived_from,
        )

    @acting("/{timetable_id:int}/stop")
    async def stop(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> TimetableView:
        """End the search soon and keep the best found by then as the draft."""
        caller.require_writer()
        await own_timetable(timetable_id, caller)
        await ask_to_stop(timetable_id=timetable_id, now=now)
        return timetable_view(await get_timetable(timetable_id=timetable_id))

    @listing("/{timetable_id:int}/proof")
    async def proof(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller]
    ) -> list[VerifiedView]:
        """Work out cost and bound again, from the problem, the plans and the prices kept."""
        row = await own_timetable(timetable_id, caller)
        proofs = await load_proofs(timetable_id=timetable_id)
        found = await asyncio.to_thread(_verified, proofs, row.weights)
        return [shown(VerifiedView, each, sound=each.sound) for each in found]

    @listing("/{timetable_id:int}/explanations")
    async def explanations(
        self,
        timetable_id: IdInPath,
        caller: NamedDependency[Caller],
        request: Request[Caller, Any, Any],
    ) -> list[ExplanationView]:
        """Why periods are unmet or moved, by group and cause."""
        await own_timetable(timetable_id, caller)
        language = negotiate(request.headers.get("accept-language"))
        return [
            ExplanationView(
                group=each.group,
                unmet=each.unmet,
                reason=each.reason.code,
                words=reason_words(each.reason, language),
                weeks=list(each.weeks),
                points=each.points,
            )
            for each in await explained(timetable_id=timetable_id)
        ]

    @listing("/{timetable_id:int}/remedies")
    async def remedies(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller]
    ) -> RemediesView:
        """Slots worth asking hosts for, ranked by what they gain."""
        row = await own_timetable(timetable_id, caller)
        run = await read_run(timetable_id=timetable_id, of=len(row.countries))
        return RemediesView(
            advised=run.advised,
            items=[
                shown(RemedyView, each, days=list(each.days), starts=f"{each.starts:%H:%M}")
                for each in await advice(timetable_id=timetable_id)
            ],
        )

    @listing("/{timetable_id:int}/changes")
    async def changes(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> StalenessView:
        """What has changed since it was drafted, and how many periods lost their place."""
        await own_timetable(timetable_id, caller)
        found = await staleness(timetable_id=timetable_id, now=now)
        return StalenessView(
            any=found.any,
            lost=found.lost,
            slots=[shown(SlotChangeView, each) for each in found.slots],
            slots_new=found.slots_new,
            groups=[
                GroupChangedView(group=each.group, what=list(each.what)) for each in found.groups
            ],
            busy_mentors=list(found.busy_mentors),
        )

    @creating("/{timetable_id:int}/repair", status_code=202)
    async def repair(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller], now: Now
    ) -> Response[TimetableView]:
        """Ask for a draft that makes up for what changed, with as few changes as possible."""
        caller.require_writer()
        await own_timetable(timetable_id, caller)
        made = await ask_for_repair(timetable_id=timetable_id, asked_by=caller.actor, now=now)
        row = await get_timetable(timetable_id=made)
        return Response(
            timetable_view(row),
            status_code=202,
            headers={"ETag": f'"{row.revision}"', "Location": f"/api/v1/timetables/{row.id}"},
        )

    @listing("/{timetable_id:int}/compare")
    async def compare(
        self, timetable_id: IdInPath, caller: NamedDependency[Caller], other: WithAnother
    ) -> ComparisonView:
        """How `with` differs from this one: what, for whom, at what cost."""
        await own_timetable(timetable_id, caller)
        await own_timetable(other, caller)
        found = await comparison(before_id=timetable_id, after_id=other)
        return ComparisonView(
            before=timetable_id,
            after=other,
            moved=found.count("moved"),
            added=found.count("added"),
            dropped=found.count("dropped"),
            same=found.same,
            groups=found.groups,
            learners=found.learners,
            parts=[shown(PartView, each) for each in found.parts],
            differing=[
                shown(
                    DifferingView,
                    each,
                    kind=each.kind,
                    before=_place(each.before),
                    after=_place(each.after),
                )
                for each in found.differing
            ],
        )


def _place(line: Line | None) -> PlaceView | None:
    return None if line is None else shown(PlaceView, line)


def _verified(proofs: list[Proof], weights: Weights) -> list[Verified]:
    return [verify(each, weights) for each in proofs]
