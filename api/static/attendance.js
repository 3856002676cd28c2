"use strict";
// Attendance without network: marks are kept on the device the moment they are made and sent when
// the network is there. Each has an id of its own, so that sending twice marks once. Lists and
// marks hold names, so that both are kept encrypted (AES-GCM, a key that no script can export) and
// lists are deleted after their day.
(() => {
  const root = document.getElementById("attendance");
  if (!root || !window.indexedDB || !window.crypto || !crypto.subtle) return;
  const words = document.getElementById("words").dataset;
  const meetup = root.dataset.meetup || location.pathname.split("/")[3];
  const live = document.getElementById("live");
  const people = document.getElementById("people");
  const state = document.getElementById("state");
  const tally = document.getElementById("tally");
  let sheet = null;
  let readAt = null;
  let queue = [];
  let needsLogin = false;
  let codes = null;

  // --- what the device keeps
  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("rendezvous-host", 1);
    asked.onupgradeneeded = () => {
      for (const name of ["keys", "sheets", "queue"]) asked.result.createObjectStore(name);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const within = async (store, mode, work) => {
    const transaction = (await opened).transaction(store, mode);
    const asked = work(transaction.objectStore(store));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked && asked.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };
  const read = (store, key) => within(store, "readonly", (each) => each.get(key));
  const write = (store, key, value) => within(store, "readwrite", (each) => each.put(value, key));
  const drop = (store, key) => within(store, "readwrite", (each) => each.delete(key));
  const keys = (store) => within(store, "readonly", (each) => each.getAllKeys());

  const ownKey = (async () => {
    const found = await read("keys", "own");
    if (found) return found;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false,
      ["encrypt", "decrypt"]);
    // Two tabs may come here at once: the first key stays, or the other's lists could not be read.
    await within("keys", "readwrite", (each) => {
      const asked = each.get("own");
      asked.onsuccess = () => { if (!asked.result) each.put(made, "own"); };
    });
    return read("keys", "own");
  })();
  const seal = async (value) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await ownKey, plain) };
  };
  const unseal = async ({ iv, sealed }) => JSON.parse(new TextDecoder().decode(
    await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await ownKey, sealed)));

  const device = (() => {
    const found = localStorage.getItem("rendezvous-device") || `phone-${crypto.randomUUID().slice(0, 8)}`;
    localStorage.setItem("rendezvous-device", found);
    return found;
  })();
  const today = () => {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  };

  async function keepSheet(id, found, given) {
    const day = found.starts_wall.slice(0, 10);
    const before = await read("sheets", String(id));
    const codes = given || (before ? (await unseal(before)).codes : null);
    await write("sheets", String(id), { day, ...(await seal({ found, codes, at: Date.now() })) });
  }

  async function forgetOldSheets() {
    for (const key of await keys("sheets")) {
      const kept = await read("sheets", key);
      if (kept.day < today()) await drop("sheets", key);
    }
  }

  async function forgetSheets() {
    for (const key of await keys("sheets")) await drop("sheets", key);
  }

  async function readQueue() {
    const found = [];
    for (const key of await keys("queue")) {
      const kept = await read("queue", key);
      found.push({ ...(await unseal(kept)), refused: kept.refused || null });
    }
    queue = found.sort((one, other) => one.order - other.order);
  }

  // --- the server
  async function ask(id, body) {
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
    if (body) headers["Content-Type"] = "application/json";
    const answer = await fetch(`/api/v1/meetups/${id}/attendance`, {
      method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body),
      cache: "no-store", credentials: "same-origin",
    });
    if (answer.status === 401) {
      needsLogin = true;
      if (!body) await forgetSheets();
      throw new Error("login");
    }
    if (!answer.ok && answer.status !== 400 && answer.status !== 404) throw new Error("later");
    needsLogin = false;
    return { ok: answer.ok, found: await answer.json() };
  }

  // What makes the codes that this device shows while there is no network.
  async function askCodes(id) {
    const answer = await fetch(`/api/v1/meetups/${id}/attendance/offline-key`,
      { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) return null;
    const found = await answer.json();
    return { ...found, skew: Date.parse(found.now) - Date.now() };
  }

  const SIGNS = "ACDEFHJKMNPRTUVWXY34679";
  async function showCode() {
    const now = codes && Date.now() + codes.skew;
    const shown = codes && (readAt || !navigator.onLine)
      && now >= Date.parse(codes.opens_at) && now <= Date.parse(codes.closes_at);
    document.getElementById("offline").hidden = !shown;
    if (!shown) return;
    const raw = Uint8Array.from(codes.key.match(/../g), (each) => parseInt(each, 16));
    const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const message = `${meetup} ${Math.floor(now / 1000 / codes.seconds)}`;
    const made = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(message)));
    const signs = [...made.slice(0, 6)].map((each) => SIGNS[each % SIGNS.length]).join("");
    document.getElementById("code").textContent = `${signs.slice(0, 3)} ${signs.slice(3)}`;
  }

  let sending = null;
  const flush = () => { sending = (sending || Promise.resolve()).then(send, send); return sending; };

  async function send() {
    await readQueue();
    const waiting = queue.filter((each) => !each.refused);
    for (const id of new Set(waiting.map((each) => each.meetup))) {
      const own = waiting.filter((each) => each.meetup === id).slice(0, 200);
      try {
        const { ok, found } = await ask(id, { marks: own.map((each) => each.mark) });
        if (!ok) {
          // Nothing of the parcel can be read there: kept here, with what was said, for a person.
          for (const each of own) await refuse(each.mark.mark, found.detail || "");
          continue;
        }
        for (const each of [...found.kept, ...found.known]) await drop("queue", each);
        for (const each of found.refused) await refuse(each.mark, each.detail);
        await keepSheet(id, found.sheet);
        if (id === meetup) { sheet = found.sheet; readAt = null; }
      } catch { break; }
    }
    await readQueue();
    render();
  }

  async function refuse(id, detail) {
    const kept = await read("queue", id);
    if (kept) await write("queue", id, { ...kept, refused: detail });
  }

  // --- what is shown: the sheet, and over it what waits on this device
  const keyOf = (person) => person.learner || `+${person.name}`;

  function shownPeople() {
    const found = new Map(((sheet && sheet.people) || []).map((each) => [keyOf(each), {
      ...each, heads: each.marks.filter((mark) => mark.speaks).map((mark) => mark.mark),
    }]));
    for (const { mark, meetup: id, refused } of queue) {
      if (id !== meetup) continue;
      const key = mark.learner || `+${mark.walk_in}`;
      const person = found.get(key) || { name: mark.walk_in || mark.learner, row: null,
        learner: mark.learner, seated: false, marks: [], heads: [], value: null };
      if (refused) found.set(key, { ...person, refused: { id: mark.mark, detail: refused } });
      else found.set(key, { ...person, value: mark.value, conflict: false, heads: [mark.mark], queued: true });
    }
    return [...found.values()];
  }

  function render() {
    if (!sheet && !queue.some((each) => each.meetup === meetup)) {
      state.className = "box warn";
      state.textContent = words.none;
      live.hidden = false;
      document.getElementById("all").hidden = document.getElementById("guest").hidden = true;
      return;
    }
    document.getElementById("all").hidden = document.getElementById("guest").hidden = false;
    const plain = document.getElementById("plain");
    if (plain) plain.hidden = true;
    live.hidden = false;
    const when = document.getElementById("when");
    if (when && sheet) when.textContent =
      `${sheet.starts_wall.slice(8, 10)}/${sheet.starts_wall.slice(5, 7)} ${sheet.starts_wall.slice(11, 16)}, ${sheet.room} · ${sheet.title} (${sheet.group})`;
    const found = shownPeople();
    const open = new Map([...people.children].filter((row) => !row.querySelector(".why").hidden)
      .map((row) => [row.dataset.key, row]));
    const focused = document.activeElement && document.activeElement.closest("li.person");
    const focusKey = focused && focused.dataset.key;
    const focusValue = document.activeElement && document.activeElement.value;
    people.replaceChildren(...found.map((each) => open.get(keyOf(each)) || rowOf(each)));
    if (focusKey && !document.activeElement.closest("li.person")) {
      const again = [...people.children].find((row) => row.dataset.key === focusKey);
      const target = again && again.querySelector(`input[value="${focusValue}"]`);
      if (target) target.focus();
    }
    count(found);
    say();
  }

  function rowOf(person) {
    const row = document.getElementById("person").content.firstElementChild.cloneNode(true);
    const key = keyOf(person);
    row.dataset.key = key;
    row.querySelector(".name strong").textContent = person.name;
    row.querySelector(".name .quiet").textContent = person.row || "";
    const status = row.querySelector(".status");
    if (person.conflict) { status.textContent = words.conflict; status.hidden = false; }
    else if (person.queued) { status.textContent = words.queued; status.className = "status free"; status.hidden = false; }
    else if (person.shared_telephone) { status.textContent = words.shared; status.hidden = false; }
    for (const input of row.querySelectorAll("input[type=radio]")) {
      input.name = `live-${key}`;
      input.checked = input.value === person.value;
      input.closest("label").querySelector(".away").textContent = ` ${person.name}`;
      input.addEventListener("change", () => choose(row, person, input.value));
    }
    const history = row.querySelector(".history");
    const past = person.marks.filter((mark) => person.conflict || mark.reason || !mark.speaks);
    history.textContent = past.map((mark) => [words[mark.value], mark.device_at.slice(11, 16), mark.marked_by,
      mark.device, mark.reason].filter(Boolean).join(", ")).join(" · ");
    if (person.refused) {
      const said = document.createElement("span");
      said.textContent = `${words.refused} : ${person.refused.detail} `;
      const forget = document.createElement("button");
      forget.type = "button";
      forget.className = "small quiet";
      forget.textContent = words.forget;
      forget.addEventListener("click", async () => { await drop("queue", person.refused.id); await readQueue(); render(); });
      history.append(said, forget);
      history.classList.add("wrong");
    }
    return row;
  }

  function choose(row, person, value) {
    if (!person.heads.length) { make([{ person, value }]); return; }
    const why = row.querySelector(".why");
    why.hidden = false;
    why.querySelector(".fix").onclick = () => {
      const reason = why.querySelector("input").value.trim();
      if (!reason) { why.querySelector("input").focus(); return; }
      const chosen = row.querySelector("input[type=radio]:checked");
      why.hidden = true;
      make([{ person, value: chosen.value, reason }]);
    };
    why.querySelector(".keep").onclick = () => { why.hidden = true; render(); };
  }

  let order = Date.now();
  async function make(made) {
    for (const { person, value, reason } of made) {
      const mark = { mark: crypto.randomUUID(), value, device, device_at: new Date().toISOString(),
        supersedes: person.heads || [] };
      if (person.learner) mark.learner = person.learner; else mark.walk_in = person.name;
      if (mark.supersedes.length) mark.reason = reason;
      await write("queue", mark.mark, await seal({ meetup, mark, order: order += 1 }));
    }
    await readQueue();
    render();
    flush();
  }

  function count(found) {
    const seated = found.filter((each) => each.seated);
    const of = (...values) => seated.filter((each) => values.includes(each.value)).length;
    const counts = { came: of("present", "late"), absent: of("absent"), excused: of("excused"),
      unmarked: seated.filter((each) => !each.value && !each.conflict).length };
    for (const each of tally.querySelectorAll("[data-count]")) each.textContent = counts[each.dataset.count];
  }

  function say() {
    const waiting = queue.filter((each) => !each.refused).length;
    state.className = waiting || needsLogin ? "box warn" : "box ok";
    state.textContent = waiting ? (waiting === 1 ? words.waitingOne : words.waiting.replace("{count}", waiting)) : words.saved;
    if (needsLogin) {
      const link = document.createElement("a");
      link.href = `/login?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = words.loginLink;
      state.textContent = `${words.login} `;
      state.append(link);
    } else if (readAt) {
      const time = new Date(readAt).toTimeString().slice(0, 5);
      state.textContent += ` ${words.kept.replace("{time}", time)}`;
    }
  }

  document.getElementById("all").addEventListener("click", () => make(
    shownPeople().filter((each) => each.seated && !each.value && !each.conflict)
      .map((person) => ({ person, value: "present" }))));
  document.getElementById("guest").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = document.getElementById("guest-name");
    const name = field.value.trim().replace(/\s+/g, " ");
    if (!name) return;
    field.value = "";
    const known = shownPeople().find((each) => !each.learner && each.name === name);
    if (!known) make([{ person: { name }, value: "present" }]);
  });
  const logout = document.querySelector("form.who");
  if (logout) logout.addEventListener("submit", (event) => {
    event.preventDefault();
    forgetSheets().finally(() => logout.submit());
  });

  async function start() {
    if ("serviceWorker" in navigator) {
      navigator.serviceWorker.register("/host/worker.js", { scope: "/host/" }).catch(() => {});
    }
    await forgetOldSheets();
    await readQueue();
    try {
      sheet = (await ask(meetup)).found;
      codes = await askCodes(meetup);
      await keepSheet(meetup, sheet, codes);
    } catch {
      const kept = await read("sheets", meetup);
      if (kept) ({ found: sheet, at: readAt, codes } = await unseal(kept));
    }
    render();
    await flush();
    for (const id of root.dataset.today.split(" ").filter((each) => each && each !== meetup)) {
      try { await keepSheet(id, (await ask(id)).found, await askCodes(id)); } catch { break; }
    }
    root.dataset.ready = "yes";
  }
  window.addEventListener("online", flush);
  setInterval(showCode, 1000);
  setInterval(() => { if (queue.some((each) => !each.refused)) flush(); }, 20000);
  start();
})();
