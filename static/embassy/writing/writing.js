// The rich text editor over the plain text box of an edition. The box stays in the form and holds what is sent; where
// this script does not run, it is written in as it is. A module, so that its names are its own.

import { Editor } from "../../django_prose_editor/editor.js";
import { FullScreen } from "./full-screen.js";
import { LeadCard } from "./lead.js";
import { pasting, Refusal } from "./pasting.js";
import { pictures } from "./parts.js";
import { Toolbar } from "./toolbar.js";
import { closed, opened, vocabulary } from "./vocabulary.js";

class Writing {
  constructor(box) {
    this.box = box;
    this.textarea = box.querySelector("textarea");
    this.form = this.textarea.form;
    this.room = box.querySelector("template[data-room]").content.firstElementChild.cloneNode(true);
    this.rightToLeft = box.dataset.rightToLeft.split(" ");
    this.textarea.before(this.room);
    this.editor = new Editor({
      element: this.room.querySelector("[data-text]"),
      extensions: vocabulary((digest) => this.drawn(digest), this.words("caption")),
      content: opened(box.dataset.html),
      injectCSS: false,
      enableInputRules: ["bulletList", "blockquote"],
      enablePasteRules: false,
      editorProps: {
        attributes: this.named(),
        handleDOMEvents: pasting((sent) => this.awaited(sent)),
        scrollThreshold: this.margin(),
        scrollMargin: this.margin(),
      },
      onUpdate: () => this.write(),
      onTransaction: () => this.toolbar?.refresh(),
    });
    this.began();
    this.toolbar = new Toolbar(this);
    this.fullScreen = new FullScreen(this);
    this.textarea.hidden = true;
    this.hold();
    this.settle();
    this.follow();
    this.speak();
    this.count();
  }

  words(name) {
    return this.room.querySelector(`template[data-${name}]`).content.textContent;
  }

  // The name and the description of the box, and the language of the text.
  named() {
    const label = this.textarea.labels[0];
    label.id ||= `${this.textarea.id}_label`;
    const attributes = { "aria-multiline": "true", "aria-labelledby": label.id, spellcheck: "true" };
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.textarea.hasAttribute(name)) attributes[name] = this.textarea.getAttribute(name);
    }
    label.addEventListener("click", () => this.editor.commands.focus());
    return attributes;
  }

  // How near to the edge of the window the caret may come: never behind the tools.
  margin() {
    const { room } = this;
    return {
      bottom: 10,
      left: 0,
      right: 0,
      get top() {
        const bar = room.querySelector("[role=toolbar]");
        return getComputedStyle(bar).position === "sticky" ? bar.offsetHeight + 10 : 10;
      },
    };
  }

  // What the box says now, and how the editor would write that: as long as nothing else is written, the box stays.
  began() {
    this.asOpened = { typed: this.textarea.value, html: closed(this.editor.getHTML()) };
  }

  write() {
    const html = closed(this.editor.getHTML());
    this.writes = true;
    this.textarea.value = html === this.asOpened.html ? this.asOpened.typed : html;
    this.textarea.dispatchEvent(new Event("input", { bubbles: true }));
    this.writes = false;
    this.count();
  }

  follow() {
    // A copy is taken up, or the browser has kept what stood in the box.
    this.textarea.addEventListener("input", () => this.writes || this.read());
    if (this.textarea.value !== this.textarea.defaultValue) this.read();
    this.language?.addEventListener("change", () => this.speak());
  }

  async read() {
    const typed = this.textarea.value;
    try {
      const html = await this.cleaned({ typed });
      if (typed !== this.textarea.value) return;
      this.editor.commands.setContent(opened(html), { emitUpdate: false });
      this.began();
      this.count();
    } catch {
      // The plain box takes everything.
      this.editor.destroy();
      this.room.remove();
      this.textarea.hidden = false;
    }
  }

  // What the server makes of something typed or pasted.
  async cleaned(sent) {
    const body = new URLSearchParams(sent);
    const headers = { "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value };
    const answer = await fetch(this.box.dataset.clean, { method: "POST", body, headers });
    if (answer.status === 400) this.say(await answer.text());
    if (!answer.ok) throw new Refusal(answer.statusText, answer.status === 400);
    this.say("");
    return (await answer.json()).html;
  }

  say(words) {
    this.room.querySelector("[data-said]").textContent = words;
  }

  // What is being cleaned belongs to the text: nothing is sent before it stands there.
  async awaited(sent) {
    this.waitFor(+1);
    try {
      return await this.cleaned(sent);
    } finally {
      setTimeout(() => {
        this.waitFor(-1);
        if (!this.waitedFor && this.held) this.form.requestSubmit(this.held.submitter);
      });
    }
  }

  waitFor(more) {
    this.waitedFor += more;
    this.room.setAttribute("aria-busy", this.waitedFor > 0);
  }

  hold() {
    this.waitedFor = 0;
    this.form.addEventListener("submit", (event) => {
      this.held = this.waitedFor ? event : null;
      if (this.held) event.preventDefault();
    });
  }

  // When the text has got the focus, the editor puts the caret back to where it was, a frame or 20 ms later. From then
  // on a caret that is moved stays, and whatever program writes for somebody can begin.
  settle() {
    const { view } = this.editor;
    const settled = () => this.room.toggleAttribute("data-caret", view.hasFocus());
    this.room.addEventListener("focusin", ({ target }) => {
      if (target === view.dom) requestAnimationFrame(() => setTimeout(settled, 20));
    });
    this.room.addEventListener("focusout", () => this.room.removeAttribute("data-caret"));
  }

  get language() {
    const found = this.form.elements[this.textarea.name.replace(/body$/, "language")];
    return found?.tagName === "SELECT" ? found : null;
  }

  get spoken() {
    return this.language?.value || this.textarea.lang;
  }

  directionOf(language) {
    return this.rightToLeft.includes(language.split("-")[0]) ? "rtl" : "ltr";
  }

  // Title, lead and text are in the language of the edition.
  speak() {
    const inputs = ["title", "lead", "place"].map((name) => this.form.elements[this.textarea.name.replace(/body$/, name)]);
    for (const element of [this.editor.view.dom, this.textarea, ...inputs.filter(Boolean)]) {
      element.lang = this.spoken;
      element.dir = this.directionOf(this.spoken);
    }
    this.form.dispatchEvent(new Event("spoken"));
  }

  count() {
    const { doc } = this.editor.state;
    const segmenter = new Intl.Segmenter(this.spoken || undefined, { granularity: "word" });
    const found = [...segmenter.segment(doc.textBetween(0, doc.content.size, "\n"))].filter((part) => part.isWordLike);
    this.room.querySelector("[data-words]").textContent = found.length.toLocaleString(document.documentElement.lang);
  }

  drawn(digest) {
    const figure = document.createElement("figure");
    const shown = pictures(this.form).find((picture) => picture.digest === digest);
    figure.contentEditable = "false";
    if (!shown) {
      figure.textContent = this.words("missing");
      return figure;
    }
    const image = document.createElement("img");
    image.src = this.box.dataset.picture.replace("DIGEST", digest);
    image.alt = shown.alt;
    const caption = document.createElement("figcaption");
    caption.textContent = shown.caption;
    figure.append(image, caption);
    return figure;
  }
}

const ready = (box) => !box.querySelector("textarea").name.includes("__prefix__");

for (const card of [...document.querySelectorAll("[data-lead]")].filter(ready)) new LeadCard(card);
for (const box of [...document.querySelectorAll("[data-writing]")].filter(ready)) new Writing(box);
