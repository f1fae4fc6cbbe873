// `<a data-dialog href="…">` opens the page it points to inside the one dialog of the shell.
// Without script (or without <dialog>) the link simply goes there.
export function dialogs(htmx) {
  const dialog = document.getElementById("dialog");
  if (!dialog?.showModal) return;
  const body = dialog.querySelector(".dialog__body");

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    body.replaceChildren();
    await htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" });
    body.querySelectorAll("form").forEach((form) => takeForm(htmx, form, link.href));
    dialog.showModal();
    (body.querySelector("[autofocus], .input, .select, .textarea, input, button") ?? dialog).focus();
  });

  // A refused form comes back with its errors: it is taken again, inside the dialog.
  body.addEventListener("htmx:afterSwap", () => {
    body.querySelectorAll("form").forEach((form) => takeForm(htmx, form, form.dataset.address));
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
}

function takeForm(htmx, form, address) {
  if (form.hasAttribute("hx-post") || form.method !== "post") return;
  const action = form.getAttribute("action") || address;
  form.setAttribute("hx-post", action);
  form.setAttribute("hx-target", "#dialog-body");
  if (form.enctype === "multipart/form-data") form.setAttribute("hx-encoding", "multipart/form-data");
  htmx.process(form);
}
