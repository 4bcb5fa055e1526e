"""Makes, lists and revokes invitations on an edition's page at the desk."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from embassy.desk.base import both_cities
from embassy.forms import InstantField
from embassy.http.desk_host import public_origin
from embassy.http.languages import speaking
from statements.desk.workflow_forms import MoveForm
from statements.models import Invitation

USUAL = timedelta(days=3)


class InvitationForm(MoveForm):
    """Invites a person to read the edition. The new invitation is in `invitation`."""

    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("Who will read it. The name stands across the page, so that a copy shows where it came from."),
    )
    expires_at = InstantField(label=_("Open until"), help_text=_("At most 30 days from now."))

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, now=now, **kwargs)
        self.initial.setdefault("expires_at", now + USUAL)

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError(_("Write the name of the person who will read it."))
        return name

    def move(self, answers):
        self.invitation = Invitation.make(self.edition, self.by, answers["name"], answers["expires_at"], self.now)


def may_invite(user, edition) -> bool:
    """Whether the user may invite outsiders. For an approved edition, this needs the permission to approve."""
    return user.has_perm(f"statements.{'approve' if edition.is_approved else 'change'}_edition")


class Invitations:
    """ModelAdmin mixin: the invitations to an edition."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/invite/", view(self.invite_view), name="statements_edition_invite"),
            path("<int:pk>/revoke/<int:invitation>/", view(self.revoke_view), name="statements_edition_revoke"),
            *super().get_urls(),
        ]

    def invitations(self, request, edition) -> dict:
        rows = [
            {
                "invitation": invitation,
                "is_open": invitation.is_open(at=request.instant),
                "until": both_cities(request.mission, invitation.expires_at),
                "revoked": invitation.revoked_at and both_cities(request.mission, invitation.revoked_at),
                "last_viewed": both_cities(request.mission, invitation.last_viewed_at),
            }
            for invitation in edition.invitations.with_viewings().select_related("made_by")
        ]
        return {
            "invitations": rows,
            "may_invite": may_invite(request.user, edition),
            "is_or_was_public": edition.has_been_public(at=request.instant),
        }

    def invite_view(self, request, pk):
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        if not may_invite(request.user, edition):
            raise PermissionDenied
        posted = request.POST if request.method == "POST" else None
        form = InvitationForm(posted, edition=edition, by=request.user, now=request.instant)
        if form.is_valid() and form.make():
            return self.invited(request, form.invitation)
        title = _("Invite somebody to read it")
        return self.move_page(request, edition, "invite", title, form=form, media=self.media + form.media)

    def invited(self, request, invitation):
        """Show the link. The desk shows it only once, although it could be made again from the invitation's key."""
        with speaking(request.mission.default_language, request.mission.for_readers()):
            link = f"{public_origin(request)}{reverse('preview', args=[invitation.token])}"
        text = format_html(
            _("The link for {name} is open until {until}. Copy it now, because it is shown only once: {link}"),
            name=invitation.name,
            until=both_cities(request.mission, invitation.expires_at),
            link=format_html('<input class="link-to-copy" readonly value="{}" aria-label="{}">', link, _("Link")),
        )
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:statements_edition_change", invitation.edition_id)

    @method_decorator(require_POST)
    def revoke_view(self, request, pk, invitation):
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        if not may_invite(request.user, edition):
            raise PermissionDenied
        found = get_object_or_404(Invitation, edition=edition, pk=invitation)
        found.revoke(request.user, request.instant)
        text = format_html(_("The link for {name} no longer works."), name=found.name)
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:statements_edition_change", edition.pk)
