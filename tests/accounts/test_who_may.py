"""Which roles may do what at the desk, at their own mission and at another: each address of the admin, GET and POST.

GRANTS lists the rights for the pages of the models, and OTHERS those for all other addresses. A test fails if an
address is in neither. The requests contain what a browser would send: valid fields, with rows of either mission.
"""

import copy
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import FileField
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, Posting
from consular.models import Closure, Notice, Office
from embassy.models import Mission
from incidents.models import Incident
from outbox.mail import MAIL
from outbox.models import Job
from statements.desk.list_actions import NAMED
from statements.models import Deletion, Edition, Invitation, Kind, Picture, Release, Remark, Speaker, Statement, Topic
from tests.browsing import filled_in
from tests.files import pdf
from tests.furnished import furnished
from tests.making import (
    NOON,
    attach,
    make_administrator,
    make_closure,
    make_draft,
    make_incident,
    make_member,
    make_mission,
    make_notice,
    make_office,
    make_page,
    make_release,
    make_speaker,
    make_statement,
    make_topic,
    post,
)
from tests.statements.desk.test_roles import LIFE, TOGETHER, Newsroom, refused
from tests.tries import tries
from tests.whole.every_page import show_picture
from tests.whole.stranger import Stranger

HOUR = timedelta(hours=1)
PASSWORD = "a long enough one"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture(autouse=True)
def every_host(settings):
    settings.ALLOWED_HOSTS = ["*"]


LEFT_OUT = ('"django_session"', '"accounts_auditevent"')
# A letter for each role.
LETTERS = {"A": "Authors", "E": "Editors", "C": "Consular editors", "M": "Administrators", "S": "superuser"}
STAFF = "AECMS"
POSTED_HERE = "AECM"
# These two may do nothing at this mission. The first is posted nowhere; the second administers the other mission.
OUTSIDERS = ["posted nowhere", "administrator of the other mission"]


def at_full_size(roles) -> list:
    return [pytest.param(who, marks=pytest.mark.slow) for who in roles]


# It takes a minute to request each page in each role, so only the proof at full size does so. Otherwise, editors
# request every page, administrators those pages at which their rights differ from those of editors, and the two
# outsiders half of the pages each. Only administrators try to reach the other mission.
WALKS = [
    ("E", "every address"),
    ("M", "where editors differ"),
    (OUTSIDERS[0], "every other address"),
    (OUTSIDERS[1], "the rest"),
    *(pytest.param(who, "every address", marks=pytest.mark.slow) for who in [*"ACMS", *OUTSIDERS]),
]

# For each role, in the order of STAFF: v(iew), a(dd), c(hange), d(elete).
GRANTS = {
    "statements.statement": ("vacd", "vacd", "", "vacd", "vacd"),
    # Authors may delete only what they alone have written, and this edition is not (test_four_eyes.py).
    "statements.edition": ("vac", "vacd", "", "vacd", "vacd"),
    "statements.page": ("vacd", "vacd", "", "vacd", "vacd"),
    "statements.release": ("v", "vacd", "", "vacd", "vacd"),
    "statements.deletion": ("v", "v", "", "v", "v"),
    "statements.topic": ("v", "vac", "", "vacd", "vacd"),
    "statements.speaker": ("v", "vac", "", "vacd", "vacd"),
    "statements.kind": ("v", "v", "", "vacd", "vacd"),
    "incidents.incident": ("v", "vacd", "", "vacd", "vacd"),
    "consular.office": ("", "v", "vacd", "vacd", "vacd"),
    "consular.closure": ("", "v", "vacd", "vacd", "vacd"),
    "consular.notice": ("", "vac", "vacd", "vacd", "vacd"),
    "embassy.mission": ("", "v", "vc", "vc", "vacd"),
    "accounts.posting": ("", "", "", "vacd", "vacd"),
    "accounts.auditevent": ("", "", "", "v", "v"),
    "auth.user": ("", "", "", "vac", "vac"),
    "auth.group": ("", "", "", "v", "vacd"),
    "outbox.job": ("", "", "", "v", "v"),
}
# Models whose lists have input fields.
LISTS_TO_WRITE_IN = {"incidents.incident", "consular.office"}


def granted(label, right) -> str:
    return "".join(letter for letter, rights in zip(STAFF, GRANTS[label], strict=True) if right in rights)


def letters(roles) -> str:
    """The letters of these roles, with that of the superuser."""
    return "".join(letter for letter, role in LETTERS.items() if role in {*roles, "superuser"})


