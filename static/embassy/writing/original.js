// The original beside a translation. The paragraph with the same number as the one being read or written is marked, and
// scrolled to the same height.

// The line of reading, as a share of the window's height from its top.
const READING = 0.3;

export class Original {
  constructor(writing, shown) {
    this.editor = writing.editor;
    this.shown = shown;
    this.paragraphs = [...(shown.querySelector(".body-as-read") ?? shown).children];
    const soon = () => {
      cancelAnimationFrame(this.frame);
      this.frame = requestAnimationFrame(() => this.follow());
    };
    addEventListener("scroll", soon, { passive: true });
    addEventListener("resize", soon);
    this.editor.on("transaction", soon);
    soon();
  }

  get translated() {
    return [...this.editor.view.dom.children];
  }

  // The number of the paragraph with the caret or, if nobody is writing, of the paragraph that is being read.
  get place() {
    const { state, view } = this.editor;
    if (view.hasFocus()) return state.selection.$from.index(0);
    const line = innerHeight * READING;
    return this.translated.findLastIndex((block) => block.getBoundingClientRect().top <= line);
  }

  follow() {
    const place = Math.min(Math.max(this.place, 0), this.paragraphs.length - 1);
    const [original, translation] = [this.paragraphs[place], this.translated[place]];
    for (const each of this.paragraphs) each.classList.toggle("is-translated", each === original);
    if (!original || !translation) return;
    const apart = original.getBoundingClientRect().top - translation.getBoundingClientRect().top;
    this.shown.scrollTop += apart;
  }
}
