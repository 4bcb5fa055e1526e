// Replaces the plain text box of an edition by the rich text editor. The hidden box stays in the form, and its text is
// sent. Without this script, users write in the box itself.

import { Editor } from "../../django_prose_editor/editor.js";
import { FullScreen } from "./full-screen.js";
import { LeadCard } from "./lead.js";
import { Original } from "./original.js";
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
    const original = box.parentElement.querySelector("[data-original]");
    if (original) new Original(this, original);
  }

  words(name) {
    return this.room.querySelector(`template[data-${name}]`).content.textContent;
  }

  // The attributes of the editor: it has the same label, description and error mark as the box.
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

  // How close the caret may come to the edges of the window. It must not be hidden behind the tools.
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

  // Remember the text of the box, and the HTML that the editor makes of it. As long as the editor has this HTML, the
  // box keeps its text.
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
    // Read the box again if draft-copy.js puts a copy into it, or if the browser has restored its text.
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
      // The server does not accept the text, but the plain text box can show it.
      this.editor.destroy();
      this.room.remove();
      this.textarea.hidden = false;
    }
  }

  // The HTML that the server makes of a typed or pasted text.
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

  // Like cleaned(), but the form is not sent until the cleaned text is in the editor.
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

  // After the text has got the focus, the editor moves the caret to its earlier place, a frame or 20 ms later. Then
  // data-caret is set: from now on, programs (such as tests) can move the caret and write.
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

  // Set the language and the direction of the text and the other inputs to those of the edition.
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