# For each other address, by its name: the roles that may open it, and the roles whose POST changes something.
OTHERS = {
    "index": (STAFF, ""),
    "password_change_done": (STAFF, ""),
    "jsi18n": (STAFF, ""),
    "search": (STAFF, ""),
    "mentions": (STAFF, ""),
    # This address takes only POST, from users who may save the form.
    "working_copy": ("", "AEMS"),
    "autocomplete": ("AEMS", ""),
    "view_on_site": ("AEMS", ""),
    "nowhere": ("", ""),
    "app_list statements": ("AEMS", ""),
    "app_list incidents": ("AEMS", ""),
    "app_list consular": ("ECMS", ""),
    "app_list embassy": ("ECMS", ""),
    "app_list accounts": ("MS", ""),
    "app_list auth": ("MS", ""),
    "app_list outbox": ("MS", ""),
    "statements_statement_compare": ("AEMS", ""),
    "statements_page_compare": ("AEMS", ""),
    "statements_edition_preview": ("AEMS", ""),
    "statements_edition_picture": ("AEMS", ""),
    "statements_edition_picture_size": ("AEMS", ""),
    "statements_edition_document": ("AEMS", ""),
    "statements_edition_invite": ("AEMS", "AEMS"),
    "statements_edition_revoke": ("", "AEMS"),
    # The next three take only POST.
    "statements_edition_remark": ("", "AEMS"),
    "statements_edition_answer": ("", "AEMS"),
    "statements_edition_resolve": ("", "AEMS"),
    # This address answers with the cleaned text and stores nothing.
    "statements_edition_clean": ("", ""),
    "statements_release_choices": ("AEMS", ""),
    **{f"statements_edition_{move}": (letters(LIFE[move][1]),) * 2 for move in LIFE},
    **{f"statements_release_{move}": ("EMS", "EMS") for move in TOGETHER},
    "statements_statement_submit": ("AEMS", "AEMS"),
    "statements_statement_publish-now": ("EMS", "EMS"),
    "statements_statement_approve": ("EMS", "EMS"),
    # This address takes only POST.
    "statements_deletion_bring_back": ("", "EMS"),
    "consular_closure_holidays": ("CMS", "CMS"),
    # This address takes only POST.
    "consular_office_check": ("", "CMS"),
    "consular_closure_sudden": ("CMS", "CMS"),
    "auth_user_send_link": ("", "MS"),
    "auth_user_end_sessions": ("", "MS"),
    "accounts_posting_end": ("MS", "MS"),
    # This address only reads. The export is recorded in the audit log, which these tests leave out.
    "accounts_auditevent_export": ("", ""),
}
# Everybody signs in and out, and changes their own password.
OPEN_TO_ALL = {"login", "logout", "password_change"}
# Exceptions to GRANTS: the history of an account may tell about other missions, and a mission with content stays.
EXCEPTIONS = {"auth_user_history": ("S", ""), "embassy_mission_delete": ("S", "")}


def table() -> dict[str, tuple[str, str]]:
    lines = dict(OTHERS)
    for label in GRANTS:
        name = label.replace(".", "_")
        view, add, change, delete = (granted(label, right) for right in "vacd")
        lines |= {
            f"{name}_changelist": (view, change if label in LISTS_TO_WRITE_IN else ""),
            f"{name}_add": (add, add),
            f"{name}_change": (view, change),
            f"{name}_history": (view, ""),
            f"{name}_delete": (delete, delete),
            # This address redirects to the change page, whether the row exists or not.
            f"{name}_row": (STAFF, ""),
        }
    return lines | EXCEPTIONS


WHO = table()


def routes(patterns=None, before="") -> dict[str, str]:
    """The addresses of the admin in the URL configuration, each by its name."""
    if patterns is None:
        patterns = next(each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "admin")
        return routes(patterns.url_patterns)
    found = {}
    for pattern in patterns:
        template = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found |= routes(pattern.url_patterns, template)
        elif pattern.name == "app_list":
            apps = template.partition(">")[2].partition(")")[0].split("|")
            found |= {f"app_list {app}": f"{app}/" for app in apps}
        elif pattern.name is None and template == "(?P<url>.*)$":
            found["nowhere"] = "nowhere/"
        else:
            found[pattern.name or f"{'_'.join(template.split('/')[:2])}_row"] = template
    return found


ROUTES = routes()


def test_every_address_of_the_admin_has_been_decided_about():
    assert set(ROUTES) - OPEN_TO_ALL == set(WHO)


