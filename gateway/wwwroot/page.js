// On every page: times in the visitor's own zone, and forms that send themselves. Without it the pages do the same, with one press more.

const language = document.documentElement.lang;
const sameDay = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const anyDay = new Intl.DateTimeFormat(language, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

function localTimes() {
  const today = new Date().toDateString();
  for (const time of document.querySelectorAll("time[datetime]:not([data-local])")) {
    const at = new Date(time.dateTime);
    const format = at.toDateString() === today && !time.hasAttribute("data-day") ? sameDay : anyDay;
    time.textContent = format.format(at);
    time.dataset.local = "";
  }
}

localTimes();
document.addEventListener("refreshed", localTimes);
document.documentElement.classList.add("scripted");

document.addEventListener("change", (change) => {
  const form = change.target.form;
  if (form?.hasAttribute("data-submit-on-change") && form.reportValidity()) form.requestSubmit();
});

// A second press of the same button is not a second wish. The form's key keeps it from being one anyway.
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

// What was said once has been read by then; the page keeps nothing under it.
const toast = document.querySelector(".toast");
if (toast) {
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 2_000) : toast.remove());
  setTimeout(leave, 8_000);
}
