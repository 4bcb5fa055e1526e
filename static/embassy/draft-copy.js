// Keeps a copy of the typed text in this browser and on the server until the desk has saved the text. If it was not
// saved, the page offers the copy. This script is a module, so that its names do not clash with those of other scripts.

const PREFIX = "draft-copy:";
const PAUSE = 1000;
// In milliseconds: while the user types without a pause, a copy is made this often. The server gets copies no faster.
const LONGEST_PAUSE = 2000;
const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;
const MOST_ROWS = 20;
const TEXT_INPUTS = new Set([
  "text", "email", "url", "search", "tel", "number", "date", "time", "datetime-local",
]);
// The inputs that say which stored text the form began with. A copy keeps them: without them, a copy that is put back
// into the form would overwrite later changes.
const ORIGIN = /^(shown|status_shown)$|-shows$/;

// The copies whose names begin with `page`, the newest first. Copies that are too old or cannot be read are deleted.
function copiesOf(page) {
  const found = [];
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(page))) {
    try {
      const { at, typed, origin } = JSON.parse(localStorage.getItem(key));
      if (!Number.isFinite(at) || Date.now() - at > KEPT_FOR) throw new RangeError("too old");
      found.push({ key, at, typed: Object.entries(typed), origin: Object.entries(origin) });
    } catch {
      localStorage.removeItem(key);
    }
  }
  return found.sort((one, other) => other.at - one.at);
}

// The page after a save names the copy of the saved text. Delete this copy, and other copies with the same values:
// another page, whose form lacks some of their fields, would offer them as "not saved".
function forgetSaved() {
  for (const { dataset } of document.querySelectorAll("[data-draft-saved]")) {
    const key = dataset.draftSaved;
    if (!key.startsWith(PREFIX)) continue;
    const copies = copiesOf(key.slice(0, key.lastIndexOf(":") + 1));
    const saved = copies.find((copy) => copy.key === key);
    localStorage.removeItem(key);
    for (const copy of copies) if (saved && sameValues(copy.typed, saved.typed)) localStorage.removeItem(copy.key);
  }
}

