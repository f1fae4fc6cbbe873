// Small behaviours found by attribute, so that a page needs no script of its own.
export function small(root) {
  once(root, "input[type=file][data-preview]", preview);
  once(root, "[data-copy]", copy);
  once(root, "[data-count]", countLetters);
}

const seen = new WeakSet();

function once(root, selector, start) {
  const found = [...(root.querySelectorAll?.(selector) ?? [])];
  if (root.matches?.(selector)) found.push(root);
  for (const element of found) {
    if (seen.has(element)) continue;
    seen.add(element);
    start(element);
  }
}

// Menus close on Esc and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// A form is sent once: the second click of an impatient hand does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
// Coming back with the browser's Back button must find the form usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
});

// Controls that send their form when they change (the submit button stays for those without script).
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit?.();
});

// `<button data-print>` prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

function preview(input) {
  const box = document.getElementById(input.dataset.preview);
  const zone = input.closest(".upload");
  const names = document.getElementById(`${input.dataset.preview}_names`);
  input.addEventListener("change", () => {
    names.textContent = [...input.files].map((file) => file.name).join(", ") || names.dataset.none;
    box.replaceChildren(
      ...[...input.files].filter((file) => file.type.startsWith("image/")).map((file) => {
        const picture = document.createElement("img");
        picture.src = URL.createObjectURL(file);
        picture.alt = file.name;
        return picture;
      }),
    );
  });
  // a reset form, or one that was sent and emptied, forgets the names too
  input.form?.addEventListener("reset", () => setTimeout(() => input.dispatchEvent(new Event("change"))));
  for (const name of ["dragenter", "dragover"]) zone?.addEventListener(name, () => zone.classList.add("is-over"));
  for (const name of ["dragleave", "drop"]) zone?.addEventListener(name, () => zone.classList.remove("is-over"));
}

function copy(button) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("[data-copied]")?.removeAttribute("hidden");
  });
}

function countLetters(field) {
  const place = document.getElementById(field.dataset.count);
  const show = () => {
    place.textContent = `${[...field.value].length} / ${field.maxLength}`;
  };
  field.addEventListener("input", show);
  show();
}
