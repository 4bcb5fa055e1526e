// The server cleans a pasted or dropped text before the editor shows it, by the same rules as before it is stored.

import { opened } from "./vocabulary.js";

// The server removes pasted pictures. They are not sent, because a picture may be larger than a request may be.
const WITHOUT_PICTURES = /<img\b[^>]*>/gi;

function sentOf(data) {
  const html = data.getData("text/html");
  // A text copied from the editor is clean. The editor pastes it itself, so that lists and tables stay as they were.
  if (html.includes("data-pm-slice")) return null;
  if (html) return { html: html.replace(WITHOUT_PICTURES, "") };
  const text = data.getData("text/plain");
  return text ? { text } : null;
}

// The server gave no cleaned text. `isFinal` is true if the server has read the text and refuses it.
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
    // If the server does not answer, the editor takes the text as it is. The server cleans it when it is saved.
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
