"""The page behind a link in a mail: what it shows, what its buttons do; opening it is safe."""

import html

import pytest
from icalendar import Calendar

from centres.db import rows
from sessions.meetup_changes import cancel_meetup
from sessions.messages.addresses import answer_key
from sessions.messages.people import Person
from tests.api.conftest import NOW

SECRET = "S" * 43


@pytest.fixture
async def meetup(world) -> dict[str, int]:
    await rows(
        "INSERT INTO contact_preference (learner, reply_token, secret, calendar_by, reminders,"
        " revision) VALUES ($1, $2, $3, 'invites', false, 1)",
        world.awa.id,
        "a" * 26,
        SECRET,
    )
    found = await rows(
        "SELECT m.id FROM booking b JOIN meetup m ON m.id = b.meetup"
        " WHERE b.learner = $1 AND b.state = 'booked' AND m.state = 'live' AND m.starts_at > $2"
        " ORDER BY m.starts_at LIMIT 1",
        world.awa.id,
        NOW,
    )
    return found[0]


@pytest.fixture
def path(world, meetup) -> str:
    return f"/a/{answer_key(Person('learner', world.awa.id), SECRET, meetup['id'])}"


async def answered(world, meetup) -> tuple[str | None, str]:
    found = await rows(
        "SELECT i.partstat, b.state FROM booking b LEFT JOIN invite i USING (meetup, learner)"
        " WHERE b.learner = $1 AND b.meetup = $2",
        world.awa.id,
        meetup["id"],
    )
    return found[0]["partstat"], found[0]["state"]


async def test_it_says_what_when_and_where_and_opening_it_answers_nothing(
    visitor, world, meetup, path
):
    text = html.unescape((await visitor.get(path)).text)

    for words in ("Samedi 9 janvier 2027", "heure de Dakar (UTC+0)", "Salle B12", "Je viens"):
        assert words in text
    assert await answered(world, meetup) == (None, "booked")


async def test_it_offers_the_meetup_alone_under_the_uid_that_every_calendar_knows_it_by(
    visitor, world, meetup, path
):
    known = await rows("SELECT uid::text AS uid, starts_at FROM meetup WHERE id = $1", meetup["id"])

    page = html.unescape((await visitor.get(path)).text)
    answer = await visitor.get(f"{path}/meetup.ics")

    assert f'href="{path}/meetup.ics"' in page
    assert "https://calendar.google.com/calendar/render?action=TEMPLATE" in page
    assert answer.headers["content-type"].partition(";")[0] == "text/calendar"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (event["UID"], event["DTSTART"].dt) == (known[0]["uid"], known[0]["starts_at"])


async def test_a_file_that_no_link_names_is_not_found(visitor, path):
    answer = await visitor.get(f"{path[:-3]}abc/meetup.ics")

    assert answer.status_code == 404


async def test_its_buttons_answer_and_change_the_seat(visitor, world, meetup, path):
    said = []
    for comes in ("yes", "no", "yes"):
        done = await visitor.post(path, data={"comes": comes}, follow_redirects=True)
        said.append(("C'est noté" in html.unescape(done.text), *await answered(world, meetup)))

    assert said == [
        (True, "ACCEPTED", "booked"),
        (True, "DECLINED", "released"),
        (True, "ACCEPTED", "booked"),
    ]


async def test_a_cancelled_meetup_has_no_buttons(visitor, meetup, path):
    await cancel_meetup(meetup_id=meetup["id"], reason="examens", now=NOW)

    text = html.unescape((await visitor.get(path)).text)

    assert "Cette séance est annulée. Ne vous déplacez pas." in text
    assert "<button" not in text.partition("<main")[2].partition("</main>")[0]


async def test_a_link_that_somebody_changed_opens_nothing(visitor, path):
    assert (await visitor.get(path[:-1] + ("A" if path[-1] != "A" else "B"))).status_code == 404
