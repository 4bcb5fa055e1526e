"""Many statements filed anew at once, chosen in the list of statements."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from statements.desk.workflow_views import may_file
from statements.models import Statement

# Each statement is indexed anew, which takes some hundredths of a second.
MOST = 200


class FileAnewForm(forms.Form):
    def __init__(self, *args, model_admin, request, **kwargs):
        super().__init__(*args, **kwargs)
        kind, speaker, topics = map(Statement._meta.get_field, ("kind", "speaker", "topics"))
        one, many = model_admin.formfield_for_foreignkey, model_admin.formfield_for_manytomany
        self.fields["kind"] = one(kind, request, required=False)
        self.fields["speaker"] = one(speaker, request, required=False)
        self.fields["add"] = many(topics, request, required=False, label=_("add these topics"), help_text="")
        self.fields["remove"] = many(topics, request, required=False, label=_("remove these topics"), help_text="")

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            raise ValidationError(_("Choose what is to change: a kind, a speaker, or topics."), code="nothing")
        if set(cleaned.get("add", ())) & set(cleaned.get("remove", ())):
            self.add_error("remove", ValidationError(_("A topic cannot be added and removed at once."), code="both"))
        return cleaned

    def file(self, statement: Statement, by, now) -> bool:
        """File the statement anew. Returns False if it has been filed so already."""
        chosen, topics = self.cleaned_data, set(statement.topics.all())
        wanted = (topics | set(chosen["add"])) - set(chosen["remove"])
        kind, speaker = chosen["kind"] or statement.kind, chosen["speaker"] or statement.speaker
        if (kind, speaker, wanted) == (statement.kind, statement.speaker, topics):
            return False
        statement.file_anew(by, now, kind=kind, speaker=speaker, topics=wanted)
        return True


@admin.action(description=_("File the chosen statements anew"), permissions=["file"])
def file_anew(model_admin, request, queryset):
    keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST + 1])
    if len(set(keys)) > MOST:
        message = _("Choose at most %(most)d statements at once.") % {"most": MOST}
        model_admin.message_user(request, message, messages.ERROR)
        return None
    with transaction.atomic():
        chosen = Statement.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
        statements = list(chosen.select_related("mission").prefetch_related("editions"))
        mine = [statement for statement in statements if may_file(request.user, statement)]
        posted = request.POST if "file" in request.POST else None
        form = FileAnewForm(posted, model_admin=model_admin, request=request)
        if form.is_valid():
            filed = [statement for statement in mine if form.file(statement, request.user, request.instant)]
            for statement in filed:
                # A draft gets no event, and a form that is open elsewhere asks Django's log who changed the statement.
                model_admin.log_change(request, statement, " · ".join(statement.filing()))
            told = ngettext(
                "%(number)d statement was filed anew.", "%(number)d statements were filed anew.", len(filed)
            )
            model_admin.message_user(request, told % {"number": len(filed)}, messages.SUCCESS)
            return None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("File the chosen statements anew"),
        "opts": model_admin.opts,
        "form": form,
        "media": model_admin.media + form.media,
        "statements": mine,
        "left_out": [statement for statement in statements if statement not in mine],
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/statements/statement/file_anew.html", context)