class Side:
    """A mission with a row of each model and an edition in each state. All their texts contain `name`."""

    def __init__(self, mission, name):
        self.mission, self.name = mission, name
        newsroom = Newsroom(mission, f"The {name} ferry")
        self.editions = newsroom.editions
        draft = make_draft(make_statement(mission), title=f"The {name} draft")
        self.picture = show_picture(draft).picture
        Picture.objects.filter(pk=self.picture.pk).update(digest=mission.slug[0] * 64)
        self.picture.refresh_from_db()
        self.document = attach(draft, pdf(name), f"The {name} timetable").document
        self.invitation = Invitation.make(draft, None, f"{name} reader", NOON + HOUR, NOON)
        review, scheduled = newsroom.review(), newsroom.review()
        self.remark = draft.remarks.create(text=f"{name} remark", by_name="author", at=NOON)
        self.releases = {"review": make_release(mission, [review], f"The {name} text")}
        self.releases["scheduled"] = make_release(mission, [scheduled], f"The {name} treaty")
        self.releases["scheduled"].approve(newsroom.approver, NOON + HOUR, NOON)
        self.both = {state: self.in_two_languages(newsroom, state) for state in ("draft", "review")}
        slug, newcomer = name.lower(), User.objects.create_user(f"{name}-newcomer")
        author = make_member("Authors", f"{name}-author", mission=mission)
        author.email = f"{slug}@orlemar.example"
        author.save()
        visa = make_office(mission, f"{slug}-visa", f"{name} visa section")
        visa.phones.create(number="+442079460958", label={"en": f"{name} telephone"})
        self.rows = {
            "statements.statement": make_statement(mission),
            "statements.edition": draft,
            "statements.page": make_page(mission, slug),
            "statements.release": make_release(mission, [], f"The {name} release"),
            "statements.deletion": newsroom.review().discard(newsroom.approver, NOON),
            "statements.topic": make_topic(mission, slug, en=f"{name} topic"),
            "statements.speaker": make_speaker(mission, slug, f"{name} speaker"),
            "statements.kind": Kind.objects.create(mission=mission, slug=slug, name={"en": f"{name} kind"}),
            # An incident or office that has begun, or has been public, cannot be deleted.
            "incidents.incident": make_incident(mission, slug, title=f"{name} atlas", live_from=NOON + HOUR),
            "consular.office": make_office(mission, slug, f"{name} office", live_from=NOON + HOUR),
            "consular.closure": make_closure(visa, reason=f"{name} day"),
            "consular.notice": make_notice(mission, f"The {name} notice"),
            "embassy.mission": mission,
            "accounts.posting": post(newcomer, "Authors", mission, live_from=NOON + HOUR),
            "accounts.auditevent": AuditEvent.objects.create(
                mission=mission, action=AuditEvent.Action.EXPORTED, object_repr=f"{name} export"
            ),
            "auth.user": author,
            "auth.group": Group.objects.get_or_create(name="Translators")[0],
            "outbox.job": Job.objects.put(MAIL, mission=mission, to=[f"{name}@orlemar.example"]),
        }

    def in_two_languages(self, newsroom, state) -> Statement:
        statement = make_statement(self.mission)
        for language in ("en", "fr"):
            draft = make_draft(statement, language, f"The {self.name} bridge")
            draft.write(newsroom.writer, NOON)
            if state == "review":
                draft.submit(newsroom.writer, NOON)
        return statement

    def paths(self) -> dict[str, str]:
        return {key: f"/admin/{self.path(key, route)}" for key, route in ROUTES.items() if key not in OPEN_TO_ALL}

    def path(self, key, route) -> str:
        for parameter, value in self.values(key, route).items():
            route = route.replace(parameter, str(value))
        assert "<" not in route, f"This test cannot fill in {route}. Add the value in Side.values()."
        return route

    def values(self, key, route) -> dict:
        label = ".".join(route.split("/")[:2])
        live = self.editions["live"].statement_id
        statement = ContentType.objects.get_for_model(Statement).pk
        special = {
            "statements_statement_compare": self.editions["replaced"].statement_id,
            "view_on_site": live,
            "statements_statement_submit": self.both["draft"].pk,
            "statements_statement_publish-now": self.both["review"].pk,
            "statements_statement_approve": self.both["review"].pk,
            "accounts_posting_end": self.rows["auth.user"].postings.get().pk,
            **{f"statements_edition_{move}": self.editions[LIFE[move][0]].pk for move in LIFE},
            **{f"statements_release_{move}": self.releases[TOGETHER[move][0]].pk for move in TOGETHER},
        }
        row = special.get(key) or (self.rows[label].pk if label in self.rows else "")
        names = ("<int:pk>", "<path:object_id>", "<id>")
        size = {"<int:width>": self.picture.sizes[0][0], "<str:format>": self.picture.sizes[0][1]}
        digest = self.document.digest if key == "statements_edition_document" else self.picture.digest
        return {
            **dict.fromkeys(names, row),
            **size,
            "<str:digest>": digest,
            "<int:year>": 2025,
            "<int:invitation>": self.invitation.pk,
            "<int:remark>": self.remark.pk,
            "<int:content_type_id>": statement,
        }

    def asked(self, key) -> str:
        """The query string that the address needs."""
        replaced = self.editions["replaced"]
        newer = replaced.statement.editions.exclude(pk=replaced.pk).get()
        return {
            "search": f"?q={self.name}",
            "mentions": f"?q={self.name}",
            "autocomplete": "?app_label=statements&model_name=statement&field_name=topics&term=",
            "statements_statement_compare": f"?old={replaced.pk}&new={newer.pk}",
        }.get(key, "")

    def answers(self, key) -> dict | None:
        """The values for the page's form, or None if the page has no form to send."""
        _app, _underscore, move = key.partition("statements_edition_")
        if move in LIFE:
            return LIFE[move][2]
        _app, _underscore, move = key.partition("statements_release_")
        if move in TOGETHER:
            return TOGETHER[move][1]
        if key == "statements_statement_approve":
            return LIFE["approve"][2]
        if key in ("statements_statement_submit", "statements_statement_publish-now"):
            return {}
        if key.endswith("_delete"):
            return {"post": "yes"}
        if key.endswith("_change"):
            return {"title": "Another title"} if key == "statements_edition_change" else {}
        return self.written(key)

    def written(self, key) -> dict | None:
        text = {"title": "New", "lead": "New.", "body": "New."}
        role = str(Group.objects.get(name="Authors").pk)
        reasons = {f"reason_{language}": "" for language, _name in settings.LANGUAGES} | {"reason_en": "New"}
        office = str(self.rows["consular.office"].pk)
        # The answers on the second page of a sudden closure. Posting that page closes the office.
        closed = {"office": office, "first_day": "2025-07-02", "last_day": "", **reasons}
        cities = {"home_city_en": "Tavelle", "home_time_zone": "Asia/Tbilisi", "host_city_en": "Sull"}
        return {
            "incidents_incident_changelist": {"form-0-position": "77"},
            "consular_office_changelist": {"form-0-position": "77"},
            "statements_statement_add": {
                "kind": str(Kind.objects.get(slug="interview").pk),
                "language": "en",
                **text,
            },
            "statements_page_add": {
                "address": "new",
                **{f"editions-0-{name}": value for name, value in {"language": "en", **text}.items()},
            },
            "statements_edition_add": {
                "statement": str(self.editions["draft"].statement_id),
                "language": "fr",
                # These inputs are only in the form for a new statement.
                **dict.fromkeys(("kind", "speaker", "topics")),
                **text,
            },
            "statements_release_add": {"name": "New"},
            "statements_topic_add": {"name_en": "New", "slug": "new"},
            "statements_speaker_add": {"name_en": "New", "slug": "new"},
            "statements_kind_add": {"name_en": "New", "slug": "new"},
            "incidents_incident_add": {"title_en": "new", "date": "2025-06-01"},
            "consular_office_add": {"name_en": "New"},
            "consular_closure_add": {
                "office": office,
                "first_day": "2025-07-01",
                "reason_en": "New",
            },
            "consular_closure_holidays": {},
            "consular_office_check": {},
            "consular_closure_sudden": {**closed, "made_from": urlencode(sorted(closed.items()))},
            "consular_notice_add": {"text_en": "New", "in_these_alone": "on"},
            "embassy_mission_add": {
                "name_en": "New",
                "slug": "new",
                "host": "new.example",
                "host_time_zone": "Asia/Tokyo",
                **cities,
            },
            "accounts_posting_add": {"account": f"{self.name}-newcomer", "role": role},
            "auth_user_add": {
                "last_name": "Moss",
                "email": "rosalba@orlemar.example",
                "postings-0-role": role,
            },
            "auth_user_send_link": {},
            "auth_user_end_sessions": {},
            "accounts_posting_end": {},
            "auth_group_add": {"name": "New"},
            "statements_edition_invite": {"name": "New reader"},
            "statements_edition_revoke": {},
            "statements_deletion_bring_back": {},
            "statements_edition_clean": {"text": "New."},
            "statements_edition_remark": {"text": "Which ferry?"},
            "statements_edition_answer": {"text": "The new one."},
            "statements_edition_resolve": {},
            "working_copy": {"form": "statements.edition::", "key": "draft-copy:1:new", "content": "{}"},
        }.get(key)


