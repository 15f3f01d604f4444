// The kitchen's screen: follows every ticket, counts the minutes, and announces new tickets.

import { listen, longer, pause, refresh } from "./live.js";
import "./wall.js";
import { countMinutes, say } from "./minutes.js";
import { enhance } from "./moves.js";
import { recall, remember } from "./storage.js";

const board = document.getElementById("kitchen");
const arrivals = document.getElementById("arrivals");
const lost = document.getElementById("lost");
const words = board.dataset;

const betweenRefreshes = 250;
const everySoOften = 60_000; // Events may be lost if the server that transports them fails.
const longestPress = 2_000;
const shownFor = 10_000;

// --- Updates. While a finger or a mouse button is down nothing is replaced; otherwise the tap would be lost.

// The events that the board may not show yet: for each of them, a function that returns whether the board shows it.
let wanted = [];
let running = false;
let pressedAt = -Infinity;
const isPressed = () => performance.now() - pressedAt < longestPress;

async function follow(isShown = () => false) {
  wanted.push(isShown);
  if (running || isPressed()) return;
  running = true;
  let wait = betweenRefreshes;
  while (wanted.length > 0 && !isPressed()) {
    const due = wanted;
    wanted = [];
    // Skips the refresh if one for an earlier event has already brought all changes.
    if (due.every((shown) => shown())) continue;
    try {
      await refresh();
      wait = betweenRefreshes;
    } catch {
      // The board does not show the event's change yet, and the stream does not repeat the event.
      wanted.push(() => false);
      wait = longer(wait);
    }
    await pause(wait);
  }
  running = false;
}

const stateOf = (ticket) => (ticket.leftAt || ticket.state === "withdrawn" ? undefined : ticket.state);
const shownStateOf = (orderId) => board.querySelector(`[data-ticket="${CSS.escape(orderId)}"]`)?.dataset.state;

/** Whether the board matches a snapshot. It usually matches the first one of a stream, because the page has just been rendered. */
function showsSnapshot({ status, items }) {
  const load = document.getElementById("load").dataset;
  return (
    Number(load.capacity) === status.capacity &&
    (load.paused === "true") === status.paused &&
    ticketsIn(board).length === items.length &&
    items.every((ticket) => shownStateOf(ticket.orderId) === ticket.state)
  );
}

function onEvent(event) {
  if (!event) return follow();
  const told = JSON.parse(event.data);
  return follow(event.type === "snapshot" ? () => showsSnapshot(told) : () => shownStateOf(told.orderId) === stateOf(told));
}

addEventListener("pointerdown", () => {
  pressedAt = performance.now();
});
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => {
    pressedAt = -Infinity;
    // Runs after the click event that may follow this press.
    if (wanted.length > 0) setTimeout(() => follow());
  });
}

// --- The bell. Browsers play sound only after a user gesture on the page.

const bell = document.getElementById("bell");
const rememberedBell = "mario-bell";
let audio;

function setBell(on) {
  for (const word of bell.querySelectorAll("[data-bell]")) word.hidden = (word.dataset.bell === "on") !== on;
  if (on) {
    audio ??= new AudioContext();
    return audio.resume();
  } else {
    audio?.close();
    audio = undefined;
  }
  return Promise.resolve();
}

function ring() {
  if (audio?.state !== "running") return;
  for (const [after, pitch] of [
    [0, 1046.5],
    [0.16, 1318.5],
    [0.32, 1568],
  ]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + after;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.001, start);
    volume.gain.exponentialRampToValueAtTime(0.4, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 1);
  }
}

bell.hidden = false;
bell.addEventListener("click", () => {
  const on = !audio;
  remember(rememberedBell, on ? "on" : "off");
  setBell(on)
    .then(ring)
    .catch(() => {});
});
if (recall(rememberedBell) === "on") {
  const woken = new AbortController();
  for (const touch of ["pointerup", "keyup"]) {
    addEventListener(
      touch,
      ({ target }) => {
        woken.abort();
        if (!bell.contains(target)) setBell(true).catch(() => {});
      },
      { signal: woken.signal },
    );
  }
}

// --- New tickets.

let clearing;

function announce(text) {
  arrivals.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  clearTimeout(clearing);
  clearing = setTimeout(() => arrivals.replaceChildren(), shownFor);
}

const ticketsIn = (place) => [...place.querySelectorAll("[data-ticket]")];
let known = new Set(ticketsIn(board).map((ticket) => ticket.dataset.ticket));

document.addEventListener("refreshed", () => {
  const arrived = ticketsIn(document.getElementById("queued")).filter((ticket) => !known.has(ticket.dataset.ticket));
  known = new Set(ticketsIn(board).map((ticket) => ticket.dataset.ticket));
  if (arrived.length === 0) return;
  for (const ticket of arrived) ticket.classList.add("fresh");
  announce(arrived.length === 1 ? say(words.arrived, arrived[0].dataset.summary) : say(words.manyArrived, arrived.length));
  ring();
});

new MutationObserver(([change]) => {
  if (lost.hidden && change.oldValue === null) announce(words.back);
}).observe(lost, { attributeFilter: ["hidden"], attributeOldValue: true });

countMinutes();
enhance(follow);
// Also while the page is hidden, so that the bell rings for new tickets.
listen(words.feed, ["snapshot", "ticket"], onEvent, { whileHidden: true });
setInterval(() => follow(), everySoOften);
