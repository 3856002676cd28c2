"""What a visitor reads: the centres, one centre, and pages that are not there."""

import json
import re
from datetime import date

import pytest

from centres.db import rows
from tests.api.pages.conftest import A_BROWSER
from tests.api.pages.world import make_world
from tests.counting import queries
from tests.factories import make_centre, make_closure

PUBLIC_BYTES = 20_000


def bytes_on_the_wire(*answers) -> int:
    return sum(int(each.headers["content-length"]) for each in answers)


async def test_each_country_shows_its_centres_with_their_next_meetup_in_words(visitor, world):
    text = (await visitor.get("/")).text

    assert text.index("Guinée-Bissau") < text.index("Sénégal") < text.index("Lycée Valdiodio")
    assert "samedi 9 janvier 2027, 9\u00a0h\u00a0–\u00a012\u00a0h" in text
    assert "heure de Dakar" in text
    assert "Dans 5 jours" in text
    assert text.count("Pas encore de séance prévue") == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "samedi 9 janvier 2027"),
        ("en", "Saturday 9 January 2027, 9:00–12:00"),
        ("pt", "sábado, 9 de janeiro de 2027"),
    ],
)
async def test_the_language_is_the_one_that_was_chosen_and_is_remembered(
    visitor, world, language, words
):
    chosen = await visitor.get(f"/?lang={language}")
    later = await visitor.get("/")

    assert chosen.headers["content-language"] == language
    assert words in chosen.text
    assert later.headers["content-language"] == language


async def test_without_a_choice_the_browser_speaks(visitor, world):
    answer = await visitor.get("/", headers={"Accept-Language": "de, pt-BR;q=0.8, fr;q=0.5"})

    assert answer.headers["content-language"] == "pt"


async def test_an_empty_network_says_what_to_expect(visitor, database):
    assert "Aucun centre n'est encore ouvert" in (await visitor.get("/")).text


async def test_a_centre_says_how_to_find_it_and_names_nobody(visitor, world):
    text = (await visitor.get("/centres/SN-KLK-01")).text

    assert "derrière la pharmacie Ndiaye" in text
    assert "geo:14.1469,-16.0726" in text
    assert "webcal://rendezvous.test/centres/SN-KLK-01.ics" in text
    assert text.partition("<main")[2].count("Architecte de données") == 5
    for name in ("Awa", "Moussa", "Sarr", "Binta"):
        assert name not in text


async def test_a_centre_known_only_to_its_town_says_so_and_shows_no_map(visitor, world):
    text = (await visitor.get("/centres/SN-DKR-01")).text

    assert "Adresse connue à la ville près" in text
    assert "geo:" not in text


async def test_a_closure_to_come_stands_above_the_opening_hours(visitor, world):
    await make_closure(world.centre, date(2027, 2, 1), date(2027, 2, 5))

    text = (await visitor.get("/centres/SN-KLK-01")).text

    assert "fermé du lundi 1er février 2027 au vendredi 5 février 2027 (Examens)" in text


async def test_a_centre_that_is_planned_is_not_shown_yet(visitor, world):
    planned = await make_centre(world.country, state="planned", name="Bientôt")

    home, own = await visitor.get("/"), await visitor.get(f"/centres/{planned.code}")

    assert "Bientôt" not in home.text
    assert own.status_code == 404


@pytest.mark.parametrize("path", ["/rien", "/centres/XX-AAA-01", "/s/inconnu", "/host/slots/x"])
async def test_what_is_not_there_is_a_page_in_the_readers_language(visitor, database, path):
    answer = await visitor.get(path, headers={"Accept-Language": "pt"})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Não há nada neste endereço" in answer.text


async def test_programs_get_problems_where_browsers_get_pages(visitor, database):
    answer = await visitor.get("/rien", headers={"Accept": "application/json"})
    api = await visitor.get("/api/v1/nothing")

    assert answer.headers["content-type"] == "application/problem+json"
    assert api.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("path", "count"), [("/", 1), ("/centres/SN-KLK-01", 5)])
