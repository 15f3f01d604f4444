// The menu's live price: what the pantry of choices costs, asked of the same service that prices the order.

const language = document.documentElement.lang;
const csrf = document.querySelector('meta[name="csrf"]').content;
const money = (amount, currency) =>
  new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(amount);
const decimal = new Intl.NumberFormat(language, { minimumFractionDigits: 1 });

async function reprice(form) {
  const chosen = new FormData(form);
  const quantity = Number(chosen.get("quantity"));
  if (!Number.isInteger(quantity) || quantity < 1) return;
  const asked = (form.asked = (form.asked ?? 0) + 1);
  const answer = await fetch("/api/menu/quote", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify({
      items: [{ pizzaId: form.dataset.pizza, size: chosen.get("size"), extraToppings: chosen.getAll("extra"), quantity }],
    }),
  });
  if (!answer.ok || asked !== form.asked) return;
  const { lines, total, currency } = await answer.json();
  const { breakdown, unitPrice } = lines[0];
  const parts = [`${money(breakdown.basePrice, currency)} × ${decimal.format(breakdown.multiplier)}`];
  if (breakdown.toppings > 0) parts.push(`${breakdown.toppings} × ${money(breakdown.toppingPrice, currency)}`);
  const sum = parts.join(" + ");
  form.querySelector("[data-price]").textContent = money(total, currency);
  form.querySelector("[data-breakdown]").textContent =
    quantity > 1 ? `${quantity} × ${money(unitPrice, currency)} (${sum})` : sum;
}

for (const form of document.querySelectorAll("form[data-pizza]")) {
  form.addEventListener("input", () => {
    reprice(form).catch(() => {});
  });
  // Going back to the page brings choices back, too.
  if (form.querySelector('input[name="extra"]:checked, input[name="size"]:checked:not([value="medium"])')) reprice(form).catch(() => {});
}
