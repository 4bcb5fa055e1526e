// What is pasted or dropped is cleaned by the server before it is seen, by the very rules by which it is stored.

import { opened } from "./vocabulary.js";

// The server keeps no pictures that are pasted, and the bytes of one may be more than it reads.
const WITHOUT_PICTURES = /<img\b[^>]*>/gi;

function sentOf(data) {
  const html = data.getData("text/html");
  // What was copied here is clean, and keeps the place in lists and tables that it was taken from.
  if (html.includes("data-pm-slice")) return null;
  if (html) return { html: html.replace(WITHOUT_PICTURES, "") };
  const text = data.getData("text/plain");
  return text ? { text } : null;
}

// That the server gave no answer; `isFinal` if it has read the text and will not take it.
export class Refusal extends Error {
  constructor(message, isFinal) {
    super(message);
    this.isFinal = isFinal;
  }
}

async function put(view, sent, cleaned) {
  let html;
  try {
    html = await cleaned(sent);
  } catch (problem) {
    if (problem.isFinal) return;
    // Without the server the editor reads it by itself; what is stored is cleaned in any case.
    html = sent.html;
  }
  if (view.isDestroyed) return;
  if (html === undefined) view.pasteText(sent.text);
  else view.pasteHTML(opened(html));
}

export function pasting(cleaned) {
  return {
    paste(view, event) {
      const sent = event.clipboardData && sentOf(event.clipboardData);
      if (!sent) return false;
      event.preventDefault();
      put(view, sent, cleaned);
      return true;
    },
    drop(view, event) {
      const sent = !view.dragging && event.dataTransfer && sentOf(event.dataTransfer);
      const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
      if (!sent || !place) return false;
      event.preventDefault();
      const { state } = view;
      view.dispatch(state.tr.setSelection(state.selection.constructor.near(state.doc.resolve(place.pos))));
      put(view, sent, cleaned);
      return true;
    },
  };
}
