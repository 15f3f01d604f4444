// A wall-mounted screen: stays awake, can be shown in full screen, remembers the dark or light theme; tickets are selected by typing their
// numbers.

import { recall, remember } from "./storage.js";

const root = document.documentElement;

// --- Wake lock. The browser releases it whenever the page is hidden; over plain HTTP from another machine it is not available.

async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // Refused, for example because the battery is low. It is requested again when the page is shown the next time.
  }
}

document.addEventListener("visibilitychange", stayAwake);
stayAwake();

// --- Full screen, dark or light.

const fullScreen = document.getElementById("full-screen");
fullScreen.hidden = !document.fullscreenEnabled;
fullScreen.addEventListener("click", () => {
  const change = document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
  change.catch(() => {});
});

const theme = document.getElementById("theme");
const rememberedTheme = "mario-kitchen-theme";

function setTheme(isDark) {
  root.classList.toggle("dark-theme", isDark);
  root.classList.toggle("light-theme", !isDark);
}

setTheme(recall(rememberedTheme) !== "light");
theme.hidden = false;
theme.addEventListener("click", () => {
  const isDark = !root.classList.contains("dark-theme");
  setTheme(isDark);
  remember(rememberedTheme, isDark ? "dark" : "light");
});

// --- A drawer closes on a click outside it and with Escape.

const drawers = document.querySelectorAll(".drawer");
document.addEventListener("click", ({ target }) => {
  for (const drawer of drawers) if (!drawer.contains(target)) drawer.open = false;
});
for (const drawer of drawers) {
  drawer.addEventListener("toggle", () => drawer.open && drawer.querySelector("input[type=search]")?.focus());
}
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const drawer of drawers) {
    if (!drawer.open) continue;
    drawer.open = false;
    drawer.querySelector("summary").focus();
  }
});

// --- Typing. The digits of a ticket's number move the focus to its button; Enter presses it, as any button.

const betweenDigits = 2_000;
const typed = document.getElementById("typed");
let digits = "";
let forgetting;

function type(next) {
  digits = next;
  typed.textContent = digits;
  typed.hidden = digits === "";
  clearTimeout(forgetting);
  if (digits) forgetting = setTimeout(() => type(""), betweenDigits);
}

document.addEventListener("keydown", (press) => {
  if (press.ctrlKey || press.altKey || press.metaKey || press.target.closest("input, textarea, select")) return;
  if (press.key === "Escape" || press.key === "Enter") return type("");
  if (!/^[0-9]$/.test(press.key)) return;
  type((digits + press.key).replace(/^0+/, "").slice(-4));
  const button = document.querySelector(`[data-number="${digits}"] button`);
  if (!button) return;
  button.focus();
  button.scrollIntoView({ block: "nearest" });
});
