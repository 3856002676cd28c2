"""Two telephones mark one meetup in Chromium while the network comes and goes."""

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page, expect

from centres.db import rows
from sessions.attendance.sheets import read_sheet
from sessions.subscriptions import open_page_link
from tests.api.conftest import NOW
from tests.api.pages.test_browser import log_in
from tests.api.pages.world import HOST_EMAIL

pytestmark = pytest.mark.browser
NINE = datetime(2027, 1, 9, 9, 5, tzinfo=UTC)


@contextlib.asynccontextmanager
async def phone(chromium, address, meetup) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """A telephone whose host has opened the list once; the list is kept on it."""
    context = await chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR")
    page = await context.new_page()
    try:
        await log_in(page, address, HOST_EMAIL)
        await page.goto(f"{address}/host/meetups/{meetup}/attendance")
        await page.wait_for_function("navigator.serviceWorker.ready.then(each => !!each.active)")
        await page.locator("#attendance[data-ready=yes]").wait_for(state="attached")
        yield context, page
    finally:
        await context.close()


def line(page: Page, name: str):
    return page.locator("#people li.person", has_text=name)


async def tap(page: Page, name: str, value: str) -> None:
    await line(page, name).locator(f"label.{value}").click()


async def correct(page: Page, name: str, value: str, reason: str) -> None:
    await tap(page, name, value)
    await line(page, name).locator(".why input").fill(reason)
    await line(page, name).locator(".fix").click()


async def results(meetup: int) -> dict[str, str | None]:
    sheet = await read_sheet(meetup_id=meetup)
    return {each.name: each.standing and each.standing.value for each in sheet.rows}


async def test_two_telephones_without_network_mark_the_same_meetup_and_nothing_is_lost(
    chromium, address, world, clock
):
    clock.now = NINE
    meetup = world.meetups[0].id
    async with (
        phone(chromium, address, meetup) as (first, one),
        phone(chromium, address, meetup) as (second, other),
    ):
        await first.set_offline(True)
        await second.set_offline(True)
        await one.reload()  # the page itself comes from the telephone
        await tap(one, "Awa Diop", "present")
        await tap(one, "Binta Fall", "present")
        await one.fill("#guest-name", "Aminata Ba")
        await one.click("#guest button")
        await tap(other, "Awa Diop", "absent")
        await tap(other, "Cheikh Ndour", "late")
        await correct(other, "Cheikh Ndour", "excused", "Justificatif reçu")
        await expect(one.locator("#state")).to_contain_text("3 marques sont gardées")
        before = await rows("SELECT count(*) AS n FROM attendance_mark")
        await one.reload()
        await expect(one.locator("#state")).to_contain_text("3 marques sont gardées")
        await first.set_offline(False)
        await expect(one.locator("#state")).to_contain_text("Tout est enregistré")
        await second.set_offline(False)
        await expect(line(other, "Awa Diop").locator(".status")).to_have_text("à trancher")

        assert before[0]["n"] == 0
        assert await results(meetup) == {
            "Awa Diop": None, "Binta Fall": "present", "Cheikh Ndour": "excused",
            "Fatou Sow": None, "Ibrahima Ba": None, "Khady Gueye": None, "Aminata Ba": "present",
        }  # fmt: skip

        await correct(other, "Awa Diop", "late", "Vu avec la personne")
        await expect(line(other, "Awa Diop").locator(".status")).to_be_hidden()
        assert (await results(meetup))["Awa Diop"] == "late"


async def test_thirty_taps_become_one_and_the_telephone_keeps_no_name_in_the_clear(
    chromium, address, world, clock
):
    clock.now = NINE
    meetup = world.meetups[0].id
    async with phone(chromium, address, meetup) as (context, page):
        await context.set_offline(True)
        await page.click("#all")
        await expect(page.locator("#state")).to_contain_text("6 marques sont gardées")
        kept = await page.evaluate(READ_ALL_THAT_IS_KEPT)
        await context.set_offline(False)
        await expect(page.locator("#state")).to_contain_text("Tout est enregistré")

    assert set((await results(meetup)).values()) == {"present"}
    assert "own" in kept
    assert [name for name in ("Awa", "Binta", "Kaolack", "AWA") if name in kept] == []


async def test_a_telephone_without_network_shows_a_code_that_is_typed_in_later(
    chromium, address, world, clock, visitor
):
    clock.now = NINE
    meetup = world.meetups[0].id
    _, token = await open_page_link(learner_id=world.awa.id, device="page", now=NOW)
    async with phone(chromium, address, meetup) as (context, page):
        await context.set_offline(True)
        await page.reload()
        await expect(page.locator("#code")).to_have_text(re.compile(r"^\w{3} \w{3}$"))
        code = await page.locator("#code").text_content()
    clock.now = NINE + timedelta(hours=8)

    done = await visitor.post(f"/s/{token}/here", data={"code": code})

    assert done.status_code == 200
    assert (await results(meetup))["Awa Diop"] == "present"


async def test_whoever_was_logged_out_meanwhile_loses_no_mark(chromium, address, world, clock):
    clock.now = NINE
    meetup = world.meetups[0].id
    async with phone(chromium, address, meetup) as (context, page):
        await context.set_offline(True)
        await tap(page, "Awa Diop", "present")
        await rows("DELETE FROM login")
        await context.set_offline(False)
        await expect(page.locator("#state a")).to_have_text("Se connecter")
        await log_in(page, address, HOST_EMAIL)
        await page.goto(f"{address}/host/meetups/{meetup}/attendance")
        await expect(page.locator("#state")).to_contain_text("Tout est enregistré")

    assert (await results(meetup))["Awa Diop"] == "present"


READ_ALL_THAT_IS_KEPT = """async () => {
  const text = (bytes) => new TextDecoder("latin1").decode(bytes);
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("rendezvous-host", 1);
    asked.onsuccess = () => resolve(asked.result);
  });
  let found = "";
  for (const name of ["keys", "sheets", "queue"]) {
    const store = database.transaction(name).objectStore(name);
    for (const asked of [store.getAllKeys(), store.getAll()]) {
      const values = await new Promise((resolve) => {
        asked.onsuccess = () => resolve(asked.result);
      });
      for (const each of values) {
        found += JSON.stringify(each) + (each.sealed ? text(each.sealed) : "");
      }
    }
  }
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) {
      found += request.url + await (await caches.match(request)).text();
    }
  }
  return found + JSON.stringify(localStorage);
}"""