def rows_of(mission) -> dict:
    """The rows that belong to a mission, and its host names. Nobody at another mission may change them."""
    owned = (Statement, Edition, Deletion, Release, Topic, Speaker, Kind, Incident, Office, Notice, Posting)
    rows = {model: model.objects.filter(mission=mission) for model in owned}
    rows[Closure] = Closure.objects.filter(office__mission=mission)
    rows[Remark] = Remark.objects.filter(edition__mission=mission)
    rows[Invitation] = Invitation.objects.filter(edition__mission=mission)
    rows[User] = User.objects.filter(postings__mission=mission)
    rows[Mission] = Mission.objects.filter(pk=mission.pk)
    held = {model: list(found.order_by("pk").values()) for model, found in rows.items()}
    return {**held, "hosts": list(mission.other_hosts.values())}


def mixed(own, other) -> list:
    """Rows of the mission `own` that refer to rows of the mission `other`."""
    theirs = {"kind__mission": other, "speaker__mission": other, "topics__mission": other}
    return [
        *(row for name, value in theirs.items() for row in Statement.objects.of(own).filter(**{name: value})),
        *Edition.objects.of(own).exclude(statement__mission=own),
        *Edition.objects.of(own).filter(release__mission=other),
        *Incident.objects.of(own).filter(statements__mission=other),
    ]


