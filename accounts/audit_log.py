"""The audit log: who did what at the desk, when and from which address, with the values before and after.

When save() stores a row of a model in AUDITLOG_INCLUDE_TRACKING_MODELS, django-auditlog compares it with the stored
row, for forms, imports and commands alike. bulk_create(), as for imported statements, is not logged. The log also
contains the history of each edition (statements/models/event.py).
"""

import json
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from ipaddress import ip_address
from operator import attrgetter
from urllib.parse import urlsplit

from allauth.mfa.signals import authenticator_added, authenticator_removed
from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.authentication import account_named
from embassy.models import Mission

current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


# The attributes that may lead from a changed row to its mission. If the row's model has none of them,
# AuditEvent.save() enters the mission of the request.
MISSION_OF = ("mission_id", "office.mission_id", "edition.mission_id")


# How django-auditlog writes that there is no value.
NO_VALUE = "None"


class AsWritten(json.JSONEncoder):
    """Stores “é” as it is, so that a search finds it. Python's default is an escape sequence."""

    def __init__(self, **options):
        super().__init__(**{**options, "ensure_ascii": False})


class AuditEvents(LogEntryManager):
    def log_create(self, instance, force_log=False, **kwargs):
        if changes := kwargs.get("changes"):
            kwargs["changes"] = readable(instance, changes)
        return super().log_create(instance, force_log, **{**kwargs, **mission_of(instance)})

    def log_m2m_changes(self, changed_queryset, instance, operation, field_name, **kwargs):
        kwargs |= mission_of(instance)
        return super().log_m2m_changes(changed_queryset, instance, operation, field_name, **kwargs)


def mission_of(instance) -> dict[str, int | None]:
    found: dict[str, int | None] = {"mission_id": instance.pk} if isinstance(instance, Mission) else {}
    for path in MISSION_OF:
        try:
            found["mission_id"] = attrgetter(path)(instance)
        except AttributeError:
            continue
    return found


def readable(instance, changes: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    """The values before and after, of the row's own columns. django-auditlog also notes relations from other rows."""
    fields = {name: instance._meta.get_field(name) for name in changes}
    return {
        name: [_readable(field, value) for value in changes[name]] for name, field in fields.items() if field.concrete
    }


def _readable(field, value: str) -> str:
    if value == NO_VALUE:
        return value
    if isinstance(field, models.JSONField):
        return json.dumps(json.loads(value), ensure_ascii=False)
    row = field.many_to_one and field.related_model._base_manager.filter(pk=value).first()
    return f"{row} ({value})" if row else value


class AuditEvent(AbstractLogEntry):
    """An entry of the audit log. The database refuses to change or delete it.

    Its foreign keys have no constraints in the database, so that it outlives the rows to which they point.
    """

    class Action(AbstractLogEntry.Action):
        SIGNED_IN, SIGNED_OUT, SIGN_IN_FAILED, REFUSED, EXPORTED, FACTOR_ADDED, FACTOR_REMOVED = range(10, 17)
        SESSION_ENDED, PROVIDER_LINKED, PROVIDER_UNLINKED = range(17, 20)
        INVITED, LINK_SENT, UNKNOWN_POSTING = 20, 21, 22

        choices = (
            (AbstractLogEntry.Action.CREATE, _("added")),
            (AbstractLogEntry.Action.UPDATE, _("changed")),
            (AbstractLogEntry.Action.DELETE, _("deleted")),
            (SIGNED_IN, _("signed in")),
            (SIGNED_OUT, _("signed out")),
            (SIGN_IN_FAILED, _("failed to sign in")),
            (REFUSED, _("was refused")),
            (EXPORTED, _("exported the audit log")),
            (FACTOR_ADDED, _("added a second factor")),
            (FACTOR_REMOVED, _("removed a second factor")),
            (SESSION_ENDED, _("ended a session")),
            (PROVIDER_LINKED, _("linked with the identity provider")),
            (PROVIDER_UNLINKED, _("no longer linked with the identity provider")),
            (INVITED, _("sent an invitation")),
            (LINK_SENT, _("sent a link for a new password")),
            (UNKNOWN_POSTING, _("unknown posting claimed")),
        )

    mission = models.ForeignKey(
        Mission, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("mission")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name=_("who"),
    )
    # A copy of the user name. It is empty if the actor is a command, or somebody who had not signed in.
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    content_type = models.ForeignKey(
        ContentType, models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name=_("type")
    )
    action = models.PositiveSmallIntegerField(_("what"), choices=Action.choices, db_index=True)
    changes = models.JSONField(_("changes"), null=True, encoder=AsWritten)
    # Leave out those fields of django-auditlog that would stay empty.
    changes_text = remote_port = additional_data = actor_email = None

    objects = AuditEvents()

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["mission", "-id"], name="accounts_auditevent_newest")]

    def __str__(self):
        return f"{self.get_action_display()}: {self.object_repr}" if self.object_repr else self.get_action_display()

    def save(self, *args, **kwargs):
        request = current_request.get()
        if request is not None:
            if self.mission_id is None and not self._is_of_a_mission():
                self.mission_id = request.mission.pk
            self.remote_addr = address_of(request)
            if self.actor is None and request.user.is_authenticated:
                self.actor = request.user
        self.actor_name = self.actor.get_username() if self.actor else ""
        super().save(*args, **kwargs)

    def _is_of_a_mission(self) -> bool:
        """Whether the row's model has a mission. Then the entry has the row's mission, even if that is None."""
        model = self.content_type and self.content_type.model_class()
        return hasattr(model, "mission_id")

    @classmethod
    def record(cls, action: int, *, about="", account: User | None = None, changes=None):
        """Record an event that changes no row. Say which `account` it concerns, or what it is `about`, in words."""
        return cls.objects.create(
            action=action,
            content_type=ContentType.objects.get_for_model(account) if account else None,
            object_pk=account.pk if account else "",
            object_id=account and account.pk,
            object_repr=str(account or about),
            changes=changes,
        )


