// Keeps a page up to date: at every event of the stream it gets the page anew and swaps the parts that may have changed. What a page
// says is written in one place, on the server, in the visitor's language.

const source = document.querySelector("[data-stream]");
const lost = document.getElementById("lost");
// What the server said last of each part: what the visitor opened or typed in it does not count as a change.
const said = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part.id, part.outerHTML]));
const patience = { first: 500, most: 15_000 };

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** How long to wait after a failure, given how long after the one before. */
export const longer = (wait) => Math.min(wait * 2, patience.most);

/** Gets the page anew and swaps what differs. Fails where another try may go well. */
export async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Live": "1" }, cache: "no-store" });
  if (answer.redirected) location.reload(); // Signed out meanwhile.
  if (answer.status >= 500 || answer.status === 429) throw new Error(`The page was answered with ${answer.status}.`);
  if (!answer.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  // A table that somebody reads stays open when its figures change.
  const open = [...document.querySelectorAll("[data-live] details[open][id]")].map((details) => details.id);
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = next.getElementById(part.id);
    if (!now || now.outerHTML === said.get(part.id)) continue;
    said.set(part.id, now.outerHTML);
    part.replaceWith(document.adoptNode(now));
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
  // Heard where it is not seen: what stays in place is read out when its text changes, what is swapped may not be.
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
      // What the event told of is not on the page yet, and the stream will not tell it again.
      again = true;
      await pause(wait);
      wait = longer(wait);
    }
  }
  running = undefined;
}

/** Brings the page up to date: one refresh at a time, and once more for what came meanwhile. Ends when it is. */
export function follow() {
  again = true;
  return (running ??= catchUp());
}

// A browser has six connections to a site over HTTP/1.1, for all its windows together: so many of them may be streams, and no more,
// or the next page would never load.
const slots = ["mario-stream-1", "mario-stream-2", "mario-stream-3", "mario-stream-4"];
const betweenLooks = 5_000;

/** Resolves when the page is shown, at once where it is. */
const shown = () =>
  new Promise((done) => {
    if (!document.hidden) return done();
    const seen = new AbortController();
    document.addEventListener("visibilitychange", () => document.hidden || (seen.abort(), done()), { signal: seen.signal });
  });

/** Runs something while it holds one of the slots; false where none is free. Without Web Locks, as over HTTP from another machine, it just runs. */
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

/** Opens the stream, and again whenever it breaks, until the page is left, or hidden if `untilHidden`. */
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
 * Follows a stream; on events it calls `onEvent(event)`, and once when the page is shown again. Comes back by itself, also after an
 * answer that ends an EventSource permanently. Where the browser has its streams already, it looks every few seconds instead.
 */
export async function listen(address, events, onEvent, { whileHidden = false } = {}) {
  // A page that comes back from the browser's memory has no stream any more, and is old.
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
