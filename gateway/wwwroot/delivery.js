// The driver's page looks for what is new every few seconds while somebody looks at it: there is no stream of what drivers may take,
// and a phone that is carried about loses a stream more often than it needs one.

import { refresh } from "./live.js";
import { enhance } from "./moves.js";

const lost = document.getElementById("lost");
const everySoOften = 5_000;

let cameThrough = false;
document.addEventListener("refreshed", () => {
  cameThrough = true;
});

let running;

async function look() {
  cameThrough = false;
  await refresh().catch(() => {});
  lost.hidden = cameThrough;
  running = undefined;
}

const lookOnce = () => (running ??= look());

// What is under way may have been read before the move.
enhance(async () => {
  await running;
  await lookOnce();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) lookOnce();
});
setInterval(() => {
  if (!document.hidden) lookOnce();
}, everySoOften);