class TheDesk:
    def __init__(self):
        self.own = Side(make_mission("tavel", host="testserver"), "Tavellic")
        vell = make_mission("vell", host="vell.example", name={"en": "Vellanic consulate"})
        vell.other_hosts.create(name="old-vell.example")
        self.other = Side(vell, "Vellanic")
        self.people = {"S": make_administrator(LETTERS["S"])}
        for letter in POSTED_HERE:
            self.people[letter] = make_member(LETTERS[letter], mission=self.own.mission)
        nowhere = self.people[OUTSIDERS[0]] = User.objects.create_user("nowhere", is_staff=True)
        nowhere.groups.set(Group.objects.all())
        nowhere.user_permissions.set(Permission.objects.all())
        self.people[OUTSIDERS[1]] = make_member("Administrators", "their-administrator", mission=vell)
        for user in self.people.values():
            user.set_password(PASSWORD)
            user.save()
        self.bodies = self.forms(self.browser("S"))

    def browser(self, who) -> Client:
        browser = Client()
        browser.force_login(self.people[who])
        return browser

    def forms(self, browser) -> dict[str, dict]:
        """For each page, the fields that a browser would send once the form has been filled in."""
        answers = {key: self.own.answers(key) for key in ROUTES}
        paths = {key: path for key, path in self.own.paths().items() if answers[key] is not None}
        return {key: filled_in(browser.get(path), **answers[key]) for key, path in paths.items()}


@furnished
def the_desk():
    """Two missions with a row of each model, and a user of each role."""
    return TheDesk()


@contextmanager
def rolled_back(browser):
    """Undoes the block's changes to the database and to the browser's cookies. Yields the SQL of these changes.

    Changes to sessions and to the audit log are not listed, because a refused request makes them, too.
    """
    writing, cookies = [], copy.deepcopy(browser.cookies)

    def watch(execute, sql, params, many, context):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not any(table in sql for table in LEFT_OUT):
            writing.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        yield writing
        transaction.set_rollback(True)
    browser.cookies = cookies


def is_refused(answer) -> bool:
    return refused(answer) or answer.status_code == 404


def differs(key, who, like) -> bool:
    """Whether these two users have different rights at the address, or its page may offer them different things."""
    lines = [WHO[each] for each in (key, key.replace("_change", "_delete")) if each in WHO]
    return key == "index" or any((who in may) != (like in may) for line in lines for may in line)


def walked(paths, who, part) -> dict[str, str]:
    """The addresses in this part of the walk."""
    keys = list(paths)
    parts = {
        "every address": keys,
        "where editors differ": [key for key in keys if differs(key, who, "E")],
        "every other address": keys[::2],
        "the rest": keys[1::2],
    }
    return {key: paths[key] for key in parts[part]}


@pytest.mark.parametrize(("who", "part"), WALKS)
def test_each_address_is_opened_by_those_whose_it_is(the_desk, who, part):
    browser, paths, wrong = the_desk.browser(who), the_desk.own.paths(), []
    for key, path in walked(paths, who, part).items():
        with rolled_back(browser) as writing:
            answer = browser.get(path + the_desk.own.asked(key))
        if answer.status_code == 405:
            continue
        if is_refused(answer) == (who in WHO[key][0]) or writing:
            wrong.append((key, answer.status_code, writing))
        page = b"".join(answer).decode("utf-8", "replace")
        if who != "S" and the_desk.other.name in page:
            wrong.append((key, "names something of the other mission"))
        if offered := not_as_granted(who, key, page, paths):
            wrong.append((key, offered))
    assert wrong == []


