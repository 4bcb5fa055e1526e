// Shows only the text on the screen. The Escape key ends this, and so does moving the focus out of the text.

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
