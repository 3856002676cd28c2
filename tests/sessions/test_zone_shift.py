"""Who follows the clock, who cannot, and in which order: rules alone, no database."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessions.zone_shift import Claim, Obstacle, Period, Trouble, shift

MIDNIGHT = datetime(2027, 1, 9, tzinfo=UTC)


def period(first: float, last: float) -> Period:
    return Period(MIDNIGHT + timedelta(hours=first), MIDNIGHT + timedelta(hours=last))


def claim(
    unit: int, resource: str, was: tuple[int, int], by: int = 0, guest: int | None = None
) -> Claim:
    first, last = was
    return Claim(unit, (resource, 1), period(first, last), period(first + by, last + by), guest)


def test_slots_back_to_back_leave_in_the_order_that_makes_room() -> None:
    claims = [claim(number, "room", (8 + 3 * number, 11 + 3 * number), 1) for number in range(3)]

    found = shift([0, 1, 2], claims, {})

    assert found.rooms == ((2,), (1,), (0,))
    assert found.people == ((0, 1, 2),)
    assert (found.left, found.released) == ({}, frozenset())


def test_whoever_is_left_behind_is_in_the_way_of_the_next() -> None:
    claims = [claim(number, "room", (8 + 3 * number, 11 + 3 * number), 1) for number in range(3)]
    skipped = Obstacle(Trouble.HOUR_SKIPPED)

    found = shift([0, 1, 2], claims, {1: skipped})

    assert found.left == {1: skipped, 0: Obstacle(Trouble.ROOM_TAKEN, 1)}
    assert found.moving == {2}


def test_of_two_who_would_collide_the_first_moves() -> None:
    claims = [claim(1, "mentor", (9, 12), 3), claim(2, "mentor", (15, 18), -1)]

    found = shift([1, 2], claims, {})

    assert found.left == {2: Obstacle(Trouble.MENTOR_ELSEWHERE, 1)}
    assert found.people == ((1,),)


def test_who_would_have_to_change_places_is_left() -> None:
    claims = [claim(1, "group", (9, 12), 3), claim(2, "group", (12, 15), -3)]

    found = shift([1, 2], claims, {})

    assert found.left == {
        2: Obstacle(Trouble.IN_A_CIRCLE),
        1: Obstacle(Trouble.GROUP_ELSEWHERE, 2),
    }


def test_a_guest_gives_way_to_a_member_and_of_two_guests_the_one_who_moves() -> None:
    member, guest = claim(1, "learner", (9, 12), 1), claim(2, "learner", (12, 15), 0, guest=7)

    assert shift([1], [member, guest], {}).released == {7}
    other = claim(1, "learner", (9, 12), 1, guest=8)
    assert shift([1], [other, guest], {}).released == {8}


@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 3), st.integers(-2, 2), st.integers(1, 2)),
        max_size=12,
    )
)
def test_stored_wave_after_wave_nothing_is_ever_in_two_places(
    offered: list[tuple[int, ...]],
) -> None:
    claims: list[Claim] = []
    for number, (first, hours, by, where) in enumerate(offered):
        was = period(first, first + hours)
        resource = ("room", where)
        if not any(each.resource == resource and each.was.overlaps(was) for each in claims):
            becomes = period(first + by, first + hours + by)
            claims.append(Claim(number, resource, was, becomes))
    movers = [each.unit for each in claims if each.was != each.becomes]

    found = shift(movers, claims, {})

    held = {each.unit: each.was for each in claims}
    where_of = {each.unit: each.resource for each in claims}
    becomes_of = {each.unit: each.becomes for each in claims}
    for wave in found.rooms:
        for unit in reversed(wave):
            held[unit] = becomes_of[unit]
            assert not [
                other
                for other in held
                if other != unit
                and where_of[other] == where_of[unit]
                and held[other].overlaps(held[unit])
            ]
    assert {*found.moving, *found.left} == set(movers)