def not_as_granted(who, key, page, paths) -> list[str]:
    """The routes that the page offers to a user without the right, or hides from a user with the right."""
    name, _underscore, kind = key.rpartition("_")
    if key == "index" and who in STAFF:
        pages = [f"{label.replace('.', '_')}_{kind}" for label in GRANTS for kind in ("changelist", "add")]
        offers = {each: (f'href="{paths[each]}"', who in WHO[each][0]) for each in pages}
    elif kind == "change" and (delete := f"{name}_delete") in paths and who in WHO[key][0]:
        offers = {key: ('name="_save"', who in WHO[key][1]), delete: (paths[delete], who in WHO[delete][0])}
    else:
        offers = {}
    return [each for each, (html, granted) in offers.items() if (html in page) != granted]


@pytest.mark.parametrize(("who", "part"), WALKS)
def test_each_form_is_taken_from_those_whose_it_is(the_desk, who, part):
    browser, wrong = the_desk.browser(who), []
    for key, path in walked(the_desk.own.paths(), who, part).items():
        with rolled_back(browser) as writing:
            answer = browser.post(path, the_desk.bodies.get(key, {}))
        if bool(writing) != (who in WHO[key][1]):
            wrong.append((key, answer.status_code, writing))
    assert wrong == []


@pytest.mark.parametrize("who", ["M", *at_full_size("AEC")])
def test_nothing_of_another_mission_is_opened_or_changed(the_desk, who):
    browser, wrong = the_desk.browser(who), []
    own = the_desk.own.paths()
    theirs = {key: path for key, path in the_desk.other.paths().items() if path != own[key]}
    assert len(theirs) > 70
    for key, path in theirs.items():
        with rolled_back(browser) as writing:
            answers = [
                browser.get(path + the_desk.other.asked(key)),
                browser.post(path, the_desk.bodies.get(key, {})),
            ]
        if writing or any(answer.status_code == 200 for answer in answers):
            wrong.append((key, [answer.status_code for answer in answers], writing))
    assert wrong == []


def smuggled(other) -> list[tuple[str, dict]]:
    """For each form, fields that refer to another mission: its own, hidden ones, and some that it does not have."""
    rows = {label: str(row.pk) for label, row in other.rows.items()}
    mission, draft = {"mission": rows["embassy.mission"]}, other.rows["statements.edition"]
    phone, pages = Office.objects.get(slug=f"{other.name.lower()}-visa").phones.get(), ("add", "change")

    def inline(prefix, pk, **fields):
        values = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "0-id": str(pk)}
        return {f"{prefix}-{name}": value for name, value in {**values, **fields}.items()}

    filed = [
        {"kind": rows["statements.kind"]},
        {"speaker": rows["statements.speaker"]},
        {"topics": [rows["statements.topic"]]},
        mission,
    ]
    return [
        *((f"statements_statement_{page}", fields) for page in pages for fields in filed),
        ("statements_edition_add", {"statement": rows["statements.statement"]}),
        ("statements_edition_change", {"statement": rows["statements.statement"], **mission}),
        *(("statements_edition_change", fields) for fields in filed),
        ("statements_edition_change", inline("figures", draft.figures.get().pk, **{"0-alt": "Mine"})),
        ("statements_edition_change", inline("attachments", draft.attachments.get().pk, **{"0-title": "Mine"})),
        ("statements_edition_invite", {"edition": rows["statements.edition"]}),
        *((f"statements_release_{page}", {"editions": [rows["statements.edition"]]}) for page in pages),
        *((f"incidents_incident_{page}", {"statements": [rows["statements.statement"]]}) for page in pages),
        ("incidents_incident_changelist", {"form-0-id": rows["incidents.incident"]}),
        ("consular_office_changelist", {"form-0-id": rows["consular.office"]}),
        ("consular_office_change", inline("phones", phone.pk, **{"0-number": "+442079460111"})),
        *((f"consular_closure_{page}", {"office": rows["consular.office"]}) for page in pages),
        *((f"statements_{model}_{page}", mission) for model in ("kind", "topic") for page in pages),
        ("consular_notice_add", mission),
        ("embassy_mission_change", inline("other_hosts", other.mission.other_hosts.get().pk, **{"0-name": "mine"})),
        ("accounts_posting_add", mission),
        ("accounts_posting_change", {**mission, "user": rows["auth.user"]}),
        ("auth_user_add", {"postings-0-mission": rows["embassy.mission"]}),
        ("auth_user_change", inline("postings", rows["accounts.posting"], **{"0-role": "1"})),
    ]


