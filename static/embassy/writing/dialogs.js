// Asks the user in a dialog. Resolves to the values of the fields by name, or to null if the user closed the dialog.
// `refused` returns the name of a field with a wrong value. Then the dialog stays open and shows the error there.

export function ask(template, fill = () => {}, refused = () => null) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  // The dialog is outside the form of the page, so that the Enter key does not submit that form.
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

// Adds the choices to a select, each as (value, text).
export function offer(select, choices) {
  select.append(...choices.map(([value, text]) => new Option(text, value)));
}
