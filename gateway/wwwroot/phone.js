// A telephone order by keyboard: typed pizzas become lines that arrow keys change. The form sends the text area with one line per kind of
// pizza, which the server parses in the same way (PhoneOrderText.cs). Prices come from the service that prices the order.

import { recognizeCaller } from "./caller.js";

const form = document.getElementById("phone-order");
const text = form.elements.namedItem("Pizzas");
const input = document.getElementById("pizza");
const wrong = document.getElementById("pizza-wrong");
const list = document.getElementById("lines");
const matches = [...document.querySelectorAll("#matches [data-pizza]")];
const toppings = [...document.querySelectorAll("#toppings [data-topping]")].map((item) => ({ id: item.dataset.topping, name: item.dataset.name }));
const sizes = [...document.querySelectorAll("#sizes [data-size]")].map((item) => ({
  id: item.dataset.size,
  name: item.dataset.name,
  typedAs: item.dataset.typedAs.split(" "),
}));
const pizzas = matches.map((item) => ({ id: item.dataset.pizza, name: item.dataset.name, soldOut: item.ariaDisabled === "true" }));
const most = 20;
const language = document.documentElement.lang;
const csrf = document.querySelector('meta[name="csrf"]').content;
let lines = [];
let current = -1;
let asked = 0;

const plain = (name) => name.toLowerCase().replaceAll("-", " ").replace(/\s+/g, " ").trim();

/** Returns the matches for the beginning of a name: the exact name, else names that begin with it, else names with a word that does. */
function meant(all, typed) {
  const begun = plain(typed);
  if (!begun) return [];
  const names = ({ id, name }) => [plain(name), plain(id)];
  for (const is of [(name) => name === begun, (name) => name.startsWith(begun), (name) => name.includes(` ${begun}`)]) {
    const found = all.filter((each) => names(each).some(is));
    if (found.length > 0) return found;
  }
  return [];
}

/** Parses a line, which may be incomplete; `pizzas` are all pizzas that match. */
function read(typed) {
  const [head, ...extra] = typed.split("+");
  let [, quantity, words] = plain(head).match(/^(?:(\d{1,3})\s*x?(?:\s+|$))?(.*)$/);
  const first = words.split(" ")[0];
  const size = words.includes(" ") ? sizes.find(({ typedAs }) => typedAs.includes(first)) : undefined;
  if (size) words = words.slice(first.length).trim();
  const found = extra.map((topping) => meant(toppings, topping));
  return {
    quantity: Number(quantity ?? 1),
    size: size?.id ?? "medium",
    words,
    pizzas: meant(pizzas, words),
    extra: found.every((each) => each.length === 1) ? [...new Set(found.map(([each]) => each.id))] : null,
  };
}

function show() {
  text.value = lines.map(({ quantity, size, pizza, extra }) => [`${quantity} ${size} ${pizza}`, ...extra].join(" + ")).join("\n");
  list.replaceChildren(
    ...lines.map(({ quantity, size, pizza, extra }, at) => {
      const item = document.createElement("li");
      const what = document.createElement("span");
      const small = document.createElement("span");
      what.textContent = `${quantity} × ${pizzas.find(({ id }) => id === pizza).name} `;
      small.className = "small";
      small.textContent = [sizes.find(({ id }) => id === size).name, ...extra.map((id) => toppings.find((each) => each.id === id).name)].join(" + ");
      what.append(small);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "plain";
      remove.textContent = "×";
      remove.tabIndex = -1;
      remove.ariaLabel = `${list.dataset.remove}: ${what.textContent}`;
      remove.addEventListener("click", () => change(at, null));
      item.append(what, remove);
      if (at === current) item.ariaCurrent = "true";
      return item;
    }),
  );
  document.querySelector("[data-empty]").hidden = lines.length > 0;
  price().catch(() => {});
}

async function price() {
  const total = document.querySelector("[data-total]");
  const mine = ++asked;
  if (lines.length === 0) {
    total.textContent = "–";
    return;
  }
  const answer = await fetch("/api/menu/quote", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
    body: JSON.stringify({
      items: lines.map(({ quantity, size, pizza, extra }) => ({ pizzaId: pizza, size, extraToppings: extra, quantity })),
    }),
  });
  if (mine !== asked || !answer.ok) return;
  const quote = await answer.json();
  total.textContent = new Intl.NumberFormat(language, { style: "currency", currency: quote.currency, currencyDisplay: "narrowSymbol" }).format(quote.total);
}

