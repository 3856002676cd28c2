"""Pictures of every page, from a demonstration that runs: `python -m tests.screenshots LINKS OUT`.

LINKS is the file that `rendezvous demo --links` wrote. Beginning with each reader's first page it
follows every link of the same address, one page of each kind, at a phone's and a laptop's width;
it says which pages need to be scrolled sideways, what was asked of other hosts, and how heavy each
page was. Ends with status 1 if any of that is wrong.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Browser, BrowserContext, Page, Response, async_playwright

WIDTHS = (360, 1280)
MOST_OF_A_READER = 60
FILES = re.compile(r"\.(ics|pdf|csv|xlsx|json|geojson|svg|png|js|webmanifest)$")
EXECUTABLES = (Path("/usr/bin/chromium"), Path("/usr/bin/chromium-browser"))
FOUND = next((each for each in EXECUTABLES if each.exists()), None)


@dataclass
class Seen:
    """One page: its address, octets as they came, and what is wrong with it by width."""

    path: str
    status: int
    octets: int
    wide: list[int] = field(default_factory=list)


def kind_of(path: str) -> str:
    """Return an address with numbers, codes and secrets left out: pages of one kind share it."""
    where = urlsplit(path)
    parts = [
        "x" if re.search(r"\d", part) or len(part) > 24 else part
        for part in where.path.strip("/").split("/")
    ]
    asked = sorted(each.partition("=")[0] for each in where.query.split("&") if each)
    return "_".join([*parts, *asked]) or "home"


class Walk:
    """The pages of one reader."""

    def __init__(self, context: BrowserContext, base: str, name: str, out: Path) -> None:
        self._context, self._base, self._name, self._out = context, base, name, out
        self.seen: dict[str, Seen] = {}
        self.elsewhere: set[str] = set()

    async def from_page(self, first: str) -> None:
        """Follow links, breadth first, and take pictures."""
        page = await self._context.new_page()
        page.on("request", lambda request: self._note(request.url))
        waiting = [first]
        while waiting and len(self.seen) < MOST_OF_A_READER:
            path = waiting.pop(0)
            if kind_of(path) in self.seen:
                continue
            found = await self._visit(page, path)
            waiting += [each for each in found if kind_of(each) not in self.seen]
        await page.close()

    def _note(self, url: str) -> None:
        if not url.startswith(self._base):
            self.elsewhere.add(url)

    async def _visit(self, page: Page, path: str) -> list[str]:
        octets = 0
        pending = []

        async def weigh(response: Response) -> None:
            nonlocal octets
            sizes = await response.request.sizes()
            octets += sizes["responseBodySize"]

        page.on("response", lambda response: pending.append(asyncio.ensure_future(weigh(response))))
        answer = await page.goto(self._base + path)
        await asyncio.gather(*pending, return_exceptions=True)
        kind = kind_of(path)
        self.seen[kind] = seen = Seen(path, answer.status if answer else 0, octets)
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            reached = await page.evaluate("document.documentElement.scrollWidth")
            if reached > width:
                seen.wide.append(width)
            picture = self._out / f"{self._name}_{kind[:80]}_{width}.png"
            await page.screenshot(path=picture, full_page=True)
        links = await page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
        return [
            urldefrag(link).url.removeprefix(self._base)
            for link in links
            if link.startswith(self._base + "/")
            and not FILES.search(urlsplit(link).path)
            and not urlsplit(link).path.startswith(("/schema", "/static", "/logout", "/feeds"))
            and "lang=" not in urlsplit(link).query
        ]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The browser that the tests use."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=FOUND, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


async def log_in(context: BrowserContext, base: str, who: dict[str, str]) -> None:
    """Log a person in by the page that everybody uses."""
    page = await context.new_page()
    await page.goto(f"{base}/login")
    await page.fill("#email", who["email"])
    await page.fill("#password", who["password"])
    await page.click("main button")
    await page.wait_for_url(lambda url: "/login" not in url)
    await page.close()


async def pictures(links: dict, out: Path, *, scheme: str = "light") -> bool:
    """Take all pictures; return whether nothing was wrong."""
    base = links["base"]
    readers = {
        "public": (None, "/"),
        "student": (None, links["student_page"].removeprefix(base)),
        "host": (links["host"], "/host"),
        "manager": (links["manager"], "/manage"),
    }
    well = True
    async with chromium() as browser:
        for name, (who, first) in readers.items():
            context = await browser.new_context(locale="fr-FR", color_scheme=scheme)
            if who is not None:
                await log_in(context, base, who)
            walk = Walk(context, base, name, out)
            await walk.from_page(first)
            await context.close()
            for kind, seen in walk.seen.items():
                wrong = seen.status >= 400 or bool(seen.wide)
                well = well and not wrong
                print(
                    f"{'!' if wrong else ' '} {name:8} {seen.status} {seen.octets:7} octets  {kind}"
                    + (f"  too wide at {seen.wide}" if seen.wide else "")
                )
            if walk.elsewhere:
                well = False
                print(f"! {name} asked others: {sorted(walk.elsewhere)}")
    return well


def main() -> None:
    """Read the links, take the pictures, end with 1 if a page is wrong."""
    if len(sys.argv) not in (3, 4):
        sys.exit("Usage: python -m tests.screenshots LINKS OUT [dark]")
    links, out = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    scheme = sys.argv[3] if len(sys.argv) == 4 else "light"
    if not asyncio.run(pictures(links, out, scheme=scheme)):
        sys.exit(1)


if __name__ == "__main__":
    main()
