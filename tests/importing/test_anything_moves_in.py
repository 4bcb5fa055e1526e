"""Random archives, pastes, dates and telephone numbers cause no error. No date or digit is invented, and no word lost.

`make test` tries a few, the same each time. `make prove` tries 400 of each, or the number in `TRIES`.
"""

import json
import re
import unicodedata
from datetime import datetime, timedelta
from html import escape
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from embassy.clocks import City
from embassy.fields import telephone
from embassy.forms import InstantField
from fulltext.telephones import telephones
from importing.date_formats import Place, Unclear, read
from richtext.body import sanitise
from statements.models import Edition
from tests.archives import MISSION_LINE, import_file
from tests.importing.test_import_feeds import rss
from tests.importing.test_import_wordpress import FOOT, HEAD, item
from tests.tries import tries

LONDON = Place("Europe/London")
# The first letters of each month's names in English, French, Russian and Arabic. Arabic has two names for each month.
MONTHS = [
    *["jan янв يناير كانون", "feb fev фев فبراير شباط", "mar мар مارس اذار", "apr avr апр ابريل نيسان"],
    *["may mai мая май مايو ايار", "jun juin июн يونيو حزيران", "jul juil июл يوليو تموز"],
    *["aug aou авг اغسطس اب", "sep сен سبتمبر ايلول", "oct окт اكتوبر تشرين", "nov ноя نوفمبر تشرين"],
    "dec дек ديسمبر كانون",
]

# A placeholder. numbered() puts a different word in place of each, so that a failure names the lost word.
WORD = "WORD"
SCRIPTS = ["quay{}q", "мост{}м", "عبارة{}ع", "Hafen{}ß", "桥{}水"]


# Dates

moments = st.datetimes(datetime(1850, 1, 1), datetime(2150, 1, 1)).map(lambda at: at.replace(microsecond=0))
FORMS = [
    *["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y%m%dT%H%M%S", "%d.%m.%Y %H:%M", "%d/%m/%Y"],
    *["%a, %d %b %Y %H:%M:%S", "%A %d %B %Y, %H:%M", "%B %dth, %Y at %I:%M %p", "%d %b %y %H:%M", "%Y年%m月%d日"],
    *["%s", "%Y-%m-%d", "%d-%b-%Y", "%b %d %Y %I:%M%p", "%H:%M %d %B %Y", "%a %b %d %H:%M:%S %Y", "%Y. %m. %d."],
]
ZONES = ["", " ", "Z", " GMT", " UTC", "+0300", " +05:30", " -0800", " EST", " AEDT", " IST", " MSK", " CET", " BST"]
ZONES += [" JST", " Europe/Paris", "[Asia/Tokyo]", " (Moscow)", " +14:00", " +1:00", ".123Z", ",5", " h", " Uhr"]
whole_dates = st.builds(
    lambda at, form, zone: at.strftime(form) + zone, moments, *map(st.sampled_from, (FORMS, ZONES))
)
PIECES = ["1", "26", "31", "2022", "2565", "22", "Jan", "mai", "янв", "Wed", "15:00", "3 pm", "12am", "24:00", "60"]
PIECES += ["+0300", "GMT", "IST", "-", "/", ".", ",", ":", "T", " ", "٢", "²", "\u200f", "(", "0", "de", "à", "noon"]
pieces = st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


@st.composite
def bruised(draw, texts):
    """One of the texts, with up to three of its characters deleted or replaced by something else."""
    text = draw(texts)
    begin = draw(st.integers(0, len(text)))
    end = draw(st.integers(begin, min(begin + 3, len(text))))
    return text[:begin] + draw(st.one_of(st.just(""), pieces, st.text(max_size=2))) + text[end:]


dates = st.one_of(whole_dates, bruised(whole_dates), pieces, st.text(max_size=30))


