// What the editor knows is what the server keeps (richtext/body.py, which has the last word): a text that is loaded
// and saved again is stored as it was.

import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Extension, Gapcursor, HardBreak, Heading, History, HorizontalRule,
  Italic, Link, ListItem, Mark, Node, OrderedList, Paragraph, Subscript, Superscript, Table, TableCell, TableHeader,
  TableRow, Text, mergeAttributes,
} from "../../django_prose_editor/editor.js";

const DIGEST = /^[0-9a-f]{64}$/;
// A whole address, or one that begins at this site's own root.
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

// Headings, questions and answers stand in the text itself, not in a list, a quotation or a cell.
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
      // After a question comes its answer, after a paragraph of an answer the next one.
      Enter: ({ editor }) => editor.isActive("part")
        && editor.chain().splitBlock({ keepMarks: false }).setNode("part", { part: "answer" }).run(),
      // An empty one becomes a paragraph again.
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

// A table with the line for its caption. ProseMirror's tables hold rows and nothing else, so the two stand in a box,
// which `opened` puts round them and `closed` takes away.
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
      // At the last cell the key leads out of the text: nobody is caught in a table.
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

// Marks enclose one another in this order, as richtext/inline.py writes them.
const MARKS = [
  BodyLink, Phrase, mark("abbreviation", "abbr", { title: plainAttribute("title") }), mark("work", "cite"),
  mark("quoted", "q"), Speaker, Bold, Italic, Subscript, Superscript,
];
const ALL_BUT_THE_SPEAKER = MARKS.map((extension) => extension.name).filter((name) => name !== "speaker").join(" ");

// `drawn` gives the element for a picture's digest; `captioned` says in an empty caption what belongs there.
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

// Stored HTML as the editor reads it.
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

// What the editor holds as HTML to be stored, in one line: a text box takes a blank line for a new paragraph.
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
