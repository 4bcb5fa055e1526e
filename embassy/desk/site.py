"""The admin site for staff, with apps and models in the order of a mission's work."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from embassy.desk.draft_copy import keep_copy
from embassy.desk.mentions import mentions
from embassy.http.desk_host import public_origin
from embassy.roles import may_enter
from embassy.views import too_much
from fulltext.query import LONGEST
from fulltext.sought import Sought
from richtext.limits import MOST_CHARACTERS

# Labels as "app.model". Models that are not listed come last in their app, in alphabetical order.
ORDER = [
    "statements.statement",
    "statements.edition",
    "statements.page",
    "statements.release",
    "statements.deletion",
    "statements.topic",
    "statements.speaker",
    "statements.kind",
    "incidents.incident",
    "consular.notice",
    "consular.closure",
    "consular.office",
    "embassy.mission",
    "accounts.posting",
    "auth.user",
    "auth.group",
    "outbox.job",
]
# The models that the search at the head of each desk page searches, in the order of the results.
SEARCHED = [
    "statements.statement",
    "statements.release",
    "statements.speaker",
    "statements.topic",
    "incidents.incident",
    "consular.office",
    "consular.closure",
    "consular.notice",
    "auth.user",
]
# The search shows at most this many rows of each model. The model's list shows all of them.
SHOWN = 8
# Inputs with the values of a whole form, which may be longer than a text: what the form showed
# (embassy/desk/merge.py), and a working copy (embassy/desk/draft_copy.py).
WHOLE_FORMS = {"shown", "content"}
APPS = list(dict.fromkeys(label.partition(".")[0] for label in ORDER))


# Django's users and groups (app `auth`) are listed under the heading of the postings (app `accounts`).
STAFF, USERS = "accounts", "auth"


def together(apps: list[dict]) -> list[dict]:
    found = {app["app_label"]: app for app in apps}
    if STAFF in found and USERS in found:
        found[STAFF]["models"] += found.pop(USERS)["models"]
    return list(found.values())


def place(order: list[str], label: str) -> int:
    return order.index(label) if label in order else len(order)


class Autocomplete(AutocompleteJsonView):
    """Autocomplete endpoint. Strips NUL, which PostgreSQL rejects."""

    def process_request(self, request):
        term, *whose = super().process_request(request)
        return term.replace("\x00", ""), *whose


def has_overlong_text(posted) -> bool:
    """Whether a text is longer than any field accepts. Cleaning, comparing or showing it could take minutes."""
    texts = [text for name, texts in posted.lists() if name not in WHOLE_FORMS for text in texts]
    return any(len(text) > MOST_CHARACTERS for text in texts)


class Desk(AdminSite):
    site_header = _("Embassy: the desk")
    site_title = "Embassy"
    index_title = _("The desk")

    def has_permission(self, request):
        return may_enter(request.user)

    def each_context(self, request):
        context = super().each_context(request)
        if request.mission.is_unchosen:
            context |= {"site_url": None, "is_nav_sidebar_enabled": False}
        if request.mission.is_at_desk:
            context["site_url"] = f"{public_origin(request)}/"
        return context

    def admin_view(self, view, cacheable=False):
        @wraps(view)
        def bounded(request, *args, **kwargs):
            if has_overlong_text(request.POST):
                return too_much(request)
            return view(request, *args, **kwargs)

        return super().admin_view(bounded, cacheable)

    def get_urls(self):
        # This route replaces Django's own. Django's reveals addresses of rows that are not public or belong to another
        # mission, and fails for rows without an address.
        here = path(
            "r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site), name="view_on_site"
        )
        search = path("search/", self.admin_view(self.search_view), name="search")
        mentioned = path("mentions/", self.admin_view(self.mentions_view), name="mentions")
        copies = path("working-copy/", self.admin_view(self.keep_copy_view), name="working_copy")
        return [
            here,
            search,
            mentioned,
            copies,
            *(route for route in super().get_urls() if getattr(route, "name", "") != here.name),
        ]

    def login(self, request, extra_context=None):
        """Switched off: the admin's own form has no limit on attempts and asks for no second factor."""
        raise Http404("The sign-in page is in accounts.urls, at the same address.")

    @method_decorator([require_POST, never_cache])
    def keep_copy_view(self, request):
        return keep_copy(self, request)

    @method_decorator(require_safe)
    def search_view(self, request):
        words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
        context = {
            **self.each_context(request),
            "title": _("Search the desk"),
            "words": words,
            "found": list(self.found(request, words)) if words else [],
        }
        return TemplateResponse(request, "admin/search.html", context)

    @method_decorator(require_safe)
    def mentions_view(self, request):
        sought = Sought(request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST])
        context = {
            **self.each_context(request),
            "title": _("What says it"),
            "sought": sought.words,
            "is_number": sought.is_number,
            "found": list(mentions(self, request, sought)) if sought.words else [],
        }
        return TemplateResponse(request, "admin/mentions.html", context)

    def found(self, request, words: str):
        """The results, only from lists that the user may see. Each list is searched as on its own page."""
        listed = [model for app in self.get_app_list(request) for model in app["models"] if model["admin_url"]]
        admins = {model["model"]._meta.label_lower: self._registry[model["model"]] for model in listed}
        for label in SEARCHED:
            if label in admins and (rows := self._rows(request, admins[label], words)):
                yield {
                    "name": admins[label].opts.verbose_name_plural,
                    "rows": rows[:SHOWN],
                    "rest": len(rows) > SHOWN,
                    "list": reverse(f"admin:{label.replace('.', '_')}_changelist", query={"q": words}),
                }

    def _rows(self, request, model_admin, words) -> list[dict]:
        every = model_admin.get_queryset(request)
        found, repeats = model_admin.get_search_results(request, every, words)
        found = every.filter(pk__in=found.order_by().values("pk")) if repeats else found
        found = found.select_related(*model_admin.get_list_select_related(request) or [])
        name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change"
        state = getattr(model_admin, "state_as_found", lambda row: "")
        ordered = found.order_by(*(model_admin.get_ordering(request) or model_admin.opts.ordering))
        return [
            {"row": str(row), "state": state(row), "address": reverse(name, args=[row.pk])}
            for row in ordered[: SHOWN + 1]
        ]

    def autocomplete_view(self, request):
        return Autocomplete.as_view(admin_site=self)(request)

    def view_on_site(self, request, content_type_id, object_id):
        kind = get_object_or_404(ContentType, pk=content_type_id)
        model_admin = self._registry.get(kind.model_class())
        row = model_admin and model_admin.get_object(request, object_id)
        if row is None or not model_admin.has_view_permission(request, row):
            raise Http404("There is nothing of the kind at this desk.")
        tell = model_admin.view_on_site if callable(model_admin.view_on_site) else public_address
        address = tell(row)
        if address is None:
            raise Http404("This has no page of its own.")
        return redirect(address)

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        if app_label == STAFF:
            apps += super().get_app_list(request, USERS)
        apps = together(apps)
        for app in apps:
            app["models"].sort(key=lambda model: place(ORDER, model["model"]._meta.label_lower))
        return sorted(apps, key=lambda app: place(APPS, app["app_label"]))


def public_address(row) -> str | None:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else None
