// Asks something in a dialog of its own; resolves to the fields' values by name, or to null if it was closed.

export function ask(template, fill = () => {}) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  // Outside the form of the page, so that the enter key answers the dialog alone.
  document.body.append(dialog);
  fill(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.querySelector("form").addEventListener("submit", (event) => {
      const answer = Object.fromEntries(new FormData(event.target));
      resolve({ ...answer, pressed: event.submitter?.value ?? "" });
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
  });
}

// Offers what can be chosen, as options with their values.
export function offer(select, choices) {
  select.append(...choices.map(([value, text]) => new Option(text, value)));
}