@pytest.mark.parametrize("who", ["M", *at_full_size([*"AEC", OUTSIDERS[0]])])
def test_no_field_reaches_another_mission(the_desk, who):
    browser, wrong = the_desk.browser(who), []
    own, other = the_desk.own, the_desk.other
    paths, before = own.paths(), rows_of(other.mission)
    for key, fields in smuggled(other):
        with rolled_back(browser) as writing:
            browser.post(paths[key], {**the_desk.bodies[key], **fields})
            if writing and (rows_of(other.mission) != before or mixed(own.mission, other.mission)):
                wrong.append((key, fields))
    assert wrong == []


# Random requests


def ways_to_a_mission() -> dict[type, str]:
    """For each model whose rows belong to a mission, the lookup from a row to its mission. It finds new models too."""
    # Unmanaged models are left out. They are indexes of words, made from other rows.
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    found: dict[type, str] = {Mission: "pk", User: "postings__mission"}
    # Models that refer to one of these two are left out, because their rows can be about any other model.
    left_out = {ContentType, Permission}
    for _step in range(4):
        for model in models:
            leads = [
                field
                for field in model._meta.get_fields()
                if field.many_to_one or (field.one_to_one and field.concrete)
            ]
            nearest = next((field for field in leads if field.related_model is Mission), None)
            through = nearest or next((field for field in leads if field.related_model in found), None)
            if through is not None and model not in found and not left_out & {field.related_model for field in leads}:
                rest = "" if through.related_model is Mission else f"__{found[through.related_model]}"
                found[model] = f"{through.name}{rest}"
    return found


WAYS = ways_to_a_mission()
# The rows of these models record the attempts themselves, so the test does not compare them.
NOTED = {AuditEvent, LogEntry, apps.get_model("usersessions", "UserSession")}


def all_of(mission) -> dict[type, list]:
    """The rows of the mission, by model, including those in the bin. Models in NOTED are left out."""
    kept = (model for model in WAYS if model not in NOTED)
    return {
        model: list(model._base_manager.filter(**{WAYS[model]: mission.pk}).order_by("pk").values()) for model in kept
    }


def bytes_of(rows) -> dict[str, str]:
    """The digest of each file that a field of these rows names."""
    found = {}
    for model, values in rows.items():
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                for name in filter(None, (row[field.attname] for row in values)):
                    with field.storage.open(name) as content:
                        found[name] = sha256(content.read()).hexdigest()
    return found


def crossing(own, other) -> list:
    """The rows of `own` that refer to rows of `other`, each with the name of the field."""
    found = []
    for model, way in WAYS.items():
        rows = model._base_manager.filter(**{way: own.pk})
        for field in model._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model in WAYS and model not in NOTED:
                there = f"{field.name}__{WAYS[field.related_model]}"
                found += [(row, field.name) for row in rows.filter(**{there: other.pk})]
    return found


def secrets_of(side, rows) -> set[str]:
    """The texts of a mission that only its own desk may show."""
    texts = {
        text
        for model, values in rows.items()
        if model not in (Mission, User)
        for row in values
        for value in row.values()
        for text in (value.values() if isinstance(value, dict) else [value])
        if isinstance(text, str) and side.name in text
    }
    # User names, which have no blank, are no secrets. The two texts below are public at noon.
    return {text for text in texts if " " in text} - {f"The {side.name} ferry", f"The {side.name} notice"}


HOSTS = ["testserver", "testserver", "vell.example", "old-vell.example"]


