"""Whole tasks in Chromium, at a phone's and a laptop's width, with JavaScript off."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from centres.db import rows
from sessions.subscriptions import open_page_link
from tests.api.conftest import NOW, PASSWORD
from tests.api.pages.world import HOST_EMAIL, MANAGER_EMAIL
from tests.npm import installed

pytestmark = pytest.mark.browser

LANGUAGES = {"fr": "fr-FR", "en": "en-GB", "pt": "pt-PT"}
PHONE, LAPTOP = 360, 1280
WCAG = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
AXE = """async (runOnly) => {
  const found = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  const said = (each) => `${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3)}`;
  return { broken: found.violations.map(said), kept: found.passes.length };
}"""


@contextlib.asynccontextmanager
async def browsing(
    chromium: Browser, address: str, *, width: int = PHONE, language: str = "fr"
) -> AsyncIterator[Page]:
    """A window without JavaScript; at its end nothing was asked of any other host."""
    context = await chromium.new_context(
        viewport={"width": width, "height": 740},
        locale=LANGUAGES[language],
        java_script_enabled=False,
    )
    page = await context.new_page()
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else elsewhere.append(request.url),
    )
    yield page
    await context.close()
    assert elsewhere == []


async def log_in(page: Page, address: str, email: str) -> None:
    await page.goto(f"{address}/login")
    await page.fill("#email", email)
    await page.fill("#password", PASSWORD)
    await page.click("main button")
    await page.wait_for_url(lambda url: "/login" not in url)


async def widest(page: Page) -> float:
    """How far to the right anything on the page reaches, in pixels."""
    session = await page.context.new_cdp_session(page)
    metrics = await session.send("Page.getLayoutMetrics")
    return float(metrics["cssContentSize"]["width"])


@pytest.fixture
async def paths(world) -> dict[str, list[str]]:
    """Each page of each kind of reader."""
    _, token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    slot = world.slots[0].id
    agreement = (await rows("SELECT min(id) AS id FROM agreement"))[0]["id"]
    preview = (
        "/host/publish?preview=1&centre=SN-KLK-01&room=SN-KLK-01-CDI&repeat=weekly&every=1"
        "&weekday=3&first_date=2027-01-07&count=6&starts=14:00&minutes=120"
    )
    elsewhere = f"/s/{token}/meetups/{world.meetups[0].id}/elsewhere"
    return {
        "": [
            "/",
            "/centres/SN-KLK-01",
            "/centres/SN-DKR-01",
            "/login",
            "/rien",
            elsewhere,
            f"/s/{token}",
        ],
        HOST_EMAIL: [
            "/host",
            "/host/publish",
            preview,
            f"/host/slots/{slot}",
            f"/host/slots/{slot}/cancel?scope=this",
            "/host/closures",
            f"/host/meetups/{world.meetups[0].id}/attendance",
            f"/host/meetups/{world.meetups[0].id}/grid",
            f"/host/meetups/{world.meetups[0].id}/reach",
            f"/host/meetups/{world.meetups[0].id}/checkin",
        ],
        MANAGER_EMAIL: [
            "/manage",
            "/manage/map",
            "/manage/agreements",
            f"/manage/agreements/{agreement}",
            "/manage/history",
            "/manage/people",
            "/manage/timetables",
            "/manage/plans",
            "/manage/journeys",
            "/manage/candidates",
            "/manage/absences",
            "/manage/dear-hours",
            f"/manage/holidays/{world.holiday.id}?preview=1&date=2027-01-16&cancel=yes",
        ],
    }


@pytest.mark.parametrize("language", list(LANGUAGES))
async def test_every_page_fits_the_screen_in_every_language(address, chromium, paths, language):
    async with browsing(chromium, address, language=language) as page:
        wide = {}
        for email, each in paths.items():
            await page.context.clear_cookies()
            if email:
                await log_in(page, address, email)
            await page.goto(f"{address}/?lang={language}")
            for path in each:
                await page.goto(address + path)
                assert await page.locator("html").get_attribute("lang") == language
                for width in (PHONE, LAPTOP):
                    await page.set_viewport_size({"width": width, "height": 740})
                    if (reached := await widest(page)) > width:
                        wide[path, width] = reached

    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_keeps_the_rules_of_wcag_that_a_browser_can_check(
    address, chromium, paths, scheme
):
    script = installed(Path(__file__).parent / "axe") / "node_modules/axe-core/axe.min.js"
    rules = WCAG if scheme == "light" else {"type": "rule", "values": ["color-contrast"]}
    context = await chromium.new_context(
        locale="fr-FR",
        color_scheme=scheme,
        bypass_csp=True,
        viewport={"width": PHONE, "height": 740},
    )
    page = await context.new_page()
    found, kept = {}, {}
    for email, each in paths.items():
        await context.clear_cookies()
        if email:
            await log_in(page, address, email)
        for path in each if scheme == "light" else each[:3]:
            await page.goto(address + path)
            await page.add_script_tag(path=script)
            said = await page.evaluate(AXE, rules)
            kept[path] = said["kept"]
            if said["broken"]:
                found[path] = said["broken"]
    await context.close()

    assert found == {}
    assert min(kept.values()) > 0  # each page was judged


async def test_a_learner_sees_when_where_and_how_to_subscribe(address, chromium, paths):
    async with browsing(chromium, address) as page:
        await page.goto(address + paths[""][-1])

        await page.get_by_text("Samedi 9 janvier 2027", exact=True).wait_for()
        subscribe = page.locator("section", has_text="Dans mon agenda")
        button = subscribe.get_by_role("link", name="Ajouter à mon agenda").first
        link = await button.get_attribute("href")
        visible = await button.is_visible()
        await subscribe.get_by_text("Sur un autre téléphone").click()
        code = await subscribe.locator("svg.qr").bounding_box()

    assert visible
    assert link is not None
    assert link.startswith("webcal://")
    assert code is not None
    assert code["width"] >= 150


async def test_a_learner_says_that_they_cannot_come_and_comes_after_all(address, chromium, paths):
    async with browsing(chromium, address) as page:
        await page.goto(address + paths[""][-1])
        await page.get_by_role("button", name="Je ne peux pas venir").first.click()
        await page.get_by_text("C'est noté : vous ne venez pas.").wait_for()
        released = await rows("SELECT count(*) AS n FROM booking WHERE state = 'released'")
        await page.get_by_text("Samedi 9 janvier 2027", exact=False).last.click()
        await page.get_by_role("button", name="Finalement, je viens").click()
        await page.get_by_text("Votre place est réservée. À bientôt.").wait_for()

    assert released == [{"n": 1}]
    assert await rows("SELECT count(*) AS n FROM booking WHERE state = 'released'") == [{"n": 0}]


@pytest.mark.parametrize("width", [PHONE, LAPTOP])
async def test_a_host_publishes_a_rule_and_cancels_one_date(address, chromium, world, width):
    async with browsing(chromium, address, width=width) as page:
        await log_in(page, address, HOST_EMAIL)
        await page.get_by_role("link", name="Publier des dates").click()
        await page.select_option("#room", "SN-KLK-01-CDI")
        await page.fill("#starts", "14:00")
        await page.fill("#minutes", "120")
        await page.get_by_label("jeudi").check()
        await page.fill("#first_date", "2027-01-07")
        await page.fill("#count", "4")
        await page.get_by_role("button", name="Voir les dates").click()
        await page.get_by_text("4 dates peuvent être publiées.").wait_for()
        await page.get_by_label("Jeudi 14 janvier 2027").uncheck()
        await page.get_by_role("button", name="Publier les dates cochées").click()
        await page.get_by_text("Créneaux publiés : 3.").wait_for()
        published = await rows("SELECT starts_wall FROM slot WHERE series IS NOT NULL ORDER BY 1")

        await page.get_by_role("link", name="9 h – 12 h").first.click()
        await page.get_by_text("Annuler", exact=True).click()
        await page.get_by_role("button", name="Voir ce que cela change").last.click()
        await page.get_by_text("7 personnes seront prévenues.").wait_for()
        await page.fill("#reason", "Salle prise par un examen.")
        await page.get_by_role("button", name="Oui, annuler").click()
        await page.get_by_text("Personnes prévenues : 7.").wait_for()

    assert [each["starts_wall"].day for each in published] == [7, 21, 28]
    assert await rows("SELECT state FROM slot WHERE id = $1", world.slots[0].id) == [
        {"state": "cancelled"}
    ]


async def test_a_wrong_password_keeps_the_address_and_says_what_to_do(address, chromium, world):
    async with browsing(chromium, address) as page:
        await page.goto(f"{address}/login")
        await page.fill("#email", HOST_EMAIL)
        await page.fill("#password", "autre chose")
        await page.click("main button")
        await page.get_by_text("ne vont pas ensemble").wait_for()
        kept = await page.input_value("#email"), await page.input_value("#password")

    assert kept == (HOST_EMAIL, "")


async def test_a_manager_asks_for_a_timetable_and_sees_it_wait(address, chromium, world):
    async with browsing(chromium, address, width=LAPTOP) as page:
        await log_in(page, address, MANAGER_EMAIL)
        await page.get_by_role("link", name="Demander un planning").click()
        await page.get_by_label("Sénégal").check()
        await page.get_by_role("button", name="Calculer un projet").click()
        await page.get_by_text("en attente").wait_for()
        again = await page.get_by_role("link", name="Mettre à jour maintenant").is_visible()

    assert again
    assert await rows("SELECT countries, asked_by FROM timetable") == [
        {"countries": ["SN"], "asked_by": "account:2"}
    ]
