"""Describes changes of formatting, links, pictures and files in complete sentences of safe HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from richtext.paragraphs import Marks, Paragraph, links

KIND_NAMES = {
    "p": _("a paragraph"),
    "h2": _("a heading"),
    "h3": _("a subheading"),
    "ul": _("an item of a list"),
    "ol": _("an item of a numbered list"),
    "blockquote": _("a quotation"),
    "caption": _("the caption of a table"),
    "th": _("a heading in a table"),
    "td": _("a cell of a table"),
    "hr": _("a dividing line"),
    "figure": _("a picture"),
}
NOW = {
    "em": _("“{words}” is now in italics."),
    "strong": _("“{words}” is now in bold type."),
    "sub": _("“{words}” is now set below the line."),
    "sup": _("“{words}” is now set above the line."),
    "q": _("“{words}” is now in quotation marks."),
    "cite": _("“{words}” is now marked as the title of a work."),
}
NO_LONGER = {
    "em": _("“{words}” is no longer in italics."),
    "strong": _("“{words}” is no longer in bold type."),
    "sub": _("“{words}” is no longer set below the line."),
    "sup": _("“{words}” is no longer set above the line."),
    "q": _("“{words}” is no longer in quotation marks."),
    "cite": _("“{words}” is no longer marked as the title of a work."),
}
LINKS = {
    "ins": _("A link was added: “{words}” leads to {address}."),
    "del": _("A link was taken away: “{words}” led to {address}."),
}
LINES = {
    "ins": _("A dividing line was added here."),
    "del": _("A dividing line was taken away here."),
}
PLACES = {
    "ins": _("A picture has been placed here."),
    "del": _("A picture is no longer placed here."),
}
SAID_OF_PICTURES = {"alt": _("alternative text"), "caption": _("caption"), "credit": _("credit")}
LONGEST_QUOTATION = 120


@dataclass(frozen=True)
class Shown:
    digest: str
    alt: str = ""
    caption: str = ""
    credit: str = ""
    decorative: bool = False
    focus: tuple[int, int] = (50, 50)


@dataclass(frozen=True)
class Attached:
    """A file attached to a wording. `key` stays the same when a new version replaces the file."""

    key: str
    digest: str
    title: str
    described: str = ""


@dataclass(frozen=True)
class Edit:
    """A stretch of both texts, changed or `same`. It begins at `first` in the old and at `begin` in the new text."""

    same: bool
    first: int
    begin: int
    old: str
    new: str


def of_kind(old: Paragraph, new: Paragraph) -> list[str]:
    if old.kind != new.kind:
        before, now = KIND_NAMES[old.kind], KIND_NAMES[new.kind]
        return [format_html(str(_("Before, this was: {before}. Now it is: {now}.")), before=before, now=now)]
    if old.path != new.path:
        return [say(_("The markup of this passage has changed: its language, or its place in a list or a table."))]
    return []


def of_marks(old: Paragraph, new: Paragraph, edits: list[Edit]) -> list[str]:
    remarks: list[str] = []
    for edit in edits:
        if edit.same:
            for words, gone, come in _marked_anew(old, new, edit):
                remarks += _of_link_there(words, dict(gone).get("a"), dict(come).get("a"))
                remarks += _of_formatting(words, gone, come)
    return remarks


def _marked_anew(old: Paragraph, new: Paragraph, edit: Edit) -> Iterator[tuple[str, Marks, Marks]]:
    def difference(at: int) -> tuple[Marks, Marks]:
        before, now = old.marks[edit.first + at], new.marks[edit.begin + at]
        return before - now, now - before

    for (gone, come), places in groupby(range(len(edit.old)), difference):
        words = "".join(edit.old[place] for place in places)
        if (gone or come) and words.strip():
            yield words, gone, come


def _of_link_there(words: str, before: str | None, now: str | None) -> list[str]:
    if before and now:
        return [say(_("The link of “{words}” now leads to {address}."), words, now)]
    if now:
        return [say(_("“{words}” is now a link to {address}."), words, now)]
    if before:
        return [say(_("“{words}” is no longer a link. It led to {address}."), words, before)]
    return []


def _of_formatting(words: str, gone: Marks, come: Marks) -> list[str]:
    lost, got = dict(gone).keys() - {"a"}, dict(come).keys() - {"a"}
    remarks = [say(NO_LONGER[name], words) for name in sorted(lost & NO_LONGER.keys())]
    remarks += [say(NOW[name], words) for name in sorted(got & NOW.keys())]
    if (lost | got) - NOW.keys():
        remarks.append(say(_("The language, direction or explanation of “{words}” has changed."), words))
    return remarks


def of_changed_links(old: Paragraph, new: Paragraph, edits: list[Edit]) -> list[str]:
    """Sentences on the links of removed and added words. A link is left out if its address is in both paragraphs."""
    before, now = ({address for _words, address in links(paragraph)} for paragraph in (old, new))
    remarks: list[str] = []
    for edit in edits:
        if not edit.same:
            gone = links(old, edit.first, edit.first + len(edit.old))
            come = links(new, edit.begin, edit.begin + len(edit.new))
            remarks += [say(LINKS["del"], words, address) for words, address in gone if address not in now]
            remarks += [say(LINKS["ins"], words, address) for words, address in come if address not in before]
    return remarks


def of_lonely(paragraph: Paragraph, change: str) -> list[str]:
    if paragraph.kind == "hr":
        return [say(LINES[change])]
    if paragraph.kind == "figure":
        return [say(PLACES[change])]
    return [say(LINKS[change], words, address) for words, address in links(paragraph)]


def of_pictures(old: tuple[Shown, ...], new: tuple[Shown, ...]) -> list[str]:
    before, now = {shown.digest: shown for shown in old}, {shown.digest: shown for shown in new}
    gone, come = before.keys() - now.keys(), now.keys() - before.keys()
    kept = [digest for digest in before if digest in now]
    remarks = [say(_("A picture was taken away: “{words}”."), _name(shown)) for shown in old if shown.digest in gone]
    remarks += [say(_("A picture was added: “{words}”."), _name(shown)) for shown in new if shown.digest in come]
    for digest in kept:
        remarks += _of_picture(before[digest], now[digest])
    if kept != [digest for digest in now if digest in before]:
        remarks.append(say(_("The order of the pictures has changed.")))
    return remarks


def _of_picture(before: Shown, now: Shown) -> list[str]:
    remarks = _of_words_about_it(before, now)
    if now.decorative and not before.decorative:
        remarks.append(say(_("The picture “{words}” is now marked as decorative."), _name(now)))
    elif before.decorative and not now.decorative:
        remarks.append(say(_("The picture “{words}” is no longer marked as decorative."), _name(now)))
    if before.focus != now.focus:
        remarks.append(say(_("The picture “{words}” has a new focal point, around which it is cropped."), _name(now)))
    return remarks


def _of_words_about_it(before: Shown, now: Shown) -> list[str]:
    return [
        format_html(
            str(_("The picture “{words}”, {what}: before “{before}”, now “{now}”.")),
            words=quote(_name(before)),
            what=name,
            before=quote(getattr(before, what) or "—"),
            now=quote(getattr(now, what) or "—"),
        )
        for what, name in SAID_OF_PICTURES.items()
        if getattr(before, what) != getattr(now, what)
    ]


def _name(shown: Shown) -> str:
    return shown.caption or shown.alt or "—"


def of_files(old: tuple[Attached, ...], new: tuple[Attached, ...]) -> list[str]:
    before, now = {attached.key: attached for attached in old}, {attached.key: attached for attached in new}
    kept = [key for key in before if key in now]
    remarks = [_of_file(_("The file “{words}” was taken away ({about})."), it) for it in old if it.key not in now]
    remarks += [_of_file(_("The file “{words}” was added ({about})."), it) for it in new if it.key not in before]
    for key in kept:
        remarks += _of_kept_file(before[key], now[key])
    if kept != [key for key in now if key in before]:
        remarks.append(say(_("The order of the files has changed.")))
    return remarks


def _of_kept_file(before: Attached, now: Attached) -> list[str]:
    remarks = []
    if before.digest != now.digest:
        remarks.append(_of_file(_("The file “{words}” was replaced by a new version ({about})."), now))
    elif before.described != now.described:
        remarks.append(_of_file(_("The details of the file “{words}” have changed ({about})."), now))
    if before.title != now.title:
        sentence = str(_("The title of a file: before “{before}”, now “{now}”."))
        remarks.append(format_html(sentence, before=quote(before.title), now=quote(now.title)))
    return remarks


def _of_file(sentence, attached: Attached) -> str:
    return format_html(str(sentence), words=quote(attached.title), about=attached.described)


def say(sentence, words: str = "", address: str = "") -> str:
    return format_html(sentence, words=quote(words), address=format_html("<bdi>{}</bdi>", address))


def quote(words: str) -> str:
    return format_html("<bdi>{}</bdi>", Truncator(words).chars(LONGEST_QUOTATION))
