"""Addresses that an editor need not think of: made from a label, numbered when taken."""

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentAdmin, MissionContentForm
from embassy.free_slug import first_free

# Leaves room for a number within the 100 characters of a slug.
LONGEST = 90


def free_address(label: dict, fallback: str, others: models.QuerySet) -> str:
    """The first wording that can be written in Latin letters, else the fallback, as a slug that no other row has."""
    slug = next(filter(None, (slugify(text)[:LONGEST].strip("-_") for text in label.values())), fallback)
    taken = set(others.filter(slug__startswith=slug).values_list("slug", flat=True))
    return first_free(slug, taken, others.model._meta.get_field("slug").max_length)


class AddressedForm(MissionContentForm):
    """A form of something with an address of its own, which is made from the label `named_by` when left empty."""

    named_by = "title"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "The last part of the page’s address on the web, in small Latin letters, digits and hyphens. "
                "Leave it empty to have it made from the words above. It stays as it is once readers may know it."
            )
        if "live_until" in self.fields:
            self.fields["live_until"].help_text = _(
                "What readers have seen cannot be deleted, because links to its page would break: end its showing "
                "with “live until”."
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


class Lasting:
    """For the admin of something with an address (`slug`): both stay once readers may know them (`has_begun`)."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if obj is not None and obj.has_begun(at=request.instant) else fields

    def has_delete_permission(self, request, obj=None):
        begun = obj is not None and obj.has_begun(at=request.instant)
        return not begun and super().has_delete_permission(request, obj)

    def get_actions(self, request):
        # Among the chosen ones may be some that have been public.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}


class AddressedAdmin(Lasting, MissionContentAdmin):
    """The admin of something with an address of its own, that is shown for a time."""

    form = AddressedForm