class Attack:
    """A user of one mission whose requests contain values that identify rows of the other mission."""

    def __init__(self, desk, data):
        self.desk, self.data = desk, data
        self.own, self.other = desk.own, desk.other

    def one_of(self, choices):
        return self.data.draw(st.sampled_from(list(choices)))

    def identifier(self) -> str:
        """A primary key or another unique value of a random row of the other mission."""
        rows = self.desk.rows[self.one_of(model for model in self.desk.rows if self.desk.rows[model])]
        names = ("id", "id", "id", "pk", "digest", "token", "slug", "key", "host", "name")
        row = self.one_of(rows)
        return str(next((row[name] for name in self.data.draw(st.permutations(names)) if row.get(name)), 1))

    def path(self, key) -> str:
        side = self.one_of([self.own, self.other])
        values = side.values(key, ROUTES[key])
        path = ROUTES[key]
        for parameter, value in values.items():
            strange = "int" not in parameter and self.data.draw(st.booleans())
            path = path.replace(parameter, quote(self.identifier() if strange else str(value), safe=""))
        return f"/admin/{path}"

    def fields(self, key) -> dict:
        """The fields of the page's form, but one to three fields identify rows of the other mission."""
        body = dict(self.desk.bodies.get(key, {}))
        for _field in range(self.data.draw(st.integers(1, 3))):
            added = ["mission", "statement", "edition", "user", "kind", "release", "office", "action", "deletion"]
            body[self.one_of([*added, *body])] = self.identifier()
        return body

    def action(self, key) -> dict:
        """The fields of a random action of the list, with ticked rows of both missions."""
        label = key.removesuffix("_changelist").replace("_", ".", 1)
        model = apps.get_model(label)
        actions = [name for name in admin.site._registry[model].get_actions(self.request) if name]
        theirs = [row["id"] for row in self.desk.rows.get(model, ())]
        editions = [row["id"] for row in self.desk.rows[Edition]]
        chosen = [str(self.own.rows[label].pk), *map(str, theirs)]
        interview = str(Kind.objects.get(slug="interview").pk)
        return {
            "action": self.one_of([*actions, "delete_selected"]),
            "_selected_action": chosen,
            "select_across": self.one_of("01"),
            NAMED: " ".join(map(str, [*chosen, *editions])),
            "post": "yes",
            "kind": self.one_of([interview, self.identifier()]),
        }

    def query(self, key) -> str:
        names = [
            "topics__id__exact",
            "mission",
            "statement",
            "kind__id__exact",
            "q",
            "at",
            "editions__id",
            "_to_field",
        ]
        names += ["old", "new", "id__in", "pk", "speaker__pk", "by", "user__id__exact", "edition", "page", "e"]
        pairs = {self.one_of(names): self.one_of([self.identifier(), self.other.name, "2030-01-01T00:00Z"])}
        return f"?{urlencode(pairs)}{self.own.asked(key).replace('?', '&')}"

    def travel(self, browser):
        """Request a public page of the other mission as of tomorrow. A stranger must get the same answer."""
        path = self.one_of(self.desk.public)
        path += f"{'&' if '?' in path else '?'}at=2025-06-17T12:00Z"
        sent = {"headers": {"host": "vell.example"}}
        answer, to_strangers = (b"".join(each.get(path, **sent)) for each in (browser, Client()))
        return path, [] if answer == to_strangers else [b"not as to strangers", answer]

    def send(self, browser):
        key = self.one_of(ROUTES.keys() - OPEN_TO_ALL)
        self.request = RequestFactory().get("/")
        self.request.user, self.request.mission = self.desk.people["S"], self.own.mission
        sent = {"headers": {"host": self.one_of(HOSTS)}}
        if self.data.draw(st.integers(0, 4)) == 0:
            return self.travel(browser)
        path = self.path(key) + self.query(key)
        if self.data.draw(st.booleans()):
            return path, browser.get(path, **sent)
        body = self.action(key) if key.endswith("_changelist") else self.fields(key)
        return (path, body), browser.post(path, body, **sent)


@tries(40)
@pytest.mark.django_db
def test_no_request_reads_or_changes_anything_of_another_mission(size, the_desk):
    before = the_desk.rows = all_of(the_desk.other.mission)
    files, secrets = bytes_of(before), secrets_of(the_desk.other, before)
    the_desk.public = [path for _route, path in Stranger().addresses(NOON)]
    browsers = {who: the_desk.browser(who) for who in [*POSTED_HERE, OUTSIDERS[0]]}
    assert {Picture, Edition, Posting, Closure} <= set(before) and len(secrets) > 10

    @size
    @given(st.data())
    def check(data):
        browser = browsers[data.draw(st.sampled_from(sorted(browsers)))]
        with rolled_back(browser) as writing:
            asked, answer = Attack(the_desk, data).send(browser)
            page = b"".join(answer).decode("utf-8", "replace")
            # A form that is shown again repeats what was sent. So what was sent is no leak.
            unsent = {text for text in secrets if text not in str(asked)}
            assert {text for text in {*unsent, "not as to strangers"} if text in page} == set(), asked
            if writing:
                after = all_of(the_desk.other.mission)
                assert {model: rows for model, rows in after.items() if rows != before[model]} == {}, asked
                assert bytes_of(after) == files, asked
                assert crossing(the_desk.own.mission, the_desk.other.mission) == [], asked

    check()
