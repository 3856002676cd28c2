"""A learner's page without network: as it was last seen, with its age, and only for who may."""

import json
import re

import pytest
from playwright.async_api import expect

from sessions.feeds.links import LinkPurpose
from sessions.subscriptions import find_link, open_page_link, revoke_link
from tests.api.conftest import NOW

pytestmark = pytest.mark.browser


@pytest.fixture
async def token(world) -> str:
    return (await open_page_link(learner_id=world.awa.id, device="page", now=NOW))[1]


async def test_without_network_the_page_opens_as_it_was_last_seen_and_says_when_that_was(
    chromium, address, token
):
    context = await chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    page = await context.new_page()
    await page.goto(f"{address}/s/{token}")
    await page.wait_for_function("navigator.serviceWorker.ready.then(each => !!each.active)")
    await page.wait_for_function(
        "caches.open('rendezvous-student').then(each => each.keys()).then(all => all.length === 1)"
    )
    await context.set_offline(True)

    await page.reload()

    await expect(page.get_by_text("Pas de réseau : voici votre page")).to_be_visible()
    await expect(page.get_by_text("Samedi 9 janvier 2027", exact=True)).to_be_visible()
    styled = await page.evaluate("getComputedStyle(document.body).maxWidth")
    assert styled != "none"

    await context.set_offline(False)
    await page.reload()
    await expect(page.get_by_text("Pas de réseau")).to_have_count(0)

    await revoke_link(link_id=(await find_link(token, LinkPurpose.PAGE)).id, now=NOW)
    await page.reload()
    kept = await page.evaluate(
        "caches.open('rendezvous-student').then(each => each.keys()).then(all => all.length)"
    )
    await context.close()
    assert kept == 0  # a link that was taken back shows nothing, on the telephone neither


async def test_the_page_can_be_put_on_a_home_screen(visitor, token):
    page = (await visitor.get(f"/s/{token}?lang=pt")).text
    (where,) = re.findall(r'<link rel="manifest" href="([^"]+)">', page)

    answer = await visitor.get(where)

    said = json.loads(answer.content)
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (said["start_url"], said["display"], said["lang"]) == (
        f"/s/{token}",
        "standalone",
        "pt",
    )
    assert (await visitor.get(said["icons"][0]["src"])).status_code == 200
