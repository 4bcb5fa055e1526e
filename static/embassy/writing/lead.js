// Shows title and lead as in a feed while the user types. The part of the lead that feeds cut off looks different.

export class LeadCard {
  constructor(box) {
    this.box = box;
    this.textarea = box.querySelector("textarea");
    this.form = this.textarea.form;
    this.title = this.form.elements[this.textarea.name.replace(/lead$/, "title")];
    this.card = box.querySelector("template").content.firstElementChild.cloneNode(true);
    box.append(this.card);
    for (const input of [this.textarea, this.title]) input.addEventListener("input", () => this.show());
    this.form.addEventListener("spoken", () => this.show());
    this.show();
  }

  part(name) {
    return this.card.querySelector(`[data-${name}]`);
  }

  show() {
    const letters = [...this.textarea.value.trim().replace(/\s+/g, " ")];
    const longest = Number(this.box.dataset.longest);
    const words = this.part("words");
    words.lang = this.textarea.lang;
    words.dir = this.textarea.dir || "auto";
    this.part("title").textContent = this.title.value;
    this.part("within").textContent = letters.slice(0, longest).join("");
    this.part("beyond").textContent = letters.slice(longest).join("");
    this.part("cut").hidden = letters.length <= longest;
  }
}
