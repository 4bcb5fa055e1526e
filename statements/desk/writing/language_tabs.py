"""The tabs above the form of an edition: its statement's other editions, and the languages that are missing."""

from collections.abc import Iterator
from datetime import datetime

from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from embassy.models import Mission
from statements.desk.badges import state_badge
from statements.models import Edition, Statement

OVER = ("replaced", "ended")


def name_of(code: str) -> str:
    return capfirst(get_language_info(code)["name_translated"])


def tabs(statement: Statement, shown: Edition | None, at: datetime) -> Iterator[dict]:
    """The shown edition and all that are not replaced or ended, in the order of the mission's languages."""
    places = {code: place for place, code in enumerate(statement.mission.languages)}
    editions = [each for each in statement.editions_in_order() if each == shown or each.state(at=at) not in OVER]
    for edition in sorted(editions, key=lambda each: (places.get(each.language, len(places)), each.pk)):
        yield {
            "name": name_of(edition.language),
            "badge": state_badge(edition, at),
            "address": reverse("admin:statements_edition_change", args=[edition.pk]),
            "is_shown": edition == shown,
        }


def still_to_write(mission: Mission, written: set[str]) -> list[dict]:
    return [{"code": code, "name": name_of(code)} for code in mission.languages if code not in written]


def page_to_write(statement: Statement, code: str) -> str:
    return reverse("admin:statements_edition_add", query={"statement": statement.pk, "language": code})


class LanguageTabs(admin.ModelAdmin):
    """ModelAdmin mixin: links from the form of an edition to the other languages of its statement."""

    def languages(self, request, statement: Statement | None, shown: Edition | None, language: str) -> dict:
        """The context of the tabs. `language` is the language of the form, even if its edition is not stored yet."""
        written = {edition.language for edition in statement.editions_in_order()} if statement else set()
        missing = still_to_write(request.mission, written | {language})
        for each in missing:
            if statement:
                each["address"] = page_to_write(statement, each["code"])
            else:
                each["instead"] = reverse("admin:statements_statement_add", query={"language": each["code"]})
        return {
            "tabs": list(tabs(statement, shown, request.instant)) if statement else [],
            "written_now": "" if shown else name_of(language),
            "still_to_write": missing if self.has_add_permission(request) else [],
        }

    def response_in_another_language(self, request, edition):
        """After “Save and write it in French”, redirect to the French form. None if another button was pressed."""
        code = request.POST.get("_translate")
        if code not in request.mission.languages:
            return None
        self.message_user(request, format_html(_("“{title}” has been saved."), title=edition.title), messages.SUCCESS)
        return redirect(page_to_write(edition.statement, code))
