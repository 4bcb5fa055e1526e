// Asks something in a dialog of its own; resolves to the fields' values by name, or to null if it was closed. An answer
// that `refused` finds wrong is asked for again: in its place in the dialog it is said what is.

export function ask(template, fill = () => {}, refused = () => null) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  // Outside the form of the page, so that the enter key answers the dialog alone.
  document.body.append(dialog);
  fill(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.querySelector("form").addEventListener("submit", (event) => {
      const pressed = event.submitter?.value ?? "";
      const answer = { ...Object.fromEntries(new FormData(event.target)), pressed };
      if (pressed === "close") return;
      const wrong = refused(answer);
      if (!wrong) return resolve(answer);
      event.preventDefault();
      refuse(dialog, wrong);
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
  });
}

function refuse(dialog, name) {
  const input = dialog.querySelector(`[name=${name}]`);
  const said = dialog.querySelector(`#${input.getAttribute("aria-describedby")}`);
  said.textContent = said.dataset.refusal;
  input.setAttribute("aria-invalid", "true");
  input.focus();
}

// Offers what can be chosen, as options with their values.
export function offer(select, choices) {
  select.append(...choices.map(([value, text]) => new Option(text, value)));
}