def stands_in(at: datetime, text: str) -> bool:
    """Whether the text contains the day, month, year and time of the instant, in some time zone."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if unicodedata.category(sign)[0] not in "CM")
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain.casefold())
    figures = re.findall(r"[0-9]+", plain)
    # The figure may be Unix time, in seconds or milliseconds.
    if any(0 <= int(figure[:10]) - at.timestamp() < 60 for figure in figures if len(figure) in (9, 10, 13)):
        return True
    days = (at + timedelta(minutes=minutes) for minutes in range(-15 * 60, 15 * 60 + 1, 5))
    old = at.year < 1950
    return any(_names(day, figures, plain, old) for day in days)


def _names(at: datetime, figures: list[str], text: str, is_old: bool) -> bool:
    numbers, run = [int(figure) for figure in figures], "".join(figures)
    is_compact = any(figure.startswith(f"{at:%Y%m%d}") for figure in figures)
    year = at.year in numbers or at.year + 543 in numbers or at.year % 100 in numbers
    month = at.month in numbers or any(name in text for name in MONTHS[at.month - 1].split())
    # Before there were time zones, local times differed by minutes and seconds. So the time of an old date is not
    # compared.
    time = is_old or f"{at:%H%M}" in run or (at.hour in numbers or at.hour % 12 in (n % 12 for n in numbers))
    alone = at.hour == at.minute == 0
    minute = is_old or at.minute in numbers or f"{at:%M}" in run or at.minute == 0
    return (is_compact or (year and month and at.day in numbers)) and ((time and minute) or alone)


@tries(40)
def test_no_date_is_invented(size):
    @size
    @given(dates)
    def check(text):
        try:
            reading = read(text, LONDON)
        except Unclear as unclear:
            assert str(unclear)
        else:
            assert stands_in(reading.at, text), (reading, text)

    check()


CITIES = [City("London", "Europe/London"), City("Lord Howe", "Australia/Lord_Howe")]


@tries(20)
def test_a_time_that_is_typed_is_that_time_or_refused(size):
    @size
    @given(st.one_of(dates, moments.map(lambda at: at.strftime("%Y-%m-%dT%H:%M"))), st.sampled_from(CITIES), st.text())
    def check(text, city, occasion):
        field = InstantField(cities=CITIES)
        try:
            at = field.clean([text, city.zone, occasion])
        except ValidationError as refused:
            assert "".join(refused.messages)
        else:
            assert city.local(at).timetuple()[:5] == tuple(map(int, re.findall(r"\d+", text)[:5]))

    check()


# Telephone numbers

SIGNS = ["+44", "0044", "(0)", " ", "-", "/", ".", "20", "7946", "0958", "112", "+7", "495", "1234567", "+1", "ext. 5"]
SIGNS += [
    "x",
    "٤٤",
    "\u202d",
    "\u00a0",
    "–",
    "+",
    "(",
    ")",
    ";",
    "tel:",
    "999",
    "0",
    "8 800",
    "\n",
    "²",
    "+850",
    "+999",
]
numbers = st.one_of(st.lists(st.sampled_from(SIGNS), max_size=9).map("".join), st.text(max_size=20))


def is_within(part: str, whole: str) -> bool:
    """Whether all digits of `part` occur in `whole`, in the same order."""
    rest = iter("".join(str(unicodedata.decimal(sign)) for sign in whole if sign.isdecimal()))
    return all(sign in rest for sign in part if sign.isdecimal())


@tries(20)
def test_no_digit_of_a_telephone_number_is_invented(size):
    @size
    @given(numbers, st.sampled_from([None, "GB", "RU", "US", "FR", "JP", "IL"]))
    def check(text, country):
        telephone.readable(text)
        for begin, end, code in telephones(text):
            assert is_within(code, text[begin:end])
        for number in telephone.numbers_in([text], country):
            code = str(telephone.phonenumbers.parse(number).country_code)
            assert is_within(number, text) or is_within(number.removeprefix(f"+{code}"), text)
        try:
            number = telephone.parse(text, country)
        except ValidationError as refused:
            assert "".join(refused.messages)
        else:
            assert is_within(number, text)
            assert telephone.parse(number, country) == telephone.parse(telephone.readable(number), country) == number

    check()


# Texts

GAPS = [
    " ",
    " ",
    ", ",
    "&nbsp;",
    " &amp; ",
    "\n",
    "\n\n",
    "<br>",
    "<br/>",
    "&mdash;",
    "-",
    "-\n",
    " < ",
    " [",
    "] ",
    "…",
]
GAPS += [
    "\u200b ",
    "\ufeff",
    " &lt;b&gt; ",
    " &#8217; ",
    "\t",
    "\r\n",
    " 1. ",
    " • ",
    "\n- ",
    "\n2) ",
    " § ",
    " *",
    "\f",
]
TAGS = "p p p div div span b i em strong font center h1 h2 h3 h4 h5 h6 ul ol li table tbody tr td th dl dt dd".split()
TAGS += (
    "blockquote pre code section article header footer main aside nav figure figcaption a a u small big tt sup".split()
)
TAGS += "sup sub cite q abbr details summary address o:p foo caption thead label fieldset legend marquee".split()
TAGS += "body html mark time kbd ins nobr bdo ruby rt colgroup hgroup dialog menu dir listing center form".split()
MARKS = ["", "", "", " class=x", ' style="mso-list:l0 level1 lfo1"', ' align="center"', " lang=fr", ' dir="rtl"', " x"]
MARKS += [
    ' href="https://old.example/7"',
    " href='javascript:x()'",
    ' style="font-weight:bold"',
    " start=5",
    " type=a",
]
JUNK = ["<!-- x -->", "<script>x()</script>", "<style>p{}</style>", "<hr>", "<img src=x.png>", "<![if !supportLists]>"]
JUNK += ["<![endif]>", "<?xml:namespace />", "<!--[if gte mso 9]><xml>x</xml><![endif]-->", "</p>", "</div>", "<p>"]
JUNK += ["<li>", "<td>", "</table>", "<b>", "</i>", "<br>", "<a>", "</a>", "&", "&#0;", "&#xD800;", "&foo;", "<", "<>"]
words = st.lists(st.sampled_from(GAPS), min_size=1, max_size=4).map(lambda gaps: WORD + WORD.join(gaps) + WORD)


def element(inner):
    opening = st.tuples(st.sampled_from(TAGS), st.sampled_from(MARKS))
    return st.builds(lambda tag, parts: f"<{tag[0]}{tag[1]}>{''.join(parts)}</{tag[0]}>", opening, st.lists(inner))


html = st.recursive(st.one_of(words, words, st.sampled_from(JUNK)), element, max_leaves=12)
markup = st.lists(html, max_size=5).map("\n".join)
SHORTCODES = ["[caption id=a]<img src=x.png> WORD[/caption]", "[quote]WORD[/quote]", "[sic]", '[gallery ids="1"]']
SHORTCODES += ["<!-- wp:paragraph -->", "<!-- /wp:paragraph -->", "<!--more-->", "[row][col]WORD WORD[/col][/row]"]
SHORTCODES += ["[youtube https://film.example/7]", "[/row]", "[WORD]", "[button link='/x']WORD[/button]", "[:]"]
blog = st.lists(st.one_of(html, st.sampled_from(SHORTCODES)), max_size=5).map("\n\n".join)
plain = st.lists(st.sampled_from(GAPS), max_size=6).map(lambda gaps: WORD + WORD.join(gaps) + WORD)
titles = st.one_of(plain, plain, st.just(f"{WORD} " * 200), st.just(WORD * 300))


def numbered(text: str, numbers=None) -> tuple[str, list[str]]:
    """The text with a different word in place of each WORD, and the list of these words."""
    numbers, found = numbers or count(), []

    def word(_place) -> str:
        number = next(numbers)
        found.append(SCRIPTS[number % len(SCRIPTS)].format(number))
        return found[-1]

    return re.sub(WORD, word, text), found


def lost(wanted: list[str], found: str) -> list[str]:
    return [word for word in wanted if word not in found]


@pytest.mark.django_db
@tries(6)
def test_no_word_of_a_paste_is_lost(size, desk, mission):
    address = reverse("admin:statements_edition_clean")

    @size
    @given(st.sampled_from(["html", "text", "typed"]), markup)
    def check(kind, text):
        text, wanted = numbered(text)
        answer = desk.post(address, {kind: text})
        if answer.status_code == 400:
            assert answer.text
        else:
            clean = answer.json()["html"]
            assert lost(wanted, clean) == [], (text, clean)
            assert sanitise(clean) == clean

    check()


# Archives


def json_line(number, title, lead, text, date, is_plain):
    body = {"body_text" if is_plain else "body_html": text}
    line = {"id": f"n{number}", "language": "en", "kind": "press-release", "title": title, "lead": lead}
    return json.dumps({"type": "statement", **line, **body, "published_at": date})


def rss_item(number, title, lead, text, date, is_plain):
    content = f"<![CDATA[{text.replace(']]>', '')}]]>" if is_plain else escape(text)
    return f"""<item><title>{escape(escape(title))}</title><guid>n{number}</guid><pubDate>{escape(date)}</pubDate>
