"""A learner's own page: when, where, what has changed, and what one tap does."""

import html
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from icalendar import Calendar

from centres.db import rows
from sessions.booking import book_seat
from sessions.feeds.links import LinkPurpose
from sessions.meetup_changes import cancel_meetup
from sessions.rezoning import rezone
from sessions.slot_changes import cancel_slots
from sessions.subscriptions import device_feed, find_link, open_page_link
from tests.api.conftest import NOW
from tests.api.pages.conftest import A_BROWSER
from tests.api.pages.test_public import bytes_on_the_wire
from tests.counting import queries
from tests.factories import make_group, make_learner, make_meetup, make_room, make_slot

FIRST_LOAD_BYTES = 14_000


@pytest.fixture
async def page(world) -> str:
    """The path of Awa's page, whose first device is there already."""
    _, token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    await device_feed(page_token=token, device="Mon téléphone", now=NOW)
    return f"/s/{token}"


async def shown(visitor, path: str, **query: str) -> str:
    return html.unescape((await visitor.get(path, params=query or None)).text)


async def test_the_next_meetup_comes_first_in_words(visitor, page):
    text = await shown(visitor, page)

    first, _, others = text.partition('id="following"')
    for words in (
        "Bonjour Awa",
        "Prochaine séance, dans 5 jours",
        "Samedi 9 janvier 2027",
        "heure de Dakar",
        "Lycée Valdiodio-Ndiaye, Salle B12",
        "derrière la pharmacie Ndiaye",
        "Apportez votre ordinateur",
        "Votre place est réservée",
    ):
        assert words in first
    assert others.count("<details") >= 4


async def test_it_is_private_and_never_leaves_in_a_referrer(visitor, page):
    answer = await visitor.get(page)

    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"


async def test_nobody_else_is_named_on_it(visitor, page):
    text = await shown(visitor, page)

    for name in ("Binta", "Cheikh", "Fatou", "Ibrahima", "Khady"):
        assert name not in text


async def test_each_way_to_subscribe_leads_to_the_same_feed(visitor, page):
    text = await shown(visitor, page)

    address = text.partition('<code class="link">')[2].partition("</code>")[0]
    assert address.startswith("http://rendezvous.test/feeds/")
    assert f'href="webcal{address.removeprefix("http")}"' in text
    assert "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Frendezvous.test" in text
    assert "ICSx5" in text
    assert "<svg viewBox=" in text
    assert len(Calendar.from_ical((await visitor.get(address)).content).events) == 5


async def test_a_first_visit_makes_the_link_of_the_phone_once(visitor, world):
    _, token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)

    once, twice = await shown(visitor, f"/s/{token}"), await shown(visitor, f"/s/{token}")

    assert "Mon téléphone" in once
    assert once == twice


async def test_the_whole_first_load_is_light(visitor, page, world):
    answer = await visitor.get(page)
    needed = re.findall(r'(?:src|href)="(/static/[^"]+|/s/[^"]+webmanifest)"', answer.text)
    others = [await visitor.get(each) for each in [*needed, "/s/worker.js"]]

    assert [each.partition("?")[0].rpartition("/")[2] for each in needed] == [
        "style.css",
        "icon.svg",
        "app.webmanifest",
        "student.js",
    ]
    assert bytes_on_the_wire(answer, *others) <= FIRST_LOAD_BYTES


async def test_it_asks_the_database_eight_times_however_much_there_is(visitor, world):
    alone = await make_learner(world.country, code="ALONE", name="Ndeye Seck")
    counts = []
    for learner in (alone, world.awa):
        _, token = await open_page_link(learner_id=learner.id, device="page", now=NOW)
        await device_feed(page_token=token, device="Mon téléphone", now=NOW)
        with queries() as asked:
            await visitor.get(f"/s/{token}")
        counts.append(len(asked))

    assert counts == [8, 8]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Saturday 9 January 2027"), ("pt", "Sábado, 9 de janeiro de 2027")],
)
async def test_it_speaks_the_learners_language_unless_another_is_chosen(
    visitor, page, world, language, words
):
    await rows("UPDATE learner SET language = $1 WHERE id = $2", language, world.awa.id)

    stored = await visitor.get(page)
    chosen = await visitor.get(page, params={"lang": "fr"})

    assert words in stored.text
    assert chosen.headers["content-language"] == "fr"


