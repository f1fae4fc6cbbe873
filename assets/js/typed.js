// A form that refreshes itself must not lose what is typed while the answer is under way.
const typed = new Map();

const fields = (root, name) => root.querySelectorAll(`[name="${CSS.escape(name)}"]`);
const isKept = (field) => field.name && field.type !== "file";

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.id === "answers") typed.clear();
});
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    const part = target.closest?.("#answers.htmx-request");
    if (part && isKept(target)) typed.set(target.name, [...fields(part, target.name)].map(state));
  });
}
document.addEventListener("htmx:afterSwap", () => {
  const part = document.getElementById("answers");
  if (!part) return;
  for (const [name, states] of typed) {
    const now = fields(part, name);
    if (now.length === states.length) now.forEach((field, place) => put(field, states[place]));
  }
  typed.clear();
});

const state = (field) => ({ value: field.value, checked: field.checked });

function put(field, { value, checked }) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
  else field.value = value;
}
