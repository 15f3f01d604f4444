// The live price of the chosen pizzas on the menu, from the same service that prices the order; and the sheet in which a pizza is chosen
// on a phone.

const language = document.documentElement.lang;
const csrf = document.querySelector('meta[name="csrf"]').content;
const money = (amount, currency) =>
  new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(amount);

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
  const { total, currency } = await answer.json();
  form.querySelector("[data-price]").textContent = money(total, currency);
}

for (const form of document.querySelectorAll("form[data-pizza]")) {
  form.addEventListener("input", () => {
    reprice(form).catch(() => {});
  });
  // The browser restores the choices when the visitor goes back to the page.
  if (form.querySelector('input[name="extra"]:checked, input[name="size"]:checked:not([value="medium"])')) reprice(form).catch(() => {});
}

// --- The sheet is the element that the address's fragment names (:target). It closes with Escape and on a tap outside it.

const phone = matchMedia("(max-width: 44rem)");
const openSheet = () => (phone.matches ? document.querySelector(".choose:target") : null);

function close() {
  const sheet = openSheet();
  if (!sheet) return;
  const item = sheet.closest(".menu-item");
  location.hash = item.id;
  item.querySelector("h2 a").focus();
}

addEventListener("keydown", ({ key }) => {
  if (key === "Escape") close();
});
addEventListener("pointerdown", ({ target }) => {
  if (openSheet() && !openSheet().contains(target)) close();
});
