// The editor knows the same elements as the server keeps, so a text that is loaded and saved again does not change.
// The server decides which elements these are: see richtext/body.py.

import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Extension, Gapcursor, HardBreak, Heading, History, HorizontalRule,
  Italic, Link, ListItem, Mark, Node, OrderedList, Paragraph, Subscript, Superscript, Table, TableCell, TableHeader,
  TableRow, Text, mergeAttributes,
} from "../../django_prose_editor/editor.js";

const DIGEST = /^[0-9a-f]{64}$/;
// The addresses that are accepted in a link: web and e-mail addresses, telephone numbers, addresses without a scheme.
const ADDRESS = /^(https?:|mailto:|tel:|[^a-z]|[a-z0-9+.-]+([^a-z+.:-]|$))/i;
const BLOCKS_WITH_A_LANGUAGE = [
  "paragraph", "heading", "part", "bulletList", "orderedList", "listItem", "blockquote", "table", "tableRow",
  "tableCell", "tableHeader",
];

const plainAttribute = (name) => ({
  default: null,
  parseHTML: (element) => element.getAttribute(name) || null,
  renderHTML: (attributes) => (attributes[name] ? { [name]: attributes[name] } : {}),
});

// Headings, questions and answers (group "top") are allowed only at the top level, not in lists, quotations or cells.
const Body = Document.extend({ content: "(block | top)+" });

export const Language = Extension.create({
  name: "language",
  addGlobalAttributes() {
    const attributes = { lang: plainAttribute("lang"), dir: plainAttribute("dir") };
    return [{ types: BLOCKS_WITH_A_LANGUAGE, attributes }];
  },
});

const Part = Node.create({
  name: "part",
  group: "top",
  content: "inline*",
  defining: true,
  addAttributes() {
    return {
      part: {
        default: "question",
        parseHTML: (element) => element.dataset.part,
        renderHTML: ({ part }) => ({ "data-part": part }),
      },
    };
  },
  parseHTML() {
    return ["question", "answer"].map((part) => ({ tag: `p[data-part=${part}]`, priority: 1001 }));
  },
  renderHTML({ HTMLAttributes }) {
    return ["p", HTMLAttributes, 0];
  },
  addKeyboardShortcuts() {
    return {
      // After a question or a paragraph of an answer, Enter begins a new paragraph of the answer.
      Enter: ({ editor }) => editor.isActive("part")
        && editor.chain().splitBlock({ keepMarks: false }).setNode("part", { part: "answer" }).run(),
      // In an empty question or answer, Backspace turns it into a plain paragraph.
      Backspace: ({ editor }) => editor.isActive("part") && !editor.state.selection.$from.parent.content.size
        && editor.commands.setNode("paragraph"),
    };
  },
});

const Place = Node.create({
  name: "place",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes() {
    return {
      digest: {
        default: null,
        parseHTML: (element) => element.dataset.picture,
        renderHTML: ({ digest }) => ({ "data-picture": digest }),
      },
    };
  },
  parseHTML() {
    const getAttrs = (element) => (DIGEST.test(element.dataset.picture) ? null : false);
    return [{ tag: "figure[data-picture]", getAttrs }];
  },
  renderHTML({ HTMLAttributes }) {
    return ["figure", HTMLAttributes];
  },
  addNodeView() {
    return ({ node }) => ({ dom: this.options.drawn(node.attrs.digest) });
  },
});

// A table and the line for its caption. ProseMirror's tables can contain only rows, so a box holds the caption and the
// table. `opened` adds this box, and `closed` removes it.
const TableBox = Node.create({
  name: "tableBox",
  group: "block",
  content: "caption table",
  isolating: true,
  parseHTML() {
    return [{ tag: "div[data-table]" }];
  },
  renderHTML() {
    return ["div", { "data-table": "" }, 0];
  },
});

const Caption = Node.create({
  name: "caption",
  content: "inline*",
  parseHTML() {
    return [{ tag: "p[data-caption]", priority: 1001 }];
  },
  renderHTML() {
    return ["p", { "data-caption": this.options.named }, 0];
  },
  addKeyboardShortcuts() {
    return { Enter: ({ editor }) => editor.isActive("caption") };
  },
});

const BodyTable = Table.extend({
  group: "table",
  addNodeView: null,
  renderHTML({ HTMLAttributes }) {
    return ["table", HTMLAttributes, ["tbody", 0]];
  },
  addKeyboardShortcuts() {
    return {
      // In the last cell, the Tab key leads out of the text, so that keyboard users can leave a table.
      Tab: ({ editor }) => editor.commands.goToNextCell(),
      "Shift-Tab": ({ editor }) => editor.commands.goToPreviousCell(),
    };
  },
});

