"""Learners check themselves in by the wall's code: no login, and no use in a borrowed picture."""

from datetime import UTC, datetime, timedelta

import pytest

from centres.db import rows
from centres.tables import Centre
from sessions.attendance.checking_in import secret_of
from sessions.attendance.keeping import keep_marks
from sessions.attendance.marks import Value
from sessions.attendance.sheets import marks_of, read_sheet
from sessions.attendance.wall_codes import offline_code, offline_key, wall_code, window_of
from sessions.subscriptions import open_page_link
from tests.api.conftest import NOW
from tests.factories import make_group, make_meetup, make_room, make_slot
from tests.sessions.attendance.attendance_world import made

NINE = datetime(2027, 1, 9, 9, 5, tzinfo=UTC)


@pytest.fixture
async def meetup(world, clock):
    clock.now = NINE
    for name, phone in (
        ("Awa Diop", "+221770001234"), ("Binta Fall", "+221770005678"),
        ("Cheikh Ndour", "+221780005678"), ("Fatou Sow", "+221771115678"),
    ):  # fmt: skip
        await rows("UPDATE learner SET phone = $2 WHERE name = $1", name, phone)
    return world.meetups[0].id


@pytest.fixture
async def page_of_awa(world):
    _, token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    return f"/s/{token}/here"


async def code_of(meetup, at):
    return wall_code(await secret_of(meetup_id=meetup), meetup, window_of(at))


async def scan(visitor, meetup, at):
    """Open what the wall shows and return the form's pass."""
    page = await visitor.get(f"/c/{meetup}/{await code_of(meetup, at)}")
    assert page.status_code == 200, page.text
    return page.text.partition('name="pass" value="')[2].partition('"')[0]


async def values(meetup):
    sheet = await read_sheet(meetup_id=meetup)
    return {each.name: each.standing.value for each in sheet.rows if each.standing}


async def test_the_wall_shows_a_code_that_changes_by_itself(host, meetup, clock):
    first = await host.get(f"/host/meetups/{meetup}/checkin")
    clock.now = NINE + timedelta(seconds=30)
    second = await host.get(f"/host/meetups/{meetup}/checkin")

    code = await code_of(meetup, NINE)
    assert f"{code[:3]} {code[3:]}" in first.text
    assert f"{code[:3]} {code[3:]}" not in second.text
    assert 1 <= int(first.headers["refresh"]) <= 31
    assert "<svg" in first.text


async def test_four_digits_are_enough_and_a_second_time_changes_nothing(visitor, meetup):
    done = await visitor.post(
        f"/c/{meetup}", data={"pass": await scan(visitor, meetup, NINE), "digits": "1234"}
    )
    again = await visitor.post(
        f"/c/{meetup}", data={"pass": await scan(visitor, meetup, NINE), "digits": "1234"}
    )

    assert done.status_code == 200
    assert "A. D." in done.text
    assert "Awa" not in done.text
    assert "Vous l'étiez déjà" in again.text.replace("&#39;", "'")
    assert await values(meetup) == {"Awa Diop": "present"}
    kept = (await marks_of(meetup))[0]
    assert (kept.way, kept.marked_by.partition(":")[0], kept.proof) == ("self", "learner", "09:05")


async def test_who_shares_four_digits_is_asked_for_an_initial(visitor, meetup):
    given = await scan(visitor, meetup, NINE)

    asked = await visitor.post(f"/c/{meetup}", data={"pass": given, "digits": "5678"})
    done = await visitor.post(
        f"/c/{meetup}", data={"pass": given, "digits": "5678", "initial": "b"}
    )

    assert asked.status_code == 409
    assert 'name="initial"' in asked.text
    assert done.status_code == 200
    assert await values(meetup) == {"Binta Fall": "present"}


async def test_a_picture_of_the_wall_sent_to_a_friend_is_refused_and_explained(
    visitor, meetup, clock
):
    code = await code_of(meetup, NINE)
    clock.now = NINE + timedelta(seconds=70)

    answer = await visitor.get(f"/c/{meetup}/{code}")

    assert answer.status_code == 409
    assert "photo envoyée à un ami" in answer.text


