// Remembers the contact data of a guest without an account, in this browser only and only if the box is ticked.

const key = "mario-guest";
const fields = ["Form.Name", "Form.Phone", "Form.Address"];
const form = document.querySelector("form.checkout");
const remember = document.getElementById("remember");
const forget = document.getElementById("forget");

function kept() {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // Local storage is unavailable, or the stored value is not JSON.
  }
}

const known = kept();
if (known && typeof known === "object") {
  for (const name of fields) {
    const field = form.elements.namedItem(name);
    if (!field.value && typeof known[name] === "string") field.value = known[name];
  }
  remember.checked = true;
  forget.hidden = false;
}
document.querySelector("[data-remember]").hidden = false;

form.addEventListener("submit", () => {
  try {
    if (remember.checked) localStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map((name) => [name, form.elements.namedItem(name).value]))));
    else localStorage.removeItem(key);
  } catch {
    // Local storage is unavailable; the form is sent anyway.
  }
});

forget.addEventListener("click", () => {
  localStorage.removeItem(key);
  for (const name of fields) form.elements.namedItem(name).value = "";
  remember.checked = false;
  forget.hidden = true;
  form.elements.namedItem(fields[0]).focus();
});
