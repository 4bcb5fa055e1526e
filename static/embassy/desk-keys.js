// The keys of the desk: "/" for the search, Ctrl+S to save and go on, Ctrl+Shift+Enter for the next step, "?" for the
// list of keys.

import { backToPlace, rememberPlace } from "./place.js";

const WRITING = "input, textarea, select, [contenteditable]";

function save() {
  const button = document.querySelector("[name=_continue]") ?? document.querySelector("[name=_save]");
  if (button) rememberPlace();
  button?.click();
  return Boolean(button);
}

function open(selector, how) {
  const part = document.querySelector(selector);
  part?.[how]();
  return Boolean(part);
}

const KEYS = {
  "/": () => open("[data-key='/']", "focus"),
  "?": () => open("[data-keys]:not([open])", "showModal"),
};

// They are asked before the editor of texts, which would break the line at Ctrl+Shift+Enter.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const held = event.ctrlKey || event.metaKey;
  let done = false;
  if (held && event.shiftKey && event.key === "Enter") done = open("#next-move", "focus");
  else if (held && !event.shiftKey && event.key.toLowerCase() === "s") done = save();
  else if (!held && !event.target.closest?.(WRITING)) done = KEYS[event.key]?.();
  if (done) event.preventDefault();
}, { capture: true });

// By then the editor of texts is there.
document.addEventListener("DOMContentLoaded", backToPlace);
