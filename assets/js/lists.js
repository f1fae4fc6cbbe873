// Work lists from the keyboard: j/k move, x ticks, Enter opens, / searches, ? helps.
// The list is `<table data-list>`; its rows hold one link `[data-open]` and perhaps a tick box.
export function lists() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (act && act() !== false) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-tick-all]")) tickAll(box);
    if (box.matches("[data-tick-all], [data-tick]")) showTicked();
  });
  // A list swapped in by a filter begins with nothing ticked.
  document.addEventListener("htmx:afterSwap", showTicked);
  showTicked();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: tick,
  Enter: open,
  "/": search,
  "?": help,
};

const rows = () => [...document.querySelectorAll("[data-list] tbody tr")];
const current = () => document.querySelector("[data-list] tr.is-current");

function typing(element) {
  return element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = all[Math.max(0, Math.min(all.length - 1, at + step))] ?? all[0];
  current()?.classList.remove("is-current");
  next.classList.add("is-current");
  next.querySelector("[data-open]")?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function tick() {
  const box = current()?.querySelector("[data-tick]");
  if (!box) return false;
  box.checked = !box.checked;
  showTicked();
}

function open() {
  const link = current()?.querySelector("[data-open]");
  if (!link || document.activeElement?.matches("a, button, summary")) return false;
  link.click();
}

function search() {
  const field = document.querySelector("[data-search]");
  if (!field) return false;
  field.focus();
  field.select();
}

function help() {
  const dialog = document.getElementById("keys");
  if (!dialog?.showModal) return false;
  dialog.showModal();
}

function tickAll(box) {
  for (const one of box.closest("table").querySelectorAll("[data-tick]")) one.checked = box.checked;
}

function showTicked() {
  const count = document.querySelectorAll("[data-tick]:checked").length;
  for (const place of document.querySelectorAll("[data-ticked]")) place.textContent = count;
  for (const bar of document.querySelectorAll("[data-needs-ticks]")) bar.hidden = count === 0;
}
