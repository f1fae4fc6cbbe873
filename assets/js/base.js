// Every page: htmx under a strict policy, dialogs, menus, uploads, lists driven from the keyboard.
// Each behaviour improves something that already works without script.
import htmx from "htmx.org";
import { dialogs } from "./dialogs.js";
import { lists } from "./lists.js";
import { small } from "./small.js";
import "./typed.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  // A refusal carries its own words: show them instead of swallowing the answer.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "[45]..", swap: true, error: true },
  ],
});

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) detail.headers["X-CSRFToken"] = token;
});

const bar = () => document.querySelector(".busy");
document.addEventListener("htmx:beforeRequest", () => bar()?.classList.add("is-on"));
document.addEventListener("htmx:afterRequest", () => bar()?.classList.remove("is-on"));

small(document);
dialogs(htmx);
lists(htmx);
// Fragments get the same small behaviours as the page they land in.
htmx.onLoad((element) => small(element));
window.htmx = htmx;
