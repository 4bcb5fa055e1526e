// The commands of the buttons. A command has `run`, or `ask` if it opens a dialog or acts on its own. `isOn` says if
// its button is pressed. `isPossible` says if the command can be used now; without it, `run` is tried to find out.

import { ask, offer } from "./dialogs.js";
import { files, pictures } from "./parts.js";

const BLOCKS = ["paragraph", "heading", "part"];
// "Ysolde Karamin:" at the beginning of a question or an answer.
const NAME = /^[^:.!?]{1,60}:/;

// A link can lead to another site, an e-mail address, a telephone number, or a page of this site (from its root).
const LINKABLE = /^(https?:\/\/|mailto:|tel:|\/(?![\/\\]))/i;

const cells = (type, number) => Array.from({ length: number }, () => ({ type, content: [{ type: "paragraph" }] }));
const row = (type) => ({ type: "tableRow", content: cells(type, 3) });
const TABLE = {
  type: "tableBox",
  content: [
    { type: "caption" },
    { type: "table", content: [row("tableHeader"), row("tableCell"), row("tableCell")] },
  ],
};

// After a table is inserted, the caret is in its last cell. Move it to the first cell, where the user begins to write.
function toFirstCell({ tr, commands }) {
  const { $from } = tr.selection;
  const depths = Array.from({ length: $from.depth + 1 }, (_nothing, depth) => depth);
  const depth = depths.find((each) => $from.node(each).type.name === "table");
  // Three positions further in: into the first row, into its first cell, and into the paragraph in that cell.
  return depth === undefined || commands.setTextSelection($from.start(depth) + 3);
}

const simple = (name, ...given) => ({ run: (chain) => chain[name](...given) });
const toggle = (command, ...called) => ({
  run: (chain) => chain[command](...(called.length > 1 ? [called[1]] : [])),
  isOn: (editor) => editor.isActive(...called),
});
const toggledPart = (part) => ({
  run: (chain) => chain.toggleNode("part", "paragraph", { part }),
  isOn: (editor) => editor.isActive("part", { part }),
});

const whole = (address) => {
  if (/^www\./i.test(address)) return `https://${address}`;
  return /^[^\s/:]+@[^\s/:]+$/.test(address) ? `mailto:${address}` : address;
};

async function link({ editor, dialog }) {
  const now = editor.getAttributes("link");
  const answer = await ask(dialog("link"), (box) => {
    box.querySelector("[name=href]").value = now.href ?? "";
    box.querySelector("[name=hreflang]").value = now.hreflang ?? "";
    box.querySelector("[data-unlink]").hidden = !now.href;
  }, ({ href, pressed }) => {
    const address = whole(href.trim());
    return pressed !== "unlink" && address && !LINKABLE.test(address) ? "href" : null;
  });
  const chain = editor.chain().focus();
  if (!answer) return chain.run();
  chain.extendMarkRange("link");
  const href = whole(answer.href.trim());
  if (answer.pressed === "unlink" || !href) return chain.unsetLink().run();
  return linked(editor, chain, href, answer.hreflang, href.replace(/^(mailto|tel):/, ""));
}

// Makes a link of the selected words. If no words are selected, inserts `words` as the link.
function linked(editor, chain, href, hreflang, words) {
  const attrs = { href, hreflang: hreflang || null };
  if (!editor.state.selection.empty || editor.isActive("link")) return chain.setLink(attrs).run();
  return chain.insertContent({ type: "text", text: words, marks: [{ type: "link", attrs }] }).run();
}

async function file({ editor, form, dialog }) {
  const found = files(form);
  const answer = await ask(dialog("file"), (box) => {
    box.classList.toggle("has-none", !found.length);
    offer(box.querySelector("select"), found.map(({ title }, place) => [place, title]));
  });
  const chain = editor.chain().focus();
  const chosen = found[answer?.file];
  return chosen ? linked(editor, chain, chosen.address, chosen.language, chosen.title) : chain.run();
}

