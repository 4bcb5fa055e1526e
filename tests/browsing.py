"""Reads the forms on a page and sends them, like a browser without JavaScript."""

import re
from collections import defaultdict
from html import unescape

from django.test import Client
from lxml import html
from lxml.etree import XPath

from tests.making import make_member, member


def edition_page(edition, move="change") -> str:
    """The address of the edition's page at the desk, or of its page for a move such as "submit"."""
    return f"/admin/statements/edition/{edition.pk}/{move}/"


# The inputs of the page's forms. A browser sends no fields inside a <template>.
INPUTS = XPath(
    "//form[translate(@method, 'POST', 'post') = 'post']"
    "//*[self::input or self::textarea or self::select][@name][not(ancestor::template)]"
)
NOT_SENT = ("submit", "button", "image", "file")
LEFT_OUT = ("csrfmiddlewaretoken", "action", "select_across", "_selected_action")


def values(control) -> list[str] | None:
    """The values that a browser sends for this input, or None if it does not send the input."""
    if control.tag == "textarea":
        # HTML ignores a line break directly after <textarea>.
        return ["".join(control.itertext()).removeprefix("\n")]
    if control.tag == "select":
        options = control.findall(".//option")
        chosen = [option for option in options if "selected" in option.attrib]
        if not chosen and "multiple" not in control.attrib:
            chosen = options[:1]
        return [option.get("value", "") for option in chosen]
    kind = control.get("type", "text")
    if kind in ("checkbox", "radio"):
        return [control.get("value", "on")] if "checked" in control.attrib else None
    return None if kind in NOT_SENT else [control.get("value", "")]


def fields_of(content: bytes) -> dict[str, list[str]]:
    """What a browser sends from the forms on this page, as they stand."""
    fields = defaultdict(list)
    # An empty page has no document.
    document = html.document_fromstring(content or b"<html>", html.HTMLParser(encoding="utf-8"))
    for control in INPUTS(document):
        if (sent := values(control)) is not None:
            fields[control.get("name")] += sent
    return dict(fields)


def filled_in(page, **changes):
    """The data that the page's form sends after a user has changed these fields. Fields with None are not sent."""
    fields = {name: value for name, value in fields_of(page.content).items() if name not in LEFT_OUT}
    return {name: value for name, value in {**fields, **changes, "_save": "Save"}.items() if value is not None}


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


# What a page does not show. A template may contain other templates, so the innermost ones are removed first.
SILENT = re.compile(
    r"<!--.*?-->|<(head|script|style)\b.*?</\1>|<template\b(?:(?!<template\b).)*?</template>", re.DOTALL
)
WITHIN_A_LINE = ("a", "b", "bdi", "em", "i", "span", "strong", "time")
TAG_WITHIN_A_LINE = re.compile(rf"</?(?:{'|'.join(WITHIN_A_LINE)})(?:\s[^>]*)?>")
TAG = re.compile(r"</?[a-zA-Z!][^>]*>")


def words(page) -> str:
    """The text of the page, with each run of white space as one space."""
    text, found = page.content.decode(), True
    while found:
        text, found = SILENT.subn(" ", text)
    return " ".join(unescape(TAG.sub(" ", TAG_WITHIN_A_LINE.sub("", text))).split())