async def test_a_pass_is_used_once_and_for_five_minutes(visitor, meetup, clock):
    given = await scan(visitor, meetup, NINE)
    late = await scan(visitor, meetup, NINE)
    await visitor.post(f"/c/{meetup}", data={"pass": given, "digits": "1234"})

    replayed = await visitor.post(
        f"/c/{meetup}", data={"pass": given, "digits": "5678", "initial": "b"}
    )
    clock.now = NINE + timedelta(minutes=6)
    too_late = await visitor.post(
        f"/c/{meetup}", data={"pass": late, "digits": "5678", "initial": "b"}
    )

    assert (replayed.status_code, too_late.status_code) == (409, 409)
    assert "a déjà servi" in replayed.text
    assert await values(meetup) == {"Awa Diop": "present"}


async def test_nobody_finds_out_whose_numbers_are_on_the_list_by_trying(visitor, meetup):
    given = await scan(visitor, meetup, NINE)

    answers = [
        await visitor.post(f"/c/{meetup}", data={"pass": given, "digits": f"000{number}"})
        for number in range(7)
    ]

    assert [each.status_code for each in answers] == [409] * 6 + [429]
    assert "Vérifiez le lieu" in answers[0].text.replace("&#39;", "'")


async def test_two_people_checked_in_by_one_telephone_are_shown_to_the_host(visitor, host, meetup):
    for digits in ("1234", "5678"):
        given = await scan(visitor, meetup, NINE)
        initial = "b" if digits == "5678" else ""
        await visitor.post(
            f"/c/{meetup}", data={"pass": given, "digits": digits, "initial": initial}
        )

    shown = (await host.get(f"/host/meetups/{meetup}/attendance")).text

    assert shown.count("même téléphone") == 2 + 1  # and the words of the script


async def test_who_was_marked_absent_and_checks_in_is_left_to_the_host(visitor, world, meetup):
    await keep_marks(meetup_id=meetup, marks=[made(world.awa, Value.ABSENT)], now=NINE)

    await visitor.post(
        f"/c/{meetup}", data={"pass": await scan(visitor, meetup, NINE), "digits": "1234"}
    )

    assert await values(meetup) == {"Awa Diop": None}


async def test_a_learner_s_own_link_needs_no_digits(visitor, meetup, page_of_awa, clock):
    clock.now = NINE + timedelta(minutes=20)

    done = await visitor.post(page_of_awa, data={"code": await code_of(meetup, clock.now)})

    assert done.status_code == 200
    assert await values(meetup) == {"Awa Diop": "late"}


async def test_a_code_seen_without_network_is_typed_in_the_evening(
    visitor, meetup, page_of_awa, clock
):
    key = offline_key(await secret_of(meetup_id=meetup))
    clock.now = NINE + timedelta(hours=9)

    done = await visitor.post(
        page_of_awa, data={"code": offline_code(key, meetup, window_of(NINE))}
    )
    old = await visitor.post(page_of_awa, data={"code": await code_of(meetup, NINE)})

    assert done.status_code == 200
    assert old.status_code == 409
    assert (await marks_of(meetup))[0].proof == "09:05 → 09/01 18:05"


async def test_the_code_of_another_place_is_refused_with_its_name(
    visitor, world, meetup, page_of_awa
):
    campus = await Centre.objects().get(Centre.code == "SN-DKR-01")
    group = await make_group(world.cohort, campus)
    slot = await make_slot(await make_room(campus), datetime(2027, 1, 9, 9))
    other = await make_meetup(group, slot)
    code = wall_code(await secret_of(meetup_id=other.id), other.id, window_of(NINE))

    answer = await visitor.post(page_of_awa, data={"code": code})
    nonsense = await visitor.post(page_of_awa, data={"code": "AAAAAA"})

    assert (answer.status_code, nonsense.status_code) == (409, 409)
    assert "Campus numérique francophone" in answer.text
    assert "pas celui de cette séance" in nonsense.text


async def test_before_and_after_the_meetup_the_wall_shows_nothing(host, visitor, meetup, clock):
    for at in (NINE - timedelta(hours=2), NINE + timedelta(hours=4)):
        clock.now = at
        page = await host.get(f"/host/meetups/{meetup}/checkin")
        answer = await visitor.get(f"/c/{meetup}/{await code_of(meetup, at)}")

        assert '<svg class="qr"' not in page.text
        assert answer.status_code == 409
        assert "samedi 9 janvier 2027" in answer.text