const spans = (name) => ({
  default: 1,
  parseHTML: (element) => Number(element.getAttribute(name)) || 1,
  renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] } : {}),
});
const cellAttributes = () => ({
  colspan: spans("colspan"),
  rowspan: spans("rowspan"),
  colwidth: { default: null, rendered: false },
});
const cell = (extension, tag) => extension.extend({
  addAttributes: cellAttributes,
  renderHTML({ HTMLAttributes }) {
    return [tag, HTMLAttributes, 0];
  },
});

const List = OrderedList.extend({
  addNodeView: null,
  addAttributes() {
    return {
      start: {
        default: 1,
        parseHTML: (element) => Number(element.getAttribute("start")) || 1,
        renderHTML: ({ start }) => (start > 1 ? { start } : {}),
      },
      type: {
        default: null,
        parseHTML: (element) => (/^[aAiI]$/.test(element.getAttribute("type")) ? element.getAttribute("type") : null),
        renderHTML: ({ type }) => (type ? { type } : {}),
      },
    };
  },
  renderHTML({ HTMLAttributes }) {
    return ["ol", HTMLAttributes, 0];
  },
}).configure({ enableListAttributes: false });

const BodyLink = Link.extend({
  addAttributes() {
    return { href: plainAttribute("href"), hreflang: plainAttribute("hreflang") };
  },
  renderHTML({ HTMLAttributes }) {
    return ["a", HTMLAttributes, 0];
  },
  addKeyboardShortcuts: null,
}).configure({ autolink: false, linkOnPaste: false, openOnClick: false, isAllowedUri: (href) => ADDRESS.test(href) });

const mark = (name, tag, attributes = {}, more = {}) => Mark.create({
  name,
  inclusive: name !== "speaker",
  addAttributes: () => attributes,
  parseHTML: () => [{ tag, priority: 1001 }],
  renderHTML({ HTMLAttributes }) {
    return [tag.replace(/\[.*/, ""), mergeAttributes(HTMLAttributes, more), 0];
  },
});

const Phrase = Mark.create({
  name: "phrase",
  addAttributes: () => ({ lang: plainAttribute("lang"), dir: plainAttribute("dir") }),
  parseHTML: () => [{ tag: "span[lang]" }, { tag: "span[dir]" }],
  renderHTML({ HTMLAttributes }) {
    return ["span", HTMLAttributes, 0];
  },
});

const Speaker = mark("speaker", "b[data-speaker]", {}, { "data-speaker": "" });

// The marks from the outermost to the innermost, in the same order as richtext/inline.py writes them.
const MARKS = [
  BodyLink, Phrase, mark("abbreviation", "abbr", { title: plainAttribute("title") }), mark("work", "cite"),
  mark("quoted", "q"), Speaker, Bold, Italic, Subscript, Superscript,
];
const ALL_BUT_THE_SPEAKER = MARKS.map((extension) => extension.name).filter((name) => name !== "speaker").join(" ");

// `drawn` returns the element for a picture's digest. `captioned` is the text that an empty caption shows.
export function vocabulary(drawn, captioned) {
  return [
    Body, Text, Paragraph.extend({ marks: ALL_BUT_THE_SPEAKER }),
    Heading.extend({ group: "top", marks: ALL_BUT_THE_SPEAKER }).configure({ levels: [2, 3] }),
    Part, BulletList, List, ListItem.extend({ content: "block+" }), Blockquote, HorizontalRule, HardBreak,
    Place.configure({ drawn }), TableBox,
    Caption.extend({ marks: ALL_BUT_THE_SPEAKER }).configure({ named: captioned }), BodyTable, TableRow,
    cell(TableCell, "td"), cell(TableHeader, "th"), ...MARKS, Language, History, Gapcursor, Dropcursor,
  ];
}

const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;

// Turns stored HTML into HTML for the editor: each table gets a box with a line for its caption.
export function opened(html) {
  const body = parsed(html);
  for (const table of body.querySelectorAll("table")) {
    const box = document.createElement("div");
    const caption = document.createElement("p");
    box.dataset.table = "";
    caption.dataset.caption = "";
    if (table.caption) caption.append(...table.caption.childNodes);
    table.caption?.remove();
    table.before(box);
    box.append(caption, table);
  }
  return body.innerHTML;
}

// Turns the editor's HTML into HTML to be stored. It is one line, because the text box takes a blank line for a new
// paragraph.
export function closed(html) {
  const body = parsed(html);
  for (const box of body.querySelectorAll("div[data-table]")) {
    const [caption, table] = box.children;
    if (caption.textContent.trim()) table.createCaption().append(...caption.childNodes);
    box.replaceWith(table);
  }
  for (const paragraph of body.querySelectorAll(":scope > p")) {
    if (!paragraph.textContent.trim()) paragraph.remove();
  }
  return body.innerHTML.replace(/\s*\n\s*/g, " ");
}