async def test_one_tap_gives_the_seat_back_and_another_takes_it_again(visitor, page, world):
    meetup = world.meetups[0].id

    released = await visitor.post(f"{page}/meetups/{meetup}", data={"answer": "release"})
    after = await shown(visitor, released.headers["location"])
    booked = await visitor.post(f"{page}/meetups/{meetup}", data={"answer": "book"})
    again = await shown(visitor, booked.headers["location"])

    assert released.status_code == booked.status_code == 303
    assert "C'est noté : vous ne venez pas." in after
    assert "Prochaine séance, dans 12 jours" in after
    assert "Finalement, je viens" in after
    assert "Prochaine séance, dans 5 jours" in again
    state = await rows(
        "SELECT b.state, c.actor FROM booking b JOIN change c ON c.row_id = b.id"
        " AND c.table_name = 'booking' WHERE b.meetup = $1 AND b.learner = $2"
        " ORDER BY c.id DESC LIMIT 1",
        meetup,
        world.awa.id,
    )
    assert state == [{"state": "booked", "actor": f"learner:{world.awa.id}"}]


async def test_its_buttons_keep_the_answer_that_hosts_and_invitations_know(visitor, page, world):
    kept = []
    for answer in ("release", "book"):
        await visitor.post(f"{page}/meetups/{world.meetups[0].id}", data={"answer": answer})
        kept += await rows("SELECT partstat, replied_at FROM invite")

    assert kept == [
        {"partstat": "DECLINED", "replied_at": NOW},
        {"partstat": "ACCEPTED", "replied_at": NOW},
    ]


async def test_a_switch_to_invitations_says_what_happens_and_how_to_go_back(visitor, page, world):
    await rows("UPDATE learner SET email = 'awa@example.org', consent_at = $1", NOW)

    invited = await visitor.post(f"{page}/wishes", data={"wish": "invites"})
    after = await shown(visitor, invited.headers["location"])
    await rows("UPDATE learner SET email = NULL")
    without = await shown(visitor, page)

    assert "Retirez de votre agenda le lien de cette page" in after
    assert "Ajouter à mon agenda" not in after
    assert "Revenir à l'agenda relié" in after
    assert "Revenir à l'agenda relié" in without


async def test_a_full_meetup_offers_a_place_in_the_queue_and_says_which(visitor, page, world):
    small = await make_room(world.centre, seats=1)
    slot = await make_slot(small, world.slots[0].starts_wall + timedelta(days=2))
    group = await make_group(world.cohort, world.centre, number=9)
    full = await make_meetup(group, slot, learners=[world.awa])
    await visitor.post(f"{page}/meetups/{full.id}", data={"answer": "release"})
    other = await make_learner(world.country)
    await book_seat(meetup_id=full.id, learner_id=other.id, now=NOW)

    before = await shown(visitor, page)
    await visitor.post(f"{page}/meetups/{full.id}", data={"answer": "wait"})
    waiting = await shown(visitor, page)
    await visitor.post(f"{page}/meetups/{full.id}", data={"answer": "leave"})
    after = await shown(visitor, page)

    assert "Complet : attendre une place" in before
    assert "Vous êtes au rang 1 sur 1." in waiting
    assert "celles de la promotion d'abord" in waiting
    assert "Vous êtes au rang" not in after


async def test_a_refusal_is_said_on_the_page_itself(visitor, page, world):
    meetup = world.meetups[0].id
    await visitor.post(f"{page}/meetups/{meetup}", data={"answer": "release"})
    await cancel_meetup(meetup_id=meetup, reason="Examens", now=NOW)

    answer = await visitor.post(f"{page}/meetups/{meetup}", data={"answer": "book"})

    assert answer.status_code == 409
    assert 'class="box no" role="alert"' in answer.text
    assert "Prochaine séance" in answer.text


async def test_what_changed_is_told_with_its_reason(visitor, page, world):
    await cancel_slots(
        slot_id=world.slots[1].id, reason="Salle prise par un examen.", revision=None, now=NOW
    )

    text = await shown(visitor, page)

    changes = text.partition('id="changes"')[2].partition("</section>")[0]
    assert "Annulée" in changes
    assert "samedi 16 janvier 2027" in changes
    assert "Salle prise par un examen." in changes


async def test_new_zone_rules_are_told_as_the_same_hour_and_not_as_a_move(visitor, page, world):
    hour = "starts_at = starts_at - interval '1 hour', ends_at = ends_at - interval '1 hour'"
    await rows(
        f"WITH s AS (UPDATE slot SET {hour}) UPDATE meetup SET {hour}, slot_starts_at ="
        " slot_starts_at - interval '1 hour', slot_ends_at = slot_ends_at"
        " - interval '1 hour'"
    )
    await rezone(NOW)

    text = await shown(visitor, page)

    changes = text.partition('id="changes"')[2].partition("</section>")[0]
    assert "Même heure au centre" in changes
    assert "Nouvelle heure légale (heure de Dakar)" in changes
    assert "Déplacée" not in changes


