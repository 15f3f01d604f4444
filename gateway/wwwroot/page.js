// Loaded by every page: forms that are submitted on change, for example. Without this script the pages need one more press.

document.documentElement.classList.add("scripted");

document.addEventListener("change", (change) => {
  const form = change.target.form;
  if (form?.hasAttribute("data-submit-on-change") && form.reportValidity()) form.requestSubmit();
});

// A second press of the same button is ignored. The form's idempotency key would prevent a second effect anyway.
document.addEventListener("submit", (submit) => {
  if (submit.defaultPrevented) return;
  for (const button of submit.target.querySelectorAll("button")) {
    button.setAttribute("aria-disabled", "true");
  }
  if (submit.target.dataset.sent) submit.preventDefault();
  submit.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// Removes a toast after some seconds: it has been read by then, and it covers a part of the page.
export function leaveLater(toast) {
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2_000) : toast.remove());
  setTimeout(leave, 8_000);
}

for (const toast of document.querySelectorAll(".toast")) leaveLater(toast);

// The number of unread notifications, beside the link to their page.
const unread = document.querySelector("[data-unread]");
if (unread) {
  fetch("/notifications?handler=unread", { redirect: "manual" })
    .then((answer) => (answer.status === 200 ? answer.text() : "0"))
    .then((count) => {
      unread.textContent = count;
      unread.hidden = !(Number(count) > 0);
    })
    .catch(() => {});
}

// Buttons that count a number up and down.
for (const stepper of document.querySelectorAll("[data-stepper]")) {
  const input = stepper.querySelector("input");
  for (const button of stepper.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const before = input.value;
      if (button.dataset.step === "1") input.stepUp();
      else input.stepDown();
      if (input.value === before) return;
      for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
    });
  }
}

function offerPrint() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
}

offerPrint();
document.addEventListener("refreshed", offerPrint);
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
});
