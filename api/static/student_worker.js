"use strict";
// A learner's page as last seen, with its age, when there is no network. Nothing else is kept.
const PAGES = "rendezvous-student";
const FILES = `${PAGES}-${FACTS.mark}`;
const PAGE = /^\/s\/[^/]+$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(`${PAGES}-`) && name !== FILES) await caches.delete(name);
    }
    await self.clients.claim();
    // The page that brought this worker here was loaded before it: it is kept now.
    for (const client of await self.clients.matchAll()) await look(client.url);
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname)) {
    event.respondWith(page(request, origin + pathname));
  } else if (FACTS.kept.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  }
});

async function keep() {
  const cache = await caches.open(FILES);
  await cache.addAll(FACTS.kept.map((each) => new Request(each, { cache: "no-cache" })));
}

async function look(address) {
  const { origin, pathname } = new URL(address);
  if (origin !== self.location.origin || !PAGE.test(pathname)) return;
  try {
    await remember(await fetch(origin + pathname, { credentials: "same-origin" }), origin + pathname);
  } catch { /* the next visit will do */ }
}

async function remember(answer, address) {
  const cache = await caches.open(PAGES);
  if (answer.ok) await cache.put(address, answer.clone());
  // A link that was taken back shows nothing any more, here neither.
  else if (answer.status === 404 || answer.status === 410) await cache.delete(address);
  return answer;
}

async function page(request, address) {
  try {
    const answer = await fetch(request);
    if (answer.status < 502) return await remember(answer, address);
  } catch { /* no network: the page as last seen */ }
  const kept = await caches.match(address, { cacheName: PAGES });
  return kept ? aged(kept) : Response.error();
}

async function aged(kept) {
  const text = await kept.text();
  const language = /<html lang="([a-z]+)"/.exec(text)[1];
  const seen = new Date(kept.headers.get("date"));
  const when = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }).format(seen);
  const said = /<meta name="seen" content="([^"]*)">/.exec(text)[1].replace("{when}", when);
  const shown = text.replace(/<main id="main">/, (main) => `${main}<p class="box warn" role="status">${said}</p>`);
  return new Response(shown, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
