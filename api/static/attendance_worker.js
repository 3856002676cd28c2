"use strict";
// Keeps the list of attendance usable without network. Only /host/ is within its reach, and what
// it keeps holds nobody's name: names are in the page's own store, encrypted.
const CACHE = `rendezvous-host-${FACTS.mark}`;
const LIST = /^\/host\/meetups\/\d+\/attendance$/;

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("rendezvous-host-") && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && LIST.test(pathname)) {
    event.respondWith(list(request, event));
  } else if (FACTS.kept.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((found) => found || fetch(request)));
  }
});

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll(FACTS.kept.map((each) => new Request(each, { cache: "no-cache" })));
}

async function list(request, event) {
  try {
    const answer = await fetch(request);
    if (answer.status < 502) {
      // The shell follows the reader's language, and costs its headers when nothing changed.
      event.waitUntil(caches.open(CACHE).then((cache) => cache.add(FACTS.shell)).catch(() => {}));
      return answer;
    }
  } catch { /* no network: the shell below */ }
  return (await caches.match(FACTS.shell)) || Response.error();
}
