// Buttons that move something on: one tap, without the page being loaded anew. The form works by itself, too; this makes it quick.

// A finger that comes down twice would hit what has slid under it meanwhile.
const sinceMoved = 400;

const form = document.getElementById("moves");
const refused = document.getElementById("refused");

// Not crypto.randomUUID(), which is there over HTTPS only: a tablet in a kitchen may be without.
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

/** What the page that answered says of the refusal; null where it says nothing. */
async function refusalIn(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById("refusal")?.textContent;
}

/** Sends the form's buttons without leaving the page, and calls `moved()` after each answer. */
export function enhance(moved) {
  let lastMove = -Infinity;
  // A refusal that came before this script did stands at the form's address, which can't be got anew.
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
      // Answered: the next press is another wish. Without an answer the key stays, and pressing again is the same one.
      form.elements.key.value = newKey();
      tell(answer.type === "opaqueredirect" ? null : ((await refusalIn(answer)) ?? form.dataset.failed));
    } catch {
      tell(form.dataset.failed);
    }
    try {
      await moved();
    } finally {
      // Not before the page shows the answer: a press meanwhile would repeat the step that was just taken, and be refused.
      lastMove = performance.now();
      button.removeAttribute("aria-disabled");
    }
  });
}