def address_of(request: HttpRequest) -> str | None:
    """The client's IP address. None if the front server connects by a Unix socket and names no address."""
    try:
        return str(ip_address(request.META["REMOTE_ADDR"]))
    except ValueError:
        return None


def audited(get_response):
    """Middleware: let the audit log's entries know the request. Record what the desk refuses to signed-in users."""

    def middleware(request):
        token = current_request.set(request)
        try:
            response = get_response(request)
            if _is_refused(request, response) and request.user.is_authenticated:
                AuditEvent.record(AuditEvent.Action.REFUSED, about=request.path[:250])
            return response
        finally:
            current_request.reset(token)

    return middleware


def _is_refused(request, response) -> bool:
    if not request.path_info.startswith("/admin/"):
        return False
    # Whoever has no posting here is sent to the sign-in page.
    sent_away = response.status_code == 302 and urlsplit(response.url).path == reverse("admin:login")
    return response.status_code == 403 or sent_away


def hidden(value: str) -> str:
    """Stands for the hash of a password. So the log says that the password was changed, and no more."""
    return "•••"


@receiver(user_logged_in)
def signed_in(user, **kwargs):
    AuditEvent.record(AuditEvent.Action.SIGNED_IN, account=user)


@receiver(user_logged_out)
def signed_out(user, **kwargs):
    if user is not None:
        AuditEvent.record(AuditEvent.Action.SIGNED_OUT, account=user)


@receiver(user_login_failed)
def sign_in_failed(sender, credentials, **kwargs):
    # Names without an account are not recorded: some people type their password there, and robots try many names.
    if account := account_named(credentials.get("username") or ""):
        AuditEvent.record(AuditEvent.Action.SIGN_IN_FAILED, account=account)


@receiver(authenticator_added)
def factor_added(user, **kwargs):
    AuditEvent.record(AuditEvent.Action.FACTOR_ADDED, account=user)


@receiver(authenticator_removed)
def factor_removed(user, **kwargs):
    AuditEvent.record(AuditEvent.Action.FACTOR_REMOVED, account=user)


@receiver(post_save, sender="socialaccount.SocialAccount")
def provider_linked(instance, created, **kwargs):
    if created:
        AuditEvent.record(AuditEvent.Action.PROVIDER_LINKED, account=instance.user)


@receiver(post_delete, sender="socialaccount.SocialAccount")
def provider_unlinked(instance, **kwargs):
    AuditEvent.record(AuditEvent.Action.PROVIDER_UNLINKED, account=instance.user)