/** Changes a line, or removes it. */
function change(at, line) {
  if (line) lines[at] = line;
  else lines.splice(at, 1);
  current = Math.min(Math.max(current, 0), lines.length - 1);
  show();
}

/** Shows the pizzas that match the typed text. */
function suggest() {
  const { words, pizzas: found } = read(input.value);
  wrong.hidden = true;
  for (const item of matches) {
    const isMeant = found.some(({ id }) => id === item.dataset.pizza);
    item.hidden = words.length > 0 && !isMeant;
    item.ariaSelected = String(found.length > 0 && found[0].id === item.dataset.pizza);
  }
  if (found.length > 0) input.setAttribute("aria-activedescendant", `pizza-${found[0].id}`);
  else input.removeAttribute("aria-activedescendant");
}

function add() {
  const { quantity, size, pizzas: found, extra } = read(input.value);
  // The first match is the one that is marked in the list.
  const pizza = found[0];
  if (!pizza || pizza.soldOut || !extra || quantity < 1 || quantity > most) {
    wrong.textContent = `${input.dataset.notUnderstood} ${input.value}`;
    wrong.hidden = false;
    return;
  }
  lines.push({ quantity, size, pizza: pizza.id, extra });
  current = lines.length - 1;
  input.value = "";
  suggest();
  show();
}

// Keys for the marked line while the input is empty.
const keys = {
  ArrowUp: () => (current = Math.max(0, current - 1)),
  ArrowDown: () => (current = Math.min(lines.length - 1, current + 1)),
  ArrowLeft: (line) => resize(line, -1),
  ArrowRight: (line) => resize(line, 1),
  "+": (line) => requantify(line, line.quantity + 1),
  "-": (line) => requantify(line, line.quantity - 1),
  Delete: () => change(current, null),
  Backspace: () => change(current, null),
};

function resize(line, by) {
  const at = sizes.findIndex(({ id }) => id === line.size) + by;
  if (sizes[at]) line.size = sizes[at].id;
}

function requantify(line, quantity) {
  if (quantity >= 1 && quantity <= most) line.quantity = quantity;
}

input.addEventListener("input", suggest);
input.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.metaKey || press.altKey) return;
  if (press.key === "Enter") {
    press.preventDefault();
    if (input.value.trim()) add();
    else document.getElementById("place").focus();
  } else if (!input.value && lines[current] && keys[press.key]) {
    press.preventDefault();
    keys[press.key](lines[current]);
    show();
  }
});
for (const item of matches) {
  item.addEventListener("click", () => {
    input.value = `${input.value.match(/^\s*\d+\s/)?.[0] ?? ""}${item.dataset.name}`;
    add();
    input.focus();
  });
}

recognizeCaller(form, (ordered) => {
  const isOnSale = ({ pizzaId }) => pizzas.some(({ id, soldOut }) => id === pizzaId && !soldOut);
  const isInStock = (extra) => toppings.some(({ id }) => id === extra);
  lines = ordered
    .filter(isOnSale)
    .map(({ pizzaId, size, extraToppings, quantity }) => ({ quantity, size, pizza: pizzaId, extra: extraToppings.filter(isInStock) }));
  current = lines.length - 1;
  show();
  input.focus();
});

// Ctrl+Enter in any field places the order. It includes a typed line that has not been added yet.
form.addEventListener("keydown", (press) => {
  if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) form.requestSubmit();
});
form.addEventListener("submit", (submit) => {
  if (input.value.trim()) add();
  if (input.value.trim()) submit.preventDefault();
});

// Restores the lines of an order that was refused. If a line cannot be parsed, the text stays in the text area.
const before = text.value.split("\n").filter((line) => line.trim());
const readBefore = before.map(read);
if (readBefore.every(({ pizzas: found, extra }) => found.length === 1 && extra)) {
  lines = readBefore.map(({ quantity, size, pizzas: [pizza], extra }) => ({ quantity, size, pizza: pizza.id, extra }));
  current = lines.length - 1;
  document.querySelector("[data-plain]").hidden = true;
  document.querySelector("[data-typed]").hidden = false;
  show();
}
const first = form.querySelector("[aria-invalid=true]:not([hidden])") ?? form.elements.namedItem("Form.Phone");
first.focus();
