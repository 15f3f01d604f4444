// Caller lookup: finds a guest who has ordered before by the phone number, fills in name and address, and shows the last order.

const fewestDigits = 7;
const comparedDigits = 9; // Excludes the country code, which a guest may omit.

const endOf = (phone) => phone.replace(/\D/g, "").slice(-comparedDigits);

/**
 * Looks up the caller's last order whenever the phone number changes.
 * @param form The form with the phone field and the element that shows the last order.
 * @param orderAgain Called with the lines of that order when they are to be ordered again.
 */
export function recognizeCaller(form, orderAgain) {
  const shown = form.querySelector("#caller");
  const phone = form.elements.namedItem("Form.Phone");
  const filledIn = {}; // The filled-in values by field name.
  let lookedUp = "";

  /** Fills in a field, unless the user has typed something else. */
  function fillIn(name, value) {
    const field = form.elements.namedItem(name);
    if (field.value !== "" && field.value !== filledIn[name]) return;
    field.value = filledIn[name] = value;
    if (field === document.activeElement) field.select();
  }

  function show({ id, items, allergies, allergyNote }) {
    const link = shown.querySelector("a");
    link.href = `/orders/${encodeURIComponent(id)}`;
    link.textContent = items.map(({ quantity, name }) => `${quantity} × ${name}`).join(", ");
    shown.querySelector("button").onclick = () => orderAgain(items);

    // Allergies are shown but not filled in, because the guest must be asked.
    const boxes = [...form.querySelectorAll("[name='Form.Allergies']")].filter(({ value }) => allergies.includes(value));
    const avoided = [...boxes.map((box) => box.parentElement.textContent), allergyNote].filter(Boolean);
    shown.querySelector("strong").textContent = avoided.join(", ");
    shown.querySelector("[data-allergies]").hidden = avoided.length === 0;
  }

  async function lookUp() {
    const digits = endOf(phone.value);
    if (digits.length < fewestDigits || digits === lookedUp) return;
    lookedUp = digits;
    const answer = await fetch(`/api/orders?q=${digits}&pageSize=5`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const { items } = await answer.json();
    if (digits !== lookedUp) return;
    const last = items.find(({ customer }) => endOf(customer.phone).endsWith(digits));
    fillIn("Form.Name", last?.customer.name ?? "");
    fillIn("Form.Address", last?.customer.address ?? "");
    if (last) show(last);
    shown.hidden = !last;
  }

  phone.addEventListener("change", () => {
    lookUp().catch(() => {
      lookedUp = ""; // The next change tries again.
    });
  });
}
