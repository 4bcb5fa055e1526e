"""The admin of accounts and their postings.

Administrators of a mission see the accounts with postings to it, and manage these postings alone. The ministry's
administrators (permission `administer_every_mission`) manage all of them.
"""

from datetime import datetime

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.admin import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts import audit_log_admin  # noqa: F401  (registers the audit log)
from accounts.authentication import free_user_name
from accounts.models import Posting
from accounts.password_links import is_newcomer, send_link, tell_of_new_address
from embassy.desk.base import MissionFields, NoBulkDeletion, OwnFieldsOnly, both_cities, seen_at
from embassy.models import Mission


def is_of_the_ministry(request) -> bool:
    return request.user.has_perm("accounts.administer_every_mission")


def roles_to_give(request):
    """The roles that allow no more than the user's own roles. Superusers may give every role.

    The user's own roles are those at the ministry if they administer every mission, otherwise those at this mission.
    """
    if request.user.is_superuser:
        return Group.objects.all()
    own = request.user.postings.filter(mission=None if is_of_the_ministry(request) else request.mission.pk)
    beyond = Permission.objects.exclude(group__in=own.live(at=request.instant).values("role"))
    return Group.objects.exclude(permissions__in=beyond)


class PostingForm(forms.ModelForm):
    # Set by PostingFields.posting_form.
    mission: Mission
    now: datetime

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "mission" not in self.fields:
            self.instance.mission = self.mission

    def clean_live_from(self):
        return self._not_past("live_from") or self.now

    def clean_live_until(self):
        return self._not_past("live_until")

    def clean(self):
        cleaned = super().clean()
        # Django does not check a constraint if the form lacks one of its fields.
        until = cleaned.get("live_until")
        if "live_from" not in self.fields and until and self.instance.live_from and until <= self.instance.live_from:
            self.add_error("live_until", _("“Until” must be later than “from”."))
        return cleaned

    def _not_past(self, name: str) -> datetime | None:
        """Refuse a past minute, unless it is stored already: who had which role when is never rewritten."""
        minute = self.cleaned_data[name]
        if minute and minute < self.now and minute != getattr(self.instance, name):
            raise ValidationError(_("That minute is past. Choose this minute or a later one."), code="past")
        return minute


class NewPostingForm(PostingForm):
    account = forms.CharField(
        label=_("user name or e-mail address"),
        max_length=254,
        help_text=_("Of an account that exists already, in full."),
    )

    def clean_account(self):
        named = self.cleaned_data["account"]
        found = User.objects.filter(Q(username=named) | Q(email__iexact=named), is_active=True)
        if not found:
            raise ValidationError(_("No account has this user name or e-mail address. Make one under “Users”."))
        # One account's e-mail address may be another account's user name. Then nobody knows which of them is meant.
        if len(found) > 1:
            raise ValidationError(_("Several accounts have this. Write what belongs to one of them alone."))
        self.instance.user = found[0]
        return named


class PostingFields(MissionFields):
    """What PostingAdmin and PostingInline share: the queryset, the form and its fields."""

    def get_queryset(self, request):
        postings = super().get_queryset(request).select_related("user", "role", "mission")
        return postings if is_of_the_ministry(request) else postings.of(request.mission)

    def posting_form(self, request, form: type[PostingForm]) -> type[PostingForm]:
        return type(form.__name__, (form,), {"mission": request.mission, "now": request.instant})

    def posting_fields(self, request) -> list[str]:
        return ["role", *(["mission"] if is_of_the_ministry(request) else []), "live_from", "live_until"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("role", "mission"):
            # The inner widget has no icons beside it that change or delete the chosen role or mission.
            field.widget = field.widget.widget
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "role":
            kwargs["queryset"] = roles_to_give(request)
        if db_field.name == "mission":
            kwargs |= {"empty_label": _("the ministry: every mission"), "initial": request.mission.pk}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Posting)
