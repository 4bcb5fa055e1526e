// The text alone on the screen. Escape leaves it, and so does whoever leaves the text by the tab key.

export class FullScreen {
  constructor({ room, editor }) {
    this.room = room;
    this.editor = editor;
    this.button = room.querySelector('[data-do="fullScreen"]');
    room.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.isOn) return;
      event.preventDefault();
      event.stopPropagation();
      this.set(false);
    }, { capture: true });
    room.addEventListener("focusout", ({ relatedTarget }) => {
      if (this.isOn && relatedTarget && !room.contains(relatedTarget) && !relatedTarget.closest("dialog")) this.set(false);
    });
  }

  get isOn() {
    return this.room.classList.contains("full-screen");
  }

  set(on) {
    this.room.classList.toggle("full-screen", on);
    document.body.classList.toggle("behind-full-screen", on);
    this.button.setAttribute("aria-pressed", on);
    this.room.scrollIntoView({ block: "nearest" });
  }

  toggle() {
    this.set(!this.isOn);
    this.editor.commands.focus();
  }
}
