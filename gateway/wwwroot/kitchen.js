// The kitchen's screen: follows every ticket, counts the minutes, and calls out what is new.

import { listen, longer, pause, refresh } from "./live.js";
import { countMinutes, say } from "./minutes.js";
import { enhance } from "./moves.js";

const board = document.getElementById("kitchen");
const arrivals = document.getElementById("arrivals");
const lost = document.getElementById("lost");
const words = board.dataset;

const betweenRefreshes = 250;
const everySoOften = 60_000; // An event may be lost with the server that carries it.
const longestPress = 2_000;
const shownFor = 10_000;

// --- Following. Nothing is swapped from under a finger that is down: its tap would be lost.

let wanted = false;
let running = false;
let pressedAt = -Infinity;
const isPressed = () => performance.now() - pressedAt < longestPress;

async function follow() {
  wanted = true;
  if (running || isPressed()) return;
  running = true;
  let wait = betweenRefreshes;
  while (wanted && !isPressed()) {
    wanted = false;
    try {
      await refresh();
      wait = betweenRefreshes;
    } catch {
      // What the event told of is not on the board yet, and the stream will not tell it again.
      wanted = true;
      wait = longer(wait);
    }
    await pause(wait);
  }
  running = false;
}

addEventListener("pointerdown", () => {
  pressedAt = performance.now();
});
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => {
    pressedAt = -Infinity;
    // After the click that this press may become.
    if (wanted) setTimeout(follow);
  });
}

// --- The bell. A browser makes a sound only after somebody has touched the page.

const bell = document.getElementById("bell");
const remembered = "mario-bell";
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
  localStorage.setItem(remembered, on ? "on" : "off");
  setBell(on)
    .then(ring)
    .catch(() => {});
});
if (localStorage.getItem(remembered) === "on") {
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

// --- What is new.

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
// Also while it is hidden: the bell rings for what is new.
listen(words.feed, ["snapshot", "ticket"], follow, { whileHidden: true });
setInterval(follow, everySoOften);
