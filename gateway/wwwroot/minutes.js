// Minutes that pass while a page is open: until a promised time, or since an event. They follow the server's clock, because a tablet's
// clock may be wrong.

const often = 5_000;
const page = document.querySelector("[data-now]");
const words = page.dataset;
const ahead = Date.parse(words.now) - Date.now();

/** Returns the text with the value in place of {0}. */
export const say = (pattern, value) => pattern.replace("{0}", () => value);

function count() {
  const now = Date.now() + ahead;
  for (const due of page.querySelectorAll("[data-promised]")) {
    const ticket = due.closest(".ticket");
    const left = (Date.parse(due.dataset.promised) - now) / 60_000;
    const [urgency, pattern] =
      left <= 0 ? ["late", words.late] : left <= Number(words.soonMinutes) ? ["soon", words.soon] : ["on_time", words.onTime];
    if (!ticket.classList.contains(urgency)) {
      ticket.classList.remove("late", "soon", "on_time");
      ticket.classList.add(urgency);
    }
    due.textContent = say(pattern, Math.max(1, Math.ceil(Math.abs(left))));
  }
  for (const passed of page.querySelectorAll("[data-since]")) {
    passed.textContent = say(passed.dataset.told, Math.max(0, Math.floor((now - Date.parse(passed.dataset.since)) / 60_000)));
  }
}

/** Starts counting, also in parts that a refresh replaces. */
export function countMinutes() {
  document.addEventListener("refreshed", count);
  setInterval(count, often);
  count();
}
