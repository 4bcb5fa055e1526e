// The buttons above the text. The Tab key stops at them once; the arrow keys move from button to button.

import { COMMANDS } from "./commands.js";

export class Toolbar {
  constructor(writing) {
    this.writing = writing;
    this.writing.dialog = (name) => writing.box.querySelector(`template[data-dialog="${name}"]`);
    this.bar = writing.room.querySelector("[role=toolbar]");
    this.ofTables = this.bar.querySelector("[data-in-table]");
    this.buttons = [...this.bar.querySelectorAll("button[data-do]")];
    for (const button of this.buttons) button.tabIndex = -1;
    this.buttons[0].tabIndex = 0;
    this.bar.addEventListener("click", (event) => this.press(event.target.closest("button")));
    // Without this line, the text would lose its selection when the user presses a button.
    this.bar.addEventListener("mousedown", (event) => event.preventDefault());
    this.bar.addEventListener("keydown", (event) => this.walk(event));
    writing.editor.view.dom.addEventListener("keydown", (event) => this.shortcut(event));
    this.refresh();
  }

  press(button) {
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const command = COMMANDS[button.dataset.do];
    if (command.ask) command.ask(this.writing);
    else command.run(this.writing.editor.chain().focus()).run();
  }

  shortcut(event) {
    if (event.altKey && event.key === "F10") {
      event.preventDefault();
      this.buttons.find((button) => button.tabIndex === 0).focus();
    } else if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      COMMANDS.link.ask(this.writing);
    }
  }

  walk(event) {
    const forward = getComputedStyle(this.bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    const seen = this.buttons.filter((button) => button.checkVisibility());
    const here = seen.indexOf(event.target);
    const there = { [forward]: here + 1, [back]: here - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") this.writing.editor.commands.focus();
    if (there === undefined) return;
    event.preventDefault();
    const next = seen.at(there % seen.length);
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  refresh() {
    const { editor } = this.writing;
    this.ofTables.hidden = !editor.isActive("table");
    for (const button of this.buttons) {
      const { run, isOn, isPossible } = COMMANDS[button.dataset.do];
      if (isOn) button.setAttribute("aria-pressed", isOn(editor));
      const possible = isPossible ? isPossible(editor) : !run || run(editor.can().chain()).run();
      button.setAttribute("aria-disabled", !possible);
    }
    if (this.buttons.every((button) => button.tabIndex < 0 || !button.checkVisibility())) this.buttons[0].tabIndex = 0;
  }
}
