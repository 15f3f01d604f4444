// Keeps a page up to date: on every event of the stream it fetches the page again and replaces the parts that have changed. All content
// is rendered in one place, on the server, in the visitor's language.

const source = document.querySelector("[data-stream]");
const lost = document.getElementById("lost");
// The last HTML of each part from the server: what the visitor opened or typed in a part does not count as a change.
const said = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, part.outerHTML]));
// The same for each item of a list that is updated item by item.
const saidOfItems = new WeakMap();
const patience = { first: 500, most: 15_000 };

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Returns the next back-off in milliseconds, given the previous one. */
export const longer = (wait) => Math.min(wait * 2, patience.most);

/** Returns an item's HTML without the parts that minutes.js updates, because passing minutes do not count as a change. */
function withoutMinutes(item) {
  const copy = item.cloneNode(true);
  copy.classList.remove("late", "soon", "on_time");
  for (const counted of copy.querySelectorAll("[data-promised], [data-since]")) counted.textContent = "";
  return copy.outerHTML;
}

/** Updates a list. An item with a known key and unchanged HTML keeps its element. */
function swapItems(list, next) {
  const key = list.dataset.keyed;
  const items = [...next.children].map((item) => ({ item, says: withoutMinutes(item) }));
  const says = new Map(items.map(({ item, says }) => [item.dataset[key], says]));
  for (const old of [...list.children]) if (saidOfItems.get(old) !== says.get(old.dataset[key])) old.remove();
  const kept = new Map([...list.children].map((old) => [old.dataset[key], old]));
  let at = list.firstElementChild;
  for (const { item, says } of items) {
    const old = kept.get(item.dataset[key]);
    if (old && old === at) {
      at = at.nextElementSibling;
      continue;
    }
    const shown = old ?? document.adoptNode(item);
    saidOfItems.set(shown, says);
    list.insertBefore(shown, at);
  }
}

for (const item of document.querySelectorAll("[data-keyed] > *")) saidOfItems.set(item, withoutMinutes(item));

/** Fetches the page again and replaces what differs. Throws if a retry may succeed. */
export async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Live": "1" }, cache: "no-store" });
  if (answer.redirected) location.reload(); // The user has been signed out.
  if (answer.status >= 500 || answer.status === 429) throw new Error(`The page was answered with ${answer.status}.`);
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  // Details that the visitor has opened stay open when their content changes.
  const open = [...document.querySelectorAll("[data-live] details[open][id]")].map((details) => details.id);
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = next.getElementById(part.id);
    if (!now || now.outerHTML === said.get(part.id)) continue;
    said.set(part.id, now.outerHTML);
    part.replaceWith(document.adoptNode(now));
  }
  for (const list of document.querySelectorAll("[data-keyed]")) {
    const now = next.getElementById(list.id);
    if (now) swapItems(list, now);
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  // Screen readers announce a text change of an element that stays in the page, but possibly not that of a replaced element.
  for (const voice of document.querySelectorAll("[data-voice]")) {
    const text = document.getElementById(voice.dataset.voice)?.textContent ?? "";
    if (voice.textContent !== text) voice.textContent = text;
  }
  document.dispatchEvent(new CustomEvent("refreshed"));
}

let running;
let again = false;

async function catchUp() {
  let wait = patience.first;
  while (again) {
    again = false;
    try {
      await refresh();
      wait = patience.first;
    } catch {
      // The page does not show the event's change yet, and the stream does not repeat the event.
      again = true;
      await pause(wait);
      wait = longer(wait);
    }
  }
  running = undefined;
}

/** Updates the page: one refresh at a time, and another one for events during it. Resolves when the page is up to date. */
export function follow() {
  again = true;
  return (running ??= catchUp());
}

// Over HTTP/1.1 a browser has six connections to a site, for all its windows together. The slots limit how many of them are streams;
// otherwise the next page would never load.
const slots = ["mario-stream-1", "mario-stream-2", "mario-stream-3", "mario-stream-4"];
const betweenLooks = 5_000;

/** Resolves when the page is visible; immediately if it already is. */
const shown = () =>
  new Promise((done) => {
    if (!document.hidden) return done();
    const seen = new AbortController();
    document.addEventListener("visibilitychange", () => document.hidden || (seen.abort(), done()), { signal: seen.signal });
  });

/**
 * Runs a function while holding one of the slots; resolves to false if none is free. Without Web Locks, for example over plain HTTP from
 * another machine, it runs the function without a slot.
 */
async function inSlot(run) {
  if (!navigator.locks) {
    await run();
    return true;
  }
  for (const slot of slots) {
    const ran = await navigator.locks.request(slot, { ifAvailable: true }, async (lock) => {
      if (lock) await run();
      return lock !== null;
    });
    if (ran) return true;
  }
  return false;
}

/** Opens the stream, and reopens it whenever it breaks, until the page is left or, if `untilHidden`, hidden. */
function stream(address, events, onEvent, untilHidden) {
  return new Promise((done) => {
    const ended = new AbortController();
    let wait = patience.first;
    let reopening;
    let stream;
    const open = () => {
      stream = new EventSource(address);
      stream.onopen = () => {
        wait = patience.first;
        lost.hidden = true;
      };
      stream.onerror = () => {
        lost.hidden = false;
        if (stream.readyState === EventSource.CLOSED) {
          reopening = setTimeout(open, wait);
          wait = longer(wait);
        }
      };
      for (const name of events) stream.addEventListener(name, onEvent);
    };
    const end = () => {
      clearTimeout(reopening);
      stream.close();
      lost.hidden = true;
      ended.abort();
      done();
    };
    open();
    addEventListener("pagehide", end, { signal: ended.signal });
    if (untilHidden) document.addEventListener("visibilitychange", () => document.hidden && end(), { signal: ended.signal });
  });
}

/**
 * Follows a stream: calls `onEvent(event)` for each event, and `onEvent()` once when the page is shown again. Reconnects, also after a
 * response that closes an EventSource permanently. If no slot for a stream is free, it calls `onEvent()` every few seconds instead.
 */
export async function listen(address, events, onEvent, { whileHidden = false } = {}) {
  // A page that is restored from the back/forward cache has no stream, and its content is out of date.
  addEventListener("pageshow", (shown) => {
    if (shown.persisted) location.reload();
  });
  for (let first = true; ; first = false) {
    if (!whileHidden) await shown();
    if (!first) onEvent();
    if (!(await inSlot(() => stream(address, events, onEvent, !whileHidden)))) await pause(betweenLooks);
  }
}

if (source) listen(source.dataset.stream, source.dataset.events.split(" "), follow);
