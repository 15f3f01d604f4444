// Updates the state of the processes by polling every few seconds, because no event is sent when a process dies. Does not poll while the
// page is hidden.

import { refresh } from "./live.js";

const every = 5_000;
const lost = document.getElementById("lost");
let running = false;

async function look() {
  if (running || document.hidden) return;
  running = true;
  try {
    await refresh();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  } finally {
    running = false;
  }
}

setInterval(look, every);
document.addEventListener("visibilitychange", look);
