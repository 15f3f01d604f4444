// Figures that follow by themselves. Every few seconds, because they are sums that a worker counts a moment after the orders change:
// no stream says when it has. Nothing is asked for while nobody looks.

import { refresh } from "./live.js";

const every = 5_000;
const lost = document.getElementById("lost");
let running = false;

async function follow() {
  if (running || document.hidden) return;
  running = true;
  // A table that somebody reads stays open when its figures change.
  const open = [...document.querySelectorAll("[data-live] details[open]")].map((details) => details.id);
  try {
    await refresh();
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  } finally {
    running = false;
  }
}

setInterval(follow, every);
document.addEventListener("visibilitychange", follow);
