"""A number or an address is quoted where a text says it, and not where it is part of something longer."""

import pytest

from fulltext.sought import Quotation, Sought


def said(words, text):
    return ["".join((each.before, "[", each.found, "]", each.after)) for each in Sought(words).quotations(text)]


@pytest.mark.parametrize(
    ("words", "text", "quoted"),
    [
        ("112", "Call 112, not 1123 or +112 or 112-3.", ["Call [112], not 1123 or +112 or 112-3."]),
        ("visa@a.example", "VISA@A.EXAMPLE.", ["[VISA@A.EXAMPLE]."]),
        ("visa@a.example", "e-visa@a.example a.visa@a.example visa@a.example.org", []),
        (
            "/visa",
            "See /visa/, /visas and /visa.",
            ["See [/visa]/, /visas and /visa.", "See /visa/, /visas and [/visa]."],
        ),
        ("two words", "Two\n words", ["[Two\n words]"]),
        ("020 7946 0958", "020 7946 0959 or 020 7946 09581", []),
        ("٠٢٠ ٧٩٤٦ ٠٩٥٨", "هاتف 020 7946 0958", ["هاتف [020 7946 0958]"]),
        ("", "anything", []),
        (" ", "anything", []),
    ],
)
def test_what_is_found_and_what_is_not(words, text, quoted):
    assert said(words, text) == quoted


def test_a_long_text_is_quoted_by_whole_words():
    text = f"{'before ' * 20}112 {'after ' * 20}"
    [quotation] = Sought("112").quotations(text)
    assert quotation == Quotation(f"…{'before ' * 8}", "112", f"{' after' * 9}…")
