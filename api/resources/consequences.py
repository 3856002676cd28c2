"""What a change does to people, in the same words wherever a change can do it."""

from datetime import date

from api.wire import View, WallTime, shown
from sessions.disruptions import Disruption
from sessions.messages.outreach import Outreach
from sessions.replanning import CancelledMeetup, MovedMeetup, Replanned
from sessions.slot_consequences import Consequences


class MovedView(View):
    """A meetup that finds another slot; times on the centre's wall clock."""

    meetup: int
    group_code: str
    was_wall: WallTime
    slot: int
    room_code: str
    centre_code: str
    starts_wall: WallTime
    ends_wall: WallTime
    learners: int
    pinned: bool


class CancelledView(View):
    """A meetup for which no other slot was found."""

    meetup: int
    group_code: str
    was_wall: WallTime
    learners: int
    pinned: bool


class KeptView(View):
    """A meetup that stays where it is, being pinned or too near ("soon")."""

    meetup: int
    group_code: str
    was_wall: WallTime
    learners: int
    why: str


class SlotTouched(View):
    """A slot that is changed or cancelled."""

    id: int
    was_wall: WallTime
    starts_wall: WallTime
    ends_wall: WallTime
    room_code: str
    seats: int
    cancelled: bool


class OutreachView(View):
    """By which way people are told: by mail, by text, by neither, some by both.

    `parts` counts the parts of the texts by country, each of which is paid for.
    """

    people: int
    by_mail: int
    by_sms: int
    by_neither: int
    parts: dict[str, int]


class ConsequencesView(View):
    """What changing or cancelling slots does; `told` counts the people who hear of it."""

    slots: list[SlotTouched]
    moved: list[MovedView]
    cancelled: list[CancelledView]
    told: int
    outreach: OutreachView


class DisruptionView(View):
    """What a closure, a holiday or a lost room does."""

    slots: list[int]
    slots_cancelled: bool
    moved: list[MovedView]
    cancelled: list[CancelledView]
    told: int
    outreach: OutreachView
    closure: int | None
    holidays: list[date]
    kept: list[KeptView]


class ReplannedView(View):
    """Where displaced meetups went, and which ended."""

    moved: list[MovedView]
    cancelled: list[CancelledView]
    kept: list[KeptView]
    told: int
    outreach: OutreachView


def outreach_view(done: Outreach) -> OutreachView:
    """Return by which way people are told."""
    return shown(OutreachView, done, parts=dict(done.parts))


def _moved(found: tuple[MovedMeetup, ...]) -> list[MovedView]:
    return [shown(MovedView, each) for each in found]


def _cancelled(found: tuple[CancelledMeetup, ...]) -> list[CancelledView]:
    return [shown(CancelledView, each) for each in found]


def consequences_view(done: Consequences) -> ConsequencesView:
    """Return what a change of slots did or would do."""
    return ConsequencesView(
        slots=[shown(SlotTouched, each) for each in done.slots],
        moved=_moved(done.moved),
        cancelled=_cancelled(done.cancelled),
        told=done.told,
        outreach=outreach_view(done.outreach),
    )


def disruption_view(done: Disruption) -> DisruptionView:
    """Return what a disruption did or would do."""
    return DisruptionView(
        slots=[each.id for each in done.slots],
        slots_cancelled=done.slots_cancelled,
        moved=_moved(done.moved),
        cancelled=_cancelled(done.cancelled),
        told=done.told,
        outreach=outreach_view(done.outreach),
        closure=None if done.closure is None else done.closure.id,
        holidays=[each.date for each in done.holidays],
        kept=[shown(KeptView, each) for each in done.kept],
    )


def replanned_view(done: Replanned) -> ReplannedView:
    """Return where displaced meetups went."""
    return ReplannedView(
        moved=_moved(done.moved),
        cancelled=_cancelled(done.cancelled),
        kept=[shown(KeptView, each) for each in done.kept],
        told=done.told,
        outreach=outreach_view(done.outreach),
    )
