"""Makes slugs from labels, so that editors need not invent them. A slug that is taken gets a number."""

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentAdmin, MissionContentForm, NoBulkDeletion
from embassy.free_slug import first_free

# A slug may have 100 characters. The shorter limit leaves room for a number at the end.
LONGEST = 90


def free_address(label: dict, fallback: str, others: models.QuerySet) -> str:
    """A free slug from the first text that has Latin letters or digits; if there is none, from the fallback."""
    slug = next(filter(None, (slugify(text)[:LONGEST].strip("-_") for text in label.values())), fallback)
    taken = set(others.filter(slug__startswith=slug).values_list("slug", flat=True))
    return first_free(slug, taken, others.model._meta.get_field("slug").max_length)


class SlugForm(MissionContentForm):
    """A form for a row with a page of its own. An empty slug is made from the field `named_by`, a label."""

    named_by = "title"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "The last part of the page’s address on the web, in small Latin letters, digits and hyphens. Leave it "
                "empty to have it made from the words above. Once readers may know the address, it no longer changes."
            )
        if "live_until" in self.fields:
            self.fields["live_until"].help_text = _(
                "Readers have seen this, so it cannot be deleted: links to its page would break. To take the page "
                "away, set “live until”."
            )

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("slug") == "" and cleaned.get(self.named_by):
            others = type(self.instance).objects.of(self.instance.mission).exclude(pk=self.instance.pk)
            cleaned["slug"] = free_address(cleaned[self.named_by], self.instance._meta.model_name, others)
        return cleaned

    def clean_live_from(self):
        live_from = self.cleaned_data["live_from"]
        if self.instance.pk is not None:
            self.instance.check_beginning(live_from, at=self.instance.seen_at)
        return live_from


class PermanentAddress(NoBulkDeletion):
    """ModelAdmin mixin: once a row has been public (`has_begun`), its slug is fixed and the row cannot be deleted."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj is not None and obj.has_begun(at=request.instant) else fields

    def has_delete_permission(self, request, obj=None):
        begun = obj is not None and obj.has_begun(at=request.instant)
        return not begun and super().has_delete_permission(request, obj)


class SlugAdmin(PermanentAddress, MissionContentAdmin):
    form = SlugForm