async def test_a_change_is_shared_with_a_group_without_the_secret_of_the_page(visitor, page, world):
    await cancel_meetup(meetup_id=world.meetups[1].id, reason="Examens", now=NOW)

    text = await shown(visitor, page)

    (link,) = re.findall(r'href="(https://wa\.me/[^"]+)"', text)
    said = parse_qs(urlsplit(link).query)["text"][0]
    assert said.startswith("Séance ANNULÉE, ne venez pas : samedi 16 janvier")
    assert re.search(r"/centres/[A-Z0-9-]+$", said)
    assert page.rpartition("/")[2] not in said


async def test_one_meetup_comes_as_a_file_with_the_uid_of_the_feed(visitor, page, world):
    answer = await visitor.get(f"{page}/meetups/{world.meetups[0].id}.ics")
    (event,) = Calendar.from_ical(answer.content).events

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert str(event["UID"]) == str(world.meetups[0].uid)


@pytest.mark.parametrize("name", ["999999.ics", "x.ics", "1", "-1.ics", "9999999999.ics"])
async def test_only_the_learners_own_meetups_come_as_files(visitor, page, name):
    assert (await visitor.get(f"{page}/meetups/{name}")).status_code == 404


async def test_devices_are_added_named_and_revoked_one_by_one(visitor, page, world):
    await visitor.post(f"{page}/devices", data={"device": "Tablette de Maman"})
    added = await shown(visitor, page)
    feeds = await rows("SELECT id FROM feed_link WHERE purpose = 'feed' ORDER BY id")
    gone = await visitor.post(f"{page}/devices/{feeds[1]['id']}/revoke")
    after = await shown(visitor, page)

    assert "Tablette de Maman" in added
    assert gone.status_code == 303
    assert "Tablette de Maman" not in after
    assert "Mon téléphone" in after


async def test_nobody_revokes_the_device_of_somebody_else(visitor, page, world):
    other = await make_learner(world.country)
    _, token = await open_page_link(learner_id=other.id, device="page", now=NOW)
    link, feed = await device_feed(page_token=token, device="Mon téléphone", now=NOW)

    answer = await visitor.post(f"{page}/devices/{link.id}/revoke")

    assert answer.status_code == 404
    assert (await find_link(feed, LinkPurpose.FEED)).id == link.id


@pytest.mark.parametrize("token", ["x" * 43, "court", "é" * 43])
async def test_an_unknown_link_is_the_page_of_what_is_not_there(visitor, world, token):
    answer = await visitor.get(f"/s/{token}", headers=A_BROWSER)

    assert answer.status_code == 404
    assert "Il n'y a rien à cette adresse" in html.unescape(answer.text)


async def test_a_revoked_page_reads_like_an_unknown_one(visitor, page):
    await rows("UPDATE feed_link SET revoked_at = $1 WHERE purpose = 'page'", NOW)

    revoked, unknown = await visitor.get(page), await visitor.get(f"/s/{'x' * 43}")

    assert revoked.status_code == unknown.status_code == 404
    assert revoked.content == unknown.content


async def test_a_feeds_token_does_not_open_the_page(visitor, page):
    text = await shown(visitor, page)
    token = text.partition("/feeds/")[2].partition(".ics")[0]

    assert (await visitor.get(f"/s/{token}")).status_code == 404


async def test_a_learner_without_meetups_reads_what_to_do_next(visitor, world):
    alone = await make_learner(world.country, name="Ndeye Seck", centre=world.centre)
    _, token = await open_page_link(learner_id=alone.id, device="page", now=NOW)

    text = await shown(visitor, f"/s/{token}")

    assert "Aucune séance n'est prévue pour le moment." in text
    assert "/centres/SN-KLK-01" in text


async def test_a_learner_reads_all_that_is_held_about_them_and_nobody_elses_secret(
    visitor, page, world
):
    await rows("UPDATE learner SET email = 'awa@example.org' WHERE id = $1", world.awa.id)

    answer = await visitor.get(f"{page}/my-data.json")

    found = answer.json()
    assert found["person"]["name"] == world.awa.name
    assert found["person"]["email"] == "awa@example.org"
    assert {each["group"] for each in found["enrolments"]} == {world.group.code}
    seats = await rows("SELECT count(*) AS n FROM booking WHERE learner = $1", world.awa.id)
    assert len(found["seats"]) == seats[0]["n"] > 0
    assert found["seats"][0]["starts"] == "2027-01-09T09:00:00"
    assert "attachment" in answer.headers["content-disposition"]
    token = page.rpartition("/")[2]
    assert token not in answer.text
    assert not {"secret", "reply_token", "token_hash"} & set(re.findall(r'"(\w+)":', answer.text))
