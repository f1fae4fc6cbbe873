// A drawn process: `<div class="diagram" data-diagram="URL of BPMN" data-tokens="Task_1 Task_2" data-done="Task_0">`.
// bpmn-js keeps its watermark, as its licence asks.
import "bpmn-js/dist/assets/diagram-js.css";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

for (const box of document.querySelectorAll("[data-diagram]")) show(box);

async function show(box) {
  const answer = await fetch(box.dataset.diagram, { headers: { Accept: "application/xml" } });
  if (!answer.ok) return;
  const viewer = new NavigatedViewer({ container: box });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  mark(viewer, box.dataset.done, "is-done");
  mark(viewer, box.dataset.tokens, "is-token");
}

function mark(viewer, ids, name) {
  const registry = viewer.get("elementRegistry");
  for (const id of (ids ?? "").split(" ").filter(Boolean)) {
    if (registry.get(id)) viewer.get("canvas").addMarker(id, name);
  }
}
