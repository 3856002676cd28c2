"""New places for displaced meetups: what nobody may suffer, and what nobody may lose in vain."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.replacement import Displaced, Engaged, replacements, why_not
from sessions.timetable_problem import FreeSlot

MONDAY = datetime(2027, 1, 11)
HOURS = (9, 11, 14)


def at(day: int, hour: int) -> datetime:
    return MONDAY + timedelta(days=day, hours=hour)


def lost(meetup: int, day: int, hour: int, room: int = 1, **values: object) -> Displaced:
    """A meetup of two hours that lost its place in a room of centre `room // 10`."""
    starts = at(day, hour)
    plain: dict[str, object] = {
        "group": meetup,
        "code": f"G{meetup}",
        "mentor": None,
        "needs": frozenset(),
        "members": frozenset(),
        "seated": frozenset(),
    }
    values.setdefault("seated", values.get("members", frozenset()))
    return Displaced(
        meetup=meetup,
        room=room,
        centre=room // 10,
        starts_wall=starts,
        starts_at=starts.replace(tzinfo=UTC),
        ends_at=(starts + timedelta(hours=2)).replace(tzinfo=UTC),
        **{**plain, **values},
    )


def free(number: int, day: int, hour: int, room: int, hours: int = 2, seats: int = 20) -> FreeSlot:
    starts = at(day, hour)
    return FreeSlot(
        id=number,
        room=room,
        centre=room // 10,
        starts_wall=starts,
        starts_at=starts.replace(tzinfo=UTC),
        ends_at=(starts + timedelta(hours=hours)).replace(tzinfo=UTC),
        seats=seats,
        equipment=frozenset(),
        computers=0,
    )


def test_two_meetups_of_one_learner_never_swap_their_hours():
    one = lost(1, 0, 9, members=frozenset({7, 8}))
    two = lost(2, 0, 14, members=frozenset({7}))
    only_the_hour_of_the_other_fits = [free(1, 0, 9, 2, seats=1), free(2, 0, 14, 2, seats=2)]
    another_day = free(3, 2, 9, 2)

    found = replacements([one, two], [*only_the_hour_of_the_other_fits, another_day], [], {})

    assert dict(found.slots) == {1: 3, 2: 1}


def test_whoever_waits_for_a_place_to_be_left_moves_after_it_is_left():
    learner = frozenset({7})
    one = lost(1, 0, 9, members=learner)
    two = lost(2, 0, 11, members=learner)
    slots = [free(1, 0, 11, 2), free(2, 0, 14, 3)]

    found = replacements([one, two], slots, [], {})

    assert list(found.slots.items()) in ([(2, 2), (1, 1)], [(2, 1), (1, 2)])


def test_a_slot_that_is_given_up_to_break_a_circle_goes_to_whoever_had_none():
    one = lost(1, 0, 14, room=1, group=1, members=frozenset({1, 2, 3}))
    two = lost(2, 3, 9, room=2, group=1, members=frozenset({1}))
    three = lost(3, 0, 9, room=3, group=2, seated=frozenset({1, 2}))
    four = lost(4, 0, 9, room=4, group=1)
    where_one_was, where_two_was = free(1, 0, 14, 31), free(2, 3, 9, 21)

    found = replacements(
        [one, two, three, four], [where_one_was, where_two_was], [], {(0, 2): 1.0, (0, 3): 2.0}
    )

    assert dict(found.slots) == {2: where_one_was.id, 3: where_two_was.id}


def test_a_learner_busy_elsewhere_holds_up_only_the_meetups_they_are_in():
    one = lost(1, 0, 9, members=frozenset({7}))
    two = lost(2, 0, 11, members=frozenset({7, 8}))
    busy = Engaged(99, None, 1, at(0, 14), *instants(0, 14), frozenset({8}))
    slots = [free(1, 0, 14, 2)]

    found = replacements([one, two], slots, [busy], {})

    assert dict(found.slots) == {1: 1}
    assert set(found.stranded) == {2}


def instants(day: int, hour: int) -> tuple[datetime, datetime]:
    starts = at(day, hour).replace(tzinfo=UTC)
    return starts, starts + timedelta(hours=2)


@st.composite
def problems(draw):
    """A few displaced meetups with common people, a few free slots, a few meetups that stay."""
    days = st.integers(0, 3)
    hours = st.sampled_from(HOURS)
    people = st.frozensets(st.integers(1, 4), max_size=3)
    displaced: list[Displaced] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        members = draw(people)
        each = lost(
            number,
            draw(days),
            draw(hours),
            room=number,
            group=draw(st.integers(1, 3)),
            mentor=draw(st.sampled_from([None, 1, 2])),
            members=members,
            seated=members | draw(people),
        )
        # Nobody was in two places to begin with.
        if not any(clash(each, other) for other in displaced):
            displaced.append(each)
    places = st.tuples(days, hours, st.sampled_from([21, 22, 31]))
    slots = [
        free(number, *place, seats=draw(st.sampled_from([1, 3, 20])))
        for number, place in enumerate(draw(st.lists(places, unique=True, max_size=6)), start=1)
    ]
    engaged = [
        Engaged(
            draw(st.integers(1, 5)),
            draw(st.sampled_from([None, 1, 2])),
            2,
            at(day, hour),
            *instants(day, hour),
            draw(people),
        )
        for day, hour in draw(st.lists(st.tuples(days, hours), max_size=3))
    ]
    return displaced, slots, engaged, {(0, 2): 1.0, (0, 3): 2.0}


def clash(one: Displaced, other: Displaced) -> bool:
    overlap = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    return overlap and (one.meets_with(other) or bool(one.seated & other.seated))


@settings(max_examples=200, deadline=None)
@given(problems())
def test_moves_stored_in_order_never_put_anybody_in_two_places(problem):
    displaced, slots, engaged, km = problem
    by_id = {each.meetup: each for each in displaced}
    slot_by_id = {each.id: each for each in slots}

    found = replacements(displaced, slots, engaged, km)

    assert set(found.slots) | set(found.stranded) == set(by_id)
    assert not set(found.slots) & set(found.stranded)
    assert len(set(found.slots.values())) == len(found.slots)
    now_at = {meetup: by_id[meetup] for meetup in found.slots}
    for meetup, slot_id in found.slots.items():
        slot, each = slot_by_id[slot_id], by_id[meetup]
        assert slot.seats >= len(each.seated)
        assert all(free_of(each, slot, held) for held in engaged)
        starts, ends = slot.starts_at, slot.starts_at + timedelta(hours=2)
        for other_id, other in now_at.items():
            if other_id != meetup and each.meets_with(by_id[other_id]):
                assert not (other.starts_at < ends and starts < other.ends_at)
        now_at[meetup] = lost(
            meetup, (slot.starts_wall - MONDAY).days, slot.starts_wall.hour, room=slot.room
        )


def free_of(each: Displaced, slot: FreeSlot, held: Engaged) -> bool:
    overlaps = (
        held.starts_at < slot.starts_at + timedelta(hours=2) and slot.starts_at < held.ends_at
    )
    mentored = each.mentor is not None and each.mentor == held.mentor
    needed = mentored or held.group == each.group or held.learners & each.members
    return not (overlaps and needed)


def as_it_was(old: Displaced, seen_by: Displaced) -> Engaged:
    """A meetup in its old place, in the way of its people at that hour alone."""
    mentored = old.mentor is not None and old.mentor == seen_by.mentor
    group = seen_by.group if mentored else old.group
    times = (old.starts_wall, old.starts_at, old.ends_at)
    return Engaged(group, None, old.centre, *times, old.seated)


@settings(max_examples=200, deadline=None)
@given(problems())
def test_nobody_is_stranded_while_a_free_slot_would_take_them(problem):
    displaced, slots, engaged, km = problem
    by_id = {each.meetup: each for each in displaced}
    slot_by_id = {each.id: each for each in slots}

    found = replacements(displaced, slots, engaged, km)

    moved = [
        Engaged(
            by_id[meetup].group,
            by_id[meetup].mentor,
            slot_by_id[slot].centre,
            slot_by_id[slot].starts_wall,
            slot_by_id[slot].starts_at,
            slot_by_id[slot].starts_at + timedelta(hours=2),
            by_id[meetup].seated,
        )
        for meetup, slot in found.slots.items()
    ]
    for meetup in found.stranded:
        each = by_id[meetup]
        others = [as_it_was(old, each) for old in displaced if old is not each]
        guests_elsewhere = [
            slot_by_id[slot]
            for other, slot in found.slots.items()
            if each.seated & by_id[other].members
        ]
        for slot in slots:
            if slot.id in found.slots.values() or slot in guests_elsewhere:
                continue
            in_the_way = why_not(each, slot, [*engaged, *moved, *others])
            taken = any(
                other.starts_at < slot.starts_at + timedelta(hours=2)
                and slot.starts_at < other.starts_at + timedelta(hours=2)
                for other in guests_elsewhere
            )
            assert in_the_way is not None or taken