async def test_public_pages_ask_the_database_as_often_for_one_row_as_for_many(
    visitor, database, path, count
):
    await make_world()

    with queries() as asked:
        await visitor.get(path)

    assert len(asked) == count


async def test_public_pages_are_light(visitor, world):
    style = await visitor.get("/static/style.css")

    for path in ("/", "/centres/SN-KLK-01"):
        assert bytes_on_the_wire(await visitor.get(path), style) <= PUBLIC_BYTES


async def test_an_unchanged_page_is_not_sent_again(visitor, world):
    first = await visitor.get("/")

    again = await visitor.get("/", headers={"If-None-Match": first.headers["etag"]})
    await rows("UPDATE centre SET name = 'Autre nom' WHERE code = 'SN-KLK-01'")
    changed = await visitor.get("/", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


async def test_the_stylesheet_may_be_kept_for_good_under_its_mark(visitor, world):
    text = (await visitor.get("/")).text
    marked = text.partition('rel="stylesheet" href="')[2].partition('"')[0]

    kept, plain = await visitor.get(marked), await visitor.get("/static/style.css")

    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["cache-control"] == "no-cache"
    assert kept.headers["content-type"] == "text/css; charset=utf-8"


async def test_what_a_page_shows_is_escaped(visitor, world):
    await rows("UPDATE centre SET name = '<script>x</script>' WHERE code = 'SN-KLK-01'")

    text = (await visitor.get("/centres/SN-KLK-01", headers=A_BROWSER)).text

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


async def test_search_engines_read_a_centre_and_its_meetups_as_schema_org_says(visitor, world):
    await rows("UPDATE centre SET name = $1 WHERE id = $2", "Lycée </script><b>", world.centre.id)

    text = (await visitor.get("/centres/SN-KLK-01")).text

    (said,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    place, *events = json.loads(said)["@graph"]
    assert (place["@type"], place["name"]) == ("Place", "Lycée </script><b>")
    assert place["url"].endswith("/centres/SN-KLK-01")
    assert len(events) == len(world.meetups)
    first = events[0]
    assert (first["@type"], first["startDate"], first["endDate"]) == (
        "EducationEvent",
        "2027-01-09T09:00:00+00:00",
        "2027-01-09T12:00:00+00:00",
    )
    assert first["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"


async def test_whoever_shares_a_centre_shares_its_name_and_its_next_meetup(visitor, world):
    text = (await visitor.get("/centres/SN-KLK-01?lang=en")).text

    shared = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', text))
    assert shared["title"] == "Lycée Valdiodio-Ndiaye, Kaolack"
    assert shared["description"].startswith("Next meetup: Saturday 9 January 2027, 9:00–12:00")
    assert shared["locale"] == "en_GB"


async def test_the_map_of_the_site_lists_open_centres_in_each_language(visitor, world):
    await rows("UPDATE centre SET state = 'planned' WHERE code = 'SN-DKR-01'")

    listed = (await visitor.get("/sitemap.xml")).text
    robots = (await visitor.get("/robots.txt")).text

    (where,) = re.findall(r"^Sitemap: (.+)$", robots, re.MULTILINE)
    assert where.endswith("/sitemap.xml")
    places = [each.partition("/centres/")[2] for each in re.findall("<loc>([^<]+)</loc>", listed)]
    open_ones = await rows("SELECT code FROM centre WHERE state = 'open'")
    assert sorted(places) == sorted(["", *(each["code"] for each in open_ones)])
    assert listed.count('hreflang="pt"') == len(places)


@pytest.mark.parametrize("language", ["fr", "en", "pt"])
async def test_a_poster_hangs_on_one_sheet(visitor, world, language):
    answer = await visitor.get(f"/centres/SN-KLK-01/poster.pdf?lang={language}")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert b"/Type/Pages/Count 1/" in answer.content
    assert len(answer.content) < 120_000


async def test_a_centre_that_is_not_open_has_no_poster(visitor, world):
    assert (await visitor.get("/centres/XX-YYY-01/poster.pdf")).status_code == 404
