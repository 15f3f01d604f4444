// Buttons that move a ticket or an order to its next step: one tap, without a page load. The form works without this script as well.

// The time in milliseconds for which taps are ignored: the second tap of a double tap would hit the button that has moved there.
const sinceMoved = 400;

const form = document.getElementById("moves");
const refused = document.getElementById("refused");

// Not crypto.randomUUID(), which is available over HTTPS only: a tablet in a kitchen may use plain HTTP.
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function tell(refusal) {
  refused.replaceChildren();
  if (!refusal) return;
  const told = document.createElement("p");
  told.className = "refusal";
  told.setAttribute("role", "alert");
  told.textContent = refusal;
  refused.append(told);
}

/** Returns the text of the refusal on the response page; undefined if there is none. */
async function refusalIn(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById("refusal")?.textContent;
}

/** Sends the form with fetch when one of its buttons is pressed, and calls `moved()` after each request. */
export function enhance(moved) {
  let lastMove = -Infinity;
  // If the form was posted before this script ran, the address is that of its handler, which does not support GET.
  history.replaceState(null, "", location.pathname);
  form.addEventListener("submit", async (submit) => {
    submit.preventDefault();
    const button = submit.submitter;
    if (button.getAttribute("aria-disabled") || performance.now() - lastMove < sinceMoved) return;
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(button.formAction, {
        method: "POST",
        body: new URLSearchParams(new FormData(form, button)),
        headers: { "X-Live": "1" },
        redirect: "manual",
      });
      // After a response the next press is another request and gets a new idempotency key. Without a response the key stays, and the
      // next press is a retry.
      form.elements.key.value = newKey();
      tell(answer.type === "opaqueredirect" ? null : ((await refusalIn(answer)) ?? form.dataset.failed));
    } catch {
      tell(form.dataset.failed);
    }
    try {
      await moved();
    } finally {
      // Not before the page shows the result: an earlier press would repeat the step that was just taken, and be refused.
      lastMove = performance.now();
      button.removeAttribute("aria-disabled");
    }
  });
}
