"""Warnings at the desk about notices that contradict what else is known."""

from django.contrib import messages
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from consular.models import numbers_held
from embassy.fields.telephone import readable


def point_out(model_admin, request, notices):
    """Show a warning for each contradiction: with closures, other notices, translations, or numbers in use."""
    point_out_numbers(model_admin, request, notices)
    for notice in notices:
        for said in notice.contradictions(at=request.instant):
            model_admin.message_user(request, f"“{notice}”: {said}", messages.WARNING)


def point_out_numbers(model_admin, request, notices):
    """Show a warning for each notice with a number that is given up before the notice ends."""
    held = numbers_held(request.mission)
    for notice in notices:
        if outdated := notice.outdated_numbers(held):
            address = reverse("admin:consular_notice_change", args=[notice.pk])
            link = format_html('{} <a href="{}">{}</a>', not_kept(notice, outdated), address, _("Correct the notice"))
            model_admin.message_user(request, link, messages.WARNING)


def not_kept(notice, numbers) -> str:
    saying = _(
        "“%(notice)s” gives %(numbers)s, but no office and no consular line keeps this number until the notice ends."
    )
    return saying % {"notice": notice, "numbers": ", ".join(map(readable, numbers))}
