// How the processes are follows by itself. Every few seconds, because nobody says so when a process dies. Nothing is asked for while
// nobody looks.

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
