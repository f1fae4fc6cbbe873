// Making a form: `<div data-form-editor="id of the textarea" hidden>`. Without this script the textarea alone is the editor.
// form-js keeps its watermark, as its licence asks.
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor.css";
import { FormEditor } from "@bpmn-io/form-js-editor";

for (const box of document.querySelectorAll("[data-form-editor]")) open(box);

async function open(box) {
  const text = document.getElementById(box.dataset.formEditor);
  let given;
  try {
    given = JSON.parse(text.value);
  } catch {
    return;
  }
  box.hidden = false;
  const editor = new FormEditor({ container: box });
  await editor.importSchema(given);
  text.closest("[data-form-text]")?.removeAttribute("open");
  let drawn = false;
  editor.on("changed", () => {
    drawn = true;
    text.value = JSON.stringify({ ...given, ...editor.saveSchema() }, null, 1);
  });
  text.addEventListener("change", async () => {
    if (drawn && text.value === "") return;
    try {
      given = JSON.parse(text.value);
      await editor.importSchema(given);
    } catch {
      // what is no JSON is told by the server when it is sent
    }
  });
}