// An instant in the site's format, in the time of the host city: "26 January 2022, 23:50 (Tavelle)".
function inWords(instant, { zone, city, dateTime }) {
  const parts = new Intl.DateTimeFormat(`${document.documentElement.lang}-u-nu-latn`, {
    timeZone: zone, day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(instant);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  const letters = { j: part.day, F: part.month, Y: part.year, H: part.hour, i: part.minute };
  return `${dateTime.replace(/[jFYHi]/g, (letter) => letters[letter])} (${city})`;
}

// The name of a page: the user, the path, and for a new edition its statement and its language.
function nameOfPage(user) {
  const asked = new URLSearchParams(location.search);
  const subject = ["statement", "language"].map((name) => asked.get(name) || "").join(":");
  return `${PREFIX}${user}:${location.pathname}:${subject}:`;
}

// A form numbers its rows by their places on the page. A copy names a stored row by its id, and a new row by its place
// among the new rows.
function nameOf(element) {
  const found = element.name.match(/^([a-z_]+)-(\d+)-(\w+)$/);
  if (!found) return element.name;
  const [, rows, number, field] = found;
  const id = element.form.elements[`${rows}-${number}-id`];
  const before = Number(element.form.elements[`${rows}-INITIAL_FORMS`]?.value || 0);
  return `${rows}-${id?.value ? `#${id.value}` : `+${number - before}`}-${field}`;
}

function isTyped(element) {
  if (!element.name || element.name.includes("__prefix__")) return false;
  return ["TEXTAREA", "SELECT"].includes(element.tagName) || TEXT_INPUTS.has(element.type);
}

function isOrigin(element) {
  return element.type === "hidden" && ORIGIN.test(element.name) && !element.name.includes("__prefix__");
}

// The values of an input, each with its text. The text is kept because a new page does not have the options that were
// found in a long list.
function valuesOf(element) {
  if (element.tagName !== "SELECT") return [[element.value, ""]];
  return [...element.selectedOptions].map((option) => [option.value, option.text]);
}

function fill(element, values) {
  if (element.tagName !== "SELECT") {
    element.value = values[0][0];
  } else {
    for (const option of element.options) option.selected = false;
    for (const [value, text] of values) {
      const option = [...element.options].find((one) => one.value === value);
      if (option) option.selected = true;
      else element.add(new Option(text, value, true, true));
    }
  }
  element.dispatchEvent(new Event("input", { bubbles: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

// The text of a value for readers: without tags, if the editor has written HTML.
function asRead(value) {
  if (!/^<[a-z]/.test(value)) return value;
  const apart = value.replace(/<br>|<\/(p|h2|h3|li|caption|td|th)>/g, "$&\n");
  return new DOMParser().parseFromString(apart, "text/html").body.textContent;
}

const sameValues = (one, other) => JSON.stringify(one) === JSON.stringify(other);

class Draft {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.page = nameOfPage(place.dataset.user);
    const marker = this.form.elements.draft_copy;
    // A form that is shown again because it was not saved keeps its copy. Its whole text is unsaved.
    this.resumed = marker.value.startsWith(this.page);
    this.key = this.resumed ? marker.value : `${this.page}${Date.now()}${Math.random().toString().slice(1)}`;
    marker.value = this.key;
    this.opened = this.typed();
    this.leaving = false;
  }

  // The copies on the server, without those that this browser has, too.
  served() {
    const found = [];
    for (const { dataset, content } of this.place.querySelectorAll("template[data-kept]")) {
      const { at, typed, origin } = JSON.parse(content.textContent);
      if (localStorage.getItem(dataset.kept)) continue;
      found.push({ key: dataset.kept, at, typed: Object.entries(typed ?? {}), origin: Object.entries(origin ?? {}) });
    }
    return found;
  }

  // Send the newest copy to the server, one request at a time. Of the copies made meanwhile, only the last is sent.
  async serve(content) {
    this.next = content;
    if (this.serving) return;
    this.serving = true;
    while (this.next !== undefined && !this.leaving) {
      const sent = this.next;
      this.next = undefined;
      await this.post(this.key, sent);
      await new Promise((go) => { setTimeout(go, LONGEST_PAUSE); });
    }
    this.serving = false;
  }

  message(key, content) {
    const csrfmiddlewaretoken = this.form.elements.csrfmiddlewaretoken.value;
    return new URLSearchParams({ csrfmiddlewaretoken, form: this.place.dataset.form, key, content });
  }

  async post(key, content) {
    this.request = new AbortController();
    try {
      const body = this.message(key, content);
      const answer = await fetch(this.place.dataset.keep, { method: "POST", body, signal: this.request.signal });
      this.place.querySelector("[data-writing-now]").textContent = (await answer.json()).writing;
    } catch {
      // Without a network or a session, there is still the copy in this browser.
    }
  }

  named(wanted) {
    return new Map([...this.form.elements].filter(wanted).map((element) => [nameOf(element), element]));
  }

  typed() {
    return Object.fromEntries([...this.named(isTyped)].map(([name, element]) => {
      const label = element.labels?.[0]?.textContent.trim().replace(/:$/, "") || name;
      return [name, { label, values: valuesOf(element) }];
    }));
  }

  origin() {
    return Object.fromEntries([...this.named(isOrigin)].map(([name, element]) => [name, element.value]));
  }

  hasUnsaved() {
    return this.resumed || JSON.stringify(this.typed()) !== JSON.stringify(this.opened);
  }

  keep() {
    clearTimeout(this.waiting);
    this.since = undefined;
    if (!this.hasUnsaved()) {
      localStorage.removeItem(this.key);
      this.copied("");
      return;
    }
    const copy = JSON.stringify({ at: Date.now(), typed: this.typed(), origin: this.origin() });
    this.copied(copy);
    try {
      localStorage.setItem(this.key, copy);
    } catch {
      if (!this.full) this.say("full");
      this.full = true;
    }
  }

  // Send the copy, unless only its time differs from that of the last one sent.
  copied(copy) {
    const told = copy.replace(/"at":\d+,/, "");
    if (told === (this.told ?? "")) return;
    this.told = told;
    this.serve(copy);
  }

  watch() {
    const later = () => {
      this.since ??= Date.now();
      clearTimeout(this.waiting);
      const left = this.since + LONGEST_PAUSE - Date.now();
      this.waiting = setTimeout(() => this.keep(), Math.max(0, Math.min(PAUSE, left)));
    };
    this.form.addEventListener("input", later);
    this.form.addEventListener("change", later);
    this.form.addEventListener("submit", () => {
      // When the server saves the form, it deletes its copy. A copy that arrived after that would stay.
      this.leaving = true;
      this.request?.abort();
      this.keep();
    });
    addEventListener("pagehide", () => {
      this.keep();
      const kept = localStorage.getItem(this.key);
      if (kept && !this.leaving) navigator.sendBeacon(this.place.dataset.keep, this.message(this.key, kept));
    });
    addEventListener("pageshow", () => { this.leaving = false; });
    addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.hasUnsaved()) event.preventDefault();
    });
  }

  // Offer the copies of other visits to this page. A copy that has the same text as the page is deleted.
  offer() {
    for (const copy of [...copiesOf(this.page), ...this.served()].filter(({ key }) => key !== this.key)) {
      const fields = this.named(isTyped);
      const differing = copy.typed.filter(([name, { values }]) => {
        const element = fields.get(name);
        return element ? !sameValues(values, valuesOf(element)) : values.some(([value]) => value);
      });
      if (differing.length) this.place.append(this.box(copy, differing));
      else this.forget(copy);
    }
  }

  box(copy, differing) {
    const box = this.place.querySelector("template[data-offer]").content.firstElementChild.cloneNode(true);
    const when = new Date(copy.at);
    const time = box.querySelector("[data-when]");
    time.dateTime = when.toISOString();
    time.textContent = inWords(when, this.place.dataset);
    const began = Object.fromEntries(copy.origin).shown;
    box.querySelector("[data-changed]").hidden = !this.form.elements.shown || began === this.form.elements.shown.value;
    this.list(box, differing);
    box.querySelector("[data-take]").hidden = !this.named(isTyped).size;
    box.querySelector("[data-placeless]").hidden = this.named(isTyped).size > 0;
    box.querySelector("[data-take]").addEventListener("click", () => this.takeUp(copy, box));
    box.querySelector("[data-throw]").addEventListener("click", () => this.throwAway(copy, box));
    return box;
  }

  list(box, fields) {
    const terms = fields.flatMap(([, { label, values }]) => {
      const term = document.createElement("dt");
      const words = document.createElement("dd");
      term.textContent = label;
      words.textContent = values.map(([value, text]) => text || asRead(value)).join(", ");
      return [term, words];
    });
    box.querySelector("dl").replaceChildren(...terms);
  }

  takeUp(copy, box) {
    for (const [name] of copy.typed) this.makeRoomFor(name);
    const fields = this.named(isTyped);
    const origins = this.named(isOrigin);
    for (const [name, value] of copy.origin) if (origins.has(name)) origins.get(name).value = value;
    for (const [name, { values }] of copy.typed) if (fields.has(name)) fill(fields.get(name), values);
    this.keep();
    const placeless = copy.typed.filter(([name, { values }]) => !fields.has(name) && values.some(([value]) => value));
    if (placeless.length) {
      this.list(box, placeless);
      box.querySelector("[data-placeless]").hidden = false;
      box.querySelector("[data-take]").hidden = true;
      box.querySelector("details").open = true;
    } else {
      this.close(copy, box);
    }
    this.say("taken");
    this.focusOn(copy.typed.map(([name]) => fields.get(name)).find(Boolean));
  }

  // The page has no rows for new pictures or files until the user adds them. Add the row that this input is in.
  makeRoomFor(name) {
    const row = name.match(/^([a-z_]+)-\+(\d+)-/);
    if (!row) return;
    const more = this.form.querySelector(`#${row[1]}-group .add-row a`);
    for (let added = 0; more && added < MOST_ROWS && !this.named(isTyped).has(name); added += 1) more.click();
  }

  throwAway(copy, box) {
    this.close(copy, box);
    this.say("thrown");
    this.focusOn([...this.named(isTyped).values()][0]);
  }

  forget(copy) {
    localStorage.removeItem(copy.key);
    this.post(copy.key, "");
  }

  close(copy, box) {
    this.forget(copy);
    box.remove();
  }

  focusOn(element) {
    const target = element || document.querySelector("#content-main");
    if (!element) target.tabIndex = -1;
    target.focus();
  }

  say(what) {
    this.place.querySelectorAll("p[data-said]").forEach((words) => words.remove());
    const words = this.place.querySelector(`template[data-${what}]`).content.firstElementChild.cloneNode(true);
    words.dataset.said = "";
    this.place.append(words);
  }
}

function begin() {
  // Without this script, the sign-in page carries the typed text along. With it, this browser keeps the copy instead.
  for (const words of document.querySelectorAll("[data-with-script]")) words.hidden = false;
  for (const part of document.querySelectorAll("[data-without-script]")) part.remove();
  forgetSaved();
  copiesOf(PREFIX);
  const place = document.querySelector("[data-draft-copies]");
  if (!place) return;
  const draft = new Draft(place);
  draft.offer();
  draft.watch();
}

begin();
