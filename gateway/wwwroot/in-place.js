// Forms in a list that change their own row: sent with fetch, so that the page keeps its scroll position. Without this script each form
// reloads the page and scrolls to the row.

import { leaveLater } from "./page.js";

/** Applies the differences of a response page: rows of the list, the refusal above them, and the toast. */
function show(next) {
  for (const row of document.querySelectorAll("[data-in-place] > [id]")) {
    const now = next.getElementById(row.id);
    if (now && now.outerHTML !== row.outerHTML) row.replaceWith(document.adoptNode(now));
  }
  document.getElementById("refused").replaceChildren(...next.getElementById("refused").childNodes);
  const toast = next.querySelector(".toast");
  document.querySelector(".toast")?.remove();
  if (!toast) return;
  document.body.append(document.adoptNode(toast));
  leaveLater(toast);
}

document.addEventListener(
  "submit",
  async (submit) => {
    const form = submit.target;
    const place = form.closest("[data-in-place]");
    if (!place) return;
    submit.preventDefault();
    const button = submit.submitter;
    if (button?.getAttribute("aria-disabled")) return;
    button?.setAttribute("aria-disabled", "true");
    const focused = document.activeElement?.id;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      // The user has been signed out, or the response is an error page: the browser navigates there.
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!next.querySelector("[data-in-place]")) return location.assign(answer.url);
      show(next);
      if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
    } catch {
      // No response: the browser submits the form without the script and shows the error.
      form.submit();
    } finally {
      button?.removeAttribute("aria-disabled");
    }
  },
  { capture: true },
);