class PostingAdmin(PostingFields, NoBulkDeletion, admin.ModelAdmin):
    list_display = ["user", "role", "where", "begins", "ends", "is_live_now", "from_provider"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "user__email"]
    search_help_text = _("Search in user names, names and e-mail addresses.")
    list_per_page = 50

    def get_urls(self):
        return [
            path("<int:pk>/end/", self.admin_site.admin_view(self.end_view), name="accounts_posting_end"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        return seen_at(super().get_queryset(request), request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = self.posting_form(request, PostingForm if obj else NewPostingForm)
        return super().get_form(request, obj, change=change, form=form, **kwargs)

    def get_fields(self, request, obj=None):
        given = ["from_provider"] if obj and obj.from_provider else []
        return ["user" if obj else "account", *self.posting_fields(request), *given]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        begun = ["live_from"] if obj.has_begun(at=request.instant) else []
        return ["user", "role", "mission", "from_provider", *begun]

    def has_change_permission(self, request, obj=None):
        within = obj is None or (not obj.has_ended(at=request.instant) and _may_give(request, obj.role))
        return within and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        within = obj is not None and not obj.has_begun(at=request.instant) and _may_give(request, obj.role)
        return within and super().has_delete_permission(request, obj)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        context["may_end"] = obj is not None and self._may_end(request, obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def end_view(self, request, pk):
        posting = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self._may_end(request, posting):
            raise PermissionDenied
        if request.method != "POST":
            return self.ask_to_end(request, posting)
        posting.end(request.instant)
        self.log_change(request, posting, gettext("Ended."))
        text = format_html(_("The posting ends: {when}"), when=_in_its_cities(posting, posting.live_until))
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:accounts_posting_changelist")

    def ask_to_end(self, request, posting):
        context = {
            **self.admin_site.each_context(request),
            "title": _("End now"),
            "original": posting,
            "opts": self.opts,
            "others": posting.user.postings.live(at=request.instant).exclude(pk=posting.pk).exists(),
        }
        return render(request, "admin/accounts/posting/end.html", context)

    def _may_end(self, request, posting) -> bool:
        return posting.is_live(at=request.instant) and self.has_change_permission(request, posting)

    @admin.display(description=_("mission"))
    def where(self, posting):
        return posting.mission or _("the ministry")

    @admin.display(description=_("from"), ordering="live_from")
    def begins(self, posting):
        return _in_its_cities(posting, posting.live_from)

    @admin.display(description=_("until"), ordering="live_until")
    def ends(self, posting):
        return _in_its_cities(posting, posting.live_until)

    @admin.display(description=_("now"), boolean=True)
    def is_live_now(self, posting):
        return posting.is_live(at=posting.seen_at)


def _may_give(request, role: Group) -> bool:
    """Whether the user may give the role. Only then may they change, end or delete a posting with it."""
    return roles_to_give(request).filter(pk=role.pk).exists()


def _in_its_cities(posting, at: datetime | None) -> str:
    if at is None or posting.mission:
        return both_cities(posting.mission, at)
    return f"{date_format(at, 'j M Y, H:i')} UTC"


class PostingInline(PostingFields, admin.StackedInline):
    """Shows an account's postings, and adds new ones. A posting is ended on its own page."""

    model = Posting
    show_change_link = True
    can_delete = False

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, form=self.posting_form(request, PostingForm), **kwargs)

    def get_fields(self, request, obj=None):
        return self.posting_fields(request)

    def get_min_num(self, request, obj=None, **kwargs):
        """A new account needs a posting: without one, its owner could open nothing."""
        return int(obj is None)

    def get_extra(self, request, obj=None, **kwargs):
        return int(obj is not None)

    def has_change_permission(self, request, obj=None):
        return False


# Users and groups are registered again below. allauth's tables are not for the desk: they contain secrets.
admin.site.unregister([User, Group, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])


@admin.register(Group)
class RoleAdmin(OwnFieldsOnly, GroupAdmin):
    pass


class NamedApart(forms.ModelForm):
    """Refuses a user name or e-mail address that another account has as either of them: both serve to sign in."""

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        others = User.objects.exclude(pk=self.instance.pk)
        for name in ("username", "email"):
            said = cleaned.get(name)
            if said and others.filter(Q(username__iexact=said) | Q(email__iexact=said)).exists():
                self.add_error(name, _("Another account has this user name or e-mail address."))
        return cleaned


class AccountForm(NamedApart):
    class Meta:
        help_texts = {
            "email": _("Links to choose a password are sent there. Without an address nobody can be sent one.")
        }


class NewAccountForm(NamedApart):
    """Asks for no password: the owner of the account chooses one, by a link in a mail."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("last_name", "email"):
            self.fields[name].required = True

    def save(self, commit=True):
        self.instance.username = free_user_name(self.cleaned_data["email"])
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class StaffAdmin(OwnFieldsOnly, admin.ModelAdmin):
    """Only superusers may edit superusers, or make somebody a superuser."""

    inlines = [PostingInline]
    list_display = ["username", "name", "email", "posted_as", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    readonly_fields = ["last_login", "date_joined"]
    PERSON = ["first_name", "last_name", "email"]
    add_fieldsets = [
        (
            None,
            {
                "fields": PERSON,
                "description": _(
                    "The person is sent a mail with a link to choose a password. The user name will be what stands "
                    "before the @ of the e-mail address; you can change it afterwards."
                ),
            },
        )
    ]

    def get_queryset(self, request):
        accounts, here = super().get_queryset(request), Posting.objects.held_at(request.mission)
        if not is_of_the_ministry(request):
            here = here.of(request.mission)
            accounts = accounts.filter(pk__in=here.values("user"))
        live = here.live(at=request.instant).select_related("role")
        return accounts.prefetch_related(Prefetch("postings", live, to_attr="postings_here"))

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.add_fieldsets
        status = ["is_active", *(["is_superuser"] if request.user.is_superuser else [])]
        return [
            (None, {"fields": ["username"]}),
            (_("Personal info"), {"fields": self.PERSON}),
            (_("Access"), {"fields": status}),
            (_("Important dates"), {"fields": self.readonly_fields}),
        ]

    def get_urls(self):
        def post_to(view):
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("<int:pk>/send-link/", post_to(self.send_link_view), name="auth_user_send_link"),
            path("<int:pk>/end-sessions/", post_to(self.end_sessions_view), name="auth_user_end_sessions"),
            *super().get_urls(),
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change=change, form=AccountForm if obj else NewAccountForm, **kwargs)

    def lookup_allowed(self, lookup, value, request=None):
        # A filter such as `?password__startswith=…` would reveal the hash of a password, letter by letter.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change:
            self.mail_link(request, obj)
        elif "email" in form.changed_data:
            tell_of_new_address(obj, form.initial["email"])
        if not obj.is_active:
            # The sessions would go on if the account became active again.
            end_sessions(obj)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            reachable = obj.is_active and self.has_change_permission(request, obj)
            context |= {
                "may_send_link": reachable and obj.email,
                "is_newcomer": is_newcomer(obj),
                "has_sessions": reachable and UserSession.objects.filter(user=obj).exists(),
            }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def _reached(self, request, pk):
        account = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account

    def end_sessions_view(self, request, pk):
        account = self._reached(request, pk)
        end_sessions(account)
        self.log_change(request, account, gettext("All sessions were ended."))
        self.message_user(request, _("All sessions of this account have been ended."), messages.SUCCESS)
        return redirect("admin:auth_user_change", account.pk)

    def send_link_view(self, request, pk):
        account = self._reached(request, pk)
        if account.is_active and account.email:
            self.mail_link(request, account)
        else:
            wrong = _("No link was sent: the account needs an e-mail address, and must be active.")
            self.message_user(request, wrong, messages.ERROR)
        return redirect("admin:auth_user_change", account.pk)

    def mail_link(self, request, account):
        send_link(account)
        self.log_change(request, account, gettext("A link to choose a password was sent."))
        text = _("A mail with a link to choose a password is on its way to {address}.")
        self.message_user(request, format_html(text, address=account.email), messages.SUCCESS)

    def has_change_permission(self, request, obj=None):
        return (obj is None or _is_in_reach(request, obj)) and super().has_change_permission(request, obj)

    def has_add_permission(self, request):
        """A new account comes with a posting, so the user must be allowed to add both."""
        return request.user.has_perm("accounts.add_posting") and super().has_add_permission(request)

    def has_delete_permission(self, request, obj=None):
        """Accounts are deactivated, never deleted: Django would delete their log entries, too."""
        return False

    def history_view(self, request, object_id, extra_context=None):
        # The history also shows what was done with the account at other missions.
        if not is_of_the_ministry(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    @admin.display(description=_("name"), ordering="last_name")
    def name(self, account):
        return account.get_full_name() or "—"

    @admin.display(description=_("posted here as"))
    def posted_as(self, account):
        return ", ".join(posting.role.name for posting in account.postings_here) or "—"


def end_sessions(account):
    get_adapter().end_sessions(UserSession.objects.filter(user=account))


def _is_in_reach(request, account) -> bool:
    """Whether the user may change the account. They could then sign in with it, so it must not have more rights."""
    if request.user.is_superuser or account.is_superuser:
        return request.user.is_superuser
    beyond = ~Q(role__in=roles_to_give(request))
    if not is_of_the_ministry(request):
        beyond |= ~Q(mission=request.mission.pk)
    return not account.postings.not_ended(at=request.instant).filter(beyond).exists()