async function picture({ editor, form, dialog, box: { dataset } }) {
  const found = pictures(form);
  const answer = await ask(dialog("picture"), (box) => {
    box.classList.toggle("has-none", !found.length);
    const model = box.querySelector("[data-choice]");
    for (const [place, { digest, alt, caption }] of found.entries()) {
      const choice = model.cloneNode(true);
      const input = choice.querySelector("input");
      input.value = digest;
      input.checked = place === 0;
      choice.querySelector("img").src = dataset.picture.replace("DIGEST", digest);
      choice.querySelector("span").textContent = caption || alt || place + 1;
      model.before(choice);
    }
    model.remove();
  });
  const chain = editor.chain().focus();
  if (!answer?.picture) return chain.run();
  chain.insertContent({ type: "place", attrs: { digest: answer.picture } }).run();
  // If the picture stayed selected, the next typed letter would replace it.
  return editor.state.selection.node ? editor.chain().createParagraphNear().scrollIntoView().run() : true;
}

// Sets the language of a phrase if a part of one block is selected, otherwise the language of whole blocks.
async function language(writing) {
  const { editor, dialog } = writing;
  const { $from, $to, empty } = editor.state.selection;
  const isPhrase = !empty && $from.sameParent($to) && $to.pos - $from.pos < $from.parent.content.size;
  const now = isPhrase ? editor.getAttributes("phrase") : $from.parent.attrs;
  const answer = await ask(dialog("language"), (box) => {
    box.querySelector("[name=lang]").value = now.lang ?? "";
    box.querySelector("[name=dir]").value = now.dir ?? "";
  });
  const chain = editor.chain().focus();
  if (!answer) return chain.run();
  const lang = answer.lang || null;
  const turns = lang && writing.directionOf(lang) !== writing.directionOf(writing.spoken);
  const dir = answer.dir || (turns ? writing.directionOf(lang) : null);
  if (!isPhrase) return BLOCKS.reduce((so, type) => so.updateAttributes(type, { lang, dir }), chain).run();
  return (lang || dir ? chain.setMark("phrase", { lang, dir }) : chain.unsetMark("phrase")).run();
}

const speaksOtherwise = (editor) => {
  const { lang, dir } = editor.state.selection.$from.parent.attrs;
  return Boolean(lang || dir) || editor.isActive("phrase");
};

// Marks the selected words as the speaker's name. If nothing is selected, marks the words before the colon.
function speaker({ editor }) {
  const { $from, from, to, empty } = editor.state.selection;
  const name = NAME.exec($from.parent.textContent);
  const chain = editor.chain().focus();
  if (empty && name) chain.setTextSelection({ from: $from.start(), to: $from.start() + name[0].length });
  return chain.toggleMark("speaker").setTextSelection({ from, to }).run();
}

export const COMMANDS = {
  heading: toggle("toggleHeading", "heading", { level: 2 }),
  subheading: toggle("toggleHeading", "heading", { level: 3 }),
  question: toggledPart("question"),
  answer: toggledPart("answer"),
  speaker: {
    ask: speaker,
    isOn: (editor) => editor.isActive("speaker"),
    isPossible: (editor) => editor.isActive("part"),
  },
  bold: toggle("toggleBold", "bold"),
  italic: toggle("toggleItalic", "italic"),
  superscript: toggle("toggleSuperscript", "superscript"),
  subscript: toggle("toggleSubscript", "subscript"),
  bullets: toggle("toggleBulletList", "bulletList"),
  numbers: toggle("toggleOrderedList", "orderedList"),
  quotation: toggle("toggleBlockquote", "blockquote"),
  rule: simple("setHorizontalRule"),
  table: {
    run: (chain) => chain.insertContent(TABLE).command(toFirstCell),
    isPossible: (editor) => !editor.isActive("table") && !editor.isActive("caption"),
  },
  link: { ask: link, isOn: (editor) => editor.isActive("link") },
  file: { ask: file },
  picture: { ask: picture },
  language: { ask: language, isOn: speaksOtherwise },
  plain: { run: (chain) => chain.unsetAllMarks(), isPossible: () => true },
  undo: simple("undo"),
  redo: simple("redo"),
  fullScreen: { ask: ({ fullScreen }) => fullScreen.toggle() },
  rowBefore: simple("addRowBefore"),
  rowAfter: simple("addRowAfter"),
  deleteRow: simple("deleteRow"),
  columnBefore: simple("addColumnBefore"),
  columnAfter: simple("addColumnAfter"),
  deleteColumn: simple("deleteColumn"),
  headRow: simple("toggleHeaderRow"),
  headColumn: simple("toggleHeaderColumn"),
  mergeCells: simple("mergeOrSplit"),
  deleteTable: simple("deleteNode", "tableBox"),
};
