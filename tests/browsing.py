"""Reads the forms on a page and sends them, like a browser without JavaScript."""

from html.parser import HTMLParser

from django.test import Client

from tests.making import make_member, member


def edition_page(edition, move="change") -> str:
    """The address of the edition's page at the desk, or of its page for a move such as "submit"."""
    return f"/admin/statements/edition/{edition.pk}/{move}/"


class FormReader(HTMLParser):
    """Reads the fields of POST forms: `fields` maps each name to the list of its values."""

    def __init__(self):
        super().__init__()
        self.fields = {}
        self.posted = False
        self.name, self.text, self.choices = None, None, None
        # The number of <template> elements around the current place. A browser sends no fields inside a template.
        self.templates = 0

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.templates += tag == "template"
        if tag == "form" and not self.templates:
            self.posted = attrs.get("method", "").lower() == "post"
        if not self.posted or self.templates:
            return
        if tag == "input" and attrs.get("name"):
            self.read_input(attrs)
        elif tag == "textarea":
            self.name, self.text = attrs["name"], ""
        elif tag == "select":
            self.name, self.choices = attrs["name"], []
            self.several = "multiple" in attrs
        elif tag == "option" and self.choices is not None:
            self.choices.append((attrs.get("value", ""), "selected" in attrs))

    def handle_endtag(self, tag):
        self.templates -= tag == "template"
        if self.templates:
            return
        if tag == "form":
            self.posted = False
        elif tag == "textarea" and self.text is not None:
            # HTML ignores a line break directly after <textarea>.
            self.fields.setdefault(self.name, []).append(self.text.removeprefix("\n"))
            self.text = None
        elif tag == "select" and self.choices is not None:
            chosen = [value for value, selected in self.choices if selected]
            first = [] if self.several or not self.choices else [self.choices[0][0]]
            self.fields.setdefault(self.name, []).extend(chosen or first)
            self.choices = None

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def read_input(self, attrs):
        kind = attrs.get("type", "text")
        if kind in ("submit", "button", "image", "file"):
            return
        if kind not in ("checkbox", "radio") or "checked" in attrs:
            ticked = "on" if kind in ("checkbox", "radio") else ""
            self.fields.setdefault(attrs["name"], []).append(attrs.get("value", ticked))


def filled_in(page, **changes):
    """The data that the page's form sends after a user has changed these fields. Fields with None are not sent."""
    reader = FormReader()
    reader.feed(page.content.decode())
    for name in ("csrfmiddlewaretoken", "action", "select_across", "_selected_action"):
        reader.fields.pop(name, None)
    fields = {**reader.fields, **changes, "_save": "Save"}
    return {name: value for name, value in fields.items() if value is not None}


def save(browser, address, **changes):
    """Open a page of the desk, change these fields of its form and save it. Returns the response."""
    return browser.post(address, filled_in(browser.get(address), **changes))


def form_at(address, role) -> dict:
    """The values of the form on this page, for a user in this role."""
    browser = Client()
    browser.force_login(member(role) or make_member(role))
    return filled_in(browser.get(address))


def opened(draft):
    """The draft with an attribute `form`: the values of its form, as an author opens it now."""
    draft.refresh_from_db()
    draft.form = form_at(edition_page(draft), "Authors")
    return draft


def send(browser, draft, **changes):
    """Send the form of an `opened` draft with these changes. Returns the response."""
    return browser.post(edition_page(draft), {**draft.form, **changes})


def words(page) -> str:
    """The text of the page, with each run of white space as one space."""
    reader = TextReader()
    reader.feed(page.content.decode())
    return " ".join("".join(reader.parts).split())


class TextReader(HTMLParser):
    """Collects the text of a page's body, without scripts."""

    SILENT = {"head", "script", "style", "template"}
    WITHIN_A_LINE = {"a", "b", "bdi", "em", "i", "span", "strong", "time"}

    def __init__(self):
        super().__init__()
        self.parts = []
        self.silent = []

    def handle_starttag(self, tag, attrs):
        if tag in self.SILENT:
            self.silent.append(tag)
        self.break_line(tag)

    def handle_endtag(self, tag):
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()
        self.break_line(tag)

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)

    def break_line(self, tag):
        if tag not in self.WITHIN_A_LINE:
            self.parts.append(" ")
