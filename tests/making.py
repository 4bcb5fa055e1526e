"""Functions that create objects for tests, with default values."""

import io
from datetime import UTC, date, datetime

from django.contrib.auth.models import Group, Permission, User

from consular.models import Closure, Notice, Office
from embassy.models import Mission
from incidents.models import Incident
from statements.models import Attachment, Document, Edition, Kind, Page, Release, Slot, Speaker, Statement, Topic
from uploads.documents.filenames import clean_name
from uploads.documents.inspect import examine

NOON = datetime(2025, 6, 16, 12, 0, tzinfo=UTC)


def make_mission(slug="port-brennick", **fields):
    """The embassy of a fictional republic. At NOON, it is 13:00 in the host city, and 16:00 in the home city."""
    defaults = {
        "name": {"en": "Embassy of the Republic of Orlemar", "fr": "Ambassade de la République d’Orlemar"},
        "home_city": {"en": "Tavelle", "fr": "Tavelle"},
        "home_time_zone": "Asia/Tbilisi",
        "host_city": {"en": "Port Brennick", "fr": "Port-Brennick"},
        "host_time_zone": "Europe/Dublin",
        "consular_phone": "+442079460958",
        "consular_email": "consul@orlemar.example",
        # The first mission gets no host name, because a single mission needs none.
        "host": f"{slug}.example" if Mission.objects.exists() else None,
    }
    return Mission.objects.create(slug=slug, **{**defaults, **fields})


def make_statement(mission, *, kind="press-release", topics=(), **fields):
    """A statement without editions."""
    statement = Statement.objects.create(mission=mission, kind=Kind.objects.get(slug=kind), **fields)
    statement.topics.set(topics)
    return statement


def make_draft(statement, language="en", title="The ferry sails again", **fields):
    defaults = {"lead": f"Lead of {title}.", "body": f"<p>Body of {title}.</p>"}
    return Edition.objects.create(statement=statement, language=language, title=title, **{**defaults, **fields})


def publish(
    mission, title="The ferry sails again", *, at=NOON, language="en", kind="press-release", topics=(), **fields
):
    """Create a statement with one edition that is public from `at`. Returns the edition."""
    edition = make_draft(make_statement(mission, kind=kind, topics=topics), language, title, **fields)
    edition.approve(by=None, live_from=at, now=at)
    return edition


def make_page(mission, address="visas", parent=None, *, now=NOON, **fields) -> Page:
    """A page that stays, without editions."""
    page = Page.objects.create(mission=mission, address=address, parent=parent, **fields)
    page.settle(None, now)
    return page


def publish_page(
    mission, address="visas", title="Visas", *, at=NOON, language="en", parent=None, position=100, **fields
):
    """Create a page with one edition that is public from `at`. Returns the page."""
    page = make_page(mission, address, parent, now=at, position=position)
    make_draft(page, language, title, **fields).approve(by=None, live_from=at, now=at)
    page.refresh_from_db()
    return page


def feature(statement, live_from, live_until=None) -> Slot:
    return Slot.objects.create(statement=statement, live_from=live_from, live_until=live_until)


def make_topic(mission, slug="lakes", **name):
    return Topic.objects.create(mission=mission, slug=slug, name=name or {"en": slug.title()})


def make_speaker(mission, slug="ysolde-karamin", name="Ysolde Karamin", role="Ambassador"):
    return Speaker.objects.create(mission=mission, slug=slug, name={"en": name}, role={"en": role})


def make_incident(mission, slug="atlas", day=date(2025, 6, 1), title="the theft of the atlas", **fields):
    return Incident.objects.create(mission=mission, slug=slug, date=day, title={"en": title}, **fields)


def make_office(mission, slug="consular-section", name="Consular Section", hours="", **fields):
    office = Office.objects.create(mission=mission, slug=slug, name={"en": name}, **fields)
    if hours:
        office.timetables.create(hours=hours)
    return office


def make_notice(mission, text="The ferry does not run today.", **fields):
    return Notice.objects.create(mission=mission, text={"en": text}, **fields)


def attach(edition, content, title="The timetable", *, name="timetable", language="", **fields):
    """Attach a file to the draft, with the same inspection as in the form."""
    document = Document.keep(edition.mission, examine(io.BytesIO(content), name))
    made = Attachment(edition=edition, document=document, title=title, name=clean_name(name), language=language)
    for field, value in fields.items():
        setattr(made, field, value)
    made.save()
    return made


def make_administrator(username="admin"):
    return User.objects.create_superuser(username, password="a long password")


def make_closure(office, first=date(2025, 6, 18), last=None, reason="Day of the Lakes"):
    return Closure.objects.create(office=office, first_day=first, last_day=last or first, reason={"en": reason})


def make_member(role, username=None, **posting):
    """A member of staff with a role, such as "Editors", at the first mission; at the ministry if there is none."""
    user = User.objects.create_user(username or named_after(role))
    post(user, role, **{"mission": Mission.objects.order_by("pk").first(), **posting})
    return user


def post(user, role, mission, **interval):
    return user.postings.create(mission=mission, role=Group.objects.get(name=role), **interval)


def make_newcomer(*permissions, username="newcomer"):
    """A member of staff whose role has only these permissions, such as "view_edition"."""
    role = Group.objects.create(name=f"May {' '.join(permissions)}")
    role.permissions.set(Permission.objects.filter(codename__in=permissions))
    return make_member(role.name, username)


def member(role) -> User | None:
    """The user that `make_member(role)` has created, or None."""
    return User.objects.filter(username=named_after(role)).first()


def named_after(role) -> str:
    return role.lower().replace(" ", "-")


def submit(draft, by, at=NOON):
    """Save the draft as this user, and submit it for review."""
    draft.write(by, at)
    draft.submit(by, at)
    return draft


def make_release(mission, editions, name="The joint text"):
    """A release of these drafts."""
    release = Release.objects.create(mission=mission, name=name)
    for edition in editions:
        edition.release = release
        edition.save()
    return release
