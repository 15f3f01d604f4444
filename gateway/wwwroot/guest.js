// Remembers the contact data of a guest without an account, in this browser only and only if the box is ticked.

import { recall, remember } from "./storage.js";

const key = "mario-guest";
const fields = ["Form.Name", "Form.Phone", "Form.Address"];
const form = document.querySelector("form.checkout");
const box = document.getElementById("remember");
const forget = document.getElementById("forget");

function kept() {
  try {
    return JSON.parse(recall(key));
  } catch {
    return null; // The stored value is not JSON.
  }
}

const known = kept();
if (known && typeof known === "object") {
  for (const name of fields) {
    const field = form.elements.namedItem(name);
    if (!field.value && typeof known[name] === "string") field.value = known[name];
  }
  box.checked = true;
  forget.hidden = false;
}
document.querySelector("[data-remember]").hidden = false;

form.addEventListener("submit", () => {
  const typed = Object.fromEntries(fields.map((name) => [name, form.elements.namedItem(name).value]));
  remember(key, box.checked ? JSON.stringify(typed) : null);
});

forget.addEventListener("click", () => {
  remember(key, null);
  for (const name of fields) form.elements.namedItem(name).value = "";
  box.checked = false;
  forget.hidden = true;
  form.elements.namedItem(fields[0]).focus();
});
