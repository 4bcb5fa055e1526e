// Ctrl+S loads the form anew. These functions put the focus, the caret and the page back where they were.

const KEY = "place";
// A form that was saved for the first time has another address afterwards.
const OF_A_NEW_ROW = /add\/$/;

export function rememberPlace() {
  const at = document.activeElement;
  const place = { path: location.pathname, top: scrollY, id: at.id };
  if (at.editor) {
    const { from, to } = at.editor.state.selection;
    Object.assign(place, { id: at.closest("[data-writing]").querySelector("textarea").id, from, to });
  } else if (at.selectionStart !== undefined) {
    Object.assign(place, { from: at.selectionStart, to: at.selectionEnd });
  }
  sessionStorage.setItem(KEY, JSON.stringify(place));
}

export function backToPlace() {
  const place = JSON.parse(sessionStorage.getItem(KEY));
  sessionStorage.removeItem(KEY);
  if (!place || !isOfForm(place.path)) return;
  const wrong = document.querySelector(".form-errors a");
  if (wrong) {
    wrong.focus();
    return;
  }
  const field = document.getElementById(place.id);
  if (!field) return;
  for (let part = field.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  scrollTo(0, place.top);
  putCaret(field, place);
}

function isOfForm(path) {
  if (path === location.pathname) return true;
  return OF_A_NEW_ROW.test(path) && location.pathname.startsWith(path.replace(OF_A_NEW_ROW, ""));
}

function putCaret(field, { from, to }) {
  const editor = field.closest("[data-writing]")?.querySelector("[contenteditable=true]")?.editor;
  if (editor) {
    editor.chain().setTextSelection({ from, to }).focus().run();
    return;
  }
  field.focus();
  // An input for numbers has no caret to put.
  if (from !== undefined && from !== null) field.setSelectionRange(from, to);
}