<description>{escape(escape(lead))}</description><content:encoded>{content}</content:encoded></item>"""


def atom_entry(number, title, lead, text, date, is_plain):
    return f"""<entry><title>{escape(title)}</title><id>urn:{number}</id><updated>{escape(date)}</updated>
<summary>{escape(lead)}</summary><content type="{"text" if is_plain else "html"}">{escape(text)}</content></entry>"""


def feed_item(number, title, lead, text, date, is_plain):
    body = {"content_text" if is_plain else "content_html": text}
    return {"id": number, "title": title, "summary": lead, **body, "date_published": date}


def post(number, title, lead, text, date, is_plain):
    changes = {"post_date_gmt": "", "post_modified_gmt": "", "pubDate": escape(date), "post_date": ""}
    texts = {"title": escape(title), "excerpt": escape(lead)}
    return item(number, text.replace("]]>", ""), **{**changes, **texts})


FEED_HEAD = {"version": "https://jsonfeed.org/version/1.1", "title": "Old", "language": "en"}
ARCHIVES = {
    "lines": (json_line, lambda parts: "\n".join([json.dumps(MISSION_LINE), *parts]), markup),
    "RSS": (rss_item, lambda parts: rss(*parts), markup),
    "Atom": (
        atom_entry,
        lambda parts: f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">{"".join(parts)}</feed>',
        markup,
    ),
    "JSON Feed": (feed_item, lambda parts: json.dumps({**FEED_HEAD, "items": parts}), markup),
    "WordPress": (post, lambda parts: HEAD + "".join(parts) + FOOT, blog),
}
# Characters that XML cannot contain, not even as references.
IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|&#0;|&#xD800;")


@st.composite
def archives(draw):
    """An archive as text, and for each entry the list of its words and its date."""
    make, whole, texts = ARCHIVES[draw(st.sampled_from(sorted(ARCHIVES)))]
    entries, parts, counted = [], [], count()
    for number in range(1, draw(st.integers(1, 3)) + 1):
        texts_of = [draw(titles), draw(st.one_of(st.just(""), plain)), draw(texts)]
        marked = [numbered(IMPOSSIBLE.sub("", text), counted) for text in texts_of]
        date = IMPOSSIBLE.sub("", draw(st.one_of(whole_dates, dates)))
        parts.append(make(number, *(text for text, _words in marked), date, draw(st.booleans())))
        entries.append(([word for _text, words_of in marked for word in words_of], date))
    return whole(parts), entries


def imported(folder, content: bytes):
    """Import, then roll back. Returns the report, all texts of the report, and the editions."""
    (folder / "archive").write_bytes(content)
    with transaction.atomic():
        report = import_file(folder / "archive", report=folder / "report")
        editions = list(Edition.objects.order_by("pk"))
        transaction.set_rollback(True)
    said = (folder / "report").read_text() if (folder / "report").exists() else ""
    return report, f"{report.summary}{report.verdict}{' '.join(report.defects)}{said}", editions


@pytest.mark.django_db
@tries(4)
def test_no_word_of_an_archive_is_lost_and_no_date_is_invented(size, mission, noon, tmp_path):
    @size
    @given(archives())
    def check(archive):
        text, entries = archive
        report, said, editions = imported(tmp_path, text.encode("utf-8", "ignore"))
        refused = {int(found[1]) for line in report.defects if (found := re.match(r"(?:line|entry) (\d+)\b", line))}
        first = 2 if text.startswith(json.dumps(MISSION_LINE)) else 1
        whole = said + "".join(f"{edition.title}\n{edition.lead}\n{edition.body}\n" for edition in editions)
        if report.verdict and not refused:
            assert not editions
            return
        for number, (wanted, _date) in enumerate(entries, start=first):
            assert number in refused or lost(wanted, whole) == [], (text, lost(wanted, whole), said)
        for edition in editions:
            assert any(stands_in(edition.live_from, date) for _words, date in entries), (edition.live_from, entries)

    check()


@pytest.mark.django_db
@tries(4)
def test_a_damaged_archive_is_read_or_refused(size, mission, noon, tmp_path):
    @size
    @given(archives(), st.data())
    def check(archive, data):
        content = archive[0].encode("utf-8", "ignore")
        for _blow in range(data.draw(st.integers(1, 4))):
            begin = data.draw(st.integers(0, len(content)))
            end = data.draw(st.integers(begin, min(begin + 20, len(content))))
            content = content[:begin] + data.draw(st.binary(max_size=8)) + content[end:]
        report, _said, editions = imported(tmp_path, content)
        assert report.summary or report.verdict or editions

    check()
